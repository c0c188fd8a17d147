"""Fields of distance: what is left to walk to a destination from every waypoint and every side of a door.

A field is one row of numbers per destination: what is left to walk from every waypoint, then for every door
and side what is left when passing it ends the walk, then the row, x and y of a destination point (-1: none).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import allocating_kernel, kernel
from sim.kernels.geometry import wide
from sim.kernels.heap import pop, push
from sim.kernels.lines import JAMB_M, MAX_GATES, follow
from sim.kernels.types import NavArrays


@allocating_kernel
def solve_field(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    goal_space: NDArray[np.uint8],
    point: tuple[int, float, float],
    door_extra: NDArray[np.float64],
    margin: float,
    out: NDArray[np.float64],
    tree: NDArray[np.int32],
) -> int:
    """Fill a field by Dijkstra's search from the destinations backwards; return how many nodes it reached.

    Parameters
    ----------
    passable : uint8[n_doors, 2]
        1 where somebody on that side may go through.
    goal_space : uint8[n_spaces]
        1 for destinations that are reached on entering.
    point : tuple
        Space (-1 for none), x and y (m) of a destination point.
    door_extra : float64[n_doors]
        Added for each door passed (m).
    margin : float
        Distance that a walking line keeps from jambs (m).
    out, tree : float64[n_waypoints + 2 n_doors + 3], int32[3, n_waypoints + 2 n_doors]
        The field, and for every node the node and the edge that the way to it comes by (-1 at a destination),
        then the nodes in the order in which they were reached; mutated.
    """
    n_ways, n_doors = nav.way_x.shape[0], nav.door_space.shape[0]
    out[:] = math.inf
    end = n_ways + 2 * n_doors
    out[end], out[end + 1], out[end + 2] = point[0], point[1], point[2]
    done = np.zeros(n_ways + 2 * n_doors, dtype=np.uint8)
    most = nav.edge_to.shape[0] + n_ways + 2 * n_doors + 1
    heap, keys, size = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.float64), wide(0)
    size = _seed_doors(nav, passable, door_extra, goal_space, out, tree, heap, keys, size)
    if point[0] >= 0:
        size = _seed_point(nav, passable, door_extra, point, out, tree, heap, keys, size)
    n = 0
    while size > 0:
        node = heap[0]
        size = pop(heap, keys, size)
        if done[node] == 1:
            continue
        done[node], tree[2, n] = 1, node
        n += 1
        for edge in range(nav.edge_ptr[node], nav.edge_ptr[node + 1]):
            other = nav.edge_to[edge]
            cost = out[node] + nav.edge_m[edge]
            if cost >= out[other]:
                continue
            is_open = True
            for k in range(nav.edge_gate_ptr[edge], nav.edge_gate_ptr[edge + 1]):
                door, side = nav.edge_gate[k] // 2, nav.edge_gate[k] % 2
                is_open = is_open and passable[door, side] == 1
                cost += door_extra[door]
            if is_open and cost < out[other]:
                out[other], tree[0, other], tree[1, other] = cost, node, edge
                size = push(heap, keys, size, cost, wide(other))
    return n


@allocating_kernel
def mend_field(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    out: NDArray[np.float64],
    tree: NDArray[np.int32],
    n: int,
) -> int:
    """Mend a field after doors were shut: only what hung on them is searched anew.

    The same numbers as `solve_field` gives, to the bit: a way that no shut door was on stays the shortest,
    and the least sum along the ways that are left does not depend on the order of the search. Only for fields
    of spaces without anything added for doors.

    Parameters
    ----------
    passable : uint8[n_doors, 2]
        1 where somebody on that side may go through; nowhere where it was 0 before.
    out, tree, n
        As `solve_field` left them; `out` and `tree` are mutated.

    Returns
    -------
    int
        How many nodes are reached now.
    """
    n_ways, n_nodes = nav.way_x.shape[0], nav.way_x.shape[0] + 2 * nav.door_space.shape[0]
    lost = np.zeros(n_nodes, dtype=np.uint8)
    kept = 0
    for k in range(n):
        node = wide(tree[2, k])
        before = tree[0, node]
        if before < 0:
            door = (node - n_ways) // 2
            is_lost = passable[door, (node - n_ways) % 2] == 0
        else:
            is_lost = lost[before] == 1 or not _is_open(nav, passable, wide(tree[1, node]))
        if is_lost:
            lost[node], out[node] = 1, math.inf
        else:
            tree[2, kept] = node
            kept += 1
    if kept == n:
        return n
    most = nav.edge_to.shape[0] + 1
    heap, keys, size = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.float64), wide(0)
    for k in range(kept):
        size = _reach(nav, passable, wide(tree[2, k]), lost, out, tree, heap, keys, size)
    while size > 0:
        node = heap[0]
        size = pop(heap, keys, size)
        if lost[node] == 1:
            lost[node], tree[2, kept] = 0, node
            kept += 1
            size = _reach(nav, passable, node, lost, out, tree, heap, keys, size)
    return kept


@kernel
def _reach(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    node: int,
    lost: NDArray[np.uint8],
    out: NDArray[np.float64],
    tree: NDArray[np.int32],
    heap: NDArray[np.int64],
    keys: NDArray[np.float64],
    size: int,
) -> int:
    """Enter the lost nodes next to a node into the search; return the size of the heap."""
    for edge in range(nav.edge_ptr[node], nav.edge_ptr[node + 1]):
        other = nav.edge_to[edge]
        if lost[other] == 1:
            cost = out[node] + nav.edge_m[edge]
            if cost < out[other] and _is_open(nav, passable, edge):
                out[other], tree[0, other], tree[1, other] = cost, node, edge
                size = push(heap, keys, size, cost, wide(other))
    return size


@kernel
def _is_open(nav: NavArrays, passable: NDArray[np.uint8], edge: int) -> bool:
    """Tell whether all doors along an edge may be passed."""
    for k in range(nav.edge_gate_ptr[edge], nav.edge_gate_ptr[edge + 1]):
        if passable[nav.edge_gate[k] // 2, nav.edge_gate[k] % 2] == 0:
            return False
    return True


@kernel
def _seed_doors(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    door_extra: NDArray[np.float64],
    goal_space: NDArray[np.uint8],
    out: NDArray[np.float64],
    tree: NDArray[np.int32],
    heap: NDArray[np.int64],
    keys: NDArray[np.float64],
    size: int,
) -> int:
    """Enter the doors that lead into a destination into the search; return the size of the heap."""
    n_ways = nav.way_x.shape[0]
    for door in range(nav.door_space.shape[0]):
        for side in range(2):
            if passable[door, side] == 1 and goal_space[nav.door_space[door, 1 - side]] == 1:
                node = n_ways + 2 * door + side
                out[node], tree[0, node] = door_extra[door], -1
                size = push(heap, keys, size, out[node], node)
    return size


@allocating_kernel
def _seed_point(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    door_extra: NDArray[np.float64],
    point: tuple[int, float, float],
    out: NDArray[np.float64],
    tree: NDArray[np.int32],
    heap: NDArray[np.int64],
    keys: NDArray[np.float64],
    size: int,
) -> int:
    """Enter the waypoints that see the destination point into the search; return the size of the heap."""
    gates = np.empty(MAX_GATES, dtype=np.int32)
    space, x, y = point
    for k in range(nav.space_way_ptr[space], nav.space_way_ptr[space + 1]):
        node = wide(nav.space_way[k])
        if node >= nav.way_x.shape[0]:
            continue
        wx, wy = nav.way_x[node], nav.way_y[node]
        n = follow(nav, passable, wide(nav.way_space[node]), wx, wy, space, x, y, JAMB_M, gates)
        if n >= 0:
            cost = math.sqrt((x - wx) ** 2 + (y - wy) ** 2)
            for g in range(n):
                cost += door_extra[gates[g] // 2]
            out[node], tree[0, node] = cost, -1
            size = push(heap, keys, size, cost, node)
    return size
