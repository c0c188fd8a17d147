"""DXF of one level in metres: walls as double lines, rooms as outlines with names, doors with swings."""

from __future__ import annotations

from math import atan2, degrees
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from buildings.errors import PlanError
from buildings.exporters.shapes import walls
from buildings.plan import Door, FloorPlan

_METRES = 6
_TEXT_M = 0.25


def write_dxf(plan: FloorPlan, level: str, path: Path) -> None:
    """Write a level on layers named as architects do: A-WALL, A-DOOR, A-AREA, A-AREA-IDEN."""
    try:
        from ezdxf.document import Drawing
    except ImportError:
        raise PlanError(
            f'{path}: writing DXF needs ezdxf, which is not installed: pip install "firstminutes[dxf]".'
        ) from None
    document: Any = Drawing.new("R2010")
    document.header["$INSUNITS"] = _METRES
    sheet = document.modelspace()
    for ring in _rings(walls(plan, level)):
        sheet.add_lwpolyline(ring, close=True, dxfattribs={"layer": "A-WALL"})
    for space in plan.spaces:
        if space.level != level or plan.is_outside(space.id):
            continue
        sheet.add_lwpolyline(space.polygon, close=True, dxfattribs={"layer": "A-AREA"})
        at = _inside(space.polygon)
        words = f"{space.id}\\P{space.use}" + (f"\\P{space.name}" if space.name else "")
        sheet.add_mtext(words, dxfattribs={"layer": "A-AREA-IDEN", "char_height": _TEXT_M, "insert": at})
    for door in plan.doors:
        if door.level == level:
            _draw_door(sheet, plan, door)
    document.saveas(path)


def _inside(ring: Any) -> tuple[float, float]:
    from shapely import Polygon

    point = Polygon(ring).representative_point()
    return point.x, point.y


def _rings(shape: BaseGeometry) -> list[Any]:
    polygons = [one for one in getattr(shape, "geoms", [shape]) if one.geom_type == "Polygon"]
    return [ring.coords[:-1] for one in polygons for ring in (one.exterior, *one.interiors)]


def _draw_door(sheet: Any, plan: FloorPlan, door: Door) -> None:
    a, b = plan.door_line(door)
    sheet.add_line(a, b, dxfattribs={"layer": "A-DOOR"})
    if door.kind == "opening":
        return
    turn = degrees(atan2(b[1] - a[1], b[0] - a[0]))
    leaf = door.width_m / door.leaves
    sheet.add_arc(a, leaf, turn, turn + 90.0, dxfattribs={"layer": "A-DOOR"})
    if door.leaves > 1:
        sheet.add_arc(b, leaf, turn + 90.0, turn + 180.0, dxfattribs={"layer": "A-DOOR"})
