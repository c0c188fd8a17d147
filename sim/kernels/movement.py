"""Movement: the collision-free speed model, people at rest, doors, stairs, arrivals. One call, many ticks.

Operational model: Tordeux, Chraibi & Seyfried 2016 ("Collision-free speed model for pedestrian dynamics"),
the variant with exponential repulsion from neighbours and walls that JuPedSim 1.x ships. Two phases: every
walker reads the old positions, then all write. Only walkers cost; people at rest sit in lists of their own.

No step crosses a wall: a step that would is refused, and a body is kept off walls by `CLEARANCE_M`. Nobody
is stranded: somebody who has stood still for long gets through with a smaller body, which is counted.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.geometry import crosses, door_face, is_clear
from sim.kernels.sight import can_see
from sim.kernels.types import MoveParams, NavArrays, PeopleArrays, SightArrays, WorkArrays
from sim.kernels.wayfinding import best_door

CELL_M = 1.5
"""Edge of a neighbour cell (m); nobody further away than this is looked at."""

WALL_CELL_M = 1.0
CLEARANCE_M = 0.12
MARGIN_M = 0.2
MAX_STEP_M = 0.1
ARRIVE_M = 0.2
CROWDED_ARRIVE_M = 1.2
CROWDED_TICKS = 20
STUCK_TICKS = 100
FREED_TICKS = 60
MAX_NEAR = 48

ARRIVED, WENT_OUT, BLOCKED = 1, 2, 3
SECURED, OUT = 4, 6


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
    tick = tick_from
    n_events = 0
    while tick < tick_to and work.counts[0] > 0 and n_events == 0:
        tick += 1
        _bin_walkers(nav, people, work)
        for k in range(work.counts[0]):
            row = work.movers[k]
            work.next_x[row], work.next_y[row] = people.x[row], people.y[row]
            if not _choose(nav, people, fields, goal_spaces, passable, row):
                people.moving[row] = 2  # cannot go on: taken off the list below
                if n_events < events.shape[0]:
                    events[n_events, 0], events[n_events, 1] = BLOCKED, row
                    events[n_events, 2] = people.next_door[row]
                    n_events += 1
                continue
            _plan_step(nav, people, work, goal_spaces, params, row)
        _unbin_walkers(work)
        n_events = _apply(nav, people, work, goal_spaces, passable, sight, params, tick, events, n_events)
    if n_events == 0:
        tick = tick_to
    return tick, n_events


@kernel
def _cell(nav: NavArrays, work: WorkArrays, space: int, x: float, y: float) -> int:
    """Return the neighbour cell of a position."""
    sheet = nav.space_sheet[space]
    ix = max(0, min(work.sheet_columns[sheet] - 1, int((x - nav.sheet_x0[sheet]) / CELL_M)))
    rows = (work.sheet_first[sheet + 1] - work.sheet_first[sheet]) // work.sheet_columns[sheet]
    iy = max(0, min(rows - 1, int((y - nav.sheet_y0[sheet]) / CELL_M)))
    return work.sheet_first[sheet] + iy * work.sheet_columns[sheet] + ix


@kernel
def _bin_walkers(nav: NavArrays, people: PeopleArrays, work: WorkArrays) -> None:
    for k in range(work.counts[0]):
        row = work.movers[k]
        cell = _cell(nav, work, people.space[row], people.x[row], people.y[row])
        work.cell_of[row] = cell
        work.cell_next[row] = work.cell_head[cell]
        work.cell_head[cell] = row


@kernel
def _unbin_walkers(work: WorkArrays) -> None:
    """Clear the cells that were touched, and no others."""
    for k in range(work.counts[0]):
        work.cell_head[work.cell_of[work.movers[k]]] = -1


@kernel
def _in_goal(people: PeopleArrays, goal_spaces: NDArray[np.uint8], row: int) -> bool:
    goal, space = people.goal_space[row], people.space[row]
    if goal >= 0:
        return space == goal
    return goal_spaces[people.field[row], space] == 1


@kernel
def _choose(
    nav: NavArrays,
    people: PeopleArrays,
    fields: NDArray[np.float64],
    goal_spaces: NDArray[np.uint8],
    passable: NDArray[np.uint8],
    row: int,
) -> bool:
    """Choose the next door where none is chosen; tell whether the person can go on."""
    if _in_goal(people, goal_spaces, row):
        return True
    door = people.next_door[row]
    if door < 0:
        door, side, length = best_door(
            nav, fields[people.field[row]], people.space[row], people.x[row], people.y[row], MARGIN_M
        )
        if door < 0 or length == math.inf:
            return False
        people.next_door[row], people.next_side[row] = door, side
    return passable[people.next_door[row], people.next_side[row]] == 1


@kernel
def _aim(
    nav: NavArrays, people: PeopleArrays, goal_spaces: NDArray[np.uint8], row: int
) -> tuple[float, float]:
    """Return the point that a person walks to now: the goal, a corner, a door's face, or beyond the door."""
    x, y, space = people.x[row], people.y[row], people.space[row]
    if _in_goal(people, goal_spaces, row):
        gx, gy = people.goal_x[row], people.goal_y[row]
        if nav.space_convex[space] == 1 or is_clear(nav, space, x, y, gx, gy):
            return gx, gy
        return _corner_to(nav, space, x, y, gx, gy)
    door, side = people.next_door[row], people.next_side[row]
    nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
    lateral = -(x - nav.door_x[door, side]) * ny + (y - nav.door_y[door, side]) * nx
    reach = max(0.05, nav.door_half_w[door] - CLEARANCE_M)
    depth = (x - nav.door_x[door, side]) * nx + (y - nav.door_y[door, side]) * ny
    if abs(lateral) <= reach and depth > -nav.door_depth[door, side] - 0.6:
        keep = lateral
        if abs(lateral) > nav.door_half_w[door] - MARGIN_M:
            keep = lateral * max(0.0, nav.door_half_w[door] - MARGIN_M) / abs(lateral)
        return (
            nav.door_x[door, side] + 0.5 * nx - keep * ny,
            nav.door_y[door, side] + 0.5 * ny + keep * nx,
        )
    fx, fy = door_face(nav, door, side, x, y, MARGIN_M)
    if nav.space_convex[space] == 1 or is_clear(nav, space, x, y, fx, fy):
        return fx, fy
    return _corner_to_door(nav, space, x, y, door, side, fx, fy)


@kernel
def _corner_to(nav: NavArrays, space: int, x: float, y: float, gx: float, gy: float) -> tuple[float, float]:
    """Return the corner on the way to a point in the same space (one bend; else the nearest to it)."""
    best, cx, cy = math.inf, gx, gy
    for corner in range(nav.corner_ptr[space], nav.corner_ptr[space + 1]):
        px, py = nav.corner_x[corner], nav.corner_y[corner]
        here = math.sqrt((px - x) ** 2 + (py - y) ** 2)
        if here < 0.05 or not is_clear(nav, space, x, y, px, py):
            continue
        total = here + math.sqrt((gx - px) ** 2 + (gy - py) ** 2)
        if not is_clear(nav, space, px, py, gx, gy):
            total += 1000.0
        if total < best:
            best, cx, cy = total, px, py
    return cx, cy


@kernel
def _corner_to_door(
    nav: NavArrays, space: int, x: float, y: float, door: int, side: int, fx: float, fy: float
) -> tuple[float, float]:
    """Return the corner on the shortest way to a door of the same space."""
    first = nav.space_door_ptr[space]
    entry = 0
    for k in range(first, nav.space_door_ptr[space + 1]):
        if nav.space_door[k] == door and nav.space_door_side[k] == side:
            entry = k - first
    best, cx, cy = math.inf, fx, fy
    for corner in range(nav.corner_ptr[space], nav.corner_ptr[space + 1]):
        px, py = nav.corner_x[corner], nav.corner_y[corner]
        total = math.sqrt((px - x) ** 2 + (py - y) ** 2) + nav.corner_door_m[nav.corner_door_ptr[corner] + entry]
        if total < best and is_clear(nav, space, x, y, px, py):
            best, cx, cy = total, px, py
    return cx, cy


@kernel
def _gather(nav: NavArrays, people: PeopleArrays, work: WorkArrays, row: int) -> int:
    """Collect the neighbours of a walker: same space, or just beyond a door that one of the two uses."""
    x, y, space = people.x[row], people.y[row], people.space[row]
    sheet = nav.space_sheet[space]
    first, columns = work.sheet_first[sheet], work.sheet_columns[sheet]
    rows = (work.sheet_first[sheet + 1] - first) // columns
    here = work.cell_of[row] - first
    ix, iy = here % columns, here // columns
    count = 0
    for jy in range(max(0, iy - 1), min(rows, iy + 2)):
        for jx in range(max(0, ix - 1), min(columns, ix + 2)):
            cell = first + jy * columns + jx
            for resting in range(2):
                other = work.rest_head[cell] if resting == 1 else work.cell_head[cell]
                while other >= 0:
                    if other != row and count < MAX_NEAR and _may_meet(nav, people, row, other, space):
                        dx, dy = x - people.x[other], y - people.y[other]
                        square = dx * dx + dy * dy
                        if square < CELL_M * CELL_M:
                            work.near[count] = other
                            work.near_dx[count], work.near_dy[count] = dx, dy
                            work.near_gap[count] = math.sqrt(square)
                            count += 1
                    other = work.rest_next[other] if resting == 1 else work.cell_next[other]
    return count


@kernel
def _may_meet(nav: NavArrays, people: PeopleArrays, row: int, other: int, space: int) -> bool:
    theirs = people.space[other]
    if theirs == space:
        return True
    mine, their_door = people.next_door[row], people.next_door[other]
    if mine >= 0 and (nav.door_space[mine, 0] == theirs or nav.door_space[mine, 1] == theirs):
        return True
    return their_door >= 0 and (
        nav.door_space[their_door, 0] == space or nav.door_space[their_door, 1] == space
    )


@kernel
def _plan_step(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    goal_spaces: NDArray[np.uint8],
    params: MoveParams,
    row: int,
) -> None:
    """Compute the next position of one walker from the old positions of all."""
    x, y, space = people.x[row], people.y[row], people.space[row]
    tx, ty = _aim(nav, people, goal_spaces, row)
    dx, dy = tx - x, ty - y
    length = math.sqrt(dx * dx + dy * dy)
    if length < 1e-9:
        return
    ex, ey = dx / length, dy / length
    slow = people.slow_ticks[row]
    body = people.radius[row]
    if slow > STUCK_TICKS:
        body *= 0.5  # squeezes through: see the module's words on being stranded
    # People make way for one another inside the room that they settle in (docs/decisions.md).
    count = 0 if _in_goal(people, goal_spaces, row) else _gather(nav, people, work, row)
    sx, sy = ex, ey
    for k in range(count):
        gap = max(work.near_gap[k], 1e-6)
        reach = body + people.radius[work.near[k]]
        if gap - reach < 0.7:
            force = params.repulsion * math.exp((reach - gap) / params.repulsion_range_m)
            sx += force * work.near_dx[k] / gap
            sy += force * work.near_dy[k] / gap
    wx, wy = _wall_push(nav, people, params, row, body)
    sx, sy = sx + wx, sy + wy
    if slow > STUCK_TICKS and (slow // 10) % 2 == 0:
        turn = 1.0 if row % 2 == 0 else -1.0
        sx, sy = sx - turn * ey, sy + turn * ex
    along = sx * ex + sy * ey
    if along < 0.0:
        # Never a step back: the plain sum makes a walker bounce off somebody at rest for ever.
        sx, sy = sx - along * ex, sy - along * ey
    norm = math.sqrt(sx * sx + sy * sy)
    if norm > 1e-9:
        sx, sy = sx / norm, sy / norm
    speed = people.speed[row] * _slope(nav, people, params, row)
    for k in range(count):
        gap = work.near_gap[k]
        ahead = -(sx * work.near_dx[k] + sy * work.near_dy[k])
        reach = body + people.radius[work.near[k]]
        if ahead > 0.0 and abs(sx * work.near_dy[k] - sy * work.near_dx[k]) <= reach:
            if slow > STUCK_TICKS + FREED_TICKS:
                continue
            speed = min(speed, max(0.0, (gap - reach) / params.time_gap_s))
    step = min(speed * params.tick_s, length)
    progress = step * (sx * ex + sy * ey)
    if slow > STUCK_TICKS + 2 * FREED_TICKS:
        people.slow_ticks[row] = 0
    elif slow > STUCK_TICKS or progress < 0.1 * people.speed[row] * params.tick_s:
        people.slow_ticks[row] = slow + 1
    else:
        people.slow_ticks[row] = max(0, slow - 1)
    if slow == STUCK_TICKS:
        work.counts[1] += 1
    work.next_x[row], work.next_y[row] = x + step * sx, y + step * sy


@kernel
def _slope(nav: NavArrays, people: PeopleArrays, params: MoveParams, row: int) -> float:
    """Return the speed factor: on a flight it depends on whether the person heads for its upper end."""
    space = people.space[row]
    if nav.space_flight[space] == 0:
        return 1.0
    up = people.next_door[row] == nav.space_door[nav.space_door_ptr[space] + 1]
    return params.stair_up if up else params.stair_down


@kernel
def _wall_push(
    nav: NavArrays, people: PeopleArrays, params: MoveParams, row: int, body: float
) -> tuple[float, float]:
    """Return the repulsion of the walls nearby."""
    x, y, space = people.x[row], people.y[row], people.space[row]
    first, last = _wall_cell(nav, space, x, y)
    px, py = 0.0, 0.0
    for k in range(first, last):
        wall = nav.cell_wall[k]
        if nav.wall_space[wall] != space or nav.wall_door[wall] >= 0:
            continue
        dx, dy = _from_wall(nav, wall, x, y)
        distance = math.sqrt(dx * dx + dy * dy)
        if 1e-9 < distance < body + 0.2:
            force = params.wall_repulsion * math.exp((body - distance) / params.wall_range_m)
            px += force * dx / distance
            py += force * dy / distance
    return px, py


@kernel
def _wall_cell(nav: NavArrays, space: int, x: float, y: float) -> tuple[int, int]:
    sheet = nav.space_sheet[space]
    ix = max(0, min(nav.sheet_nx[sheet] - 1, int((x - nav.sheet_x0[sheet]) / WALL_CELL_M)))
    iy = max(0, min(nav.sheet_ny[sheet] - 1, int((y - nav.sheet_y0[sheet]) / WALL_CELL_M)))
    cell = nav.sheet_cell[sheet] + iy * nav.sheet_nx[sheet] + ix
    return nav.cell_ptr[cell], nav.cell_ptr[cell + 1]


@kernel
def _from_wall(nav: NavArrays, wall: int, x: float, y: float) -> tuple[float, float]:
    """Return the vector from the nearest point of a wall."""
    ux, uy = nav.wall_x1[wall] - nav.wall_x0[wall], nav.wall_y1[wall] - nav.wall_y0[wall]
    along = ((x - nav.wall_x0[wall]) * ux + (y - nav.wall_y0[wall]) * uy) / (ux * ux + uy * uy)
    along = min(max(along, 0.0), 1.0)
    return x - nav.wall_x0[wall] - along * ux, y - nav.wall_y0[wall] - along * uy


@kernel
def _step_inside(
    nav: NavArrays, space: int, open_door: int, x: float, y: float, nx: float, ny: float
) -> tuple[float, float]:
    """Return where a small step ends: pushed off the walls, and refused where it would cross one."""
    first, last = _wall_cell(nav, space, nx, ny)
    for _ in range(2):
        for k in range(first, last):
            wall = nav.cell_wall[k]
            if nav.wall_space[wall] != space or (nav.wall_door[wall] == open_door and open_door >= 0):
                continue
            dx, dy = _from_wall(nav, wall, nx, ny)
            distance = math.sqrt(dx * dx + dy * dy)
            if 1e-9 < distance < CLEARANCE_M:
                push = (CLEARANCE_M - distance) / distance
                nx, ny = nx + push * dx, ny + push * dy
    first, last = _wall_cell(nav, space, x, y)
    for k in range(first, last):
        wall = nav.cell_wall[k]
        if nav.wall_space[wall] != space or (nav.wall_door[wall] == open_door and open_door >= 0):
            continue
        if crosses(x, y, nx, ny, nav.wall_x0[wall], nav.wall_y0[wall], nav.wall_x1[wall], nav.wall_y1[wall]):
            return x, y
    return nx, ny


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
        if people.moving[row] == 2:
            _rest(nav, people, work, row, people.state[row], tick)
            continue
        done = _move(nav, people, work, passable, params, row)
        kind = 0
        if done == WENT_OUT:
            kind = WENT_OUT
            people.moving[row] = 0
            people.state[row], people.state_since[row], people.out_tick[row] = OUT, tick, tick
        elif _has_arrived(people, goal_spaces, row):
            kind = ARRIVED
            _rest(nav, people, work, row, people.arrive_state[row], tick)
        else:
            work.movers[kept] = row
            kept += 1
        if sight.space >= 0:
            _see(nav, people, sight, row, tick)
        if kind > 0 and people.notify[row] == 1 and n_events < events.shape[0]:
            events[n_events, 0], events[n_events, 1], events[n_events, 2] = kind, row, people.next_door[row]
            n_events += 1
    work.counts[0] = kept
    return n_events


@kernel
def _move(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    passable: NDArray[np.uint8],
    params: MoveParams,
    row: int,
) -> int:
    """Carry out the planned step in pieces of at most `MAX_STEP_M`; pass the chosen door when it is reached."""
    dx, dy = work.next_x[row] - people.x[row], work.next_y[row] - people.y[row]
    pieces = max(1, int(math.ceil(math.sqrt(dx * dx + dy * dy) / MAX_STEP_M)))
    for _ in range(pieces):
        space, door, side = people.space[row], people.next_door[row], people.next_side[row]
        x, y = people.x[row], people.y[row]
        usable = door if door >= 0 and passable[door, side] == 1 else -1
        nx, ny = _step_inside(nav, space, usable, x, y, x + dx / pieces, y + dy / pieces)
        people.x[row], people.y[row] = nx, ny
        if usable >= 0:
            depth = (nx - nav.door_x[door, side]) * nav.door_nx[door, side]
            depth += (ny - nav.door_y[door, side]) * nav.door_ny[door, side]
            if depth > 0.0:
                if nav.door_space[door, 1 - side] == params.outside:
                    people.space[row] = params.outside
                    return WENT_OUT
                _pass_door(nav, people, row, door, side, depth)
                return 0
    return 0


@kernel
def _pass_door(nav: NavArrays, people: PeopleArrays, row: int, door: int, side: int, depth: float) -> None:
    """Carry a person over a door's mid-line into the frame of the other side."""
    lateral = -(people.x[row] - nav.door_x[door, side]) * nav.door_ny[door, side]
    lateral += (people.y[row] - nav.door_y[door, side]) * nav.door_nx[door, side]
    far = 1 - side
    nx, ny = nav.door_nx[door, far], nav.door_ny[door, far]
    people.x[row] = nav.door_x[door, far] - depth * nx + lateral * ny
    people.y[row] = nav.door_y[door, far] - depth * ny - lateral * nx
    people.space[row] = nav.door_space[door, far]
    people.next_door[row] = -1


@kernel
def _has_arrived(people: PeopleArrays, goal_spaces: NDArray[np.uint8], row: int) -> bool:
    if not _in_goal(people, goal_spaces, row):
        return False
    if math.isnan(people.goal_x[row]):
        return True
    dx, dy = people.goal_x[row] - people.x[row], people.goal_y[row] - people.y[row]
    away = math.sqrt(dx * dx + dy * dy)
    return away < ARRIVE_M or (away < CROWDED_ARRIVE_M and people.slow_ticks[row] > CROWDED_TICKS)


@kernel
def _rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, row: int, state: int, tick: int) -> None:
    """Put a walker to rest in a state, and into the lists of people at rest."""
    people.moving[row] = 0
    people.slow_ticks[row] = 0
    people.state[row] = state
    people.state_since[row] = tick
    place_at_rest(nav, people, work, row)


@kernel
def place_at_rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, row: int) -> None:
    """Enter a person into the list of people at rest of the cell."""
    cell = _cell(nav, work, people.space[row], people.x[row], people.y[row])
    work.cell_of[row] = cell
    head = work.rest_head[cell]
    work.rest_next[row], work.rest_prev[row] = head, -1
    if head >= 0:
        work.rest_prev[head] = row
    work.rest_head[cell] = row


@kernel
def take_from_rest(work: WorkArrays, row: int) -> None:
    """Take a person out of the lists of people at rest."""
    before, after = work.rest_prev[row], work.rest_next[row]
    if before >= 0:
        work.rest_next[before] = after
    else:
        work.rest_head[work.cell_of[row]] = after
    if after >= 0:
        work.rest_prev[after] = before


@kernel
def place_all_at_rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, outside: int) -> None:
    """Enter everybody inside into the lists of people at rest, in the order of rows."""
    for row in range(people.x.shape[0]):
        if people.space[row] != outside:
            place_at_rest(nav, people, work, row)


@kernel
def _see(nav: NavArrays, people: PeopleArrays, sight: SightArrays, row: int, tick: int) -> None:
    """Re-evaluate whether a person is in open sight of the fixed point, and keep the account of time."""
    value = 0
    state = people.state[row]
    if sight.space >= 0 and state != SECURED and state != OUT and people.may_walk[row] == 1:
        visible = sight.visible[people.space[row]]
        if visible == 2 or (
            visible == 1
            and can_see(
                nav,
                sight.see_through,
                sight.space,
                sight.x,
                sight.y,
                people.space[row],
                people.x[row],
                people.y[row],
            )
        ):
            value = 1
    if value != people.exposed[row]:
        if value == 1:
            people.exposed_since[row] = tick
        else:
            people.exposed_ticks[row] += tick - people.exposed_since[row]
        people.exposed[row] = value


@kernel
def see_all(nav: NavArrays, people: PeopleArrays, sight: SightArrays, tick: int) -> None:
    """Re-evaluate everybody after the fixed point, a door or a state changed."""
    for row in range(people.x.shape[0]):
        _see(nav, people, sight, row, tick)
