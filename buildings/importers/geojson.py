"""Indoor GeoJSON and IMDF archives by the standard library: units, openings, levels, stairs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from math import cos, isfinite, radians
from pathlib import Path
from typing import Any

import shapely
import shapely.geometry
from shapely import Point
from shapely.geometry.base import BaseGeometry

from buildings.errors import PlanError
from buildings.importers.raw import Raw, RawDoor, RawLevel, RawSpace, RawStair, Xy

_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 64
_STOREY_M = 3.6
_M_PER_DEGREE = 111_319.49, 110_574.0
_NO_ROOM = ("opentobelow", "nonpublic.shaft", "structure", "column")
_OUTSIDE = ("outdoors", "footprint", "fixture", "venue", "kiosk", "section", "geofence", "detail", "anchor")
_WALKED = {
    "stairs": "stairs",
    "steps": "stairs",
    "ramp": "ramp",
    "elevator": "elevator",
    "escalator": "stairs",
}


def read(path: Path) -> Raw:
    """Read a GeoJSON file, or an IMDF archive of several.

    Parameters
    ----------
    path : Path
        A `.geojson`, `.json` or `.zip` file.

    Raises
    ------
    PlanError
        If it is no GeoJSON, is packed larger than it may be, or holds no polygon.
    """
    parts = _archive(path) if path.suffix.lower() in (".zip", ".imdf") else {path.stem: path.read_bytes()}
    features = [one for name, content in parts.items() for one in _features(path, name, content)]
    return from_features(path, features, "IMDF" if len(parts) > 1 else "GeoJSON")


def from_features(path: Path, features: list[dict[str, Any]], name: str) -> Raw:
    """Return what features of indoor mapping hold; their geometry may be in degrees or in metres."""
    shapes = [(one, shape) for one in features if (shape := _shape(path, one)) is not None]
    polygons = [shape for _, shape in shapes if shape.geom_type in ("Polygon", "MultiPolygon")]
    if not polygons:
        raise PlanError(f"{path}: there is no polygon in it; export rooms (units) as polygons.")
    to_metres, georef, unit_m, said = _projection(polygons, features)
    raw = Raw(name, _name_of(features) or path.stem, unit_m, said, georef=georef)
    levels = _levels(raw, features)
    stairs: dict[str, tuple[str, BaseGeometry]] = {}
    for number, (feature, shape) in enumerate(shapes):
        _take(raw, feature, shapely.transform(shape, to_metres), levels, stairs, number)
    _connect(raw, features, levels, stairs)
    return raw


def _archive(path: Path) -> dict[str, bytes]:
    """Return the GeoJSON parts of an archive; nothing is written anywhere, whatever their names say."""
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [one for one in archive.infolist() if one.filename.lower().endswith(("json",))]
            if sum(one.file_size for one in wanted) > _MOST_UNPACKED or len(wanted) > _MOST_PARTS:
                raise PlanError(
                    f"{path}: the archive is larger than {_MOST_UNPACKED // 2**20} MB unpacked or has more "
                    f"than {_MOST_PARTS} parts; export one building."
                )
            parts = {}
            for one in wanted:
                with archive.open(one) as file:
                    # The size in the directory may lie: no more is read than it says.
                    parts[Path(one.filename).stem.lower()] = file.read(one.file_size + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as problem:
        raise PlanError(
            f"{path}: the archive cannot be unpacked ({str(problem)[:80]}); pack it anew as a plain .zip."
        ) from None
    parts.pop("manifest", None)
    if not parts:
        raise PlanError(f"{path}: there is no .geojson in the archive; is it an IMDF archive?")
    return parts


def _features(path: Path, name: str, content: bytes) -> Iterator[dict[str, Any]]:
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=lambda word: None)
    except (ValueError, RecursionError):
        raise PlanError(
            f"{path}: '{name}' is no GeoJSON: it is cut off, nested too deeply or no JSON."
        ) from None
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = {"type": "FeatureCollection", "features": [found]}
    listed = found.get("features") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise PlanError(f"{path}: '{name}' is no GeoJSON: a FeatureCollection with `features` is expected.")
    for one in listed:
        if isinstance(one, dict):
            properties = one.get("properties")
            yield {
                **one,
                "properties": properties if isinstance(properties, dict) else {},
                "feature_type": str(one.get("feature_type") or name),
            }


def _shape(path: Path, feature: dict[str, Any]) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    if not isinstance(geometry, (dict, BaseGeometry)):
        return None
    try:
        drawn = geometry if isinstance(geometry, BaseGeometry) else shapely.geometry.shape(geometry)
        shape = shapely.force_2d(drawn)
    except Exception:  # whatever a hostile file puts in the place of a number
        raise PlanError(
            f"{path}: feature {str(feature.get('id'))[:60]!r} has a geometry that is none."
        ) from None
    if shape.is_empty:
        return None
    if not all(isfinite(value) and abs(value) < 1e9 for value in shape.bounds):
        raise PlanError(
            f"{path}: feature {str(feature.get('id'))[:60]!r} has a coordinate that is no number."
        )
    return shape


def _projection(polygons: list[BaseGeometry], features: list[dict[str, Any]]) -> tuple[Any, Any, float, str]:
    """Return how to come to local metres: from degrees by a local plane, from metres by an origin."""
    x0, y0, x1, y1 = shapely.total_bounds(polygons)
    degrees = (
        abs(x0) <= 180 and abs(x1) <= 180 and abs(y0) <= 90 and abs(y1) <= 90 and max(x1 - x0, y1 - y0) < 0.1
    )
    ox, oy = float((x0 + x1) / 2.0), float((y0 + y1) / 2.0)
    for one in features:  # what we wrote says where its origin was
        marked = one["properties"].get("firstminutes_origin")
        if (
            isinstance(marked, list)
            and len(marked) == 2
            and all(_number(value) is not None for value in marked)
        ):
            ox, oy = float(marked[0]), float(marked[1])
    if not degrees:
        ox, oy = (round(ox), round(oy)) if max(abs(ox), abs(oy)) > 10_000 else (0.0, 0.0)
        return (lambda points: points - (ox, oy)), None, 1.0, "m, as nothing else is said"
    kx, ky = _M_PER_DEGREE[0] * cos(radians(oy)), _M_PER_DEGREE[1]
    georef = {"lon": ox, "lat": oy} if abs(ox) + abs(oy) > 0.01 else None
    return (lambda points: (points - (ox, oy)) * (kx, ky)), georef, 1.0, "degrees, brought to metres"


def _name_of(features: list[dict[str, Any]]) -> str:
    for one in features:
        if one["feature_type"] in ("venue", "building"):
            return label(one["properties"].get("name"))
    return ""


def label(value: Any) -> str:
    """Return a name: a text, or the first of IMDF's names by language."""
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return str(value)[:200].strip() if isinstance(value, (str, int, float)) else ""


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and abs(number) < 1e5 else None


def _levels(raw: Raw, features: list[dict[str, Any]]) -> dict[str, float]:
    """Return the height of each level by its id: stated, else the ordinal times a usual storey."""
    found: dict[str, float] = {}
    guessed = False
    for one in features:
        if one["feature_type"] == "level":
            properties = one["properties"]
            ordinal = _number(properties.get("ordinal")) or 0.0
            height = _number(properties.get("elevation"))
            guessed |= height is None
            found[str(one.get("id"))] = height if height is not None else ordinal * _STOREY_M
            raw.levels.append(
                RawLevel(label(properties.get("name")) or f"{ordinal:g}", found[str(one.get("id"))])
            )
    if guessed and len(found) > 1:
        raw.note("level", f"levels have no height; {_STOREY_M:g} m from floor to floor were assumed.")
    return found


def level_of(properties: dict[str, Any], levels: dict[str, float]) -> float:
    """Return the height of the level that a feature is on (m)."""
    named = str(properties.get("level_id") or "")
    if named in levels:
        return levels[named]
    for key in ("elevation", "level", "ordinal", "floor", "LEVEL", "FLOOR", "FLOORKEY", "VERTICAL_ORDER"):
        number = _number(properties.get(key))
        if number is not None:
            return number if key == "elevation" else number * _STOREY_M
    return 0.0


def _take(
    raw: Raw, feature: dict[str, Any], shape: BaseGeometry, levels: dict[str, float],
    stairs: dict[str, tuple[str, BaseGeometry]], number: int,
) -> None:  # fmt: skip
    properties, kind = feature["properties"], feature["feature_type"]
    floor = level_of(properties, levels)
    category = str(properties.get("category") or properties.get("use") or properties.get("USE_TYPE") or "")
    name = str(feature.get("id") or properties.get("id") or f"{kind}-{number}")[:80]
    if shape.geom_type in ("Polygon", "MultiPolygon") and kind not in ("level", "building", *_OUTSIDE):
        if category in _NO_ROOM:
            return
        title = label(properties.get("name")) or label(properties.get("NAME"))
        short = label(properties.get("number")) or label(properties.get("alt_name"))
        use = str(properties.get("firstminutes_use") or "")
        words = [use, category.split(".")[0], title]
        if category.split(".")[0] in _WALKED:
            stairs[name] = (_WALKED[category.split(".")[0]], shape)
        raw.spaces.append(
            RawSpace(name, shape, floor, name=title or None, words="\n".join(w for w in words if w),
                     number=str(properties.get("firstminutes_id") or short) or None)
        )  # fmt: skip
    elif shape.geom_type in ("LineString", "MultiLineString") and kind in (
        "opening",
        "door",
        "doors",
        "openings",
    ):
        line = straight(shape)
        if line is not None:
            leafless = category in ("opening", "none") or properties.get("door") is False
            raw.doors.append(
                RawDoor(
                    str(properties.get("firstminutes_id") or name), line, floor, 0.5,
                    width=_number(properties.get("width")), kind="opening" if leafless else "door",
                    name=label(properties.get("name")) or None,
                    number=label(properties.get("number")) or None,
                )
            )  # fmt: skip


def straight(shape: BaseGeometry) -> tuple[Xy, Xy] | None:
    """Return the two ends of a line."""
    parts = getattr(shape, "geoms", [shape])
    points = [point for part in parts for point in part.coords]
    if len(points) < 2 or Point(points[0]).distance(Point(points[-1])) < 1e-9:
        return None
    return (float(points[0][0]), float(points[0][1])), (float(points[-1][0]), float(points[-1][1]))


def _connect(
    raw: Raw, features: list[dict[str, Any]], levels: dict[str, float],
    stairs: dict[str, tuple[str, BaseGeometry]],
) -> None:  # fmt: skip
    """Add stairs: from relationships, else from units of stairs that lie over one another."""
    floors = {space.id: (space.floor, space.polygon) for space in raw.spaces}
    related = [one for one in features if one["feature_type"] == "relationship"]
    for number, one in enumerate(related):
        kind = _WALKED.get(str(one["properties"].get("category")))
        ends = [_end(one["properties"].get(key)) for key in ("origin", "destination")]
        found = [floors[end] for end in ends if end in floors]
        if kind is None or len(found) != 2 or abs(found[0][0] - found[1][0]) < 1.0:
            continue
        _stair(raw, f"S{number + 1}", kind, [height for height, _ in found], [shape for _, shape in found])
    if related:
        return
    ordered = sorted(stairs.items(), key=lambda item: floors[item[0]][0])
    for k, (name, (kind, shape)) in enumerate(ordered):
        low = floors[name][0]
        above = [
            other for other, (_, over) in ordered[k + 1 :]
            if floors[other][0] > low + 1.0 and over.intersection(shape).area > 0.3 * shape.area
        ]  # fmt: skip
        if above:
            high = min(above, key=lambda other: floors[other][0])
            _stair(raw, f"S-{name}", kind, [low, floors[high][0]], [shape, floors[high][1]])


def _stair(raw: Raw, name: str, kind: Any, heights: list[float], shapes: list[BaseGeometry]) -> None:
    raw.stairs.append(RawStair(name, shapely.union_all(shapes), min(heights), max(heights), kind))


def _end(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    return str(value)
