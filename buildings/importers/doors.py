"""Doors joined to rooms by geometry: what lies on either side of the middle of each door."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import hypot
from typing import Literal

import numpy as np
import shapely
from shapely import Point, STRtree
from shapely.geometry.base import BaseGeometry

from buildings.importers.floors import Room, Storey
from buildings.importers.raw import RawDoor, Xy
from buildings.plan import OUT

Kind = Literal["two", "exit", "balcony", "same", "void", "none"]
"""What a door joins: two rooms, a room and the ground outside, a room and the air above the ground, the same
room twice, a room and a part of the building without a room, nothing."""

BEYOND_M = 0.5
_STEP_M = 0.05
_FLOOR_M = 1.4
_SILL_M = 0.35
_LEAF_M = 0.5
"""What reaches so far across its wall is a leaf drawn open, not a frame."""

_FRAME_M = 0.1
_AIR_M = 1.0
"""A door to the outside this far above the lowest one with ground leads onto a balcony or a roof."""


_CELLAR = re.compile(r"basement|cellar|keller|garage|sous-?sol|s[oó]tano|подвал|\bUG\b", re.I)


@dataclass
class Link:
    """A door and what it joins; `line` is its place in the plan, in the middle between its rooms."""

    door: RawDoor
    storey: Storey | None
    kind: Kind
    rooms: tuple[Room, ...]
    line: tuple[Xy, Xy]
    width: float

    @property
    def middle(self) -> Xy:
        """Return the middle of the door (m)."""
        (x0, y0), (x1, y1) = self.line
        return (x0 + x1) / 2.0, (y0 + y1) / 2.0

    @property
    def sides(self) -> tuple[str, str] | None:
        """Return the ids of what it joins, where that makes a door of the plan."""
        if self.kind == "two":
            return self.rooms[0].id, self.rooms[1].id
        return (self.rooms[0].id, OUT) if self.kind in ("exit", "balcony") else None


class Ground:
    """The rooms and the outline of one level, ready to be asked what lies at a point."""

    def __init__(self, storey: Storey, open_air: BaseGeometry | None = None) -> None:
        self.storey = storey
        self._tree = STRtree(np.array(storey.shapes, dtype=object))
        outline = storey.outline()
        self.outline: BaseGeometry = outline if open_air is None else outline.difference(open_air)
        shapely.prepare(self.outline)

    def room_at(self, x: float, y: float) -> Room | None:
        """Return the room that holds a point."""
        hits = self._tree.query(Point(x, y), predicate="intersects")
        return self.storey.rooms[int(min(hits))] if len(hits) else None

    def covers(self, x: float, y: float) -> bool:
        """Tell whether a point is under the roof of the building, or in a courtyard."""
        return bool(self.outline.intersects(Point(x, y)))


def link(door: RawDoor, grounds: list[Ground]) -> Link:
    """Join one door to what lies beside it, on the level whose floor is nearest and that fits best."""
    rank = {"two": 0, "exit": 1, "same": 2, "void": 3, "none": 4}
    near = sorted(
        (abs(ground.storey.elevation - door.floor), number)
        for number, ground in enumerate(grounds)
        if abs(ground.storey.elevation - door.floor) <= _FLOOR_M
    )
    found = [
        (rank[one.kind], number, one)
        for number, (_, k) in enumerate(near)
        for one in (_looked(door, grounds[k]),)
    ]
    if not found:
        return Link(door, None, "none", (), door.line, width_of(door))
    # A level that gives two rooms wins; else the nearest one that gives anything.
    return min(found, key=lambda one: (one[0] if one[0] in (0, 4) else 1, one[1]))[2]


def width_of(door: RawDoor) -> float:
    """Return the stated width of a door, else its length along the wall (m)."""
    (x0, y0), (x1, y1) = door.line
    drawn = hypot(x1 - x0, y1 - y0)
    if door.width is not None and (drawn == 0.0 or 0.5 <= door.width / drawn <= 1.5):
        return door.width
    return drawn


def _looked(door: RawDoor, ground: Ground) -> Link:
    """Look at a door, and where a leaf drawn open hides its wall, at the two ends of its reach."""
    found = _look(door, ground)
    if found.kind not in ("same", "none") or door.across < _LEAF_M:
        return found
    (x0, y0), (x1, y1) = door.line
    length = hypot(x1 - x0, y1 - y0)
    for sign in (1.0, -1.0) if length > 0.0 else ():
        away = sign * door.across / 2.0 / length
        nx, ny = -(y1 - y0) * away, (x1 - x0) * away
        moved = replace(door, line=((x0 + nx, y0 + ny), (x1 + nx, y1 + ny)), across=2.0 * _FRAME_M)
        other = _look(moved, ground)
        if other.kind in ("two", "exit"):
            other.door = door
            return other
    return found


def _look(door: RawDoor, ground: Ground) -> Link:
    (x0, y0), (x1, y1) = door.line
    x, y = (x0 + x1) / 2.0, (y0 + y1) / 2.0
    length = hypot(x1 - x0, y1 - y0)
    ux, uy = ((x1 - x0) / length, (y1 - y0) / length) if length > 0.0 else (1.0, 0.0)
    nx, ny = -uy, ux
    reach = max(door.across / 2.0, 0.0) + BEYOND_M
    left, near_m = _first(ground, x, y, nx, ny, reach)
    right, far_m = _first(ground, x, y, -nx, -ny, reach)
    width = width_of(door)
    line = door.line
    if left is not None and right is not None:
        shift = (near_m - far_m) / 2.0
    elif left is not None or right is not None:
        # An exit stands at the face of its wall, so that its room is within reach.
        depth = near_m if left is not None else far_m
        shift = (depth - min(depth, 0.2)) * (1.0 if left is not None else -1.0)
    else:
        return Link(door, ground.storey, "none", (), line, width)
    half = width / 2.0
    cx, cy = x + shift * nx, y + shift * ny
    line = ((cx - half * ux, cy - half * uy), (cx + half * ux, cy + half * uy))
    if left is not None and right is not None:
        same = left is right or (left.raw_id and left.raw_id == right.raw_id)
        return Link(door, ground.storey, "same" if same else "two", (left, right), line, width)
    room = left or right
    assert room is not None
    away = -reach if left is not None else reach
    beyond = [away * share for share in (0.6, 1.0)]
    inside = all(ground.covers(x + m * nx, y + m * ny) for m in beyond)
    return Link(door, ground.storey, "void" if inside else "exit", (room,), line, width)


def _first(
    ground: Ground, x: float, y: float, nx: float, ny: float, reach: float
) -> tuple[Room | None, float]:
    """Return the first room along a direction from the middle of a door, and how far it is (m)."""
    for away in np.arange(0.02, reach + 1e-9, _STEP_M):
        room = ground.room_at(x + away * nx, y + away * ny)
        if room is not None:
            return room, float(away)
    return None, reach


def without_windows(links: list[Link]) -> list[Link]:
    """Return the links less the openings that begin above the floor: nobody walks through those."""
    return [
        one
        for one in links
        if one.door.kind == "door"
        or (one.rooms and one.door.floor <= max(room.floor for room in one.rooms) + _SILL_M)
    ]


def grounded(links: list[Link], ground_m: float | None) -> None:
    """Turn exits far above the ground into balconies; in place.

    The ground is where the file says, else the lowest floor of an exit that is not in a cellar.
    """
    floors = [one.storey.elevation for one in links if one.kind == "exit" and one.storey is not None]
    if not floors:
        return
    cellars = {one.storey.elevation for one in links if one.storey and _CELLAR.search(one.storey.name or "")}
    above = [floor for floor in floors if floor > -1.5 and floor not in cellars] or floors
    ground = ground_m if ground_m is not None else min(above)
    for one in links:
        if one.kind == "exit" and one.storey is not None and one.storey.elevation > ground + _AIR_M:
            one.kind = "balcony"
