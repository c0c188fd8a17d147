"""The one table of parameters as people read it: in a terminal, as JSON, and as docs/parameters.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.pages.markdown import render
from sim.given.parameters import Parameter, ParameterTable, set_by

NARROW = {1: 24, 3: 10, 6: 16}
"""Columns of the terminal table that are broken into lines: value, unit, set by; with their characters."""


def records() -> list[dict[str, Any]]:
    """Return every row of the shipped table as plain data, in the order of the table."""
    return [
        {
            "parameter": row.name,
            "value": list(row.choices) or dict(row.values),
            "distribution": row.distribution,
            "unit": row.unit,
            "low": row.low,
            "high": row.high,
            "role": row.role,
            "sweepable": row.sweepable,
            "own": row.own,
            "set_by": set_by(row),
            "source": row.source,
            "evidence": row.evidence,
            "note": row.note,
        }
        for row in ParameterTable.default()
    ]


def value_of(row: Parameter) -> str:
    """Return the numbers of a distribution, the entries of a table or the levels of a choice as words."""
    if row.choices:
        return ", ".join(row.choices)
    if set(row.values) == {"value"}:
        return f"{row.values['value']:g}"
    return ", ".join(f"{name} {number:g}" for name, number in row.values.items())


def range_of(row: Parameter) -> str:
    """Return the range of the central value, empty where there is none; wider for an agency's own number."""
    if row.low is None or row.high is None:
        return ""
    low, high = row.allowed_range() or (row.low, row.high)
    own = f"; own: {low:g} to {high:g}" if row.own == "yes" else ""
    return f"{row.low:g} to {row.high:g}{own}"


def terminal_rows() -> list[list[str]]:
    """Return the table with its heading, every cell as words; what is not sweepable is fixed."""
    rows = [["parameter", "value", "distribution", "unit", "range", "role", "set by", "evidence", "source"]]
    rows += [
        [
            row.name,
            value_of(row),
            row.distribution,
            row.unit,
            range_of(row),
            row.role,
            set_by(row),
            row.evidence,
            row.source,
        ]
        for row in ParameterTable.default()
    ]
    return rows


def page() -> str:
    """Return docs/parameters.md: the rows by their first word, and how many there are of each kind."""
    groups: dict[str, list[Parameter]] = {}
    for row in ParameterTable.default():
        groups.setdefault(row.name.split(".")[0], []).append(row)
    rows = [row for group in groups.values() for row in group]
    return render(
        Path(__file__).with_suffix(".md.j2"),
        groups=groups,
        n=len(rows),
        n_sweepable=sum(row.sweepable == "yes" for row in rows),
        n_weak=sum(row.evidence == "weak" for row in rows),
        value_of=value_of,
        range_of=range_of,
        set_by=set_by,
    )
