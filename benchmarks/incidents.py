"""Incidents per second per core, for the three mixes, and where the time goes.

    python benchmarks/incidents.py            a table and a profile
    python benchmarks/incidents.py --json     one object: incidents per CPU-second by mix, details below

The two-storey high school with 1,200 people in all, 30 simulated minutes, one core:

lockdown
    preset `audit-average`: everybody locks in where they can
default
    the same with `exit.option = multi_option`: half of the groups that may leave do
all-out
    everyone walks to an exit from 30 s on (a factory of this file; no policy of the product does that)

The time of a run is CPU time of this process, from building the model to its outcome. The first run of each
mix, which loads compiled kernels and the compiled building, is not counted. Beside it stands what the same
incidents cost to their all-clear (at most 8 hours, the default horizon) as a multiple of the 30 minutes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from sim.clock import to_ticks
from sim.given import disclosure
from sim.given.policies import Policy, load_policy
from sim.given.scenario import Scenario
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.run import warm_up

PEOPLE = 1200
HORIZON_S = 1800.0
ALL_CLEAR_S = 8 * 3600.0
ALL_OUT_S = 30.0
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Mix:
    """One mix: how runs of 30 minutes and to the all-clear are made, and how many to measure."""

    name: str
    build: Callable[[int], ResponseModel]
    build_long: Callable[[int], ResponseModel]
    runs: int


@dataclass(frozen=True)
class Measured:
    """One measurement: incidents per CPU-second and per wall-clock second, and what one run walks.

    `all_clear_ratio` is the CPU time to the all-clear over that of 30 minutes.
    """

    per_s: float
    per_wall_s: float
    all_clear_ratio: float
    runs: int
    people: int
    walked_person_s: float
    people_out: int


def mixes() -> list[Mix]:
    """Build the three mixes on one compiled building."""
    scenario = scenario_of(PEOPLE)
    lockdown = load_policy("audit-average")
    default = lockdown.with_lever("exit.option", "multi_option")
    long = scenario.with_(horizon_s=ALL_CLEAR_S)
    return [
        Mix("lockdown", partial(incident, scenario, lockdown), partial(incident, long, lockdown), 40),
        Mix("default", partial(incident, scenario, default), partial(incident, long, default), 20),
        Mix("all_out", partial(all_out, scenario, lockdown), partial(all_out, long, lockdown), 5),
    ]


def scenario_of(people: int) -> Scenario:
    """Return the high school with so many pupils that everybody together is `people`."""
    scenario = load_scenario(building="high-school", horizon_s=HORIZON_S)
    enrolment = people
    plan = scenario.plan
    for _ in range(12):
        scenario = scenario.with_(plan=plan.model_copy(update={"enrolment": enrolment}))
        # The shipped school with another number of pupils: taken for ours in this process, to choose keys.
        disclosure.OURS = (*disclosure.OURS, scenario.plan.content_hash())
        found = ResponseModel(scenario, "audit-average", rng=1).column("x").size
        if found == people:
            break
        enrolment += people - found
    return scenario


def incident(scenario: Scenario, policy: Policy, replicate: int) -> ResponseModel:
    """Build an ordinary incident."""
    return ResponseModel(scenario, policy, rng=1, replicate=replicate)


def all_out(scenario: Scenario, policy: Policy, replicate: int) -> ResponseModel:
    """Build an incident in which everyone walks to an exit from 30 s on, whatever they hear."""
    model = ResponseModel(scenario, policy, rng=1, replicate=replicate)
    crowd, people = model._incident.walkers, model._people
    people.alert_mps[:] = people.walk_mps
    model._alerting._on_group = model._alerting._on_person = _no_reaction

    def leave() -> None:
        everybody = np.arange(people.n)
        crowd.walk_out(everybody[crowd.can_act(everybody)])

    model._incident.agenda.at(to_ticks(ALL_OUT_S), leave)
    return model


def _no_reaction(_who: int) -> None:
    """Nobody locks a door or hides in this mix."""


def measure(mix: Mix, runs: int) -> Measured:
    """Run a mix and take the time."""
    run(mix.build, 0)
    walked_person_s, people_out, people = walking(mix)
    cpu, wall, long_cpu = [], [], []
    for replicate in range(1, runs + 1):
        cpu_0, wall_0 = time.process_time(), time.perf_counter()
        run(mix.build, replicate)
        cpu.append(time.process_time() - cpu_0)
        wall.append(time.perf_counter() - wall_0)
        cpu_0 = time.process_time()
        run(mix.build_long, replicate)
        long_cpu.append(time.process_time() - cpu_0)
    return Measured(
        per_s=runs / sum(cpu),
        per_wall_s=runs / sum(wall),
        all_clear_ratio=sum(long_cpu) / sum(cpu),
        runs=runs,
        people=people,
        walked_person_s=walked_person_s,
        people_out=people_out,
    )


def walking(mix: Mix) -> tuple[float, int, int]:
    """Return person-seconds walked (looked at once a second), people out, and people, of replicate 1."""
    model = mix.build(1)
    walked = 0
    while model.running:
        model.step()
        walked += model.n_moving
    return float(walked), model.n_out, model.column("x").size


def run(build: Callable[[int], ResponseModel], replicate: int) -> ResponseModel:
    """Run one incident to its end."""
    model = build(replicate)
    model.run()
    return model


def profile(mix: Mix, runs: int, top: int = 12) -> str:
    """Return the functions in which a mix spends its time. Compiled kernels count for who called them."""
    recorder = cProfile.Profile()
    recorder.enable()
    for replicate in range(1, runs + 1):
        run(mix.build, replicate)
    recorder.disable()
    stats = pstats.Stats(recorder)
    total = sum(row[2] for row in stats.stats.values())  # type: ignore[attr-defined]
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:top]  # type: ignore[attr-defined]
    lines = [f"{mix.name}: share of the time, calls per run, function"]
    for (file, line, name), (_, calls, own, _, _) in rows:
        place = Path(file)
        shown = place.relative_to(ROOT).as_posix() if place.is_relative_to(ROOT) else place.name
        lines.append(f"  {own / total:6.1%}  {calls / runs:9.0f}  {name} ({shown}:{line})")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Incidents per second per core for the three mixes.")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--runs", type=int, metavar="N", help="runs per mix (default 40, 20 and 5)")
    parser.add_argument("--no-profile", action="store_true", help="leave out the profile")
    args = parser.parse_args()
    warm_up()
    measured = {}
    for mix in mixes():
        measured[mix.name] = found = measure(mix, args.runs or mix.runs)
        if not args.json:
            print(
                f"{mix.name:9} {found.per_s:7.2f} incidents per second per core ({found.runs} runs, "
                f"{found.people} people, {found.walked_person_s:,.0f} person-seconds walked, "
                f"{found.people_out} out); to the all-clear {found.all_clear_ratio:.2f} times as long"
            )
    if args.json:
        numbers: dict[str, object] = {name: round(found.per_s, 3) for name, found in measured.items()}
        print(json.dumps({**numbers, "details": {name: vars(found) for name, found in measured.items()}}))
    elif not args.no_profile:
        for mix in mixes():
            print(profile(mix, max(1, (args.runs or mix.runs) // 4)))


if __name__ == "__main__":
    main()
