"""Turns a layout into the arrays that kernels walk on: walls, doors, waypoints and the wall grid.

Conventions. The walkable polygon of a space is its polygon and the half throats of its portals; its walls
are the boundary of that, with every portal's mid-line as a wall of its own that opens for whoever uses it.
All open air is one space, the last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import Any

import numpy as np
from shapely import LineString, Polygon, union_all

from sim.errors import NavigationError
from sim.kernels._jit import IS_ON
from sim.kernels.types import NavArrays
from sim.place.layout import Layout, Portal, Side
from sim.place.shapes import (
    column,
    inner_point,
    pointer,
    rings,
    solid_parts,
    wall_grid,
    welded,
)
from sim.place.waypoints import add_waypoints, no_waypoints


@dataclass
class _Walls:
    """Wall segments while they are collected, space by space."""

    rows: list[tuple[float, float, float, float, int, int, int]] = field(default_factory=list)

    def add_line(self, line: LineString, space: int, door: int, opaque: int) -> None:
        """Add every segment of a line."""
        for (x0, y0), (x1, y1) in zip(line.coords[:-1], line.coords[1:], strict=True):
            if hypot(x1 - x0, y1 - y0) > 1e-6:
                self.rows.append((x0, y0, x1, y1, space, door, opaque))


def need_kernels() -> None:
    """Refuse to go on where Numba is told not to compile.

    Raises
    ------
    NavigationError
        Under NUMBA_DISABLE_JIT.
    """
    if not IS_ON:
        raise NavigationError(
            "NUMBA_DISABLE_JIT is set: people walk in compiled code only; unset it and run again."
        )


def compile_layout(layout: Layout) -> NavArrays:
    """Return the arrays of a layout, waypoints included.

    Parameters
    ----------
    layout : Layout
        Spaces, portals, inner walls and flights.
    """
    need_kernels()
    return add_waypoints(_arrays(layout))


def flight_tables(
    layout: Layout,
) -> tuple[
    dict[int, tuple[tuple[int, float, float], tuple[int, float, float]]],
    dict[int, tuple[float, float, float]],
]:
    """Return where flights end (level, x, y) and where their strips begin (x, y, length), by row."""
    ends = {flight.space: (flight.low, flight.high) for flight in layout.flights}
    origin = {flight.space: (0.0, flight.y0, flight.length) for flight in layout.flights}
    return ends, origin


def bounds_of(layout: Layout) -> tuple[float, float, float, float]:
    """Return the extent of all levels: x from, x to, y from, y to (m)."""
    x0, y0, x1, y1 = union_all([space.polygon for space in layout.spaces[: layout.n_flat]]).bounds
    return float(x0), float(x1), float(y0), float(y1)


def _throat(side: Side, width: float) -> tuple[LineString, Polygon | None]:
    """Return a portal's mid-line, and the half throat between it and one side's space."""
    tx, ty, half = -side.ny, side.nx, width / 2.0
    a = (side.x - half * tx, side.y - half * ty)
    b = (side.x + half * tx, side.y + half * ty)
    line = LineString([a, b])
    if side.depth <= 1e-6:
        return line, None
    back = side.depth + 0.01
    c, d = (
        (b[0] - back * side.nx, b[1] - back * side.ny),
        (a[0] - back * side.nx, a[1] - back * side.ny),
    )
    return line, Polygon([a, b, c, d])


def throats(layout: Layout) -> dict[int, list[Polygon]]:
    """Return the half throats of the portals of every space, by its row (m)."""
    found: dict[int, list[Polygon]] = {row: [] for row in range(layout.n_spaces)}
    for portal in layout.portals:
        for side in portal.sides:
            throat = _throat(side, portal.width)[1]
            if throat is not None:
                found[side.space].append(throat)
    return found


def _walls(layout: Layout) -> _Walls:
    """Collect the boundary of every space, its portals' mid-lines apart."""
    walls = _Walls()
    midlines: dict[int, list[tuple[int, LineString]]] = {}
    for number, portal in enumerate(layout.portals):
        for side in portal.sides:
            line = _throat(side, portal.width)[0]
            midlines.setdefault(side.space, []).append((number, line))
    own = throats(layout)
    for row, space in enumerate(layout.spaces):
        area = union_all([space.polygon, *own[row]])
        mine = midlines.get(row, [])
        gaps = [(line.coords[0], line.coords[-1]) for _, line in mine]
        for ring in rings(area):
            for start, end in solid_parts(ring, gaps):
                walls.add_line(LineString([start, end]), row, -1, 1)
        for wall in layout.inner_walls:
            if wall.space == row:
                walls.add_line(wall.line, row, -1, wall.opaque)
        for number, line in mine:
            walls.add_line(line, row, number, 1)
    return walls


def _frames(portals: tuple[Portal, ...]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return space and frame of every side, float64[n_portals, 2, 6]."""
    return np.array(
        [[(s.space, s.x, s.y, s.nx, s.ny, s.depth) for s in p.sides] for p in portals], dtype=np.float64
    ).reshape(len(portals), 2, 6)


def _convex(layout: Layout) -> list[bool]:
    """Return in which spaces every straight line is free, the open air included."""
    bent = {wall.space for wall in layout.inner_walls}
    shapes = [space.polygon for space in layout.spaces]
    return [*(row not in bent and p.convex_hull.area - p.area < 1e-6 for row, p in enumerate(shapes)), True]


def _arrays(layout: Layout) -> NavArrays:
    portals, n = layout.portals, len(layout.portals)
    frame = _frames(portals)
    door_space = frame[:, :, 0].astype(np.int32)
    entries: list[list[tuple[int, int]]] = [[] for _ in range(layout.n_spaces)]
    for door in range(n):
        for side in range(2):
            entries[door_space[door, side]].append((door, side))
    degree = np.array([len(e) for e in entries])
    flat = [pair for e in entries for pair in e]
    table = welded(np.array(_walls(layout).rows, dtype=np.float64).reshape(-1, 7))
    inner = [inner_point(space.polygon) for space in layout.spaces] + [(0.0, 0.0)]
    sheets = np.array(layout.sheets, dtype=np.int32)
    is_flight = [layout.n_flat <= row < layout.outside for row in range(layout.n_spaces)]
    return NavArrays(
        door_space=np.ascontiguousarray(door_space),
        door_x=column(frame, 1),
        door_y=column(frame, 2),
        door_nx=column(frame, 3),
        door_ny=column(frame, 4),
        door_depth=column(frame, 5),
        door_half_w=np.array([p.width / 2.0 for p in portals]),
        door_jamb=np.zeros((n, 2), dtype=np.uint8),  # with the waypoints
        space_sheet=sheets,
        space_flight=np.array(is_flight, dtype=np.int8),
        space_convex=np.array(_convex(layout), dtype=np.uint8),
        space_speed=np.array(layout.speed_factors, dtype=np.float64),
        space_door_ptr=pointer(degree),
        space_door=np.array([d for d, _ in flat], dtype=np.int32),
        space_door_side=np.array([s for _, s in flat], dtype=np.int8),
        inner_x=np.array([x for x, _ in inner]),
        inner_y=np.array([y for _, y in inner]),
        wall_x0=table[:, 0].copy(),
        wall_y0=table[:, 1].copy(),
        wall_x1=table[:, 2].copy(),
        wall_y1=table[:, 3].copy(),
        wall_space=table[:, 4].astype(np.int32),
        wall_door=table[:, 5].astype(np.int32),
        wall_opaque=table[:, 6].astype(np.uint8),
        space_wall_ptr=pointer(np.bincount(table[:, 4].astype(np.int64), minlength=layout.n_spaces)),
        **wall_grid(table, sheets),
        **no_waypoints(),
    )
