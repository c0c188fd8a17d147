"""The response timeline: when each step happens under each policy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.common import (
    BARS,
    Milestone,
    Study,
    StudyFigure,
    legend,
    legend_height,
    percent,
)
from experiments.pages.style import INK, QUIET, Look, broken, time_axis
from experiments.pages.words import span

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MILESTONES = (
    Milestone("First report", ("start_to_report_s",)),
    Milestone("Lockdown announced", ("start_to_lockdown_s",)),
    Milestone("Police dispatched", ("start_to_report_s", "call_to_dispatch_s")),
    Milestone("First officer on scene", ("start_to_first_le_s",)),
    Milestone("First entry", ("start_to_entry_s",)),
    Milestone("First contact", ("start_to_contact_s",)),
    Milestone("End of threat", ("start_to_end_s",)),
    Milestone("First care", ("first_care_first_s",)),
    Milestone("All-clear", ("all_clear_s",)),
    Milestone("Reunification opens", ("reunification_start_s",)),
)


def timeline(study: Study) -> StudyFigure:
    """Draw the response timeline: one row per milestone, one bar per policy or one for all."""
    import pandas as pd

    milestones = _in_order_of_time(study)
    numbers = pd.DataFrame([_milestone_row(study, m, label) for m in milestones for label in study.labels])
    lanes = [1 if _same_for_all(study, m) else len(study.labels) for m in milestones]
    gap = 1.1 if study.narrow else 0.65  # names of steps are in two lines on a phone
    figure = study.figure(0.85 + 0.16 * (sum(lanes) + gap * len(lanes)) + legend_height(study))
    ax = figure.add_subplot()
    ends = numbers[f"q{BARS[-1]:g}_s"].replace(np.inf, np.nan)
    time_axis(ax, max(3_600.0, float(ends.max())) if ends.notna().any() else 3_600.0, gap=0.2 * study.narrow)
    ax.grid(True, axis="x")
    top, places = 0.0, []
    for row, (milestone, n) in enumerate(zip(milestones, lanes, strict=True)):
        if row % 2 == 0:
            ax.axhspan(top - 0.82, top + n - 0.18, color="#f3f3f3", zorder=0, lw=0)
        _milestone_bars(ax, study, numbers[numbers["milestone"] == milestone.title], top, alone=n == 1)
        places.append(top + (n - 1) / 2)
        top += n + gap
    ax.set_yticks(places, [broken(one.title, 14, 2) if study.narrow else one.title for one in milestones])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(top - 0.82, -0.82)
    ax.set_xlabel(f"Time since the start{'' if study.narrow else ' of the incident'} (logarithmic)")
    ax.text(1.012, 1.0, "did not\nhappen", transform=ax.transAxes, va="bottom", color=QUIET, fontsize=8)
    legend(figure, study)
    caption = (
        "Marker: median. Thick bar: the middle 50 % of runs. Thin bar: the middle 90 %. Grey: the same under "
        "all policies in every run. A bar that runs off the right edge includes runs in which it had not "
        "happened by the end; their share stands at the right. First care counts runs with a patient only. "
        "The tables give means instead, over pairs of runs. "
        f"{study.facts}"
    )
    return StudyFigure(
        "timeline", "When each step of the response happens", caption, _alt(study), figure, numbers
    )


def _in_order_of_time(study: Study) -> list[Milestone]:
    """Return the milestones in the order of their medians under the baseline, as the tables have them."""

    def middle(milestone: Milestone) -> float:
        times = study.times(study.results.baseline, milestone)
        return float(np.quantile(times, 0.5, method="inverted_cdf")) if times.size else math.inf

    # Of a plan from outside no care is given.
    known = set(study.rows.columns)
    return sorted((one for one in MILESTONES if known.issuperset(one.columns)), key=middle)


def _same_for_all(study: Study, milestone: Milestone) -> bool:
    first, *others = (study.times(label, milestone) for label in study.labels)
    return bool(others) and all(np.array_equal(first, times) for times in others)


def _milestone_bars(ax: Axes, study: Study, rows: pd.DataFrame, top: float, *, alone: bool) -> None:
    """Draw the bars of one milestone below one another; one grey bar when all policies are alike."""
    shown = rows.iloc[:1] if alone and len(rows) > 1 else rows
    for lane, (_, found) in enumerate(shown.iterrows()):
        look = study.looks[str(found["policy"])]
        _bar(ax, top + lane, found, Look(QUIET, "-", "o") if len(shown) < len(rows) else look)


def _milestone_row(study: Study, milestone: Milestone, label: str) -> dict[str, object]:
    times = study.times(label, milestone)
    never = float(np.isinf(times).mean()) if times.size else math.nan
    quantiles = (
        np.quantile(times, BARS, method="inverted_cdf") if times.size else np.full(len(BARS), math.nan)
    )
    return {
        "milestone": milestone.title,
        "policy": label,
        **{f"q{share:g}_s": float(value) for share, value in zip(BARS, quantiles, strict=True)},
        "share_not_happened": never,
    }


def _bar(ax: Axes, y: float, found: pd.Series, look: Look) -> None:
    """Draw the bars of one policy at one milestone, and how often it did not happen."""
    low, high = ax.get_xlim()
    q05, q25, q50, q75, q95 = (float(np.clip(found[f"q{share:g}_s"], low, high * 1.2)) for share in BARS)
    if math.isnan(q50):
        q05 = q25 = q75 = q95 = q50 = high * 2
    ax.hlines(y, q05, q95, color=look.colour, lw=1.6, zorder=2)
    ax.hlines(y, q25, q75, color=look.colour, lw=6.5, alpha=0.45, zorder=2)
    if q50 <= high:
        ax.vlines(q50, y - 0.44, y + 0.44, color=look.colour, lw=1.6, zorder=3)
        ax.plot(q50, y, look.marker, color=look.colour, ms=5.5, mec="white", mew=0.7, zorder=4, clip_on=False)
    never = float(found["share_not_happened"])
    words = "–" if math.isnan(never) else percent(never)
    place = ax.get_yaxis_transform()
    ax.text(1.012, y, words, transform=place, va="center", color=INK if never > 0 else QUIET, fontsize=8)


def _alt(study: Study) -> str:
    """Say the median of the first contact under every policy."""
    contact = next(m for m in MILESTONES if m.title == "First contact")
    medians = []
    for label in study.labels:
        middle = float(_milestone_row(study, contact, label)["q0.5_s"])  # type: ignore[arg-type]
        medians.append(f"{span(middle if math.isfinite(middle) else None)} under {label}")
    return f"Median time to first contact: {', '.join(medians)}."
