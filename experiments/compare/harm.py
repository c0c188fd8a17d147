"""Harm of a plan from outside: one rounded relative change per policy, from the sums of whole chunks.

Shown once a study of at least 200 pairs is finished and its baseline has at least ten injury events. The
change is that of the sum over all chunks; its 95 % interval is Student's t of the ratio of sums with the
chunk as the unit (Cochran 1977, section 6.3). Both are rounded to five points, the interval outwards.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from experiments.study.outside import HARM
from sim.given.disclosure import CHUNK, EVENTS_FOR_HARM, PAIRS_FOR_HARM
from sim.view.outcome import OUTCOMES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from experiments.study.results import Results

POINTS = 5
WHY_NO_MORE = (
    "This plan is not one of the shipped ones: nobody shall learn from a real place what makes an incident "
    "there worse, so its pairs carry no run number, care is not shown, and harm is one rounded change of the "
    "whole study."
)
_TITLES = {column.name: column.title for column in OUTCOMES}


class HarmChange(NamedTuple):
    """The relative change of one sum of harm against the baseline (per cent, multiples of five)."""

    outcome: str
    title: str
    policy: str
    baseline: str
    change: int
    low: int
    high: int

    def words(self) -> str:
        """Return the change with its interval in words."""
        return f"{self.change:+d} % (95 % interval {self.low:+d} to {self.high:+d} %)"


def harm_changes(results: Results, baseline: str | None = None) -> list[HarmChange]:
    """Return the changes of harm that may be shown of a plan from outside, in the order of the study."""
    base = results.check_label(baseline or results.baseline)
    if _why_not(results, base):
        return []
    found = []
    for label in (label for label in results.labels if label != base):
        for name in HARM:
            sums = _sums(results.harm_sums(), name, base, label)
            change, low, high = relative_change(sums["a"].to_numpy(float), sums["b"].to_numpy(float))
            rounded = POINTS * round(change / POINTS)
            ends = POINTS * math.floor(low / POINTS), POINTS * math.ceil(high / POINTS)
            found.append(HarmChange(name, _TITLES[name], label, base, rounded, *ends))
    return found


def harm_lines(results: Results, baseline: str | None = None) -> list[str]:
    """Return what is said of harm for a plan from outside, and why it is no more."""
    if results.is_ours:
        return []
    base = results.check_label(baseline or results.baseline)
    told = [
        f"{change.title} under {change.policy}, whole study, compared with {base}: {change.words()}, "
        f"rounded to {POINTS} points."
        for change in harm_changes(results, base)
    ]
    return [*(told or [_why_not(results, base)]), WHY_NO_MORE]


def relative_change(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the relative change of a sum in per cent, with its 95 % interval from the chunks.

    Parameters
    ----------
    a, b : ndarray, shape (n_chunks,)
        Sums of each chunk under the baseline and under the policy; the baseline's is not 0 in all.
    """
    from scipy import stats

    n, ratio = len(a), float(b.sum() / a.sum())
    rest = b - ratio * a
    error = math.sqrt(n / (n - 1) * float((rest**2).sum())) / float(a.sum())
    half = float(stats.t.ppf(0.975, n - 1)) * error
    return 100.0 * (ratio - 1.0), max(-100.0, 100.0 * (ratio - 1.0 - half)), 100.0 * (ratio - 1.0 + half)


def _why_not(results: Results, base: str) -> str:
    """Say why no change of harm is shown, nothing where it is."""
    pairs = f"{PAIRS_FOR_HARM} pairs"
    if not results.is_complete or int(results.manifest["runs"]) < PAIRS_FOR_HARM:
        return f"A change in harm is shown once a study of at least {pairs} is finished."
    sums = results.harm_sums()
    others = [label for label in results.labels if label != base]
    of_events = [_sums(sums, "injury_events", base, label) for label in others]
    if any(CHUNK * len(found) < PAIRS_FOR_HARM for found in of_events):
        return (
            f"No change in harm is shown: in fewer than {pairs} was the threat over by the end of every run."
        )
    if any(float(found["a"].sum()) < EVENTS_FOR_HARM for found in of_events):
        return f"No change in harm is shown: the study has fewer than {EVENTS_FOR_HARM} events under {base}."
    return ""


def _sums(sums: pd.DataFrame, name: str, base: str, label: str) -> pd.DataFrame:
    """Return the sums of each chunk with the baseline as `a`."""
    sums = sums[sums["outcome"] == name]
    straight = sums[(sums["policy_a"] == base) & (sums["policy_b"] == label)]
    turned = sums[(sums["policy_a"] == label) & (sums["policy_b"] == base)]
    return straight if len(straight) else turned.rename(columns={"a": "b", "b": "a", "a2": "b2", "b2": "a2"})
