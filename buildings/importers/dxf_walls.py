"""Rooms, walls and doors from the lines of a drawing: gaps between jambs are closed, faces are told apart.

Lengths are in units of the drawing; `m` is what a metre is in them, good enough for thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, hypot, radians

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from buildings.importers.raw import Xy

Segment = tuple[Xy, Xy]

_JAMB_M = 0.07, 0.45
"""A wall is this thick, and so are its ends at a door."""

_GAP_M = 0.55, 2.6
_WIDE_M = 6.0
"""A gap with a swing, or with a size beside it that names a door, may be this wide."""

_PARALLEL = cos(radians(3.0))
_GRID_M = 0.004
_SLIT_M = 0.55
"""A face nowhere wider than this is a wall, a leaf or a window, and no room."""

_ROOM_M2 = 0.45


@dataclass
class Gap:
    """A gap in a wall: the line along its middle, its thickness, and the rectangle that closes it."""

    line: Segment
    thickness: float
    rectangle: Polygon
    swing: bool = False
    words: str = ""

    @property
    def length(self) -> float:
        """Return the width of the gap."""
        (x0, y0), (x1, y1) = self.line
        return hypot(x1 - x0, y1 - y0)


@dataclass
class Faces:
    """The faces between all lines: rooms, and what is too thin to be one."""

    rooms: list[Polygon] = field(default_factory=list)
    walls: list[Polygon] = field(default_factory=list)


def gaps(walls: list[Segment], jambs: list[Segment], m: float, wide: list[Xy]) -> list[Gap]:
    """Find the gaps in double-line walls: pairs of short parallel segments that face each other.

    Parameters
    ----------
    walls : list of segments
        Lines of walls; nothing of them may lie between the two sides of a gap.
    jambs : list of segments
        Lines among which the ends of walls are looked for.
    m : float
        A metre in units of the drawing.
    wide : list of points
        Where a drawn swing or a written size says that a gap may be wide.
    """
    short = _distinct([one for one in jambs if _JAMB_M[0] * m <= _length(one) <= _JAMB_M[1] * m], 0.02 * m)
    if len(short) < 2:
        return []
    middles = [Point((a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0) for a, b in short]
    tree = STRtree(middles)
    solid = STRtree([LineString(one) for one in walls]) if walls else None
    near_wide = STRtree([Point(at) for at in wide]) if wide else None
    offers: list[tuple[float, int, int]] = []
    for i, j in tree.query(middles, predicate="dwithin", distance=_WIDE_M * m).T.tolist():
        if i < j and (length := _facing(short[i], short[j], m)) is not None:
            middle = shapely.line_interpolate_point(
                LineString([middles[i], middles[j]]), 0.5, normalized=True
            )
            told = near_wide is not None and len(
                near_wide.query(middle, "dwithin", max(1.2 * m, 0.6 * length))
            )
            if length <= _GAP_M[1] * m or told:
                offers.append((length, i, j))
    taken: set[int] = set()
    found = []
    for _, i, j in sorted(offers):
        # The nearest pair wins; an end of a wall belongs to one gap.
        if i in taken or j in taken:
            continue
        gap = _gap(short[i], short[j])
        if solid is not None and _is_wall(solid, walls, gap, m):
            continue
        taken |= {i, j}
        found.append(gap)
    return found


def faces(segments: list[Segment], closed: list[Gap], m: float) -> Faces:
    """Return the faces between lines, with gaps closed: fat ones are rooms, thin ones walls."""
    lines: list[BaseGeometry] = [LineString(one) for one in segments if _length(one) > 1e-9]
    lines += [gap.rectangle.exterior for gap in closed]
    net = shapely.union_all(lines, grid_size=_GRID_M * m)
    found = Faces()
    for face in shapely.polygonize(list(getattr(net, "geoms", [net]))).geoms:
        if not isinstance(face, Polygon) or face.is_empty:
            continue
        fat = not face.buffer(-_SLIT_M / 2.0 * m).is_empty
        if fat and face.area >= _ROOM_M2 * m * m:
            found.rooms.append(face)
        else:
            found.walls.append(face)
    return found


def beside_walls(lines: list[Segment], walls: list[Segment], closed: list[Gap], m: float) -> list[Segment]:
    """Return the lines that stand in or at a wall: the leaf of a garage door drawn open makes no room."""
    solid = STRtree([*(LineString(one) for one in walls), *(gap.rectangle for gap in closed)])
    if not len(solid):
        return lines
    middles = [Point((a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0) for a, b in lines]
    near = set(solid.query(middles, predicate="dwithin", distance=0.4 * m)[0].tolist()) if middles else set()
    return [line for number, line in enumerate(lines) if number in near]


def _distinct(segments: list[Segment], grid: float) -> list[Segment]:
    """Return segments once each: ends of walls are often drawn again on the layer of the door."""
    found = {}
    for one in segments:
        ends = sorted((round(x / grid), round(y / grid)) for x, y in one)
        found[tuple(ends)] = one
    return list(found.values())


def _length(one: Segment) -> float:
    (x0, y0), (x1, y1) = one
    return hypot(x1 - x0, y1 - y0)


def _facing(one: Segment, other: Segment, m: float) -> float | None:
    """Return how far two parallel segments of about the same length lie opposite each other, or None."""
    a, b = np.array(one[0]), np.array(one[1])
    c, d = np.array(other[0]), np.array(other[1])
    la, lc = float(np.linalg.norm(b - a)), float(np.linalg.norm(d - c))
    u, v = (b - a) / la, (d - c) / lc
    if abs(float(u @ v)) < _PARALLEL or abs(la - lc) > 0.04 * m:
        return None
    across = (c + d) / 2.0 - (a + b) / 2.0
    along = abs(float(across @ u))
    length = abs(float(across @ np.array([-u[1], u[0]])))
    return length if along < 0.03 * m and length >= _GAP_M[0] * m else None


def _gap(one: Segment, other: Segment) -> Gap:
    a, b = one
    c, d = other
    if hypot(a[0] - c[0], a[1] - c[1]) + hypot(b[0] - d[0], b[1] - d[1]) > (
        hypot(a[0] - d[0], a[1] - d[1]) + hypot(b[0] - c[0], b[1] - c[1])
    ):
        c, d = d, c
    line = (((a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0), ((c[0] + d[0]) / 2.0, (c[1] + d[1]) / 2.0))
    return Gap(line, _length(one), Polygon([a, b, d, c]))


def _is_wall(tree: STRtree, walls: list[Segment], gap: Gap, m: float) -> bool:
    """Tell whether lines of a wall cross a gap, or run along its sides: then it is a piece of wall itself."""
    a, b, d, c = list(gap.rectangle.exterior.coords)[:4]
    inner = gap.rectangle.buffer(-0.02 * m)
    sides = shapely.union_all([LineString([a, c]).buffer(0.02 * m), LineString([b, d]).buffer(0.02 * m)])
    near = [LineString(walls[k]) for k in tree.query(gap.rectangle.buffer(0.02 * m)).tolist()]
    across = sum(line.intersection(inner).length for line in near)
    along = sum(line.intersection(sides).length for line in near) - 2.0 * 0.04 * m
    return across > 0.04 * m or along > 0.6 * gap.length
