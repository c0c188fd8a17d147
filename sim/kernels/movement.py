"""Movement: the collision-free speed model, people at rest, doors, stairs, arrivals. One call, many ticks.

Operational model: Tordeux, Chraibi & Seyfried 2016 ("Collision-free speed model for pedestrian dynamics"),
the variant with exponential repulsion from neighbours and walls that JuPedSim 1.x ships. Two phases: every
walker reads the old positions, then all write. Only walkers cost; people at rest sit in lists of their own.

No step crosses a wall: a step that would is refused, and a body is kept off walls by `CLEARANCE_M`. Nobody
is stranded: somebody who came less than `STUCK_M` far in `STUCK_TICKS` gets through with a smaller body, and
then for a moment as if alone; that is counted.

The loops are long on purpose. Passing a NamedTuple of arrays to a function counts a reference to every array
in it; done per walker that cost ten times the arithmetic (0.12 million agent-steps per CPU-second with 1,100
walkers). So each phase of a tick is one function that unpacks what it needs once.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.geometry import crosses, is_clear, off_segment
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
STUCK_TICKS = 200
STUCK_M = 0.3
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
    tick, n_events = tick_from, 0
    while tick < tick_to and work.counts[0] > 0 and n_events == 0:
        tick += 1
        n_events = _choose_doors(nav, people, work, fields, goal_spaces, passable, events)
        _aim(nav, people, work, goal_spaces)
        _plan_steps(nav, people, work, goal_spaces, params)
        n_events = _apply(nav, people, work, goal_spaces, passable, sight, params, tick, events, n_events)
    if n_events == 0:
        tick = tick_to
    return tick, n_events


@kernel
def _choose_doors(
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
        door = people.next_door[row]
        if door < 0 or passable[door, people.next_side[row]] == 0:
            people.moving[row] = 2
            events[n_events, 0], events[n_events, 1], events[n_events, 2] = BLOCKED, row, door
            n_events += 1
    return n_events


@kernel
def _aim(nav: NavArrays, people: PeopleArrays, work: WorkArrays, goal_spaces: NDArray[np.uint8]) -> None:
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
def _plan_steps(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    goal_spaces: NDArray[np.uint8],
    params: MoveParams,
) -> None:
    """Plan the next position of every walker from the old positions of all: direction, then headway."""
    xs, ys, spaces, radii, next_doors = people.x, people.y, people.space, people.radius, people.next_door
    door_space, first_of, columns_of = nav.door_space, work.sheet_first, work.sheet_columns
    cell_head, cell_next, rest_head, rest_next = (
        work.cell_head,
        work.cell_next,
        work.rest_head,
        work.rest_next,
    )
    near_dx, near_dy, near_gap, near_reach = work.near_dx, work.near_dy, work.near_gap, work.near_reach
    wall_x0, wall_y0, wall_x1, wall_y1 = nav.wall_x0, nav.wall_y0, nav.wall_x1, nav.wall_y1
    wall_space, wall_door, cell_ptr, cell_wall = nav.wall_space, nav.wall_door, nav.cell_ptr, nav.cell_wall
    for k in range(work.counts[0]):
        row = work.movers[k]
        x, y, space, slow = xs[row], ys[row], spaces[row], people.watch_ticks[row]
        work.next_x[row], work.next_y[row] = x, y
        ex, ey = work.aim_x[row] - x, work.aim_y[row] - y
        length = math.sqrt(ex * ex + ey * ey)
        if length < 1e-9 or people.moving[row] == 2:
            continue
        ex, ey = ex / length, ey / length
        if slow == 0 or slow == STUCK_TICKS:
            dx, dy = x - people.anchor_x[row], y - people.anchor_y[row]
            if slow == 0 or dx * dx + dy * dy > STUCK_M * STUCK_M:
                people.anchor_x[row], people.anchor_y[row] = x, y
                slow = 0
        body = radii[row]
        if slow > STUCK_TICKS:
            body *= 0.5  # squeezes through: see the module's words on being stranded
        sx, sy = ex, ey
        sheet = nav.space_sheet[space]
        count = 0
        if not work.in_goal[row] and slow <= STUCK_TICKS + FREED_TICKS:
            # Neighbours: same space, or just beyond a door that one of the two uses. Inside the room that
            # they settle in people make way for one another (docs/decisions.md), and somebody who could not
            # even squeeze through passes for three seconds as if alone.
            door = next_doors[row]
            beyond = -1
            if door >= 0:
                beyond = door_space[door, 0] + door_space[door, 1] - space
            first, columns = first_of[sheet], columns_of[sheet]
            n_rows = (first_of[sheet + 1] - first) // columns
            here = work.cell_of[row] - first
            ix, iy = here % columns, here // columns
            for jy in range(max(0, iy - 1), min(n_rows, iy + 2)):
                for jx in range(max(0, ix - 1), min(columns, ix + 2)):
                    cell = first + jy * columns + jx
                    for resting in range(2):
                        other = rest_head[cell] if resting == 1 else cell_head[cell]
                        while other >= 0 and count < MAX_NEAR:
                            dx, dy = x - xs[other], y - ys[other]
                            square = dx * dx + dy * dy
                            if other != row and square < CELL_M * CELL_M:
                                theirs, meets = spaces[other], False
                                if theirs == space or theirs == beyond:
                                    meets = True
                                else:
                                    their_door = next_doors[other]
                                    meets = their_door >= 0 and (
                                        door_space[their_door, 0] == space
                                        or door_space[their_door, 1] == space
                                    )
                                if meets:
                                    gap = max(math.sqrt(square), 1e-6)
                                    reach = body + radii[other]
                                    near_dx[count], near_dy[count] = dx, dy
                                    near_gap[count], near_reach[count] = gap, reach
                                    count += 1
                                    if gap - reach < 0.6:
                                        force = params.repulsion * math.exp(
                                            (reach - gap) / params.repulsion_range_m
                                        )
                                        sx += force * dx / gap
                                        sy += force * dy / gap
                            other = rest_next[other] if resting == 1 else cell_next[other]
        ix = max(0, min(nav.sheet_nx[sheet] - 1, int((x - nav.sheet_x0[sheet]) / WALL_CELL_M)))
        iy = max(0, min(nav.sheet_ny[sheet] - 1, int((y - nav.sheet_y0[sheet]) / WALL_CELL_M)))
        cell = nav.sheet_cell[sheet] + iy * nav.sheet_nx[sheet] + ix
        for j in range(cell_ptr[cell], cell_ptr[cell + 1]):
            wall = cell_wall[j]
            if wall_space[wall] == space and wall_door[wall] < 0:
                dx, dy = off_segment(wall_x0[wall], wall_y0[wall], wall_x1[wall], wall_y1[wall], x, y)
                square = dx * dx + dy * dy
                if 1e-18 < square < (body + 0.15) ** 2:
                    gap = math.sqrt(square)
                    force = params.wall_repulsion * math.exp((body - gap) / params.wall_range_m)
                    sx += force * dx / gap
                    sy += force * dy / gap
        if STUCK_TICKS < slow <= STUCK_TICKS + FREED_TICKS and (slow // 10) % 2 == 0:
            turn = 1.0 if row % 2 == 0 else -1.0
            sx, sy = sx - turn * ey, sy + turn * ex
        along = sx * ex + sy * ey
        if along < 0.0:
            # Never a step back: the plain sum makes a walker bounce off somebody at rest for ever.
            sx, sy = sx - along * ex, sy - along * ey
        norm = math.sqrt(sx * sx + sy * sy)
        if norm > 1e-9:
            sx, sy = sx / norm, sy / norm
        speed = people.speed[row]
        if nav.space_flight[space] == 1:
            up = next_doors[row] == nav.space_door[nav.space_door_ptr[space] + 1]
            speed *= params.stair_up if up else params.stair_down
        for j in range(count):
            ahead = -(sx * near_dx[j] + sy * near_dy[j])
            if ahead > 0.0 and abs(sx * near_dy[j] - sy * near_dx[j]) <= near_reach[j]:
                speed = min(speed, max(0.0, (near_gap[j] - near_reach[j]) / params.time_gap_s))
        step = min(speed * params.tick_s, length)
        if slow == STUCK_TICKS:
            work.counts[1] += 1
        people.watch_ticks[row] = slow + 1 if slow < STUCK_TICKS + 2 * FREED_TICKS else 0
        work.next_x[row], work.next_y[row] = x + step * sx, y + step * sy


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
        pieces = max(1, int(math.ceil(math.sqrt(dx * dx + dy * dy) / MAX_STEP_M)))
        dx, dy = dx / pieces, dy / pieces
        door, side = people.next_door[row], people.next_side[row]
        if work.in_goal[row] or door < 0 or passable[door, side] == 0:
            door = -1
        sheet = nav.space_sheet[space]
        kind = 0
        for _ in range(pieces):
            nx, ny = x + dx, y + dy
            ix = max(0, min(nav.sheet_nx[sheet] - 1, int((nx - nav.sheet_x0[sheet]) / WALL_CELL_M)))
            iy = max(0, min(nav.sheet_ny[sheet] - 1, int((ny - nav.sheet_y0[sheet]) / WALL_CELL_M)))
            cell = nav.sheet_cell[sheet] + iy * nav.sheet_nx[sheet] + ix
            for _push in range(2):
                for j in range(cell_ptr[cell], cell_ptr[cell + 1]):
                    wall = cell_wall[j]
                    if wall_space[wall] == space and (wall_door[wall] < 0 or wall_door[wall] != door):
                        gx, gy = off_segment(
                            wall_x0[wall], wall_y0[wall], wall_x1[wall], wall_y1[wall], nx, ny
                        )
                        square = gx * gx + gy * gy
                        if 1e-18 < square < CLEARANCE_M * CLEARANCE_M:
                            push = CLEARANCE_M / math.sqrt(square) - 1.0
                            nx, ny = nx + push * gx, ny + push * gy
            is_crossing = False
            for j in range(cell_ptr[cell], cell_ptr[cell + 1]):
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
                    far = 1 - side
                    space = door_space[door, far]
                    people.next_door[row], people.last_door[row] = -1, door
                    x = door_x[door, far] - depth * door_nx[door, far] + lateral * door_ny[door, far]
                    y = door_y[door, far] - depth * door_ny[door, far] - lateral * door_nx[door, far]
                    if space == params.outside:
                        kind = WENT_OUT
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
            _see(nav, people, sight, row, tick)
        if kind > 0 and people.notify[row] == 1:
            events[n_events, 0], events[n_events, 1], events[n_events, 2] = kind, row, people.next_door[row]
            n_events += 1
    work.counts[0] = kept
    return n_events


@kernel
def _is_there(goal: int, goal_spaces: NDArray[np.uint8], field: int, space: int) -> bool:
    """Tell whether a space is the goal."""
    return goal == space if goal >= 0 else goal_spaces[field, space] == 1


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
        total = (
            math.sqrt((px - x) ** 2 + (py - y) ** 2) + nav.corner_door_m[nav.corner_door_ptr[corner] + entry]
        )
        if total < best and is_clear(nav, space, x, y, px, py):
            best, cx, cy = total, px, py
    return cx, cy


@kernel
def _rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, row: int, state: int, tick: int) -> None:
    """Put a walker to rest in a state, and into the lists of people at rest."""
    people.moving[row] = 0
    people.watch_ticks[row] = 0
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
def _cell(nav: NavArrays, work: WorkArrays, space: int, x: float, y: float) -> int:
    """Return the neighbour cell of a position."""
    sheet = nav.space_sheet[space]
    ix = max(0, min(work.sheet_columns[sheet] - 1, int((x - nav.sheet_x0[sheet]) / CELL_M)))
    rows = (work.sheet_first[sheet + 1] - work.sheet_first[sheet]) // work.sheet_columns[sheet]
    iy = max(0, min(rows - 1, int((y - nav.sheet_y0[sheet]) / CELL_M)))
    return int(work.sheet_first[sheet] + iy * work.sheet_columns[sheet] + ix)


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
