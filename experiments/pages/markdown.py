"""Markdown pages that are written by the program: one template language, one way to write a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined


def render(template: Path, **values: object) -> str:
    """Return a page from its template, with one line end at its end.

    Parameters
    ----------
    template : Path
        A ``*.md.j2`` file.
    **values
        What the template names; a name that is missing is an error.
    """
    environment = Environment(
        undefined=StrictUndefined,
        autoescape=False,  # the page is Markdown made of our own words
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = cell
    page = environment.from_string(template.read_text(encoding="utf-8")).render(**values)
    return page.rstrip() + "\n"


def cell(text: object) -> str:
    """Return a text as it may stand in a cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table; every row has as many cells as the head."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)
