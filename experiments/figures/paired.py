"""The paired differences to the baseline: one panel per outcome."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.compare.comparison import FEWEST_FOR_BOOTSTRAP, Comparison
from experiments.figures.common import Study, StudyFigure, first_letter
from experiments.pages.order import in_order_of_time
from experiments.pages.style import QUIET, broken
from experiments.pages.words import HEADLINE, Scale, change, scale_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAIRED = (
    "start_to_report_s",
    "start_to_lockdown_s",
    "start_to_first_le_s",
    "start_to_entry_s",
    "start_to_contact_s",
    "start_to_end_s",
    "first_care_median_s",
    "all_clear_s",
    "reunification_start_s",
    "share_secured_60s",
    "share_secured_300s",
)
"""Outcomes of the figure of paired differences; what happens first under the baseline is drawn first."""


def paired(study: Study) -> StudyFigure:
    """Draw the paired differences to the baseline: one panel per outcome, one line per policy."""
    import pandas as pd

    others = [label for label in study.labels if label != study.results.baseline]
    panels, same, apart = [], [], []
    shown = in_order_of_time(c for c in study.comparisons if c.outcome in PAIRED)
    for name in dict.fromkeys(c.outcome for c in shown):
        found = [c for c in study.comparisons if c.outcome == name]
        with_pairs = [c for c in found if c.n_pairs]
        without = [c for c in found if not c.n_pairs and _ever_applies(c)]
        if not with_pairs:
            if without:
                apart.append(first_letter(without[0].title, str.lower))
        elif not without and all(c.diff_low == c.diff_high == c.diff_mean == 0 for c in with_pairs):
            same.append(first_letter(found[0].title, str.lower))
        else:
            panels.append([*with_pairs, *without])
    numbers = pd.DataFrame(
        [_paired_row(study, c) for c in study.comparisons if c.outcome in PAIRED], columns=_PAIRED_COLUMNS
    )
    numbers["n_pairs"] = numbers["n_pairs"].astype("Int64")
    figure = _draw_panels(study, panels, others)
    title = f"What changes, compared with {study.results.baseline}"
    none = f" No difference in any pair: {', '.join(same)}." if same else ""
    none += f" In no pair under both: {', '.join(apart)}." if apart else ""
    method = (
        "BCa bootstrap"
        if min((c.n_pairs for p in panels for c in p if c.n_pairs), default=0) >= FEWEST_FOR_BOOTSTRAP
        else "BCa bootstrap, Student's t below 20 pairs"
    )
    caption = (
        "Marker: mean of the differences between paired runs. Bar: 95 % interval of that mean "
        f"({method}). Filled: the interval leaves out zero; open: no clear difference. At the right: the "
        f"mean, and n pairs in which it happened under both.{none} {study.facts}"
    )
    return StudyFigure("paired", title, caption, _alt(study), figure, numbers)


_PAIRED_COLUMNS = [
    "outcome", "title", "unit", "policy", "baseline", "n_pairs", "mean_difference", "low", "high",
]  # fmt: skip


def _paired_row(study: Study, c: Comparison) -> dict[str, object]:
    names = (c.outcome, c.title, c.unit, c.policy, c.baseline)
    values = (*names, c.n_pairs, c.diff_mean, c.diff_low, c.diff_high)
    return dict(zip(_PAIRED_COLUMNS, values, strict=True))


def _draw_panels(study: Study, panels: Sequence[Sequence[Comparison]], others: Sequence[str]) -> Figure:
    names = [broken(label, study.letters(31), 2) for label in others]
    height = sum(0.17 if "\n" not in name else 0.3 for name in names)
    columns = 1 if study.narrow else 2
    rows = max(1, math.ceil(len(panels) / columns))
    figure = study.figure(0.1 + rows * (0.95 + height))
    if not panels:
        figure.text(0.5, 0.5, "No outcome differs in any pair.", ha="center", va="center")
        return figure
    axes = figure.subplots(rows, columns, squeeze=False)
    for place, ax in enumerate(axes.flat):
        if place >= len(panels):
            ax.set_axis_off()
            continue
        _panel(ax, study, panels[place], others)
        if place % columns == 0:
            ax.set_yticks(range(len(others)), names)
        else:
            ax.set_yticks(range(len(others)), [""] * len(others))
    return figure


def _panel(ax: Axes, study: Study, found: Sequence[Comparison], others: Sequence[str]) -> None:
    scale, axis_words = _scale(found)
    factor = scale.factor
    ax.axvline(0, color=QUIET, lw=1.0, zorder=1)
    for c in found:
        y, look = others.index(c.policy), study.looks[c.policy]
        if c.diff_mean is None:
            _no_pair(ax, y, _no_pair_words(study, c))
            continue
        mean = c.diff_mean * factor
        if c.diff_low is not None and c.diff_high is not None:
            ax.hlines(y, c.diff_low * factor, c.diff_high * factor, color=look.colour, lw=2.2, zorder=2)
        fill = look.colour if c.is_clear else "white"
        ax.plot(mean, y, look.marker, color=look.colour, mfc=fill, ms=6, mew=1.3, zorder=3)
        words = f"{scale.signed(c.diff_mean)} {scale.difference_unit}  n={c.n_pairs}"
        ax.text(1.03, y, words, transform=ax.get_yaxis_transform(), va="center", fontsize=8)
    low, high = ax.get_xlim()
    room = 0.06 * (high - low)
    ax.set_xlim(low - room, high + room)
    ax.set_ylim(len(others) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(True, axis="x")
    ax.locator_params(axis="x", nbins=4)
    ax.set_title(broken(first_letter(found[0].title, str.upper), 42))
    ax.set_xlabel(axis_words)


def _no_pair(ax: Axes, y: float, words: str) -> None:
    """Write into a row without a marker why there is none."""
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    place = ax.get_yaxis_transform()
    ax.text(0.02, y, words, transform=place, va="center", fontsize=8, color=QUIET, bbox=ground)


def _no_pair_words(study: Study, c: Comparison) -> str:
    if c.n_censored:
        return f"did not happen: {c.n_censored} of {study.n(c.policy)}"
    return "did not happen under the baseline"


def _ever_applies(c: Comparison) -> bool:
    return bool(c.only_policy or c.only_baseline or c.neither or c.n_censored)


def _alt(study: Study) -> str:
    """Say how first contact differs from the baseline under every policy."""
    parts = []
    for c in study.comparisons:
        if c.outcome != HEADLINE:
            continue
        clear = "" if c.is_clear or c.diff_mean in (None, 0) else ", not clear"
        words = "no pair in which it happened under both" if c.diff_mean is None else change(c)
        parts.append(f"{words} under {c.policy}{clear}")
    return (
        f"Mean difference in time to first contact from {study.results.baseline}: {'; '.join(parts) or '–'}."
    )


def _scale(found: Sequence[Comparison]) -> tuple[Scale, str]:
    """Return the one unit of a panel, that of its largest difference, and the words of its axis."""
    ends = [abs(end) for c in found for end in (c.diff_mean, c.diff_low, c.diff_high) if end is not None]
    scale = scale_for(found[0].unit, max(ends))
    if scale.level_unit == "%":
        return scale, "percentage points  (← fewer | more →)"
    words = "seconds" if scale.level_unit == "s" else "minutes"
    return scale, f"{words}  (← sooner | later →)"
