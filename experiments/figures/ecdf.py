"""The distributions of two times: entry and first contact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.common import Milestone, Study, StudyFigure, line_legend
from experiments.pages.style import time_axis

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TIMES = (
    ("First officer enters", Milestone("entry", ("start_to_entry_s",))),
    ("First contact", Milestone("contact", ("start_to_contact_s",))),
)


def time_ecdf(study: Study) -> StudyFigure:
    """Draw the share of runs in which entry and contact had happened by a time."""
    import pandas as pd

    legend_in = (0.55 if study.narrow else 0.2) * len(study.labels)
    figure = study.figure((5.0 if study.narrow else 3.1) + legend_in)
    axes = figure.subplots(2, 1) if study.narrow else figure.subplots(1, 2, sharey=True)
    times = {(label, m.title): study.times(label, m) for label in study.labels for _, m in _TIMES}
    known = [values[np.isfinite(values)] for values in times.values()]
    last = max((float(values.max()) for values in known if values.size), default=3_600.0)
    first = min((float(values.min()) for values in known if values.size), default=60.0)
    rows = []
    for ax, (title, milestone) in zip(axes, _TIMES, strict=True):
        time_axis(ax, last, first, gap=0.11)
        for label in study.labels:
            x, y = _steps(times[label, milestone.title])
            look = study.looks[label]
            ax.step([*x, ax.get_xlim()[1]], [*y, y[-1]], where="post", color=look.colour, ls=look.line)
            rows += [
                {"time": milestone.title, "policy": label, "t_s": t, "share_of_runs": share}
                for t, share in zip(x, y, strict=True)
            ]
        ax.set_title(title)
        ax.set_xlabel("Time since the start")
        ax.set_ylim(-0.02, 1.02)
        ax.grid(True)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        ax.tick_params(axis="x", labelsize=7.5)
    for ax in axes if study.narrow else axes[:1]:
        ax.set_ylabel("Runs in which it had happened")
    never = {label: [int(np.isinf(times[label, m.title]).sum()) for _, m in _TIMES] for label in study.labels}
    words = {label: _never_words(never[label], study.n(label)) for label in study.labels}
    line_legend(figure, study, words)
    n = min(study.n(label) for label in study.labels)
    caption = (
        "Each curve is the share of runs in which it had happened by that time. A curve that stays below "
        "100 % counts runs in which it had not happened by the end. Each whole curve is known to within "
        f"{100 * dkw(n):.0f} percentage points (95 %, Dvoretzky-Kiefer-Wolfowitz). {study.facts}"
    )
    ends = [
        f"{int(np.isfinite(times[label, 'contact']).sum())} of {times[label, 'contact'].size} under {label}"
        for label in study.labels
    ]
    alt = f"First contact had happened by the end of the run in {', '.join(ends)}."
    return StudyFigure(
        "ecdf", "How soon officers enter and reach the threat", caption, alt, figure, pd.DataFrame(rows)
    )


def dkw(n: int) -> float:
    """Return the half width of the 95 % band around a distribution of n runs, at most 1."""
    return min(1.0, math.sqrt(math.log(2 / 0.05) / (2 * n))) if n else 1.0


def _steps(times: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Return the steps of a distribution; runs in which it never happened count below the line."""
    finite, counts = np.unique(times[np.isfinite(times)], return_counts=True)
    shares = np.cumsum(counts) / max(times.size, 1)
    return [1e-3, *finite.tolist()], [0.0, *shares.tolist()]


def _never_words(never: Sequence[int], n: int) -> str:
    if not any(never):
        return f"both happened in all {n} runs"
    parts = [f"no {m.title} in {count} of {n}" for (_, m), count in zip(_TIMES, never, strict=True) if count]
    return ", ".join(parts)
