"""Questions that submodels ask of a building, answered for the three-room example by hand."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import numpy as np
import pytest
from plans import box, door, plan
from shapely import Point, Polygon
from three_rooms import part, three_rooms, two_levels

from buildings.plan import OUT, FloorPlan
from sim.errors import NavigationError
from sim.place.compile import compile_plan
from sim.place.layout import edge_frame


def compiled(content):
    """Return a compiled file, and functions from ids to rows of spaces and doors."""
    nav = compile_plan(FloorPlan.model_validate(content))
    return nav, nav.space_ids.index, nav.door_ids.index


@pytest.fixture(scope="module")
def three():
    return compiled(three_rooms())


@pytest.fixture(scope="module")
def stairs():
    return compiled(two_levels())


# -- sets ------------------------------------------------------------------------------------------


def test_doors_are_sorted_by_what_they_join(three, stairs):
    nav, _, of = three
    assert set(nav.interior_doors) == {of("D101"), of("DOFF")}
    assert set(nav.exterior_doors) == {of("X1"), of("X2")}
    assert [nav.is_room_door[of(name)] for name in ("D101", "DOFF", "X1", "X2")] == [
        True,
        False,
        False,
        False,
    ]
    nav, _, of = stairs
    ends = {of("ST:low"), of("ST:high")}
    assert not ends & {*nav.interior_doors, *nav.exterior_doors}
    assert {*nav.interior_doors, *nav.exterior_doors} | ends == set(range(nav.n_doors))


def test_rooms_are_where_people_stay(stairs):
    nav, at, of = stairs
    assert {nav.space_ids[row] for row in np.flatnonzero(nav.is_room)} == {"101", "OFF"}
    assert {nav.space_ids[row] for row in nav.indoor} == {"C1", "101", "OFF", "S1", "S2", "C2"}
    assert nav.room_behind(of("D101")) == at("101")
    assert nav.room_behind(of("DOFF")) == at("OFF")
    assert nav.spaces_of_use("office", "stairs") == sorted([at("OFF"), at("S1"), at("S2")])
    sides = nav.arrays.door_space[of("X1")]
    assert nav.room_behind(of("X1")) == sides[0]


def test_ways_inside_lead_through_doors_and_to_the_far_end_of_a_flight(stairs):
    nav, at, of = stairs
    assert set(nav.inside_ways(at("C1"))) == {
        (of("D101"), at("101")),
        (of("DOFF"), at("OFF")),
        (of("DS1"), at("S1")),
    }
    assert set(nav.inside_ways(at("S1"))) == {(of("DS1"), at("C1")), (of("ST:low"), at("S2"))}
    assert set(nav.inside_ways(at("S2"))) == {(of("DS2"), at("C2")), (of("ST:high"), at("S1"))}
    assert nav.inside_ways(at("C1")) is nav.inside_ways(at("C1"))


# -- doors -----------------------------------------------------------------------------------------


def test_who_closes_a_door_stands_half_a_metre_from_the_face_of_the_wall(three):
    """The wall between corridor and classroom is 0.2 m thick, that to the yard 0.3 m."""
    nav, at, of = three
    assert nav.door_stand(of("D101"), at("101")) == pytest.approx((2.0, 3.7))
    assert nav.door_stand(of("D101"), at("C1")) == pytest.approx((2.0, 2.5))
    assert nav.door_stand(of("X2"), at("C1")) == pytest.approx((0.5, 1.5))
    space, x, y = nav.inside_of(of("X1"))
    assert (space, x, y) == (at("C1"), pytest.approx(20.0), pytest.approx(0.5))


def entrances(*uses):
    """Return a plan of rooms in a row, each with an exit and joined to the next."""
    spaces = [box(f"R{k}", use, 5.0 * k, 0, 5.0 * k + 5, 5) for k, use in enumerate(uses)]
    doors = [door(f"X{k}", f"R{k}", OUT, (5.0 * k + 2.5, 0), 1.0, "exterior") for k in range(len(uses))]
    doors += [door(f"D{k}", f"R{k}", f"R{k + 1}", (5.0 * k + 5, 2.5)) for k in range(len(uses) - 1)]
    return compile_plan(plan(spaces, doors))


@pytest.mark.parametrize(
    ("uses", "main"),
    [
        (("classroom", "corridor", "lobby", "vestibule", "office"), 3),
        (("classroom", "lobby", "corridor", "office"), 1),
        (("gym", "classroom", "corridor", "office"), 2),
    ],
)
def test_officers_use_the_vestibule_else_the_lobby_else_a_corridor(uses, main):
    for order, place in ((uses, main), (uses[::-1], len(uses) - 1 - main)):
        nav = entrances(*order)
        assert nav.door_ids[nav.main_entrance] == f"X{place}"


def test_doors_without_lock_data_are_taken_to_lock_at_classrooms_and_outside():
    content = three_rooms()
    for one in content["doors"]:
        one.pop("lock", None)
    part(content, "doors", "DOFF")["kind"] = "opening"
    nav, at, of = compiled(content)
    names = ("D101", "DOFF", "X1", "X2")
    assert [int(nav.can_lock[of(name)]) for name in names] == [1, 0, 1, 1]
    assert [int(nav.has_leaf[of(name)]) for name in names] == [1, 0, 1, 1]
    assert [int(nav.normally_closed[of(name)]) for name in names] == [1, 0, 1, 1]
    side = list(nav.arrays.door_space[of("D101")]).index(at("101"))
    assert nav.free_egress[of("D101")].tolist() == [int(k == side) for k in range(2)]


def test_lock_data_decides_who_gets_out_and_what_is_seen_through(three):
    """The classroom locks from inside; the glazed pair to the yard lets out those in the corridor."""
    nav, at, of = three
    for name, inside, glazed in (("D101", "101", 1), ("X1", "C1", 1), ("X2", "C1", 0)):
        row = of(name)
        side = list(nav.arrays.door_space[row]).index(at(inside))
        assert nav.free_egress[row].tolist() == [int(k == side) for k in range(2)], name
        assert nav.glazed[row] == glazed, name
    content = three_rooms()
    part(content, "doors", "D101")["lock"]["exit_always"] = False
    part(content, "doors", "DOFF")["lock"]["normally"] = "open"
    nav, at, of = compiled(content)
    assert nav.free_egress[of("D101")].tolist() == [0, 0]
    assert nav.normally_closed[of("DOFF")] == 0
    assert nav.can_lock[of("DOFF")] == 0


def test_an_opening_lies_on_the_nearest_edge_and_within_it():
    """A square of 4 m: a door 1 m wide near its corner moves to half a metre from it."""
    square = [((0, 0), (4, 0)), ((4, 0), (4, 4)), ((4, 4), (0, 4)), ((0, 4), (0, 0))]
    assert edge_frame(square, (3.9, -0.2), 1.0) == pytest.approx((hypot(0.4, 0.2), 3.5, 0.0, 0.0, -1.0))
    assert edge_frame(square, (4.3, 2.5), 1.0) == pytest.approx((0.3, 4.0, 2.5, 1.0, 0.0))
    assert edge_frame(square, (1.0, 4.1), 1.0) == pytest.approx((0.1, 1.0, 4.0, 0.0, 1.0))
    assert edge_frame(square, (-0.1, 0.2), 1.0)[1:3] == pytest.approx((0.0, 0.5))


def test_an_opening_wider_than_its_edge_is_centred_on_it():
    assert edge_frame([((10, 0), (14, 0))], (11.0, -1.0), 6.0) == pytest.approx(
        (hypot(1, 1), 12.0, 0.0, 0, -1)
    )


# -- standing places -------------------------------------------------------------------------------


def test_seats_are_taken_in_turn_and_numbers_choose_evenly(three):
    nav, at, _ = three
    room = at("101")
    n = nav.n_spots(room)
    first = int(nav.spot_ptr[room])
    seats = np.array([0, 1, n - 1, n, n + 1, -1, -1, -1], dtype=np.int32)
    u = np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.0, 0.999999, 1.5 / n])
    x, y = nav.spots_at(np.full(8, room, dtype=np.int32), seats, u)
    expected = first + np.array([0, 1, n - 1, 0, 1, 0, n - 1, 1])
    np.testing.assert_array_equal(x, nav.spot_x[expected])
    np.testing.assert_array_equal(y, nav.spot_y[expected])


def test_a_space_of_one_standing_place_has_all_at_it(three):
    nav, at, _ = three
    room = at("101")
    first = int(nav.spot_ptr[room])
    ends = nav.spot_ptr.copy()
    ends[room + 1] = first + 1
    one = replace(nav, spot_ptr=ends)
    seats, u = np.array([0, 1, 5, -1, -1], dtype=np.int32), np.array([0.0, 0.0, 0.0, 0.0, 0.99])
    x, _ = one.spots_at(np.full(5, room, dtype=np.int32), seats, u)
    assert x.tolist() == [float(nav.spot_x[first])] * 5
    assert one.n_spots(room) == 1


def test_hiding_places_come_best_first_and_are_inside(three):
    nav, at, of = three
    room = at("101")
    n = nav.n_spots(room)
    x, y = nav.hide_spots(room, np.arange(n))
    assert len({*zip(x.tolist(), y.tolist(), strict=True)}) == n
    again = nav.hide_spots(room, np.array([n, n + 1]))
    assert (again[0].tolist(), again[1].tolist()) == (x[:2].tolist(), y[:2].tolist())
    polygon = Polygon([(0, 3.2), (9, 3.2), (9, 12), (0, 12)])
    assert all(polygon.contains(Point(p)) for p in zip(x, y, strict=True))
    door_x = float(nav.arrays.door_x[of("D101"), 0])
    sideways = np.abs(x - door_x) / (y - 3.2 + 0.5 + 0.1)
    assert sideways[0] > 3 * sideways[-1]
    assert sideways[: n // 4].min() >= sideways[-n // 4 :].max()


# -- ways ------------------------------------------------------------------------------------------


def test_a_walk_within_a_space_is_one_straight_leg(three):
    nav, at, _ = three
    gx, gy = nav.inner_point(at("C1"))
    (leg,) = nav.legs(at("C1"), gx + 3.0, gy - 0.4, at("C1"))
    assert leg == (at("C1"), gx, gy, pytest.approx(hypot(3.0, 0.4)))


def test_a_walk_is_counted_door_by_door_and_ends_at_the_inner_point(three):
    """From (2, 1) straight up 2.1 m to the middle of the wall at (2, 3.1), then on to the inner point."""
    nav, at, _ = three
    room, hall = at("101"), at("C1")
    gx, gy = nav.inner_point(room)
    through, last = nav.legs(hall, 2.0, 1.0, room)
    assert through.space == room
    assert (through.x, through.y, through.distance_m) == pytest.approx((2.0, 3.1, 2.1), abs=0.01)
    assert last == (room, gx, gy, pytest.approx(2.1 + hypot(gx - 2.0, gy - 3.1), abs=0.02))
    office = at("OFF")
    out, across, end = nav.legs(room, gx, gy, office)
    assert [leg.space for leg in (out, across, end)] == [hall, office, office]
    assert 9.0 < across.distance_m - out.distance_m < 10.5
    ox, oy = nav.inner_point(office)
    assert end.distance_m - across.distance_m == pytest.approx(hypot(ox - across.x, oy - across.y))
    with pytest.raises(NavigationError, match="no way from space 'C1' to space 'OUT'"):
        nav.legs(hall, 2.0, 1.0, nav.outside)


def test_distances_to_every_space_from_a_point(three):
    nav, at, _ = three
    found = nav.distances_to_spaces(at("C1"), 2.0, 1.0)
    assert found[at("C1")] == 0.0
    assert found[at("101")] == pytest.approx(2.1, abs=0.01)
    assert 9.5 < found[at("OFF")] < hypot(10.0, 2.1) + 0.3
    assert np.isinf(found[nav.outside])


def test_what_a_door_costs_is_added_to_the_way(three):
    nav, at, of = three
    extra = np.zeros(nav.n_doors)
    extra[of("D101")] = 7.0
    here = (np.array([at("C1")], dtype=np.int32), np.array([2.0]), np.array([1.0]))
    free = nav.everywhere_passable()
    plain, dear = (
        nav.distances(free, nav.field(free, [at("101")], door_extra=one), *here)[0] for one in (None, extra)
    )
    assert dear - plain == pytest.approx(7.0)


def test_nobody_comes_in_from_outside(three):
    nav, _, of = three
    free = nav.everywhere_passable()
    for name in ("X1", "X2"):
        sides = nav.arrays.door_space[of(name)]
        assert [int(free[of(name), k]) for k in range(2)] == [int(s != nav.outside) for s in sides]
    assert free[of("D101")].tolist() == [1, 1]


def test_a_place_on_a_flight_is_drawn_on_the_line_between_its_ends(stairs):
    """The flight is 8 m long and joins (26, 0) below with (28, 0) above."""
    nav, at, _ = stairs
    flight = at("ST")
    _, y0, length = nav.flight_origin[flight]
    assert length == 8.0
    low, quarter, over, beyond = (nav.draw_xy(flight, x, y0 + 1.0) for x in (-1.0, 2.0, 6.0, 9.0))
    assert low == (0, pytest.approx(26.0), pytest.approx(0.0))
    assert quarter == (0, pytest.approx(26.5), pytest.approx(0.0))
    assert over == (1, pytest.approx(27.5), pytest.approx(0.0))
    assert beyond == (1, pytest.approx(28.0), pytest.approx(0.0))
    assert nav.draw_xy(at("C2"), 12.0, 1.0) == (1, 12.0, 1.0)


def test_the_extent_is_that_of_all_levels(stairs):
    nav, _, _ = stairs
    assert nav.bounds == pytest.approx((0.0, 30.0, 0.0, 12.0))
