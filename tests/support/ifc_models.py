"""Plans written as IFC by ifcopenshell: models whose truth is known, in any unit, place and turn."""

from __future__ import annotations

from math import atan2, cos, hypot, radians, sin
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid

from buildings.plan import FloorPlan

WALL_M = 0.2
HEIGHT_M = 2.8


class Model:
    """An IFC file being written. Lengths are given in metres and written in `unit_m` metres per unit."""

    def __init__(
        self,
        schema: str = "IFC4",
        unit: str = "m",
        moved: tuple[float, float] = (0.0, 0.0),
        turned_degrees: float = 0.0,
    ) -> None:
        self.file: Any = ifcopenshell.file(schema=schema)
        self.unit_m = {"m": 1.0, "mm": 0.001, "ft": 0.3048}[unit]
        self.moved, self.turn = moved, radians(turned_degrees)
        make = self.file.create_entity
        si = make("IfcSIUnit", UnitType="LENGTHUNIT", Prefix="MILLI" if unit == "mm" else None, Name="METRE")
        if unit == "ft":
            factor = make(
                "IfcMeasureWithUnit",
                ValueComponent=make("IfcLengthMeasure", 0.3048),
                UnitComponent=si,
            )
            zero = make("IfcDimensionalExponents", 1, 0, 0, 0, 0, 0, 0)
            si = make(
                "IfcConversionBasedUnit",
                Dimensions=zero,
                UnitType="LENGTHUNIT",
                Name="FOOT",
                ConversionFactor=factor,
            )
        self.axes = make(
            "IfcGeometricRepresentationContext",
            ContextType="Model",
            CoordinateSpaceDimension=3,
            Precision=1e-6,
            WorldCoordinateSystem=self._placement(0.0, 0.0, 0.0),
        )
        self.project = make(
            "IfcProject",
            GlobalId=ifcopenshell.guid.new(),
            Name="Test",
            RepresentationContexts=[self.axes],
            UnitsInContext=make("IfcUnitAssignment", [si]),
        )
        self.storeys: dict[str, Any] = {}

    def storey(self, name: str, elevation: float) -> None:
        """Add a storey."""
        self.storeys[name] = self._element("IfcBuildingStorey", name, Elevation=elevation / self.unit_m)

    def block(
        self, kind: str, name: str, ring: list[tuple[float, float]], z0: float, z1: float, **more: Any
    ) -> Any:
        """Add an element that is a prism over a ring (m), its placement along the ring's first edge."""
        (x0, y0), (x1, y1) = ring[0], ring[1]
        length = hypot(x1 - x0, y1 - y0)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        local = [((x - x0) * ux + (y - y0) * uy, -(x - x0) * uy + (y - y0) * ux) for x, y in ring]
        return self._prism(kind, name, local, self._put(x0, y0), atan2(uy, ux), (z0, z1), more)

    def _prism(
        self, kind: str, name: str, local: Any, at: Any, angle: float, z: tuple[float, float], more: Any
    ) -> Any:
        make, unit = self.file.create_entity, self.unit_m
        points = [make("IfcCartesianPoint", (x / unit, y / unit)) for x, y in [*local, local[0]]]
        profile = make(
            "IfcArbitraryClosedProfileDef",
            ProfileType="AREA",
            OuterCurve=make("IfcPolyline", points),
        )
        solid = make(
            "IfcExtrudedAreaSolid",
            SweptArea=profile,
            Position=self._placement(0.0, 0.0, 0.0),
            ExtrudedDirection=make("IfcDirection", (0.0, 0.0, 1.0)),
            Depth=(z[1] - z[0]) / unit,
        )
        body = make(
            "IfcShapeRepresentation",
            ContextOfItems=self.axes,
            RepresentationIdentifier="Body",
            RepresentationType="SweptSolid",
            Items=[solid],
        )
        return self._element(
            kind,
            name,
            ObjectPlacement=make(
                "IfcLocalPlacement", RelativePlacement=self._placement(*at, z[0], angle + self.turn)
            ),
            Representation=make("IfcProductDefinitionShape", Representations=[body]),
            **more,
        )

    def band(
        self,
        kind: str,
        name: str,
        line: Any,
        thick: float,
        z0: float,
        z1: float,
        longer: float = 0.0,
        **more: Any,
    ) -> Any:
        """Add an element along a line (m): a wall, a door or an opening."""
        (x0, y0), (x1, y1) = line
        length = hypot(x1 - x0, y1 - y0)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        a, b = -longer, length + longer
        corners = [(a, -thick / 2), (b, -thick / 2), (b, thick / 2), (a, thick / 2)]
        ring = [(x0 + u * ux - v * uy, y0 + u * uy + v * ux) for u, v in corners]
        return self.block(kind, name, ring, z0, z1, **more)

    def void(self, wall: Any, opening: Any, door: Any = None) -> None:
        """Cut an opening into a wall, and fill it with a door."""
        make = self.file.create_entity
        new = ifcopenshell.guid.new
        make(
            "IfcRelVoidsElement", GlobalId=new(), RelatingBuildingElement=wall, RelatedOpeningElement=opening
        )
        if door is not None:
            make(
                "IfcRelFillsElement",
                GlobalId=new(),
                RelatingOpeningElement=opening,
                RelatedBuildingElement=door,
            )

    def save(self, path: Path) -> Path:
        """Write the file."""
        self.file.write(str(path))
        return path

    def _put(self, x: float, y: float) -> tuple[float, float]:
        c, s = cos(self.turn), sin(self.turn)
        return self.moved[0] + c * x - s * y, self.moved[1] + s * x + c * y

    def _placement(self, x: float, y: float, z: float, angle: float = 0.0) -> Any:
        make, unit = self.file.create_entity, self.unit_m
        return make(
            "IfcAxis2Placement3D",
            Location=make("IfcCartesianPoint", (x / unit, y / unit, z / unit)),
            Axis=make("IfcDirection", (0.0, 0.0, 1.0)),
            RefDirection=make("IfcDirection", (cos(angle), sin(angle), 0.0)),
        )

    def _element(self, kind: str, name: str, **more: Any) -> Any:
        return self.file.create_entity(kind, GlobalId=ifcopenshell.guid.new(), Name=name, **more)


def write_ifc(plan: FloorPlan, path: Path, **how: Any) -> Path:
    """Write a plan as an IFC model: spaces, a wall around every door, openings, doors and stairs."""
    model = Model(**how)
    floor = {level.id: level.elevation_m for level in plan.levels}
    for level in plan.levels:
        model.storey(level.name or level.id, level.elevation_m)
    for space in plan.spaces:
        if not plan.is_outside(space.id):
            z = floor[space.level]
            model.block("IfcSpace", space.id, list(space.polygon), z, z + HEIGHT_M, LongName=space.use)
    for door in plan.doors:
        z, line = floor[door.level], plan.door_line(door)
        wall = model.band("IfcWall", "wall", line, WALL_M, z, z + HEIGHT_M, longer=0.05)
        hole = model.band("IfcOpeningElement", "hole", line, WALL_M, z, z + 2.1)
        if door.kind == "opening":
            model.void(wall, hole)
            continue
        width = door.width_m / model.unit_m
        leaf = model.band("IfcDoor", door.id, line, 0.05, z, z + 2.1, OverallWidth=width)
        model.void(wall, hole, leaf)
    for one in plan.connectors:
        (x0, y0), (x1, y1) = (end.at for end in one.ends)
        low, high = sorted(floor[end.level] for end in one.ends)
        line = ((x0, y0), (x1, y1)) if hypot(x1 - x0, y1 - y0) > 0.5 else ((x0, y0), (x0 + 0.5, y0))
        model.band("IfcStair", one.id, line, 1.2, low, high + 1.0)
    return model.save(path)
