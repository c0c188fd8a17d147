"""Line of sight through open doors and glazing: which spaces a point can see into, and exactly whom.

A vision cone is narrowed door by door, which gives a superset of the spaces in sight; a person in one of
them is then tested exactly by following the straight line from space to space. Floors do not see each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import allocating_kernel, kernel
from sim.kernels.geometry import crossing_at, wide
from sim.kernels.types import NavArrays


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


@allocating_kernel
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
    passed = np.empty((nav.door_space.shape[0], 2), dtype=np.uint8)
    views_from(nav, see_through, space, x, y, out, passed)


@allocating_kernel
def views_from(
    nav: NavArrays,
    see_through: NDArray[np.uint8],
    space: int,
    x: float,
    y: float,
    out: NDArray[np.uint8],
    passed: NDArray[np.uint8],
) -> None:
    """Mark the spaces into which a point may see, and in `passed` uint8[n_doors, 2] the doors between.

    A door is marked on the side that the sight comes from.
    """
    out[:] = 0
    passed[:] = 0
    out[space] = 2
    # One row per view: its space, the door and side it came through, the row it grew from, its two ends.
    views, size, done = np.empty((256, 8)), 1, wide(0)
    views[0, 0], views[0, 1], views[0, 2], views[0, 3] = space, -1, 0, -1
    while done < size:
        view, done = done, done + 1
        here, came = int(views[view, 0]), int(views[view, 1])
        for k in range(nav.space_door_ptr[here], nav.space_door_ptr[here + 1]):
            door, side = wide(nav.space_door[k]), wide(nav.space_door_side[k])
            if not _is_sightway(nav, see_through, door, side) or not _is_ahead(nav, views, view, door, side):
                continue
            ax, ay, bx, by = _ends(nav, door, side)
            if (ax - x) * nav.door_nx[door, side] + (ay - y) * nav.door_ny[door, side] <= 0.0:
                continue  # the door lies behind: sight goes through a door in its own direction only
            px, py, qx, qy = ax - x, ay - y, bx - x, by - y  # left and right end of the view
            if px * qy - py * qx > 0.0:
                px, py, qx, qy = qx, qy, px, py
            if came >= 0:
                lx, ly, rx, ry = views[view, 4], views[view, 5], views[view, 6], views[view, 7]
                if lx * py - ly * px > 0.0:
                    px, py = lx, ly
                if rx * qy - ry * qx < 0.0:
                    qx, qy = rx, ry
                if px * qy - py * qx > 1e-12:
                    continue
            there = nav.door_space[door, 1 - side]
            passed[door, side] = 1
            if out[there] == 0:
                out[there] = 1
            if size == views.shape[0]:
                views = _doubled(views)
            views[size, 0], views[size, 1], views[size, 2], views[size, 3] = there, door, side, view
            views[size, 4], views[size, 5], views[size, 6], views[size, 7] = px, py, qx, qy
            size += 1


@allocating_kernel
def _doubled(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a table with room for twice as many rows."""
    bigger = np.empty((2 * table.shape[0], table.shape[1]))
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            bigger[row, column] = table[row, column]
    return bigger


@kernel
def _is_ahead(nav: NavArrays, views: NDArray[np.float64], view: int, door: int, side: int) -> bool:
    """Tell whether some of a door lies beyond every door that the view passed.

    A straight line crosses a door once and stays beyond it. Without this a view through two rooms into a
    corridor that bends around them would come back through the first door, for ever.
    """
    ax, ay, bx, by = _ends(nav, door, side)
    while view >= 0:
        passed, its = int(views[view, 1]), int(views[view, 2])
        if passed >= 0:
            nx, ny = nav.door_nx[passed, its], nav.door_ny[passed, its]
            cx, cy = nav.door_x[passed, its], nav.door_y[passed, its]
            if max((ax - cx) * nx + (ay - cy) * ny, (bx - cx) * nx + (by - cy) * ny) <= 1e-9:
                return False
        view = int(views[view, 3])
    return True


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
    """Tell whether a straight line joins two points through open doors and glazing only.

    The line is followed from the point that comes first in (space, x, y), so that a sees b exactly when b
    sees a.
    """
    if nav.space_sheet[a_space] != nav.space_sheet[b_space]:
        return False
    if b_space < a_space or (b_space == a_space and (bx < ax or (bx == ax and by < ay))):
        a_space, b_space, ax, bx, ay, by = b_space, a_space, bx, ax, by, ay
    here, start, came = a_space, -1.0, -1
    for _ in range(nav.door_space.shape[0] + 1):
        first_wall, first_door, through = 2.0, 2.0, -1
        for wall in range(nav.space_wall_ptr[here], nav.space_wall_ptr[here + 1]):
            door = nav.wall_door[wall]
            if door >= 0 and door == came:
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
        through = wide(through)
        side = wide(0 if nav.door_space[through, 0] == here else 1)
        if not _is_sightway(nav, see_through, through, side):
            return False
        here, start, came = nav.door_space[through, 1 - side], first_door, through
    return False
