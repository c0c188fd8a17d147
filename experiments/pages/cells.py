"""Cells of what a spreadsheet opens: no text of ours or of a file is ever a formula."""

from __future__ import annotations

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is computed by spreadsheets, and may call other programs or the network."""


def plain_cell(text: str) -> str:
    """Return a text as a cell that a spreadsheet shows and never computes: with an apostrophe where needed.

    Only texts are given to it: a negative number is a number.
    """
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def plain_cell_sql(column: str) -> str:
    """Return DuckDB's expression for `plain_cell` of a text column."""
    begins = ", ".join(f"chr({ord(one)})" for one in FORMULA_BEGINS)
    name = column.replace('"', '""')
    return f'CASE WHEN left("{name}", 1) IN ({begins}) THEN chr(39) || "{name}" ELSE "{name}" END AS "{name}"'
