"""All facts in the order of their numbers, and what a run of one of them found."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.compare.comparison import Interval
from experiments.evidence.facts import clocks, emergent, evacuation, rules
from experiments.evidence.facts.batch import Runs
from experiments.evidence.facts.kit import DOCUMENT, Ablation, Fact, Part, Test, fact
from experiments.evidence.verification.kit import Figure
from experiments.study.selection import chosen_of

_STATED = tuple(fact(name, Test()) for name in ("F15", "F16"))

FACTS: tuple[Fact, ...] = tuple(
    sorted(
        (*clocks.FACTS, *rules.FACTS, *emergent.FACTS, *evacuation.FACTS, *_STATED), key=lambda one: one.id
    )
)


@dataclass(frozen=True)
class Found:
    """What the simulation gives for a fact.

    Parameters
    ----------
    n : int
        Runs of each arm.
    parts : tuple of Part
        The numbers of the fact; none where it is stated only, or cannot be measured yet.
    ablated : tuple of (Ablation, tuple of Part)
        The same numbers without the mechanism.
    took_s : float
        Seconds, without those of batches that other facts had already run.
    """

    fact: Fact
    n: int
    parts: tuple[Part, ...]
    ablated: tuple[tuple[Ablation, tuple[Part, ...]], ...]
    figure: Figure | None
    took_s: float

    @property
    def within(self) -> bool | None:
        """Whether every number that counts is within; None where nothing was simulated."""
        counted = [part.within for part in self.parts if part.within is not None]
        return all(counted) if counted else None

    @property
    def fails_without(self) -> bool | None:
        """Whether the fact fails under each of its ablations; None where it has none, or misses anyway."""
        if not self.ablated or self.within is False:
            return None
        return all(ablation.has_failed(parts) for ablation, parts in self.ablated)

    @property
    def verdict(self) -> str:
        """One word or two for the table."""
        if self.fact.role == DOCUMENT:
            return "stated"
        if self.within is None:
            return "not yet"
        return "within" if self.within else "miss"

    @property
    def headline(self) -> Interval:
        """The number that decides: the first that is not within, else the first."""
        if not self.parts:
            return None, None, None
        missed = [part for part in self.parts if part.within is False]
        return (missed or list(self.parts))[0].interval


def chosen(only: Sequence[str]) -> tuple[Fact, ...]:
    """Return the facts of these numbers ("F01"), all of them for none.

    Raises
    ------
    StudyError
        For a number that there is no fact of.
    """
    return chosen_of(FACTS, only, "fact")


def find(one: Fact, runs: Runs, *, ablate: bool = True) -> Found:
    """Measure a fact, and measure it again under each of its ablations."""
    began, test = time.perf_counter(), one.test
    n = runs.n or one.n
    if test.measure is None:
        return Found(one, 0, (), (), None, 0.0)
    parts = _parts(one, runs, n)
    ablated = tuple(
        (off, _parts(one, runs.ablated(off.hooks, off.levers, off.parameters), n))
        for off in (test.ablations if ablate else ())
    )
    figure = test.figure(runs, n) if test.figure else None
    return Found(one, n, parts, ablated, figure, time.perf_counter() - began)


def _parts(one: Fact, runs: Runs, n: int) -> tuple[Part, ...]:
    assert one.test.measure is not None
    found = one.test.measure(runs, n)
    return tuple(Part(what, interval) for what, interval in zip(one.test.tolerances, found, strict=True))
