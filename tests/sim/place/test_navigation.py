"""Distances, ways and sight against independent geometry (shapely), on shipped and random plans."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from exact_ways import ExactWays, walkable
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import box, corridor, door, grid_plan, plan
from shapely import LineString, Point, Polygon

from buildings import library
from buildings.plan import OUT
from sim.errors import NavigationError
from sim.kernels.sight import can_see, visible_spaces
from sim.people.population import BODY_RADIUS_M
from sim.place import compile as navigation
from sim.place.compile import compile_plan


@pytest.mark.parametrize("seed", range(6))
def test_distances_agree_with_a_visibility_graph(seed):
    drawn = grid_plan(seed, 3, 2)
    nav = compile_plan(drawn)
    ways, everywhere = ExactWays(walkable(drawn, "1"), BODY_RADIUS_M), nav.everywhere_passable()
    rng = np.random.default_rng(seed)
    ratios = []
    for _ in range(12):
        a, b = rng.choice(nav.indoor, 2)
        (ax, ay), (bx, by) = nav.inner_point(a), nav.inner_point(b)
        exact = ways.length((ax, ay), (bx, by))
        if exact < 5.0 or not math.isfinite(exact):
            continue
        field = nav.field(everywhere, [b], goal_point=(bx, by))
        row = np.array([a], dtype=np.int32)
        ratios.append(nav.distances(everywhere, field, row, np.array([ax]), np.array([ay]))[0] / exact)
    assert ratios
    assert max(abs(r - 1.0) for r in ratios) < 0.02
    assert abs(np.mean(ratios) - 1.0) < 0.01


def test_a_locked_door_masks_its_edge_and_nothing_else():
    spaces = [
        box("A", "corridor", 0, 0, 10, 3),
        box("B", "classroom", 0, 3, 5, 9),
        box("C", "classroom", 5, 3, 10, 9),
    ]
    doors = [
        door("AB", "B", "A", (2, 3)), door("AC", "C", "A", (8, 3)), door("BC", "B", "C", (5, 6)),
        door("X", "A", OUT, (0, 1.5), 1.0, "exterior"),
    ]  # fmt: skip
    nav = compile_plan(plan(spaces, doors))
    a, b = nav.space_ids.index("A"), nav.space_ids.index("B")
    passable = nav.everywhere_passable().copy()
    free = nav.distances(
        passable, nav.field(passable, [b]), np.array([a], dtype=np.int32), np.array([2.0]), np.array([1.0])
    )[0]
    assert free == pytest.approx(1.9 + 0.1, abs=0.002)  # to the face at y = 2.9, then half a wall of 0.2 m
    passable[nav.door_ids.index("AB")] = 0
    round_about = nav.distances(
        passable, nav.field(passable, [b]), np.array([a], dtype=np.int32), np.array([2.0]), np.array([1.0])
    )[0]
    assert 9.0 < round_about < 14.0


def test_corridor_distance_is_its_length():
    nav = compile_plan(corridor(40.0, 2.0))
    field = nav.field(nav.everywhere_passable(), [nav.outside])
    distance = nav.distances(
        nav.everywhere_passable(), field, np.array([0], dtype=np.int32), np.array([0.5]), np.array([1.1])
    )[0]
    assert distance == pytest.approx(39.4 + 0.1, abs=0.002)


def test_stairs_join_levels_and_their_flight_maps_back():
    spaces = [box("S1", "stairs", 0, 0, 6, 4), box("S2", "stairs", 0, 0, 6, 4, level="2")]
    doors = [door("X", "S1", OUT, (0, 2), 1.2, "exterior")]
    stairs = {
        "id": "ST", "kind": "stairs", "width": 1.8, "length": 8.0,
        "ends": [
            {"level": "1", "space": "S1", "at": (4.0, 0.1)},
            {"level": "2", "space": "S2", "at": (2.0, 0.1)},
        ],
    }  # fmt: skip
    nav = compile_plan(plan(spaces, doors, levels=2, connectors=[stairs]))
    top = nav.space_ids.index("S2")
    field = nav.field(nav.everywhere_passable(), [nav.outside])
    x, y = nav.inner_point(top)
    distance = nav.distances(
        nav.everywhere_passable(), field, np.array([top], dtype=np.int32), np.array([x]), np.array([y])
    )[0]
    assert 8.0 + 4.0 < distance < 8.0 + 9.0
    flight = nav.space_ids.index("ST")
    assert nav.draw_xy(flight, 0.0, 1.0)[0] == 0
    assert nav.draw_xy(flight, 8.0, 1.0) == (1, pytest.approx(2.0), pytest.approx(0.1))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 400))
def test_sight_agrees_with_shapely(seed):
    drawn = grid_plan(seed, 3, 3)
    nav, free = compile_plan(drawn), walkable(drawn, "1")
    rng = np.random.default_rng(seed)
    open_all = np.ones(nav.n_doors, dtype=np.uint8)
    visible = np.zeros(nav.n_spaces, dtype=np.uint8)
    for _ in range(25):
        a, b = rng.choice(nav.indoor, 2)
        (ax, ay), k = nav.inner_point(a), rng.integers(nav.spot_ptr[b], nav.spot_ptr[b + 1])
        bx, by = nav.spot_x[k], nav.spot_y[k]
        line = LineString([(ax, ay), (bx, by)])
        if abs(free.boundary.distance(line)) < 1e-6 and not line.crosses(free.boundary):
            continue  # grazing
        ours = can_see(nav.arrays, open_all, a, ax, ay, b, bx, by)
        assert ours == free.buffer(1e-9).covers(line), (seed, a, b)
        visible_spaces(nav.arrays, open_all, a, ax, ay, visible)
        if ours:
            assert visible[b] > 0


def test_closed_doors_stop_sight():
    drawn = grid_plan(4, 3, 3)
    nav = compile_plan(drawn)
    shut = np.zeros(nav.n_doors, dtype=np.uint8)
    visible = np.zeros(nav.n_spaces, dtype=np.uint8)
    for space in nav.indoor:
        visible_spaces(nav.arrays, shut, space, *nav.inner_point(space), visible)
        assert visible[space] == 2
        assert visible.sum() == 2


@pytest.mark.parametrize("name", library.names())
def test_shipped_schools_are_connected_and_have_room(name):
    drawn = library.load(name)
    nav = compile_plan(drawn)
    start = nav.indoor[0]
    assert np.isfinite(nav.distances_to_spaces(start, *nav.inner_point(start))[list(nav.indoor)]).all()
    for row in nav.indoor:
        polygon = Polygon(drawn.space(nav.space_ids[row]).polygon)
        assert polygon.contains(Point(nav.inner_point(row)))
        assert nav.n_spots(row) >= nav.capacity[row]


def test_compiled_plans_come_back_from_the_cache_and_a_torn_file_is_rebuilt(tmp_path, monkeypatch):
    monkeypatch.setenv("FIRSTMINUTES_CACHE", str(tmp_path))
    drawn = grid_plan(77, 2, 2)
    first = compile_plan(drawn)
    (stored,) = (tmp_path / "plans").glob("*.pickle")
    navigation._compiled.cache_clear()
    again = compile_plan(drawn)
    assert again is not first
    for name in first.arrays._fields:
        np.testing.assert_array_equal(getattr(again.arrays, name), getattr(first.arrays, name))
    stored.write_bytes(stored.read_bytes()[:100])
    navigation._compiled.cache_clear()
    assert compile_plan(drawn).door_ids == first.door_ids
    assert isinstance(pickle.loads(stored.read_bytes()), type(first))
    navigation._compiled.cache_clear()


def test_a_door_far_from_its_space_is_named():
    spaces = [box("A", "corridor", 0, 0, 10, 3)]
    with pytest.raises(NavigationError, match=r"door 'X' lies .* m from space 'A'"):
        compile_plan(plan(spaces, [door("X", "A", OUT, (20.0, 1.5), 1.0, "exterior")]))
