"""The tornado figure of one outcome: what each level of each lever does, the largest difference on top.

Harm is never sorted by size (design, section 2.6), and none of its levels is chosen by size either: its
figure shows all of them in the order of the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.compare import Comparison
from experiments.figures.common import new_figure
from experiments.style import QUIET, house_style
from experiments.words import difference
from sim.outcome import OUTCOMES

MOST = 24
"""So many levels are drawn of an outcome that is sorted by size; the table of the study has all."""
_HARM = frozenset(column.name for column in OUTCOMES if column.kind == "harm")
_BLUE, _ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito


def shown(found: Sequence[Comparison]) -> list[Comparison]:
    """Return the levels that a figure of one outcome shows, from the top down."""
    drawn = [c for c in found if c.diff_mean is not None]
    if any(c.outcome in _HARM for c in drawn):
        return drawn
    return sorted(drawn, key=lambda c: -abs(c.diff_mean or 0.0))[:MOST]


def draw_tornado(found: Sequence[Comparison], title: str, path: Path) -> None:
    """Draw the mean paired differences of an outcome with their 95 % intervals.

    Parameters
    ----------
    found : sequence of Comparison
        One per level, of one outcome.
    title : str
        Outcome and block.
    path : Path
        The picture.
    """
    drawn = shown(found)[::-1]  # the first one on top
    if not drawn:
        return
    unit = drawn[0].unit
    scale, words = (100.0, "percentage points") if unit == "1" else (1.0, "seconds")
    with house_style():
        figure = new_figure(1.0 + 0.22 * len(drawn))
        axes = figure.subplots()
        axes.axvline(0.0, color=QUIET, lw=1.0)
        for y, c in enumerate(drawn):
            mean = scale * (c.diff_mean or 0.0)
            low, high = scale * (c.diff_low or 0.0), scale * (c.diff_high or 0.0)
            is_good = (mean < 0) == (c.better == "lower")
            colour = QUIET if not c.is_clear else _BLUE if is_good else _ORANGE
            axes.barh(y, mean, height=0.6, color=colour, alpha=0.55)
            axes.hlines(y, low, high, color=colour, lw=2.0)
            axes.text(1.02, y, difference(c.diff_mean or 0.0, unit), transform=axes.get_yaxis_transform(),
                      va="center", fontsize=8)  # fmt: skip
        axes.set_yticks(range(len(drawn)), [c.policy for c in drawn])
        axes.set(
            title=title,
            xlabel=f"mean difference to the base, {words}; line: 95 % interval; grey: not clear",
        )
        figure.savefig(path)
