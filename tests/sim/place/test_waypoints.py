"""Where ways bend: corners, tips of walls that stand free, ends of stairs; lengths worked out by hand."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, hypot, pi, sqrt

import numpy as np
import pytest
from plans import box, door, plan
from three_rooms import three_rooms

from buildings.plan import OUT, FloorPlan
from sim.kernels.sight import can_see
from sim.place.compile import compile_plan
from sim.place.waypoints import BODY_MARGIN_M

EXIT = door("X", "R", OUT, (0, 5), 1.0, "exterior")


def room(polygon, *walls, at=(0.1, 5.0)):
    """Return one compiled room with an exit, and walls of a kind that stand in it."""
    space = {"id": "R", "level": "1", "use": "gym", "polygon": polygon}
    more = {"walls": [{"level": "1", "line": line, "kind": kind} for line, kind in walls]} if walls else {}
    return compile_plan(plan([space], [{**EXIT, "at": at}], **more))


def square(*walls):
    """Return a room of 10 m by 10 m with walls that stand in it."""
    return room([(0.1, 0.1), (10.1, 0.1), (10.1, 10.1), (0.1, 10.1)], *walls)


def corners_of(nav):
    """Return the waypoints (m), those of doorways apart: at the exit the throat has corners too."""
    a = nav.arrays
    rows = [k for k in range(len(a.way_x)) if hypot(a.way_x[k] - 0.1, a.way_y[k] - 5.0) > 1.0]
    return [(float(a.way_x[k]), float(a.way_y[k])) for k in rows], rows


def length(nav, start, end):
    field = nav.field(nav.everywhere_passable(), [0], goal_point=end)
    here = (np.zeros(1, dtype=np.int32), np.array([start[0]]), np.array([start[1]]))
    return float(nav.distances(nav.everywhere_passable(), field, *here)[0])


def test_a_convex_room_has_no_corner_to_bend_at():
    assert corners_of(square())[0] == []


def test_the_inner_corner_of_an_l_has_one_waypoint_a_body_away_on_its_bisector():
    """Arms 2 m wide: its lane runs from the waypoint to the outer corner, less a body, in steps of 0.1 m."""
    nav = room([(0.1, 0.1), (10.1, 0.1), (10.1, 2.1), (2.1, 2.1), (2.1, 10.1), (0.1, 10.1)])
    ((x, y),), (row,) = corners_of(nav)
    off = BODY_MARGIN_M / sqrt(2.0)
    assert (x, y) == pytest.approx((2.1 - off, 2.1 - off))
    lane = float(nav.arrays.way_out_x[row]), float(nav.arrays.way_out_y[row])
    free = 2.0 * sqrt(2.0) - 2.0 * BODY_MARGIN_M
    assert free - 0.1 <= hypot(*lane) <= free + 1e-6
    assert atan2(lane[1], lane[0]) == pytest.approx(-3 * pi / 4)
    around = length(nav, (9.0, 1.1), (1.1, 9.0))
    exact = 2 * hypot(9.0 - x, 1.1 - y)
    assert around == pytest.approx(exact, rel=0.01)


def test_a_wall_that_stands_free_has_two_waypoints_at_either_end():
    """A wall from (3, 5) to (7, 5): beyond each tip one waypoint on either side of it, at 45 degrees."""
    nav = square((((3.0, 5.0), (7.0, 5.0)), "solid"))
    off = BODY_MARGIN_M / sqrt(2.0)
    expected = [(3 - off, 5 - off), (3 - off, 5 + off), (7 + off, 5 - off), (7 + off, 5 + off)]
    found = sorted(corners_of(nav)[0])
    assert np.array(found) == pytest.approx(np.array(sorted(expected)))
    below, above = (4.5, 4.0), (4.5, 6.0)
    exact = 2 * hypot(1.5 + off, 1 - off) + 2 * off
    assert length(nav, below, above) == pytest.approx(exact, rel=0.01)
    right = length(nav, (6.0, 4.5), (6.0, 5.5))
    assert right == pytest.approx(2 * hypot(1 + off, 0.5 - off) + 2 * off, rel=0.01)


def test_a_wall_that_leans_on_another_is_passed_at_its_free_end_only():
    """A wall from the right-hand wall to the middle of the room leaves one way round."""
    nav = square((((5.0, 5.0), (10.1, 5.0)), "solid"))
    found = corners_of(nav)[0]
    assert {round(x, 2) for x, _ in found} == {4.86}
    assert len(found) == 2
    assert length(nav, (9.0, 4.0), (9.0, 6.0)) == pytest.approx(2 * hypot(4.14, 0.86) + 0.28, rel=0.01)


def test_walls_that_stand_free_side_by_side_are_passed_at_all_their_tips():
    """Three screens one behind the other: which of them a tip lies left of does not matter."""
    screens = [(((x, 3.0), (x, 7.0)), "solid") for x in (3.0, 5.0, 7.0)]
    nav = square(*screens)
    found = sorted(corners_of(nav)[0])
    assert len(found) == 3 * 4
    off = BODY_MARGIN_M / sqrt(2.0)
    assert np.array(found[:4]) == pytest.approx(
        np.array([(3 - off, 3 - off), (3 - off, 7 + off), (3 + off, 3 - off), (3 + off, 7 + off)])
    )
    past_one = length(nav, (2.2, 4.0), (3.8, 4.0))
    assert past_one == pytest.approx(2 * hypot(0.8 - off, 1 + off) + 2 * off, rel=0.01)


def test_a_wall_that_bends_is_passed_on_its_outer_side():
    """A hook of three walls open to the left: nobody bends at its inner corners."""
    nav = square((((4.0, 3.0), (7.0, 3.0), (7.0, 6.0), (4.0, 6.0)), "solid"))
    found = corners_of(nav)[0]
    assert len(found) == 2 + 2 + 2
    outer = [(x, y) for x, y in found if x > 6.0]
    off = BODY_MARGIN_M / sqrt(2.0)
    assert np.array(sorted(outer)) == pytest.approx(np.array([(7 + off, 3 - off), (7 + off, 6 + off)]))
    out = length(nav, (6.5, 4.5), (8.5, 4.5))
    assert out > 2 * 2.5 + 3.0


@pytest.mark.parametrize(
    ("kind", "is_seen"), [("solid", 0), ("movable", 0), ("glazed", 1), ("half_height", 1)]
)
def test_every_inner_wall_stops_walkers_and_only_solid_ones_stop_sight(kind, is_seen):
    nav = square((((0.1, 7.0), (8.0, 7.0)), kind))
    open_all = np.ones(nav.n_doors, dtype=np.uint8)
    assert bool(can_see(nav.arrays, open_all, 0, 3.0, 6.0, 0, 3.0, 9.0)) == bool(is_seen)
    assert can_see(nav.arrays, open_all, 0, 9.0, 6.0, 0, 9.0, 9.0)
    assert length(nav, (3.0, 6.0), (3.0, 9.0)) > 10.0
    assert nav.arrays.space_convex[0] == 0
    assert square().arrays.space_convex[0] == 1


def test_an_inner_wall_of_another_level_is_not_in_the_way():
    content = three_rooms()
    content["walls"] = [{"level": "1", "line": [[5, 2.5], [5, 7]]}]
    nav = compile_plan(FloorPlan.model_validate(content))
    a = nav.arrays
    mine = [(int(a.wall_space[w]), float(a.wall_y0[w]), float(a.wall_y1[w])) for w in range(len(a.wall_x0))
            if a.wall_x0[w] == a.wall_x1[w] == 5.0]  # fmt: skip
    cut = {(nav.space_ids[space], min(y0, y1), max(y0, y1)) for space, y0, y1 in mine}
    assert cut == {("C1", 2.5, 3.0), ("101", 3.2, 7.0)}


def stair_of(width_m):
    spaces = [box("S1", "stairs", 0, 0, 6, 4), box("S2", "stairs", 0, 0, 6, 4, level="2")]
    ends = [{"level": "1", "space": "S1", "at": (3.0, 0.1)}, {"level": "2", "space": "S2", "at": (3.0, 0.1)}]
    stairs = {"id": "ST", "kind": "stairs", "width": width_m, "length": 8.0, "ends": ends}
    doors = [door("X", "S1", OUT, (0, 2), 1.2, "exterior")]
    return compile_plan(plan(spaces, doors, levels=2, connectors=[stairs]))


@pytest.mark.parametrize(("width_m", "n"), [(1.2, 3), (1.8, 5), (0.3, 1)])
def test_the_end_of_a_flight_has_pairs_of_waypoints_across_its_width(width_m, n):
    """A body keeps 0.2 m from its edges; from there they are 0.4 m apart at most, on either side."""
    nav = stair_of(width_m)
    a = nav.arrays
    flight, low = nav.space_ids.index("ST"), nav.door_ids.index("ST:low")
    gates = [2 * low, 2 * low + 1]
    for gate in gates:
        rows = np.flatnonzero(a.way_gate == gate)
        assert len(rows) == n
        assert set(a.way_space[rows]) == {int(a.door_space[low, gate % 2])}
    below = np.flatnonzero((a.way_gate == gates[0]) | (a.way_gate == gates[1]))
    below = [k for k in below if a.way_space[k] == nav.space_ids.index("S1")]
    xs = sorted(float(a.way_x[k]) for k in below)
    reach = max(0.0, width_m / 2 - BODY_MARGIN_M)
    assert (xs[0], xs[-1]) == pytest.approx((3.0 - reach, 3.0 + reach))
    assert all(b - a_ <= 0.4 + 1e-9 for a_, b in pairwise(xs))
    assert all(abs(float(a.way_y[k]) - 0.1) < 0.01 for k in below)
    inside = [k for k in range(len(a.way_x)) if a.way_space[k] == flight]
    assert len(inside) == 2 * n


def test_up_a_stair_is_its_length_and_the_ways_to_it():
    """3 m to the stair below, 8 m on it, 3 m above."""
    nav = stair_of(1.8)
    top, below = nav.space_ids.index("S2"), nav.space_ids.index("S1")
    field = nav.field(nav.everywhere_passable(), [top], goal_point=(3.0, 3.1))
    here = (np.array([below], dtype=np.int32), np.array([3.0]), np.array([3.1]))
    assert nav.distances(nav.everywhere_passable(), field, *here)[0] == pytest.approx(3 + 8 + 3, rel=0.01)
