"""Numbers of a comparison in plain words: times, shares and differences, one unit per row, and a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from experiments.compare.comparison import Comparison

HEADLINE = "start_to_contact_s"
"""The interval that a stopping rule waits for."""
FEW_PAIRS = 20
HANDLING = "Handle as sensitive: describes a real place"
"""Handling label of every page on a plan that is not a shipped one; a text of the user's is added to it."""


def handling_label(given: str | None, *, is_ours: bool) -> str | None:
    """Return the handling label of a page: that of a plan from outside, and what was given beside it."""
    own = (given or "").strip()
    return "; ".join(part for part in (None if is_ours else HANDLING, own) if part) or None


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


class Scale(NamedTuple):
    """The one unit in which the levels and the difference of a comparison are written."""

    level_unit: str
    difference_unit: str
    factor: float
    digits: int

    def level(self, number: float | None) -> str:
        """Return a level with its unit; a dash where there is none."""
        return "–" if number is None else f"{self._digits(number)} {self.level_unit}"

    def size(self, number: float) -> str:
        """Return the size of a difference with its unit."""
        return f"{self._digits(abs(number))} {self.difference_unit}"

    def signed(self, number: float | None) -> str:
        """Return a difference with its sign and no unit; what is written as zero has no sign."""
        if number is None:
            return "–"
        text = self._digits(number)
        if self.is_zero(number):
            return text.lstrip("-")
        return text if number < 0 else f"+{text}"

    def is_zero(self, number: float) -> bool:
        """Whether a difference is written as zero."""
        return not re.search("[1-9]", self._digits(number))

    def _digits(self, number: float) -> str:
        return f"{self.factor * number:,.{self.digits}f}"


_UNIT_WORDS = {"person s": "person-seconds", "persons": "people"}


def scale_of(c: Comparison) -> Scale:
    """Return the unit of a row: of its levels, its difference and the interval alike."""
    apart = [abs(end) for end in (c.diff_mean, c.diff_low, c.diff_high) if end is not None]
    levels = [abs(end) for end in (c.baseline_mean, c.policy_mean) if end is not None]
    return scale_for(c.unit, max(levels + apart, default=0.0), max(apart, default=0.0))


def scale_for(unit: str, largest: float, apart: float = 0.0) -> Scale:
    """Return the unit in which numbers are written beside each other.

    Parameters
    ----------
    unit : str
        Unit of the outcome.
    largest : float
        The largest number.
    apart : float
        The largest difference: seconds are kept where minutes with one digit would lose it.
    """
    if unit == "1":
        return Scale("%", "points", 100.0, 1)
    if unit == "s":
        in_seconds = largest < 119.5 or (largest < 600 and 0 < apart < 120)
        return Scale("s", "s", 1.0, 0) if in_seconds else Scale("min", "min", 1 / 60, 1)
    words = _UNIT_WORDS.get(unit, unit)
    return Scale(words, words, 1.0, 0 if largest >= 100 else 1)


def short_title(c: Comparison) -> str:
    """Return the title of an outcome without "Start to", with a capital letter."""
    title = c.title.removeprefix("Start to ")
    return title[:1].upper() + title[1:]


def change(c: Comparison) -> str:
    """Return the mean paired difference with its 95 % interval, as a cell of a table."""
    scale = scale_of(c)
    if c.diff_mean is None:
        return "–"
    mean = f"{scale.signed(c.diff_mean)} {scale.difference_unit}"
    if c.diff_low is None or c.diff_high is None:
        return mean
    if c.diff_low == c.diff_high:
        return f"{mean} in every pair" if c.diff_low else "no difference in any pair"
    return f"{mean} ({scale.signed(c.diff_low)} to {scale.signed(c.diff_high)})"


def sentence(c: Comparison) -> str:
    """Return one time of one policy against the baseline as a sentence: levels and difference are means."""
    title, scale = short_title(c), scale_of(c)
    pairs, base, rest = f"{c.n_pairs} pairs", c.baseline, left_out(c)
    mean, low, high = c.diff_mean, c.diff_low, c.diff_high
    if c.n_pairs == c.only_policy == 0 and c.only_baseline:
        neither = f" In {c.neither} under neither by the end of the run." if c.neither else ""
        return f"{title} happened in no run; under {base} in {c.only_baseline}.{neither}"
    if mean is None:
        return f"{title} cannot be compared with {base}: no pair in which both happened.{rest}"
    if mean == low == high == 0:
        return f"{title} is the same as under {base} in all {pairs}: {scale.level(c.policy_mean)}.{rest}"
    levels = f"{scale.level(c.policy_mean)} instead of {scale.level(c.baseline_mean)}"
    than = f"{later(c)}: {levels}, means of {pairs}"
    if low is None or high is None:
        return f"{title} {than}, too few for an interval.{rest}"
    clear = "" if c.is_clear else "shows no clear difference, "
    interval = "in every pair" if low == high else f"95 % interval {_range(low, high, scale)}"
    return f"{title} {clear}{than} ({interval}).{rest}"


def later(c: Comparison) -> str:
    """Return the mean difference of a time with its direction in words."""
    if not c.diff_mean:
        return "at the same time"
    scale = scale_of(c)
    size = scale.size(c.diff_mean)
    if scale.is_zero(c.diff_mean):
        size = f"less than {10**-scale.digits:.{scale.digits}f} {scale.difference_unit}"
    return f"{size} {'later' if c.diff_mean > 0 else 'earlier'}"


def _range(low: float, high: float, scale: Scale) -> str:
    """Return an interval of differences with its direction in words."""
    unit = scale.difference_unit
    if scale.is_zero(low) and scale.is_zero(high):
        return (
            f"within {10**-scale.digits:.{scale.digits}f} {unit} of no difference" if low or high else "none"
        )
    if low >= 0 or scale.is_zero(low):
        return f"{scale.signed(abs(low)).lstrip('+')} to {scale.size(high)} later"
    if high <= 0 or scale.is_zero(high):
        return f"{scale.signed(abs(high)).lstrip('+')} to {scale.size(low)} earlier"
    return f"{scale.size(low)} earlier to {scale.size(high)} later"


def left_out(c: Comparison) -> str:
    """Say how many pairs a difference leaves out."""
    told = []
    if c.only_baseline:
        told.append(f"in {c.only_baseline} more it happened under {c.baseline} only")
    if c.only_policy:
        told.append(f"in {c.only_policy} more it happened under {c.policy} only")
    if c.neither:
        told.append(f"in {c.neither} under neither by the end of the run")
    return f" {'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}." if told else ""
