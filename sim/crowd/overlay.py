"""Cuts one level of a bare floor into spaces and portals, where exits, areas, zones and door lines run.

Everything is laid over the walkable area and noded together, so that neighbours share their edges bit for
bit. An edge that two pieces share is a door where a door line runs and an opening elsewhere; an edge of one
piece only is an exit where an exit touches it and a wall elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot

import numpy as np
from numpy.typing import NDArray
from shapely import (
    GeometryCollection,
    LineString,
    MultiPolygon,
    Point,
    Polygon,
    get_coordinates,
    points,
    polygonize,
    prepare,
    set_precision,
    shortest_line,
    snap,
    transform,
    union_all,
)
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from sim.errors import CrowdError
from sim.place.shapes import lines

GRID_M = 1e-6
"""Coordinates are rounded to this (m), so that lines that should meet do."""

TOUCH_M = 0.01
"""An exit touches the walkable area if it comes this near to its edge (m)."""

_REACH_M = 0.05
"""A door line may end this far short of its walls (m)."""

_SIMPLE_M = 0.05
"""Round outlines of areas, zones and exits become polygons of chords at most this far off (m)."""

_SAME_PLACE_M = 2e-3
"""Corners and edges of areas and zones that come this near to others are meant to lie on them (m)."""

_STRAIGHT_M = 1e-4
_LEAST_PORTAL_M = 0.02
_LEAST_AREA_M2 = 1e-4

Segment = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Piece:
    """One space: its polygon (m), the areas it belongs to, and the factor on speeds in it."""

    polygon: Polygon
    areas: tuple[str, ...]
    speed_factor: float


@dataclass(frozen=True)
class Opening:
    """A straight common edge: of pieces `a` and `b`, or of `a` and the open air (-1), `a` on its left."""

    a: int
    b: int
    name: str
    edge: Segment


@dataclass
class Drawn:
    """What is drawn on one level: exits, areas, zones with their factors, and door lines, by name."""

    exits: dict[str, BaseGeometry] = field(default_factory=dict)
    areas: dict[str, BaseGeometry] = field(default_factory=dict)
    zones: list[tuple[BaseGeometry, float]] = field(default_factory=list)
    doors: dict[str, LineString] = field(default_factory=dict)


@dataclass(frozen=True)
class Pieces:
    """A level cut up: its pieces, the openings between them and outwards, and the walls that are left."""

    pieces: tuple[Piece, ...]
    openings: tuple[Opening, ...]
    walls: tuple[tuple[int, Segment], ...]


def cut(walkable: BaseGeometry, drawn: Drawn) -> Pieces:
    """Return the spaces and portals of one level.

    Parameters
    ----------
    walkable : Polygon or MultiPolygon
        The walkable area (m).
    drawn : Drawn
        What lies on it.

    Raises
    ------
    CrowdError
        If an exit does not touch the walkable area, an area lies off it, or a door line does not divide it.
    """
    floor = set_precision(walkable, GRID_M)
    exits = {name: _simple(shape) for name, shape in sorted(drawn.exits.items())}
    areas = {name: _simple(shape) for name, shape in sorted(drawn.areas.items())}
    zones = [(_simple(shape), factor) for shape, factor in drawn.zones]
    free = floor.difference(union_all([e for e in exits.values() if e.area > 0.0]), grid_size=GRID_M)
    if free.area < _LEAST_AREA_M2:
        raise CrowdError("exits: they cover the whole walkable area; leave a place to walk on.")
    for name, shape in areas.items():
        if shape.intersection(free).area < _LEAST_AREA_M2:
            raise CrowdError(
                f"area '{name}': lies outside of the walkable area; draw it where people can walk."
            )
    edges = {name: _exit_edges(free, name, shape) for name, shape in exits.items()}
    _refuse_shared(edges)
    doors = {name: _longer(line) for name, line in sorted(drawn.doors.items())}
    areas, zones = _settled(free.boundary, areas, zones)
    found = _pieces(free, list(edges.values()), areas, zones, list(doors.values()))
    openings, walls = _openings(found, edges, doors)
    _check_doors(openings, doors)
    return Pieces(tuple(found), tuple(openings), tuple(walls))


def _refuse_shared(edges: Mapping[str, BaseGeometry]) -> None:
    """Refuse two exits over the same stretch of an edge: one of them would silently be narrower."""
    for one, other in itertools.combinations(edges, 2):
        shared_m = edges[one].intersection(edges[other]).length
        if shared_m > _LEAST_PORTAL_M:
            raise CrowdError(
                f"exits '{one}' and '{other}' overlap by {shared_m:.2f} m; move one, or draw them as one."
            )


def _simple(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape with few corners, on the grid."""
    return set_precision(shape.simplify(_SIMPLE_M), GRID_M)


def _settled(
    border: BaseGeometry, areas: Mapping[str, BaseGeometry], zones: Sequence[tuple[BaseGeometry, float]]
) -> tuple[dict[str, BaseGeometry], list[tuple[BaseGeometry, float]]]:
    """Return areas and zones that lie on the floor's edge, and on one another, where they nearly do.

    Two edges a fraction of a millimetre apart would leave a strip between them that nobody can walk in, and
    that parts what should join.
    """
    onto, there, slow = border, {}, []
    for name, shape in areas.items():
        there[name] = _settled_on(shape, onto)
        onto = onto.union(there[name].boundary)
    for shape, factor in sorted(zones, key=lambda zone: (zone[1], zone[0].wkb)):
        slow.append((_settled_on(shape, onto), factor))
        onto = onto.union(slow[-1][0].boundary)
    return there, slow


def _settled_on(shape: BaseGeometry, onto: BaseGeometry) -> BaseGeometry:
    """Return a shape whose corners and edges lie on lines that they come nearer to than `_SAME_PLACE_M`."""

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        nearest: NDArray[np.float64] = get_coordinates(shortest_line(points(xy), onto))[1::2]
        off = np.hypot(*(xy - nearest).T)
        return np.where(((off > GRID_M) & (off < _SAME_PLACE_M))[:, None], nearest, xy)

    found = set_precision(snap(transform(shape, moved), onto, _SAME_PLACE_M), GRID_M)
    is_whole = found.is_valid and isinstance(found, Polygon | MultiPolygon) and not found.is_empty
    return found if is_whole else shape


def _longer(line: LineString) -> LineString:
    """Return a door line a little longer at both ends, so that it meets the walls."""
    (x0, y0), (x1, y1) = line.coords
    length = hypot(x1 - x0, y1 - y0)
    ux, uy = _REACH_M * (x1 - x0) / length, _REACH_M * (y1 - y0) / length
    return LineString([(x0 - ux, y0 - uy), (x1 + ux, y1 + uy)])


def _exit_edges(free: BaseGeometry, name: str, shape: BaseGeometry) -> BaseGeometry:
    """Return the part of the free floor's edge that an exit touches."""
    outline = shape.boundary if shape.area > 0.0 else shape
    near = union_all(
        [
            LineString(pair).buffer(TOUCH_M, cap_style="flat")
            for line in lines(outline)
            for pair in itertools.pairwise(line.coords)
        ]
    )
    touched = [line for line in lines(free.boundary.intersection(near)) if line.length > 2.0 * TOUCH_M]
    if not touched:
        raise CrowdError(
            f"exit '{name}': does not touch the walkable area; draw it on an edge, or as an area on it."
        )
    return union_all(touched)


def _pieces(
    free: BaseGeometry,
    exit_edges: Sequence[BaseGeometry],
    areas: Mapping[str, BaseGeometry],
    zones: Sequence[tuple[BaseGeometry, float]],
    doors: Sequence[LineString],
) -> list[Piece]:
    """Return the pieces of the free floor, in an order that depends on nothing but what they are."""
    outlines = [shape.boundary for shape in (*areas.values(), *(zone for zone, _ in zones))]
    border = free.boundary
    exit_parts = union_all(list(exit_edges))
    work = [border.difference(exit_parts), border.intersection(exit_parts), *outlines, *doors]
    noded = union_all([part for part in work if not part.is_empty], grid_size=GRID_M)
    prepare(free)
    found = []
    for polygon in _polygons(polygonize([noded])):
        middle = polygon.representative_point()
        if polygon.area < _LEAST_AREA_M2 or not free.contains(middle):
            continue
        mine = tuple(name for name, shape in areas.items() if shape.contains(middle))
        factor = 1.0
        for shape, own in sorted(zones, key=lambda zone: zone[1]):
            if shape.contains(middle):
                factor *= own
        plain = Polygon(
            polygon.exterior.coords, [hole.coords for hole in polygon.interiors]
        )  # without a grid
        found.append(Piece(orient(plain), mine, factor))
    return sorted(found, key=lambda piece: (piece.areas, piece.polygon.bounds, piece.polygon.area))


def _polygons(collection: GeometryCollection) -> Iterable[Polygon]:
    for part in collection.geoms:
        if isinstance(part, Polygon):
            yield part
        elif isinstance(part, MultiPolygon):
            yield from part.geoms


def _edges(polygon: Polygon) -> Iterable[list[Segment]]:
    """Yield the edges of each ring, the polygon on their left."""
    for ring in (polygon.exterior, *polygon.interiors):
        points = [(float(x), float(y)) for x, y in ring.coords]
        yield list(itertools.pairwise(points))


def _openings(
    pieces: Sequence[Piece], exits: Mapping[str, BaseGeometry], doors: Mapping[str, LineString]
) -> tuple[list[Opening], list[tuple[int, Segment]]]:
    """Return the openings as straight edges, and the walls that are left."""
    owner = {edge: row for row, piece in enumerate(pieces) for ring in _edges(piece.polygon) for edge in ring}
    openings: list[Opening] = []
    walls: list[tuple[int, Segment]] = []
    for row, piece in enumerate(pieces):
        for ring in _edges(piece.polygon):
            kinds = [_kind(row, edge, owner, exits, doors) for edge in ring]
            for kind, edge in _straight_runs(kinds, ring):
                if kind is None or hypot(edge[1][0] - edge[0][0], edge[1][1] - edge[0][1]) < _LEAST_PORTAL_M:
                    walls.append((row, edge))
                elif kind[0] < 0 or kind[0] > row:
                    openings.append(Opening(row, kind[0], kind[1], edge))
    return sorted(openings, key=lambda o: (o.name, o.a, o.b, o.edge)), walls


def _kind(
    row: int,
    edge: Segment,
    owner: Mapping[Segment, int],
    exits: Mapping[str, BaseGeometry],
    doors: Mapping[str, LineString],
) -> tuple[int, str] | None:
    """Return the piece beyond an edge (-1: the open air) and the name of what is there; None for a wall."""
    other = owner.get((edge[1], edge[0]))
    middle = Point((edge[0][0] + edge[1][0]) / 2.0, (edge[0][1] + edge[1][1]) / 2.0)
    there = {True: doors, False: exits}[other is not None]
    name = next((name for name, line in there.items() if line.distance(middle) < _STRAIGHT_M), "")
    if other is None:
        return (-1, name) if name else None
    return other, name


def _straight_runs(
    kinds: Sequence[tuple[int, str] | None], ring: Sequence[Segment]
) -> list[tuple[tuple[int, str] | None, Segment]]:
    """Return the straight runs of edges of one kind, also across the start of the ring."""
    runs: list[tuple[tuple[int, str] | None, list[tuple[float, float]]]] = []
    for kind, (start, end) in zip(kinds, ring, strict=True):
        if runs and runs[-1][0] == kind and _is_straight([*runs[-1][1], end]):
            runs[-1][1].append(end)
        else:
            runs.append((kind, [start, end]))
    if len(runs) > 1 and runs[0][0] == runs[-1][0]:
        joined = [*runs[-1][1], *runs[0][1][1:]]
        if _is_straight(joined):
            runs = [(runs[0][0], joined), *runs[1:-1]]
    return [(kind, (points[0], points[-1])) for kind, points in runs]


def _is_straight(points: Sequence[tuple[float, float]]) -> bool:
    """Tell whether points lie on the line from the first to the last, in their order."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = hypot(x1 - x0, y1 - y0)
    if length < _STRAIGHT_M:
        return False
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    along = [(x - x0) * ux + (y - y0) * uy for x, y in points]
    off = max(abs((x - x0) * uy - (y - y0) * ux) for x, y in points)
    return off < _STRAIGHT_M and all(a <= b for a, b in itertools.pairwise(along))


def _check_doors(openings: Sequence[Opening], doors: Mapping[str, LineString]) -> None:
    """Say which door line closes nothing."""
    used = {opening.name for opening in openings}
    for name in doors:
        if name not in used:
            raise CrowdError(
                f"door '{name}': its line does not divide the walkable area; let it run from wall to wall, "
                "and cut a corridor that runs in a ring by a second door or an area."
            )
