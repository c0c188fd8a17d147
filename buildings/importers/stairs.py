"""Stairs, ramps and elevators joined to the rooms at their feet and heads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import radians, sin, sqrt

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from buildings.importers.doors import Link
from buildings.importers.floors import Room, Storey
from buildings.importers.raw import Note, RawStair, Xy

_AROUND_M = 0.5
_BELOW_M = 0.8
_ABOVE_M = 0.4
_FLIGHT_M = 1.2
"""The upper floor lies at least this far above the foot, and at most `_ABOVE_M` above the top: the mesh of a
stair may include its railing, so tops are no floors."""

_SLOPE_DEGREES = 31.0
_LANDING_M = 1.2
_WIDTH_M = 1.2
_WIDTHS_M = 0.9, 3.0
_FULL = 0.8
_STEP_M = 0.25
_CORNER_M = 0.3
_EDGE_M = 0.15
_LEAST_M = 0.8
"""Where no edge has room for the flight, it is made narrower, down to this."""


@dataclass
class Flight:
    """A connector of the plan to be."""

    id: str
    kind: str
    ends: tuple[tuple[Storey, Room, Xy], tuple[Storey, Room, Xy]]
    width: float
    length: float


def flights(
    stairs: list[RawStair], levels: list[Storey], doors: list[Link]
) -> tuple[list[Flight], list[Note]]:
    """Join each stair's consecutive levels, and say which stair was joined to nothing."""
    found: list[Flight] = []
    notes: list[Note] = []
    for stair in stairs:
        touched = _touched(stair, levels)
        for low, high in pairwise(touched):
            found.append(_flight(stair, len(found), low, high, doors, found))
        if len(touched) < 2:
            at = stair.polygon.representative_point() if not stair.polygon.is_empty else Point(0, 0)
            beside = f" (only '{touched[0][1].id}' was found)" if touched else ""
            notes.append(
                Note("stairs", f"{stair.kind} '{stair.name or stair.id}' join no two levels{beside}: "
                     "draw them.",
                     None, (round(at.x, 2), round(at.y, 2)), (stair.id,))
            )  # fmt: skip
    return found, notes


def _touched(stair: RawStair, levels: list[Storey]) -> list[tuple[Storey, Room]]:
    """Return the rooms at the foot and the heads of a stair, from the lowest level to the highest."""
    around = stair.polygon.buffer(_AROUND_M)
    touched: list[tuple[Storey, Room]] = []
    for storey in levels:
        near = []
        for room in storey.rooms:
            high_enough = room.floor >= stair.bottom + _FLIGHT_M if touched else True
            in_reach = stair.bottom - _BELOW_M <= room.floor <= stair.top + _ABOVE_M
            if high_enough and in_reach and room.polygon.intersects(around):
                halls = room.use in ("stairs", "corridor", "lobby")
                near.append((halls, room.polygon.intersection(around).area, room))
        if near:
            touched.append((storey, max(near, key=lambda one: one[:2])[2]))
    # A run that is told by its own range joins its lowest and its highest level, and those between.
    return touched


def _flight(
    stair: RawStair, number: int, low: tuple[Storey, Room], high: tuple[Storey, Room],
    doors: list[Link], others: list[Flight],
) -> Flight:  # fmt: skip
    width = _width(stair)
    rise = max(high[0].elevation - low[0].elevation, 0.3)
    length = round(rise / sin(radians(_SLOPE_DEGREES if stair.kind != "ramp" else 4.8)) + _LANDING_M, 2)
    taken = [end[2] for flight in others for end in flight.ends]
    ends, clear = [], width
    for storey, room in (low, high):
        at, edge_m = _place(stair, room, width, doors, taken)
        clear = min(clear, max(edge_m - 2.0 * _EDGE_M, _LEAST_M))
        taken.append(at)
        ends.append((storey, room, at))
    return Flight(f"S{number + 1}", stair.kind, (ends[0], ends[1]), round(clear, 2), length)


def _width(stair: RawStair) -> float:
    """Guess the clear width of a flight: its stated width, else the short side of its footprint."""
    if stair.width is not None:
        return round(min(max(stair.width, _WIDTHS_M[0]), _WIDTHS_M[1]), 2)
    box = stair.polygon.minimum_rotated_rectangle
    if not isinstance(box, Polygon):
        return _WIDTH_M
    xs = list(box.exterior.coords)
    sides = sorted(float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(xs[:3]))
    if stair.polygon.area < _FULL * box.area:  # an L or a winding: a strip of this area and edge
        edge, area = stair.polygon.length, stair.polygon.area
        strip = (edge - sqrt(max(edge * edge - 16.0 * area, 0.0))) / 4.0
        return round(min(max(strip, _WIDTHS_M[0]), _WIDTHS_M[1]), 2)
    # A flight that turns back has two runs beside each other.
    one_run = sides[0] if sides[1] > 2.2 * sides[0] else sides[0] / 2.0 - 0.1
    return round(min(max(one_run, _WIDTHS_M[0]), _WIDTHS_M[1]), 2)


def _place(stair: RawStair, room: Room, width: float, doors: list[Link], taken: list[Xy]) -> tuple[Xy, float]:
    """Return where on an edge of a room a flight begins, clear of doors, and how long that edge is (m)."""
    lines = [LineString(one.line) for one in doors if room in one.rooms]
    best, score, edge_m = None, -1e9, 0.0
    coords = list(room.polygon.exterior.coords)
    for (x0, y0), (x1, y1) in pairwise(coords):
        edge = LineString([(x0, y0), (x1, y1)])
        # Clear of the corners too: whoever leaves a flight has to get around them.
        half = min(width / 2.0 + _CORNER_M, edge.length / 2.0)
        for along in np.arange(half, edge.length - half + 1e-9, _STEP_M):
            point = edge.interpolate(float(along))
            clear = min((line.distance(point) for line in lines), default=9.0) - width / 2.0
            free = min((float(np.hypot(point.x - x, point.y - y)) for x, y in taken), default=9.0) - width
            away = stair.polygon.distance(point) if not stair.polygon.is_empty else 0.0
            fits = 0.0 if edge.length >= width + 2.0 * _CORNER_M else -5.0
            value = fits + min(clear, 0.6) * 10.0 + min(free, 0.3) * 10.0 - away
            if value > score:
                best, score = (round(float(point.x), 3), round(float(point.y), 3)), value
                edge_m = float(edge.length)
    if best is None:
        x, y = shapely.shortest_line(room.polygon.exterior, stair.polygon).coords[0]
        best = (round(float(x), 3), round(float(y), 3))
    return best, edge_m
