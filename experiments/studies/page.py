"""The page of the lever study: the signs, what an officer inside is worth, and the figures people ask for."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.pages.markdown import render
from experiments.pages.words import difference
from experiments.studies.expected import EXPLAINED
from sim import MODEL_VERSION
from sim.view.outcome import OUTCOMES

ASKED_FOR = ("start_to_contact_s", "share_secured_60s", "first_care_median_s", "all_clear_s")
"""Outcomes whose tornado figures are on the page; none of them is harm."""

_COLUMNS = {column.name: column for column in OUTCOMES}


def write_page(rows: Sequence[dict[str, Any]], sentence: str, runs: int, study: Path, path: Path) -> None:
    """Write the page, and copy its figures to ``img/levers`` beside it.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `levers.signs_of`.
    sentence : str
        What an officer inside is worth.
    runs : int
        Paired runs per level.
    study : Path
        Folder of the study, with its figures.
    path : Path
        The Markdown file.
    """
    pictures = path.parent / "img" / "levers"
    pictures.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(study / "officer.png", pictures / "officer.png")
    found = []
    for school in dict.fromkeys(row["school"] for row in rows):
        for name in ASKED_FOR:
            target = pictures / f"{school}-{name}.png"
            shutil.copyfile(study / school / f"tornado-{name}.png", target)
            where = target.relative_to(path.parent).as_posix()
            found.append({"title": _COLUMNS[name].title, "school": school, "path": where})
    page = render(
        Path(__file__).with_suffix(".md.j2"),
        rows=[row | {"title": _COLUMNS[row["outcome"]].title, "words": _words(row)} for row in rows],
        counts=Counter(row["verdict"] for row in rows),
        explained=EXPLAINED,
        sentence=sentence,
        model_version=MODEL_VERSION,
        officer="img/levers/officer.png",
        pictures=found,
        runs=runs,
    )
    path.write_text(page, encoding="utf-8")


def _words(row: dict[str, Any]) -> str:
    """Return a difference with its interval in words."""
    if row["mean"] is None:
        return "-"
    unit = _COLUMNS[row["outcome"]].unit
    if row["mean"] == row["low"] == row["high"]:
        return f"{difference(row['mean'], unit)} in every pair"
    ends = [difference(row[end], unit) for end in ("low", "high") if row[end] is not None]
    return f"{difference(row['mean'], unit)} ({' to '.join(ends)})"
