"""Tables for a terminal: the comparison of a study, the timeline of a run."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from experiments.pages.order import in_order_of_time
from experiments.pages.words import change, clock, scale_of, short_title
from sim.record.timeline import OFFICER_ON_SCENE, ROOM_SECURED

if TYPE_CHECKING:
    from experiments.compare.comparison import Comparison
    from experiments.study.results import Results

SHOWN = (
    "start_to_report_s",
    "start_to_lockdown_s",
    "start_to_first_le_s",
    "start_to_entry_s",
    "start_to_contact_s",
    "first_care_median_s",
    "all_clear_s",
    "reunification_start_s",
    "share_secured_60s",
    "share_secured_300s",
    "exposure_person_s_vs_baseline",
    "injury_events_vs_baseline",
)
"""Outcomes of the terminal table; the report and the files have all."""


def layout(
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    width: int | None = None,
    narrow: Mapping[int, int] | None = None,
) -> str:
    """Return rows as text in columns; the first row is the heading.

    Parameters
    ----------
    rows : sequence of sequence of str
        All of one length.
    right : sequence of int
        Columns that are set flush right.
    width : int, optional
        Characters; the last column is broken into lines that fit.
    narrow : mapping of int to int, optional
        Columns that are broken into lines too, with their characters.
    """
    broken = dict(narrow or {})
    if width is not None:
        others = range(len(rows[0]) - 1)
        used = [min(max(len(row[k]) for row in rows), broken.get(k, width)) + 2 for k in others]
        broken[len(rows[0]) - 1] = max(width - sum(used), 30)
    rows = _broken(rows, broken)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _broken(rows: Sequence[Sequence[str]], widths: Mapping[int, int]) -> list[list[str]]:
    """Return rows with the cells of some columns broken into lines, and further rows for these."""
    broken: list[list[str]] = []
    for row in rows:
        cells = [
            (textwrap.wrap(cell, widths[k]) or [""]) if k in widths else [cell] for k, cell in enumerate(row)
        ]
        broken += [list(lines) for lines in zip_longest(*cells, fillvalue="")]
    return broken


def comparison_table(results: Results, comparisons: Sequence[Comparison]) -> str:
    """Return one block per policy: means over pairs, their difference with its interval, how many pairs."""
    blocks = []
    for label in results.labels:
        shown = [c for c in comparisons if c.policy == label and c.outcome in SHOWN]
        if shown:
            blocks.append(_block(label, in_order_of_time(shown)))
    return "\n\n".join(blocks)


def _block(label: str, comparisons: Sequence[Comparison]) -> str:
    base = comparisons[0].baseline
    rows = [["means over pairs", "policy", "baseline", "difference, 95 % interval", "pairs", "not happened"]]
    for found in comparisons:
        if (
            found.n_pairs == 0
            and found.policy_median is None
            and not (found.n_censored or found.only_baseline)
        ):
            continue
        scale, is_harm = scale_of(found), found.kind == "harm"
        rows.append(
            [
                short_title(found),
                "" if is_harm else scale.level(found.policy_mean),
                "" if is_harm else scale.level(found.baseline_mean),
                change(found) + _doubt(found),
                str(found.n_pairs),
                str(found.n_censored) if found.n_censored else "",
            ]
        )
    return f"{label}, compared with {base}\n" + layout(rows, right=(1, 2, 4, 5))


def _doubt(found: Comparison) -> str:
    """Return a remark where an interval holds zero."""
    low, high = found.diff_low, found.diff_high
    return "" if found.is_clear or low is None or high is None or low == high == 0 else ", not clear"


def timeline_table(timeline: Sequence[Any]) -> str:
    """Return the timeline of one run; rooms that were secured are counted by wing, not listed one by one."""
    rows = [["time", "event", "who", "where", "note"]]
    for row, count, last in _grouped(timeline):
        note = row.note if count == 1 else f"{count} times until {clock(last)}"
        rows.append([clock(row.time_s), row.event.replace("_", " ").lower(), row.who, row.where, note])
    return layout(rows, right=(0,))


def _grouped(timeline: Sequence[Any]) -> list[tuple[Any, int, float]]:
    """Return (first row, how many, time of the last) of rows that say the same of the same wing."""
    groups: dict[tuple[str, str], tuple[Any, int, float]] = {}
    order: list[tuple[str, str]] = []
    for number, row in enumerate(timeline):
        repeats = row.event in (ROOM_SECURED, OFFICER_ON_SCENE)
        key = (row.event, row.where if repeats else str(number))
        if key in groups:
            first, count, _ = groups[key]
            groups[key] = (first, count + 1, row.time_s)
        else:
            groups[key] = (row, 1, row.time_s)
            order.append(key)
    return [groups[key] for key in order]
