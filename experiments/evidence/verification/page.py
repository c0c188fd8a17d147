"""The page of the verification tests: a table, the reasons of the misses, and the figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.evidence.verification.kit import MISS, PASS, REPORT
from experiments.figures.common import new_figure
from experiments.pages.markdown import render
from experiments.pages.style import house_style

if TYPE_CHECKING:
    from experiments.evidence.verification.checks import Row
    from experiments.evidence.verification.kit import Figure

_HEIGHT_IN = 3.2


def write_page(rows: Sequence[Row], path: Path) -> list[Path]:
    """Write the page and its figures, and return what was written.

    Parameters
    ----------
    rows : sequence of Row
        The tests that ran.
    path : Path
        The Markdown file; figures go to ``img/verification`` beside it.
    """
    pictures = path.parent / "img" / "verification"
    pictures.mkdir(parents=True, exist_ok=True)
    written, names = [], {}
    for row in rows:
        if row.found.figure is not None:
            target = pictures / f"{_slug(row.check.id)}.png"
            draw(row.check.title, row.found.figure, target)
            names[row.check.id] = target.relative_to(path.parent).as_posix()
            written.append(target)
    counts = {verdict: sum(row.found.verdict == verdict for row in rows) for verdict in (PASS, MISS, REPORT)}
    page = render(Path(__file__).with_suffix(".md.j2"), rows=rows, counts=counts, pictures=names, miss=MISS)
    path.write_text(page, encoding="utf-8")
    return [path, *written]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def draw(title: str, drawn: Figure, path: Path) -> None:
    """Draw lines for the model and points for data."""
    with house_style():
        figure = new_figure(_HEIGHT_IN)
        axes = figure.subplots()
        for k, line in enumerate(drawn.lines):
            look: dict[str, Any] = (
                {"ls": "", "marker": "sD"[k % 2], "ms": 5} if line.is_data else {"marker": "o", "ms": 3}
            )
            axes.plot(line.x, line.y, label=line.label, **look)
        axes.set(xlabel=drawn.x_label, ylabel=drawn.y_label, title=title)
        axes.set_ylim(bottom=0)
        axes.grid(visible=True)
        axes.legend()
        figure.savefig(path)
