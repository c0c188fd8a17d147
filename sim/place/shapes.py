"""Geometry of single spaces for the compiler: standing places, corners, inner points, the wall grid.

Knows shapely and the arrays, and nothing of plans.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from math import dist, hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from shapely import LineString, Polygon, contains_xy, distance, points
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.ops import polylabel

from sim.kernels.stepping import WALL_CELL_M as WALL_CELL_M
from sim.kernels.stepping import WALL_REACH_M as WALL_REACH_M
from sim.kernels.types import NavArrays

_ON_LINE_M = 1e-4
"""A door's mid-line lies on an outline if it is this near to it (m)."""

SAME_PLACE_M = 3e-4
"""Ends of walls and doors nearer than this are one place (m): three times how far a door may lie off an
outline, and far below anything that is built."""

_SPOT_WALL_M = 0.4
_SPOT_DOOR_M = 0.9
_SPOT_PITCH_M = 0.8


def welded(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return walls whose ends that mean one place have the same coordinates, to the bit.

    Whether two walls meet is then a question of equality: nothing falls between two cells of a grid, at
    whatever angle or offset a plan was drawn.

    Parameters
    ----------
    table : float64[n, 7]
        x0, y0, x1, y1 (m), space, door and opacity of every wall.

    Returns
    -------
    float64[m, 7]
        The same without walls that were shorter than `SAME_PLACE_M`.
    """
    ends = table[:, :4].reshape(-1, 2)
    place = ends.copy()
    is_free = np.ones(len(ends), dtype=bool)
    near = KDTree(ends).query_ball_point(ends, SAME_PLACE_M, return_sorted=True) if len(ends) else []
    for number, others in enumerate(near):
        if is_free[number]:
            mine = [other for other in others if is_free[other]]
            place[mine], is_free[mine] = ends[number], False
    moved: NDArray[np.float64] = np.column_stack([place.reshape(-1, 4), table[:, 4:]])
    has_length: NDArray[np.bool_] = (moved[:, 0:2] != moved[:, 2:4]).any(axis=1)
    return moved[has_length]


def wall_grid(table: NDArray[np.float64], sheets: NDArray[np.int32]) -> dict[str, Any]:
    """List the walls within reach of each cell, sheet by sheet."""
    sheets_at: list[tuple[float, float, int, int, int]] = []
    lists: list[list[int]] = []
    wall_sheet = sheets[table[:, 4].astype(np.int64)]
    for sheet in range(int(sheets.max()) + 1):
        mine = np.flatnonzero(wall_sheet == sheet)
        xs, ys = table[mine][:, 0:4:2], table[mine][:, 1:4:2]
        x0, y0 = (float(xs.min()) - 1.0, float(ys.min()) - 1.0) if len(mine) else (0.0, 0.0)
        x1, y1 = (float(xs.max()) + 1.0, float(ys.max()) + 1.0) if len(mine) else (1.0, 1.0)
        nx, ny = int((x1 - x0) / WALL_CELL_M) + 1, int((y1 - y0) / WALL_CELL_M) + 1
        cells: list[list[int]] = [[] for _ in range(nx * ny)]
        for wall in mine:
            for cell in _cells_near(table[wall, :4], x0, y0, nx, ny):
                cells[cell].append(int(wall))
        sheets_at.append((x0, y0, nx, ny, len(lists)))
        lists.extend(cells)
    x0s, y0s, nxs, nys, firsts = zip(*sheets_at, strict=True)
    return {
        "sheet_x0": np.array(x0s, dtype=np.float64),
        "sheet_y0": np.array(y0s, dtype=np.float64),
        "sheet_nx": np.array(nxs, dtype=np.int32),
        "sheet_ny": np.array(nys, dtype=np.int32),
        "sheet_cell": np.array(firsts, dtype=np.int32),
        "cell_ptr": pointer(np.array([len(cell) for cell in lists])),
        "cell_wall": np.array([wall for cell in lists for wall in cell], dtype=np.int32),
    }


def door_points(nav: NavArrays, row: int) -> NDArray[np.float64]:
    """Return the middles of a space's doors at its own face, float64[n, 2] (m)."""
    first, last = int(nav.space_door_ptr[row]), int(nav.space_door_ptr[row + 1])
    faces = [
        door_middle(nav, int(nav.space_door[k]), int(nav.space_door_side[k])) for k in range(first, last)
    ]
    return np.array(faces, dtype=np.float64).reshape(-1, 2)


def hidden_score(nav: NavArrays, row: int, spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score how far out of sight of the doors each place is: lateral offset over depth, worst door."""
    score = np.full(len(spots), np.inf)
    for k in range(int(nav.space_door_ptr[row]), int(nav.space_door_ptr[row + 1])):
        door, side = int(nav.space_door[k]), int(nav.space_door_side[k])
        dx, dy = spots[:, 0] - nav.door_x[door, side], spots[:, 1] - nav.door_y[door, side]
        depth = -(dx * nav.door_nx[door, side] + dy * nav.door_ny[door, side])
        lateral = np.abs(-dx * nav.door_ny[door, side] + dy * nav.door_nx[door, side])
        score = np.minimum(score, lateral / (np.maximum(depth, 0.0) + 0.5))
    return score


def door_middle(nav: NavArrays, door: int, side: int) -> tuple[float, float]:
    """Return the middle of a door's opening at the face of one side's space."""
    depth = nav.door_depth[door, side]
    return (
        float(nav.door_x[door, side] - depth * nav.door_nx[door, side]),
        float(nav.door_y[door, side] - depth * nav.door_ny[door, side]),
    )


def inner_point(polygon: Polygon) -> tuple[float, float]:
    """Return the fixed inner point: the pole of inaccessibility to 0.25 m, else a representative point."""
    point = polylabel(polygon, tolerance=0.25)
    if not polygon.contains(point):
        point = polygon.representative_point()
    return float(point.x), float(point.y)


def standing_places(polygon: Polygon, doors: NDArray[np.float64], wanted: int) -> NDArray[np.float64]:
    """Return standing places on a square lattice, finer where the capacity needs it, float64[n, 2]."""
    x0, y0, x1, y1 = polygon.bounds
    for pitch, off_wall in ((_SPOT_PITCH_M, _SPOT_WALL_M), (0.6, 0.3), (0.45, 0.25)):
        inner = polygon.buffer(-off_wall)
        gx, gy = np.meshgrid(np.arange(x0 + off_wall, x1, pitch), np.arange(y0 + off_wall, y1, pitch))
        grid = np.column_stack([gx.ravel(), gy.ravel()])
        keep = contains_xy(inner.buffer(1e-9), grid[:, 0], grid[:, 1])
        if len(doors):
            away = np.hypot(grid[:, None, 0] - doors[None, :, 0], grid[:, None, 1] - doors[None, :, 1]).min(
                axis=1
            )
            keep &= away >= _SPOT_DOOR_M
        if keep.sum() >= max(1, wanted):
            break
    chosen = grid[keep]
    # Golden-ratio order: the first k places are spread over the room, not packed along one wall.
    chosen = chosen[np.argsort(np.arange(len(chosen)) * 0.6180339887498949 % 1.0, kind="stable")]
    return chosen if len(chosen) else np.array([inner_point(polygon)])


def _cells_near(wall: NDArray[np.float64], x0: float, y0: float, nx: int, ny: int) -> list[int]:
    """Return the cells of a sheet that a wall comes within reach of."""
    ix0 = max(0, int((min(wall[0], wall[2]) - WALL_REACH_M - x0) / WALL_CELL_M))
    ix1 = min(nx - 1, int((max(wall[0], wall[2]) + WALL_REACH_M - x0) / WALL_CELL_M))
    iy0 = max(0, int((min(wall[1], wall[3]) - WALL_REACH_M - y0) / WALL_CELL_M))
    iy1 = min(ny - 1, int((max(wall[1], wall[3]) + WALL_REACH_M - y0) / WALL_CELL_M))
    if ix0 == ix1 or iy0 == iy1 or wall[0] == wall[2] or wall[1] == wall[3]:
        return [iy * nx + ix for iy in range(iy0, iy1 + 1) for ix in range(ix0, ix1 + 1)]
    gx, gy = np.meshgrid(np.arange(ix0, ix1 + 1), np.arange(iy0, iy1 + 1))
    centres = points(x0 + (gx.ravel() + 0.5) * WALL_CELL_M, y0 + (gy.ravel() + 0.5) * WALL_CELL_M)
    near = distance(centres, LineString([wall[:2], wall[2:]])) <= WALL_REACH_M + 0.71 * WALL_CELL_M
    return [int(cell) for cell in (gy.ravel() * nx + gx.ravel())[near]]


def column(frame: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return one number of every door and side, float64[n_doors, 2]."""
    return np.ascontiguousarray(frame[:, :, k])


def pointer(counts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the start of each row in a flat list of rows, int32[n + 1]."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]).astype(np.int32)


def rings(area: BaseGeometry) -> Iterable[list[tuple[float, float]]]:
    """Yield the outlines and holes of an area, outlines counter-clockwise."""
    parts = area.geoms if hasattr(area, "geoms") else [area]
    for part in parts:
        if isinstance(part, Polygon):
            oriented = orient(part)
            yield [(x, y) for x, y in oriented.exterior.coords]
            for hole in oriented.interiors:
                yield [(x, y) for x, y in hole.coords]


def _are_on_one_line(a: Sequence[tuple[float, ...]], b: Sequence[tuple[float, ...]]) -> bool:
    """Tell whether two segments lie on one line, by the longer one: a rounding turns a short one about."""
    if dist(*a) < dist(*b):
        a, b = b, a
    (x0, y0), (x1, y1) = a
    length = dist(*a)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    return max(abs((x - x0) * uy - (y - y0) * ux) for x, y in b) < _ON_LINE_M


def solid_parts(
    ring: list[tuple[float, float]], gaps: list[tuple[tuple[float, ...], tuple[float, ...]]]
) -> Iterable[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Yield the segments of an outline without the doors' mid-lines that lie on it.

    Jambs end exactly (bit for bit) where mid-lines do, so that no line of sight slips in between.
    """
    for start, end in itertools.pairwise(ring):
        length = hypot(end[0] - start[0], end[1] - start[1])
        if length < _ON_LINE_M:
            continue
        ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        here: tuple[float, ...] = start
        along = 0.0
        holes = [
            sorted(((x - start[0]) * ux + (y - start[1]) * uy, (x, y)) for x, y in gap)
            for gap in gaps
            if _are_on_one_line((start, end), gap)
        ]
        for (first, a), (last, b) in sorted(holes):
            if last <= along + _ON_LINE_M or first >= length - _ON_LINE_M:
                continue
            if first > along + _ON_LINE_M:
                yield here, a
            along, here = last, b
        if along < length - _ON_LINE_M:
            yield here, end


def lines(geometry: BaseGeometry) -> list[LineString]:
    """Return the line strings that a geometry consists of."""
    if isinstance(geometry, LineString):
        return [geometry] if not geometry.is_empty else []
    if hasattr(geometry, "geoms"):
        return [line for part in geometry.geoms for line in lines(part)]
    return []
