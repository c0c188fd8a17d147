"""A results folder as a workbook for spreadsheets: the comparison, one row per run, where it comes from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.compare.comparison import METHODS, compare
from experiments.compare.harm import harm_lines
from experiments.pages.cells import plain_cell
from experiments.pages.order import in_order_of_time
from experiments.study.parts import settle, temporary_of
from sim.errors import StudyError

if TYPE_CHECKING:
    from experiments.study.results import Results

_HEAD = (
    "policy", "baseline", "outcome", "column", "unit", "mean, policy", "mean, baseline", "mean difference",
    "low, 95 %", "high, 95 %", "pairs", "runs in which it did not happen",
)  # fmt: skip


def write_workbook(results: Results, path: Path) -> Path:
    """Write a results folder as an .xlsx file; a cell that is empty did not happen.

    Parameters
    ----------
    results : Results
        A results folder.
    path : Path
        The file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StudyError
        If openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise StudyError(
            "--to xlsx: needs openpyxl, which is not installed; `pip install firstminutes[office]`, or use "
            "--to csv, which every spreadsheet opens."
        ) from None
    book = Workbook()
    book.remove(book.active)
    runs = results.outcomes()[results.export_columns()]
    _sheet(book, "Comparison", _HEAD, _comparison(results))
    _sheet(book, "Runs", list(runs.columns), runs.itertuples(index=False))
    _sheet(book, "About", ("what", "value"), _about(results))
    temporary = temporary_of(path)
    try:
        with temporary.open("wb") as file:
            book.save(file)
            os.fsync(file.fileno())
        settle(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _comparison(results: Results) -> Iterable[Sequence[Any]]:
    """Return the comparison in the order of the report; of a plan from outside no harm and no patient."""
    for c in in_order_of_time(compare(results)):
        yield (
            c.policy, c.baseline, c.title, c.outcome, c.unit, c.policy_mean, c.baseline_mean, c.diff_mean,
            c.diff_low, c.diff_high, c.n_pairs, c.n_censored,
        )  # fmt: skip


def _about(results: Results) -> list[tuple[str, Any]]:
    manifest = results.manifest
    names = ("study", "model_version", "seed", "runs", "baseline", "created_utc")
    place = ("building", "day_part", "area", "horizon_s")
    return [
        *((name, manifest.get(name)) for name in names),
        *((name, Path(str(manifest["scenario"][name])).name) for name in place),
        ("statistics", METHODS),
        *(("harm", line) for line in harm_lines(results)),
    ]


def _sheet(book: Any, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(title)
    sheet.append(list(head))
    for row in rows:
        sheet.append([_cell(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns):
        longest = max(len(str(cell.value)) for cell in column if cell.value is not None)
        sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, 60 if number else 30)


def _cell(value: Any) -> Any:
    """Return a value as a cell: text that is never computed, numbers, nothing for what is missing."""
    import pandas as pd

    if value is None or value is pd.NA or value != value:  # NaN is not itself
        return None
    if isinstance(value, str):
        return plain_cell(value)
    return value.item() if hasattr(value, "item") else value
