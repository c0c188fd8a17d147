"""The files of the baseline: one row per run or walk, by its name in the first column."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path


def read(file: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a file by name."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {next(iter(row.values())): row for row in csv.DictReader(lines)}


def write(file: Path, rows: Iterable[dict[str, str]]) -> None:
    """Write a file anew."""
    rows = list(rows)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{file.name}: {len(rows)} rows")
