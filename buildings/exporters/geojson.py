"""IMDF archives and GeoJSON: rooms as units, doors as openings, stairs as relationships, in lon/lat.

Without a georeference the plan is laid around 0 N 0 E. What IMDF has no word for (ids, uses, locks) goes into
properties that begin with `firstminutes_`.
"""

from __future__ import annotations

import json
import uuid
import zipfile
from math import cos, radians
from pathlib import Path
from typing import Any

from buildings.plan import FloorPlan, Point

_DIGITS = 9
_CATEGORY = {
    "classroom": "classroom",
    "corridor": "walkway",
    "lobby": "lobby",
    "vestibule": "lobby",
    "office": "office",
    "reception": "office",
    "gym": "fitnessroom",
    "cafeteria": "foodservice",
    "kitchen": "kitchen",
    "library": "library",
    "auditorium": "auditorium",
    "laboratory": "laboratory",
    "restroom": "restroom",
    "storage": "storage",
    "mechanical": "nonpublic",
    "stairs": "stairs",
    "elevator": "elevator",
}
_NAMESPACE = uuid.UUID("6f6f1c2e-7d43-4b5e-9a56-1f0d5c0a7e11")

Feature = dict[str, Any]


def features(plan: FloorPlan) -> list[Feature]:
    """Return the features of a plan: levels, units, openings and relationships."""
    lay = _Globe(plan)
    found = [
        _feature("level", level.id, None, {
            "name": {"en": level.name or level.id}, "short_name": {"en": level.id},
            "ordinal": number - lay.ground, "category": "unspecified",
            "elevation": level.elevation_m, "firstminutes_origin": list(lay.origin),
        })
        for number, level in enumerate(plan.levels)
    ]  # fmt: skip
    found += [
        _feature("unit", space.id, lay.ring(space.polygon), {
            "name": {"en": space.name or space.id}, "category": _CATEGORY.get(space.use, "room"),
            "level_id": _id("level", space.level), "firstminutes_id": space.id, "firstminutes_use": space.use,
        })
        for space in plan.spaces
        if not plan.is_outside(space.id)
    ]  # fmt: skip
    for door in plan.doors:
        outside = any(plan.is_outside(side) for side in door.between)
        properties = {
            "category": "pedestrian.principal" if outside else "pedestrian",
            "level_id": _id("level", door.level), "width": door.width_m, "door": door.kind != "opening",
            "firstminutes_id": door.id,
        }  # fmt: skip
        if door.number:
            properties["number"] = door.number
        line = [lay.degrees(point) for point in plan.door_line(door)]
        found.append(_feature("opening", door.id, {"type": "LineString", "coordinates": line}, properties))
    for one in plan.connectors:
        low, high = (_id("unit", end.space) for end in one.ends)
        found.append(
            _feature("relationship", one.id, None, {
                "category": one.kind, "direction": "undirected",
                "origin": {"id": low, "feature_type": "unit"},
                "destination": {"id": high, "feature_type": "unit"},
            })
        )  # fmt: skip
    return found


def write_geojson(plan: FloorPlan, path: Path) -> None:
    """Write all features that have a geometry as one FeatureCollection, for GIS programs."""
    path.write_text(_collection(features(plan)), encoding="utf-8")


def write_imdf(plan: FloorPlan, path: Path) -> None:
    """Write an archive with one file per kind of feature."""
    found = features(plan)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps({"version": "1.0.0", "language": "en"}))
        for kind in ("level", "unit", "opening", "relationship"):
            part = [one for one in found if one["feature_type"] == kind]
            archive.writestr(f"{kind}.geojson", _collection(part))


def _collection(found: list[Feature]) -> str:
    rows = ",\n".join(json.dumps(one) for one in found)
    return f'{{"type": "FeatureCollection", "features": [\n{rows}\n]}}\n'


def _feature(kind: str, name: str, geometry: Feature | None, properties: Feature) -> Feature:
    return {
        "type": "Feature",
        "id": _id(kind, name),
        "feature_type": kind,
        "geometry": geometry,
        "properties": {**properties, "feature_type": kind},
    }


def _id(kind: str, name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{name}"))


class _Globe:
    """Metres of a plan as longitude and latitude, on a plane that touches its origin."""

    def __init__(self, plan: FloorPlan) -> None:
        at = plan.georef or {}
        self.origin = (float(at.get("lon", 0.0)), float(at.get("lat", 0.0)))
        self.scale = (111_319.49 * cos(radians(self.origin[1])), 110_574.0)
        elevations = [level.elevation_m for level in plan.levels]
        self.ground = min(range(len(elevations)), key=lambda k: abs(elevations[k]))

    def degrees(self, point: Point) -> list[float]:
        """Return a point as [lon, lat]."""
        return [
            round(origin + value / scale, _DIGITS)
            for origin, value, scale in zip(self.origin, point, self.scale, strict=True)
        ]

    def ring(self, polygon: tuple[Point, ...]) -> Feature:
        """Return an outline as a closed ring."""
        ring = [self.degrees(point) for point in (*polygon, polygon[0])]
        return {"type": "Polygon", "coordinates": [ring]}
