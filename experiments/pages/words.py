"""Numbers of a comparison in plain words: times, differences, and one sentence per policy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.compare.comparison import Comparison

HEADLINE = "start_to_contact_s"
FEW_PAIRS = 20
HANDLING = "Handle as sensitive: describes a real place"
"""Handling label of a page on a plan that is not in our library, unless another is given."""


def handling_label(given: str | None, *, is_ours: bool) -> str | None:
    """Return the handling label of a page: what was given, if that says anything, else by the plan."""
    return (given or "").strip() or (None if is_ours else HANDLING)


def span(seconds: float | None) -> str:
    """Return a length of time for people: ``45 s``, ``5.2 min``, ``2 h 05 min``."""
    if seconds is None:
        return "not reached"
    size = abs(seconds)
    sign = "-" if seconds < 0 and size > 0.5 else ""  # 0.5 is written 0
    if size < 119.95:
        return f"{sign}{size:.0f} s"
    if size < 7_170:
        return f"{sign}{size / 60:.1f} min"
    minutes = round(size / 60)
    return f"{sign}{minutes // 60} h {minutes % 60:02d} min"


def clock(seconds: float) -> str:
    """Return a time since the start as ``mm:ss`` or ``h:mm:ss``."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def value(number: float | None, unit: str) -> str:
    """Return a value in its unit; a dash where there is none."""
    if number is None:
        return "–"
    if unit == "s":
        return span(number)
    if unit == "1":
        return f"{100 * number:.0f} %"
    return _number(number)


def _number(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:,.1f}"


def difference(number: float | None, unit: str) -> str:
    """Return a signed difference in its unit; shares in percentage points."""
    if number is None:
        return "–"
    text = f"{100 * number:.1f} pt" if unit == "1" else span(number) if unit == "s" else _number(number)
    if not re.search("[1-9]", text):
        return text.lstrip("-")  # what is written as zero has no sign
    return text if number < 0 else f"+{text}"


def headline(comparisons: Sequence[Comparison], outcome: str = HEADLINE) -> list[str]:
    """Return one sentence per policy on what differs from the baseline.

    Parameters
    ----------
    comparisons : sequence of Comparison
        As ``compare`` returns them.
    outcome : str
        The interval to speak of; first contact by default.
    """
    return [sentence(comparison) for comparison in comparisons if comparison.outcome == outcome]


def sentence(comparison: Comparison) -> str:
    """Return one interval of one policy against the baseline as a sentence."""
    what = comparison.title.removeprefix("Start to ")
    what = what[:1].lower() + what[1:]
    start = f"{comparison.policy}: {what}"
    pairs = f"{comparison.n_pairs} pairs of runs"
    mean, low, high = comparison.diff_mean, comparison.diff_low, comparison.diff_high
    base, rest = comparison.baseline, _rest(comparison)
    if mean is None:
        return f"{start} cannot be compared with {base}: no pair in which both happened.{rest}"
    if mean == low == high == 0:
        return f"{start} is the same as under {base} in all {pairs}.{rest}"
    than = f"{_later(mean)} under {base} in the mean of {pairs}"
    if low is None or high is None:
        return f"{start} {than}, too few for an interval.{rest}"
    interval = f"95 % interval {_range(low, high)}"
    if low <= 0 <= high:
        return f"{start} shows no clear difference: {than} ({interval}).{rest}"
    return f"{start} {than} ({interval}).{rest}"


def _later(seconds: float) -> str:
    if seconds == 0:
        return "at the same time as"
    size = "less than 1 s" if _is_zero(seconds) else span(abs(seconds))
    return f"{size} {'later' if seconds > 0 else 'earlier'} than"


def _is_zero(seconds: float) -> bool:
    """Whether a difference is written as zero."""
    return span(abs(seconds)) == "0 s"


def _range(low: float, high: float) -> str:
    """Return an interval of differences with its direction in words."""
    if _is_zero(low) and _is_zero(high):
        return "0 s to 0 s" if low == high == 0 else "within 1 s of no difference"
    if low >= 0 or _is_zero(low):
        return f"{span(abs(low))} to {span(high)} later"
    if high <= 0 or _is_zero(high):
        return f"{span(-low)} earlier to 0 s" if _is_zero(high) else f"{span(-high)} to {span(-low)} earlier"
    return f"{span(-low)} earlier to {span(high)} later"


def _rest(comparison: Comparison) -> str:
    """Say how many pairs a difference leaves out."""
    told = []
    if comparison.only_baseline:
        told.append(f"in {comparison.only_baseline} more it happened under {comparison.baseline} only")
    if comparison.only_policy:
        told.append(f"in {comparison.only_policy} more it happened under {comparison.policy} only")
    if comparison.neither:
        told.append(f"in {comparison.neither} under neither by the end of the run")
    return f" {'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}." if told else ""
