"""The report of a study: one HTML page that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.store import Results


def write_report(results: Results, out: Path, *, handling: str | None = None) -> None:
    """Write the report."""
    out.write_text("<!doctype html>")
