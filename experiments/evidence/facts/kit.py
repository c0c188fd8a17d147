"""What the tests of facts are made of: a fact, its tolerance as numbers, an ablation, and a measured part."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from experiments.compare.comparison import Interval
from experiments.evidence.verification.kit import Figure

if TYPE_CHECKING:
    from experiments.evidence.facts.batch import Runs
    from sim.given.levers import Level

INPUT, STRUCTURAL, EMERGENT, DOCUMENT = "input", "structural", "emergent", "document"


@dataclass(frozen=True)
class Tolerance:
    """One number of a fact, and what it may be.

    Parameters
    ----------
    what : str
        The number in words, with its unit.
    low, high : float
        What it may be, in its unit.
    rule : str
        "value": the simulated value lies in it; "interval": so does its whole 95 % interval, ends of the
        tolerance excluded; "reaches": the interval reaches into it; "shown": shown beside, and not counted.
    """

    what: str
    low: float = -inf
    high: float = inf
    rule: Literal["value", "interval", "reaches", "shown"] = "value"

    def holds(self, interval: Interval) -> bool | None:
        """Tell whether a simulated value with its interval is within; None where that is not counted."""
        value, low, high = interval
        if self.rule == "shown":
            return None
        if value is None:
            return False
        if self.rule == "value":
            return self.low <= value <= self.high
        if low is None or high is None:
            return False
        if self.rule == "reaches":
            return low <= self.high and high >= self.low
        return self.low < low and high < self.high

    @property
    def words(self) -> str:
        """The tolerance as text."""
        if self.rule == "shown":
            return "shown only"
        if self.low == self.high:
            return f"{self.low:g}"
        if self.high == inf:
            return f"above {self.low:g}" if self.rule == "interval" else f"{self.low:g} or more"
        if self.low == -inf:
            return f"below {self.high:g}" if self.rule == "interval" else f"{self.high:g} or less"
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Ablation:
    """The run without the mechanism that brings a fact about: there the fact must fail.

    Parameters
    ----------
    words : str
        What is off.
    hooks, levers, parameters
        How: names of `hooks.HOOKS`, levers, and sweepable parameters on top of every batch.
    fails : tuple of int
        Which numbers of the fact must fail, by their place; any one of them when omitted.
    """

    words: str
    hooks: tuple[str, ...] = ()
    levers: tuple[tuple[str, Level], ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    fails: tuple[int, ...] = ()

    def has_failed(self, parts: tuple[Part, ...]) -> bool:
        """Tell whether the numbers that must fail do."""
        if self.fails:
            return all(parts[k].within is False for k in self.fails)
        return any(part.within is False for part in parts)


@dataclass(frozen=True)
class Test:
    """How a fact is measured.

    Parameters
    ----------
    tolerances : tuple of Tolerance
        The numbers of the fact.
    measure : callable
        Returns a value with its interval for each of them, from runs and their number.
    ablations : tuple of Ablation
        For an emergent fact.
    figure : callable, optional
        Draws it from the same runs.
    not_yet : str
        Why it cannot be measured with the present model.
    """

    __test__ = False  # not one of pytest's

    tolerances: tuple[Tolerance, ...] = ()
    measure: Callable[[Runs, int], tuple[Interval, ...]] | None = None
    ablations: tuple[Ablation, ...] = ()
    figure: Callable[[Runs, int], Figure] | None = None
    not_yet: str = ""


@dataclass(frozen=True)
class Fact:
    """A published fact: its row of `facts.csv`, and its test.

    Parameters
    ----------
    words : str
        The fact.
    published : str
        Its value and tolerance as stated.
    n : int
        Number of runs.
    columns : tuple of str
        Outcome columns that it is about.
    """

    id: str
    words: str
    role: str
    published: str
    preset: str
    n: int
    columns: tuple[str, ...]
    source: str
    mechanism_off: str
    test: Test


@dataclass(frozen=True)
class Part:
    """A number of a fact as simulated; `within` is None where it is shown only."""

    tolerance: Tolerance
    interval: Interval

    @property
    def within(self) -> bool | None:
        """Whether it is within its tolerance."""
        return self.tolerance.holds(self.interval)

    @property
    def words(self) -> str:
        """The value and its interval as text."""
        value, low, high = self.interval
        if value is None:
            return "nothing"
        ends = "" if low is None or high is None else f" ({low:.4g} to {high:.4g})"
        return f"{value:.4g}{ends}"


@lru_cache(maxsize=1)
def rows() -> dict[str, dict[str, str]]:
    """Return the rows of `facts.csv` by id, in their order."""
    text = (Path(__file__).parent / "facts.csv").read_text(encoding="utf-8")
    return {row["id"]: row for row in csv.DictReader(text.splitlines())}


def fact(name: str, test: Test) -> Fact:
    """Return the fact of a row with its test."""
    row = rows()[name]
    return Fact(
        id=name,
        words=row["fact"],
        role=row["role"],
        published=row["value_and_tolerance"],
        preset=row["preset"],
        n=int(row["n"]),
        columns=tuple(part.strip() for part in row["column"].split(";") if part.strip()),
        source=row["source"],
        mechanism_off=row["mechanism_off"],
        test=test,
    )
