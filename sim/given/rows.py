"""The shipped tables as they stand in `sim/data`: rows of text, read once."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files


def csv_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a shipped table, in the order of the file."""
    text = files("sim").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def lever_rows() -> dict[str, dict[str, str]]:
    """Return the rows of the lever table by name, blocks included."""
    return {row["lever"]: row for row in csv_rows("policy_levers.csv")}


def parts_of(text: str, separator: str) -> list[str]:
    """Return the parts of a cell that holds several, empty ones left out."""
    return [part.strip() for part in text.split(separator) if part.strip()]
