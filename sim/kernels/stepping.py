"""The operational model: in which direction and how fast everybody steps, given where all stood before.

Tordeux, Chraibi & Seyfried 2016 ("Collision-free speed model for pedestrian dynamics"), the variant with
exponential repulsion from neighbours and walls that JuPedSim 1.x ships, with three rules of our own so that
nobody is stranded (docs/decisions): nobody steps back; whoever is nearest to a door does not wait for
people behind; and who is stuck all the same squeezes through, which is counted.

The law itself is in `law`, formula by formula. Here is who feels whom and which wall, in one loop that is
long on purpose: a NamedTuple of arrays handed to a function once per walker costs more than the arithmetic
(0.12 million agent-steps per CPU-second with 1,100 walkers, where one loop did ten times as many). So each
phase of a tick unpacks what it needs once, and helpers take numbers or become part of the loop.
"""

from __future__ import annotations

import math

from sim.kernels import law
from sim.kernels._jit import inlined_kernel, kernel
from sim.kernels.cells import CELL_M, cell_at
from sim.kernels.geometry import off_segment
from sim.kernels.types import MoveParams, NavArrays, PeopleArrays, WorkArrays

WALL_CELL_M = 1.0
WALL_REACH_M = 0.6
"""Edge of a wall cell, and how near (m) to any point of a cell the walls are that it lists."""

MAX_NEAR = 48
"""No more neighbours than this are looked at; cells that are full hold fewer."""

REPEL_M = 0.6
"""Repulsion is left out beyond this gap between bodies (m): exp(-6) of its strength."""

ARCH_S, STUCK_S, FREED_S = 2.0, 10.0, 3.0
STUCK_M = 0.3
"""Who came less than `STUCK_M` (m) far in `ARCH_S` no longer waits for people who are further from the same
door or corner; in `STUCK_S`, is a conflict and squeezes through with half the body for `FREED_S`, then walks
as if alone for as long again. Who comes so little nearer to the destination is stuck as well."""

QUEUE_GAP_M = 0.3
"""Who has somebody this near ahead (m), on the way to the same door or corner and nearer to it, waits in a
queue: that is no conflict."""

OUT_SEEN = 16
"""So many people who last went out by a door are still in the way of those behind them."""


@kernel
def plan_steps(nav: NavArrays, people: PeopleArrays, work: WorkArrays, params: MoveParams, tick: int) -> None:
    """Plan the next position of every walker from the old positions of all; changes `work` and the watch."""
    xs, ys, spaces, radii, next_doors = people.x, people.y, people.space, people.radius, people.next_door
    next_sides, watch, anchor_x, anchor_y = (
        people.next_side,
        people.watch_ticks,
        people.anchor_x,
        people.anchor_y,
    )
    ways, way_x, way_y, n_ways = people.way, nav.way_x, nav.way_y, nav.way_x.shape[0]
    door_space, first_of, columns_of = nav.door_space, work.sheet_first, work.sheet_columns
    door_x, door_y, door_nx, door_ny, half_w = (
        nav.door_x,
        nav.door_y,
        nav.door_nx,
        nav.door_ny,
        nav.door_half_w,
    )
    cell_head, cell_next, rest_head, rest_next = (
        work.cell_head,
        work.cell_next,
        work.rest_head,
        work.rest_next,
    )
    near_dx, near_dy, near_gap, near_reach = work.near_dx, work.near_dy, work.near_gap, work.near_reach
    arch, stuck = round(ARCH_S / params.tick_s), round(STUCK_S / params.tick_s)
    alone = stuck + round(FREED_S / params.tick_s)
    free = 2 * alone - stuck
    pace, paced = people.pace_mps, law.share_followed(params.tick_s, params.pace_s)
    push_x, push_y, felt = people.push_x, people.push_y, law.share_followed(params.tick_s, params.push_s)
    strength, range_m = params.repulsion, params.repulsion_range_m
    for k in range(work.counts[0]):
        row = work.movers[k]
        x, y, space, slow = xs[row], ys[row], spaces[row], watch[row]
        work.next_x[row], work.next_y[row], work.wall_m2[row] = x, y, 0.0
        ex, ey = work.aim_x[row] - x, work.aim_y[row] - y
        length = math.sqrt(ex * ex + ey * ey)
        if length < 1e-9 or people.moving[row] == 2:
            continue
        ex, ey = ex / length, ey / length
        if slow <= stuck and (slow == 0 or _square(x - anchor_x[row], y - anchor_y[row]) > STUCK_M * STUCK_M):
            anchor_x[row], anchor_y[row] = x, y
            slow = 0
        body = radii[row]
        if slow > stuck:
            body *= 0.5
        fx, fy = 0.0, 0.0
        sheet = nav.space_sheet[space]
        count, queues = 0, False
        # Inside the room that they settle in people make way for one another (docs/decisions).
        is_alone = work.in_goal[row] or slow > alone
        door, side = next_doors[row], next_sides[row]
        beyond, far_sheet = -1, sheet
        if door >= 0:
            beyond = door_space[door, 1 - side]
            far_sheet = nav.space_sheet[beyond]
        node, mine_m2, to_x, to_y = ways[row], -1.0, 0.0, 0.0
        if slow > arch and door >= 0:
            to_x, to_y = door_x[door, side], door_y[door, side]
            mine_m2 = _square(x - to_x, y - to_y)
        elif slow > arch and 0 <= node < n_ways:
            to_x, to_y = way_x[node], way_y[node]
            mine_m2 = _square(x - to_x, y - to_y)
        for part in range(0 if is_alone else 2):
            # The far side of a stair's end lies on another sheet: look there from where one would be.
            px, py, on, here = x, y, sheet, work.cell_of[row]
            nx, ny, mx, my = 0.0, 0.0, 0.0, 0.0
            if part == 1:
                if beyond == params.outside:
                    # In the open air people are no longer moved. They walk on as if alone.
                    depth, lateral = _in_frame(
                        x - door_x[door, side],
                        y - door_y[door, side],
                        door_nx[door, side],
                        door_ny[door, side],
                    )
                    for back in range(1, min(OUT_SEEN, work.left_at[door]) + 1 if depth > -CELL_M else 0):
                        other = work.left_by[door, (work.left_at[door] - back) % OUT_SEEN]
                        gone_s = (tick - people.out_tick[other]) * params.tick_s
                        gone_m = law.walked_on_m(people.speed[other], pace[other], params.pace_s, gone_s)
                        dx = x - xs[other] - gone_m * door_nx[door, side]
                        dy = y - ys[other] - gone_m * door_ny[door, side]
                        square = dx * dx + dy * dy
                        if square < CELL_M * CELL_M and count < MAX_NEAR:
                            gap, reach = max(math.sqrt(square), 1e-6), body + radii[other]
                            near_dx[count], near_dy[count] = dx, dy
                            near_gap[count], near_reach[count] = gap, reach
                            count += 1
                            if gap - reach < REPEL_M:
                                force = law.repulsion(strength, range_m, reach, gap)
                                fx += force * dx / gap
                                fy += force * dy / gap
                        elif gone_m > CELL_M:
                            break
                    break
                if far_sheet == sheet:
                    break
                nx, ny = door_nx[door, side], door_ny[door, side]
                mx, my = door_nx[door, 1 - side], door_ny[door, 1 - side]
                depth, lateral = _in_frame(x - door_x[door, side], y - door_y[door, side], nx, ny)
                if depth < -CELL_M:
                    break
                dx, dy = _from_frame(-depth, -lateral, mx, my)
                px, py = door_x[door, 1 - side] + dx, door_y[door, 1 - side] + dy
                on, here = far_sheet, cell_at(nav, work, beyond, px, py)
            first, columns = first_of[on], columns_of[on]
            n_rows = (first_of[on + 1] - first) // columns
            ix, iy = (here - first) % columns, (here - first) // columns
            for jy in range(max(0, iy - 1), min(n_rows, iy + 2)):
                for jx in range(max(0, ix - 1), min(columns, ix + 2)):
                    cell = first + jy * columns + jx
                    for resting in range(2):
                        other = rest_head[cell] if resting == 1 else cell_head[cell]
                        while other >= 0 and count < MAX_NEAR:
                            dx, dy = px - xs[other], py - ys[other]
                            square = dx * dx + dy * dy
                            if other != row and square < CELL_M * CELL_M:
                                theirs = spaces[other]
                                meets = theirs == (beyond if part == 1 else space)
                                if not meets and part == 0:
                                    # Somebody in the next room counts where the straight line passes the door
                                    # that one of the two uses.
                                    via = door if theirs == beyond else next_doors[other]
                                    if via >= 0 and (
                                        door_space[via, 0] == space or door_space[via, 1] == space
                                    ):
                                        rx, ry = x - door_x[via, 0], y - door_y[via, 0]
                                        meets = _passes(
                                            rx, ry, dx, dy, door_nx[via, 0], door_ny[via, 0], half_w[via]
                                        )
                                if meets:
                                    if part == 1:
                                        depth, lateral = _in_frame(dx, dy, mx, my)
                                        dx, dy = _from_frame(-depth, -lateral, nx, ny)
                                    gap = max(math.sqrt(square), 1e-6)
                                    reach = body + radii[other]
                                    is_behind = False
                                    if (
                                        mine_m2 >= 0.0
                                        and resting == 0
                                        and theirs == space
                                        and next_doors[other] == door
                                        and (door >= 0 or ways[other] == node)
                                    ):
                                        theirs_m2 = _square(xs[other] - to_x, ys[other] - to_y)
                                        is_behind = theirs_m2 > mine_m2
                                        is_ahead = not is_behind and ex * dx + ey * dy < 0.0
                                        queues = queues or (is_ahead and gap - reach < QUEUE_GAP_M)
                                    if not is_behind:
                                        near_dx[count], near_dy[count] = dx, dy
                                        near_gap[count], near_reach[count] = gap, reach
                                        count += 1
                                    if gap - reach < REPEL_M:
                                        force = law.repulsion(strength, range_m, reach, gap)
                                        fx += force * dx / gap
                                        fy += force * dy / gap
                            other = rest_next[other] if resting == 1 else cell_next[other]
        # Others are felt with a short delay, so that the direction does not flip from tick to tick.
        push_x[row] += felt * (fx - push_x[row])
        push_y[row] += felt * (fy - push_y[row])
        sx, sy = ex + push_x[row], ey + push_y[row]
        cell = wall_cell(nav, sheet, x, y)
        work.wall_m2[row], sx, sy = _along_walls(nav, params, cell, space, door, body, x, y, sx, sy)
        if stuck < slow <= alone and (slow // 10) % 2 == 0:
            sx, sy = law.side_step(sx, sy, ex, ey, row % 2 == 0)
        sx, sy = law.forward_only(sx, sy, ex, ey)
        speed = people.speed[row] * nav.space_speed[space]
        if nav.space_flight[space] == 1:
            up = next_doors[row] == nav.space_door[nav.space_door_ptr[space] + 1]
            speed *= params.stair_up if up else params.stair_down
        own_speed = speed
        for j in range(count):
            speed = law.speed_behind(
                sx, sy, near_dx[j], near_dy[j], near_gap[j], near_reach[j], params.time_gap_s, speed
            )
        pace[row] = law.pace(pace[row], speed, paced, own_speed)
        step = min(pace[row] * params.tick_s, length)
        if slow == stuck and queues:
            slow = -1
        elif slow == stuck:
            work.counts[1] += 1
        watch[row] = slow + 1 if slow < free else 0
        work.next_x[row], work.next_y[row] = x + step * sx, y + step * sy


@inlined_kernel
def wall_cell(nav: NavArrays, sheet: int, x: float, y: float) -> int:
    """Return the wall cell of a position on a sheet."""
    ix = max(0, min(nav.sheet_nx[sheet] - 1, int((x - nav.sheet_x0[sheet]) / WALL_CELL_M)))
    iy = max(0, min(nav.sheet_ny[sheet] - 1, int((y - nav.sheet_y0[sheet]) / WALL_CELL_M)))
    return int(nav.sheet_cell[sheet] + iy * nav.sheet_nx[sheet] + ix)


@inlined_kernel
def _along_walls(
    nav: NavArrays,
    params: MoveParams,
    cell: int,
    space: int,
    door: int,
    body: float,
    x: float,
    y: float,
    sx: float,
    sy: float,
) -> tuple[float, float, float]:
    """Return the square of the distance to the nearest wall (m2), and a direction led along the walls.

    The mid-line of the door that one heads for pushes nobody away.
    """
    range_m, nearest_m2 = params.wall_range_m, math.inf
    for j in range(nav.cell_ptr[cell], nav.cell_ptr[cell + 1]):
        wall = nav.cell_wall[j]
        if nav.wall_space[wall] == space:
            dx, dy = off_segment(
                nav.wall_x0[wall], nav.wall_y0[wall], nav.wall_x1[wall], nav.wall_y1[wall], x, y
            )
            square = dx * dx + dy * dy
            nearest_m2 = min(nearest_m2, square)
            if nav.wall_door[wall] >= 0 and nav.wall_door[wall] == door:
                continue
            if 1e-18 < square < (body + range_m) ** 2:
                gap = math.sqrt(square)
                into = min(0.0, sx * dx + sy * dy) / gap
                off = law.off_wall(params.wall_repulsion, range_m, body, gap, into)
                sx += off * dx / gap
                sy += off * dy / gap
    return nearest_m2, sx, sy


@kernel
def _square(dx: float, dy: float) -> float:
    """Return the square of a length."""
    return dx * dx + dy * dy


@kernel
def _in_frame(dx: float, dy: float, nx: float, ny: float) -> tuple[float, float]:
    """Return a vector's parts along a normal and along the tangent to its left."""
    return dx * nx + dy * ny, dy * nx - dx * ny


@kernel
def _from_frame(depth: float, lateral: float, nx: float, ny: float) -> tuple[float, float]:
    """Return the vector with these parts along a normal and its tangent."""
    return depth * nx - lateral * ny, depth * ny + lateral * nx


@kernel
def _passes(rx: float, ry: float, dx: float, dy: float, nx: float, ny: float, half: float) -> bool:
    """Tell whether the line from r to r - d, measured from a door's middle, passes through its opening."""
    depth, lateral = _in_frame(rx, ry, nx, ny)
    away, across = _in_frame(dx, dy, nx, ny)
    if away == 0.0 or depth * (depth - away) > 0.0:
        return False
    return abs(lateral - depth / away * across) <= half
