"""Which file is read by what, and what is refused with advice."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import NamedTuple, Protocol

from buildings.errors import PlanError
from buildings.importers.raw import Raw


class Importer(Protocol):
    """What every importer is: a module with one function."""

    def read(self, path: Path) -> Raw:
        """Read a file; lengths in its own unit, near its own origin."""
        ...


class Format(NamedTuple):
    """A kind of file: its name, the module that reads it, and the package and extra that this needs."""

    name: str
    module: str
    package: str | None = None
    extra: str | None = None


FORMATS: dict[str, Format] = {
    ".dxf": Format("DXF", "buildings.importers.dxf", "ezdxf", "dxf"),
    ".geojson": Format("GeoJSON", "buildings.importers.geojson"),
    ".imdf": Format("IMDF", "buildings.importers.geojson"),
    ".zip": Format("IMDF", "buildings.importers.geojson"),
    ".gdb": Format("file geodatabase", "buildings.importers.gis", "pyogrio", "gis"),
    ".gpkg": Format("GeoPackage", "buildings.importers.gis", "pyogrio", "gis"),
    ".shp": Format("shapefile", "buildings.importers.gis", "pyogrio", "gis"),
    ".osm": Format("OSM", "buildings.importers.osm", "defusedxml", "osm"),
    ".ifc": Format("IFC", "buildings.importers.ifc", "ifcopenshell", "ifc"),
}
"""By the ending of the file's name."""

_ADVICE = {
    ".dwg": "DWG is not read: open it in the program that made it and save it as DXF (from AutoCAD "
    "Architecture by EXPORTTOAUTOCAD first), then import the .dxf",
    ".rvt": "Revit's own files are not read: export the model as IFC2x3 or IFC4 with its rooms",
    ".pln": "ArchiCAD's own files are not read: export the model as IFC",
    ".skp": "SketchUp's own files are not read: export IFC or DXF",
    ".ifczip": "unpack it first, then import the .ifc",
    ".ifcxml": "IFC as XML is not read: export it as .ifc (STEP)",
    ".pdf": "a PDF has lines but no rooms: ask for DXF, IFC or IMDF",
    ".png": "a picture has no rooms: ask for DXF, IFC or IMDF",
    ".jpg": "a picture has no rooms: ask for DXF, IFC or IMDF",
    ".rar": "unpack it first",
    ".7z": "unpack it first",
}
MOST_BYTES = 200 * 1024 * 1024


def is_foreign(path: Path | str) -> bool:
    """Tell whether a file, by the ending of its name, is one that is imported or refused with advice."""
    suffix = Path(path).suffix.lower()
    return suffix in FORMATS or suffix in _ADVICE


def checked_format(path: Path) -> Format:
    """Return the format of a file that can be read here and now.

    Raises
    ------
    PlanError
        If there is no such file, it is empty or enormous, its format is not read, or its extra is absent.
    """
    try:
        if path.is_dir() and path.suffix.lower() != ".gdb":
            raise PlanError(f"{path}: is a folder; give the file itself.")
        size = path.stat().st_size
    except (OSError, ValueError):
        raise PlanError(f"{path}: there is no such file; check the path.") from None
    suffix = path.suffix.lower()
    if suffix in _ADVICE:
        raise PlanError(f"{path}: {_ADVICE[suffix]}.")
    if suffix not in FORMATS:
        raise PlanError(
            f"{path}: files ending in {suffix or 'nothing'} are not imported; allowed are "
            f"{', '.join(FORMATS)}."
        )
    if size == 0:
        raise PlanError(f"{path}: the file is empty; export it anew.")
    if size > MOST_BYTES:
        raise PlanError(
            f"{path}: the file has {size / 2**20:,.0f} MB, and {MOST_BYTES // 2**20} MB is the most; "
            "export one building, without furniture and equipment."
        )
    chosen = FORMATS[suffix]
    if chosen.package and importlib.util.find_spec(chosen.package) is None:
        raise PlanError(
            f"{path}: reading {chosen.name} needs {chosen.package}, which is not installed: "
            f'pip install "firstminutes[{chosen.extra}]".'
        )
    return chosen


def importer(chosen: Format) -> Importer:
    """Return the module that reads a format."""
    module: Importer = importlib.import_module(chosen.module)
    return module
