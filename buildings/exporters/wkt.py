"""WKT of the walkable ground of a level, as JuPedSim and other pedestrian models read it."""

from __future__ import annotations

from pathlib import Path

import shapely

from buildings.exporters.shapes import walkable
from buildings.plan import FloorPlan


def write_wkt(plan: FloorPlan, level: str, path: Path) -> None:
    """Write one geometry in metres: a polygon, or several where the level falls into pieces."""
    path.write_text(shapely.to_wkt(walkable(plan, level), rounding_precision=4) + "\n", encoding="utf-8")
