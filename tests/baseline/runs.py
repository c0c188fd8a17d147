"""The runs whose outcomes are kept in `outcomes.csv`: what a change of results changes, row by row.

    make baseline        writes the file anew; its diff belongs into CHANGELOG.md under "results changed"

Every policy preset, every scenario preset, every day part, and every level of every lever beside its base:
one run each, no two with the same key. Beside the outcome stand three digests: of its harm, of the timeline,
and of where everybody is and in which state after two minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from experiments.studies.levers import BASE, designs
from sim.clock import to_ticks
from sim.given.policies import Policy, load_policy, policy_names
from sim.given.scenario import Scenario
from sim.given.scenario_fields import DAY_PARTS
from sim.given.scenario_files import load_scenario, scenario_names
from sim.model import ResponseModel
from sim.view.outcome import OUTCOMES
from tests.baseline.kept import write

FILE = Path(__file__).with_name("outcomes.csv")
SEED = 20_261_126
AFTER_S = 120.0
SCHOOLS = ("elementary", "high-school")
COLUMNS = tuple(column.name for column in OUTCOMES if column.kind != "harm")
HARM = tuple(column.name for column in OUTCOMES if column.kind == "harm")
"""Columns of harm are in a digest: no table joins harm across plans or day parts (docs/scope.md, rule 6)."""


class Case(NamedTuple):
    """One run: its name, the place, the response, and the number of its key."""

    name: str
    scenario: Scenario
    policy: Policy
    replicate: int


def cases() -> list[Case]:
    """Return all runs, in the order of the file."""
    return [Case(name, *parts, k) for k, (name, *parts) in enumerate(_named())]


def _named() -> Iterator[tuple[str, Scenario, Policy]]:
    schools = {school: load_scenario(building=school) for school in SCHOOLS}
    for school, scenario in schools.items():
        for name in policy_names():
            yield f"{school}: {name}", scenario, load_policy(name)
    entry = load_policy("immediate-entry")
    for name in scenario_names():
        yield f"scenario {name}", load_scenario(name), entry
    for part in DAY_PARTS:
        yield f"elementary, {part}", schools["elementary"].with_(day_part=part), entry
    for base, design in designs("elementary", 2).items():
        for arm in design.arms:
            name = base.label if arm.label == BASE else f"{base.label}: {arm.label}"
            yield f"elementary, {name}", schools["elementary"], arm.policy


def row_of(case: Case) -> dict[str, str]:
    """Run a case to its end and return its row of the file."""
    model = ResponseModel(case.scenario, case.policy, rng=SEED, replicate=case.replicate)
    model.advance(to_ticks(AFTER_S))
    walks = hashlib.sha256()
    for name in ("x", "y", "space", "state"):
        walks.update(model.column(name).tobytes())
    outcome = model.run().as_row()
    timeline = hashlib.sha256("\n".join(map(repr, model.timeline)).encode())
    return {
        "case": case.name,
        **{name: _text(outcome[name]) for name in COLUMNS},
        "harm": _digest(case.name, *(_text(outcome[name]) for name in HARM)),
        "timeline": timeline.hexdigest()[:10],
        "walks": walks.hexdigest()[:10],
    }


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:10]


def _text(value: object) -> str:
    return "" if value is None else f"{value:.6g}"


if __name__ == "__main__":
    write(FILE, map(row_of, cases()))
