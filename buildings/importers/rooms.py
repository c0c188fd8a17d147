"""Rooms: cleaned from the spaces of a file, or derived from closed walls where spaces are missing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from buildings.importers import uses
from buildings.importers.floors import Room, Storey
from buildings.importers.outlines import apart, covering, filled, polygons_of, simple_rings
from buildings.importers.raw import Note, Raw, RawSpace

_GROW_M = 0.03
"""Walls are grown this much to close hairs between them, and the rooms get it back."""

_NARROW_M = 0.45
_LEAST_M2 = 1.0
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,15}")


def in_the_open(space: RawSpace) -> bool:
    """Tell whether a space is no room but a yard, a porch or a balcony: by the file, or by its words."""
    return space.outdoors or uses.use_of(space.words) == "outdoors"


def from_spaces(raw: Raw) -> tuple[list[Room], list[Note]]:
    """Return a room for every indoor space of a file that is one, and say what was left out or changed."""
    names = Counter(space.number for space in raw.spaces)
    rooms, notes, taken = [], [], {"OUT"}
    for space in raw.spaces:
        if in_the_open(space):
            notes.append(Note("space", f"space '{_called(space)}' is in the open, and was left out."))
            continue
        rings, pillars = simple_rings(space.polygon)
        if not rings:
            notes.append(Note("space", f"space '{_called(space)}' has no usable floor, and was left out."))
            continue
        plain = space.number if space.number and names[space.number] == 1 else space.id
        base = plain if plain and _PLAIN.fullmatch(plain) and plain not in taken else space.id
        if pillars:
            notes.append(
                Note("space", f"{pillars} pillars in space '{_called(space)}' were left out.", ids=(base,))
            )
        if len(rings) > 1:
            notes.append(
                Note(
                    "space", f"space '{_called(space)}' was cut into {len(rings)} simple pieces.", ids=(base,)
                )
            )
        for number, ring in enumerate(rings):
            name = base if number == 0 else f"{base}~{number + 1}"
            taken.add(name)
            rooms.append(Room(name, ring, space.floor, space.id, space.name, space.words, space.number))
    return rooms, notes


def _called(space: RawSpace) -> str:
    parts = [part for part in (space.number, space.name) if part]
    return " ".join(dict.fromkeys(parts)) or space.id


def without_overlaps(storey: Storey) -> list[Note]:
    """Drop zones that cover rooms, and let the larger of two rooms that overlap give way; in place."""
    notes = []
    zones = covering(storey.shapes) if len(storey.rooms) > 1 else set()
    for row in sorted(zones):
        room = storey.rooms[row]
        notes.append(
            Note("space", f"'{room.name or room.id}' covers several rooms: a zone, left out.", storey.id,
                 _middle(room.polygon), (room.id,))
        )  # fmt: skip
    storey.rooms = [room for row, room in enumerate(storey.rooms) if row not in zones]
    kept = []
    for room, pieces in zip(storey.rooms, apart(storey.shapes), strict=True):
        if not pieces:
            sentence = f"space '{room.name or room.id}' lies over another of its level, and was left out."
            notes.append(Note("space", sentence, storey.id, _middle(room.polygon), (room.id,)))
            continue
        lost = room.polygon.area - sum(piece.area for piece in pieces)
        if lost > 0.02 * room.polygon.area:
            sentence = f"space '{room.name or room.id}' overlapped another by {lost:.1f} m2, and gave way."
            notes.append(Note("space", sentence, storey.id, _middle(pieces[0]), (room.id,)))
        for number, piece in enumerate(pieces):
            name = room.id if number == 0 else f"{room.id}~c{number + 1}"
            kept.append(replace(room, id=name, polygon=piece))
    storey.rooms = kept
    return notes


def from_walls(storey: Storey) -> list[Room]:
    """Return the rooms between the walls of a level, where no space lies yet.

    Openings are not cut out of the walls, so a door closes as well as a wall does. Glass fronts that are not
    in the file, railings and open plan leave a room open: then it is not found.
    """
    if not storey.walls:
        return []
    solid = storey.solid().buffer(_GROW_M, join_style="mitre")
    inside = filled([solid, *storey.shapes])
    free: BaseGeometry = shapely.difference(inside, solid, grid_size=1e-3)
    if storey.rooms:
        spaces = shapely.union_all(storey.shapes, grid_size=1e-3).buffer(_GROW_M, join_style="mitre")
        free = shapely.difference(free, spaces, grid_size=1e-3)
    floor = min((room.floor for room in storey.rooms), default=storey.elevation)
    rooms: list[Room] = []
    for piece in polygons_of(free.buffer(-_NARROW_M / 2, join_style="mitre")):
        back = piece.buffer(_NARROW_M / 2 + _GROW_M, join_style="mitre")
        shape = shapely.intersection(back, free.buffer(_GROW_M, join_style="mitre"), grid_size=1e-3)
        for ring in simple_rings(shape)[0]:
            if ring.area >= _LEAST_M2:
                number = len(rooms) + 1
                rooms.append(Room(f"{storey.id}-W{number}", ring, floor, "", None, derived=True))
    return rooms


def _middle(shape: Polygon) -> tuple[float, float]:
    point = shape.representative_point()
    return round(point.x, 2), round(point.y, 2)
