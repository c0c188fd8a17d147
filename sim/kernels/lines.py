"""Straight lines of walk: which doors a line from one point to another passes, and whether it is free.

A line is followed from space to space. It stays on one sheet: the ends of a stair flight are passed at
waypoints of their own, because a flight has a frame of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.geometry import crossing_at, wide
from sim.kernels.types import NavArrays

FREE, BLOCKED_LINE = 1, 0

MAX_GATES = 256
"""No straight line passes more doors than this."""

JAMB_M = 0.12
"""A way is measured along lines that keep so far from the jambs of doors (m). A body has no room nearer: one
of six thousand ways of 5 m and longer was measured 2 % too short."""


@kernel
def follow(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    space: int,
    ax: float,
    ay: float,
    goal: int,
    bx: float,
    by: float,
    keep_m: float,
    gates: NDArray[np.int32],
) -> int:
    """Follow the straight line from a in a space to b in space `goal`; return how many doors it passes.

    That is -1 where it meets a wall, a door that is shut or the end of its sheet.

    Parameters
    ----------
    passable : uint8[n_doors, 2]
        1 where somebody on that side may pass.
    keep_m : float
        The line keeps so far from the jambs of the doors that it passes (m).
    gates : int32[capacity]
        Filled with 2 * door + side for every door passed, in order.
    """
    if nav.space_sheet[space] != nav.space_sheet[goal]:
        return -1
    wall_x0, wall_y0, wall_x1, wall_y1 = nav.wall_x0, nav.wall_y0, nav.wall_x1, nav.wall_y1
    wall_door, space_wall_ptr = nav.wall_door, nav.space_wall_ptr
    here, start, came, n = space, -1.0, -1, 0
    while True:
        first_wall, first_door, through = 2.0, 2.0, -1
        for wall in range(space_wall_ptr[here], space_wall_ptr[here + 1]):
            door = wall_door[wall]
            if door >= 0 and door == came:
                continue
            if door >= 0 and not _leads_on(nav, door, here, ax, ay, bx, by):
                continue
            t = crossing_at(ax, ay, bx, by, wall_x0[wall], wall_y0[wall], wall_x1[wall], wall_y1[wall])
            if t <= start or t > 1.0:
                continue
            if door < 0:
                first_wall = min(first_wall, t)
            elif t < first_door:
                first_door, through = t, door
        if first_wall > 1.0 and first_door > 1.0:
            return n if here == goal else -1
        if through < 0 or first_wall <= first_door or n == gates.shape[0]:
            return -1
        side = 0 if nav.door_space[through, 0] == here else 1
        there = nav.door_space[through, 1 - side]
        if passable[through, side] == 0 or nav.space_sheet[there] != nav.space_sheet[here]:
            return -1
        if keep_m > 0.0:
            at_x, at_y = ax + first_door * (bx - ax), ay + first_door * (by - ay)
            if _is_at_jamb(nav, through, side, at_x, at_y, keep_m):
                return -1
        gates[n] = 2 * through + side
        n += 1
        here, start, came = wide(there), first_door, wide(through)


@kernel
def _leads_on(nav: NavArrays, door: int, space: int, ax: float, ay: float, bx: float, by: float) -> bool:
    """Tell whether a line goes out of a space where it meets a door, and not into it.

    Whoever has just come through stands on the mid-line itself, on either side of it by a rounding: a line
    from there into the room does not pass the door again.
    """
    side = 0 if nav.door_space[door, 0] == space else 1
    return bool((bx - ax) * nav.door_nx[door, side] + (by - ay) * nav.door_ny[door, side] > 0.0)


@kernel
def _is_at_jamb(nav: NavArrays, door: int, side: int, x: float, y: float, keep_m: float) -> bool:
    """Tell whether a point of a door's mid-line is nearer than `keep_m` to a jamb.

    An opening has none where its end is no corner: where a wall runs on past it, or another one begins.
    """
    rx, ry = x - nav.door_x[door, side], y - nav.door_y[door, side]
    lateral = ry * nav.door_nx[door, side] - rx * nav.door_ny[door, side]
    end = 1 if (lateral > 0.0) == (side == 0) else 0
    return bool(nav.door_jamb[door, end] == 1 and abs(lateral) > max(0.0, nav.door_half_w[door] - keep_m))


@kernel
def span_point(
    nav: NavArrays, door: int, side: int, x: float, y: float, margin: float
) -> tuple[float, float]:
    """Return the nearest point of a door's mid-line, `margin` off the jambs and a hair before the door."""
    nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
    cx, cy = nav.door_x[door, side], nav.door_y[door, side]
    reach = max(0.0, nav.door_half_w[door] - margin)
    lateral = (y - cy) * nx - (x - cx) * ny
    lateral = min(max(lateral, -reach), reach)
    return cx - lateral * ny - 1e-3 * nx, cy + lateral * nx - 1e-3 * ny


@kernel
def partner_of(node: int, gate: int) -> int:
    """Return the waypoint across the end of a flight: the same place in the frame of the other side."""
    return node + 1 if gate % 2 == 0 else node - 1


@kernel
def length_room(nav: NavArrays) -> int:
    """Return how many lengths `wayfinding.next_waypoint` notes at most: a space's waypoints and one point."""
    most = wide(0)
    for space in range(nav.space_way_ptr.shape[0] - 1):
        most = max(most, wide(nav.space_way_ptr[space + 1] - nav.space_way_ptr[space]))
    return most + 1
