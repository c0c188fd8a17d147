"""Outlines as a plan needs them: simple rings without holes, in millimetres, none over another."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from shapely import MultiPolygon, Polygon, STRtree, box
from shapely.geometry.base import BaseGeometry

GRID_M = 0.001
LEAST_M2 = 0.4
"""Pieces of an outline smaller than this are dust."""

_SMOOTH_M = 0.01
_PILLAR_M2 = 1.5
"""A hole this small is a pillar, and is filled; a larger one is walked around."""

_OVERLAP_M2 = 0.02
_SAME = 0.9


def polygons_of(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons of any shape."""
    if isinstance(shape, Polygon):
        return [shape] if not shape.is_empty else []
    parts = getattr(shape, "geoms", ())
    return [polygon for part in parts for polygon in polygons_of(part)]


def simple_rings(shape: BaseGeometry) -> tuple[list[Polygon], int]:
    """Return an outline as simple polygons without holes, largest first, and how many pillars were filled.

    A room around a core (a courtyard, a lift shaft) is cut in two: a ring can say no more. The pieces touch,
    and whoever assembles them joins what touches.
    """
    whole = shapely.set_precision(shapely.make_valid(shape), GRID_M)
    pieces, pillars = [], 0
    for polygon in polygons_of(whole):
        if polygon.area < LEAST_M2:
            continue
        holes = [hole for hole in polygon.interiors if Polygon(hole).area > _PILLAR_M2]
        pillars += len(polygon.interiors) - len(holes)
        pieces.extend(_without_holes(Polygon(polygon.exterior, holes)))
    return sorted((p for p in map(_smooth, pieces) if p.area >= LEAST_M2), key=lambda p: -p.area), pillars


def _without_holes(polygon: Polygon, depth: int = 0) -> list[Polygon]:
    if not polygon.interiors or depth > 12:
        return [Polygon(polygon.exterior)] if not polygon.interiors else []
    cut = Polygon(polygon.interiors[0]).centroid
    x0, y0, x1, y1 = polygon.bounds
    along_x = (x1 - x0) >= (y1 - y0)
    halves = (
        (box(x0 - 1, y0 - 1, cut.x, y1 + 1), box(cut.x, y0 - 1, x1 + 1, y1 + 1))
        if along_x
        else (box(x0 - 1, y0 - 1, x1 + 1, cut.y), box(x0 - 1, cut.y, x1 + 1, y1 + 1))
    )
    return [
        piece
        for half in halves
        for part in polygons_of(shapely.intersection(polygon, half, grid_size=GRID_M))
        if part.area >= LEAST_M2
        for piece in _without_holes(part, depth + 1)
    ]


def _smooth(polygon: Polygon) -> Polygon:
    smooth = polygon
    simpler = polygon.simplify(_SMOOTH_M)
    same_size = abs(simpler.area - polygon.area) <= 0.01 * polygon.area
    if isinstance(simpler, Polygon) and simpler.is_valid and same_size:
        smooth = simpler
    # Spikes and necks of a millimetre touch themselves after rounding.
    opened = smooth.buffer(-0.004, join_style="mitre").buffer(0.004, join_style="mitre")
    parts = sorted(polygons_of(shapely.set_precision(opened, GRID_M)), key=lambda part: -part.area)
    if parts and parts[0].area > 0.98 * smooth.area and not parts[0].interiors:
        smooth = parts[0]
    return smooth if not smooth.interiors else Polygon(smooth.exterior)


def filled(shapes: Iterable[BaseGeometry], close_m: float = 0.0) -> BaseGeometry:
    """Return the union of shapes with its holes filled, gaps up to twice `close_m` closed first."""
    whole = shapely.union_all(list(shapes), grid_size=GRID_M)
    if close_m > 0.0:
        whole = whole.buffer(close_m, join_style="mitre").buffer(-close_m, join_style="mitre")
    return MultiPolygon([Polygon(part.exterior) for part in polygons_of(whole)])


def touching(shapes: list[Polygon], within_m: float = 0.0) -> list[tuple[int, int]]:
    """Return the pairs of rows whose shapes meet, or lie no farther apart than a distance."""
    if len(shapes) < 2:
        return []
    found = STRtree(shapes).query(shapes, predicate="dwithin", distance=within_m)
    return [(int(i), int(j)) for i, j in found.T if i < j]


def covering(shapes: list[Polygon]) -> set[int]:
    """Return the rows of shapes that cover two or more others: zones and gross areas, no rooms."""
    covers: dict[int, int] = {}
    for pair in touching(shapes):
        large, small = sorted(pair, key=lambda row: -shapes[row].area)
        if shapes[large].area > 1.2 * shapes[small].area:
            shared = shapes[large].intersection(shapes[small]).area
            if shared > _SAME * shapes[small].area:
                covers[large] = covers.get(large, 0) + 1
    return {row for row, count in covers.items() if count >= 2}


def apart(shapes: list[Polygon]) -> list[list[Polygon]]:
    """Return the pieces of shapes of which none lies over another: the larger gives way.

    A twin, and what is all covered, has no piece; a shape around another is cut in two.
    """
    found: list[list[Polygon]] = [[shape] for shape in shapes]
    for i, j in touching(shapes):
        shared = shapes[i].intersection(shapes[j]).area
        if shared <= _OVERLAP_M2 or not found[i] or not found[j]:
            continue
        if shared > _SAME * max(shapes[i].area, shapes[j].area):
            found[j] = []
            continue
        large, small = (i, j) if shapes[i].area >= shapes[j].area else (j, i)
        found[large] = [
            ring
            for piece in found[large]
            for ring in simple_rings(shapely.difference(piece, shapes[small], grid_size=GRID_M))[0]
        ]
    return found
