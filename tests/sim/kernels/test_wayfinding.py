"""Fields on the graph of waypoints against a plain search; single ways against lengths worked out by hand."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import box, door, grid_plan, plan

from buildings.plan import OUT
from sim.kernels.fields import solve_field
from sim.kernels.geometry import off_segment
from sim.kernels.lines import follow, span_point
from sim.place.compile import compile_plan


def reference(nav, passable, goals, extra):
    """Return the same field by networkx: what is left from every waypoint to the doors of the goals."""
    a, graph = nav.arrays, nx.DiGraph()
    n_ways = len(a.way_x)
    for node in range(n_ways + 2 * nav.n_doors):
        own = node - n_ways
        if own >= 0:
            d, side = divmod(own, 2)
            if passable[d, side] and a.door_space[d, 1 - side] in goals:
                graph.add_edge("goal", node, weight=extra[d])
        for edge in range(a.edge_ptr[node], a.edge_ptr[node + 1]):
            gates = [
                divmod(int(g), 2) for g in a.edge_gate[a.edge_gate_ptr[edge] : a.edge_gate_ptr[edge + 1]]
            ]
            if all(passable[d, side] for d, side in gates):
                cost = a.edge_m[edge] + sum(extra[d] for d, _ in gates)
                graph.add_edge(node, int(a.edge_to[edge]), weight=cost)
    out = np.full(n_ways + 2 * nav.n_doors, np.inf)
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
    extra = rng.random(nav.n_doors)
    out = np.empty(nav.field_size)
    solve_field(nav.arrays, passable, goal_space, (-1, 0.0, 0.0), extra, 0.2, out, nav.empty_tree())
    np.testing.assert_allclose(out[:-3], reference(nav, passable, goals, extra), rtol=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_the_way_to_b_from_a_is_as_long_as_the_way_back(seed, draw):
    nav = compile_plan(grid_plan(seed, 3, 2))
    a, b = np.random.default_rng(draw).choice(nav.indoor, 2)
    there, back = (length(nav, u, v) for u, v in ((a, b), (b, a)))
    assert there == pytest.approx(back, abs=1e-6)


def length(nav, a, b):
    """Return the distance between the inner points of two spaces."""
    (ax, ay), free = nav.inner_point(a), nav.everywhere_passable()
    field = nav.field(free, [b], goal_point=nav.inner_point(b))
    return nav.distances(free, field, np.array([a], dtype=np.int32), np.array([ax]), np.array([ay]))[0]


def bent_room():
    """Return a room around a corner, with a door at either end."""
    ring = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (7.0, 10.0), (7.0, 3.0), (0.0, 3.0)]
    return compile_plan(
        plan(
            [{"id": "L", "level": "1", "use": "corridor", "polygon": ring}],
            [door("W", "L", OUT, (0, 1.5), 1.0, "exterior"), door("N", "L", OUT, (8.5, 10), 1.0, "exterior")],
        )
    )


CORNER = (7.0 + 0.2 / math.sqrt(2), 3.0 - 0.2 / math.sqrt(2))
"""The one corner of the bent room that reaches into it, a body's radius off the wall."""


def test_a_bent_room_has_one_waypoint():
    nav = bent_room()
    assert (nav.arrays.way_x.tolist(), nav.arrays.way_y.tolist()) == (
        [pytest.approx(CORNER[0])],
        [pytest.approx(CORNER[1])],
    )


def test_the_way_around_a_corner_goes_past_it():
    nav = bent_room()
    passable = nav.everywhere_passable().copy()
    passable[nav.door_ids.index("W")] = 0
    field = nav.field(passable, [nav.outside])
    way = nav.way(passable, field, 0, 0.5, 1.5)
    last = (8.2, 10.0)  # the near end of the opening, 0.2 m off its jamb
    assert way[:, 1:3].tolist() == [
        list(map(pytest.approx, CORNER)),
        [pytest.approx(8.2), pytest.approx(10.0)],
    ]
    expected = math.dist((0.5, 1.5), CORNER) + math.dist(CORNER, last)
    assert way[-1, 3] == pytest.approx(expected, abs=0.002)
    assert way[:, 4].tolist() == [-1, 2 * nav.door_ids.index("N")]


def test_the_nearest_exit_is_taken_and_the_other_where_it_is_locked():
    nav = bent_room()
    west, north = nav.door_ids.index("W"), nav.door_ids.index("N")
    passable = nav.everywhere_passable().copy()
    for shut, expected in ((None, west), (west, north), (north, west)):
        passable[:] = nav.everywhere_passable()
        if shut is not None:
            passable[shut] = 0
        way = nav.way(passable, nav.field(passable, [nav.outside]), 0, 1.0, 1.5)
        assert way[-1, 4] == 2 * expected
    passable[:] = 0
    assert len(nav.way(passable, nav.field(passable, [nav.outside]), 0, 1.0, 1.5)) == 0


def test_officers_may_come_in_from_outside_where_the_mask_lets_them():
    spaces = [box("A", "corridor", 0, 0, 10, 3), box("B", "classroom", 0, 3, 5, 9)]
    nav = compile_plan(
        plan(spaces, [door("AB", "B", "A", (2, 3)), door("X", "A", OUT, (0, 1.5), 1.0, "exterior")])
    )
    entrance, b = nav.door_ids.index("X"), nav.space_ids.index("B")
    outer = int(nav.arrays.door_space[entrance, 0] != nav.outside)
    passable = nav.everywhere_passable().copy()
    assert passable[entrance, outer] == 0
    assert passable[entrance, 1 - outer] == 1
    assert np.isfinite(nav.distances_to_spaces(nav.space_ids.index("A"), 1.0, 1.5)[b])


def test_a_line_names_the_doors_that_it_passes_and_stops_at_one_that_is_shut():
    spaces = [box(name, "classroom", 4.0 * k, 0, 4.0 * k + 4.0, 4) for k, name in enumerate("ABC")]
    doors = [door("AB", "A", "B", (4, 2)), door("BC", "B", "C", (8, 2))]
    doors.append(door("X", "C", OUT, (12, 2), 1.0, "exterior"))
    nav = compile_plan(plan(spaces, doors))
    gates, passable = np.zeros(8, dtype=np.int32), np.ones((nav.n_doors, 2), dtype=np.uint8)
    a, c = nav.space_ids.index("A"), nav.space_ids.index("C")

    def line(start, end, *, there=c, keep_m=0.0):
        return follow(nav.arrays, passable, a, *start, there, *end, keep_m, gates)

    assert line((1.0, 2.0), (11.0, 2.1)) == 2
    sides = [int(nav.arrays.door_space[nav.door_ids.index(d), 0] != nav.space_ids.index(s)) for d, s in
             (("AB", "A"), ("BC", "B"))]  # fmt: skip
    assert gates[:2].tolist() == [
        2 * nav.door_ids.index(d) + s for d, s in zip(("AB", "BC"), sides, strict=True)
    ]
    assert line((1.0, 2.0), (11.0, 3.5)) == -1  # into the wall beside the second door
    assert line((1.0, 2.0), (3.0, 3.0), there=a) == 0
    assert line((1.0, 2.0), (3.0, 3.0)) == -1  # ends in another space than it should
    # 4 cm off the jamb of the first door, and 14 cm off it
    b = nav.space_ids.index("B")
    for sign in (-1.0, 1.0):
        near, off = 2.0 + sign * 0.42, 2.0 + sign * 0.32
        assert line((1.0, near), (6.0, near), there=b) == 1
        assert line((1.0, near), (6.0, near), there=b, keep_m=0.12) == -1
        assert line((1.0, off), (6.0, off), there=b, keep_m=0.12) == 1
    passable[nav.door_ids.index("BC")] = 0
    assert line((1.0, 2.0), (11.0, 2.1)) == -1


def test_the_nearest_point_of_an_opening_keeps_off_the_jambs():
    nav = bent_room()
    west = nav.door_ids.index("W")
    for (x, y), margin, expected in (((3.0, 1.6), 0.2, 1.6), ((3.0, 2.9), 0.2, 1.8), ((3.0, 0.0), 0.6, 1.5)):
        px, py = span_point(nav.arrays, west, 0, x, y, margin)
        assert (px, py) == pytest.approx((0.001, expected))


def test_the_vector_off_a_segment_starts_at_its_nearest_point():
    assert off_segment(0.0, 0.0, 4.0, 0.0, 1.0, 2.0) == (0.0, 2.0)
    assert off_segment(0.0, 0.0, 4.0, 0.0, 6.0, 1.0) == (2.0, 1.0)
    assert off_segment(0.0, 0.0, 4.0, 0.0, -3.0, 0.0) == (-3.0, 0.0)
