"""What every figure shares: the study behind it, its words and numbers, its legends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.compare.comparison import Comparison
from experiments.pages.style import WIDTH_IN, Look, broken, looks
from sim.view.outcome import censored_name

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from experiments.study.results import Results

NARROW_IN = 3.7
"""Width of a figure for a phone."""

BARS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a bar: ends of the 90 % bar, of the 50 % bar, and the median."""


class Milestone(NamedTuple):
    """A row of the response timeline: columns whose sum is the time since the start."""

    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class StudyFigure:
    """A figure with its words and its numbers.

    Attributes
    ----------
    name : str
        File name without its ending.
    title, caption : str
        Plain words; the caption says n, the interval method and the building.
    alt : str
        The main result in one sentence, for readers who do not see the drawing.
    figure : Figure
    table : DataFrame
        The numbers that are drawn.
    """

    name: str
    title: str
    caption: str
    alt: str
    figure: Figure
    table: pd.DataFrame


@dataclass(frozen=True)
class Study:
    """What every figure needs of a study; `narrow` for a phone, with panels below one another."""

    results: Results
    comparisons: Sequence[Comparison]
    narrow: bool = False

    def letters(self, wide: int) -> int:
        """Return how many letters fit where so many fit on a wide figure."""
        return wide // 2 if self.narrow else wide

    def figure(self, height_in: float) -> Figure:
        """Return an empty figure."""
        return new_figure(height_in, NARROW_IN if self.narrow else WIDTH_IN)

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

    def n(self, label: str) -> int:
        """Return how many runs of a policy are in."""
        return int((self.rows["policy"] == label).sum())

    @cached_property
    def facts(self) -> str:
        """What every caption ends with."""
        manifest, scenario = self.results.manifest, self.results.manifest["scenario"]
        people = f", {scenario['people']} people" if scenario.get("people") else ""
        seed = "" if manifest["seed"] is None else f", seed {manifest['seed']}"
        counts = {self.n(label) for label in self.labels}
        n = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
        return (
            f"n = {n} paired runs per policy. Building: {building_of(self.results)}{people}; "
            f"{scenario['day_part'].replace('_', ' ')}; baseline {self.results.baseline}; "
            f"model version {manifest['model_version']}{seed}."
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


def percent(share: float) -> str:
    """Return a share in percent that is 0 or 100 only when it is exactly that."""
    return "<1 %" if 0 < share < 0.005 else ">99 %" if 0.995 < share < 1 else f"{100 * share:.0f} %"


def first_letter(title: str, change: Callable[[str], str]) -> str:
    """Return the title of an outcome without "Start to", its first letter changed."""
    title = title.removeprefix("Start to ")
    return change(title[:1]) + title[1:]


def new_figure(height_in: float, width_in: float = WIDTH_IN) -> Figure:
    """Return an empty figure of the width of the house, or of another."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _columns(study: Study) -> int:
    longest = max(min(len(label), 45) for label in study.labels)
    return max(1, min(len(study.labels), study.letters(98) // (longest + 6)))


def legend_height(study: Study) -> float:
    """Return the inches that the legend above a plot takes."""
    tallest = max(broken(label, 45, 2).count("\n") + 1 for label in study.labels)
    return 0.18 * tallest * math.ceil(len(study.labels) / _columns(study))


def legend(figure: Figure, study: Study) -> None:
    """Write the names of the policies above the plot, with the marker and colour of each."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, lw=1.6, ms=5.5, label=broken(label, 45, 2))
        for label, look in study.looks.items()
    ]
    figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=_columns(study),
        columnspacing=1.4,
    )


def line_legend(figure: Figure, study: Study, words: dict[str, str]) -> None:
    """Write the names of the policies below the plot, with the line of each and a remark."""
    from matplotlib.lines import Line2D

    def label_of(label: str) -> str:
        if study.narrow:
            return broken(f"{label}: {words[label]}", 44, 3)
        return f"{broken(label, 60, 1)}: {words[label]}"

    handles = [
        Line2D([], [], color=look.colour, ls=look.line, label=label_of(label))
        for label, look in study.looks.items()
    ]
    figure.legend(
        handles=handles,
        loc="outside lower left",
        handlelength=3.2,
    )
