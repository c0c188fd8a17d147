"""Line of sight through open doors and glazing: which spaces a point can see into, and exactly whom.

A vision cone is narrowed door by door, which gives a superset of the spaces in sight; a person in one of
them is then tested exactly by following the straight line from space to space. Floors do not see each other.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.geometry import crossing_at
from sim.kernels.types import NavArrays

_MAX_DEPTH = 48


@kernel
def _ends(nav: NavArrays, door: int, side: int) -> tuple[float, float, float, float]:
    """Return the two ends of a door's mid-line in the frame of one side."""
    tx, ty = -nav.door_ny[door, side], nav.door_nx[door, side]
    half = nav.door_half_w[door]
    x, y = nav.door_x[door, side], nav.door_y[door, side]
    return x - half * tx, y - half * ty, x + half * tx, y + half * ty


@kernel
def _is_sightway(nav: NavArrays, see_through: NDArray[np.uint8], door: int, side: int) -> bool:
    """Tell whether sight passes a door: it does not pass stairs, and the open air is not looked into."""
    here, there = nav.door_space[door, side], nav.door_space[door, 1 - side]
    if nav.space_flight[here] == 1 or nav.space_flight[there] == 1:
        return False
    return bool(see_through[door] == 1 and nav.space_sheet[here] == nav.space_sheet[there])


@kernel
def visible_spaces(
    nav: NavArrays, see_through: NDArray[np.uint8], space: int, x: float, y: float, out: NDArray[np.uint8]
) -> None:
    """Mark the spaces into which a point may see.

    Parameters
    ----------
    see_through : uint8[n_doors]
        1 where sight passes.
    out : uint8[n_spaces]
        2 for the point's own space, 1 for spaces partly in sight (a superset), 0 else; mutated.
    """
    out[:] = 0
    out[space] = 2
    stack = np.empty((_MAX_DEPTH * 16, 6), dtype=np.float64)
    size = 0
    stack[0, 0], stack[0, 1] = space, -1
    stack[0, 2:] = 0.0
    size = 1
    while size > 0:
        size -= 1
        here, came = int(stack[size, 0]), int(stack[size, 1])
        lx, ly, rx, ry = stack[size, 2], stack[size, 3], stack[size, 4], stack[size, 5]
        for k in range(nav.space_door_ptr[here], nav.space_door_ptr[here + 1]):
            door, side = nav.space_door[k], nav.space_door_side[k]
            if door == came or not _is_sightway(nav, see_through, door, side):
                continue
            ax, ay, bx, by = _ends(nav, door, side)
            nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
            if (ax - x) * nx + (ay - y) * ny <= 0.0:
                continue  # the door lies behind: sight goes through a door in its own direction only
            # left of the view is the end a for which (a - p) x (b - p) < 0
            px, py, qx, qy = ax - x, ay - y, bx - x, by - y
            if px * qy - py * qx > 0.0:
                px, py, qx, qy = qx, qy, px, py
            if came >= 0:
                if lx * py - ly * px > 0.0:
                    px, py = lx, ly
                if rx * qy - ry * qx < 0.0:
                    qx, qy = rx, ry
                if px * qy - py * qx > 1e-12:
                    continue
            there = nav.door_space[door, 1 - side]
            if out[there] == 0:
                out[there] = 1
            if size < stack.shape[0]:
                stack[size, 0], stack[size, 1] = there, door
                stack[size, 2], stack[size, 3], stack[size, 4], stack[size, 5] = px, py, qx, qy
                size += 1


@kernel
def can_see(
    nav: NavArrays,
    see_through: NDArray[np.uint8],
    a_space: int,
    ax: float,
    ay: float,
    b_space: int,
    bx: float,
    by: float,
) -> bool:
    """Tell whether a straight line joins two points through open doors and glazing only."""
    if nav.space_sheet[a_space] != nav.space_sheet[b_space]:
        return False
    here, start, came = a_space, -1.0, -1
    for _ in range(_MAX_DEPTH):
        first_wall, first_door, through = 2.0, 2.0, -1
        for wall in range(nav.space_wall_ptr[here], nav.space_wall_ptr[here + 1]):
            door = nav.wall_door[wall]
            if door == came and door >= 0:
                continue
            if door < 0 and nav.wall_opaque[wall] == 0:
                continue
            t = crossing_at(
                ax, ay, bx, by, nav.wall_x0[wall], nav.wall_y0[wall], nav.wall_x1[wall], nav.wall_y1[wall]
            )
            if t <= start:
                continue
            if door < 0:
                first_wall = min(first_wall, t)
            elif t < first_door:
                first_door, through = t, door
        if here == b_space and first_wall > 1.0 and first_door > 1.0:
            return True
        if through < 0 or first_wall <= first_door:
            return False
        side = 0 if nav.door_space[through, 0] == here else 1
        if not _is_sightway(nav, see_through, through, side):
            return False
        here, start, came = nav.door_space[through, 1 - side], first_door, through
        if math.isinf(start):
            return False
    return False
