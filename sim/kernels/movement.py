"""Movement: carries out ticks. One call, many ticks, until somebody has something to report.

Every tick has four phases: everybody chooses the next door and a point to head for (`steering`), plans a
step from the old positions of all (`stepping`), and only then all write. Only walkers cost; people at rest
sit in lists of their own (`cells`). No step crosses a wall: a body is kept `CLEARANCE_M` off walls, and a
step that would cross one is refused.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import inlined_kernel, kernel
from sim.kernels.cells import place_at_rest
from sim.kernels.exposure import see_one
from sim.kernels.geometry import crosses, off_segment
from sim.kernels.steering import BLOCKED, CLEARANCE_M, choose_ways, set_aims
from sim.kernels.stepping import OUT_SEEN, STUCK_S, WALL_REACH_M, plan_steps, wall_cell
from sim.kernels.types import MoveParams, NavArrays, PeopleArrays, SightArrays, WorkArrays

MAX_STEP_M = 0.1
ARRIVE_M = 0.2
BEYOND_M = 1e-6
"""Whoever passes a door is at least this far beyond its mid-line (m): on one side of it for every line."""

ARRIVED, WENT_OUT = 1, 2
OUT = 6

__all__ = ["ARRIVED", "BLOCKED", "WENT_OUT", "advance"]


@kernel
def advance(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    fields: NDArray[np.float64],
    goal_spaces: NDArray[np.uint8],
    passable: NDArray[np.uint8],
    sight: SightArrays,
    params: MoveParams,
    tick_from: int,
    tick_to: int,
    events: NDArray[np.int32],
) -> tuple[int, int]:
    """Carry out ticks `tick_from + 1` to `tick_to`, or fewer when somebody has something to report.

    Changes `people` and `work`. Results do not depend on how a stretch is cut into calls.

    Parameters
    ----------
    fields : float64[n_fields, n_doors, 2]
        Distances to the destinations (m).
    goal_spaces : uint8[n_fields, n_spaces]
        Destinations of each field.
    passable : uint8[n_doors, 2]
        Who may pass now, by side.
    events : int32[capacity, 3]
        Filled with (kind, row, door).

    Returns
    -------
    tuple of int
        The tick reached and the number of events of that tick.
    """
    tick, n_events, idle = tick_from, 0, round(STUCK_S / params.tick_s)
    while tick < tick_to and work.counts[0] > 0 and n_events == 0:
        tick += 1
        n_events = choose_ways(nav, people, work, fields, goal_spaces, passable, tick, idle, events)
        set_aims(nav, people, work)
        plan_steps(nav, people, work, params, tick)
        n_events = _apply(nav, people, work, goal_spaces, passable, sight, params, tick, events, n_events)
    if n_events == 0:
        tick = tick_to
    return tick, n_events


@kernel
def _apply(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    goal_spaces: NDArray[np.uint8],
    passable: NDArray[np.uint8],
    sight: SightArrays,
    params: MoveParams,
    tick: int,
    events: NDArray[np.int32],
    n_events: int,
) -> int:
    """Write the new positions, pass doors, note arrivals, and drop from the list who no longer walks."""
    kept = 0
    for k in range(work.counts[0]):
        row = work.movers[k]
        work.cell_head[work.cell_of[row]] = -1  # only the cells that were touched
        if people.moving[row] == 2:
            _rest(nav, people, work, row, people.state[row], tick)
            continue
        through = _step(nav, people, work, passable, row)
        space, kind = people.space[row], 0
        if through >= 0 and space == params.outside:
            kind = WENT_OUT
            work.left_by[through, work.left_at[through] % OUT_SEEN] = row
            work.left_at[through] += 1
            people.moving[row] = 0
            people.state[row], people.state_since[row], people.out_tick[row] = OUT, tick, tick
        elif _is_there(people.goal_space[row], goal_spaces, people.field[row], space):
            away = math.sqrt(
                (people.goal_x[row] - people.x[row]) ** 2 + (people.goal_y[row] - people.y[row]) ** 2
            )
            if not away >= ARRIVE_M:  # also true for a goal without coordinates
                kind = ARRIVED
                _rest(nav, people, work, row, people.arrive_state[row], tick)
        if kind == 0:
            work.movers[kept] = row
            kept += 1
        if sight.space >= 0 and (sight.visible[space] > 0 or people.exposed[row] == 1):
            see_one(nav, people, sight, row, tick)
        if kind > 0 and people.notify[row] == 1:
            events[n_events, 0], events[n_events, 1], events[n_events, 2] = kind, row, -1
            n_events += 1
    work.counts[0] = kept
    return n_events


@inlined_kernel
def _step(
    nav: NavArrays, people: PeopleArrays, work: WorkArrays, passable: NDArray[np.uint8], row: int
) -> int:
    """Take the planned step of a walker as far as walls let it; return the door passed, or -1."""
    x, y, space = people.x[row], people.y[row], people.space[row]
    dx, dy = work.next_x[row] - x, work.next_y[row] - y
    step_m = math.sqrt(dx * dx + dy * dy)
    # In the open no wall is near enough to push or to be crossed: most steps, and half of the time.
    open_m = step_m + CLEARANCE_M + 1e-3
    is_open = open_m < WALL_REACH_M and work.wall_m2[row] > open_m * open_m
    pieces = max(1, int(math.ceil(step_m / MAX_STEP_M)))
    dx, dy = dx / pieces, dy / pieces
    door, side, came_by = people.next_door[row], people.next_side[row], people.last_door[row]
    if work.in_goal[row] or door < 0 or passable[door, side] == 0:
        door = -1
    sheet, through = nav.space_sheet[space], -1
    for _ in range(pieces):
        nx, ny = x + dx, y + dy
        cell = wall_cell(nav, sheet, nx, ny)
        if not is_open:
            nx, ny = _off_walls(nav, cell, space, door, came_by, nx, ny)
        # Off a wall, but no further in a tick than one walks.
        planned, taken = dx * dx + dy * dy, (nx - x) ** 2 + (ny - y) ** 2
        if taken > planned:
            share = math.sqrt(planned / taken)
            nx, ny = x + share * (nx - x), y + share * (ny - y)
        if not is_open and _meets_wall(nav, cell, space, door, x, y, nx, ny):
            break
        if door >= 0:
            depth, lateral = _in_door(nav, door, side, nx, ny)
            before, _at = _in_door(nav, door, side, x, y)
            # Through the opening itself: a bent room may reach beyond the plane of its own door.
            if depth > 0.0 and before <= 0.0 and abs(lateral) <= nav.door_half_w[door]:
                far, depth = 1 - side, max(depth, BEYOND_M)
                space, through = nav.door_space[door, far], door
                _passed(nav, people, row, 2 * door + side)
                x = nav.door_x[door, far] - depth * nav.door_nx[door, far] + lateral * nav.door_ny[door, far]
                y = nav.door_y[door, far] - depth * nav.door_ny[door, far] - lateral * nav.door_nx[door, far]
                break
        x, y = nx, ny
    people.x[row], people.y[row], people.space[row] = x, y, space
    return int(through)


@inlined_kernel
def _in_door(nav: NavArrays, door: int, side: int, x: float, y: float) -> tuple[float, float]:
    """Return how far a point is beyond a door's mid-line, and its lateral offset (m)."""
    rx, ry = x - nav.door_x[door, side], y - nav.door_y[door, side]
    nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
    return rx * nx + ry * ny, ry * nx - rx * ny


@inlined_kernel
def _off_walls(
    nav: NavArrays, cell: int, space: int, door: int, came_by: int, x: float, y: float
) -> tuple[float, float]:
    """Return a position pushed `CLEARANCE_M` off the walls of a space, twice at most: into a corner."""
    for _ in range(2):
        is_pushed = False
        for j in range(nav.cell_ptr[cell], nav.cell_ptr[cell + 1]):
            wall = nav.cell_wall[j]
            its = nav.wall_door[wall]
            # Nobody is pushed away from the door that lies just behind: that would be a jump.
            if nav.wall_space[wall] == space and (its < 0 or (its != door and its != came_by)):
                gx, gy = off_segment(
                    nav.wall_x0[wall], nav.wall_y0[wall], nav.wall_x1[wall], nav.wall_y1[wall], x, y
                )
                square = gx * gx + gy * gy
                if 1e-18 < square < CLEARANCE_M * CLEARANCE_M:
                    push = CLEARANCE_M / math.sqrt(square) - 1.0
                    x, y = x + push * gx, y + push * gy
                    is_pushed = True
        if not is_pushed:
            break
    return x, y


@inlined_kernel
def _meets_wall(
    nav: NavArrays, cell: int, space: int, door: int, x: float, y: float, nx: float, ny: float
) -> bool:
    """Tell whether a step crosses a wall of a space, or a door other than the one headed for."""
    meets = False
    for j in range(nav.cell_ptr[cell], nav.cell_ptr[cell + 1]):
        wall = nav.cell_wall[j]
        if nav.wall_space[wall] == space and (nav.wall_door[wall] < 0 or nav.wall_door[wall] != door):
            x0, y0, x1, y1 = nav.wall_x0[wall], nav.wall_y0[wall], nav.wall_x1[wall], nav.wall_y1[wall]
            meets = meets or crosses(x, y, nx, ny, x0, y0, x1, y1)
    return meets


@kernel
def _passed(nav: NavArrays, people: PeopleArrays, row: int, gate: int) -> None:
    """Note that a walker passed a door: on to the same waypoint, unless the door itself was it."""
    node, n_ways = people.way[row], nav.way_x.shape[0]
    people.next_door[row], people.last_door[row] = -2, gate // 2
    if node == gate + n_ways or (0 <= node < n_ways and nav.way_gate[node] >= 0):
        people.way[row], people.next_door[row] = -1, -1


@kernel
def _is_there(goal: int, goal_spaces: NDArray[np.uint8], field: int, space: int) -> bool:
    """Tell whether a space is the goal."""
    return goal == space if goal >= 0 else goal_spaces[field, space] == 1


@kernel
def _rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, row: int, state: int, tick: int) -> None:
    """Put a walker to rest in a state, and into the lists of people at rest."""
    people.moving[row] = 0
    people.watch_ticks[row] = 0
    people.state[row] = state
    people.state_since[row] = tick
    place_at_rest(nav, people, work, row)
