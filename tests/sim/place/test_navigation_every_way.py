"""A way exists wherever a distance does, and has its length: every shipped plan, every angle."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import door, grid_plan, plan
from shapely import Polygon, box, union_all
from shapely.affinity import rotate, translate

from buildings import library
from buildings.plan import OUT, FloorPlan
from sim import crowd
from sim.errors import NavigationError
from sim.place.compile import compile_plan

AGREE_M = 0.3
"""A distance is to the nearest point of a door, a way goes on to where it is passed."""


@cache
def shipped(name):
    return compile_plan(library.load(name))


def turned(drawn, degrees, x=0.0, y=0.0):
    """Return a plan turned about the origin and moved (degrees, m)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def moved(point):
        return (c * point[0] - s * point[1] + x, s * point[0] + c * point[1] + y)

    data = drawn.model_dump(mode="json", by_alias=True)
    for space in data["spaces"]:
        space["polygon"] = [moved(point) for point in space["polygon"]]
    for one in data["doors"]:
        one["at"] = moved(one["at"])
    for connector in data["connectors"]:
        for end in connector["ends"]:
            end["at"] = moved(end["at"])
    return FloorPlan.model_validate(data)


def lengths(nav):
    """Return distance and length of the way between inner points, float64[2, n, n] (m)."""
    free, n = nav.everywhere_passable(), len(nav.indoor)
    found = np.zeros((2, n, n))
    for i, start in enumerate(nav.indoor):
        x, y = nav.inner_point(start)
        found[0, i] = nav.distances_to_spaces(start, x, y)[list(nav.indoor)]
        for j, goal in enumerate(nav.indoor):
            if i != j:
                way = nav.way(free, nav.space_fields[goal], start, x, y)
                found[1, i, j] = way[-1, 3] if len(way) else math.inf
    return found


@pytest.mark.parametrize("name", library.names())
def test_every_pair_of_rooms_has_a_way_as_long_as_its_distance_both_ways(name):
    distance_m, way_m = lengths(shipped(name))
    assert np.isfinite(distance_m).all()
    assert np.abs(way_m - distance_m).max() < AGREE_M


@pytest.mark.parametrize("name", library.names())
def test_every_room_has_a_way_out(name):
    nav = shipped(name)
    free = nav.everywhere_passable()
    field = nav.field(free, [nav.outside])
    for space in nav.indoor:
        x, y = nav.inner_point(space)
        here = np.array([space], dtype=np.int32), np.array([x]), np.array([y])
        way = nav.way(free, field, space, x, y)
        assert len(way), nav.space_ids[space]
        assert way[-1, 3] == pytest.approx(nav.distances(free, field, *here)[0], abs=AGREE_M)


@pytest.mark.parametrize("name", library.names())
def test_a_team_that_stands_in_a_door_it_came_through_finds_its_way_on(name):
    """Where a hall is searched from where one enters it: exactly on the mid-line of a door."""
    nav = shipped(name)
    start = nav.inside_of(nav.main_entrance)
    for goal in nav.indoor:
        for leg in nav.legs(*start, goal) if goal != start[0] else ():
            on = nav.legs(leg.space, leg.x, leg.y, goal)
            assert on[-1].distance_m >= math.dist((leg.x, leg.y), nav.inner_point(goal)) - AGREE_M or (
                nav.space_level[leg.space] != nav.space_level[goal] or nav.use[leg.space] == "flight"
            )


def huts():
    """Return two rooms of 9 m, 11 m apart, with an exit at either far end."""
    spaces = [
        {"id": name, "level": "1", "use": "gym", "polygon": [(x, 0), (x + 9, 0), (x + 9, 9), (x, 9)]}
        for name, x in (("A", 0), ("B", 20))
    ]
    doors = [door("XA", "A", OUT, (0, 5), 1.0, "exterior"), door("XB", "B", OUT, (29, 5), 1.0, "exterior")]
    return compile_plan(plan(spaces, doors))


def test_between_two_huts_the_way_leads_over_open_ground():
    """4 m to the exit, 28.5 m to half a metre inside the other one, 4 m to the middle."""
    nav = huts()
    assert nav.distances_to_spaces(0, 4.0, 5.0)[1] == pytest.approx(4.0 + 28.5, abs=0.01)
    out, into, end = nav.legs(0, 4.0, 5.0, 1)
    gx, gy = nav.inner_point(1)
    assert (out.space, into.space, end.space) == (nav.outside, 1, 1)
    assert (out.distance_m, into.distance_m) == pytest.approx((4.0, 32.5), abs=0.01)
    assert end.distance_m == pytest.approx(32.5 + math.dist((28.5, 5.0), (gx, gy)), abs=0.01)
    x, y = nav.on_the_way(nav.outside, 0.0, 5.0, 1, 10.0)
    assert (x, y) == pytest.approx((10.0, 5.0))
    assert nav.legs(nav.outside, x, y, 1)[0].distance_m == pytest.approx(18.5)
    assert nav.on_the_way(0, 4.0, 5.0, 1, 3.0) == pytest.approx((1.0, 5.0), abs=0.01)


def test_no_way_to_another_space_is_an_error_and_never_nothing_to_walk():
    nav = huts()
    with pytest.raises(NavigationError, match="no way from space 'A' to space 'OUT'"):
        nav.legs(0, 4.0, 4.0, nav.outside)


# -- at every angle ----------------------------------------------------------------------------------

L_SHAPE = union_all([box(0, 0, 12, 2), box(10, 0, 12, 12)])
U_SHAPE = union_all([box(0, 0, 3, 15), box(0, 0, 12, 2.5), box(9, 0, 12, 15)])


@pytest.mark.parametrize(
    ("area", "start", "exit_line"),
    [
        (L_SHAPE, (1.0, 1.0), ((10.0, 12.0), (12.0, 12.0))),
        (U_SHAPE, (1.5, 14.0), ((9.0, 15.0), (12.0, 15.0))),
    ],
    ids=["L", "U"],
)
def test_a_bare_floor_has_the_same_way_at_every_degree(area, start, exit_line):
    found = []
    for degrees in range(360):
        whole = union_all([area])
        turn = rotate(whole, degrees, origin=(0, 0))
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        at = [(c * x - s * y, s * x + c * y) for x, y in (start, *exit_line)]
        floor = crowd.Floor(turn, exits={"e": (at[1], at[2])})
        found.append(floor.distance_m(at[0], "e"))
    assert max(found) - min(found) < 0.01


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    degrees=st.floats(0.0, 360.0),
    x=st.floats(-3000.0, 3000.0),
    y=st.floats(-3000.0, 3000.0),
)
def test_a_turned_and_moved_plan_has_the_same_ways(seed, degrees, x, y):
    drawn = grid_plan(seed, 2, 2)
    as_drawn, moved = lengths(compile_plan(drawn)), lengths(compile_plan(turned(drawn, degrees, x, y)))
    assert np.isfinite(as_drawn).all()
    # Inner points are found on a grid that does not turn with the plan.
    assert np.abs(moved[1] - moved[0]).max() < AGREE_M
    assert np.isfinite(moved).all()


@pytest.mark.parametrize("degrees", [19.0, 23.0, 45.0, 109.0, 217.5, 294.0])
def test_a_turned_school_has_every_way(degrees):
    distance_m, way_m = lengths(compile_plan(turned(library.load("elementary"), degrees, 411.3, -97.7)))
    assert np.isfinite(way_m).all()
    assert np.abs(way_m - distance_m).max() < AGREE_M


def test_a_polygon_far_from_the_origin_keeps_its_ways():
    far = translate(L_SHAPE, 431_000.0, 5_400_000.0) if isinstance(L_SHAPE, Polygon) else None
    assert far is not None
    floor = crowd.Floor(far, exits={"e": ((431_010.0, 5_400_012.0), (431_012.0, 5_400_012.0))})
    near = crowd.Floor(L_SHAPE, exits={"e": ((10.0, 12.0), (12.0, 12.0))})
    assert floor.distance_m((431_001.0, 5_400_001.0), "e") == pytest.approx(
        near.distance_m((1.0, 1.0), "e"), abs=0.01
    )
