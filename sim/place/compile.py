"""Turns a floor plan into a layout and what its parts mean: the only file here that knows buildings.

A stair becomes a flight; spaces of use `outdoors` become the open air; locks, wings and standing places are
kept beside the layout. `sim.place.arrays` makes arrays of it.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from functools import lru_cache
from math import hypot
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.polygon import orient

import buildings
from buildings.plan import OUT, ConnectorEnd, Door, FloorPlan
from buildings.wings import wings
from sim import kernels, streams
from sim.errors import NavigationError
from sim.kernels._cache import LIBRARIES, cache_folder, hash_of
from sim.kernels.types import NavArrays
from sim.place.arrays import bounds_of, compile_layout, flight_tables, need_kernels
from sim.place.compiled import LOCKED_BY_RULE, PASSAGES
from sim.place.layout import (
    Flight,
    FlightEnd,
    InnerWall,
    Layout,
    LayoutSpace,
    Portal,
    Side,
    edge_frame,
    lay_flight,
    ring_edges,
)
from sim.place.navigation import Leg, Navigation
from sim.place.shapes import door_points, hidden_score, lines, pointer, standing_places

MADE_BY = hash_of(
    [
        Path(buildings.__file__).parent,
        Path(__file__).parent,
        Path(kernels.__file__).parent,
        Path(streams.__file__),
    ],
    (*LIBRARIES, f"shapely {shapely.__version__}", f"GEOS {shapely.geos_version_string}"),
)
"""What a compiled plan is kept under, beside its content: all that has a part in making it."""


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
        If a door or connector cannot be placed in its spaces, or kernels are not compiled.
    """
    need_kernels()
    return _compiled(plan)


@lru_cache(maxsize=16)
def _compiled(plan: FloorPlan) -> Navigation:
    path = cache_folder() / "plans" / f"{plan.content_hash()[:24]}-{MADE_BY}.pickle"
    nav = _stored(path)
    if nav is None or nav.content_hash != plan.content_hash():
        nav = _Compiler(plan).compile()
        _store(path, nav)
    return nav


def _stored(path: Path) -> Navigation | None:
    try:
        with path.open("rb") as file:
            nav = pickle.load(file)
    except Exception:  # absent, or torn, and then a pickle may raise anything: compile again
        return None
    return nav if isinstance(nav, Navigation) else None


def layout_of(plan: FloorPlan) -> Layout:
    """Return the spaces, doors, inner walls and flights of a plan, in the order of its compiled rows."""
    return _Compiler(plan).layout()


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
    """Makes the layout of one plan, and the meaning of its parts."""

    def __init__(self, plan: FloorPlan) -> None:
        self.plan = plan
        # From the ground up: the order of the file decides nothing, as the content hash has it.
        self.levels = [level.id for level in sorted(plan.levels, key=lambda one: (one.elevation_m, one.id))]
        outdoors = {space.id for space in plan.spaces if plan.is_outside(space.id)}
        self.spaces = sorted((s for s in plan.spaces if s.id not in outdoors), key=lambda s: s.id)
        self.row = {space.id: row for row, space in enumerate(self.spaces)}
        self.connectors = sorted(
            (c for c in plan.connectors if c.kind in ("stairs", "ramp")), key=lambda c: c.id
        )
        self.n_plan = len(self.spaces)
        self.outside = self.n_plan + len(self.connectors)
        for name in (*outdoors, OUT):
            self.row[name] = self.outside
        self.polygons: list[Polygon] = [orient(Polygon(s.polygon)) for s in self.spaces]
        self.doors: dict[str, Door] = {}

    def compile(self) -> Navigation:
        """Compile everything."""
        layout = self.layout()
        return self._navigation(compile_layout(layout), layout)

    def layout(self) -> Layout:
        """Return the plan's spaces, doors, inner walls and flights."""
        spaces = [
            LayoutSpace(s.id, polygon, self.levels.index(s.level))
            for s, polygon in zip(self.spaces, self.polygons, strict=True)
        ]
        portals = self._portals()
        flights = []
        for number in range(len(self.connectors)):
            strip, flight, ends = self._flight(number)
            spaces.append(strip)
            flights.append(flight)
            portals.extend(ends)
        return Layout(
            len(self.levels), tuple(spaces), tuple(portals), tuple(self._inner_walls()), tuple(flights)
        )

    def _inner_walls(self) -> list[InnerWall]:
        """Return the walls that stand in spaces, cut to each."""
        found: list[InnerWall] = []
        if self.plan.walls == "between_spaces":
            return found
        for wall in self.plan.walls:
            line = LineString(wall.line)
            for row, polygon in enumerate(self.polygons):
                if self.spaces[row].level == wall.level and polygon.intersects(line):
                    inside = polygon.intersection(line)
                    opaque = int(wall.kind in ("solid", "movable"))
                    found.extend(InnerWall(row, part, opaque) for part in lines(inside))
        return found

    # -- doors -----------------------------------------------------------------------------------

    def _portals(self) -> list[Portal]:
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
            sides = (Side(a, x, y, nx, ny, depth_a), Side(b, x, y, -nx, -ny, depth_b))
            portals.append(Portal(door.id, sides, min(door.width_m, length)))
            self.doors[door.id] = door
        return portals

    def _depth(self, space: int, x: float, y: float, door_id: str) -> float:
        gap = float(self.polygons[space].distance(Point(x, y)))
        if gap > 0.6:
            raise NavigationError(
                f"plan: door '{door_id}' lies {gap:.2f} m from space '{self.spaces[space].id}'; "
                "it must touch it. Run `firstminutes plan check` on the file."
            )
        return gap

    def _flight(self, number: int) -> tuple[LayoutSpace, Flight, tuple[Portal, Portal]]:
        """Return a connector as a strip on the sheet of flights, with a portal at each end."""
        connector = self.connectors[number]
        elevation = {level.id: level.elevation_m for level in self.plan.levels}
        low, high = (
            self._flight_end(end, connector.id, connector.width_m)
            for end in sorted(connector.ends, key=lambda end: elevation[end.level])
        )
        length, width = connector.length_m, connector.width_m
        row, sheet = self.n_plan + number, len(self.levels)
        return lay_flight(connector.id, number, row, sheet, length, width, (low, high))

    def _flight_end(self, end: ConnectorEnd, name: str, width: float) -> FlightEnd:
        """Return the opening of a connector on the nearest edge of the space that it ends in."""
        space = self.row[end.space]
        away, x, y, nx, ny = edge_frame(ring_edges(self.polygons[space]), end.at, width)
        if away > 1.5:
            raise NavigationError(
                f"plan: connector '{name}' ends {away:.1f} m away from the edge of space "
                f"'{self.spaces[space].id}'; put its end on an edge of that space."
            )
        return FlightEnd(space, self.levels.index(end.level), x, y, nx, ny)

    # -- meaning -----------------------------------------------------------------------------------

    def _navigation(self, nav: NavArrays, layout: Layout) -> Navigation:
        wing_of = wings(self.plan)
        flights = [c.id for c in self.connectors]
        use = [s.use for s in self.spaces] + ["flight"] * len(flights) + ["outside"]
        spot_ptr, spot_x, spot_y, hide = self._spots(nav, use)
        locks = [self._lock_flags(p, use) for p in layout.portals]
        flight_ends, flight_origin = flight_tables(layout)
        return Navigation(
            content_hash=self.plan.content_hash(),
            arrays=nav,
            space_ids=tuple([s.id for s in self.spaces] + flights + [OUT]),
            door_ids=tuple([p.id for p in layout.portals]),
            level_ids=tuple(self.levels),
            use=tuple(use),
            wing=tuple([wing_of.get(s.id, "") for s in self.spaces] + [""] * (len(flights) + 1)),
            capacity=tuple([s.capacity or 0 for s in self.spaces] + [0] * (len(flights) + 1)),
            area_m2=np.array([s.polygon.area for s in layout.spaces] + [0.0]),
            space_level=np.array([*layout.sheets[: self.n_plan], *[0] * (len(flights) + 1)], dtype=np.int32),
            can_lock=np.array([lock[0] for lock in locks], dtype=np.uint8),
            has_leaf=np.array([lock[1] for lock in locks], dtype=np.uint8),
            normally_closed=np.array([lock[2] for lock in locks], dtype=np.uint8),
            glazed=np.array([lock[3] for lock in locks], dtype=np.uint8),
            free_egress=np.array([lock[4] for lock in locks], dtype=np.uint8).reshape(-1, 2),
            spot_ptr=spot_ptr,
            spot_x=spot_x,
            spot_y=spot_y,
            hide_order=hide,
            flight_ends=flight_ends,
            flight_origin=flight_origin,
            bounds=bounds_of(layout),
        )

    def _lock_flags(self, portal: Portal, use: list[str]) -> tuple[int, int, int, int, tuple[int, int]]:
        """Return can lock, has a leaf, normally closed, glazed, and free egress per side.

        A door without lock data is taken to lock where it belongs to a classroom or leads outside; the plan
        check lists such doors, so this is a stated assumption.
        """
        door = self.doors.get(portal.id)
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
        for row in range(self.outside + 1):
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


__all__ = ["Leg", "Navigation", "compile_plan", "layout_of"]
