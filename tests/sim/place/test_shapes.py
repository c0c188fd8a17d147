"""Geometry of single spaces by hand: the wall grid, hiding places, standing places, walls with gaps."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from sim.place.shapes import (
    WALL_CELL_M,
    WALL_REACH_M,
    door_middle,
    door_points,
    hidden_score,
    inner_point,
    lines,
    pointer,
    rings,
    solid_parts,
    standing_places,
    wall_grid,
)

NOWHERE = np.zeros((0, 2))


def walls_of(corners, space=0):
    """Return the walls along closed corners as rows of the wall table."""
    ring = [*corners, corners[0]]
    return [(*a, *b, space, 0, 0) for a, b in pairwise(ring)]


def cell_at(grid, sheet, x, y):
    """Return the walls that the grid lists where a point of a sheet lies."""
    column = int((x - grid["sheet_x0"][sheet]) / WALL_CELL_M)
    row = int((y - grid["sheet_y0"][sheet]) / WALL_CELL_M)
    assert 0 <= column < grid["sheet_nx"][sheet]
    assert 0 <= row < grid["sheet_ny"][sheet]
    cell = grid["sheet_cell"][sheet] + row * grid["sheet_nx"][sheet] + column
    return set(grid["cell_wall"][grid["cell_ptr"][cell] : grid["cell_ptr"][cell + 1]].tolist())


# -- the wall grid ---------------------------------------------------------------------------------


def test_the_grid_of_a_sheet_reaches_a_metre_beyond_its_walls():
    """A room from (2, 3) to (6.5, 5.5) needs 6.5 m by 4.5 m of cells, begun ones included."""
    table = np.array(walls_of([(2, 3), (6.5, 3), (6.5, 5.5), (2, 5.5)], space=7))
    grid = wall_grid(table, np.zeros(8, dtype=np.int32))
    assert (grid["sheet_x0"].tolist(), grid["sheet_y0"].tolist()) == ([1.0], [2.0])
    assert (grid["sheet_nx"].tolist(), grid["sheet_ny"].tolist()) == ([7], [5])
    assert len(grid["cell_ptr"]) == 7 * 5 + 1
    assert cell_at(grid, 0, 4.5, 3.2) == {0}
    assert cell_at(grid, 0, 6.2, 5.2) == {1, 2}
    assert cell_at(grid, 0, 2.5, 3.5) == {0, 3}


def test_sheets_have_cells_of_their_own_and_one_without_walls_is_empty():
    table = np.array([*walls_of(box(0, 0, 4, 4).exterior.coords[:-1], 0), *walls_of([(0, 0), (3, 0)], 2)])
    grid = wall_grid(table, np.array([0, 1, 2], dtype=np.int32))
    assert len(grid["sheet_cell"]) == 3
    assert cell_at(grid, 0, 2.5, 0.5) <= {0, 1, 2, 3}
    assert cell_at(grid, 1, 0.5, 0.5) == set()
    assert cell_at(grid, 2, 1.5, 0.1) == {4, 5}
    assert grid["sheet_cell"][1] == grid["sheet_nx"][0] * grid["sheet_ny"][0]


@pytest.mark.parametrize("seed", range(6))
def test_a_cell_lists_the_walls_that_come_near_it_and_no_others(seed):
    """Walls at any angle; where one is listed it is within reach of the cell's farthest corner."""
    rng = np.random.default_rng(seed)
    ends = rng.uniform(-4.0, 9.0, (12, 2, 2)) * (1.0, 0.47)
    ends[:3, 1, 0] = ends[:3, 0, 0]  # upright
    ends[3:6, 1, 1] = ends[3:6, 0, 1]  # level
    table = np.column_stack([ends.reshape(-1, 4), np.zeros((12, 3))])
    grid = wall_grid(table, np.zeros(1, dtype=np.int32))
    drawn = [LineString(pair) for pair in ends]
    low, high = ends.min(axis=(0, 1)) - 0.6, ends.max(axis=(0, 1)) + 0.6
    for x, y in rng.uniform(low, high, (400, 2)):
        away = np.array([wall.distance(Point(x, y)) for wall in drawn])
        listed = cell_at(grid, 0, x, y)
        assert set(np.flatnonzero(away <= WALL_REACH_M)) <= listed
        assert all(away[wall] <= WALL_REACH_M + 2 * np.sqrt(2.0) * WALL_CELL_M for wall in listed)


def test_a_long_diagonal_wall_is_not_listed_far_from_it():
    grid = wall_grid(np.array([(0, 0, 20, 20, 0, 0, 0)], dtype=float), np.zeros(1, dtype=np.int32))
    assert cell_at(grid, 0, 10.5, 10.5) == {0}
    assert cell_at(grid, 0, 3.5, 17.5) == set()
    assert len(grid["cell_wall"]) < 6 * 20


# -- doors -----------------------------------------------------------------------------------------


def room_with_doors():
    """Return arrays of a room above y = 0 with a door at x = 0 in its lower wall and one at its left wall."""
    return SimpleNamespace(
        space_door_ptr=np.array([0, 1, 3]),
        space_door=np.array([0, 0, 1]),
        space_door_side=np.array([0, 1, 0]),
        door_x=np.array([[0.0, 0.0], [-4.0, -4.0]]),
        door_y=np.array([[-0.1, -0.1], [2.0, 2.0]]),
        door_nx=np.array([[0.0, 0.0], [-1.0, 1.0]]),
        door_ny=np.array([[1.0, -1.0], [0.0, 0.0]]),
        door_depth=np.array([[0.1, 0.1], [0.15, 0.15]]),
    )


def test_the_middle_of_a_door_lies_on_the_face_of_either_side():
    nav = room_with_doors()
    assert door_middle(nav, 0, 1) == pytest.approx((0.0, 0.0))
    assert door_middle(nav, 0, 0) == pytest.approx((0.0, -0.2))
    assert door_middle(nav, 1, 0) == pytest.approx((-3.85, 2.0))
    assert door_middle(nav, 1, 1) == pytest.approx((-4.15, 2.0))
    np.testing.assert_allclose(door_points(nav, 1), [(0.0, 0.0), (-3.85, 2.0)])
    np.testing.assert_allclose(door_points(nav, 0), [(0.0, -0.2)])


def test_a_place_is_hidden_by_its_offset_over_its_depth_at_the_worst_door():
    """(3, 1.9): 3 m aside and 2 m deep at the one door, 0.1 m aside and 7 m deep at the other."""
    nav = room_with_doors()
    spots = np.array([(3.0, 1.9), (-3.0, 5.0), (0.0, 3.0)])
    found = hidden_score(nav, 1, spots)
    np.testing.assert_allclose(found, [0.1 / 7.5, 3.0 / 5.6, 0.0])
    nav.space_door_ptr = np.array([0, 1, 2])
    np.testing.assert_allclose(hidden_score(nav, 1, spots), [3.0 / 2.5, 3.0 / 5.6, 0.0])


def test_a_place_beside_a_door_in_the_same_wall_is_well_hidden():
    nav = room_with_doors()
    nav.space_door_ptr = np.array([0, 1, 2])
    assert hidden_score(nav, 1, np.array([(2.0, -0.5)])) == pytest.approx(2.0 / 0.5)


@pytest.mark.parametrize("aside", [-2.4, -0.7, 0.0, 0.7, 2.4])
@pytest.mark.parametrize("deep", [-0.5, 0.0, 0.3, 1.5, 4.0])
def test_a_place_is_as_hidden_beside_a_door_that_stands_aslant(aside, deep):
    """The door at (1, 2) has the outward normal (0.6, 0.8), and its wall runs along (-0.8, 0.6)."""
    nav = SimpleNamespace(
        space_door_ptr=np.array([0, 1]), space_door=np.array([0]), space_door_side=np.array([1]),
        door_x=np.array([[9.0, 1.0]]), door_y=np.array([[9.0, 2.0]]),
        door_nx=np.array([[-0.6, 0.6]]), door_ny=np.array([[-0.8, 0.8]]),
        door_depth=np.array([[0.5, 0.5]]),
    )  # fmt: skip
    spot = (1.0 - 0.6 * deep - 0.8 * aside, 2.0 - 0.8 * deep + 0.6 * aside)
    assert hidden_score(nav, 0, np.array([spot])) == pytest.approx(abs(aside) / (max(deep, 0.0) + 0.5))
    assert door_middle(nav, 0, 1) == pytest.approx((0.7, 1.6))
    assert door_middle(nav, 0, 0) == pytest.approx((9.3, 9.4))


# -- places in a room ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "pitch", "off_wall", "count"), [(20, 0.8, 0.4, 20), (21, 0.6, 0.3, 30), (999, 0.45, 0.25, 56)]
)
def test_standing_places_are_a_lattice_that_is_finer_where_more_must_stand(wanted, pitch, off_wall, count):
    """In 4 m by 3.2 m: five by four places at 0.8 m, six by five at 0.6 m, eight by seven at 0.45 m."""
    places = standing_places(box(10, 20, 14, 23.2), NOWHERE, wanted)
    assert len(places) == count
    assert len(np.unique(places.round(6), axis=0)) == count
    assert places.min(axis=0) == pytest.approx((10 + off_wall, 20 + off_wall))
    xs = np.unique(places[:, 0].round(6))
    np.testing.assert_allclose(np.diff(xs), pitch)
    assert places[:, 0].max() <= 14 - off_wall + 1e-6


def test_nobody_stands_in_a_doorway():
    """A door at (2, 0) takes away the three places that are less than 0.9 m from it."""
    free = standing_places(box(0, 0, 4, 3.2), NOWHERE, 1)
    left = standing_places(box(0, 0, 4, 3.2), np.array([(2.0, 0.0)]), 1)
    gone = {tuple(p) for p in free.round(3).tolist()} - {tuple(p) for p in left.round(3).tolist()}
    assert gone == {(2.0, 0.4), (1.2, 0.4), (2.8, 0.4)}
    both = standing_places(box(0, 0, 4, 3.2), np.array([(2.0, 0.0), (2.0, 3.2)]), 1)
    assert len(both) == 20 - 6


def test_the_first_places_are_spread_over_the_room():
    places = standing_places(box(0, 0, 16, 16), NOWHERE, 1)
    quarters = {(x > 8, y > 8) for x, y in places[:6]}
    assert len(quarters) == 4
    assert np.abs(places[: len(places) // 4].mean(axis=0) - 8.0).max() < 1.0


def test_a_closet_has_one_place_inside_it():
    closet = box(0, 0, 0.4, 0.4)
    assert standing_places(closet, NOWHERE, 5) == pytest.approx(np.array([(0.2, 0.2)]), abs=0.1)


def test_the_inner_point_is_far_from_the_walls():
    """In an L of 2 m wide arms the corner is the roomiest place: 1.17 m from the walls and the notch."""
    corner = Polygon([(0, 0), (10, 0), (10, 2), (2, 2), (2, 10), (0, 10)])
    x, y = inner_point(corner)
    assert corner.exterior.distance(Point(x, y)) > 0.9
    x, y = inner_point(box(2, 4, 8, 8))
    assert y == pytest.approx(6.0, abs=0.25)
    assert 3.5 <= x <= 6.5


# -- walls with gaps -------------------------------------------------------------------------------

NOTCHED = [(10, 20), (20, 20), (20, 24), (16, 24), (16, 22), (14, 22), (14, 24), (10, 24), (10, 20)]
"""Both walls at y = 24 lie on one line, with a notch between them."""


def parts(ring, *gaps):
    return list(solid_parts(ring, list(gaps)))


def test_without_a_gap_the_outline_is_all_wall():
    assert parts(NOTCHED) == list(pairwise(NOTCHED))
    assert parts([(0, 0), (0, 0), (3, 0)]) == [((0, 0), (3, 0))]


def test_a_gap_leaves_the_wall_on_either_side_of_it():
    door = ((13.0, 20.0), (12.0, 20.0))
    left, right, *others = parts(NOTCHED, door)
    assert (left, right) == (((10, 20), (12.0, 20.0)), ((13.0, 20.0), (20, 20)))
    assert others == list(pairwise(NOTCHED))[1:]


def test_gaps_come_in_any_order_and_may_touch_a_corner_or_each_other():
    low, middle, end = (
        ((10.0, 20.0), (11.0, 20.0)),
        ((14.0, 20.0), (15.0, 20.0)),
        ((18.0, 20.0), (20.0, 20.0)),
    )
    found = parts(NOTCHED, end, middle, low)[:2]
    assert found == [((11.0, 20.0), (14.0, 20.0)), ((15.0, 20.0), (18.0, 20.0))]
    next_to_it = ((15.0, 20.0), (18.0, 20.0))
    assert parts(NOTCHED, low, middle, next_to_it, end)[0] == ((11.0, 20.0), (14.0, 20.0))
    assert parts(NOTCHED, low, middle, next_to_it, end)[1][0] == (20, 20)


def test_a_gap_opens_only_the_wall_that_it_lies_on():
    """The gap in the one wall at y = 24 lies on the line of the other, but beside it."""
    for gap, own in ((((11.0, 24.0), (12.0, 24.0)), 6), (((17.0, 24.0), (18.0, 24.0)), 2)):
        found = parts(NOTCHED, gap)
        assert len(found) == len(NOTCHED)
        assert [wall for wall in pairwise(NOTCHED) if wall not in found] == [list(pairwise(NOTCHED))[own]]
        assert sum(LineString(wall).length for wall in found) == pytest.approx(32.0 - 1.0)


def test_a_line_that_crosses_a_wall_is_no_gap_in_it():
    assert parts(NOTCHED, ((12.0, 19.0), (12.0, 21.0)), ((12.0, 20.0), (13.0, 20.4))) == list(
        pairwise(NOTCHED)
    )


def test_a_gap_in_a_slanted_wall():
    """From (0, 0) to (6, 8) the wall is 10 m long; 2 m to 4 m of it are open."""
    found = parts([(0, 0), (6, 8)], ((2.4, 3.2), (1.2, 1.6)))
    assert found == [((0, 0), (1.2, 1.6)), ((2.4, 3.2), (6, 8))]


# -- small things ----------------------------------------------------------------------------------


def test_outlines_run_counter_clockwise_and_holes_against_them():
    ground = Polygon(box(0, 0, 9, 9).exterior.coords[::-1], [box(2, 2, 3, 3).exterior.coords])
    for area in (ground, MultiPolygon([ground, box(20, 0, 21, 1)])):
        outer, hole, *others = rings(area)
        assert Polygon(outer).exterior.is_ccw
        assert not Polygon(hole).exterior.is_ccw
        assert len(others) == (area is not ground)


def test_lines_of_a_geometry():
    one, two = LineString([(0, 0), (1, 0)]), LineString([(2, 0), (3, 0)])
    assert lines(one) == [one]
    assert lines(MultiLineString([one, two])) == [one, two]
    assert lines(LineString()) == []
    assert lines(Point(0, 0)) == []


def test_a_pointer_tells_where_each_row_begins():
    assert pointer(np.array([2, 0, 3])).tolist() == [0, 2, 2, 5]
