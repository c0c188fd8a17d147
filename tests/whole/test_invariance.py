"""What must not change what people do: a mirror, a turn, names, the order of a file, and caches.

On random plans with many corners, of one or two levels. Quiet walks keep their times to a tick; in a jam,
where rounding alone changes who goes first, means over 20 seeds stay within 3 %.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from exact_ways import ExactWays, walkable
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mazes import maze_plan
from moved import HALF, MIRROR, ODD, QUARTER, STAY, at, in_another_order, moved, renamed
from plans import grid_plan
from shapely import LineString

from buildings import files, library
from sim import crowd
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.kernels.sight import can_see
from sim.people.population import BODY_RADIUS_M
from sim.place import compile as navigation
from sim.place.compile import compile_plan
from sim.run import run_incident
from sim.streams import RunKey

REPO = Path(__file__).resolve().parents[2]
TICK_S = 0.05
SEEDS = st.integers(0, 10_000)
MOVES = st.sampled_from([MIRROR, QUARTER, HALF, ODD])


def places_in(plan, n, seed):
    """Return n places of a plan as (x, y, level), spread over its standing places."""
    nav, rng = compile_plan(plan), np.random.default_rng(seed)
    spots = [(s, k) for s in nav.indoor for k in range(nav.spot_ptr[s], nav.spot_ptr[s + 1])]
    chosen = [spots[k] for k in rng.permutation(len(spots))[:n]]
    levels = {s.id: s.level for s in plan.spaces}
    return [(float(nav.spot_x[k]), float(nav.spot_y[k]), levels[nav.space_ids[s]]) for s, k in chosen]


def people_at(places, move=STAY):
    """Return people of different speeds who leave by the nearest exit, at places that move with the plan."""
    speeds = np.random.default_rng(1).uniform(0.8, 1.7, len(places))
    return [
        crowd.Person(at(move, x, y), "nearest", float(v), level=level)
        for (x, y, level), v in zip(places, speeds, strict=True)
    ]


def walk_out(plan, places, move=STAY, *, every_s=1.0, seed=0):
    """Let all leave together; return the result."""
    return crowd.run(
        crowd.Floor.of_building(moved(plan, move)), people_at(places, move), every_s=every_s, seed=seed
    )


def walk_out_alone(plan, places, move=STAY):
    """Let everybody leave with nobody else on the floor; return the times (s)."""
    floor = crowd.Floor.of_building(moved(plan, move))
    return np.array([crowd.run(floor, [person]).finish_s[0] for person in people_at(places, move)])


# -- mirror and rotation ----------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.integers(1, 2), MOVES)
def test_a_quiet_walk_takes_as_long_mirrored_and_turned(seed, levels, move):
    plan = maze_plan(seed, levels=levels)
    places = places_in(plan, 6, seed)
    base = walk_out_alone(plan, places)
    assert np.isfinite(base).all()
    found = walk_out_alone(plan, places, move)
    np.testing.assert_allclose(found, base, atol=TICK_S + 1e-9, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize("move", [MIRROR, QUARTER, HALF, ODD], ids=["mirror", "quarter", "half", "odd"])
@pytest.mark.parametrize("plan_seed", range(4))
def test_a_jam_takes_as_long_mirrored_and_turned_in_the_mean_of_twenty_seeds(plan_seed, move):
    plan = maze_plan(plan_seed, levels=1 + plan_seed % 2)
    means = []
    for turn in (STAY, move):
        found = [walk_out(plan, places_in(plan, 60, seed), turn, seed=seed).finish_s for seed in range(20)]
        assert np.isfinite(found).all()
        means.append([np.mean([f.max() for f in found]), np.mean(found)])
    (last, mean), (last_moved, mean_moved) = means
    print(plan_seed, f"last {last:.2f} {last_moved:.2f} s, mean {mean:.2f} {mean_moved:.2f} s")
    assert last_moved == pytest.approx(last, rel=0.03)
    assert mean_moved == pytest.approx(mean, rel=0.03)


# -- names, order, caches -----------------------------------------------------------------------------------


def digest(result):
    """Return all that a run of a crowd gives, levels by name, as bytes."""
    levels = result.frames.level.to_numpy(dtype="S").tobytes()
    return levels + result.array[:, :4].tobytes() + result.finish_s.tobytes() + result.path_m.tobytes()


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.integers(1, 2))
def test_names_and_the_order_of_the_file_change_no_bit_of_a_walk(seed, levels):
    plan = maze_plan(seed, levels=levels)
    places = places_in(plan, 30, seed)
    base = digest(walk_out(plan, places, every_s=TICK_S))
    for other in (renamed(plan), in_another_order(plan, seed), in_another_order(renamed(plan), seed + 1)):
        assert digest(walk_out(other, places, every_s=TICK_S)) == base


@pytest.mark.parametrize("name", library.names())
def test_names_and_the_order_of_the_file_change_no_bit_of_an_incident(name, tmp_path):
    policy, plan, found = load_policy("audit-average"), library.load(name), []
    variants = (plan, in_another_order(plan, 1), renamed(plan), in_another_order(renamed(plan, "rose"), 2))
    for k, other in enumerate(variants):
        path = tmp_path / f"{k}.plan.json"
        files.write_plan(other, path)
        scenario = load_scenario(building=str(path))
        found.append([asdict(run_incident(scenario, policy, RunKey(3, r)).outcome) for r in range(2)])
    assert found[1] == found[0]
    assert found[3] == found[2]
    # Under another name it is a plan from outside, in which the hazard may start anywhere indoors.
    assert found[2] != found[0]


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.integers(1, 2))
def test_a_plan_from_the_cache_walks_to_the_same_bits(seed, levels):
    plan = maze_plan(seed, levels=levels)
    places = places_in(plan, 30, seed)
    compiled = compile_plan(plan)
    cold = digest(walk_out(plan, places, every_s=TICK_S))
    navigation._compiled.cache_clear()
    assert compile_plan(plan) is not compiled
    assert digest(walk_out(plan, places, every_s=TICK_S)) == cold


TWICE = """
from sim.given.policies import load_policy
from sim.run import run_incident
from sim.given.scenario_files import load_scenario
from sim.streams import RunKey
print(repr(run_incident(load_scenario("elementary"), load_policy("audit-average"), RunKey(5, 1)).outcome))
"""


@pytest.mark.slow
def test_a_cold_and_a_warm_cache_give_the_same_outcome(tmp_path):
    """The first process compiles kernels and plan, the second loads both."""
    said = []
    for _ in range(2):
        env = {**os.environ, "FIRSTMINUTES_CACHE": str(tmp_path), "PYTHONPATH": str(REPO)}
        done = subprocess.run(
            [sys.executable, "-c", TWICE], env=env, cwd=REPO, capture_output=True, text=True, check=True
        )
        said.append(done.stdout)
    assert said[0] == said[1] != ""
    assert list((tmp_path / "plans").glob("*.pickle"))


# -- ways, sight, conservation ------------------------------------------------------------------------------


def compare_ways(plan, seed, n=10):
    """Return our ways over exact ones between random places at least 5 m apart on foot on the first level."""
    nav = compile_plan(plan)
    ways, everywhere = ExactWays(walkable(plan, "1"), BODY_RADIUS_M), nav.everywhere_passable()
    rng, ratios = np.random.default_rng(seed), []
    rooms = [row for row in nav.indoor if plan.space(nav.space_ids[row]).level == "1"]
    for _ in range(n):
        a, b = rng.choice(rooms, 2)
        k, m = (rng.integers(nav.spot_ptr[s], nav.spot_ptr[s + 1]) for s in (a, b))
        start, goal = (nav.spot_x[k], nav.spot_y[k]), (nav.spot_x[m], nav.spot_y[m])
        exact = ways.length(start, goal)
        if not 5.0 <= exact < np.inf:
            continue
        field = nav.field(everywhere, [b], goal_point=goal)
        row = np.array([a], dtype=np.int32)
        ours = nav.distances(everywhere, field, row, np.array([start[0]]), np.array([start[1]]))[0]
        ratios.append(ours / exact)
    return np.array(ratios)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.sampled_from([grid_plan, maze_plan]))
@example(219, maze_plan)  # a line that passed a jamb by 6 mm was 2 % shorter than the way
def test_ways_are_as_long_as_exact_ones_on_any_plan(seed, make):
    ratios = compare_ways(make(seed), seed)
    assert (np.abs(ratios - 1.0) < 0.02).all()
    assert not len(ratios) or abs(ratios.mean() - 1.0) < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", library.names())
def test_ways_are_as_long_as_exact_ones_in_the_shipped_schools(name):
    ratios = compare_ways(library.load(name), 1, 150)
    assert len(ratios) > 100
    assert np.abs(ratios - 1.0).max() < 0.02
    assert abs(ratios.mean() - 1.0) < 0.01


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_sight_agrees_with_shapely_in_a_maze(seed):
    """No disagreement but within a micrometre of a corner."""
    plan = maze_plan(seed)
    nav, free = compile_plan(plan), walkable(plan, "1")
    inner, outer = free.buffer(-1e-6), free.buffer(1e-6)
    rng, open_all = np.random.default_rng(seed), np.ones(nav.n_doors, dtype=np.uint8)
    for _ in range(40):
        a, b = rng.choice(nav.indoor, 2)
        k, m = (rng.integers(nav.spot_ptr[s], nav.spot_ptr[s + 1]) for s in (a, b))
        p, q = (nav.spot_x[k], nav.spot_y[k]), (nav.spot_x[m], nav.spot_y[m])
        line = LineString([p, q])
        ours = bool(can_see(nav.arrays, open_all, a, *p, b, *q))
        assert ours or not inner.covers(line), (seed, p, q)
        assert not ours or outer.covers(line), (seed, p, q)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.integers(1, 2))
def test_everybody_is_inside_or_has_left_at_every_moment(seed, levels):
    plan = maze_plan(seed, levels=levels)
    places = places_in(plan, 30, seed)
    result = walk_out(plan, places, every_s=0.25)
    rows, everybody = result.array, set(range(len(places)))
    for time in np.unique(rows[:, 1]):
        inside = rows[rows[:, 1] == time, 0].astype(int).tolist()
        gone = np.flatnonzero(result.finish_s <= time + 1e-9).tolist()
        assert len(inside) + len(gone) == len(places), (seed, time)
        assert set(inside) | set(gone) == everybody, (seed, time)
    assert all(name in result.floor.exits for name in result.exit_name)
