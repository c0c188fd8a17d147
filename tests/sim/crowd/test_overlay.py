"""How a bare floor is cut into spaces, openings and walls, in metres worked out by hand."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest
from floors import hall, two_levels
from shapely import LineString, Point, box

from sim import crowd
from sim.crowd.overlay import Drawn, _is_straight, cut
from sim.kernels.types import NavArrays


def lengths(pieces):
    """Return the length of all walls (m) and of the openings by name (m)."""
    walls = sum(hypot(b[0] - a[0], b[1] - a[1]) for _, (a, b) in pieces.walls)
    openings = {}
    for one in pieces.openings:
        (ax, ay), (bx, by) = one.edge
        openings.setdefault(one.name, []).append(hypot(bx - ax, by - ay))
    return walls, openings


@pytest.mark.parametrize(
    ("line", "width"),
    [
        (((20, 4), (20, 6.5)), 2.5),
        (((3, 0), (4.5, 0)), 1.5),
        (((7, 10), (8, 10)), 1.0),
        (((0, 2), (0, 5)), 3.0),
        (((0, 9), (0, 10)), 1.0),
    ],
)
def test_an_exit_on_any_side_is_as_wide_as_drawn_and_the_rest_is_wall(line, width):
    """A hall of 20 m by 10 m has 60 m of edge."""
    pieces = cut(box(0, 0, 20, 10), Drawn(exits={"e": LineString(line)}))
    walls, openings = lengths(pieces)
    assert openings == {"e": [pytest.approx(width)]}
    assert walls == pytest.approx(60.0 - width)
    floor = crowd.Floor(box(0, 0, 20, 10), exits={"e": line})
    assert floor.exit_width_m("e") == pytest.approx(width)


def test_an_exit_around_a_corner_is_an_opening_on_either_side_of_it():
    pieces = cut(box(0, 0, 20, 10), Drawn(exits={"e": box(18, 8, 22, 12)}))
    walls, openings = lengths(pieces)
    assert sorted(openings["e"]) == pytest.approx([2.0, 2.0])
    assert walls == pytest.approx(60.0 - 4.0)
    floor = crowd.Floor(box(0, 0, 20, 10), exits={"e": box(18, 8, 22, 12)})
    assert floor.exit_width_m("e") == pytest.approx(4.0)


def test_exits_of_a_slanted_edge_and_of_several_pieces():
    """From (4, 0) to (10, 8) the edge is 10 m long; an area cuts the exit in the middle of it in two."""
    shape = [(0, 0), (4, 0), (10, 8), (0, 8)]
    line = LineString([(5.2, 1.6), (8.8, 6.4)])
    drawn = Drawn(exits={"e": line}, areas={"a": box(-1, -1, 20, 4)})
    pieces = cut(crowd.Floor(shape, exits={"e": line}).walkable(), drawn)
    _, openings = lengths(pieces)
    assert openings["e"] == pytest.approx([3.0, 3.0])
    assert openings[""] == [pytest.approx(7.0)]
    assert [piece.areas for piece in pieces.pieces] == [(), ("a",)]
    assert [piece.polygon.area for piece in pieces.pieces] == pytest.approx([34.0, 22.0])


def test_a_door_line_divides_a_floor_and_may_end_a_little_short_of_its_walls():
    """A line that ends 4 cm short of either wall closes the whole of the 10 m."""
    line = LineString([(10, 0.04), (10, 9.96)])
    pieces = cut(box(0, 0, 20, 10), Drawn(doors={"d": line}))
    walls, openings = lengths(pieces)
    assert openings == {"d": [pytest.approx(10.0)]}
    assert walls == pytest.approx(60.0)
    assert [piece.polygon.area for piece in pieces.pieces] == pytest.approx([100.0, 100.0])
    with pytest.raises(crowd.CrowdError, match="does not divide"):
        cut(box(0, 0, 20, 10), Drawn(doors={"d": LineString([(10, 0.2), (10, 9.96)])}))


def test_a_slanted_door_is_one_opening_across_areas_that_meet_at_it():
    """From (0, 0) to (8, 6) in a room of 8 m by 6 m the door is 10 m long."""
    pieces = cut(box(0, 0, 8, 6), Drawn(doors={"d": LineString([(0, 0), (8, 6)])}))
    walls, openings = lengths(pieces)
    assert sum(openings["d"]) == pytest.approx(10.0)
    assert walls == pytest.approx(28.0)
    halves = cut(
        box(0, 0, 8, 6), Drawn(doors={"d": LineString([(0, 0), (8, 6)])}, areas={"a": box(4, 0, 8, 6)})
    )
    assert sorted(lengths(halves)[1]["d"]) == pytest.approx([5.0, 5.0])


def test_zones_multiply_where_they_overlap_and_areas_are_kept_by_name():
    drawn = Drawn(areas={"b": box(0, 0, 6, 10), "a": box(4, 0, 9, 10)}, zones=[(box(0, 0, 20, 4), 0.5)])
    found = {(p.areas, p.speed_factor): p.polygon.area for p in cut(box(0, 0, 20, 10), drawn).pieces}
    assert found == {
        (("b",), 0.5): pytest.approx(16.0), (("b",), 1.0): pytest.approx(24.0),
        (("a", "b"), 0.5): pytest.approx(8.0), (("a", "b"), 1.0): pytest.approx(12.0),
        (("a",), 0.5): pytest.approx(12.0), (("a",), 1.0): pytest.approx(18.0),
        ((), 0.5): pytest.approx(44.0), ((), 1.0): pytest.approx(66.0),
    }  # fmt: skip


def test_points_are_straight_only_on_one_line_and_in_its_direction():
    assert _is_straight([(1, 1), (4, 5), (7, 9)])
    assert _is_straight([(7, 9), (4, 5), (1, 1)])
    assert not _is_straight([(1, 1), (4, 5.01), (7, 9)])
    assert not _is_straight([(1, 1), (7, 9), (4, 5)])
    assert not _is_straight([(2, 3), (5, 3), (2, 3)])


# -- stairs and places -----------------------------------------------------------------------------


def test_people_on_a_stair_are_drawn_between_its_ends():
    """Three tenths of the way from (0, 5) below to (0, 5) above; beyond half of it on the upper level."""
    stair = crowd.Stair("s", ("0", (0, 5)), ("1", (20, 2)), 2.0, 10.0)
    floors = {"0": box(0, 0, 20, 10), "1": box(0, 0, 20, 10)}
    floor = crowd.Floor(floors, exits={"e": ((5, 0), (7, 0))}, stairs=[stair])
    flight = floor.layout.flights[0].space
    x, y, level = floor.positions(np.full(3, flight), np.array([3.0, 6.0, 99.0]), np.array([1.0, 1.0, 1.0]))
    assert x == pytest.approx([6.0, 12.0, 20.0])
    assert y == pytest.approx([4.1, 3.2, 2.0])
    assert level.tolist() == [0, 1, 1]
    upstairs = int(floor.spaces_at(1, np.array([[3.0, 3.0]]))[0])
    x, y, level = floor.positions(np.array([upstairs]), np.array([3.0]), np.array([4.0]))
    assert (x[0], y[0], level[0]) == (3.0, 4.0, 1)


def test_a_stair_opens_on_an_edge_that_is_wide_enough():
    """Its width is that of its portal on either level, its middle the point that was given."""
    floor = two_levels()
    doors = np.flatnonzero((floor.nav.arrays.door_space == floor.layout.flights[0].space).any(axis=1))
    assert (2.0 * floor.nav.arrays.door_half_w[doors]).tolist() == [2.0, 2.0]
    ends = {
        (float(floor.nav.arrays.door_x[d, k]), float(floor.nav.arrays.door_y[d, k]))
        for d in doors
        for k in range(2)
        if floor.nav.arrays.door_space[d, k] != floor.layout.flights[0].space
    }
    assert ends == {(0.0, 5.0)}


def stair_at(low, width_m=2.0):
    """Return a floor of two halls with a stair that begins at a point below and ends at (0, 5) above."""
    stair = crowd.Stair("s", ("0", low), ("1", (0, 5)), width_m, 10.0)
    floors = {"0": box(0, 0, 20, 10), "1": box(0, 0, 20, 10)}
    return crowd.Floor(floors, exits={"e": ((5, 0), (7, 0))}, stairs=[stair])


@pytest.mark.parametrize("low", [(1.5, 5), (0, 5), (-1.5, 5)])
def test_a_stair_opens_on_an_edge_within_a_metre_and_a_half(low):
    """And on an edge that is exactly as long as it is wide, here the west side of 10 m."""
    for width in (2.0, 10.0):
        floor = stair_at(low, width)
        nav, flight = floor.nav.arrays, floor.layout.flights[0].space
        doors = np.flatnonzero((nav.door_space == flight).any(axis=1))
        sides = nav.door_space[doors] != flight
        assert sides.sum(axis=1).tolist() == [1, 1]
        assert (nav.door_x[doors][sides].tolist(), nav.door_y[doors][sides].tolist()) == ([0, 0], [5, 5])
        assert (nav.door_nx[doors][sides].tolist(), nav.door_ny[doors][sides].tolist()) == ([-1, -1], [0, 0])
        assert (2.0 * nav.door_half_w[doors]).tolist() == [width, width]


@pytest.mark.parametrize(
    ("low", "width", "words"),
    [
        ((1.51, 5), 2.0, r"level '0' that is 2 m long lies within 1\.5 m of its low end \(1\.51, 5\)"),
        ((10, 5), 2.0, r"of its low end \(10, 5\); put the end on such an edge"),
        ((0, 5), 10.1, "that is 10.1 m long lies within .* of its low end"),  # the north side is too far
        ((0, 5), 25.0, "that is 25 m long lies within .* of its low end"),  # no edge at all is so long
        ((10, 10), 12.0, r"level '1' that is 12 m long lies within .* of its high end \(0, 5\)"),
    ],
)
def test_a_stair_that_finds_no_edge_is_refused_in_a_sentence(low, width, words):
    with pytest.raises(crowd.CrowdError, match=f"stair 's': no edge of .*{words}"):
        stair_at(low, width)


def test_a_floor_without_stairs_changes_no_speed_on_them():
    assert (hall().stairs.up, hall().stairs.down) == (1.0, 1.0)
    assert (two_levels().stairs.up, two_levels().stairs.down) == (0.5, 0.8)


def test_a_point_lies_in_a_space_on_its_edge_and_in_none_beyond():
    floor = hall(areas={"a": box(0, 0, 5, 10)})
    found = floor.spaces_at(0, np.array([[1.0, 1.0], [5.0, 1.0], [20.0, 10.0], [20.1, 1.0], [9.0, 9.0]]))
    area, hall_row = floor.areas["a"][0], int(found[4])
    assert found[[0, 2, 3, 4]].tolist() == [area, hall_row, -1, hall_row]
    assert found[1] in (area, hall_row)
    assert area != hall_row


def test_scattered_people_stand_off_the_walls_and_fill_the_place():
    """A hexagonal lattice at 0.5 m holds one in 0.2165 m2, so some 400 in 10 m by 10 m less a rim."""
    with pytest.raises(crowd.CrowdError, match="the polygon holds") as caught:
        crowd.scatter(box(0, 0, 10, 10), 5000, 1, spacing_m=0.5)
    most = int(str(caught.value).split("holds ")[1].split(":")[0])
    assert most == pytest.approx(100.0 / 0.2165, rel=0.1)
    xy = np.array(crowd.scatter(box(0, 0, 10, 10), most, 1, spacing_m=0.5))
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, 9.0)
    assert away.min(axis=1) == pytest.approx(0.5)
    assert crowd.scatter(box(0, 0, 10, 10), 0, 1) == []
    few = np.array(crowd.scatter(box(0, 0, 10, 10), 100, 1, spacing_m=0.5))
    assert np.abs(few.mean(axis=0) - 5.0).max() < 1.0


def test_the_length_of_a_walk_on_two_levels_is_measured_once_on_each():
    """10 m to the stair, 10 m on it, 20 m below."""
    result = crowd.run(two_levels(), [crowd.Person((10, 5), "east", level="1")], every_s=0.5)
    assert result.path_m[0] == pytest.approx(40.0, rel=0.03)
    on_stair = result.frames[(result.frames.x_m < 0.01) & (np.abs(result.frames.y_m - 5) < 0.01)]
    assert len(on_stair) > 5
    assert Point(result.frames.iloc[-1][["x_m", "y_m"]]).distance(Point(20, 5)) < 1.5


def test_kernels_know_the_speed_of_every_space():
    floor = hall(zones=[crowd.Zone(box(5, 0, 10, 10), 0.7)])
    assert "space_speed" in NavArrays._fields
    inside, beside = floor.spaces_at(0, np.array([[7.0, 5.0], [3.0, 5.0]]))
    assert floor.nav.arrays.space_speed[inside] == pytest.approx(0.7)
    assert floor.nav.arrays.space_speed[beside] == 1.0
