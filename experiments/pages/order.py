"""The order of rows: what happens first stands first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.compare.comparison import Comparison

SINCE_START, BETWEEN, SHARES, COUNTS, HARM = range(5)
GROUPS = (
    "Time since the start",
    "Time from step to step",
    "Shares of people",
    "Counts",
    "Change in harm",
)
"""Titles of the groups of rows."""

_GROUP_OF = {"share": SHARES, "count": COUNTS, "harm": HARM}


def group_of(c: Comparison) -> int:
    """Return the group that an outcome stands in."""
    if c.kind == "interval":
        return SINCE_START if c.title.startswith("Start to ") else BETWEEN
    return _GROUP_OF[c.kind]


def in_order_of_time(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """Return rows in groups; times since the start stand in the order of the baseline's medians.

    The median under the baseline is the same for every policy, so that all tables of a study have one order.
    What had not happened in half of the runs comes last; the others keep the order of the response.
    """

    def place(c: Comparison) -> tuple[int, float]:
        group, middle = group_of(c), c.baseline_median
        if group != SINCE_START:
            return group, 0.0
        return group, math.inf if middle is None else middle

    return sorted(comparisons, key=place)
