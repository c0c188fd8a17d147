"""Levels from the heights of floors: names and elevations of storeys do not say where people walk."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from buildings.importers.outlines import filled
from buildings.importers.raw import Note, Raw, RawLevel, RawWall
from buildings.plan import Use

SAME_FLOOR_M = 0.3
_SPLIT_M = 1.3
"""Floors this near that do not lie over one another are one level of a plan, joined by a few steps."""

_NAME_M = 1.0
_WALL_M = 1.8
"""A storey without spaces may have rooms between its walls where they are at least this high."""

_EYE_M = 1.0
_OVER_M2 = 1.0


@dataclass
class Room:
    """A room of the plan to be: a simple polygon on a level, and where it comes from."""

    id: str
    polygon: Polygon
    floor: float
    raw_id: str
    name: str | None = None
    words: str = ""
    number: str | None = None
    use: Use = "other"
    guessed: bool = True
    derived: bool = False


@dataclass
class Storey:
    """A level of the plan to be, with its rooms and the walls that stand on it (m)."""

    elevation: float
    rooms: list[Room] = field(default_factory=list)
    walls: list[RawWall] = field(default_factory=list)
    id: str = ""
    name: str | None = None

    @property
    def shapes(self) -> list[Polygon]:
        """Return the polygons of the rooms."""
        return [room.polygon for room in self.rooms]

    def outline(self) -> BaseGeometry:
        """Return what the building covers on this level, courtyards included."""
        return filled([*(wall.polygon for wall in self.walls), *self.shapes], close_m=0.35)

    def solid(self) -> BaseGeometry:
        """Return the ground under the walls of this level."""
        return shapely.union_all([wall.polygon for wall in self.walls], grid_size=1e-4)


def storeys(raw: Raw, rooms: list[Room]) -> tuple[list[Storey], list[Note]]:
    """Group rooms into levels by their floors, lowest first, and say what was guessed."""
    found: list[Storey] = []
    for room in sorted(rooms, key=lambda one: one.floor):
        if found and room.floor - found[-1].elevation <= SAME_FLOOR_M:
            found[-1].rooms.append(room)
        else:
            found.append(Storey(room.floor, [room]))
    found, notes = _split_levels_joined(found)
    for storey in found:
        storey.elevation = round(_usual_floor(storey.rooms), 3)
    found = sorted([*found, *_without_spaces(raw, found)], key=lambda one: one.elevation)
    _name(raw, found)
    for storey in found:
        storey.walls = [wall for wall in raw.walls if wall.bottom < storey.elevation + _EYE_M < wall.top]
    return found, [note._replace(level=found[0].id) if note.level == "?" else note for note in notes]


def _split_levels_joined(found: list[Storey]) -> tuple[list[Storey], list[Note]]:
    """Join floors that differ by a few steps and lie beside one another: a plan has one floor per level."""
    kept: list[Storey] = []
    notes = []
    for storey in found:
        low = kept[-1] if kept else None
        rise = storey.elevation - low.elevation if low else 0.0
        if low is None or rise > _SPLIT_M or _lie_over(low.rooms, storey.rooms):
            kept.append(storey)
            continue
        low.rooms += storey.rooms
        notes.append(
            Note(
                "level",
                f"floors at {low.elevation:.2f} m and {storey.elevation:.2f} m lie beside one another and "
                "became one level: the steps between them are not in the plan.",
                None,
                None,
                tuple(room.id for room in storey.rooms),
            )
        )
    return kept, notes


def _lie_over(low: list[Room], high: list[Room]) -> bool:
    shapes = [room.polygon for room in low]
    pairs = STRtree(shapes).query([room.polygon for room in high], predicate="intersects").T.tolist()
    return any(high[i].polygon.intersection(shapes[j]).area > _OVER_M2 for i, j in pairs)


def _usual_floor(rooms: list[Room]) -> float:
    """Return the height of floor that has the most area."""
    areas: dict[float, float] = {}
    for room in rooms:
        key = round(room.floor, 2)
        areas[key] = areas.get(key, 0.0) + room.polygon.area
    return max(sorted(areas), key=lambda key: areas[key])


def _without_spaces(raw: Raw, found: list[Storey]) -> list[Storey]:
    """Return storeys that the file names and that have walls, but no space."""
    extra: list[Storey] = []
    named = raw.levels or ([] if found or not raw.walls else [_lowest(raw)])
    for level in named:
        near = [one for one in (*found, *extra) if abs(one.elevation - level.elevation) <= _SPLIT_M]
        standing = [
            wall
            for wall in raw.walls
            if abs(wall.bottom - level.elevation) < 0.6 and wall.top - wall.bottom >= _WALL_M
        ]
        if not near and len(standing) >= 3:
            extra.append(Storey(level.elevation))
    return extra


def _lowest(raw: Raw) -> RawLevel:
    return RawLevel("Floor", min(wall.bottom for wall in raw.walls))


def _name(raw: Raw, found: list[Storey]) -> None:
    """Give levels numbers from the ground up (cellars B1, B2), and the names of the file's storeys."""
    below = [storey for storey in found if storey.elevation < -1.5]
    above = [storey for storey in found if storey.elevation >= -1.5]
    if not above:
        above, below = found, []
    for number, storey in enumerate(reversed(below), 1):
        storey.id = f"B{number}"
    for number, storey in enumerate(above, 1):
        storey.id = str(number)
    for storey in found:
        floor = min((room.floor for room in storey.rooms), default=storey.elevation)
        near = min(raw.levels, key=lambda one: abs(one.elevation - floor), default=None)
        if near is not None and abs(near.elevation - floor) <= _NAME_M:
            storey.name = near.name
