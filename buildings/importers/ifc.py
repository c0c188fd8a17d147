"""IFC 2x3, 4 and 4x3 by ifcopenshell: spaces, walls, doors and stairs as the model has them."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from buildings.errors import PlanError
from buildings.importers import ifc_said as said
from buildings.importers import ifc_shapes as shapes
from buildings.importers.raw import Raw, RawDoor, RawLevel, RawSpace, RawStair, RawWall
from buildings.importers.units import UNITS_M, WORDS

EXTRA = "ifc"
MODULE = "ifcopenshell"

_SCHEMAS = ("IFC2X3", "IFC4", "IFC4X3")
_WALLS = ("IfcWall", "IfcCurtainWall")
_HIGH_OPENING_M = 1.8
"""An opening in a wall without a door is a way when it is this high and begins at the floor."""


def read(path: Path) -> Raw:
    """Read an IFC file.

    Parameters
    ----------
    path : Path
        An `.ifc` file (STEP text).

    Returns
    -------
    Raw
        In metres less `origin`; elements that lost their geometry are counted in `lost`.

    Raises
    ------
    PlanError
        If it is no IFC file, of a schema that cannot be read, or holds no building.
    """
    return _Reader(path, _open(path)).read()


def _open(path: Path) -> Any:
    import ifcopenshell

    with path.open("rb") as file:
        head = file.read(4096)
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISO-10303-21"):
        raise PlanError(f"{path}: this is no IFC file: an IFC file begins with ISO-10303-21; export it anew.")
    try:
        model = ifcopenshell.open(str(path))
    except ifcopenshell.SchemaError:
        named = re.search(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']{1,40})'", head)
        schema = named.group(1).decode("ascii", "replace") if named else "unknown"
        raise PlanError(
            f"{path}: the schema is {schema}; {', '.join(_SCHEMAS)} can be read: open the model in the "
            "program that made it and export it as IFC2x3 or IFC4."
        ) from None
    except Exception as problem:
        raise PlanError(
            f"{path}: the file cannot be read as IFC ({str(problem).splitlines()[0][:120]}); it may be cut "
            "off: export it anew."
        ) from None
    if not _ends_well(path):
        raise PlanError(f"{path}: the file is cut off: its end (ENDSEC) is missing; copy or export it anew.")
    return model


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        tail = file.read()
    return tail.rfind(b"ENDSEC") > tail.rfind(b"DATA;")


Line = tuple[tuple[float, float], tuple[float, float]]


class _Reader:
    """Reads one open model."""

    def __init__(self, path: Path, model: Any) -> None:
        import ifcopenshell.util.unit

        self.path, self.model = path, model
        try:
            self.unit_m = float(ifcopenshell.util.unit.calculate_unit_scale(model))
        except Exception:
            self.unit_m = 1.0
        project = next(iter(model.by_type("IfcProject")), None)
        name = said.text(project, "LongName") or said.text(project, "Name") or path.stem
        # Meshes are in metres whatever the unit: only attributes are in the unit of the file.
        word = next((word for word, m in WORDS.items() if abs(UNITS_M[m] - self.unit_m) < 1e-6), None)
        named = word or f"{self.unit_m:g} m per unit"
        self.raw = Raw("IFC", name, 1.0, f"{named}, as the file says")
        self.origin = np.zeros(3)

    def read(self) -> Raw:
        """Read spaces, walls, doors, openings and stairs."""
        model, raw = self.model, self.raw
        spaces, doors = model.by_type("IfcSpace"), model.by_type("IfcDoor")
        if not spaces and not model.by_type("IfcWall"):
            raise PlanError(
                f"{self.path}: the model has no spaces and no walls; export the architectural model, with "
                "its rooms."
            )
        self._mend_stars(doors)
        self._set_origin()
        self._levels()
        self._spaces()
        self._walls()
        self._doors()
        self._stairs()
        raw.origin = (float(self.origin[0]), float(self.origin[1]), 0.0)
        site = next(iter(self.model.by_type("IfcSite")), None)
        raw.georef = said.georef(site)
        raw.closed = True
        return raw

    def _mend_stars(self, doors: list[Any]) -> None:
        """Reload a file that writes `*` for attributes that are not set: their elements lose their shape."""
        if not doors or "Requested type" not in shapes.why_without_shape(self.model, doors[0]):
            return
        text = self.path.read_text(encoding="latin-1")
        mended = re.sub(r"(?<=[,(])\*(?=[,)])", "$", text)
        # The derived attributes of units have to keep their star.
        lines = zip(text.splitlines(), mended.splitlines(), strict=True)
        kept = [old if "IFCSIUNIT" in old else new for old, new in lines]
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "mended.ifc"
            copy.write_text("\n".join(kept), encoding="latin-1")
            self.model = _open(copy)
        self.raw.note("file", "the file writes * for attributes that are not set; they were read as empty.")

    def _meshes(self, elements: list[Any]) -> dict[str, shapes.Mesh]:
        """Return the meshes of elements, and count and name those that have none."""
        found = shapes.meshes(self.model, elements, self.origin)
        for element in elements:
            if str(element.GlobalId) not in found and not element.IsDecomposedBy:
                self.raw.lost += 1
                why = shapes.why_without_shape(self.model, element) or "it has no shape"
                name = said.text(element, "Name") or element.GlobalId
                self.raw.note(
                    "lost",
                    f"{element.is_a()} '{name}' was left out: {why}.",
                    ids=(str(element.GlobalId),),
                )
        return found

    def _set_origin(self) -> None:
        """Take a whole-metre origin near the building, from the placement of the first elements."""
        import ifcopenshell.util.placement

        at = []
        for kind in ("IfcSpace", "IfcWall", "IfcDoor"):
            for element in self.model.by_type(kind)[:200]:
                if element.ObjectPlacement is not None:
                    matrix = ifcopenshell.util.placement.get_local_placement(element.ObjectPlacement)
                    at.append(matrix[:3, 3] * self.unit_m)
        if at and np.isfinite(at).all():
            # Geometry may be written far from its placement: then one mesh says where the building is.
            self.origin = np.floor(np.median(np.array(at), axis=0))
            self.origin[2] = 0.0
            first = self.model.by_type("IfcSpace")[:3] or self.model.by_type("IfcWall")[:3]
            probe = shapes.meshes(self.model, first, self.origin)
            if probe:
                away = np.floor(np.median([m.triangles.mean(axis=(0, 1)) for m in probe.values()], axis=0))
                if np.hypot(*away[:2]) > 1000.0:
                    self.origin[:2] += away[:2]
        if np.hypot(*self.origin[:2]) < 1000.0:
            self.origin[:] = 0.0

    def _levels(self) -> None:
        for storey in self.model.by_type("IfcBuildingStorey"):
            elevation = getattr(storey, "Elevation", None)
            if isinstance(elevation, (int, float)):
                name = said.text(storey, "Name") or said.text(storey, "LongName") or "storey"
                self.raw.levels.append(RawLevel(name, float(elevation) * self.unit_m))

    def _spaces(self) -> None:
        spaces = self.model.by_type("IfcSpace")
        found = self._meshes(spaces)
        for space in spaces:
            mesh = found.get(str(space.GlobalId))
            if mesh is None:
                continue
            number, name = said.text(space, "Name"), said.text(space, "LongName")
            words = [
                name,
                said.text(space, "ObjectType"),
                said.category(space),
                number,
                said.text(space, "Description"),
            ]
            predefined = str(getattr(space, "PredefinedType", None) or "")
            side = str(getattr(space, "InteriorOrExteriorSpace", None) or "")
            if predefined == "GFA":
                self.raw.note("space", f"space '{name or number}' is a gross area, and was left out.")
                continue
            self.raw.spaces.append(
                RawSpace(
                    str(space.GlobalId),
                    shapes.floor(mesh),
                    mesh.bottom,
                    mesh.top - mesh.bottom,
                    name=name or number or None,
                    words="\n".join(word for word in words if word),
                    number=number or None,
                    outdoors="EXTERNAL" in (side, predefined),
                )
            )

    def _walls(self) -> None:
        walls = [wall for kind in _WALLS for wall in self.model.by_type(kind)]
        # A curtain wall is its parts: panes and mullions.
        parts = [
            part
            for wall in walls
            for relation in wall.IsDecomposedBy
            for part in relation.RelatedObjects
            if not part.is_a("IfcDoor")
        ]
        for mesh in self._meshes([*walls, *parts]).values():
            polygon = shapes.footprint(mesh)
            if polygon.area > 0.0:
                self.raw.walls.append(RawWall(polygon, mesh.bottom, mesh.top))

    def _doors(self) -> None:
        doors = self.model.by_type("IfcDoor")
        holes = {door.id(): opening for door in doors if (opening := _filled(door)) is not None}
        open_ways = [
            opening
            for opening in self.model.by_type("IfcOpeningElement")
            if not opening.HasFillings and _voids_a_wall(opening)
        ]
        meshes = self._meshes(doors)
        openings = shapes.meshes(self.model, [*holes.values(), *open_ways], self.origin)
        joins = said.boundaries(self.model)
        for door in doors:
            own = meshes.get(str(door.GlobalId))
            hole = holes.get(door.id())
            mesh = openings.get(str(hole.GlobalId), own) if hole is not None else own
            stated = getattr(door, "OverallWidth", None)
            width = float(stated) * self.unit_m if isinstance(stated, (int, float)) and stated > 0 else None
            if mesh is not None:
                line, across = _line(mesh, _axis((own or mesh).axes))
                bottom, height = mesh.bottom, mesh.top - mesh.bottom
            elif width is not None and door.ObjectPlacement is not None:
                line, across, bottom, height = self._placed(door, width)
            else:
                continue
            self.raw.doors.append(
                RawDoor(
                    str(door.GlobalId), line, bottom, across, height, width,
                    name=said.text(door, "Name") or None, joins=joins.get(door.id(), ()),
                    external=said.flag(door, "Pset_DoorCommon", "IsExternal"),
                )
            )  # fmt: skip
        for opening in open_ways:
            mesh = openings.get(str(opening.GlobalId))
            if mesh is not None and mesh.top - mesh.bottom >= _HIGH_OPENING_M:
                line, across = _line(mesh, _axis(mesh.axes))
                self.raw.doors.append(
                    RawDoor(
                        str(opening.GlobalId), line, mesh.bottom, across, mesh.top - mesh.bottom,
                        kind="opening", name=said.text(opening, "Name") or None,
                    )
                )  # fmt: skip

    def _placed(self, door: Any, width: float) -> tuple[Line, float, float, float]:
        """Return where a door without a shape stands: along the X of its placement, as wide as it says."""
        import ifcopenshell.util.placement

        matrix = ifcopenshell.util.placement.get_local_placement(door.ObjectPlacement)
        x, y, z = matrix[:3, 3] * self.unit_m - self.origin
        ux, uy = _axis(matrix[:3, :3].T) * width
        self.raw.note(
            "width", f"door '{said.text(door, 'Name') or door.GlobalId}' was laid by its placement."
        )
        return ((float(x), float(y)), (float(x + ux), float(y + uy))), 0.3, float(z), 2.1

    def _stairs(self) -> None:
        for kind, word in (("IfcStair", "stairs"), ("IfcRamp", "ramp")):
            whole = self.model.by_type(kind)
            inside = {part.id() for stair in whole for part in said.parts(stair)}
            loose = [one for one in self.model.by_type(f"{kind}Flight") if one.id() not in inside]
            for stair in [*whole, *loose]:
                elements = [
                    part
                    for part in [stair, *said.parts(stair)]
                    if not part.is_a("IfcRailing") and part.Representation is not None
                ]
                found = list(shapes.meshes(self.model, elements, self.origin).values())
                if not found:
                    self.raw.lost += 1
                    self.raw.note(
                        "lost", f"{kind} '{said.text(stair, 'Name') or stair.GlobalId}' has no shape."
                    )
                    continue
                polygon: BaseGeometry = shapes.footprint(found[0])
                for mesh in found[1:]:
                    polygon = polygon.union(shapes.footprint(mesh), grid_size=shapes.GRID_M)
                self.raw.stairs.append(
                    RawStair(
                        str(stair.GlobalId), polygon, min(mesh.bottom for mesh in found),
                        max(mesh.top for mesh in found),
                        kind="ramp" if word == "ramp" else "stairs", name=said.text(stair, "Name") or None,
                    )
                )  # fmt: skip
        lifts = [
            one
            for one in self.model.by_type("IfcTransportElement")
            if "ELEVATOR" in str(getattr(one, "OperationType", getattr(one, "PredefinedType", "")))
        ]
        for mesh in shapes.meshes(self.model, lifts, self.origin).values():
            self.raw.stairs.append(
                RawStair(
                    f"lift-{len(self.raw.stairs)}", shapes.footprint(mesh), mesh.bottom, mesh.top, "elevator"
                )
            )


def _filled(door: Any) -> Any:
    relation = next(iter(door.FillsVoids), None)
    return relation.RelatingOpeningElement if relation is not None else None


def _voids_a_wall(opening: Any) -> bool:
    return any(relation.RelatingBuildingElement.is_a("IfcWall") for relation in opening.VoidsElements)


def _axis(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the horizontal direction along a wall: a door's local X, or whichever axis lies flat."""
    for axis in (axes[0], axes[1], axes[2]):
        flat = np.hypot(axis[0], axis[1])
        if flat > 0.9:
            return np.asarray(axis[:2] / flat, dtype=np.float64)
    return np.array([1.0, 0.0])


def _line(mesh: shapes.Mesh, axis: NDArray[np.float64]) -> tuple[Line, float]:
    """Return the line along the wall through the middle of a door's mesh, and its depth across (m)."""
    normal = np.array([-axis[1], axis[0]])
    low, high = shapes.extent_along(mesh, axis)
    near, far = shapes.extent_along(mesh, normal)
    middle = normal * (near + far) / 2.0
    a, b = axis * low + middle, axis * high + middle
    return ((float(a[0]), float(a[1])), (float(b[0]), float(b[1]))), far - near
