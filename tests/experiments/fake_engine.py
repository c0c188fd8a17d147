"""A small model with the interface of sim.run, for tests of studies: no building, known answers.

It lives in a file of its own, because worker processes import it by name. Environment variables make it slow
or faulty, because they reach worker processes too.
"""

from __future__ import annotations

import os
import time
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from buildings import library
from sim.view.outcome import Outcome

ENGINE = "tests.experiments.fake_engine"
SLOW, BROKEN, EXPOSED = "FAKE_ENGINE_SLOW_S", "FAKE_ENGINE_BROKEN", "FAKE_ENGINE_LOG"
GATE = "FAKE_ENGINE_GATE"
"""`PATH:N`: runs from replicate N on wait until there is a file PATH, so that no study ends too early."""


@dataclass(frozen=True)
class OutsidePlan:
    """A plan that is not one of ours, about which nothing was assumed."""

    name: str
    source = MappingProxyType[str, Any]({})
    doors = ()

    def content_hash(self) -> str:
        return self.name


@lru_cache
def FakePlan(name: str = "library school") -> Any:
    """Return a plan of ours under its default name, else one from outside."""
    return library.load("elementary") if name == "library school" else OutsidePlan(name)


@dataclass(frozen=True)
class FakeScenario:
    name: str = "default"
    plain_words: str = "A school."
    building: str = "high-school"
    plan: Any = field(default_factory=FakePlan)
    day_part: str = "class"
    area: str = "urban"
    horizon_s: float = 3600.0
    arrival_median_s: float | None = None

    def fingerprint(self) -> str:
        return f"{self.plan.content_hash()}-{self.day_part}-{self.area}-{self.horizon_s}"


@dataclass(frozen=True)
class FakePolicy:
    name: str
    delay_s: float = 0.0
    plain_words: str = "Words."
    exit_option: str = "lockdown_only"

    @property
    def levers(self) -> dict[str, Any]:
        return {"entry.delay_s": self.delay_s}

    def __getitem__(self, lever: str) -> Any:
        return (self.levers | {"exit.option": self.exit_option})[lever]

    def with_lever(self, _lever: str, value: Any, label: str | None = None) -> FakePolicy:
        return replace(self, delay_s=float(value), name=label or self.name)

    def under(self, _scenario: FakeScenario) -> FakePolicy:
        return self

    def fingerprint(self) -> str:
        return f"delay {self.delay_s}"


class FakeRecording(NamedTuple):
    x: Any

    def save(self, path: Path) -> None:
        np.savez(path, x=self.x)


class FakeRow(NamedTuple):
    time_s: float
    event: str
    who: str
    where: str
    note: str


class FakeOutcome(Outcome):
    """An outcome of which little is made: what is not made is not late either."""

    def is_censored(self, name: str) -> bool:
        return name == "all_clear_s" or (name == "start_to_contact_s" and self.start_to_contact_s is None)


class FakeResult(NamedTuple):
    outcome: Outcome
    timeline: tuple[FakeRow, ...]
    recording: FakeRecording | None
    curve: tuple[float, ...]
    n_people: int


def warm_up() -> None:
    """Nothing to compile."""


def run_for_study(scenario: Any, policies: Any, key: Any, *, record: Any = ()) -> list[FakeResult]:
    """Give full outcomes, harm included."""
    return run_paired(scenario, policies, key, record=record)


def run_paired(scenario: Any, policies: Any, key: Any, *, record: Any = ()) -> list[FakeResult]:
    time.sleep(float(os.environ.get(SLOW, "0")))
    gate, _, number = os.environ.get(GATE, "").rpartition(":")
    while gate and key.replicate >= int(number) and not Path(gate).exists():
        time.sleep(0.01)
    if os.environ.get(EXPOSED):
        with Path(os.environ[EXPOSED]).open("a") as file:
            file.write(f"{key.replicate} {len(policies)}\n")
    results = [_run(scenario, policy, key, policy.name in record) for policy in policies]
    base = results[0].outcome
    return [
        result._replace(
            outcome=replace(
                result.outcome,
                changes={
                    name: getattr(result.outcome, name) - getattr(base, name)
                    for name in ("exposure_person_s", "injury_events")
                },
            )
        )
        for result in results
    ]


def _run(scenario: Any, policy: Any, key: Any, recorded: bool) -> FakeResult:
    if f"{policy.name}@{key.replicate}" in os.environ.get(BROKEN, "").split(","):
        raise ValueError("somebody was hurt in room-12")
    rng = np.random.default_rng([key.seed, key.replicate])
    arrival, search, exposure = 300 + 200 * rng.random(), 100 * rng.random(), 1000 * rng.random()
    entry = arrival + policy.delay_s
    contact = entry + search
    happened = contact <= scenario.horizon_s
    values: dict[str, Any] = {}
    for one in fields(Outcome):
        if one.default is MISSING and one.default_factory is MISSING:
            values[one.name] = None if "None" in str(one.type) else 0
    values |= {
        "start_to_entry_s": entry,
        "start_to_contact_s": contact if happened else None,
        "share_secured_60s": float(rng.random()),
        "people": 12,
        "exposure_person_s": exposure + policy.delay_s,
        "injury_events": int(exposure + policy.delay_s) // 100,
    }
    timeline = (FakeRow(0.0, "INCIDENT_START", "", "", ""), FakeRow(entry, "FIRST_ENTRY", "officer", "", ""))
    curve = tuple(min(1.0, t / 600) for t in range(0, 610, 10))
    return FakeResult(
        FakeOutcome(**values), timeline, FakeRecording(np.arange(3)) if recorded else None, curve, 12
    )
