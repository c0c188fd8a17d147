"""Probabilistic sensitivity analysis: weak parameters drawn anew for each run of all policies.

Drawn are the rows of the table whose evidence is weak, that may be overridden, and that have a range. What a
lever sets stays the policy's, a table stays whole, and a row that the scenario overrides keeps the scenario's
value: who states a number of their own knows more than the range does.

The logarithm of a central value, of a share its log-odds, is triangular between `low` and `high` with its
mode at the shipped value: the ranges of assumptions are factors (x0.5 to x2), so that the median is the
shipped value. A count is rounded. The draw is keyed by the run and the name of the row, never by the policy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit, logit

from sim.given.distribution import Parameter, triangular
from sim.given.parameters import set_by
from sim.given.scenario import Scenario
from sim.streams import Draws, RunKey, Stream


class DrawnRow(NamedTuple):
    """A row of the table that is drawn: its range, its shipped value, and the scale of the triangle.

    `scale` is "log", "log-odds", or "plain" where one of the others would be infinite at an end.
    """

    name: str
    unit: str
    low: float
    mode: float
    high: float
    scale: str
    is_count: bool

    def value(self, u: float) -> float:
        """Return the value at a uniform number, within the range."""
        to, back = _SCALES[self.scale]
        a, mode, b = (float(to(end)) for end in (self.low, self.mode, self.high))
        drawn = float(back(float(triangular(np.asarray(u), a, mode, b))))
        drawn = min(max(drawn, self.low), self.high)
        return float(round(drawn)) if self.is_count else drawn


_SCALES: dict[str, tuple[Callable[[float], Any], Callable[[float], Any]]] = {
    "log": (np.log, np.exp),
    "log-odds": (logit, expit),
    "plain": (np.asarray, np.asarray),
}


def drawn_rows(scenario: Scenario) -> tuple[DrawnRow, ...]:
    """Return the rows that are drawn in a scenario, in the order of the table."""
    changed = scenario.parameters.changed
    return tuple(
        _drawn(row, row.low, row.high)
        for row in scenario.parameters
        if row.evidence == "weak"
        and set_by(row) == "scenario"
        and row.distribution != "table"
        and row.low is not None
        and row.high is not None
        and row.low < row.high
        and row.name not in changed
    )


def _drawn(row: Parameter, low: float, high: float) -> DrawnRow:
    scale = "log-odds" if row.is_share else "log"
    if low <= 0.0 or (row.is_share and high >= 1.0):
        scale = "plain"
    return DrawnRow(row.name, row.unit, low, row.central, high, scale, row.is_count)


def drawn_values(scenario: Scenario, key: RunKey) -> dict[str, float]:
    """Return what a run draws, by the name of the row."""
    draws = Draws(key)
    return {row.name: row.value(draws.u(Stream.WEAK_PARAMETER, row.name)) for row in drawn_rows(scenario)}


def drawn_scenario(scenario: Scenario, key: RunKey) -> Scenario:
    """Return the scenario as one run sees it: with its drawn values in the place of the shipped ones."""
    return scenario.with_(parameters=drawn_values(scenario, key))
