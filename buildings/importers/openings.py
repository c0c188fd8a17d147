"""Open plan: rooms of one level that share a boundary without a wall are joined by an opening."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

import numpy as np
import shapely
import shapely.affinity
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from buildings.importers.doors import Link
from buildings.importers.floors import Room, Storey
from buildings.importers.outlines import touching
from buildings.importers.raw import RawDoor, Xy

GAP_M = 0.12
"""Rooms this near to each other with no wall between share a boundary."""

_LEAST_M = 0.7
_TRIM_M = 0.05
_STEP_M = 0.05
_WALL_M = 0.02
_HALLS = ("corridor", "lobby", "vestibule", "stairs")


def open_ways(storey: Storey, doors: list[Link], *, walls_known: bool) -> list[Link]:
    """Return an opening for every stretch that two rooms share without a wall.

    Parameters
    ----------
    storey : Storey
        A level.
    doors : list of Link
        Doors and openings already there; an opening keeps clear of them.
    walls_known : bool
        Whether the file has walls. Where it has none, only parts of one room and halls that touch are joined.
    """
    solid: BaseGeometry = storey.solid().buffer(_WALL_M, join_style="mitre")
    taken: list[BaseGeometry] = [
        LineString(one.line).buffer(0.1) for one in doors if one.storey is storey and one.kind != "none"
    ]
    blocked = shapely.union_all([solid, *taken])
    shapely.prepare(blocked)
    found: list[Link] = []
    for i, j in touching(storey.shapes, GAP_M):
        a, b = storey.rooms[i], storey.rooms[j]
        one_room = bool(a.raw_id) and a.raw_id == b.raw_id
        halls = a.use in _HALLS and b.use in _HALLS
        if not walls_known and not one_room and not halls:
            continue
        for number, line in enumerate(_shared(a, b, taken if one_room else [blocked])):
            found.append(_opening(storey, a, b, line, number))
    return found


def _shared(a: Room, b: Room, blocked: list[BaseGeometry]) -> list[tuple[Xy, Xy]]:
    """Return the straight stretches in the middle between two rooms where no wall stands."""
    beside = b.polygon.buffer(GAP_M + 0.005)
    lines: list[tuple[Xy, Xy]] = []
    for start, end in pairwise(a.polygon.exterior.coords):
        edge = LineString([start, end])
        if edge.length < _LEAST_M or not edge.intersects(beside):
            continue
        for part in _lines(edge.intersection(beside)):
            middle: BaseGeometry = _shifted(part, b)
            for shape in blocked:
                middle = middle.difference(shape)
            for piece in _lines(middle):
                lines.extend(_facing(piece, a, b))
    return lines


def _lines(shape: BaseGeometry) -> list[LineString]:
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if isinstance(part, LineString) and part.length >= _LEAST_M]


def _facing(piece: LineString, a: Room, b: Room) -> list[tuple[Xy, Xy]]:
    """Return the runs of a stretch along which one room lies on one side and the other on the other."""
    start, end = np.array(piece.coords[0][:2]), np.array(piece.coords[-1][:2])
    along = (end - start) / piece.length
    normal = np.array([-along[1], along[0]])
    places = np.arange(_TRIM_M, piece.length - _TRIM_M + 1e-9, _STEP_M)
    points = start + places[:, None] * along
    good = np.zeros(len(places), dtype=bool)
    for sign in (1.0, -1.0):
        sides = []
        for room, way in ((a, sign), (b, -sign)):
            other = b if room is a else a
            found, between = np.zeros(len(places), dtype=bool), np.ones(len(places), dtype=bool)
            for away in (0.02, GAP_M / 2.0 + 0.02):
                x, y = (points + way * away * normal).T
                found |= between & shapely.contains_xy(room.polygon, x, y)
                between &= ~shapely.contains_xy(other.polygon, x, y)
            sides.append(found)
        good |= sides[0] & sides[1]
    runs: list[tuple[Xy, Xy]] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(np.int8), [0]])))
    for first, last in zip(edges[::2], edges[1::2] - 1, strict=True):
        if places[last] - places[first] >= _LEAST_M - 2.0 * _TRIM_M:
            (x0, y0), (x1, y1) = points[first], points[last]
            runs.append(((float(x0), float(y0)), (float(x1), float(y1))))
    return runs


def _shifted(part: LineString, b: Room) -> LineString:
    """Move a stretch of an edge half way to the other room."""
    near = shapely.shortest_line(part.interpolate(0.5, normalized=True), b.polygon)
    (x0, y0), (x1, y1) = near.coords[0], near.coords[-1]
    return shapely.affinity.translate(part, (x1 - x0) / 2.0, (y1 - y0) / 2.0)


def _opening(storey: Storey, a: Room, b: Room, line: tuple[Xy, Xy], number: int) -> Link:
    (x0, y0), (x1, y1) = line
    width = hypot(x1 - x0, y1 - y0)
    name = f"{a.id}={b.id}" + (f"~{number + 1}" if number else "")
    raw = RawDoor(name, line, storey.elevation, width=width, kind="opening")
    return Link(raw, storey, "two", (a, b), line, width)
