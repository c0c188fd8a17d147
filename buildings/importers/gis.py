"""File geodatabase, GeoPackage and shapefile by pyogrio: layers of units, levels, openings or details."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import shapely

from buildings.errors import PlanError
from buildings.importers.geojson import from_features
from buildings.importers.raw import Raw

_MOST = 200_000
_LAYERS = (
    ("level", r"level|floor|storey|geschoss"),
    ("opening", r"opening|door|t[uü]r"),
    ("details", r"detail"),
    ("unit", r"unit|room|space|raum|zimmer"),
)
"""What a layer holds, by its name; other polygons are taken for rooms where no layer has such a name."""

_SKIPPED = re.compile(r"facilit|site|section|zone|footprint|venue|track|transition|landmark|occupant", re.I)
_KEYS = {
    "use_type": "category",
    "space_type": "category",
    "room_type": "category",
    "vertical_order": "ordinal",
    "level_number": "ordinal",
    "elevation_relative": "elevation",
    "room_name": "name",
    "name_long": "name",
    "room_no": "number",
    "room_number": "number",
}


def read(path: Path) -> Raw:
    """Read a geodatabase, a GeoPackage or a shapefile.

    Parameters
    ----------
    path : Path
        A `.gpkg` or `.shp` file, or a `.gdb` folder.

    Raises
    ------
    PlanError
        If GDAL cannot read it, or it has no polygon.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        features = [one for layer in layers if not _SKIPPED.search(layer) for one in _features(path, layer)]
    except (DataSourceError, DataLayerError, ValueError, OSError) as problem:
        why = (str(problem).splitlines() or ["no reason"])[0][:120]
        raise PlanError(f"{path}: the file cannot be read ({why}); export it anew.") from None
    if not any(one["feature_type"] == "unit" for one in features):
        for one in features:
            if one["feature_type"] == "other" and "Polygon" in one["geometry"].geom_type:
                one["feature_type"] = "unit"
    raw = from_features(path, features, "GIS")
    if raw.georef is None and not raw.unit_said.startswith("degrees"):
        # Projected maps are in metres or in feet; the sizes of doors and rooms tell which.
        raw.unit_m, raw.unit_said = None, "nothing that is read here"
    return raw


def _features(path: Path, layer: str) -> list[dict[str, Any]]:
    from pyogrio.raw import read as read_layer

    meta, _, geometry, columns = read_layer(path, layer=layer, max_features=_MOST + 1, force_2d=True)
    if geometry is None:
        return []
    if len(geometry) > _MOST:
        raise PlanError(f"{path}: layer '{layer}' has more than {_MOST:,} features; export one building.")
    kind = next((kind for kind, pattern in _LAYERS if re.search(pattern, layer, re.I)), "other")
    names = [str(name).lower() for name in meta["fields"]]
    found = []
    for row, shape in enumerate(shapely.from_wkb(geometry, on_invalid="ignore")):
        if shape is None or shape.is_empty:
            continue
        properties: dict[str, Any] = {}
        for name, column in zip(names, columns, strict=True):
            value = column[row].item() if hasattr(column[row], "item") else column[row]
            properties.setdefault(_KEYS.get(name, name), value)
        own = {"level": "level_id", "unit": "unit_id"}.get(kind)
        feature_type = kind
        if kind == "details":
            feature_type = "opening" if "door" in str(properties.get("category")).lower() else "detail"
        found.append(
            {
                "id": str(properties.get(own) if own in properties else f"{layer}-{row + 1}"),
                "feature_type": feature_type,
                "geometry": shape,
                "properties": properties,
            }
        )
    return found
