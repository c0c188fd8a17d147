"""Steering: which door a walker takes next, and the point that the walker heads for now."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.geometry import is_clear
from sim.kernels.occupants import CELL_M
from sim.kernels.types import NavArrays, PeopleArrays, WorkArrays
from sim.kernels.wayfinding import best_door

BLOCKED = 3
CLEARANCE_M = 0.12
"""Distance that a body's middle keeps from walls (m)."""

AT_CORNER_M = 0.05
TRY_M = 2.0
"""A door is found locked from this near (m), not from the far end of the corridor."""

MARGIN_M = 0.2
"""Distance that a walking line keeps from jambs (m)."""


@kernel
def choose_doors(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    fields: NDArray[np.float64],
    goal_spaces: NDArray[np.uint8],
    passable: NDArray[np.uint8],
    events: NDArray[np.int32],
) -> int:
    """Enter walkers into their cells and choose the next door of whoever has none.

    Whoever cannot go on gets `moving` 2, is reported, and comes to rest at the end of the tick.
    """
    x, y, space = people.x, people.y, people.space
    sheet_of, sheet_x0, sheet_y0 = nav.space_sheet, nav.sheet_x0, nav.sheet_y0
    first, columns = work.sheet_first, work.sheet_columns
    n_events = 0
    for k in range(work.counts[0]):
        row = work.movers[k]
        here = space[row]
        sheet = sheet_of[here]
        n_rows = (first[sheet + 1] - first[sheet]) // columns[sheet]
        ix = max(0, min(columns[sheet] - 1, int((x[row] - sheet_x0[sheet]) / CELL_M)))
        iy = max(0, min(n_rows - 1, int((y[row] - sheet_y0[sheet]) / CELL_M)))
        cell = first[sheet] + iy * columns[sheet] + ix
        work.cell_of[row] = cell
        work.cell_next[row] = work.cell_head[cell]
        work.cell_head[cell] = row
        goal = people.goal_space[row]
        work.in_goal[row] = here == goal if goal >= 0 else goal_spaces[people.field[row], here] == 1
        if work.in_goal[row]:
            continue
        if people.next_door[row] < 0:
            field = fields[people.field[row]]
            door, side, _ = best_door(nav, field, here, x[row], y[row], MARGIN_M, people.last_door[row])
            if door < 0:
                door, side, _ = best_door(nav, field, here, x[row], y[row], MARGIN_M, -1)
            people.next_door[row], people.next_side[row] = door, side
        door, side = people.next_door[row], people.next_side[row]
        is_blocked = door < 0
        if not is_blocked and passable[door, side] == 0:
            away_x, away_y = x[row] - nav.door_x[door, side], y[row] - nav.door_y[door, side]
            is_blocked = away_x * away_x + away_y * away_y < TRY_M * TRY_M
        if is_blocked:
            people.moving[row] = 2
            events[n_events, 0], events[n_events, 1], events[n_events, 2] = BLOCKED, row, door
            n_events += 1
    return n_events


@kernel
def set_aims(nav: NavArrays, people: PeopleArrays, work: WorkArrays) -> None:
    """Set the point that each walker walks to now: the goal, a corner, a door's face, or beyond the door."""
    door_x, door_y, door_nx, door_ny = nav.door_x, nav.door_y, nav.door_nx, nav.door_ny
    door_depth, door_half_w, door_space = nav.door_depth, nav.door_half_w, nav.door_space
    for k in range(work.counts[0]):
        row = work.movers[k]
        x, y, space = people.x[row], people.y[row], people.space[row]
        came, door, side = people.last_door[row], people.next_door[row], people.next_side[row]
        if came >= 0:
            back = 0 if door_space[came, 0] == space else 1
            bx, by = door_nx[came, back], door_ny[came, back]
            rx, ry = x - door_x[came, back], y - door_y[came, back]
            gone = (
                -rx * bx - ry * by
            )  # the plane of the door may cut a bent room: only what is at the door counts
            if (
                -MARGIN_M < gone < door_depth[came, back] + MARGIN_M
                and abs(ry * bx - rx * by) < door_half_w[came]
            ):
                work.aim_x[row], work.aim_y[row] = x - 0.5 * bx, y - 0.5 * by  # clear the jambs first
                continue
        if work.in_goal[row]:
            ax, ay = people.goal_x[row], people.goal_y[row]
            if nav.space_convex[space] == 0 and not is_clear(nav, space, x, y, ax, ay):
                ax, ay = _corner_to(nav, space, x, y, ax, ay)
            work.aim_x[row], work.aim_y[row] = ax, ay
            continue
        if door < 0:
            work.aim_x[row], work.aim_y[row] = x, y
            continue
        nx, ny = door_nx[door, side], door_ny[door, side]
        rx, ry = x - door_x[door, side], y - door_y[door, side]
        lateral, depth = ry * nx - rx * ny, rx * nx + ry * ny
        narrow = max(0.0, door_half_w[door] - MARGIN_M)
        keep = min(max(lateral, -narrow), narrow)
        goes_through = -door_depth[door, side] - 0.6 < depth < MARGIN_M
        goes_through = goes_through and abs(lateral) <= max(0.05, door_half_w[door] - CLEARANCE_M)
        beyond = 0.5 if goes_through else -door_depth[door, side]
        ax = door_x[door, side] + beyond * nx - keep * ny
        ay = door_y[door, side] + beyond * ny + keep * nx
        if not goes_through and nav.space_convex[space] == 0 and not is_clear(nav, space, x, y, ax, ay):
            ax, ay = _corner_to_door(nav, space, x, y, door, side, ax, ay)
        work.aim_x[row], work.aim_y[row] = ax, ay


@kernel
def _corner_to(nav: NavArrays, space: int, x: float, y: float, gx: float, gy: float) -> tuple[float, float]:
    """Return the next corner on the shortest way to a point of the same space."""
    first, size = nav.corner_ptr[space], nav.corner_ptr[space + 1] - nav.corner_ptr[space]
    table = nav.corner_pair_ptr[space]
    left = np.empty(size, dtype=np.float64)
    for j in range(size):
        cx, cy = nav.corner_x[first + j], nav.corner_y[first + j]
        left[j] = (
            math.sqrt((gx - cx) ** 2 + (gy - cy) ** 2) if is_clear(nav, space, cx, cy, gx, gy) else math.inf
        )
    onward = np.full(size, math.inf)
    for i in range(size):
        for j in range(size):
            onward[i] = min(onward[i], nav.corner_pair_m[table + i * size + j] + left[j])
    return _next_corner(nav, space, x, y, onward, gx, gy)


@kernel
def _corner_to_door(
    nav: NavArrays, space: int, x: float, y: float, door: int, side: int, fx: float, fy: float
) -> tuple[float, float]:
    """Return the next corner on the shortest way to a door of the same space."""
    entry = 0
    for k in range(nav.space_door_ptr[space], nav.space_door_ptr[space + 1]):
        if nav.space_door[k] == door and nav.space_door_side[k] == side:
            entry = k - nav.space_door_ptr[space]
    first, size = nav.corner_ptr[space], nav.corner_ptr[space + 1] - nav.corner_ptr[space]
    onward = np.empty(size, dtype=np.float64)
    for i in range(size):
        onward[i] = nav.corner_door_m[nav.corner_door_ptr[first + i] + entry]
    return _next_corner(nav, space, x, y, onward, fx, fy)


@kernel
def _next_corner(
    nav: NavArrays, space: int, x: float, y: float, onward: NDArray[np.float64], gx: float, gy: float
) -> tuple[float, float]:
    """Return the corner in sight with the shortest way by it, or the goal where there is none.

    Who stands at a corner must not choose that very corner for ever: any other that is as short goes first.
    """
    best, cx, cy = math.inf, gx, gy
    best_far, far_x, far_y = math.inf, gx, gy
    for i in range(onward.shape[0]):
        px, py = nav.corner_x[nav.corner_ptr[space] + i], nav.corner_y[nav.corner_ptr[space] + i]
        here = math.sqrt((px - x) ** 2 + (py - y) ** 2)
        total = here + onward[i]
        if total < min(best, best_far) + 2.0 * AT_CORNER_M and is_clear(nav, space, x, y, px, py):
            if total < best:
                best, cx, cy = total, px, py
            if here >= AT_CORNER_M and total < best_far:
                best_far, far_x, far_y = total, px, py
    return (far_x, far_y) if best_far <= best + 2.0 * AT_CORNER_M else (cx, cy)
