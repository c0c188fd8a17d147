"""Movement: carries out ticks. One call, many ticks, until somebody has something to report.

Every tick has four phases: everybody chooses the next door and a point to head for (`steering`), plans a
step from the old positions of all (`stepping`), and only then all write. Only walkers cost; people at rest
sit in lists of their own (`occupants`). No step crosses a wall: a body is kept `CLEARANCE_M` off walls, and a
step that would cross one is refused.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.cells import place_at_rest
from sim.kernels.exposure import see_one
from sim.kernels.geometry import crosses, off_segment
from sim.kernels.steering import BLOCKED, CLEARANCE_M, choose_ways, set_aims
from sim.kernels.stepping import OUT_SEEN, STUCK_S, WALL_CELL_M, WALL_REACH_M, plan_steps
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
    wall_x0, wall_y0, wall_x1, wall_y1 = nav.wall_x0, nav.wall_y0, nav.wall_x1, nav.wall_y1
    wall_space, wall_door, cell_ptr, cell_wall = nav.wall_space, nav.wall_door, nav.cell_ptr, nav.cell_wall
    door_x, door_y, door_nx, door_ny, door_space = (
        nav.door_x,
        nav.door_y,
        nav.door_nx,
        nav.door_ny,
        nav.door_space,
    )
    door_half_w = nav.door_half_w
    kept = 0
    for k in range(work.counts[0]):
        row = work.movers[k]
        work.cell_head[work.cell_of[row]] = -1  # only the cells that were touched
        if people.moving[row] == 2:
            _rest(nav, people, work, row, people.state[row], tick)
            continue
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
        sheet = nav.space_sheet[space]
        kind = 0
        for _ in range(pieces):
            nx, ny = x + dx, y + dy
            ix = max(0, min(nav.sheet_nx[sheet] - 1, int((nx - nav.sheet_x0[sheet]) / WALL_CELL_M)))
            iy = max(0, min(nav.sheet_ny[sheet] - 1, int((ny - nav.sheet_y0[sheet]) / WALL_CELL_M)))
            cell = nav.sheet_cell[sheet] + iy * nav.sheet_nx[sheet] + ix
            for _push in range(0 if is_open else 2):
                is_pushed = False
                for j in range(cell_ptr[cell], cell_ptr[cell + 1]):
                    wall = cell_wall[j]
                    # Nobody is pushed away from the door that lies just behind: that would be a jump.
                    if wall_space[wall] == space and (
                        wall_door[wall] < 0 or (wall_door[wall] != door and wall_door[wall] != came_by)
                    ):
                        gx, gy = off_segment(
                            wall_x0[wall], wall_y0[wall], wall_x1[wall], wall_y1[wall], nx, ny
                        )
                        square = gx * gx + gy * gy
                        if 1e-18 < square < CLEARANCE_M * CLEARANCE_M:
                            push = CLEARANCE_M / math.sqrt(square) - 1.0
                            nx, ny = nx + push * gx, ny + push * gy
                            is_pushed = True
                if not is_pushed:
                    break
            # Off a wall, but no further in a tick than one walks.
            planned, taken = dx * dx + dy * dy, (nx - x) ** 2 + (ny - y) ** 2
            if taken > planned:
                share = math.sqrt(planned / taken)
                nx, ny = x + share * (nx - x), y + share * (ny - y)
            is_crossing = False
            for j in range(0 if is_open else cell_ptr[cell], 0 if is_open else cell_ptr[cell + 1]):
                wall = cell_wall[j]
                if (
                    wall_space[wall] == space
                    and (wall_door[wall] < 0 or wall_door[wall] != door)
                    and crosses(x, y, nx, ny, wall_x0[wall], wall_y0[wall], wall_x1[wall], wall_y1[wall])
                ):
                    is_crossing = True
            if is_crossing:
                break
            before = 1.0
            if door >= 0:
                before = (x - door_x[door, side]) * door_nx[door, side] + (y - door_y[door, side]) * door_ny[
                    door, side
                ]
            x, y = nx, ny
            if door >= 0:
                rx, ry = x - door_x[door, side], y - door_y[door, side]
                depth = rx * door_nx[door, side] + ry * door_ny[door, side]
                lateral = ry * door_nx[door, side] - rx * door_ny[door, side]
                # Through the opening itself: a bent room may reach beyond the plane of its own door.
                if depth > 0.0 and before <= 0.0 and abs(lateral) <= door_half_w[door]:
                    far, depth = 1 - side, max(depth, BEYOND_M)
                    space = door_space[door, far]
                    _passed(nav, people, row, 2 * door + side)
                    x = door_x[door, far] - depth * door_nx[door, far] + lateral * door_ny[door, far]
                    y = door_y[door, far] - depth * door_ny[door, far] - lateral * door_nx[door, far]
                    if space == params.outside:
                        kind = WENT_OUT
                        work.left_by[door, work.left_at[door] % OUT_SEEN] = row
                        work.left_at[door] += 1
                    break
        people.x[row], people.y[row], people.space[row] = x, y, space
        if kind == WENT_OUT:
            people.moving[row] = 0
            people.state[row], people.state_since[row], people.out_tick[row] = OUT, tick, tick
        elif _is_there(people.goal_space[row], goal_spaces, people.field[row], space):
            away = math.sqrt((people.goal_x[row] - x) ** 2 + (people.goal_y[row] - y) ** 2)
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
