"""Steering: which waypoint and door a walker takes next, and the point that the walker heads for now."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import allocating_kernel, kernel
from sim.kernels.cells import CELL_M
from sim.kernels.geometry import is_clear, wide
from sim.kernels.lines import span_point
from sim.kernels.stepping import STUCK_M
from sim.kernels.types import NavArrays, PeopleArrays, WorkArrays
from sim.kernels.wayfinding import NONE, POINT, door_towards, next_waypoint

BLOCKED = 3
CLEARANCE_M = 0.12
"""Distance that a body's middle keeps from walls (m)."""

TRY_M = 2.0
"""A door is found locked from this near (m), not from the far end of the corridor."""

MARGIN_M = 0.2
"""Distance that a walking line keeps from jambs (m)."""

NEAR_M = 0.35
"""This near to a corner (m) a walker looks for the next one in every tick."""

LANES_M = 10.5
"""Corners are rounded abreast up to this far out (m)."""

PATIENCE = 6
"""So many times longer than somebody at rest may one walk to and fro before that is a conflict: in a dense
queue people sway for long and are not stuck."""

LOOK_TICKS = 10
"""Every so many ticks a walker in a bent space looks whether the line to the waypoint is still free. In a
convex space it is, or a door lies on it, which the walker steers through wherever others have pushed."""


@kernel
def choose_ways(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    fields: NDArray[np.float64],
    goal_spaces: NDArray[np.uint8],
    passable: NDArray[np.uint8],
    tick: int,
    idle: int,
    events: NDArray[np.int32],
) -> int:
    """Enter walkers into their cells and choose waypoint and door of whoever needs one.

    Whoever cannot go on gets `moving` 2, is reported, and rests from the end of the tick. A line to a
    waypoint is looked at as if all doors were open: that one has locked shows only near it.
    """
    x, y, space, way, n_events = people.x, people.y, people.space, people.way, 0
    sheet_of, sheet_x0, sheet_y0 = nav.space_sheet, nav.sheet_x0, nav.sheet_y0
    first, columns = work.sheet_first, work.sheet_columns
    next_door, next_side, door_x, door_y = people.next_door, people.next_side, nav.door_x, nav.door_y
    n_ways, end, way_gate = nav.way_x.shape[0], fields.shape[1] - 3, nav.way_gate
    out_x, out_y, is_convex = nav.way_out_x, nav.way_out_y, nav.space_convex
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
        goal, number = people.goal_space[row], people.field[row]
        work.in_goal[row] = fields[number, end] < 0.0 and (
            here == goal if goal >= 0 else goal_spaces[number, here] == 1
        )
        if work.in_goal[row]:
            continue
        _watch(people, fields[number], wide(row), tick, idle)
        node = way[row]
        is_near = False
        if 0 <= node < n_ways and way_gate[node] < 0:
            dx, dy = x[row] - people.way_x[row], y[row] - people.way_y[row]
            is_near = dx * dx + dy * dy < LANES_M * LANES_M
            is_near = is_near and _off_line(dx, dy, out_x[node], out_y[node]) < NEAR_M
        if node == NONE or is_near:
            _search(nav, people, work, fields, passable, wide(row), tick, idle)
        elif next_door[row] == -2 or ((tick + row) % LOOK_TICKS == 0 and is_convex[here] == 0):
            _look(nav, people, work, fields, passable, wide(row), tick, idle)
        door, side = next_door[row], next_side[row]
        is_blocked = way[row] == NONE
        if not is_blocked and door >= 0 and passable[door, side] == 0:
            away_x, away_y = x[row] - door_x[door, side], y[row] - door_y[door, side]
            is_blocked = away_x * away_x + away_y * away_y < TRY_M * TRY_M
        if is_blocked:
            people.moving[row] = 2
            events[n_events, 0], events[n_events, 1], events[n_events, 2] = BLOCKED, row, door
            n_events += 1
    return n_events


@kernel
def _watch(people: PeopleArrays, field: NDArray[np.float64], row: int, tick: int, idle: int) -> None:
    """Find out who walks to and fro on a line to one waypoint and comes no nearer.

    A search measures the way left, so this looks only at those who have not come nearer at a search for
    `PATIENCE` times as long as makes somebody at rest stuck.
    """
    node = people.way[row]
    if tick - people.left_tick[row] < PATIENCE * idle or node == NONE:
        return
    beyond_m = field[node] if node >= 0 else 0.0
    to_x, to_y = people.way_x[row] - people.x[row], people.way_y[row] - people.y[row]
    _note_progress(people, row, math.sqrt(to_x * to_x + to_y * to_y) + beyond_m, tick, idle)


@kernel
def _note_progress(people: PeopleArrays, row: int, left_m: float, tick: int, idle: int) -> None:
    """Note that a walker has come nearer; who has not for `idle` ticks is stuck, though never at rest."""
    if left_m < people.left_m[row] - STUCK_M:
        people.left_m[row], people.left_tick[row] = left_m, tick
    elif tick - people.left_tick[row] >= idle and people.watch_ticks[row] < idle:
        people.left_tick[row], people.watch_ticks[row] = tick, idle
        people.anchor_x[row], people.anchor_y[row] = people.x[row], people.y[row]


@kernel
def _keep_out(nav: NavArrays, doors: NDArray[np.uint8], shut: int, left: NDArray[np.uint8]) -> None:
    """Fill `left` with those of some open doors that do not lead into a space that a way keeps out of.

    The field knows of it already; a free line across that space to a waypoint beyond it does not.
    """
    for door in range(doors.shape[0]):
        for side in range(2):
            left[door, side] = 0 if nav.door_space[door, 1 - side] == shut else doors[door, side]


@kernel
def _search(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    fields: NDArray[np.float64],
    passable: NDArray[np.uint8],
    row: int,
    tick: int,
    idle: int,
) -> None:
    """Find the next waypoint of a walker anew."""
    field, doors, shut = fields[people.field[row]], passable, work.shuts[people.field[row]]
    space, x, y = wide(people.space[row]), people.x[row], people.y[row]
    if shut >= 0:
        _keep_out(nav, passable, shut, work.way_doors)
        doors = work.way_doors
    node, door, left_m = next_waypoint(
        nav, doors, field, space, x, y, MARGIN_M, 0.0, work.gates, work.lengths
    )
    people.way[row] = node
    _note_progress(people, row, left_m, tick, idle)
    _aim_at(nav, people, field, row)
    people.next_door[row], people.next_side[row] = (door // 2, door % 2) if door >= 0 else (-1, 0)


@kernel
def _look(
    nav: NavArrays,
    people: PeopleArrays,
    work: WorkArrays,
    fields: NDArray[np.float64],
    passable: NDArray[np.uint8],
    row: int,
    tick: int,
    idle: int,
) -> None:
    """See whether a walker's waypoint is still in free line, and by which door; else search."""
    field, node = fields[people.field[row]], wide(people.way[row])
    space, x, y = wide(people.space[row]), people.x[row], people.y[row]
    to_space = _aim_at(nav, people, field, row)
    to_x, to_y = people.way_x[row], people.way_y[row]
    doors, shut = work.open_doors, work.shuts[people.field[row]]
    if shut >= 0:
        _keep_out(nav, work.open_doors, shut, work.way_doors)
        doors = work.way_doors
    door = door_towards(nav, doors, node, space, x, y, to_space, to_x, to_y, 0.0, work.gates)
    if door == -2:
        _search(nav, people, work, fields, passable, row, tick, idle)
    else:
        people.next_door[row], people.next_side[row] = (door // 2, door % 2) if door >= 0 else (-1, 0)


@kernel
def _aim_at(nav: NavArrays, people: PeopleArrays, field: NDArray[np.float64], row: int) -> int:
    """Note where a walker's waypoint is now (a door's is the nearest point of it); return its space."""
    node, n_ways = wide(people.way[row]), nav.way_x.shape[0]
    if node == NONE:
        return wide(people.space[row])
    if node == POINT:
        end = field.shape[0] - 3
        people.way_x[row], people.way_y[row] = field[end + 1], field[end + 2]
        return wide(int(field[end]))
    if node < n_ways:
        people.way_x[row], people.way_y[row] = nav.way_x[node], nav.way_y[node]
        return wide(nav.way_space[node])
    door, side = (node - n_ways) // 2, (node - n_ways) % 2
    px, py = span_point(nav, door, side, people.x[row], people.y[row], MARGIN_M)
    people.way_x[row], people.way_y[row] = px, py
    return wide(nav.door_space[door, side])


@kernel
def set_aims(nav: NavArrays, people: PeopleArrays, work: WorkArrays) -> None:
    """Set the point that each walker walks to now: the goal, a waypoint, a door's face or beyond it."""
    door_x, door_y, door_nx, door_ny = nav.door_x, nav.door_y, nav.door_nx, nav.door_ny
    push_x, push_y = people.push_x, people.push_y
    door_depth, door_half_w, n_ways = nav.door_depth, nav.door_half_w, nav.way_x.shape[0]
    for k in range(work.counts[0]):
        row = work.movers[k]
        x, y, space = people.x[row], people.y[row], people.space[row]
        door, side = people.next_door[row], people.next_side[row]
        if work.in_goal[row]:
            ax, ay = people.goal_x[row], people.goal_y[row]
            if nav.space_convex[space] == 0 and not is_clear(nav, space, x, y, ax, ay):
                ax, ay = _bend_to(nav, wide(space), x, y, ax, ay)
            work.aim_x[row], work.aim_y[row] = ax, ay
            continue
        ax, ay = people.way_x[row], people.way_y[row]
        if door >= 0 and people.way[row] != NONE:
            nx, ny = door_nx[door, side], door_ny[door, side]
            rx, ry = x - door_x[door, side], y - door_y[door, side]
            lateral, depth = ry * nx - rx * ny, rx * nx + ry * ny
            keep = lateral
            own = people.way[row] - n_ways
            mine = _own_lane(push_x[row], push_y[row])
            if own != 2 * door + side and depth < 0.0:
                # Where the straight line to the waypoint passes the door.
                qx, qy = ax - door_x[door, side], ay - door_y[door, side]
                ahead, across = qx * nx + qy * ny, qy * nx - qx * ny
                if ahead > depth + 1e-6:
                    keep = lateral - (1.0 - mine) * min(1.0, depth / (depth - ahead)) * (lateral - across)
            narrow = max(0.0, door_half_w[door] - MARGIN_M)
            keep = min(max(keep, -narrow), narrow)
            goes_through = -door_depth[door, side] - 0.6 < depth < MARGIN_M
            goes_through = goes_through and abs(lateral) <= max(0.05, door_half_w[door] - CLEARANCE_M)
            beyond = 0.5 if goes_through else -door_depth[door, side]
            ax = door_x[door, side] + beyond * nx - keep * ny
            ay = door_y[door, side] + beyond * ny + keep * nx
        elif people.way[row] == NONE:
            ax, ay = x, y
        elif 0 <= people.way[row] < n_ways:
            # Around a corner side by side, each as far out as now from the wall that leads to it.
            ox, oy = nav.way_out_x[people.way[row]], nav.way_out_y[people.way[row]]
            at = _own_lane(push_x[row], push_y[row]) * _lane_at(x - ax, y - ay, ox, oy)
            ax, ay = ax + at * ox, ay + at * oy
        work.aim_x[row], work.aim_y[row] = ax, ay


@kernel
def _off_line(dx: float, dy: float, ox: float, oy: float) -> float:
    """Return the distance of a point from the line (0, 0) to (ox, oy) (m)."""
    square = ox * ox + oy * oy
    if square > 0.0:
        at = min(1.0, max(0.0, (dx * ox + dy * oy) / square))
        dx, dy = dx - at * ox, dy - at * oy
    return math.sqrt(dx * dx + dy * dy)


@kernel
def _lane_at(dx: float, dy: float, ox: float, oy: float) -> float:
    """Return where a lane crosses the line (0, 0) to (ox, oy) outwards from a corner, as a share of it.

    The lane leads from (dx, dy) along the nearer wall of a right-angled corner, which is at 45 degrees to the
    line: it crosses as far out as the point is along the line and off it together.
    """
    square = ox * ox + oy * oy
    if square == 0.0:
        return 0.0
    along, off = dx * ox + dy * oy, abs(dx * oy - dy * ox)
    return min(1.0, max(0.0, (along + off) / square))


@kernel
def _own_lane(push_x: float, push_y: float) -> float:
    """Return how much a walker keeps an own lane (0 to 1): alone, the shortest way; among others, abreast."""
    return min(1.0, 2.0 * math.sqrt(push_x * push_x + push_y * push_y))


@allocating_kernel
def _bend_to(nav: NavArrays, space: int, x: float, y: float, gx: float, gy: float) -> tuple[float, float]:
    """Return the waypoint of a space on the shortest way inside it to a point that is not in free line.

    Dijkstra's search over the few waypoints of one room, from the point backwards.
    """
    n_ways = nav.way_x.shape[0]
    first, last = nav.space_way_ptr[space], nav.space_way_ptr[space + 1]
    left = np.full(last - first, math.inf)
    done = np.zeros(last - first, dtype=np.uint8)
    for k in range(first, last):
        node = nav.space_way[k]
        if node >= n_ways or nav.way_space[node] != space:
            continue
        px, py = nav.way_x[node], nav.way_y[node]
        if is_clear(nav, space, px, py, gx, gy):
            left[k - first] = math.sqrt((gx - px) ** 2 + (gy - py) ** 2)
    best_x, best_y = gx, gy
    for _ in range(last - first):
        near = -1
        for k in range(last - first):
            if done[k] == 0 and left[k] < math.inf and (near < 0 or left[k] < left[near]):
                near = k
        if near < 0:
            break
        done[near] = 1
        node = nav.space_way[first + near]
        for edge in range(nav.edge_ptr[node], nav.edge_ptr[node + 1]):
            if nav.edge_gate_ptr[edge + 1] > nav.edge_gate_ptr[edge]:
                continue
            for k in range(first, last):
                if nav.space_way[k] == nav.edge_to[edge] and nav.way_space[nav.edge_to[edge]] == space:
                    left[k - first] = min(left[k - first], left[near] + nav.edge_m[edge])
    best = math.inf
    for k in range(first, last):
        if left[k - first] == math.inf:
            continue
        node = nav.space_way[k]
        px, py = nav.way_x[node], nav.way_y[node]
        here = math.sqrt((px - x) ** 2 + (py - y) ** 2)
        if here >= 0.05 and here + left[k - first] < best and is_clear(nav, space, x, y, px, py):
            best, best_x, best_y = here + left[k - first], px, py
    return best_x, best_y
