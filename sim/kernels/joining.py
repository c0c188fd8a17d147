"""Joins waypoints to a graph: straight free lines that a shortest way may use (once per compiled plan)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import allocating_kernel, kernel
from sim.kernels.geometry import wide
from sim.kernels.lines import MAX_GATES, follow, partner_of, span_point
from sim.kernels.sight import views_from
from sim.kernels.types import NavArrays
from sim.kernels.wayfinding import JOINT_M, waypoint_at

SLACK, SLACK_M = 0.03, 0.35
"""A line may miss being a tangent to a corner by this sine, plus `SLACK_M` over its length: waypoints lie a
body's radius off their corners, so that short lines look skewed. Too much slack only costs memory."""


@allocating_kernel
def seen_from(nav: NavArrays, margin: float, out: NDArray[np.uint8], through: NDArray[np.uint8]) -> None:
    """Mark what may have a free line to each waypoint, then to each door's side.

    Parameters
    ----------
    out : uint8[n_waypoints + 2 n_doors, n_spaces]
        Spaces; filled.
    through : uint8[n_waypoints + 2 n_doors, 2 n_doors]
        2 door + side for doors that lines from there pass; filled.
    """
    open_doors = np.ones(nav.door_space.shape[0], dtype=np.uint8)
    row = np.empty(out.shape[1], dtype=np.uint8)
    passed = np.empty((nav.door_space.shape[0], 2), dtype=np.uint8)
    n_ways, outside = nav.way_x.shape[0], nav.space_sheet.shape[0] - 1
    for node in range(n_ways):
        views_from(nav, open_doors, wide(nav.way_space[node]), nav.way_x[node], nav.way_y[node], row, passed)
        out[node] = row
        through[node] = passed.ravel()
    for door in range(nav.door_space.shape[0]):
        for side in range(2):
            space = wide(nav.door_space[door, side])
            out[n_ways + 2 * door + side] = 0
            if space == outside:
                continue
            reach = nav.door_half_w[door]
            for end in range(-1, 2):
                x = nav.door_x[door, side] - end * reach * nav.door_ny[door, side]
                y = nav.door_y[door, side] + end * reach * nav.door_nx[door, side]
                px, py = span_point(nav, door, side, x, y, margin)
                views_from(nav, open_doors, space, px, py, row, passed)
                passed[door, side] = 0
                node = n_ways + 2 * door + side
                for s in range(out.shape[1]):
                    out[node, s] = max(out[node, s], row[s])
                for gate in range(through.shape[1]):
                    through[node, gate] = max(through[node, gate], passed[gate // 2, gate % 2])


@kernel
def _is_tangent(corner: NDArray[np.float64], node: int, dx: float, dy: float, length: float) -> bool:
    """Tell whether a line along (dx, dy) leaves both walls of a waypoint's corner on one side.

    `corner` float64[n, 4] holds the directions of the two walls, seen from the corner; nan where a way may
    bend in any direction.
    """
    if math.isnan(corner[node, 0]):
        return True
    slack = SLACK + SLACK_M / max(length, 1e-9)
    a = (dx * corner[node, 1] - dy * corner[node, 0]) / max(length, 1e-9)
    b = (dx * corner[node, 3] - dy * corner[node, 2]) / max(length, 1e-9)
    return bool((a > -slack and b > -slack) or (a < slack and b < slack))


@kernel
def _may_be_used(
    corner: NDArray[np.float64], node: int, other: int, dx: float, dy: float, length: float
) -> bool:
    """Tell whether a shortest way may use a line: a tangent to the corners at both of its ends.

    `other` is -1 where the line ends in a door.
    """
    if node == other or not _is_tangent(corner, node, dx, dy, length):
        return False
    return other < 0 or _is_tangent(corner, other, dx, dy, length)


@allocating_kernel
def join_waypoints(
    nav: NavArrays,
    seen: NDArray[np.uint8],
    corner: NDArray[np.float64],
    members: NDArray[np.int32],
    member_ptr: NDArray[np.int32],
    margin: float,
    edge_count: NDArray[np.int32],
    edge_to: NDArray[np.int32],
    edge_m: NDArray[np.float64],
    gate_count: NDArray[np.int32],
    gate: NDArray[np.int32],
) -> tuple[int, int]:
    """Find all edges; with empty `edge_to` only count them. Returns the numbers of edges and of gates.

    Parameters
    ----------
    seen : uint8[n_waypoints + 2 n_doors, n_spaces]
        Spaces in possible sight.
    members, member_ptr : int32
        Waypoints of each space.
    edge_count : int32[n_waypoints + 2 n_doors]
        Filled with the number of edges of each row; the edges follow row by row.
    """
    open_doors = np.ones((nav.door_space.shape[0], 2), dtype=np.uint8)
    gates = np.empty(MAX_GATES, dtype=np.int32)
    n_ways, n_edges, n_gates = nav.way_x.shape[0], 0, 0
    is_filling = edge_to.shape[0] > 0
    for row in range(n_ways + 2 * nav.door_space.shape[0]):
        before = n_edges
        for space in range(seen.shape[1]):
            if seen[row, space] == 0:
                continue
            for k in range(member_ptr[space], member_ptr[space + 1]):
                node = wide(members[k])
                ax, ay = nav.way_x[node], nav.way_y[node]
                to_space, bx, by = waypoint_at(nav, row, ax, ay, margin)
                length = math.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
                if not _may_be_used(corner, node, row if row < n_ways else -1, bx - ax, by - ay, length):
                    continue
                n = follow(nav, open_doors, wide(nav.way_space[node]), ax, ay, to_space, bx, by, 0.0, gates)
                if n < 0:
                    continue
                if is_filling:
                    edge_to[n_edges], edge_m[n_edges], gate_count[n_edges] = node, length, n
                    for g in range(n):
                        gate[n_gates + g] = gates[g]
                n_edges += 1
                n_gates += n
        if row < n_ways and nav.way_gate[row] >= 0:
            # The far side of a flight's end: the same place in another frame, in the row beside this one.
            partner = partner_of(row, nav.way_gate[row])
            if is_filling:
                edge_to[n_edges], edge_m[n_edges], gate_count[n_edges] = partner, JOINT_M, 1
                gate[n_gates] = nav.way_gate[partner]
            n_edges += 1
            n_gates += 1
        edge_count[row] = n_edges - before
    return n_edges, n_gates
