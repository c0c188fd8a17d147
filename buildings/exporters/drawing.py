"""SVG and PDF to scale: 1 cm on paper is 1 m in the building."""

from __future__ import annotations

from pathlib import Path

import shapely

from buildings.draw import draw_plan
from buildings.exporters.shapes import rooms
from buildings.plan import FloorPlan

_CM_PER_INCH = 2.54
_MARGIN_M = 1.0


def write_to_scale(plan: FloorPlan, level: str, path: Path) -> None:
    """Draw a level at 1:100 on paper as large as it needs."""
    from matplotlib.figure import Figure

    x0, y0, x1, y1 = shapely.total_bounds(rooms(plan, level))
    width, height = x1 - x0 + 2.0 * _MARGIN_M, y1 - y0 + 2.0 * _MARGIN_M
    figure = Figure(figsize=(width / _CM_PER_INCH, height / _CM_PER_INCH))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    draw_plan(plan, level, axes)
    axes.set_xlim(x0 - _MARGIN_M, x1 + _MARGIN_M)
    axes.set_ylim(y0 - _MARGIN_M, y1 + _MARGIN_M)
    axes.set_axis_off()
    figure.savefig(path)
