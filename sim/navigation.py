"""Compiles a floor plan into arrays: the only file here that knows buildings and shapely.

Conventions. The walkable polygon of a space is its polygon and the half throats of its doors; its walls
are the boundary of that, with every door's mid-line as a wall of its own that opens for whoever uses the
door. All open air is one space, the last. A stair becomes a flight: a strip on a sheet of its own whose two
ends map onto the edges of the stairs spaces it joins.
"""

from __future__ import annotations

import itertools
import os
import pickle
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from math import hypot
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon, union_all
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from buildings.plan import OUT, Connector, Door, FloorPlan
from buildings.wings import wings
from sim.compiled import LOCKED_BY_RULE, PASSAGES, Leg, Navigation
from sim.errors import NavigationError
from sim.floor import (
    column,
    door_points,
    hidden_score,
    inner_point,
    lines,
    pointer,
    rings,
    solid_parts,
    standing_places,
    wall_grid,
)
from sim.kernels._jit import SOURCE_HASH, cache_folder
from sim.kernels.types import NavArrays
from sim.waypoints import add_waypoints, no_waypoints

_FLIGHT_GAP_M = 10.0


@dataclass
class _Side:
    """One side of a door while it is compiled: its space, frame and depth of the half throat."""

    space: int
    x: float
    y: float
    nx: float
    ny: float
    depth: float


@dataclass
class _Portal:
    """A door while it is compiled."""

    id: str
    sides: tuple[_Side, _Side]
    width: float
    door: Door | None


@dataclass
class _Walls:
    """Wall segments while they are collected, space by space."""

    rows: list[tuple[float, float, float, float, int, int, int]] = field(default_factory=list)

    def add_line(self, line: LineString, space: int, door: int, opaque: int) -> None:
        """Add every segment of a line."""
        for (x0, y0), (x1, y1) in zip(line.coords[:-1], line.coords[1:], strict=True):
            if hypot(x1 - x0, y1 - y0) > 1e-6:
                self.rows.append((x0, y0, x1, y1, space, door, opaque))


@lru_cache(maxsize=16)
def _compiled(plan_hash: str) -> Navigation:
    path = _cache_path(plan_hash)
    try:
        with path.open("rb") as file:
            nav = pickle.load(file)
        if isinstance(nav, Navigation) and nav.content_hash == plan_hash:
            return nav
    except (
        OSError,
        pickle.UnpicklingError,
        AttributeError,
        EOFError,
        ValueError,
        TypeError,
        ImportError,
        IndexError,
    ):
        pass  # absent, torn or from another version: compile again
    nav = _Compiler(_PENDING[plan_hash]).compile()
    _store(path, nav)
    return nav


_PENDING: dict[str, FloorPlan] = {}


def compile_plan(plan: FloorPlan) -> Navigation:
    """Compile a plan, or load it compiled from the cache by its content hash.

    Parameters
    ----------
    plan : FloorPlan
        A plan that passes the checks.

    Returns
    -------
    Navigation
        Arrays and queries; shared, never changed by a run.

    Raises
    ------
    NavigationError
        If a door or connector cannot be placed in its spaces.
    """
    plan_hash = plan.content_hash()
    _PENDING[plan_hash] = plan
    try:
        return _compiled(plan_hash)
    finally:
        _PENDING.pop(plan_hash, None)


def _cache_path(plan_hash: str) -> Path:
    own = sha256()
    for name in ("navigation.py", "compiled.py", "floor.py", "waypoints.py"):
        own.update((Path(__file__).parent / name).read_bytes())
    return cache_folder() / "plans" / f"{plan_hash[:24]}-{SOURCE_HASH}-{own.hexdigest()[:12]}.pickle"


def _store(path: Path, nav: Navigation) -> None:
    """Write atomically; a folder that cannot be written only costs the time to compile again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(handle, "wb") as file:
            pickle.dump(nav, file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(temporary, path)
    except OSError:
        return


class _Compiler:
    """Builds the arrays of one plan, step by step."""

    def __init__(self, plan: FloorPlan) -> None:
        self.plan = plan
        self.levels = [level.id for level in plan.levels]
        outdoors = {space.id for space in plan.spaces if plan.is_outside(space.id)}
        self.spaces = sorted((s for s in plan.spaces if s.id not in outdoors), key=lambda s: s.id)
        self.row = {space.id: row for row, space in enumerate(self.spaces)}
        self.connectors = sorted(
            (c for c in plan.connectors if c.kind in ("stairs", "ramp")), key=lambda c: c.id
        )
        self.n_plan = len(self.spaces)
        self.n_spaces = self.n_plan + len(self.connectors) + 1
        self.outside = self.n_spaces - 1
        for name in (*outdoors, OUT):
            self.row[name] = self.outside
        self.polygons: list[Polygon] = [orient(Polygon(s.polygon)) for s in self.spaces]
        self.sheets = [self.levels.index(s.level) for s in self.spaces]
        self._cut_walls()

    def _cut_walls(self) -> None:
        """Take solid inner walls out of the spaces that they stand in."""
        self.inner_lines: list[tuple[int, LineString, int]] = []
        if self.plan.walls == "between_spaces":
            return
        for wall in self.plan.walls:
            line = LineString(wall.line)
            for row, polygon in enumerate(self.polygons):
                if self.spaces[row].level == wall.level and polygon.intersects(line):
                    inside = polygon.intersection(line)
                    opaque = int(wall.kind in ("solid", "movable"))
                    self.inner_lines.extend((row, part, opaque) for part in lines(inside))

    def compile(self) -> Navigation:
        """Compile everything."""
        portals = self._portals()
        self._flights(portals)
        walls = self._walls(portals)
        arrays = add_waypoints(self._arrays(portals, walls))
        return self._navigation(arrays, portals)

    # -- doors -----------------------------------------------------------------------------------

    def _portals(self) -> list[_Portal]:
        portals = []
        for door in sorted(self.plan.doors, key=lambda d: d.id):
            a, b = (self.row[s] for s in door.between)
            if door.kind == "cubicle" or a == b:
                continue
            if a == self.outside:
                a, b = b, a
            (x0, y0), (x1, y1) = self.plan.door_line(door)
            x, y = (x0 + x1) / 2.0, (y0 + y1) / 2.0
            length = hypot(x1 - x0, y1 - y0)
            nx, ny = (y1 - y0) / length, -(x1 - x0) / length
            depth_a = self._depth(a, x, y, door.id)
            probe = 0.05 + depth_a
            if not self.polygons[a].buffer(1e-6).contains(Point(x - nx * probe, y - ny * probe)):
                nx, ny = -nx, -ny
            depth_b = depth_a if b == self.outside else self._depth(b, x, y, door.id)
            sides = (_Side(a, x, y, nx, ny, depth_a), _Side(b, x, y, -nx, -ny, depth_b))
            portals.append(_Portal(door.id, sides, min(door.width_m, length), door))
        return portals

    def _depth(self, space: int, x: float, y: float, door_id: str) -> float:
        gap = float(self.polygons[space].distance(Point(x, y)))
        if gap > 0.6:
            raise NavigationError(
                f"plan: door '{door_id}' lies {gap:.2f} m from space '{self.spaces[space].id}'; "
                "it must touch it. Run `firstminutes plan check` on the file."
            )
        return gap

    def _flights(self, portals: list[_Portal]) -> None:
        """Turn every connector into a strip on the sheet of flights, with a portal at each end."""
        self.flight_ends: dict[int, tuple[tuple[int, float, float], tuple[int, float, float]]] = {}
        self.flight_origin: dict[int, tuple[float, float, float]] = {}
        elevation = {level.id: level.elevation_m for level in self.plan.levels}
        for number, connector in enumerate(self.connectors):
            row = self.n_plan + number
            low, high = sorted(connector.ends, key=lambda end: elevation[end.level])
            y0, length, width = number * _FLIGHT_GAP_M, connector.length_m, connector.width_m
            middle = y0 + width / 2.0
            self.polygons.append(Polygon([(0, y0), (length, y0), (length, y0 + width), (0, y0 + width)]))
            self.sheets.append(len(self.levels))
            self.flight_origin[row] = (0.0, y0, length)
            ends = []
            for end, x, nx in ((low, 0.0, -1.0), (high, length, 1.0)):
                space = self.row[end.space]
                ex, ey, enx, eny = self._edge_frame(space, end.at, connector)
                sides = (_Side(space, ex, ey, enx, eny, 0.0), _Side(row, x, middle, nx, 0.0, 0.0))
                name = f"{connector.id}:{'low' if nx < 0 else 'high'}"
                portals.append(_Portal(name, sides, width, None))
                ends.append((self.levels.index(end.level), float(ex), float(ey)))
            self.flight_ends[row] = (ends[0], ends[1])

    def _edge_frame(
        self, space: int, at: tuple[float, float], connector: Connector
    ) -> tuple[float, float, float, float]:
        """Return the foot of a point on the nearest edge of a space, and the outward normal there."""
        ring = np.asarray(self.polygons[space].exterior.coords)
        best = (np.inf, 0.0, 0.0, 0.0, 0.0)
        for (x0, y0), (x1, y1) in itertools.pairwise(ring):
            length = hypot(x1 - x0, y1 - y0)
            ux, uy = (x1 - x0) / length, (y1 - y0) / length
            half = min(connector.width_m / 2.0, length / 2.0)
            along = min(max((at[0] - x0) * ux + (at[1] - y0) * uy, half), length - half)
            fx, fy = x0 + along * ux, y0 + along * uy
            away = hypot(at[0] - fx, at[1] - fy)
            if away < best[0]:
                best = (away, fx, fy, uy, -ux)  # the ring runs counter-clockwise: outward is to the right
        if best[0] > 1.5:
            raise NavigationError(
                f"plan: connector '{connector.id}' ends {best[0]:.1f} m away from the edge of space "
                f"'{self.spaces[space].id}'; put its end on an edge of that space."
            )
        return best[1], best[2], best[3], best[4]

    # -- walls -----------------------------------------------------------------------------------

    def _walls(self, portals: list[_Portal]) -> _Walls:
        """Collect the boundary of every space, its doors' mid-lines apart."""
        walls = _Walls()
        throats: dict[int, list[BaseGeometry]] = {}
        midlines: dict[int, list[tuple[int, LineString]]] = {}
        for number, portal in enumerate(portals):
            for side in portal.sides:
                if side.space == self.outside:
                    continue
                tx, ty, half = -side.ny, side.nx, portal.width / 2.0
                a = (side.x - half * tx, side.y - half * ty)
                b = (side.x + half * tx, side.y + half * ty)
                midlines.setdefault(side.space, []).append((number, LineString([a, b])))
                if side.depth > 1e-6:
                    back = side.depth + 0.01
                    c, d = (
                        (b[0] - back * side.nx, b[1] - back * side.ny),
                        (a[0] - back * side.nx, a[1] - back * side.ny),
                    )
                    throats.setdefault(side.space, []).append(Polygon([a, b, c, d]))
        for row, polygon in enumerate(self.polygons):
            area = union_all([polygon, *throats.get(row, [])])
            mine = midlines.get(row, [])
            gaps = [(line.coords[0], line.coords[-1]) for _, line in mine]
            for ring in rings(area):
                for start, end in solid_parts(ring, gaps):
                    walls.add_line(LineString([start, end]), row, -1, 1)
            for inner_row, line, opaque in self.inner_lines:
                if inner_row == row:
                    walls.add_line(line, row, -1, opaque)
            for number, line in mine:
                walls.add_line(line, row, number, 1)
        return walls

    # -- arrays ----------------------------------------------------------------------------------

    def _arrays(self, portals: list[_Portal], walls: _Walls) -> NavArrays:
        n = len(portals)
        frame = np.array(
            [[(s.space, s.x, s.y, s.nx, s.ny, s.depth) for s in p.sides] for p in portals], dtype=np.float64
        ).reshape(n, 2, 6)
        door_space = frame[:, :, 0].astype(np.int32)
        entries: list[list[tuple[int, int]]] = [[] for _ in range(self.n_spaces)]
        for door in range(n):
            for side in range(2):
                entries[door_space[door, side]].append((door, side))
        degree = np.array([len(e) for e in entries])
        flat = [pair for e in entries for pair in e]
        table = np.array(walls.rows, dtype=np.float64).reshape(-1, 7)
        inner = [inner_point(polygon) for polygon in self.polygons] + [(0.0, 0.0)]
        sheets = np.array([*self.sheets, len(self.levels) + 1], dtype=np.int32)
        grid = wall_grid(table, sheets)
        bent = {row for row, _, _ in self.inner_lines}
        convex = [
            row not in bent and p.convex_hull.area - p.area < 1e-6 for row, p in enumerate(self.polygons)
        ]
        return NavArrays(
            door_space=np.ascontiguousarray(door_space),
            door_x=column(frame, 1),
            door_y=column(frame, 2),
            door_nx=column(frame, 3),
            door_ny=column(frame, 4),
            door_depth=column(frame, 5),
            door_half_w=np.array([p.width / 2.0 for p in portals]),
            space_sheet=sheets,
            space_flight=np.array(
                [1 if self.n_plan <= row < self.outside else 0 for row in range(self.n_spaces)], dtype=np.int8
            ),
            space_convex=np.array([*convex, True], dtype=np.uint8),
            space_speed=np.ones(self.n_spaces),
            space_door_ptr=pointer(degree),
            space_door=np.array([d for d, _ in flat], dtype=np.int32),
            space_door_side=np.array([s for _, s in flat], dtype=np.int8),
            inner_x=np.array([x for x, _ in inner]),
            inner_y=np.array([y for _, y in inner]),
            wall_x0=table[:, 0].copy(),
            wall_y0=table[:, 1].copy(),
            wall_x1=table[:, 2].copy(),
            wall_y1=table[:, 3].copy(),
            wall_space=table[:, 4].astype(np.int32),
            wall_door=table[:, 5].astype(np.int32),
            wall_opaque=table[:, 6].astype(np.uint8),
            space_wall_ptr=pointer(np.bincount(table[:, 4].astype(np.int64), minlength=self.n_spaces)),
            **grid,
            **no_waypoints(),
        )

    # -- everything else -------------------------------------------------------------------------

    def _navigation(self, nav: NavArrays, portals: list[_Portal]) -> Navigation:
        wing_of = wings(self.plan)
        flights = [c.id for c in self.connectors]
        use = [s.use for s in self.spaces] + ["flight"] * len(flights) + ["outside"]
        spot_ptr, spot_x, spot_y, hide = self._spots(nav, use)
        locks = [self._lock_flags(p, use) for p in portals]
        bounds = union_all(self.polygons[: self.n_plan]).bounds
        return Navigation(
            content_hash=self.plan.content_hash(),
            arrays=nav,
            space_ids=tuple([s.id for s in self.spaces] + flights + [OUT]),
            door_ids=tuple([p.id for p in portals]),
            level_ids=tuple(self.levels),
            use=tuple(use),
            wing=tuple([wing_of.get(s.id, "") for s in self.spaces] + [""] * (len(flights) + 1)),
            capacity=tuple([s.capacity or 0 for s in self.spaces] + [0] * (len(flights) + 1)),
            area_m2=np.array([p.area for p in self.polygons] + [0.0]),
            space_level=np.array([*self.sheets[: self.n_plan], *[0] * (len(flights) + 1)], dtype=np.int32),
            can_lock=np.array([lock[0] for lock in locks], dtype=np.uint8),
            has_leaf=np.array([lock[1] for lock in locks], dtype=np.uint8),
            normally_closed=np.array([lock[2] for lock in locks], dtype=np.uint8),
            glazed=np.array([lock[3] for lock in locks], dtype=np.uint8),
            free_egress=np.array([lock[4] for lock in locks], dtype=np.uint8).reshape(-1, 2),
            spot_ptr=spot_ptr,
            spot_x=spot_x,
            spot_y=spot_y,
            hide_order=hide,
            flight_ends=self.flight_ends,
            flight_origin=self.flight_origin,
            bounds=(float(bounds[0]), float(bounds[2]), float(bounds[1]), float(bounds[3])),
        )

    def _lock_flags(self, portal: _Portal, use: list[str]) -> tuple[int, int, int, int, tuple[int, int]]:
        """Return can lock, has a leaf, normally closed, glazed, and free egress per side.

        A door without lock data is taken to lock where it belongs to a classroom or leads outside; the plan
        check lists such doors, so this is a stated assumption.
        """
        door = portal.door
        a, b = (side.space for side in portal.sides)
        if door is None or door.kind == "opening":
            return 0, 0, 0, 1, (1, 1)
        leads_out = b == self.outside
        lock = door.lock
        assumed = leads_out or any(use[s] in LOCKED_BY_RULE for s in (a, b))
        can_lock = assumed if lock is None or lock.can_lock is None else lock.can_lock
        closed = lock is None or lock.normally != "open"
        egress = [0, 0]
        for k, space in enumerate((a, b)):
            inside_room = use[space] not in PASSAGES
            listed = lock is not None and bool(lock.from_) and self.space_id(space) in lock.from_
            free = lock is None or lock.exit_always
            egress[k] = int(
                free and (listed or (leads_out and k == 0) or (inside_room and not (lock and lock.from_)))
            )
        return int(can_lock), 1, int(closed), int(door.glazing != "none"), (egress[0], egress[1])

    def space_id(self, row: int) -> str:
        """Return the id of a plan space by row."""
        return self.spaces[row].id if row < self.n_plan else OUT

    def _spots(
        self, nav: NavArrays, use: list[str]
    ) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
        """Lay out standing places: a lattice clear of walls and doors, and the same out of sight first."""
        counts, xs, ys, orders = [], [], [], []
        for row in range(self.n_spaces):
            spots = (
                standing_places(self.polygons[row], door_points(nav, row), self._wanted(row))
                if row < self.n_plan
                else np.zeros((1, 2))
            )
            counts.append(len(spots))
            xs.append(spots[:, 0])
            ys.append(spots[:, 1])
            orders.append(np.argsort(-hidden_score(nav, row, spots), kind="stable"))
        return (
            pointer(np.array(counts)),
            np.concatenate(xs),
            np.concatenate(ys),
            np.concatenate(orders).astype(np.int32),
        )

    def _wanted(self, row: int) -> int:
        return (self.spaces[row].capacity or 0) + 2


__all__ = ["Leg", "Navigation", "compile_plan"]
