"""Figures of a study: one SVG, one PNG and one CSV each, drawn from the tables only.

Harm is in none of them. Where something had not happened by the end of the run, no curve reaches 1 and no
bar ends: how often that was is printed beside it. Bytes are the same for the same results.
"""

from __future__ import annotations

import math
import re
import textwrap
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.compare import FEWEST_FOR_BOOTSTRAP, Comparison, compare
from experiments.style import (
    GRID,
    INK,
    QUIET,
    WIDTH_IN,
    Look,
    broken,
    house_style,
    looks,
    time_axis,
)
from experiments.words import difference
from sim.outcome import censored_name

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox
    from numpy.typing import NDArray

    from experiments.store import Results

BARS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a bar: ends of the 90 % bar, of the 50 % bar, and the median."""
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
"""Outcomes of the figure of paired differences, in the order of the response."""


NEEDS_PATIENT = ("first_care_first_s", "first_care_median_s")
"""Outcomes of runs with a patient: how many those are is a level of harm, said for our own plans only."""


class Milestone(NamedTuple):
    """A row of the response timeline: columns whose sum is the time since the start."""

    title: str
    columns: tuple[str, ...]


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


@dataclass(frozen=True)
class StudyFigure:
    """A figure with its words and its numbers.

    Attributes
    ----------
    name : str
        File name without its ending.
    title, caption : str
        Plain words; the caption says n, the interval method and the building.
    figure : Figure
    table : DataFrame
        The numbers that are drawn.
    """

    name: str
    title: str
    caption: str
    figure: Figure
    table: pd.DataFrame


@dataclass(frozen=True)
class Study:
    """What every figure needs of a study."""

    results: Results
    comparisons: Sequence[Comparison]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Runs that did not fail."""
        rows = self.results.outcomes()
        return rows[rows["status"] == "ok"]

    @cached_property
    def looks(self) -> dict[str, Look]:
        """The look of every policy."""
        return looks(self.results.labels, self.results.baseline)

    @property
    def labels(self) -> tuple[str, ...]:
        """Policy labels, baseline first."""
        return tuple(self.looks)

    def pairs(self, c: Comparison) -> int | None:
        """Return the pairs behind a difference, None where they would tell a level of harm."""
        library = self.results.manifest["scenario"].get("library_plan")
        return None if c.outcome in NEEDS_PATIENT and not library else c.n_pairs

    def n(self, label: str) -> int:
        """Return how many runs of a policy are in."""
        return int((self.rows["policy"] == label).sum())

    @cached_property
    def facts(self) -> str:
        """What every caption ends with."""
        manifest, scenario = self.results.manifest, self.results.manifest["scenario"]
        people = f", {scenario['people']} people" if scenario.get("people") else ""
        counts = {self.n(label) for label in self.labels}
        n = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
        return (
            f"n = {n} paired runs per policy. Building: {building_of(self.results)}{people}; "
            f"{scenario['day_part'].replace('_', ' ')}; baseline {self.results.baseline}; "
            f"model version {manifest['model_version']}, seed {manifest['seed']}."
        )

    def times(self, label: str, milestone: Milestone) -> NDArray[np.float64]:
        """Return a time since the start per run, infinite where it had not happened by the end of the run.

        Runs to which it does not apply, such as care without a patient, are left out.
        """
        rows = self.rows[self.rows["policy"] == label]
        columns = list(milestone.columns)
        values = rows[columns].astype("float64").sum(axis=1, skipna=False).to_numpy(dtype=float, copy=True)
        censored = rows[[censored_name(name) for name in columns]].any(axis=1).to_numpy(dtype=bool)
        values[censored] = np.inf
        found: NDArray[np.float64] = values[~np.isnan(values)]
        return found


def building_of(results: Results) -> str:
    """Return the name of the building, without the folders it lies in."""
    return (
        Path(str(results.manifest["scenario"]["building"])).name.removesuffix(".json").removesuffix(".plan")
    )


def write_figures(results: Results, folder: Path) -> list[Path]:
    """Write every figure of a study as SVG and PNG, with its numbers as CSV.

    Parameters
    ----------
    results : Results
        A results folder.
    folder : Path
        Where the files go; made when missing.

    Returns
    -------
    list of Path
        The files, in the order of the figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for drawn in draw_figures(results):
        paths = [folder / f"{drawn.name}.{ending}" for ending in ("svg", "png", "csv")]
        with house_style():
            frame = _write_words(drawn)
        for path in paths[:2]:
            _save(drawn.figure, path, path.suffix[1:], frame)
        drawn.table.to_csv(paths[2], index=False, lineterminator="\n")
        written += paths
    return written


def draw_figures(results: Results, comparisons: Sequence[Comparison] | None = None) -> list[StudyFigure]:
    """Draw every figure of a study.

    Parameters
    ----------
    results : Results
        A results folder.
    comparisons : sequence of Comparison, optional
        As ``compare`` returns them; made when omitted.
    """
    study = Study(results, compare(results) if comparisons is None else comparisons)
    drawers: tuple[Callable[[Study], StudyFigure], ...] = (timeline, paired, time_ecdf, secured)
    with house_style():
        return [draw(study) for draw in drawers]


def svg_text(drawn: StudyFigure) -> str:
    """Return a figure as SVG, the same bytes every time."""
    import io

    stream = io.StringIO()
    _save(drawn.figure, stream, "svg")
    return stream.getvalue()


def _write_words(drawn: StudyFigure) -> Bbox:
    """Write title and caption outside the edges of a figure, and return the area that holds everything."""
    from matplotlib.transforms import Bbox

    drawn.figure.draw_without_rendering()
    drawn.figure.set_layout_engine("none")  # everything keeps its place
    for legend in drawn.figure.legends:
        legend.set_bbox_to_anchor((0, 0, 1, 1), transform=drawn.figure.transFigure)
    width, height = drawn.figure.get_size_inches()
    caption = textwrap.fill(drawn.caption, 122)
    below = 0.2 + 0.145 * (caption.count("\n") + 1)
    title = textwrap.fill(" ".join(drawn.title.split()), 78, max_lines=2)
    above = 0.2 + 0.19 * (title.count("\n") + 1)
    left = 0.06 / width
    drawn.figure.text(
        left, 1 + above / height - 0.08 / height, title, va="top", fontsize=11, fontweight="bold"
    )
    drawn.figure.text(left, -0.1 / height, caption, va="top", fontsize=8, color=QUIET)
    return Bbox([[0, -below], [width, height + above]])


def _save(figure: Figure, where: object, kind: str, frame: Bbox | None = None) -> None:
    metadata: dict[str, None] = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with house_style(), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; the SVG holds it as text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(where, format=kind, metadata=metadata, bbox_inches=frame)  # type: ignore[arg-type]


# -- response timeline ---------------------------------------------------------------------------------------


def timeline(study: Study) -> StudyFigure:
    """Draw the response timeline: one row per milestone, one bar per policy or one for all."""
    import pandas as pd

    numbers = pd.DataFrame([_milestone_row(study, m, label) for m in MILESTONES for label in study.labels])
    lanes = [1 if _same_for_all(study, m) else len(study.labels) for m in MILESTONES]
    figure = _new_figure(0.85 + 0.16 * (sum(lanes) + 0.65 * len(lanes)) + _legend_height(study))
    ax = figure.add_subplot()
    ends = numbers[f"q{BARS[-1]:g}_s"].replace(np.inf, np.nan)
    time_axis(ax, max(3_600.0, float(ends.max())) if ends.notna().any() else 3_600.0)
    ax.grid(True, axis="x")
    top, places = 0.0, []
    for row, (milestone, n) in enumerate(zip(MILESTONES, lanes, strict=True)):
        if row % 2 == 0:
            ax.axhspan(top - 0.82, top + n - 0.18, color="#f3f3f3", zorder=0, lw=0)
        _milestone_bars(ax, study, numbers[numbers["milestone"] == milestone.title], top, alone=n == 1)
        places.append(top + (n - 1) / 2)
        top += n + 0.65
    ax.set_yticks(places, [milestone.title for milestone in MILESTONES])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(top - 0.82, -0.82)
    ax.set_xlabel("Time since the start of the incident (logarithmic)")
    ax.text(1.012, 1.0, "did not\nhappen", transform=ax.transAxes, va="bottom", color=QUIET, fontsize=8)
    _legend(figure, study)
    caption = (
        "Marker: median. Thick bar: the middle 50 % of runs. Thin bar: the middle 90 %. Grey: the same under "
        "all policies in every run. A bar that runs off the right edge includes runs in which it had not "
        "happened by the end; their share stands at the right. First care counts runs with a patient only. "
        f"{study.facts}"
    )
    return StudyFigure("timeline", "When each step of the response happens", caption, figure, numbers)


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
    words = "–" if math.isnan(never) else _percent(never)
    place = ax.get_yaxis_transform()
    ax.text(1.012, y, words, transform=place, va="center", color=INK if never > 0 else QUIET, fontsize=8)


def _percent(share: float) -> str:
    return "<1 %" if 0 < share < 0.005 else ">99 %" if 0.995 < share < 1 else f"{100 * share:.0f} %"


# -- paired differences --------------------------------------------------------------------------------------


def paired(study: Study) -> StudyFigure:
    """Draw the paired differences to the baseline: one panel per outcome, one line per policy."""
    import pandas as pd

    others = [label for label in study.labels if label != study.results.baseline]
    panels, same = [], []
    for name in PAIRED:
        found = [c for c in study.comparisons if c.outcome == name and c.n_pairs]
        if found and all(c.diff_low == c.diff_high == c.diff_mean == 0 for c in found):
            same.append(_first_letter(found[0].title, str.lower))
        elif found:
            panels.append(found)
    numbers = pd.DataFrame(
        [_paired_row(study, c) for c in study.comparisons if c.outcome in PAIRED], columns=_PAIRED_COLUMNS
    )
    numbers["n_pairs"] = numbers["n_pairs"].astype("Int64")
    figure = _draw_panels(study, panels, others)
    title = f"What changes, compared with {study.results.baseline}"
    none = f" No difference in any pair: {', '.join(same)}." if same else ""
    method = (
        "BCa bootstrap"
        if min((c.n_pairs for p in panels for c in p), default=0) >= FEWEST_FOR_BOOTSTRAP
        else "BCa bootstrap, Student's t below 20 pairs"
    )
    caption = (
        "Marker: mean of the differences between paired runs. Bar: 95 % interval of that mean "
        f"({method}). Filled: the interval leaves out zero; open: no clear difference. At the right: the "
        f"mean, and n pairs in which it happened under both.{none} {study.facts}"
    )
    return StudyFigure("paired", title, caption, figure, numbers)


_PAIRED_COLUMNS = [
    "outcome", "title", "unit", "policy", "baseline", "n_pairs", "mean_difference", "low", "high",
]  # fmt: skip


def _paired_row(study: Study, c: Comparison) -> dict[str, object]:
    names = (c.outcome, c.title, c.unit, c.policy, c.baseline)
    values = (*names, study.pairs(c), c.diff_mean, c.diff_low, c.diff_high)
    return dict(zip(_PAIRED_COLUMNS, values, strict=True))


def _draw_panels(study: Study, panels: Sequence[Sequence[Comparison]], others: Sequence[str]) -> Figure:
    names = [broken(label, 31, 2) for label in others]
    height = sum(0.17 if "\n" not in name else 0.3 for name in names)
    rows = max(1, math.ceil(len(panels) / 2))
    figure = _new_figure(0.1 + rows * (0.95 + height))
    if not panels:
        figure.text(0.5, 0.5, "No outcome differs in any pair.", ha="center", va="center")
        return figure
    axes = figure.subplots(rows, 2, squeeze=False)
    for place, ax in enumerate(axes.flat):
        if place >= len(panels):
            ax.set_axis_off()
            continue
        _panel(ax, study, panels[place], others)
        if place % 2 == 0:
            ax.set_yticks(range(len(others)), names)
        else:
            ax.set_yticks(range(len(others)), [""] * len(others))
    return figure


def _panel(ax: Axes, study: Study, found: Sequence[Comparison], others: Sequence[str]) -> None:
    scale, axis_words = _scale(found)
    ax.axvline(0, color=QUIET, lw=1.0, zorder=1)
    for c in found:
        if c.diff_mean is None:
            continue
        y, look, mean = others.index(c.policy), study.looks[c.policy], c.diff_mean * scale
        if c.diff_low is not None and c.diff_high is not None:
            ax.hlines(y, c.diff_low * scale, c.diff_high * scale, color=look.colour, lw=2.2, zorder=2)
        fill = look.colour if c.is_clear else "white"
        ax.plot(mean, y, look.marker, color=look.colour, mfc=fill, ms=6, mew=1.3, zorder=3)
        pairs = study.pairs(c)
        words = _mean_words(c) + ("" if pairs is None else f"  n={pairs}")
        ax.text(1.03, y, words, transform=ax.get_yaxis_transform(), va="center", fontsize=8)
    low, high = ax.get_xlim()
    room = 0.06 * (high - low)
    ax.set_xlim(low - room, high + room)
    ax.set_ylim(len(others) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(True, axis="x")
    ax.locator_params(axis="x", nbins=4)
    ax.set_title(broken(_first_letter(found[0].title, str.upper), 42))
    ax.set_xlabel(axis_words)


def _mean_words(c: Comparison) -> str:
    words = difference(c.diff_mean, c.unit)
    return words if re.search("[1-9]", words) else words.lstrip("+-")


def _first_letter(title: str, change: Callable[[str], str]) -> str:
    """Return the title of an outcome without "Start to", its first letter changed."""
    title = title.removeprefix("Start to ")
    return change(title[:1]) + title[1:]


def _scale(found: Sequence[Comparison]) -> tuple[float, str]:
    """Return the factor to the unit of a panel and the words of its axis."""
    if found[0].unit == "1":
        return 100.0, "percentage points  (← fewer | more →)"
    ends = [abs(end) for c in found for end in (c.diff_mean, c.diff_low, c.diff_high) if end is not None]
    if max(ends) >= 120:
        return 1 / 60, "minutes  (← sooner | later →)"
    return 1.0, "seconds  (← sooner | later →)"


# -- distributions of two times ------------------------------------------------------------------------------

_TIMES = (
    ("First officer enters", Milestone("entry", ("start_to_entry_s",))),
    ("First contact", Milestone("contact", ("start_to_contact_s",))),
)


def time_ecdf(study: Study) -> StudyFigure:
    """Draw the share of runs in which entry and contact had happened by a time."""
    import pandas as pd

    figure = _new_figure(3.1 + 0.2 * len(study.labels))
    axes = figure.subplots(1, 2, sharey=True)
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
    axes[0].set_ylabel("Runs in which it had happened")
    never = {label: [int(np.isinf(times[label, m.title]).sum()) for _, m in _TIMES] for label in study.labels}
    words = {label: _never_words(never[label], study.n(label)) for label in study.labels}
    _line_legend(figure, study, words)
    n = min(study.n(label) for label in study.labels)
    caption = (
        "Each curve is the share of runs in which it had happened by that time. A curve that stays below "
        "100 % counts runs in which it had not happened by the end. Each whole curve is known to within "
        f"{100 * dkw(n):.0f} percentage points (95 %, Dvoretzky-Kiefer-Wolfowitz). {study.facts}"
    )
    return StudyFigure(
        "ecdf", "How soon officers enter and reach the threat", caption, figure, pd.DataFrame(rows)
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


# -- share secured -------------------------------------------------------------------------------------------


def secured(study: Study) -> StudyFigure:
    """Draw the share of people behind a locked door or out of the building over time, a panel per policy."""
    import pandas as pd

    curves = study.results.curves()
    tables = {label: _bands(curves[curves["policy"] == label]).assign(policy=label) for label in study.labels}
    base = tables[study.results.baseline]
    alike = all(table.drop(columns="policy").equals(base.drop(columns="policy")) for table in tables.values())
    shown = study.labels[:1] if alike else study.labels
    columns = len(shown) if len(shown) < 3 else 2 if len(shown) == 4 else 3
    rows = math.ceil(len(shown) / columns)
    figure = _new_figure(0.35 + 2.15 * rows)
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for place, ax in enumerate(axes.flat):
        if place >= len(shown):
            ax.set_axis_off()
            continue
        label = shown[place]
        _secured_panel(ax, tables[label], study.looks[label], None if place == 0 else base)
        title = f"The same under all {len(study.labels)} policies" if alike else label
        ax.set_title(broken(title, 30 if columns == 3 else 46, 2), fontsize=8.5)
        if place + columns >= len(shown):
            ax.set_xlabel("Minutes since the start")
            ax.tick_params(labelbottom=True)
    figure.supylabel("People secured", fontsize=8.5)
    dashed = "" if alike else "Dashed black: median of the baseline. "
    caption = (
        "Line: median over the runs. Dark band: the middle 50 % of runs. Light band: the middle 90 %. "
        f"{dashed}Secured: in a room whose every way in is closed and locked, as a share of those inside at "
        f"the start. {study.facts}"
    )
    table = pd.concat(list(tables.values()), ignore_index=True)
    return StudyFigure("secured", "How soon people are secured", caption, figure, table)


def _bands(points: pd.DataFrame) -> pd.DataFrame:
    bands = points.groupby("t_s")["share_secured"].quantile(np.array(BARS)).unstack()
    bands.columns = [f"q{share:g}" for share in BARS]
    return bands.reset_index()


def _secured_panel(ax: Axes, bands: pd.DataFrame, look: Look, base: pd.DataFrame | None) -> None:
    minutes = bands["t_s"] / 60
    ax.fill_between(minutes, bands["q0.05"], bands["q0.95"], color=look.colour, alpha=0.15, lw=0)
    ax.fill_between(minutes, bands["q0.25"], bands["q0.75"], color=look.colour, alpha=0.3, lw=0)
    ax.plot(minutes, bands["q0.5"], color=look.colour)
    if base is not None:
        ax.plot(base["t_s"] / 60, base["q0.5"], color="black", ls=(0, (3, 2)), lw=1.1)
    ax.set_xlim(0, max(float(minutes.max()), 1.0) if len(minutes) else 1.0)
    ax.set_ylim(0, 1.02)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.grid(True, color=GRID)


# -- shared --------------------------------------------------------------------------------------------------


def _new_figure(height_in: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _columns(labels: Sequence[str]) -> int:
    longest = max(min(len(label), 45) for label in labels)
    return max(1, min(len(labels), 98 // (longest + 6)))


def _legend_height(study: Study) -> float:
    tallest = max(broken(label, 45, 2).count("\n") + 1 for label in study.labels)
    return 0.18 * tallest * math.ceil(len(study.labels) / _columns(study.labels))


def _legend(figure: Figure, study: Study) -> None:
    """Write the names of the policies above the plot, with the marker and colour of each."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, lw=1.6, ms=5.5, label=broken(label, 45, 2))
        for label, look in study.looks.items()
    ]
    figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=_columns(study.labels),
        columnspacing=1.4,
    )


def _line_legend(figure: Figure, study: Study, words: dict[str, str]) -> None:
    """Write the names of the policies below the plot, with the line of each and a remark."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, ls=look.line, label=f"{broken(label, 60, 1)}: {words[label]}")
        for label, look in study.looks.items()
    ]
    figure.legend(
        handles=handles,
        loc="outside lower left",
        handlelength=3.2,
    )
