"""A drill as a table and as a figure: who had got there when, and by which exit."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.common import new_figure
from experiments.pages.cells import plain_cell
from experiments.pages.style import QUIET, house_style, looks
from sim.drills import EVACUATION
from sim.errors import StudyError

if TYPE_CHECKING:
    from buildings.plan import FloorPlan
    from sim.drills import Drill

MOST_EXITS = 6
"""Exits with a curve of their own; the others are one curve."""


def exit_names(plan: FloorPlan) -> dict[str, str]:
    """Return what exits are called by their ids, where the plan gives them a number on the drawing."""
    return {
        door.id: f"exit {door.number}"
        for door in plan.doors
        if door.number and any(plan.is_outside(side) for side in door.between)
    }


def write_table(done: Drill, names: Mapping[str, str], path: Path) -> None:
    """Write one row per person in the order of arrival; an empty cell is who had not got there."""
    finish = done.result.finish_s
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["person", "finish_s", "exit"])
        for row in np.argsort(finish, kind="stable"):
            seconds, used = float(finish[row]), done.result.exit_name[row]
            name = "" if used is None else plain_cell(names.get(used, used))
            writer.writerow([int(row), "" if math.isnan(seconds) else f"{seconds:.2f}", name])


def write_figure(done: Drill, names: Mapping[str, str], title: str, path: Path) -> None:
    """Draw how many had got there by each second, all and by the exits that were used most.

    Parameters
    ----------
    done : Drill
        What was run.
    names : mapping of str to str
        Names of exits by id.
    title : str
        Building and part of the day.
    path : Path
        PNG, SVG or PDF.
    """
    finish = done.result.finish_s
    used = np.array([name or "" for name in done.result.exit_name], dtype=object)
    by_exit = sorted(done.by_exit.items(), key=lambda one: -one[1])
    shown = (
        [name for name, _ in by_exit]
        if len(by_exit) <= MOST_EXITS
        else [n for n, _ in by_exit[: MOST_EXITS - 1]]
    )
    curves = {"everybody": finish} | {names.get(name, name): finish[used == name] for name in shown}
    rest = [name for name, _ in by_exit if name not in shown]
    if rest:
        curves[f"{len(rest)} other exits"] = finish[np.isin(used, rest)]
    with house_style():
        figure = new_figure(3.6)
        ax = figure.add_subplot()
        for label, look in looks(list(curves), "everybody").items():
            times = np.sort(curves[label][np.isfinite(curves[label])])
            x, y = [0.0, *times, float(done.result.end_s)], [0, *range(1, len(times) + 1), len(times)]
            ax.step(x, y, where="post", color=look.colour, ls=look.line, label=f"{label}: {len(times)}")
        ax.axhline(len(finish), color=QUIET, lw=0.8)
        ax.set_xlim(0, max(float(done.finish_s[-1]) * 1.05 if len(done.finish_s) else 1.0, 1.0))
        ax.set_ylim(0, len(finish) * 1.04)
        ax.set_xlabel("Seconds since everybody set out")
        ax.set_ylabel("People out" if done.mode == EVACUATION else "People in a room that can be locked")
        ax.set_title(f"{done.mode} drill, {title}: {len(done.finish_s)} of {len(finish)} people")
        ax.grid(True)
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
        try:
            figure.savefig(path, dpi=160)
        except ValueError as error:
            raise StudyError(f"{path}: {str(error).rstrip('.')}.") from None
