"""Movement beside JuPedSim, in one run: the same plan, people, goals, model class and time step.

    python benchmarks/movement.py             tables (about ten minutes: full evacuations of 1,000 in both)
    python benchmarks/movement.py --json      one object: the ratios, and all that was measured below them
    python benchmarks/movement.py --quick     windows instead of evacuations, under a minute

An agent-step is one person who has not left yet, advanced by one time step. CPU time is that of this process,
one thread, without setting up the plan and the people; kernels are compiled before. JuPedSim walks its
`CollisionFreeSpeedModel` with default numbers; ours walks the same class with the changes that
`docs/decisions` names. Everyone goes to the exit that is nearest on foot. Needs the package `jupedsim`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from school import packed, placed, school
from shapely import LineString

from sim import crowd
from sim.people.movement_model import TIME_GAP_S
from sim.people.population import BODY_RADIUS_M

try:
    import jupedsim as jps
except ImportError:
    jps = None

JUPEDSIM_DT_S, OUR_DT_S = 0.01, 0.05
"""Each one's own default time step (s)."""

EVACUATION_S = 600.0
DENSE_WINDOW_S = 4.0
SIZES = (200, 1000, 4000)
SCALING = (500, 1000, 2000, 5000, 10000, 20000)


@dataclass(frozen=True)
class Measured:
    """One measurement; `last_out_s` is None where a window ended before everybody was out."""

    engine: str
    case: str
    people: int
    dt_s: float
    window_s: float
    out: int
    last_out_s: float | None
    mean_out_s: float | None
    agent_steps: int
    cpu_s: float

    @property
    def steps_per_cpu_s(self) -> float:
        """Agent-steps per CPU-second."""
        return self.agent_steps / self.cpu_s

    @property
    def person_s_per_cpu_s(self) -> float:
        """Person-seconds per CPU-second."""
        return self.steps_per_cpu_s * self.dt_s


class Bench:
    """The plan, compiled once, and who walks where on it."""

    def __init__(self) -> None:
        self.plan = school()
        self.floor = crowd.Floor.of_building(self.plan)
        self.area = self.floor.walkable()
        self.lines = {
            d.id: LineString(self.plan.door_line(d)) for d in self.plan.doors if d.id in self.floor.exits
        }

    def goals(self, xy: np.ndarray) -> list[str]:
        """Return the exit that is nearest on foot from each place."""
        nav, names = self.floor.nav, list(self.floor.exits)
        row = self.floor.spaces_at(0, xy)
        open_doors = nav.everywhere_passable()
        far = []
        for name in names:
            door = self.floor.exits[name][0]
            others = [d for other in names if other != name for d in self.floor.exits[other]]
            passable = open_doors.copy()
            passable[others] = 0
            field = nav.field(passable, [nav.outside])
            far.append(nav.distances(passable, field, row, xy[:, 0].copy(), xy[:, 1].copy()))
            assert np.isfinite(far[-1]).all(), door
        return [names[k] for k in np.argmin(far, axis=0)]

    def ours(self, case: str, xy: np.ndarray, dt_s: float, window_s: float) -> Measured:
        """Measure our movement."""
        speed = speeds(len(xy))
        people = [
            crowd.Person((float(x), float(y)), goal, speed_mps=float(v))
            for (x, y), goal, v in zip(xy, self.goals(xy), speed, strict=True)
        ]
        crowd.run(self.floor, people, until_s=2 * dt_s, every_s=dt_s, tick_s=dt_s)
        begin = time.process_time()
        result = crowd.run(self.floor, people, until_s=window_s, every_s=window_s, tick_s=dt_s)
        cpu_s = time.process_time() - begin
        return _measured("ours", case, dt_s, window_s, result.finish_s, cpu_s)

    def jupedsim(self, case: str, xy: np.ndarray, dt_s: float, window_s: float) -> Measured:
        """Measure JuPedSim."""
        simulation = jps.Simulation(model=jps.CollisionFreeSpeedModel(), geometry=self.area, dt=dt_s)
        journeys = {}
        for name, line in self.lines.items():
            stage = simulation.add_exit_stage(line.buffer(0.3, cap_style="flat").intersection(self.area))
            journeys[name] = (simulation.add_journey(jps.JourneyDescription([stage])), stage)
        for at, goal, v in zip(xy, self.goals(xy), speeds(len(xy)), strict=True):
            journey, stage = journeys[goal]
            simulation.add_agent(
                jps.CollisionFreeSpeedModelAgentParameters(
                    position=(float(at[0]), float(at[1])), journey_id=journey, stage_id=stage,
                    desired_speed=float(v), radius=BODY_RADIUS_M, time_gap=TIME_GAP_S,
                )
            )  # fmt: skip
        finish, inside = np.full(len(xy), np.nan), simulation.agent_count()
        steps, n_out, cpu_s = round(window_s / dt_s), 0, 0.0
        for step in range(steps):
            begin = time.process_time()
            simulation.iterate()
            cpu_s += time.process_time() - begin
            left = inside - simulation.agent_count()
            finish[n_out : n_out + left] = (step + 1) * dt_s
            n_out, inside = n_out + left, inside - left
            if inside == 0:
                break
        return _measured("JuPedSim", case, dt_s, window_s, finish, cpu_s)


def _measured(
    engine: str, case: str, dt_s: float, window_s: float, finish_s: np.ndarray, cpu_s: float
) -> Measured:
    out = np.isfinite(finish_s)
    walked = np.where(out, finish_s, window_s)
    everybody = bool(out.all())
    return Measured(
        engine, case, len(finish_s), dt_s, window_s, int(out.sum()),
        round(float(finish_s.max()), 2) if everybody else None,
        round(float(finish_s.mean()), 2) if everybody else None,
        round(float(walked.sum()) / dt_s), cpu_s,
    )  # fmt: skip


def speeds(n: int) -> np.ndarray:
    """Return desired speeds, normal with mean 1.25 and deviation 0.2 m/s."""
    return np.clip(np.random.default_rng(7).normal(1.25, 0.2, n), 0.5, 2.0)


def median_of(times: int, measure: Callable[[], Measured]) -> Measured:
    """Measure several times and return the one of median CPU time."""
    return sorted((measure() for _ in range(times)), key=lambda m: m.cpu_s)[times // 2]


def beside_jupedsim(bench: Bench, is_quick: bool) -> list[Measured]:
    """Measure all cases in both engines."""
    found = []
    for n in SIZES if not is_quick else (1000,):
        xy = placed(bench.plan, n, seed=1)
        full = EVACUATION_S if n <= 1000 and not is_quick else (5.0 if is_quick else 20.0)
        for dt_s in (JUPEDSIM_DT_S, OUR_DT_S):
            found.append(median_of(3, partial(bench.ours, "school", xy, dt_s, full)))
            if dt_s == JUPEDSIM_DT_S:
                found.append(bench.jupedsim("school", xy, dt_s, full))
    xy, window_s = packed(bench.plan, 4000), 2.0 if is_quick else DENSE_WINDOW_S
    found.extend(
        median_of(3, partial(bench.ours, "dense", xy, dt_s, window_s)) for dt_s in (JUPEDSIM_DT_S, OUR_DT_S)
    )
    found.append(bench.jupedsim("dense", xy, JUPEDSIM_DT_S, window_s))
    return found


def pick(found: list[Measured], engine: str, case: str, people: int, dt_s: float) -> Measured:
    """Return one measurement."""
    return next(m for m in found if (m.engine, m.case, m.people, m.dt_s) == (engine, case, people, dt_s))


def ratios(found: list[Measured]) -> dict[str, float]:
    """Return ours over JuPedSim's."""
    at = JUPEDSIM_DT_S
    theirs, theirs_dense = (
        pick(found, "JuPedSim", "school", 1000, at),
        pick(found, "JuPedSim", "dense", 4000, at),
    )
    ours, ours_dense = pick(found, "ours", "school", 1000, at), pick(found, "ours", "dense", 4000, at)
    ours_default = pick(found, "ours", "school", 1000, OUR_DT_S)
    return {
        "agent_steps_ratio_1000": ours.steps_per_cpu_s / theirs.steps_per_cpu_s,
        "agent_steps_ratio_4000_dense": ours_dense.steps_per_cpu_s / theirs_dense.steps_per_cpu_s,
        "person_seconds_ratio_1000": ours_default.person_s_per_cpu_s / theirs.person_s_per_cpu_s,
    }


def convergence(bench: Bench, seeds: int) -> dict[str, float]:
    """Return how much longer 1,000 people take at our default step than at 0.01 s, in per cent."""
    mean, last = [], []
    for seed in range(1, seeds + 1):
        xy = placed(bench.plan, 1000, seed)
        fine, coarse = (bench.ours("school", xy, dt, EVACUATION_S) for dt in (JUPEDSIM_DT_S, OUR_DT_S))
        mean.append((coarse.mean_out_s or np.nan) / (fine.mean_out_s or np.nan))
        last.append((coarse.last_out_s or np.nan) / (fine.last_out_s or np.nan))
    return {
        "mean_per_cent": round(100 * (float(np.mean(mean)) - 1), 2),
        "last_per_cent": round(100 * (float(np.mean(last)) - 1), 2),
    }


def scaling(sizes: tuple[int, ...]) -> dict[int, float]:
    """Return nanoseconds per agent-step of ours against the number of people at one density (1 per m2)."""
    found = {}
    for n in sizes:
        side = float(np.sqrt(n))
        hall = [(0, 0), (side, 0), (side, side), (0, side)]
        floor = crowd.Floor(hall, exits={"east": ((side, side / 2 - 5), (side, side / 2 + 5))})
        people = [crowd.Person(at, "east") for at in crowd.scatter(hall, n, seed=1)]
        crowd.run(floor, people[:10], until_s=0.1)
        begin = time.process_time()
        result = crowd.run(floor, people, until_s=5.0, every_s=5.0)
        walked = np.where(np.isfinite(result.finish_s), result.finish_s, 5.0).sum() / OUR_DT_S
        found[n] = round(1e9 * (time.process_time() - begin) / float(walked), 1)
    return found


def show(found: list[Measured]) -> None:
    """Print the measurements as a table."""
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors, one thread each")
    head = ("engine", "case", "people", "dt s", "out", "last s", "CPU s", "agent-steps", "person-s")
    print("{:9} {:7} {:>6} {:>5} {:>6} {:>7} {:>8} {:>12} {:>10}  per CPU-s".format(*head))
    for m in found:
        last = "-" if m.last_out_s is None else f"{m.last_out_s:.1f}"
        print(
            f"{m.engine:9} {m.case:7} {m.people:6} {m.dt_s:5.2f} {m.out:6} {last:>7} {m.cpu_s:8.2f} "
            f"{m.steps_per_cpu_s:12,.0f} {m.person_s_per_cpu_s:10,.0f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Movement beside JuPedSim on the same plan.")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--quick", action="store_true", help="windows instead of evacuations")
    args = parser.parse_args()
    if jps is None:
        sys.exit("benchmarks/movement.py: the package jupedsim is missing; install it: pip install jupedsim")
    begin = time.process_time()
    bench = Bench()
    compile_s = time.process_time() - begin
    found = beside_jupedsim(bench, args.quick)
    answer: dict[str, object] = {name: round(value, 2) for name, value in ratios(found).items()}
    answer["dt_bias"] = convergence(bench, 1 if args.quick else 4)
    answer["ns_per_agent_step"] = scaling(SCALING[:3] if args.quick else SCALING)
    answer["set_up_cpu_s"], answer["load"] = round(compile_s, 2), os.getloadavg()[0]
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if args.json:
        measured = [
            {**asdict(m), "steps_per_cpu_s": m.steps_per_cpu_s, "person_s_per_cpu_s": m.person_s_per_cpu_s}
            for m in found
        ]
        print(json.dumps({**answer, "measured": measured}))
        return
    show(found)
    for name, value in answer.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
