"""Figures of a study: one SVG, one PNG and one CSV each, drawn from the tables only.

Harm is in none of them. Where something had not happened by the end of the run, no curve reaches 1 and no
bar ends: how often that was is printed beside it. Bytes are the same for the same results.
"""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from experiments.compare.comparison import Comparison, compare
from experiments.figures.common import BARS, Milestone, Study, StudyFigure, building_of
from experiments.figures.ecdf import dkw, time_ecdf
from experiments.figures.paired import PAIRED, paired
from experiments.figures.secured import secured
from experiments.figures.timeline import MILESTONES, timeline
from experiments.pages.style import QUIET, house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    from experiments.study.results import Results

__all__ = [
    "BARS",
    "MILESTONES",
    "PAIRED",
    "Milestone",
    "Study",
    "StudyFigure",
    "building_of",
    "described",
    "dkw",
    "draw_figures",
    "paired",
    "secured",
    "svg_text",
    "time_ecdf",
    "timeline",
    "write_figures",
]


def write_figures(results: Results, folder: Path) -> list[Path]:
    """Write every figure of a study as SVG and PNG, with its numbers as CSV.

    Parameters
    ----------
    results : Results
        A results folder.
    folder : Path
        Where the files go; made when missing.

    Returns
    -------
    list of Path
        The files, in the order of the figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for drawn in draw_figures(results):
        paths = [folder / f"{drawn.name}.{ending}" for ending in ("svg", "png", "csv")]
        with house_style():
            frame = _write_words(drawn)
        paths[0].write_text(described(svg_text(drawn, frame), drawn), encoding="utf-8", newline="\n")
        _save(drawn.figure, paths[1], "png", frame)
        drawn.table.to_csv(paths[2], index=False, lineterminator="\n")
        written += paths
    return written


def draw_figures(
    results: Results, comparisons: Sequence[Comparison] | None = None, *, narrow: bool = False
) -> list[StudyFigure]:
    """Draw every figure of a study.

    Parameters
    ----------
    results : Results
        A results folder.
    comparisons : sequence of Comparison, optional
        As ``compare`` returns them; made when omitted.
    narrow : bool
        As wide as a phone, with panels below one another.
    """
    study = Study(results, compare(results) if comparisons is None else comparisons, narrow)
    drawers: tuple[Callable[[Study], StudyFigure], ...] = (timeline, paired, time_ecdf, secured)
    with house_style():
        return [draw(study) for draw in drawers]


def svg_text(drawn: StudyFigure, frame: Bbox | None = None) -> str:
    """Return a figure as SVG, the same bytes every time."""
    stream = io.StringIO()
    _save(drawn.figure, stream, "svg", frame)
    return stream.getvalue()


def described(svg: str, drawn: StudyFigure, name: str = "") -> str:
    """Return an SVG with its title and its main result as text for readers who do not see it."""
    start = svg.index(">", svg.index("<svg"))
    name = name or drawn.name
    words = f'<title id="{name}-title">{escape(drawn.title)}</title>'
    words += f'<desc id="{name}-desc">{escape(drawn.alt)}</desc>'
    labels = f' role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
    return f"{svg[:start]}{labels}>{words}{svg[start + 1 :]}"


def _write_words(drawn: StudyFigure) -> Bbox:
    """Write title and caption outside the edges of a figure, and return the area that holds everything."""
    from matplotlib.transforms import Bbox

    drawn.figure.draw_without_rendering()
    drawn.figure.set_layout_engine("none")  # everything keeps its place
    for legend in drawn.figure.legends:
        legend.set_bbox_to_anchor((0, 0, 1, 1), transform=drawn.figure.transFigure)
    width, height = drawn.figure.get_size_inches()
    caption = textwrap.fill(drawn.caption, 122)
    below = 0.2 + 0.145 * (caption.count("\n") + 1)
    title = textwrap.fill(" ".join(drawn.title.split()), 78, max_lines=2)
    above = 0.2 + 0.19 * (title.count("\n") + 1)
    left = 0.06 / width
    drawn.figure.text(
        left, 1 + above / height - 0.08 / height, title, va="top", fontsize=11, fontweight="bold"
    )
    drawn.figure.text(left, -0.1 / height, caption, va="top", fontsize=8, color=QUIET)
    return Bbox([[0, -below], [width, height + above]])


def _save(figure: Figure, where: object, kind: str, frame: Bbox | None = None) -> None:
    metadata: dict[str, None] = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with house_style(), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; the SVG holds it as text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(where, format=kind, metadata=metadata, bbox_inches=frame)  # type: ignore[arg-type]
