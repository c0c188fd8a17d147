"""The floor of a crowd: bare polygons or a building, compiled, with the names of what lies on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, get_coordinates, linestrings, points, shortest_line, union_all
from shapely.geometry.base import BaseGeometry

from sim.crowd.bare import CompiledFloor, StairFactors, compile_bare, on_level
from sim.crowd.input import (
    CHOICE,
    NEAREST,
    On,
    Point,
    Stair,
    Zone,
    area_of,
    check_names,
    is_line,
    line_of,
    point_of,
    positive,
    some_of,
)
from sim.crowd.overlay import Drawn
from sim.crowd.ways import Destination, Ways
from sim.errors import CrowdError, closest
from sim.given.building import load_building
from sim.given.parameters import ParameterTable
from sim.place.arrays import throats
from sim.place.compile import compile_plan, layout_of
from sim.place.layout import Layout
from sim.place.shapes import door_points, standing_places

if TYPE_CHECKING:
    from buildings.plan import FloorPlan


OFF_WALL_M = 1e-3
"""Who is put down on a wall stands so far off it (m)."""


class Floor:
    """A floor on which a crowd walks.

    Parameters
    ----------
    walkable : shapely Polygon or MultiPolygon, sequence of points, or mapping
        The walkable area (m, holes allowed), or one by name of level.
    exits : mapping
        Areas, or lines on the edge, by name; who passes the edge of an exit is out.
    areas : mapping
        Named areas that can be destinations, reached on entering.
    doors : mapping
        Lines that can close, by name; each runs from wall to wall.
    zones : sequence of Zone
        Parts where everybody is slower or faster.
    stairs : sequence of Stair
        Stairs between levels.

    Notes
    -----
    What lies on a level other than the first is given as `On(level, thing)`. Round outlines of exits, areas
    and zones are drawn with chords at most 5 cm off. The order in which things are given changes nothing.
    """

    def __init__(
        self,
        walkable: Any,
        *,
        exits: Mapping[str, Any] | None = None,
        areas: Mapping[str, Any] | None = None,
        doors: Mapping[str, Any] | None = None,
        zones: Sequence[Zone | On] = (),
        stairs: Sequence[Stair] = (),
    ) -> None:
        given = walkable if isinstance(walkable, Mapping) else {"0": walkable}
        if not given:
            raise CrowdError("walkable: there is no level; give at least one polygon.")
        names = [str(name) for name in given]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise CrowdError(
                f"walkable: level '{twice}' is given twice (as a text and as a number?); rename one."
            )
        drawn = {name: Drawn() for name in names}
        first = names[0]
        check_names(exits or {}, areas or {}, doors or {})
        for name, thing in (exits or {}).items():
            level, shape = on_level(first, names, f"exit '{name}'", thing)
            what = f"exit '{name}'"
            drawn[level].exits[name] = line_of(what, shape) if is_line(shape) else area_of(what, shape)
        for name, thing in (areas or {}).items():
            level, shape = on_level(first, names, f"area '{name}'", thing)
            drawn[level].areas[name] = area_of(f"area '{name}'", shape)
        for name, thing in (doors or {}).items():
            level, shape = on_level(first, names, f"door '{name}'", thing)
            drawn[level].doors[name] = line_of(f"door '{name}'", shape)
        for number, thing in enumerate(zones):
            level, zone = on_level(first, names, f"zone {number}", thing)
            level, shape = on_level(level, names, f"zone {number}", zone.polygon)
            factor = positive(f"zone {number}: speed_factor", zone.speed_factor)
            drawn[level].zones.append((area_of(f"zone {number}", shape), factor))
        floors = {str(n): area_of(f"walkable area of level '{n}'", shape) for n, shape in given.items()}
        self._set(first, compile_bare(floors, drawn, sorted(stairs, key=lambda stair: stair.name)))

    @classmethod
    def of_building(cls, building: str | FloorPlan) -> Floor:
        """Return the floor of a building of ours (by name), of a plan file, or of a plan.

        Its exits are the exterior doors by id, its doors all doors by id, its areas all indoor spaces by id.
        """
        plan = load_building(building) if isinstance(building, str) else building
        nav, layout = compile_plan(plan), layout_of(plan)
        doors: dict[str, tuple[int, ...]] = {
            name: (row,) for row, name in enumerate(nav.door_ids) if nav.has_leaf[row]
        }
        exits: dict[str, tuple[int, ...]] = {nav.door_ids[row]: (row,) for row in nav.exterior_doors}
        table = ParameterTable.default()
        stairs = StairFactors(table.value("move.stair_up_factor"), table.value("move.stair_down_factor"))
        areas: dict[str, tuple[int, ...]] = {nav.space_ids[row]: (row,) for row in nav.indoor}
        walkable = {name: _building_level(layout, level) for level, name in enumerate(nav.level_ids)}
        floor = cls.__new__(cls)
        floor._set(
            nav.level_ids[0], CompiledFloor(layout, nav, exits, {**doors, **exits}, areas, stairs, walkable)
        )
        return floor

    def _set(self, first: str, compiled: CompiledFloor) -> None:
        self.first_level = first
        self._compiled = compiled
        self.nav, self.layout = compiled.nav, compiled.layout
        self.stairs = compiled.stairs

    # -- names -----------------------------------------------------------------------------------

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels, sorted."""
        return self.nav.level_ids

    @property
    def exits(self) -> dict[str, tuple[int, ...]]:
        """Portals of every exit, by name, sorted by name."""
        return self._compiled.exits

    @property
    def doors(self) -> dict[str, tuple[int, ...]]:
        """Portals of everything that can close, doors and exits, by name."""
        return self._compiled.doors

    @property
    def areas(self) -> dict[str, tuple[int, ...]]:
        """Spaces of every area, by name."""
        return self._compiled.areas

    def exit_width_m(self, name: str) -> float:
        """Return the clear width of an exit (m)."""
        return 2.0 * float(sum(self.nav.arrays.door_half_w[row] for row in self.exits[name]))

    # -- places ----------------------------------------------------------------------------------

    def level_of(self, what: str, level: str | None) -> int:
        """Return the number of a level by name; the first when there is none."""
        name = self.first_level if level is None else str(level)
        if name not in self.levels:
            raise CrowdError(
                f"{what}: there is no level '{name}'.{closest(name, self.levels)} There are: "
                f"{', '.join(self.levels)}."
            )
        return self.levels.index(name)

    @cached_property
    def _trees(self) -> list[tuple[STRtree, NDArray[np.int32]]]:
        found = []
        for level in range(len(self.levels)):
            rows = [row for row in range(self.layout.n_flat) if self.layout.spaces[row].sheet == level]
            found.append(
                (STRtree([self.layout.spaces[row].polygon for row in rows]), np.array(rows, dtype=np.int32))
            )
        return found

    def spaces_at(self, level: int, xy: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the space that each point of a level lies in, int32[n], -1 outside of the walkable area."""
        tree, rows = self._trees[level]
        found = np.full(len(xy), np.iinfo(np.int32).max, dtype=np.int32)
        if len(xy) and len(rows):
            who, where = tree.query(points(xy), predicate="intersects")
            np.minimum.at(found, who, rows[where])
        found[found == np.iinfo(np.int32).max] = -1
        return found

    @cached_property
    def _off_walls(self) -> list[BaseGeometry]:
        return [self.walkable(level).buffer(-OFF_WALL_M) for level in self.levels]

    def stood(self, level: int, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of a level with those on a wall moved a hair off it: from a wall no way leads on."""
        near = self.wall_trees[level].query(points(xy), predicate="dwithin", distance=0.9 * OFF_WALL_M)[0]
        on_wall = np.array(
            [row for row in np.unique(near) if self.spaces_at(level, xy[row : row + 1])[0] >= 0]
        )
        if not len(on_wall) or self._off_walls[level].is_empty:
            return xy
        moved = xy.copy()
        moved[on_wall] = get_coordinates(shortest_line(points(xy[on_wall]), self._off_walls[level]))[1::2]
        return moved

    def places(self, space: int, wanted: int) -> NDArray[np.float64]:
        """Return where people stand who have come to stay in a space, float64[n, 2] (m).

        In a building, its standing places, those out of sight of the doors first; else a lattice.
        """
        if self.nav.n_spots(space):
            x, y = self.nav.hide_spots(space, np.arange(self.nav.n_spots(space)))
            return np.column_stack([x, y])
        polygon = self.layout.spaces[space].polygon
        return standing_places(polygon, door_points(self.nav.arrays, space), wanted)

    def destination(self, what: str, goal: Any) -> Destination:
        """Return the destination that a goal names: an exit, an area or a point."""
        if isinstance(goal, str):
            if goal in self.exits:
                return Destination((self.nav.outside,), portals=frozenset(self.exits[goal]))
            if goal in self.areas:
                return Destination(self.areas[goal])
            known = [*self.exits, *self.areas]
            raise CrowdError(
                f"{what}: there is no exit or area '{goal}'.{closest(goal, known)} There are: "
                f"{some_of(known)}."
            )
        level, thing = (goal.level, goal.thing) if isinstance(goal, On) else (None, goal)
        if isinstance(thing, str):
            return self.destination(what, thing)
        space, x, y = self._stand(what, thing, level)
        if space < 0:
            raise CrowdError(
                f"{what}: the goal ({x:g}, {y:g}) lies outside of the walkable area; move it inside."
            )
        return Destination((space,), point=(x, y))

    def _start(self, at: Point, level: str | None) -> tuple[int, float, float]:
        space, x, y = self._stand("start", at, level)
        if space < 0:
            raise CrowdError(f"start: ({x:g}, {y:g}) lies outside of the walkable area; move it inside.")
        return space, x, y

    def _stand(self, what: str, at: Any, level: str | None) -> tuple[int, float, float]:
        """Return the space that a point lies in (-1: none), and the point, a hair off a wall."""
        number = self.level_of(what, level)
        xy = self.stood(number, np.array([point_of(what, at)]))
        return int(self.spaces_at(number, xy)[0]), float(xy[0, 0]), float(xy[0, 1])

    def _nearest(self, goal: Any) -> list[Destination]:
        if goal is None or (isinstance(goal, str) and goal in (NEAREST, CHOICE)):
            return [Destination((self.nav.outside,))]
        return [self.destination("goal", goal)]

    def distance_m(self, at: Point, goal: Any, level: str | None = None) -> float:
        """Return the walking distance from a point to a goal with all doors open (m).

        Parameters
        ----------
        at : tuple of float
            The start (m).
        goal : str, tuple, On or None
            As of a `Person`.
        level : str, optional
            Level of the start; the first when omitted.

        Returns
        -------
        float
            Metres; infinite where there is no way.
        """
        space, x, y = self._start(at, level)
        ways = Ways(self.nav, self._nearest(goal))
        row = np.array([space], dtype=np.int32)
        return float(ways.distances(0, row, np.array([x]), np.array([y]))[0])

    def path(self, at: Point, goal: Any, level: str | None = None) -> list[Point]:
        """Return the shortest path from a point to a goal as a list of points (m), empty where there is none.

        Points on a stair are given as `positions` draws them: on the line between the stair's ends.
        """
        space, x, y = self._start(at, level)
        found = Ways(self.nav, self._nearest(goal)).path(0, space, x, y)
        if not found:
            return []
        rows = np.array([row for row, _, _ in found], dtype=np.int32)
        xy = np.array([(px, py) for _, px, py in found])
        xs, ys, _ = self.positions(rows, xy[:, 0], xy[:, 1])
        points_of: list[Point] = []
        for point in zip(xs.tolist(), ys.tolist(), strict=True):
            if not points_of or np.hypot(point[0] - points_of[-1][0], point[1] - points_of[-1][1]) > 1e-9:
                points_of.append(point)
        return points_of

    # -- drawing and walls -----------------------------------------------------------------------

    def positions(
        self, space: NDArray[np.int32], x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
        """Return x, y (m) and level on the plan, also of people on stairs: on the line between its ends."""
        level = np.array(self.layout.sheets, dtype=np.int32)[space]
        x, y = x.copy(), y.copy()
        for flight in self.layout.flights:
            on = space == flight.space
            if on.any():
                share = np.clip(x[on] / flight.length, 0.0, 1.0)
                level[on] = np.where(share < 0.5, flight.low[0], flight.high[0])
                x[on] = flight.low[1] + share * (flight.high[1] - flight.low[1])
                y[on] = flight.low[2] + share * (flight.high[2] - flight.low[2])
        return x, y, level

    def walkable(self, level: str | None = None) -> BaseGeometry:
        """Return the walkable area of a level (m), doorways included."""
        return self._compiled.walkable[self.levels[self.level_of("level", level)]]

    def to_wkt(self, level: str | None = None) -> str:
        """Return the walkable area of a level as well-known text (m)."""
        return self.walkable(level).wkt

    @cached_property
    def wall_trees(self) -> list[STRtree]:
        """The walls of every level, doors left out, as trees of segments."""
        nav = self.nav.arrays
        sheet = nav.space_sheet[nav.wall_space]
        ends = np.stack([nav.wall_x0, nav.wall_y0, nav.wall_x1, nav.wall_y1], axis=1).reshape(-1, 2, 2)
        return [
            STRtree(linestrings(ends[(sheet == level) & (nav.wall_door < 0)]))
            for level in range(len(self.levels))
        ]


def _building_level(layout: Layout, level: int) -> BaseGeometry:
    """Return the walkable area of a level of a building: spaces and doorways."""
    rows = [row for row in range(layout.n_flat) if layout.spaces[row].sheet == level]
    ways = throats(layout)
    return union_all([layout.spaces[row].polygon for row in rows] + [t for row in rows for t in ways[row]])


__all__ = ["Floor", "StairFactors"]
