"""The tornado figure of one outcome: what each level of each lever does, the largest difference on top.

Harm is never sorted by size (docs/scope.md, rule 6), and none of its levels is chosen by size either: its
figure shows all of them in the order of the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.compare.comparison import Comparison
from experiments.figures.common import new_figure
from experiments.pages.style import QUIET, house_style
from experiments.pages.words import difference
from sim.view.outcome import OUTCOMES

MOST = 24
"""So many levels are drawn of an outcome that is sorted by size; the table of the study has all."""
_HARM = frozenset(column.name for column in OUTCOMES if column.kind == "harm")
_BLUE, _ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito

_UNITS = {
    "s": (1.0, "s"),
    "1": (100.0, "percentage points"),
    "person s": (1.0, "person-seconds"),
    "events": (1.0, "events"),
    "persons": (1.0, "persons"),
}
"""Unit of a column -> factor, and the unit on the axis."""
_LONG_S = 600.0
"""From here on differences of time are shown in minutes."""


def shown(found: Sequence[Comparison]) -> list[Comparison]:
    """Return the levels that a figure of one outcome shows, from the top down.

    A level that changes nothing in any pair has no bar, but where the outcome is harm.
    """
    drawn = [c for c in found if c.diff_mean is not None]
    if any(c.outcome in _HARM for c in drawn):
        return drawn
    some = [c for c in drawn if not c.diff_low == c.diff_high == c.diff_mean == 0]
    return sorted(some, key=lambda c: -abs(c.diff_mean or 0.0))[:MOST]


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
    scale, words = _UNITS[unit]
    if unit == "s" and max(abs(c.diff_mean or 0.0) for c in drawn) >= _LONG_S:
        scale, words = 1.0 / 60.0, "min"
    with house_style():
        figure = new_figure(1.0 + 0.22 * len(drawn))
        axes = figure.subplots()
        axes.axvline(0.0, color=QUIET, lw=1.0)
        for y, c in enumerate(drawn):
            mean = scale * (c.diff_mean or 0.0)
            low, high = scale * (c.diff_low or 0.0), scale * (c.diff_high or 0.0)
            is_good = c.better is None or (mean < 0) == (c.better == "lower")
            colour = QUIET if not c.is_clear else _BLUE if is_good else _ORANGE
            axes.barh(y, mean, height=0.6, color=colour, alpha=0.55)
            axes.hlines(y, low, high, color=colour, lw=2.0)
            axes.text(1.02, y, difference(c.diff_mean or 0.0, unit), transform=axes.get_yaxis_transform(),
                      va="center", fontsize=8)  # fmt: skip
        axes.set_yticks(range(len(drawn)), [c.policy for c in drawn])
        axes.set_ylim(-0.6, len(drawn) - 0.4)
        axes.set(
            title=title,
            xlabel=f"mean difference to its base ({words}); line: 95 % interval\n{_legend(found, drawn)}",
        )
        figure.savefig(path)


def _legend(found: Sequence[Comparison], drawn: Sequence[Comparison]) -> str:
    """Say what the colours mean, and how many levels are not drawn."""
    rest = sum(c.diff_mean is not None for c in found) - len(drawn)
    more = f"; {rest} levels that change it less or not at all are left out" if rest else ""
    colours = "blue: clear" if drawn[0].better is None else "blue: better, orange: worse"
    return f"{colours}, grey: not clear{more}"
