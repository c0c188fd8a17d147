"""Levels, rooms, doors and flights as the content of a plan."""

from __future__ import annotations

from math import hypot
from typing import Any

from buildings.importers.doors import Link
from buildings.importers.floors import Room, Storey
from buildings.importers.raw import Raw
from buildings.importers.stairs import Flight
from buildings.plan import FORMAT, VERSION, FloorPlan

_STOREY_M = 3.2
"""The height of the top level, which no floor above tells."""

_LEAF_M = 1.3
"""A wider door has two leaves."""


def planned(raw: Raw, levels: list[Storey], links: list[Link], flights: list[Flight]) -> FloorPlan:
    """Return the plan; it is marked as one from outside.

    Parameters
    ----------
    raw : Raw
        What was read, in metres.
    levels : list of Storey
        Levels with their rooms, lowest first.
    links : list of Link
        Doors and openings; those that join nothing are left out.
    flights : list of Flight
        Stairs, ramps and elevators.
    """
    levels = [storey for storey in levels if storey.rooms]
    tops = [storey.elevation for storey in levels[1:]] + [levels[-1].elevation + _STOREY_M]
    return FloorPlan.model_validate(
        {
            "format": FORMAT,
            "version": VERSION,
            "name": raw.name[:200] or "Imported plan",
            "fictional": False,
            "georef": raw.georef,
            "levels": [
                {"id": storey.id, "name": storey.name, "elevation": storey.elevation,
                 "height": round(top - storey.elevation, 3)}
                for storey, top in zip(levels, tops, strict=True)
            ],
            "spaces": [_space(room, storey.id) for storey in levels for room in storey.rooms],
            "doors": _doors(links),
            "connectors": [_connector(flight) for flight in flights],
        }
    )  # fmt: skip


def _space(room: Room, level: str) -> dict[str, Any]:
    ring = [(round(x, 3), round(y, 3)) for x, y in room.polygon.exterior.coords[:-1]]
    return {"id": room.id, "level": level, "use": room.use, "name": room.name, "polygon": ring}


def _doors(links: list[Link]) -> list[dict[str, Any]]:
    """Return the doors that join something; exits without a number are numbered in turn."""
    taken: set[str] = set()
    found = []
    exits = 0
    for one in links:
        if one.sides is None or one.kind == "balcony" or one.storey is None or one.door.id in taken:
            continue
        taken.add(one.door.id)
        (x0, y0), (x1, y1) = one.line
        width = round(min(one.width, hypot(x1 - x0, y1 - y0)), 3)
        leaf, outside = one.door.kind == "door", one.kind == "exit"
        exits += leaf and outside
        found.append(
            {
                "id": one.door.id,
                "level": one.storey.id,
                "between": one.sides,
                "line": [(round(x0, 3), round(y0, 3)), (round(x1, 3), round(y1, 3))],
                "width": width,
                "leaves": 2 if leaf and width > _LEAF_M else 1,
                "kind": "opening" if not leaf else "exterior" if outside else "interior",
                "glazing": "full" if one.door.glazed else "none",
                "number": (one.door.number or str(exits)) if leaf and outside else None,
            }
        )
    return found


def _connector(flight: Flight) -> dict[str, Any]:
    ends = [{"level": storey.id, "space": room.id, "at": at} for storey, room, at in flight.ends]
    return {
        "id": flight.id, "kind": flight.kind, "width": flight.width, "length": flight.length, "ends": ends
    }  # fmt: skip
