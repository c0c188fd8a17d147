"""Distance fields against a plain search on the door graph."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import box, door, grid_plan, plan

from buildings.plan import OUT
from sim.kernels.geometry import door_face, off_segment, to_door
from sim.kernels.wayfinding import best_door, solve_field
from sim.navigation import compile_plan


def reference(nav, passable, goals, goal_dist, extra):
    """Return the same field by networkx: a node is somebody about to pass a door from a side."""
    arrays, graph = nav.arrays, nx.DiGraph()
    for d in range(nav.n_doors):
        for side in range(2):
            if not passable[d, side]:
                continue
            target = arrays.door_space[d, 1 - side]
            cost = arrays.door_depth[d].sum() + extra[d]
            if target in goals:
                graph.add_edge("goal", (d, side), weight=cost + goal_dist[d, side])
            if target == nav.outside:
                continue
            first, last = arrays.space_door_ptr[target], arrays.space_door_ptr[target + 1]
            doors = [(int(arrays.space_door[k]), int(arrays.space_door_side[k])) for k in range(first, last)]
            here = doors.index((d, 1 - side))
            block = arrays.pair_m[arrays.pair_ptr[target] : arrays.pair_ptr[target + 1]].reshape(
                len(doors), -1
            )
            for k, (other, other_side) in enumerate(doors):
                if k != here and passable[other, other_side]:
                    graph.add_edge((other, other_side), (d, side), weight=cost + block[here, k])
    out = np.full((nav.n_doors, 2), np.inf)
    if "goal" in graph:
        for node, length in nx.single_source_dijkstra_path_length(graph, "goal").items():
            if node != "goal":
                out[node] = length
    return out


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_fields_equal_a_plain_search(seed, draw):
    nav = compile_plan(grid_plan(seed, 3, 2))
    rng = np.random.default_rng(draw)
    passable = (rng.random((nav.n_doors, 2)) < 0.8).astype(np.uint8)
    goals = set(rng.choice(nav.n_spaces, rng.integers(1, 4), replace=False).tolist())
    goal_space = np.array([row in goals for row in range(nav.n_spaces)], dtype=np.uint8)
    goal_dist, extra = rng.random((nav.n_doors, 2)) * 5.0, rng.random(nav.n_doors)
    out = np.empty((nav.n_doors, 2))
    solve_field(nav.arrays, passable, goal_space, goal_dist, extra, nav.outside, out)
    np.testing.assert_allclose(out, reference(nav, passable, goals, goal_dist, extra), rtol=1e-12)


def bent_room():
    """Return a room around a corner, with a door at either end."""
    ring = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (7.0, 10.0), (7.0, 3.0), (0.0, 3.0)]
    return compile_plan(
        plan(
            [{"id": "L", "level": "1", "use": "corridor", "polygon": ring}],
            [door("W", "L", OUT, (0, 1.5), 1.0, "exterior"), door("N", "L", OUT, (8.5, 10), 1.0, "exterior")],
        )
    )


def test_the_way_around_a_corner_goes_past_it():
    nav = bent_room()
    north = nav.door_ids.index("N")
    distance = to_door(nav.arrays, 0, 0.5, 1.5, north, 0, 0.2)
    corner = (7.0 + 0.2 / math.sqrt(2), 3.0 - 0.2 / math.sqrt(2))
    last = (max(8.5 - 0.3, corner[0]), 10.0)
    assert distance == pytest.approx(math.dist((0.5, 1.5), corner) + math.dist(corner, last), abs=0.01)
    assert distance > math.dist((0.5, 1.5), last) + 0.5


def test_the_nearest_point_of_an_opening_keeps_off_the_jambs():
    nav = bent_room()
    west = nav.door_ids.index("W")
    assert door_face(nav.arrays, west, 0, 3.0, 1.6, 0.2) == pytest.approx((0.0, 1.6))
    assert door_face(nav.arrays, west, 0, 3.0, 2.9, 0.2) == pytest.approx((0.0, 1.8))
    assert door_face(nav.arrays, west, 0, 3.0, 0.0, 0.6) == pytest.approx((0.0, 1.5))


def test_best_door_is_the_nearest_that_is_not_left_out():
    nav = bent_room()
    west, north = nav.door_ids.index("W"), nav.door_ids.index("N")
    field = nav.field(nav.free_passable(), [nav.outside])
    assert best_door(nav.arrays, field, 0, 1.0, 1.5, 0.2, -1) == (west, 0, pytest.approx(1.0))
    chosen, side, far = best_door(nav.arrays, field, 0, 1.0, 1.5, 0.2, west)
    assert (chosen, side) == (north, 0)
    assert far > 13.0
    nowhere = np.full((nav.n_doors, 2), np.inf)
    assert best_door(nav.arrays, nowhere, 0, 1.0, 1.5, 0.2, -1) == (-1, 0, math.inf)


def test_officers_may_come_in_from_outside_where_the_mask_lets_them():
    spaces = [box("A", "corridor", 0, 0, 10, 3), box("B", "classroom", 0, 3, 5, 9)]
    nav = compile_plan(
        plan(spaces, [door("AB", "B", "A", (2, 3)), door("X", "A", OUT, (0, 1.5), 1.0, "exterior")])
    )
    entrance, b = nav.door_ids.index("X"), nav.space_ids.index("B")
    outer = int(nav.arrays.door_space[entrance, 0] != nav.outside)
    assert nav.field(nav.free_passable(), [b])[entrance, outer] == math.inf
    passable = nav.free_passable().copy()
    passable[entrance, outer] = 1
    assert 2.0 < nav.field(passable, [b])[entrance, outer] < 4.0


def test_the_vector_off_a_segment_starts_at_its_nearest_point():
    assert off_segment(0.0, 0.0, 4.0, 0.0, 1.0, 2.0) == (0.0, 2.0)
    assert off_segment(0.0, 0.0, 4.0, 0.0, 6.0, 1.0) == (2.0, 1.0)
    assert off_segment(0.0, 0.0, 4.0, 0.0, -3.0, 0.0) == (-3.0, 0.0)
