"""Waypoints of a compiled plan: the corners that shortest ways bend at, found from the walls.

Walls run with the walkable side on their left; a door's mid-line takes the place of the wall that it opens.
So a corner is a place where one wall ends and another begins, and it reaches into the room where the free
angle between them is more than half a turn, whichever spaces share that angle.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernels.geometry import is_clear
from sim.kernels.joining import join_waypoints, seen_from
from sim.kernels.steering import MARGIN_M
from sim.kernels.types import NavArrays
from sim.place.shapes import SAME_PLACE_M

BODY_MARGIN_M = MARGIN_M
"""Distance that a walking line keeps from corners and jambs (m): what the kernels steer by."""

_TIP = 1.75 * math.pi
"""The end of a thin wall: a free angle of more than this gets two waypoints."""

_STRAIGHT = 1e-3
"""Walls that meet at less than this are straight (rad): coordinates are rounded, and walls may be short."""

_JOINT_PITCH_M = 0.4
_HAIR_M = 1e-3
_LANE_M = 10.0

Vertex = tuple[int, float, float]
"""A sheet and a place on it. Ends of walls that meet are equal to the bit (`shapes.welded`)."""

Line = tuple[float, float, float, float]


@dataclass
class _Ends:
    """The walls that end and begin at one place of a sheet: unit directions and spaces."""

    incoming: list[tuple[float, float, int]] = field(default_factory=list)
    outgoing: list[tuple[float, float, int]] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0


@dataclass
class _Found:
    """Waypoints while they are collected."""

    space: list[int] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    out: list[tuple[float, float]] = field(default_factory=list)
    gate: list[int] = field(default_factory=list)
    corner: list[tuple[float, float, float, float]] = field(default_factory=list)
    bend_at: list[Vertex] = field(default_factory=list)

    def add(
        self,
        space: int,
        x: float,
        y: float,
        gate: int,
        corner: tuple[float, float, float, float],
        out: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.space.append(space)
        self.x.append(x)
        self.y.append(y)
        self.out.append(out)
        self.gate.append(gate)
        self.corner.append(corner)


def add_waypoints(nav: NavArrays) -> NavArrays:
    """Return the arrays of a plan with waypoints, their edges and the waypoints that each space may see."""
    found = _Found()
    _corners(nav, found)
    _flight_ends(nav, found)
    nav = nav._replace(
        way_space=np.array(found.space, dtype=np.int32),
        way_x=np.array(found.x, dtype=np.float64),
        way_y=np.array(found.y, dtype=np.float64),
        way_out_x=np.array([x for x, _ in found.out], dtype=np.float64),
        way_out_y=np.array([y for _, y in found.out], dtype=np.float64),
        way_gate=np.array(found.gate, dtype=np.int32),
        door_jamb=_jambs(nav, found.bend_at),
    )
    return _joined(nav, np.array(found.corner, dtype=np.float64).reshape(-1, 4))


def no_waypoints() -> dict[str, Any]:
    """Return empty arrays for the waypoint fields, to begin with."""
    none_i, none_f = np.zeros(0, dtype=np.int32), np.zeros(0)
    return {
        "way_space": none_i, "way_x": none_f, "way_y": none_f, "way_gate": none_i,
        "way_out_x": none_f, "way_out_y": none_f,
        "edge_ptr": none_i, "edge_to": none_i, "edge_m": none_f, "edge_gate_ptr": none_i, "edge_gate": none_i,
        "space_way_ptr": none_i, "space_way": none_i, "space_way_gate": none_i,
    }  # fmt: skip


# -- corners ---------------------------------------------------------------------------------------


def _corners(nav: NavArrays, found: _Found) -> None:
    """Find the corners that reach into the room."""
    places: dict[Vertex, _Ends] = defaultdict(_Ends)
    outlines = []
    for space in range(len(nav.space_sheet) - 1):
        walls, outline = _directed_walls(nav, space)
        outlines.append(np.array(outline, dtype=np.float64).reshape(-1, 4))
        for x0, y0, x1, y1 in (*walls, *_ways_out(nav, space)):
            length = math.hypot(x1 - x0, y1 - y0)
            ux, uy = (x1 - x0) / length, (y1 - y0) / length
            for x, y, is_end in ((x0, y0, False), (x1, y1, True)):
                ends = places[(int(nav.space_sheet[space]), x, y)]
                ends.x, ends.y = x, y
                (ends.incoming if is_end else ends.outgoing).append((ux, uy, space))
    outlines.append(np.zeros((0, 4)))  # the open air
    for ends in places.values():
        _corners_at(nav, outlines, ends, found)


def _ways_out(nav: NavArrays, space: int) -> list[Line]:
    """Return the mid-lines of the exits of a space: the floor ends there, and ways bend as at walls."""
    outside = len(nav.space_sheet) - 1
    return [
        (float(nav.wall_x0[w]), float(nav.wall_y0[w]), float(nav.wall_x1[w]), float(nav.wall_y1[w]))
        for w in range(nav.space_wall_ptr[space], nav.space_wall_ptr[space + 1])
        if nav.wall_door[w] >= 0 and outside in nav.door_space[nav.wall_door[w]]
    ]


def _directed_walls(nav: NavArrays, space: int) -> tuple[list[Line], list[Line]]:
    """Return the walls of a space, those that stand free in it once in each direction, and its outline.

    The outline is what encloses the space: its doors belong to it, walls that stand free do not.
    """
    first, last = int(nav.space_wall_ptr[space]), int(nav.space_wall_ptr[space + 1])
    rows = [
        (float(nav.wall_x0[w]), float(nav.wall_y0[w]), float(nav.wall_x1[w]), float(nav.wall_y1[w]))
        for w in range(first, last)
        if nav.wall_door[w] < 0
    ]
    outline = [
        (float(nav.wall_x0[w]), float(nav.wall_y0[w]), float(nav.wall_x1[w]), float(nav.wall_y1[w]))
        for w in range(first, last)
        if nav.wall_door[w] >= 0
    ]
    jambs = {end for row in outline for end in (row[:2], row[2:])}
    starts = {row[:2] for row in rows} | jambs
    ends = {row[2:] for row in rows} | jambs
    chains: list[list[Line]] = []
    for row in rows:
        if chains and chains[-1][-1][2:] == row[:2]:
            chains[-1].append(row)
        else:
            chains.append([row])
    result = []
    for chain in chains:
        result += chain
        if chain[0][:2] not in ends or chain[-1][2:] not in starts:
            result += [(x1, y1, x0, y0) for x0, y0, x1, y1 in chain]
        else:
            outline += chain
    return result, outline


def _corners_at(nav: NavArrays, outlines: list[NDArray[np.float64]], ends: _Ends, found: _Found) -> None:
    """Add the waypoints of one place: one for every free angle of more than half a turn."""
    spaces = sorted({s for _, _, s in ends.incoming} | {s for _, _, s in ends.outgoing})
    for vx, vy, _ in ends.outgoing:
        begin = math.atan2(vy, vx)
        best = math.inf
        for ux, uy, _ in ends.incoming:
            angle = (math.atan2(-uy, -ux) - begin) % (2.0 * math.pi)
            best = min(best, angle if angle > _STRAIGHT else 2.0 * math.pi)
        if not math.pi + _STRAIGHT < best < math.inf:
            continue
        found.bend_at.append((int(nav.space_sheet[spaces[0]]), ends.x, ends.y))
        corner = (math.cos(begin + best), math.sin(begin + best), vx, vy)
        middle = begin + best / 2.0
        turns = (-math.pi / 4.0, math.pi / 4.0) if best > _TIP else (0.0,)
        for turn in turns:
            dx, dy = math.cos(middle + turn), math.sin(middle + turn)
            x, y = ends.x + BODY_MARGIN_M * dx, ends.y + BODY_MARGIN_M * dy
            _place(nav, outlines, spaces, x, y, (dx, dy), corner, found)


def _place(
    nav: NavArrays,
    outlines: list[NDArray[np.float64]],
    spaces: list[int],
    x: float,
    y: float,
    away: tuple[float, float],
    corner: tuple[float, float, float, float],
    found: _Found,
) -> None:
    """Add a waypoint in the space that it lies in; one on a door's mid-line on either side of it."""
    for space in spaces:
        for w in range(nav.space_wall_ptr[space], nav.space_wall_ptr[space + 1]):
            door = int(nav.wall_door[w])
            if door < 0:
                continue
            side = 0 if nav.door_space[door, 0] == space else 1
            nx, ny = float(nav.door_nx[door, side]), float(nav.door_ny[door, side])
            rx, ry = x - float(nav.door_x[door, side]), y - float(nav.door_y[door, side])
            depth, lateral = rx * nx + ry * ny, ry * nx - rx * ny
            if abs(depth) < 2.0 * _HAIR_M and abs(lateral) < nav.door_half_w[door]:
                for name, sign in ((space, -1.0), (int(nav.door_space[door, 1 - side]), 1.0)):
                    if name != len(nav.space_sheet) - 1:
                        shift = sign * _HAIR_M - depth
                        found.add(name, x + shift * nx, y + shift * ny, -1, corner)
                return
    for space in spaces:
        if _contains(outlines[space], x, y):
            found.add(space, x, y, -1, corner, _lane(nav, space, x, y, away))
            return
    ring, tried = spaces, set(spaces)
    while ring:
        ring = [space for space in _neighbours(nav, ring) if space not in tried]
        tried.update(ring)
        for space in ring:
            if _contains(outlines[space], x, y):
                found.add(space, x, y, -1, corner)
                return


def _lane(nav: NavArrays, space: int, x: float, y: float, away: tuple[float, float]) -> tuple[float, float]:
    """Return the vector from a waypoint away from its corner, to where a wall or a door is near (m)."""
    reach = _LANE_M
    while reach > 0.0 and not is_clear(
        nav, space, x, y, x + (reach + BODY_MARGIN_M) * away[0], y + (reach + BODY_MARGIN_M) * away[1]
    ):
        reach -= 0.1
    reach = max(0.0, reach)
    return reach * away[0], reach * away[1]


def _neighbours(nav: NavArrays, spaces: list[int]) -> list[int]:
    """Return the spaces behind the doors of some spaces, on the same sheet."""
    behind = set()
    for space in spaces:
        for k in range(nav.space_door_ptr[space], nav.space_door_ptr[space + 1]):
            door = nav.space_door[k]
            behind |= {int(s) for s in nav.door_space[door]}
    return sorted(s for s in behind if nav.space_sheet[s] == nav.space_sheet[spaces[0]] and s not in spaces)


def _contains(outline: NDArray[np.float64], x: float, y: float) -> bool:
    """Tell whether a point lies in a space: a ray to the right crosses its outline an odd number of times."""
    x0, y0, x1, y1 = outline.T
    straddles = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return bool((straddles & (at > x)).sum() % 2)


def _jambs(nav: NavArrays, bend_at: list[Vertex]) -> NDArray[np.uint8]:
    """Return at which ends of each door a corner reaches into the room: `NavArrays.door_jamb`.

    It stands at the end of the mid-line, or at a face of the wall. Where a wall just runs on past an opening,
    or where only another opening begins, nobody has to keep away from anything.
    """
    found = np.zeros((len(nav.door_space), 2), dtype=np.uint8)
    places = np.array(bend_at, dtype=np.float64).reshape(-1, 3)
    for door, (a, _) in enumerate(nav.door_space):
        here = places[places[:, 0] == nav.space_sheet[a], 1:]
        nx, ny = float(nav.door_nx[door, 0]), float(nav.door_ny[door, 0])
        off = here - (nav.door_x[door, 0], nav.door_y[door, 0])
        depth, lateral = off @ (nx, ny), off @ (-ny, nx)
        near = np.abs(depth) < nav.door_depth[door].max() + SAME_PLACE_M
        for end, sign in enumerate((-1.0, 1.0)):
            beside = np.abs(lateral - sign * nav.door_half_w[door]) < SAME_PLACE_M
            found[door, end] = (near & beside).any()
    return found


def _flight_ends(nav: NavArrays, found: _Found) -> None:
    """Add pairs of waypoints across the ends of flights, close enough that ways stay straight."""
    outside = len(nav.space_sheet) - 1
    for door in range(len(nav.door_space)):
        a, b = (int(s) for s in nav.door_space[door])
        if outside in (a, b) or nav.space_sheet[a] == nav.space_sheet[b]:
            continue
        reach = max(0.0, float(nav.door_half_w[door]) - BODY_MARGIN_M)
        for lateral in np.linspace(-reach, reach, 1 + math.ceil(2.0 * reach / _JOINT_PITCH_M)):
            for side, sign in ((0, 1.0), (1, -1.0)):
                nx, ny = float(nav.door_nx[door, side]), float(nav.door_ny[door, side])
                x = float(nav.door_x[door, side]) - sign * lateral * ny - _HAIR_M * nx
                y = float(nav.door_y[door, side]) + sign * lateral * nx - _HAIR_M * ny
                found.add((a, b)[side], x, y, 2 * door + side, (math.nan,) * 4)


# -- the graph -------------------------------------------------------------------------------------


def _joined(nav: NavArrays, corner: NDArray[np.float64]) -> NavArrays:
    """Return the arrays with the edges between waypoints and the list of waypoints that a space may see."""
    n_rows, n_spaces = len(nav.way_x) + 2 * len(nav.door_space), len(nav.space_sheet)
    seen = np.zeros((n_rows, n_spaces), dtype=np.uint8)
    passed = np.zeros((n_rows, 2 * len(nav.door_space)), dtype=np.uint8)
    seen_from(nav, BODY_MARGIN_M, seen, passed)
    members, member_ptr = _by_space(nav.way_space, n_spaces)
    row_space = np.concatenate([nav.way_space, nav.door_space.ravel()])
    counts = np.zeros(n_rows, dtype=np.int32)
    none_i, none_f = np.zeros(0, dtype=np.int32), np.zeros(0)
    arguments = (nav, seen, corner, members, member_ptr, BODY_MARGIN_M, counts)
    n_edges, n_gates = join_waypoints(*arguments, none_i, none_f, none_i, none_i)
    edge_to, edge_m = np.zeros(n_edges + 1, dtype=np.int32), np.zeros(n_edges + 1)
    gate_count, gate_list = np.zeros(n_edges + 1, dtype=np.int32), np.zeros(n_gates, dtype=np.int32)
    join_waypoints(*arguments, edge_to, edge_m, gate_count, gate_list)
    node, gate_there = np.nonzero(passed)
    first = gate_there ^ 1  # the same door, from the other side
    entries = np.concatenate(
        [
            np.column_stack([row_space, np.arange(n_rows), np.full(n_rows, -1)])[row_space < n_spaces - 1],
            np.column_stack([nav.door_space.ravel()[first], node, first]),
        ]
    )
    entries = entries[np.lexsort((entries[:, 2], entries[:, 1], entries[:, 0]))]
    return nav._replace(
        edge_ptr=_pointer(counts),
        edge_to=edge_to[:-1].copy(),
        edge_m=edge_m[:-1].copy(),
        edge_gate_ptr=_pointer(gate_count[:-1]),
        edge_gate=gate_list,
        space_way_ptr=_pointer(np.bincount(entries[:, 0], minlength=n_spaces)),
        space_way=entries[:, 1].astype(np.int32),
        space_way_gate=entries[:, 2].astype(np.int32),
    )


def _by_space(space: NDArray[np.int32], n_spaces: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    order = np.argsort(space, kind="stable").astype(np.int32)
    return order, _pointer(np.bincount(space, minlength=n_spaces))


def _pointer(counts: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
