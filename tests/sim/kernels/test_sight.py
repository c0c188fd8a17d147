"""Line of sight: published areas, plans that bend around themselves, and laws that hold exactly."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import box, door, grid_plan, plan

from buildings import library
from buildings.plan import OUT
from sim.kernels.geometry import crosses, crossing_at
from sim.kernels.sight import can_see, visible_spaces
from sim.place.compile import compile_plan


def rectangle(name, x0, y0, x1, y1, use="classroom"):
    """Return a space without wall thickness around it."""
    return {"id": name, "level": "1", "use": use, "polygon": [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]}


def two_rooms():
    """Return a room of 10 x 10 m above another, joined by an opening of 1 m in a wall without thickness."""
    return compile_plan(
        plan(
            [rectangle("A", -5, -10, 5, 0), rectangle("B", -5, 0, 5, 10)],
            [
                door("D", "A", "B", (0, 0), 1.0, "opening"),
                door("X", "A", OUT, (0, -10), 1.0, "exterior"),
            ],
        )
    )


def views(nav, a, at, b, points, shut=()):
    """Tell which points of space b are seen from a point in space a, with some doors shut."""
    see_through = np.array([name not in shut for name in nav.door_ids], dtype=np.uint8)
    a, b = nav.space_ids.index(a), nav.space_ids.index(b)
    return np.array([can_see(nav.arrays, see_through, a, *at, b, x, y) for x, y in points])


def lattice(x0, y0, x1, y1, pitch=0.1):
    """Return points in the middles of the cells of a grid."""
    x, y = np.meshgrid(np.arange(x0 + pitch / 2, x1, pitch), np.arange(y0 + pitch / 2, y1, pitch))
    return list(zip(x.ravel().tolist(), y.ravel().tolist(), strict=True))


@pytest.mark.parametrize("offset", [0.0, 1.3])
def test_share_of_a_room_seen_through_an_opening(offset):
    """Room of depth D = 10 m, opening w = 1 m, point a = 4 m before it: w D (1 + D / 2a) = 22.5 of 100 m2."""
    seen = views(two_rooms(), "A", (offset, -4.0), "B", lattice(-5, 0, 5, 10))
    assert seen.mean() == pytest.approx(0.225, abs=0.003)


def test_length_of_a_walk_in_view():
    """Parallel to the wall and 2 m behind it, 1.5 m of the way are in view (1.2 s at 1.25 m/s)."""
    points = [(x, 2.0) for x in np.arange(-4.9995, 5, 0.001)]
    seen = views(two_rooms(), "A", (0.0, -4.0), "B", points)
    assert seen.sum() * 0.001 == pytest.approx(1.5, abs=0.002)


def test_a_shut_door_ends_the_view():
    assert not views(two_rooms(), "A", (0.0, -4.0), "B", lattice(-5, 0, 5, 10, 0.5), shut={"D"}).any()


def test_a_view_through_rooms_into_a_corridor_that_bends_around_them_ends():
    bent = [
        (0.1, 0.1),
        (19.9, 0.1),
        (19.9, 8.9),
        (16.1, 8.9),
        (16.1, 3.1),
        (3.9, 3.1),
        (3.9, 8.9),
        (0.1, 8.9),
    ]
    nav = compile_plan(
        plan(
            [
                {"id": "U", "level": "1", "use": "corridor", "polygon": bent},
                box("B", "classroom", 4, 3.2, 10, 9),
                box("C", "classroom", 10, 3.2, 16, 9),
            ],
            [
                door("1", "U", "B", (4, 6), 2.0, "opening"),
                door("2", "B", "C", (10, 6), 2.0, "opening"),
                door("3", "C", "U", (16, 6), 2.0, "opening"),
                door("X", "U", OUT, (0, 2), 1.0, "exterior"),
            ],
        )
    )
    visible = np.zeros(nav.n_spaces, dtype=np.uint8)
    open_all = np.ones(nav.n_doors, dtype=np.uint8)
    visible_spaces(nav.arrays, open_all, nav.space_ids.index("U"), 2.0, 6.0, visible)
    seen = {name for name, value in zip(nav.space_ids, visible, strict=True) if value}
    assert seen == {"U", "B", "C"}
    assert views(nav, "U", (2.0, 6.0), "U", [(18.0, 6.0), (18.0, 1.0), (2.0, 1.0)]).tolist() == [
        True,
        False,
        True,
    ]


def test_many_views_do_not_overflow():
    """A hall cut into 20 x 20 spaces by openings: more views than the list starts with."""
    cell = 20
    spaces = [
        rectangle(f"{i:02d}{j:02d}", i, j, i + 1, j + 1, "corridor") for i in range(cell) for j in range(cell)
    ]
    doors = [
        door(f"e{i}-{j}", f"{i:02d}{j:02d}", f"{i + 1:02d}{j:02d}", (i + 1, j + 0.5), 0.98, "opening")
        for i in range(cell - 1)
        for j in range(cell)
    ] + [
        door(f"n{i}-{j}", f"{i:02d}{j:02d}", f"{i:02d}{j + 1:02d}", (i + 0.5, j + 1), 0.98, "opening")
        for i in range(cell)
        for j in range(cell - 1)
    ]
    nav = compile_plan(plan(spaces, [*doors, door("X", "0000", OUT, (0, 0.5), 0.9, "exterior")]))
    visible = np.zeros(nav.n_spaces, dtype=np.uint8)
    open_all = np.ones(nav.n_doors, dtype=np.uint8)
    x, y = 0.53, 0.47
    visible_spaces(nav.arrays, open_all, 0, x, y, visible)
    seen = [can_see(nav.arrays, open_all, 0, x, y, row, *nav.inner_point(row)) for row in nav.indoor]
    assert sum(seen) > 50
    assert visible[list(nav.indoor)][seen].all()


@pytest.mark.parametrize("drawn", [*map(grid_plan, range(6)), *map(library.load, library.names())])
def test_walls_and_doors_close_every_outline_to_the_bit(drawn):
    """No line of sight slips between a jamb and a door: every end of a wall is the start of another.

    Flights are left out: nobody looks into one.
    """
    nav = compile_plan(drawn).arrays
    ends = Counter(
        (int(space), x, y)
        for x, y, space in zip(
            [*nav.wall_x0, *nav.wall_x1], [*nav.wall_y0, *nav.wall_y1], [*nav.wall_space] * 2, strict=True
        )
    )
    loose = [end for end, count in ends.items() if count % 2 and not nav.space_flight[end[0]]]
    assert not loose


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_a_sees_b_exactly_when_b_sees_a_and_only_into_listed_spaces(seed):
    nav = compile_plan(grid_plan(seed, 3, 3))
    rng = np.random.default_rng(seed)
    see_through = (rng.random(nav.n_doors) < 0.8).astype(np.uint8)
    visible = np.zeros(nav.n_spaces, dtype=np.uint8)
    for _ in range(40):
        a, b = rng.choice(nav.indoor, 2)
        k, m = (rng.integers(nav.spot_ptr[s], nav.spot_ptr[s + 1]) for s in (a, b))
        p, q = (nav.spot_x[k], nav.spot_y[k]), (nav.spot_x[m], nav.spot_y[m])
        there = can_see(nav.arrays, see_through, a, *p, b, *q)
        assert there == can_see(nav.arrays, see_through, b, *q, a, *p)
        visible_spaces(nav.arrays, see_through, a, *p, visible)
        assert visible[a] == 2
        assert visible[b] > 0 or not there


def test_floors_do_not_see_each_other():
    spaces = [box("S1", "stairs", 0, 0, 6, 4), box("S2", "stairs", 0, 0, 6, 4, level="2")]
    ends = [{"level": "1", "space": "S1", "at": (3.0, 0.1)}, {"level": "2", "space": "S2", "at": (3.0, 0.1)}]
    stairs = {"id": "ST", "kind": "stairs", "width": 1.8, "length": 8.0, "ends": ends}
    doors = [door("X", "S1", OUT, (0, 2), 1.2, "exterior")]
    nav = compile_plan(plan(spaces, doors, levels=2, connectors=[stairs]))
    visible = np.zeros(nav.n_spaces, dtype=np.uint8)
    open_all = np.ones(nav.n_doors, dtype=np.uint8)
    visible_spaces(nav.arrays, open_all, nav.space_ids.index("S1"), 3.0, 2.0, visible)
    assert np.flatnonzero(visible).tolist() == [nav.space_ids.index("S1")]
    assert not views(nav, "S1", (3.0, 2.0), "S2", [(3.0, 2.0)]).any()


COORDINATE = st.integers(-6, 6)


@given(COORDINATE, COORDINATE, COORDINATE, COORDINATE, st.integers(2, 9))
def test_a_line_through_the_joint_of_two_walls_crosses_exactly_one(cx, cy, dx, dy, far):
    """The line runs through the origin, where both walls end; on whole numbers nothing is rounded."""
    ax, ay, bx, by = -float(far), -1.0, float(far), 1.0
    side_c, side_d = (bx * y - by * x for x, y in ((cx, cy), (dx, dy)))
    if side_c * side_d >= 0:
        return
    found = [crossing_at(ax, ay, bx, by, 0.0, 0.0, float(x), float(y)) for x, y in ((cx, cy), (dx, dy))]
    assert sorted(found) == [0.5, 2.0]
    assert all(crosses(ax, ay, bx, by, 0.0, 0.0, float(x), float(y)) for x, y in ((cx, cy), (dx, dy)))


def test_the_ends_of_a_step_do_not_cross_but_its_inside_does():
    assert crosses(0.0, 0.0, 2.0, 0.0, 1.0, -1.0, 1.0, 1.0)
    assert not crosses(0.0, 0.0, 2.0, 0.0, 2.0, -1.0, 2.0, 1.0)
    assert not crosses(0.0, 0.0, 2.0, 0.0, 1.0, 0.5, 1.0, 1.0)
    assert not crosses(0.0, 0.0, 2.0, 0.0, 0.5, 0.0, 1.5, 0.0)
    assert crossing_at(0.0, 0.0, 2.0, 0.0, 0.5, -1.0, 0.5, 1.0) == 0.25
    assert crossing_at(0.0, 0.0, 2.0, 0.0, 2.5, -1.0, 2.5, 1.0) == 2.0
