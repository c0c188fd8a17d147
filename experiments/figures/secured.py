"""The share of people secured over time: a panel per policy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.common import BARS, Study, StudyFigure
from experiments.pages.style import GRID, Look, broken

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def secured(study: Study) -> StudyFigure:
    """Draw the share of people behind a locked door or out of the building over time, a panel per policy."""
    import pandas as pd

    curves = study.results.curves()
    tables = {label: _bands(curves[curves["policy"] == label]).assign(policy=label) for label in study.labels}
    base = tables[study.results.baseline]
    alike = all(table.drop(columns="policy").equals(base.drop(columns="policy")) for table in tables.values())
    shown = study.labels[:1] if alike else study.labels
    columns = 1 if study.narrow else len(shown) if len(shown) < 3 else 2 if len(shown) == 4 else 3
    rows = math.ceil(len(shown) / columns)
    figure = study.figure(0.35 + 2.15 * rows)
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
        f"{dashed}Secured: in lockdown in a room whose every way in is closed and locked, as a share of "
        "those inside at the start; a class that opens to a late knock is not, until it has locked again. "
        f"{study.facts}"
    )
    table = pd.concat(list(tables.values()), ignore_index=True)
    return StudyFigure("secured", "How soon people are secured", caption, _alt(tables), figure, table)


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


def _alt(tables: dict[str, pd.DataFrame]) -> str:
    """Say the median share at five minutes under every policy."""
    parts = []
    for label, bands in tables.items():
        by_then = bands.loc[bands["t_s"] <= 300.0, "q0.5"]
        words = f"{100 * float(by_then.iloc[-1]):.0f} %" if len(by_then) else "unknown"
        parts.append(f"{words} under {label}")
    return f"Median share of people secured five minutes after the start: {', '.join(parts)}."
