"""What a place is: levels, spaces, doors, locks, connectors and zones. Frozen, in metres, with string ids.

These models are also the file format `firstminutes-plan`: one definition serves reading, writing, the
JSON Schema for editors and the checks of types. Rules that need geometry are in `checks/`.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property, partial
from math import hypot
from typing import Annotated, Any, Final, Literal, get_args
from weakref import ref

from pydantic import BaseModel, ConfigDict, Field, field_validator

FORMAT: Final = "firstminutes-plan"
VERSION: Final = 1
OUT = "OUT"
"""The word for the open air in a door's `between`, beside any space of use `outdoors`."""

Coordinate = Annotated[float, Field(ge=-1e7, le=1e7)]
"""Metres. Whatever is farther away is no coordinate of a building, in no unit."""

Point = tuple[Coordinate, Coordinate]
Use = Literal[
    "classroom",
    "corridor",
    "lobby",
    "vestibule",
    "office",
    "reception",
    "gym",
    "cafeteria",
    "kitchen",
    "library",
    "auditorium",
    "laboratory",
    "music",
    "restroom",
    "locker_room",
    "nurse",
    "storage",
    "mechanical",
    "stairs",
    "elevator",
    "safe_area",
    "outdoors",
    "assembly_area",
    "staging_area",
    "other",
]
USES: tuple[str, ...] = get_args(Use)
OUTDOOR_USES = ("outdoors", "assembly_area", "staging_area")


class _Part(BaseModel):
    """Base of all parts of a plan: frozen, no unknown keys, file keys by alias, no NaN and no infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Level(_Part):
    """A storey. Elevation of its floor and floor-to-floor height in metres."""

    id: str
    name: str | None = None
    elevation_m: Coordinate = Field(alias="elevation")
    height_m: float = Field(3.6, alias="height", gt=0, le=1e7)


class Space(_Part):
    """A room, a corridor, or a piece of ground: a simple polygon that ends at the wall face (m)."""

    id: str
    level: str
    use: Use = "other"
    name: str | None = None
    polygon: tuple[Point, ...]
    capacity: int | None = Field(None, ge=0)

    @field_validator("polygon")
    @classmethod
    def _open_ring(cls, ring: tuple[Point, ...]) -> tuple[Point, ...]:
        """Drop points that repeat the one before them; a ring need not repeat its first point."""
        kept = [point for k, point in enumerate(ring) if k == 0 or point != ring[k - 1]]
        while len(kept) > 1 and kept[-1] == kept[0]:
            kept.pop()
        return tuple(kept)


class Lock(_Part):
    """What a lock does: can it lock, from where without and with a key, its usual state, free egress."""

    can_lock: bool | None = None
    from_: tuple[str, ...] = Field((), alias="from")
    key_from: tuple[str, ...] = ()
    normally: Literal["open", "closed", "locked"] = "closed"
    exit_always: bool = True
    remote: bool = False


class Door(_Part):
    """A door, an opening or a gate between two spaces. `at` is its middle, or `line` its two ends (m)."""

    id: str
    level: str
    between: tuple[str, str]
    at: Point | None = None
    line: tuple[Point, Point] | None = None
    width_m: Coordinate = Field(alias="width")
    leaves: int = 1
    kind: Literal["interior", "exterior", "opening", "gate", "overhead", "cubicle"] = "interior"
    glazing: Literal["none", "vision_panel", "full"] = "none"
    lock: Lock | None = None
    number: str | None = None


class ConnectorEnd(_Part):
    """Where a connector meets a level: a point on the edge of a space (m)."""

    level: str
    space: str
    at: Point


class Connector(_Part):
    """Stairs, a ramp or an elevator between two levels; `length` is measured on the slope (m)."""

    id: str
    kind: Literal["stairs", "ramp", "elevator"]
    width_m: float = Field(alias="width", gt=0, le=1e7)
    ends: tuple[ConnectorEnd, ConnectorEnd]
    length_m: float = Field(alias="length", gt=0, le=1e7)


class Zone(_Part):
    """A wing, or the part of a building that a public-address zone covers."""

    id: str
    kind: Literal["wing", "public_address"]
    spaces: tuple[str, ...] | Literal["all"]


class Wall(_Part):
    """A wall inside a space that the space polygons do not show (m)."""

    level: str
    line: tuple[Point, ...]
    thickness_m: float = Field(0.1, alias="thickness", ge=0, le=1e7)
    kind: Literal["solid", "glazed", "half_height", "movable"] = "solid"


class FloorPlan(_Part):
    """A building and its grounds, in metres."""

    format: Literal["firstminutes-plan"] = FORMAT
    version: Literal[1] = VERSION
    name: str
    units: Literal["m"] = "m"
    fictional: bool
    enrolment: int | None = Field(None, ge=0)
    staff: int | None = Field(None, ge=0)
    georef: dict[str, float] | None = None
    levels: tuple[Level, ...]
    spaces: tuple[Space, ...]
    walls: Literal["between_spaces"] | tuple[Wall, ...] = "between_spaces"
    doors: tuple[Door, ...]
    connectors: tuple[Connector, ...] = ()
    zones: tuple[Zone, ...] = ()
    grid: dict[str, Any] | None = None
    source: dict[str, Any] = Field(default_factory=dict)

    @cached_property
    def _spaces_by_id(self) -> dict[str, Space]:
        return {space.id: space for space in self.spaces}

    @cached_property
    def _doors_by_id(self) -> dict[str, Door]:
        return {door.id: door for door in self.doors}

    def copy(self, **options: Any) -> FloorPlan:
        """Return a copy as `model_copy` does: pydantic's older method would carry along what was derived."""
        return self.model_copy(**options)

    def model_copy(self, **options: Any) -> FloorPlan:
        """Return a copy with other values; what was derived from the old content is derived anew."""
        copied = super().model_copy(**options)
        for name in ("_spaces_by_id", "_doors_by_id"):
            copied.__dict__.pop(name, None)
        return copied

    def __eq__(self, other: object) -> bool:
        """Tell whether two plans have the same content, in whatever order their files list it."""
        return isinstance(other, FloorPlan) and self.content_hash() == other.content_hash()

    def __hash__(self) -> int:
        return hash(self.content_hash())

    def space(self, space_id: str) -> Space:
        """Return a space by its id."""
        return self._spaces_by_id[space_id]

    def door(self, door_id: str) -> Door:
        """Return a door by its id."""
        return self._doors_by_id[door_id]

    def is_outside(self, space_id: str) -> bool:
        """Tell whether an id in a door's `between` is the open air."""
        return space_id == OUT or self.space(space_id).use in OUTDOOR_USES

    def as_file(self) -> dict[str, Any]:
        """Return the content of a plan file, keys as people write them."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def content_hash(self) -> str:
        """Return the SHA-256 of the whole content; the order of its lists does not matter.

        It is kept beside the object, never in it: no way of copying a plan takes the hash of another along.
        """
        kept = _HASHES.get(id(self))
        if kept is None or kept[0]() is not self:
            content = self.as_file()
            for key in ("levels", "spaces", "doors", "connectors", "zones"):
                content[key] = sorted(content[key], key=lambda part: str(part["id"]))
            found = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
            kept = _HASHES[id(self)] = (ref(self, partial(_forget, id(self))), found)
        return kept[1]

    def door_line(self, door: Door) -> tuple[Point, Point]:
        """Return the two ends of a door's mid-line (m).

        A door given by its middle runs parallel to the nearest edge of its first indoor space.
        """
        if door.line is not None:
            return door.line
        assert door.at is not None
        drawn = sorted((side for side in door.between if side != OUT), key=self.is_outside)
        ux, uy = _nearest_edge_direction(self.space(drawn[0]).polygon, door.at) if drawn else (1.0, 0.0)
        x, y = door.at
        half = door.width_m / 2.0
        return (x - ux * half, y - uy * half), (x + ux * half, y + uy * half)


_HASHES: dict[int, tuple[ref[FloorPlan], str]] = {}
"""Content hashes of the plans that are alive, by identity."""


def _forget(identity: int, _gone: ref[FloorPlan]) -> None:
    _HASHES.pop(identity, None)


def _nearest_edge_direction(polygon: tuple[Point, ...], at: Point) -> Point:
    """Return the unit direction of the polygon edge nearest to a point."""
    best, direction = float("inf"), (1.0, 0.0)
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        length = hypot(x1 - x0, y1 - y0)
        if length == 0.0:
            continue
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        along = min(max((at[0] - x0) * ux + (at[1] - y0) * uy, 0.0), length)
        distance = hypot(at[0] - x0 - ux * along, at[1] - y0 - uy * along)
        if distance < best:
            best, direction = distance, (ux, uy)
    return direction
