"""Distances through doors: one field per destination, searched on the door graph, exact inside a space.

A field says, for every door and side, how far it is to the destination for somebody who stands at that door
on that side and goes through. A door that locks only masks its edge; nothing geometric is recomputed.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.geometry import to_door, wide
from sim.kernels.types import NavArrays


@kernel
def solve_field(
    nav: NavArrays,
    passable: NDArray[np.uint8],
    goal_space: NDArray[np.uint8],
    goal_dist: NDArray[np.float64],
    door_extra: NDArray[np.float64],
    outside: int,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` by Dijkstra's search from the goals backwards.

    Parameters
    ----------
    passable : uint8[n_doors, 2]
        1 where somebody on that side may go through.
    goal_space : uint8[n_spaces]
        1 for destinations.
    goal_dist : float64[n_doors, 2]
        What is left to walk after entering a destination by that door and side (m).
    door_extra : float64[n_doors]
        Added for each door passed (m).
    outside : int
        The open air; nobody walks through it to come back.
    out : float64[n_doors, 2]
        Distances (m), infinite where there is no way; mutated.
    """
    n_doors = nav.door_space.shape[0]
    done = np.zeros((n_doors, 2), dtype=np.uint8)
    most = nav.pair_m.shape[0] + 2 * n_doors  # every way from door to door is entered once at most
    heap = np.empty(most, dtype=np.int64)
    keys = np.empty(most, dtype=np.float64)
    size = wide(0)
    for door in range(n_doors):
        for side in range(2):
            out[door, side] = math.inf
            target = nav.door_space[door, 1 - side]
            if passable[door, side] == 1 and goal_space[target] == 1:
                gap = nav.door_depth[door, 0] + nav.door_depth[door, 1]
                out[door, side] = gap + door_extra[door] + goal_dist[door, side]
                size = _push(heap, keys, size, out[door, side], 2 * door + side)
    while size > 0:
        node = heap[0]
        size = _pop(heap, keys, size)
        door, side = node // 2, node % 2
        if done[door, side] == 1:
            continue
        done[door, side] = 1
        space = nav.door_space[door, side]
        if space == outside:
            continue
        first, last = nav.space_door_ptr[space], nav.space_door_ptr[space + 1]
        degree = last - first
        here = 0
        for k in range(first, last):
            if nav.space_door[k] == door and nav.space_door_side[k] == side:
                here = k - first
        for k in range(first, last):
            other, far = nav.space_door[k], 1 - nav.space_door_side[k]
            if k - first == here or passable[other, far] == 0:
                continue
            gap = nav.door_depth[other, 0] + nav.door_depth[other, 1]
            cost = out[door, side] + nav.pair_m[nav.pair_ptr[space] + (k - first) * degree + here]
            cost += gap + door_extra[other]
            if cost < out[other, far]:
                out[other, far] = cost
                size = _push(heap, keys, size, cost, 2 * other + far)


@kernel
def _push(heap: NDArray[np.int64], keys: NDArray[np.float64], size: int, key: float, node: int) -> int:
    """Push a node on a binary heap; return the new size."""
    k = size
    while k > 0:
        parent = (k - 1) // 2
        if keys[parent] <= key:
            break
        heap[k], keys[k] = heap[parent], keys[parent]
        k = parent
    heap[k], keys[k] = node, key
    return size + 1


@kernel
def _pop(heap: NDArray[np.int64], keys: NDArray[np.float64], size: int) -> int:
    """Remove the smallest entry of a binary heap; return the new size."""
    size -= 1
    node, key = heap[size], keys[size]
    k = 0
    while 2 * k + 1 < size:
        child = 2 * k + 1
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        heap[k], keys[k] = heap[child], keys[child]
        k = child
    heap[k], keys[k] = node, key
    return size


@kernel
def best_door(
    nav: NavArrays, field: NDArray[np.float64], space: int, x: float, y: float, margin: float, not_door: int
) -> tuple[int, int, float]:
    """Return the door and side by which the way from a point is shortest, and its length (-1, 0, inf: none).

    `not_door` is a door not to take: whoever has just come through a wide opening does not turn back at once.
    """
    chosen, chosen_side, best = -1, 0, math.inf
    for k in range(nav.space_door_ptr[space], nav.space_door_ptr[space + 1]):
        door, side = wide(nav.space_door[k]), wide(nav.space_door_side[k])
        if door != not_door and field[door, side] < best:
            total = field[door, side] + to_door(nav, wide(space), x, y, door, side, margin)
            if total < best:
                chosen, chosen_side, best = door, side, total
    return chosen, chosen_side, best


@kernel
def distances_from(
    nav: NavArrays,
    field: NDArray[np.float64],
    space: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    outside: int,
    margin: float,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` float64[n] with the distance of n points to the destination of a field (m)."""
    for k in range(space.shape[0]):
        out[k] = math.inf
        if space[k] != outside:
            out[k] = best_door(nav, field, wide(space[k]), x[k], y[k], margin, wide(-1))[2]
