"""Movement: known times, flow bands, laws that hold for every plan and seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import box, corridor, door, grid_plan, plan, room_with_exit
from shapely import LineString, Point, Polygon
from walks import crowd_of, evacuation, no_sight, people_at, spread

from buildings import library
from buildings.plan import OUT
from sim.kernels import movement
from sim.people.movement_model import TIME_GAP_S
from sim.people.population import State
from sim.place.compile import compile_plan


def test_forty_metres_take_the_right_time():
    """RiMEA 1: 40 m at 1.33 m/s; 26-34 s with the stated tolerances."""
    drawn = corridor(41.0, 2.0)
    nav = compile_plan(drawn)
    people = people_at(nav, [(0, 1.0, 1.1)], speed=1.33)
    crowd = crowd_of(nav, people)
    crowd.walk_out(np.array([0]))
    crowd.advance(0, 4000, no_sight(nav))
    assert people.arrays.out_tick[0] / 20.0 == pytest.approx(40.0 / 1.33, abs=0.3)


@pytest.mark.parametrize("seed", range(3))
def test_flow_through_a_door_lies_in_the_band_of_the_experiments(seed):
    """100 people in a room, exit 1 m: 0.8 to 2.4 persons per metre and second."""
    people, _, _ = evacuation(room_with_exit(12.0, 9.0, 1.0), 100, seed)
    times = np.sort(people.arrays.out_tick) / 20.0
    flow = 80.0 / (times[89] - times[9])
    assert 0.8 < flow < 2.4


def test_counterflow_in_a_corridor_clears():
    spaces = [
        box("W", "classroom", 0, 0, 8, 8),
        box("C", "corridor", 8, 3, 18, 5.2),
        box("E", "classroom", 18, 0, 26, 8),
    ]
    doors = [
        door("a", "W", "C", (8, 4.1), 1.8, "opening"), door("b", "E", "C", (18, 4.1), 1.8, "opening"),
        door("x", "W", OUT, (0, 4), 1.2, "exterior"), door("y", "E", OUT, (26, 4), 1.2, "exterior"),
    ]  # fmt: skip
    nav = compile_plan(plan(spaces, doors))
    west, east = nav.space_ids.index("W"), nav.space_ids.index("E")
    people = people_at(nav, spread(nav, 25, 1, [west]) + spread(nav, 25, 2, [east]))
    crowd = crowd_of(nav, people)
    away = np.where(people.arrays.space == west, east, west)
    for k in range(people.n):
        crowd.ways.fields = np.stack(
            [nav.field(nav.everywhere_passable(), [east]), nav.field(nav.everywhere_passable(), [west])]
        )
        crowd.ways._stale[:] = False
        people.arrays.field[k] = 0 if away[k] == east else 1
    people.arrays.goal_space[:] = away
    people.arrays.goal_x[:], people.arrays.goal_y[:] = np.nan, np.nan
    people.arrays.arrive_state[:] = State.SHELTERED
    crowd._set_out(np.arange(people.n))
    crowd.advance(0, 20 * 240, no_sight(nav))
    assert (people.arrays.space == away).all()


def test_stairs_slow_people_by_their_factors():
    spaces = [box("S1", "stairs", 0, 0, 6, 4), box("S2", "stairs", 0, 0, 6, 4, level="2")]
    doors = [door("X", "S1", OUT, (0, 2), 1.2, "exterior")]
    stairs = {
        "id": "ST", "kind": "stairs", "width": 1.8, "length": 10.0,
        "ends": [
            {"level": "1", "space": "S1", "at": (3.0, 0.1)},
            {"level": "2", "space": "S2", "at": (3.0, 0.1)},
        ],
    }  # fmt: skip
    nav = compile_plan(plan(spaces, doors, levels=2, connectors=[stairs]))
    top = nav.space_ids.index("S2")
    people = people_at(nav, [(top, 3.0, 1.1)], speed=1.0)
    crowd = crowd_of(nav, people)
    crowd.walk_out(np.array([0]))
    crowd.advance(0, 4000, no_sight(nav))
    on_flight_s = 10.0 / 0.5
    assert people.arrays.out_tick[0] / 20.0 == pytest.approx(on_flight_s + 1.0 + 3.3, abs=1.0)


def watch_walls(drawn):
    """Return a watcher that fails when a step leaves the floor or crosses a wall."""
    floors = {s.id: Polygon(s.polygon).buffer(0.21) for s in drawn.spaces}
    solid = {s.id: Polygon(s.polygon).exterior for s in drawn.spaces}
    gaps = {}
    for d in drawn.doors:
        for side in d.between:
            gaps.setdefault(side, []).append(LineString(drawn.door_line(d)).buffer(0.35, cap_style="flat"))
    old = {}

    def watch(nav, people, crowd):
        arrays = people.arrays
        for k in range(people.n):
            if arrays.space[k] == nav.outside:
                continue
            name = nav.space_ids[arrays.space[k]]
            here = (arrays.x[k], arrays.y[k])
            assert floors[name].contains(Point(here)), (name, here)
            if k in old and old[k][0] == name and old[k][1] != here:
                step = LineString([old[k][1], here])
                assert step.length < 0.35
                if step.crosses(solid[name]):
                    cut = step.intersection(solid[name])
                    assert any(gap.covers(cut) for gap in gaps[name]), (name, step.wkt)
            old[k] = (name, here)

    return watch


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_no_step_ever_crosses_a_wall_and_everybody_gets_out(seed):
    drawn = grid_plan(seed, 3, 2)
    watch = watch_walls(drawn)
    people, _, seconds = evacuation(drawn, 25, seed, limit_s=300.0, watch=watch)
    assert seconds is not None, f"{(people.arrays.out_tick < 0).sum()} did not get out"


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 37))
def test_a_stretch_cut_into_pieces_gives_the_same_bits(seed, piece):
    drawn = grid_plan(seed, 2, 2)
    nav = compile_plan(drawn)
    results = []
    for step in (600, piece):
        people = people_at(nav, spread(nav, 20, seed))
        crowd = crowd_of(nav, people)
        crowd.walk_out(np.arange(people.n))
        tick = 0
        while tick < 600:
            tick, _ = crowd.advance(tick, min(600, tick + step), no_sight(nav))
        results.append(people.arrays)
    for name in ("x", "y", "space", "out_tick", "watch_ticks"):
        np.testing.assert_array_equal(getattr(results[0], name), getattr(results[1], name))


@pytest.mark.parametrize("name", library.names())
def test_two_hundred_people_all_get_out_of_the_shipped_schools(name):
    _, _, seconds = evacuation(library.load(name), 200, 3)
    assert seconds is not None
    assert 30.0 < seconds < 300.0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("n", [200, 1000])
@pytest.mark.parametrize("name", library.names())
def test_all_get_out_of_the_shipped_schools_at_every_seed(name, n, seed):
    people, _, seconds = evacuation(library.load(name), n, seed)
    assert seconds is not None, f"{(people.arrays.out_tick < 0).sum()} did not get out"


def test_people_at_rest_cost_nothing_and_stay():
    nav = compile_plan(grid_plan(2, 2, 2))
    people = people_at(nav, spread(nav, 30, 0))
    crowd = crowd_of(nav, people)
    before = people.arrays.x.copy()
    tick, events = crowd.advance(0, 10**9, no_sight(nav))
    assert tick == 10**9
    assert not events
    np.testing.assert_array_equal(people.arrays.x, before)


def test_one_step_of_two_walkers_by_hand():
    """The follower slows from 1.0 m/s towards the gap between the bodies over the time gap, with a delay of
    0.1 s; the leader walks freely."""
    nav = compile_plan(corridor(40.0, 2.0))
    people = people_at(nav, [(0, 10.0, 1.1), (0, 10.9, 1.1)], speed=1.0)
    crowd = crowd_of(nav, people)
    crowd.walk_out(np.array([0, 1]))
    crowd.advance(0, 1, no_sight(nav))
    gap = 0.9 - 2 * 0.2
    pace = 1.0 + (1.0 - np.exp(-0.05 / 0.1)) * (gap / TIME_GAP_S - 1.0)
    assert people.arrays.x[1] == pytest.approx(10.9 + 0.05 * 1.0, abs=1e-9)
    assert people.arrays.x[0] == pytest.approx(10.0 + 0.05 * pace, abs=1e-9)
    assert movement.MAX_STEP_M == 0.1


def test_a_person_who_meets_a_locked_door_reports_it():
    nav = compile_plan(grid_plan(6, 2, 1))
    people = people_at(nav, [(0, *nav.inner_point(0))])
    crowd = crowd_of(nav, people)
    crowd.walk_out(np.array([0]))
    people.arrays.notify[0] = 1
    crowd.advance(0, 1, no_sight(nav))
    crowd._doors.passable[:] = 0
    _, events = crowd.advance(1, 400, no_sight(nav))
    assert [event.kind for event in events] == ["blocked"]
    assert people.arrays.moving[0] == 0
