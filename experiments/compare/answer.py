"""The answer of a study: what the policies change most surely, and what must be said beside it.

Four times stand for the response as a whole. Which of them a policy changes clearly is said first, the surest
first; first contact is one of them and no more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.compare.comparison import FEWEST_FOR_INTERVAL, Comparison
from experiments.pages.words import later, scale_of, sentence, short_title

if TYPE_CHECKING:
    from experiments.study.results import Results

ANSWERS = ("start_to_lockdown_s", "start_to_contact_s", "first_care_median_s", "all_clear_s")
"""The times that an answer speaks of, in the order of the response; none of them is harm."""

_MEDICS = {
    "all_clear": "Medics wait for the all-clear.",
    "officer_first_aid": "Officers give first aid after first contact; medics wait for the all-clear.",
    "escorted_rtf": "Medics go in under escort after first contact; they do not wait for the all-clear.",
}


@dataclass(frozen=True)
class Answer:
    """What one policy changes.

    Attributes
    ----------
    policy, baseline : str
        Labels.
    clear : tuple of Comparison
        Times that clearly differ, the surest first.
    unclear : tuple of Comparison
        The others, in the order of the response.
    """

    policy: str
    baseline: str
    clear: tuple[Comparison, ...]
    unclear: tuple[Comparison, ...]

    def sentences(self) -> list[str]:
        """Return the answer in sentences: what differs, then what does not."""
        told = [sentence(c) for c in self.clear]
        if self.unclear:
            told.append(f"No clear difference: {'; '.join(map(not_clear, self.unclear))}.")
        return told


def answers(results: Results, comparisons: Sequence[Comparison]) -> list[Answer]:
    """Return the answer for every policy, in the order of the study."""
    spoken_of = [c for c in comparisons if c.outcome in ANSWERS and applies(c)]
    base = comparisons[0].baseline if comparisons else results.baseline
    found = []
    for label in (label for label in results.labels if label != base):
        own = sorted((c for c in spoken_of if c.policy == label), key=lambda c: ANSWERS.index(c.outcome))
        clear = sorted((c for c in own if surety(c)), key=lambda c: -round(surety(c), 1))
        unclear = (c for c in own if not surety(c))
        found.append(Answer(label, base, tuple(clear), tuple(unclear)))
    return found


def surety(c: Comparison) -> float:
    """Return the mean difference in half widths of its interval; 0 where it is not clear."""
    if is_never(c):
        return math.inf
    if not c.is_clear or c.diff_mean is None or c.diff_low is None or c.diff_high is None:
        return 0.0
    half_width = (c.diff_high - c.diff_low) / 2
    return math.inf if half_width == 0 else abs(c.diff_mean) / half_width


def is_never(c: Comparison) -> bool:
    """Whether it happened in no run of the policy, and in enough of the baseline for that to be no chance."""
    return c.n_pairs == c.only_policy == 0 and c.only_baseline >= FEWEST_FOR_INTERVAL


def applies(c: Comparison) -> bool:
    """Whether there is anything to say of an outcome."""
    return bool(c.n_pairs or c.n_censored or c.only_baseline or c.only_policy)


def not_clear(c: Comparison) -> str:
    """Return in a few words why a time does not clearly differ."""
    title, mean, low, high = short_title(c), c.diff_mean, c.diff_low, c.diff_high
    title = title[:1].lower() + title[1:]
    if mean is None:
        return f"{title} (no pair in which both happened)"
    if mean == low == high == 0:
        return f"{title} (the same in all {c.n_pairs} pairs)"
    if low is None or high is None:
        return f"{title} (too few runs)"
    scale = scale_of(c)
    interval = f"{scale.signed(low)} to {scale.signed(high)} {scale.difference_unit}"
    return f"{title} ({later(c)}; 95 % interval {interval})"


def share_over_before_arrival(results: Results, label: str) -> float | None:
    """Return in what share of the runs of a policy the threat was over before an officer arrived."""
    rows = results.outcomes()
    if not {"start_to_end_s", "start_to_first_le_s"} <= set(rows.columns):
        return None
    rows = rows[(rows["policy"] == label) & (rows["status"] == "ok")]
    if rows.empty:
        return None
    end, arrival = rows["start_to_end_s"].astype("float64"), rows["start_to_first_le_s"].astype("float64")
    # Who had not arrived by the end of the run came later than what was over by then.
    over = end.notna() & (arrival.isna() | (end < arrival))
    return float(over.mean())


def over_words(share: float | None) -> str:
    """Say in what share of the runs the threat was over before an officer arrived."""
    if share is None:
        return ""
    return f"The threat was over before an officer arrived in {100 * share:.0f} % of the runs."


def medics_words(levers: Mapping[str, object]) -> str:
    """Say what medics wait for under a policy."""
    return _MEDICS.get(str(levers.get("ems.policy", "")), "")


def beside(results: Results) -> list[str]:
    """Return what must be said beside an answer; once where it is the same under every policy."""
    said = {label: beside_of(results, label) for label in results.labels}
    lines = []
    for kind in range(2):
        labels: dict[str, list[str]] = {}
        for label, found in said.items():
            if found[kind]:
                labels.setdefault(found[kind], []).append(label)
        for words, who in labels.items():
            under = "every policy" if len(who) == len(said) else ", ".join(who)
            lines.append(f"Under {under}: {words[:1].lower()}{words[1:]}")
    return lines


def beside_of(results: Results, label: str) -> tuple[str, str]:
    """Return what must be read beside the times of one policy; empty where nothing is known."""
    levers: Mapping[str, object] = next(
        (p.get("levers", {}) for p in results.manifest["policies"] if p["label"] == label), {}
    )
    return over_words(share_over_before_arrival(results, label)), medics_words(levers)
