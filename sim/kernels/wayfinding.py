"""Shortest ways on a graph of waypoints: the next waypoint from any point, the way and its length.

A shortest way in the plane bends only at corners that reach into the room. The waypoints are those corners,
a body's radius off the wall; two are joined where the straight line between them is free, through doors too,
and a door that shuts only masks the lines through it (the visibility graph of Lozano-Perez & Wesley 1979,
"An algorithm for planning collision-free paths among polyhedral obstacles"). So ways are exact at any angle.
What is left to walk from every waypoint is a field (`fields`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import allocating_kernel, kernel
from sim.kernels.geometry import wide
from sim.kernels.lines import JAMB_M, MAX_GATES, follow, length_room, partner_of, span_point
from sim.kernels.types import NavArrays

NONE, POINT = -1, -2
"""Instead of a waypoint: no way at all; straight to the destination point."""

JOINT_M = 0.002
"""From a waypoint at the end of a flight to its partner in the other frame (m): not nothing, so that whoever
has passed does not find the way back as short."""


@kernel
def waypoint_at(nav: NavArrays, node: int, x: float, y: float, margin: float) -> tuple[int, float, float]:
    """Return the space and place of a waypoint; a door's is the point of its opening nearest to (x, y)."""
    n_ways = nav.way_x.shape[0]
    if node < n_ways:
        return wide(nav.way_space[node]), nav.way_x[node], nav.way_y[node]
    door, side = (node - n_ways) // 2, (node - n_ways) % 2
    px, py = span_point(nav, door, side, x, y, margin)
    return wide(nav.door_space[door, side]), px, py


@kernel
def door_towards(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    node: int,
    space: int,
    x: float,
    y: float,
    to_space: int,
    to_x: float,
    to_y: float,
    keep_m: float,
    gates: NDArray[np.int32],
) -> int:
    """Return the first door (2 * door + side) on the straight line to a waypoint; -1 none, -2 not free.

    The line keeps `keep_m` from the jambs of doors that it passes (`lines.follow`).
    """
    n = 0
    if to_space != space or nav.space_convex[space] == 0:
        n = follow(nav, passable, space, x, y, to_space, to_x, to_y, keep_m, gates)
    if n < 0:
        return -2
    if n > 0:
        return wide(gates[0])
    own = node - nav.way_x.shape[0]
    if own < 0:
        own = wide(nav.way_gate[node]) if node >= 0 else -1
    if own < 0:
        return -1
    return own if passable[own // 2, own % 2] == 1 else -2


@kernel
def straight_lines(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    field: NDArray[np.float64],
    space: int,
    x: float,
    y: float,
    margin: float,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` with the straight distance to each waypoint that a space may see (m).

    Infinite where the field holds no way on from there, and where the line misses the door that it has to
    pass. One loop that unpacks what it needs: a function call per waypoint costs ten times the arithmetic.
    """
    way_x, way_y, space_way, space_way_gate = nav.way_x, nav.way_y, nav.space_way, nav.space_way_gate
    door_x, door_y, door_nx, door_ny = nav.door_x, nav.door_y, nav.door_nx, nav.door_ny
    half_w, n_ways, first = nav.door_half_w, nav.way_x.shape[0], nav.space_way_ptr[space]
    for k in range(nav.space_way_ptr[space + 1] - first):
        node, gate = space_way[first + k], space_way_gate[first + k]
        out[k] = math.inf
        if field[node] == math.inf:
            continue
        if node < n_ways:
            px, py = way_x[node], way_y[node]
        else:
            door, side = (node - n_ways) // 2, (node - n_ways) % 2
            nx, ny = door_nx[door, side], door_ny[door, side]
            rx, ry = x - door_x[door, side], y - door_y[door, side]
            reach = max(0.0, half_w[door] - margin)
            lateral = min(max(ry * nx - rx * ny, -reach), reach)
            px, py = door_x[door, side] - lateral * ny, door_y[door, side] + lateral * nx
        if gate >= 0:
            door, side = gate // 2, gate % 2
            if passable[door, side] == 0:
                continue
            nx, ny = door_nx[door, side], door_ny[door, side]
            rx, ry = x - door_x[door, side], y - door_y[door, side]
            qx, qy = px - door_x[door, side], py - door_y[door, side]
            depth, ahead = rx * nx + ry * ny, qx * nx + qy * ny
            if ahead <= 0.0 or depth >= ahead:
                continue
            lateral, across = ry * nx - rx * ny, qy * nx - qx * ny
            if abs(lateral + depth / (depth - ahead) * (across - lateral)) > half_w[door]:
                continue
        out[k] = math.sqrt((px - x) ** 2 + (py - y) ** 2)


@kernel
def next_waypoint(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    field: NDArray[np.float64],
    space: int,
    x: float,
    y: float,
    margin: float,
    keep_m: float,
    gates: NDArray[np.int32],
    lengths: NDArray[np.float64],
) -> tuple[int, int, float]:
    """Return the next waypoint on the shortest way from a point, the first door (or -1), and the length (m).

    Waypoints are tried in the order of the length by way of them; the first in free line wins. Whoever
    stands on a waypoint is sent on to another where there is one. The line to it keeps `keep_m` from the
    jambs of doors: nothing for a walker among others, who goes through wherever they have pushed. `gates`
    and `lengths` (`length_room` entries) are scratch memory.
    """
    first = nav.space_way_ptr[space]
    size = nav.space_way_ptr[space + 1] - first
    n_ways, end = nav.way_x.shape[0], field.shape[0] - 3
    straight_lines(nav, passable, field, space, x, y, margin, lengths)
    for k in range(size):
        node = wide(nav.space_way[first + k])
        if node < n_ways and nav.way_gate[node] >= 0:
            node = partner_of(node, nav.way_gate[node])
            lengths[k] += JOINT_M
        lengths[k] += field[node]
    lengths[size] = math.inf
    if field[end] >= 0.0:
        lengths[size] = math.sqrt((field[end + 1] - x) ** 2 + (field[end + 2] - y) ** 2)
    fallback, fallback_door, fallback_m = NONE, -1, math.inf
    for _ in range(size + 1):
        best = 0
        for k in range(1, size + 1):
            if lengths[k] < lengths[best]:
                best = k
        length = lengths[best]
        if length == math.inf:
            break
        lengths[best] = math.inf
        if best == size:
            node, at = POINT, (wide(int(field[end])), field[end + 1], field[end + 2])
        else:
            node = wide(nav.space_way[first + best])
            at = waypoint_at(nav, node, x, y, margin)
        door = door_towards(nav, passable, node, space, x, y, at[0], at[1], at[2], keep_m, gates)
        if door == -2:
            continue
        if 0 <= node < n_ways and nav.way_gate[node] < 0 and (at[1] - x) ** 2 + (at[2] - y) ** 2 < 0.01:
            if fallback == NONE:
                fallback, fallback_door, fallback_m = node, door, length
            continue
        return node, door, length
    return fallback, fallback_door, fallback_m


@allocating_kernel
def distances_from(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    field: NDArray[np.float64],
    space: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    outside: int,
    margin: float,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` float64[n] with the distance of n points to the destination of a field (m)."""
    gates, lengths = np.empty(MAX_GATES, dtype=np.int32), np.empty(length_room(nav), dtype=np.float64)
    for k in range(space.shape[0]):
        out[k] = math.inf
        if space[k] != outside:
            here = wide(space[k])
            out[k] = next_waypoint(nav, passable, field, here, x[k], y[k], margin, JAMB_M, gates, lengths)[2]


@allocating_kernel
def distances_to_all(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    fields: NDArray[np.float64],
    space: int,
    x: float,
    y: float,
    margin: float,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` float64[n_fields] with the distance of one point to many destinations (m)."""
    gates = np.empty(MAX_GATES, dtype=np.int32)
    out[:] = math.inf
    first = nav.space_way_ptr[space]
    lengths = np.empty(nav.space_way_ptr[space + 1] - first, dtype=np.float64)
    straight_lines(nav, passable, np.zeros(fields.shape[1]), space, x, y, margin, lengths)
    for k in range(lengths.shape[0]):
        node, length = wide(nav.space_way[first + k]), lengths[k]
        if length == math.inf:
            continue
        to_space, px, py = waypoint_at(nav, node, x, y, margin)
        if door_towards(nav, passable, node, space, x, y, to_space, px, py, JAMB_M, gates) == -2:
            continue
        if node < nav.way_x.shape[0] and nav.way_gate[node] >= 0:
            node = partner_of(node, nav.way_gate[node])
            length += JOINT_M
        for f in range(fields.shape[0]):
            out[f] = min(out[f], length + fields[f, node])


@kernel
def _to_beyond(
    nav: NavArrays, door: int, side: int, x: float, y: float, to_x: float, to_y: float
) -> tuple[float, float, float]:
    """Walk from (x, y) towards a point as far as a door's mid-line.

    Returns where that is in the frame beyond the door, and the distance walked (m).
    """
    nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
    rx, ry = x - nav.door_x[door, side], y - nav.door_y[door, side]
    qx, qy = to_x - nav.door_x[door, side], to_y - nav.door_y[door, side]
    depth, ahead = rx * nx + ry * ny, qx * nx + qy * ny
    share = 1.0 if ahead <= depth else min(1.0, -depth / (ahead - depth))
    px, py = x + share * (to_x - x), y + share * (to_y - y)
    lateral = (py - nav.door_y[door, side]) * nx - (px - nav.door_x[door, side]) * ny
    far = 1 - side
    beyond_x = nav.door_x[door, far] + lateral * nav.door_ny[door, far]
    beyond_y = nav.door_y[door, far] - lateral * nav.door_nx[door, far]
    return beyond_x, beyond_y, math.sqrt((px - x) ** 2 + (py - y) ** 2)


@allocating_kernel
def walk_way(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    field: NDArray[np.float64],
    space: int,
    x: float,
    y: float,
    margin: float,
    rows: NDArray[np.float64],
) -> int:
    """Fill `rows` float64[capacity, 5] with a shortest way: bends, doors passed and the end.

    Columns: space entered or bent in, x, y (m, a door's in the frame beyond it), walked until then (m), and
    2 * door + side for a door passed, -1 for a bend, -2 for the destination point. Returns the number of
    rows, -1 where there is no way. It ends beyond the door that enters the destination, or at the point.
    """
    gates, lengths = np.empty(MAX_GATES, dtype=np.int32), np.empty(length_room(nav), dtype=np.float64)
    n_ways, n, walked, last = nav.way_x.shape[0], 0, 0.0, math.inf
    while n < rows.shape[0]:
        node, _, left = next_waypoint(nav, passable, field, space, x, y, margin, JAMB_M, gates, lengths)
        if left >= last:
            # Waypoints are joined past jambs as well: who kept away from one here would walk to and fro.
            node, _, left = next_waypoint(nav, passable, field, space, x, y, margin, 0.0, gates, lengths)
        last = left
        if node == NONE:
            return -1
        end = field.shape[0] - 3
        at = (wide(int(field[end])), field[end + 1], field[end + 2])
        if node >= 0:
            at = waypoint_at(nav, node, x, y, margin)
        passed = 0
        if at[0] != space or nav.space_convex[space] == 0:
            passed = follow(nav, passable, space, x, y, at[0], at[1], at[2], 0.0, gates)
        if passed < 0:
            return -1
        own = wide(nav.way_gate[node]) if 0 <= node < n_ways else node - n_ways
        if own >= 0:
            gates[passed] = own
            passed += 1
        for g in range(passed):
            x, y, step_m = _to_beyond(nav, gates[g] // 2, gates[g] % 2, x, y, at[1], at[2])
            walked += step_m
            space = wide(nav.door_space[gates[g] // 2, 1 - gates[g] % 2])
            rows[n, 0], rows[n, 1], rows[n, 2], rows[n, 3], rows[n, 4] = space, x, y, walked, gates[g]
            n += 1
            if n == rows.shape[0]:
                return -1
        if node >= n_ways:
            return n
        if own >= 0:
            continue  # now at the other end of a flight, in its frame
        walked += math.sqrt((at[1] - x) ** 2 + (at[2] - y) ** 2)
        space, x, y = at[0], at[1], at[2]
        kind = node if node < 0 else -1
        rows[n, 0], rows[n, 1], rows[n, 2], rows[n, 3], rows[n, 4] = space, x, y, walked, kind
        n += 1
        if node == POINT:
            return n
    return -1
