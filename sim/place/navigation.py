"""How far it is from anywhere to anywhere in a compiled plan, and which way leads there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import NavigationError
from sim.kernels.fields import solve_field
from sim.kernels.wayfinding import distances_from, distances_to_all, walk_way
from sim.place.around import distances_around, entry_to, way_out
from sim.place.compiled import CompiledPlan
from sim.place.waypoints import BODY_MARGIN_M


class Leg(NamedTuple):
    """One stage of a walk: the space entered, where, and the distance walked until then (m)."""

    space: int
    x: float
    y: float
    distance_m: float


class Navigation(CompiledPlan):
    """A compiled plan that answers how far it is, and which way leads there."""

    @cached_property
    def _free(self) -> NDArray[np.uint8]:
        free = np.ones((self.n_doors, 2), dtype=np.uint8)
        free[self.arrays.door_space == self.outside] = 0
        return free

    def everywhere_passable(self) -> NDArray[np.uint8]:
        """Return uint8[n_doors, 2]: every way with all doors unlocked, except from outside in."""
        return self._free

    def field(
        self,
        passable: NDArray[np.uint8],
        goals: Iterable[int],
        *,
        goal_point: tuple[float, float] | None = None,
        door_extra: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Return the field of distances to the nearest of some spaces.

        Parameters
        ----------
        passable : uint8[n_doors, 2]
            1 where somebody on that side may pass.
        goals : iterable of int
            Rows of the destinations.
        goal_point : tuple of float, optional
            A point inside a single destination; without it the destination is reached on entering.
        door_extra : float64[n_doors], optional
            Added for each door passed (m).

        Returns
        -------
        float64[n_waypoints + 2 n_doors + 3]
            A field (sim.kernels.wayfinding): metres, infinite where there is no way.
        """
        rows = list(goals)
        chosen, point = np.zeros(self.n_spaces, dtype=np.uint8), (-1, 0.0, 0.0)
        if goal_point is None:
            chosen[rows] = 1
        else:
            point = (int(rows[0]), float(goal_point[0]), float(goal_point[1]))
        extra = np.zeros(self.n_doors) if door_extra is None else door_extra
        out, tree = np.empty(self.field_size), self.empty_tree()
        solve_field(self.arrays, passable, chosen, point, extra, BODY_MARGIN_M, out, tree)
        return out

    def empty_tree(self) -> NDArray[np.int32]:
        """Return room for what a search notes of the ways it found, int32[3, n_waypoints + 2 n_doors]."""
        return np.empty((3, self.field_size - 3), dtype=np.int32)

    @property
    def field_size(self) -> int:
        """Length of a field."""
        return len(self.arrays.way_x) + 2 * self.n_doors + 3

    def distances(
        self,
        passable: NDArray[np.uint8],
        field: NDArray[np.float64],
        space: NDArray[np.int32],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the distance of many points to the destination of a field made for `passable` (m)."""
        out = np.empty(len(space))
        distances_from(self.arrays, passable, field, space, x, y, self.outside, BODY_MARGIN_M, out)
        return out

    def least_distances(self, field: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each space a distance that no point in it is nearer to a field's destination than (m).

        It is the least of the space's waypoints, float64[n_spaces]; 0 for the destination itself.
        """
        arrays = self.arrays
        least = np.full(self.n_spaces, np.inf)
        some = np.flatnonzero(np.diff(arrays.space_way_ptr) > 0)
        least[some] = np.minimum.reduceat(field[arrays.space_way], arrays.space_way_ptr[some])
        if field[-3] >= 0.0:
            least[int(field[-3])] = 0.0
        return least

    @cached_property
    def space_fields(self) -> NDArray[np.float64]:
        """Fields to every space's nearest door, all doors unlocked: float64[n_spaces, field_size] (m)."""
        fields = np.full((self.n_spaces, self.field_size), np.inf)
        for space in self.indoor:
            fields[space] = self.field(self.everywhere_passable(), [space])
        return fields

    @cached_property
    def field_out(self) -> NDArray[np.float64]:
        """The field to the nearest exit, all doors unlocked (m)."""
        return self.field(self.everywhere_passable(), [self.outside])

    def distances_to_spaces(self, space: int, x: float, y: float) -> NDArray[np.float64]:
        """Return the distance from a point to every space with all doors unlocked, float64[n_spaces] (m).

        Where there is no way indoors it leads over open ground (`sim.place.around`).
        """
        out = self.inside_from(space, x, y)
        rows = [row for row in self.indoor if out[row] == np.inf]
        if rows:
            out[rows] = distances_around(self, space, x, y)[rows]
        return out

    def inside_from(self, space: int, x: float, y: float) -> NDArray[np.float64]:
        """Return the distance from a point to every space without going outside, float64[n_spaces] (m)."""
        out = np.empty(self.n_spaces)
        distances_to_all(
            self.arrays, self.everywhere_passable(), self.space_fields, space, x, y, BODY_MARGIN_M, out
        )
        out[space] = 0.0
        return out

    def way(
        self,
        passable: NDArray[np.uint8],
        field: NDArray[np.float64],
        space: int,
        x: float,
        y: float,
    ) -> NDArray[np.float64]:
        """Return a shortest way as rows (space, x, y, walked (m), door passed or negative), float64[n, 5].

        See `sim.kernels.wayfinding.walk_way`; no rows where there is no way.
        """
        rows = np.empty((2 * self.n_doors + len(self.arrays.way_x) + 2, 5))
        n = walk_way(self.arrays, passable, field, space, x, y, BODY_MARGIN_M, rows)
        return rows[: max(n, 0)].copy()

    def legs(self, space: int, x: float, y: float, goal: int) -> list[Leg]:
        """Return the walk from a point to the inner point of a space, space by space, all doors unlocked.

        Raises
        ------
        NavigationError
            If there is no way: whoever is sent there would never arrive, and another room is never 0 m away.
        """
        gx, gy = self.inner_point(goal)
        if space == goal:
            return [Leg(goal, gx, gy, float(np.hypot(gx - x, gy - y)))]
        rows = self._way_to(space, x, y, goal)
        legs = [Leg(int(row[0]), float(row[1]), float(row[2]), float(row[3])) for row in rows if row[4] >= 0]
        is_out = (legs[-1].space if legs else space) == self.outside
        entry = entry_to(self, space, x, y, goal) if is_out else None
        if entry is not None:
            inside = self.legs(entry.space, entry.x, entry.y, goal)
            legs.append(Leg(*entry))
            return legs + [leg._replace(distance_m=leg.distance_m + entry.distance_m) for leg in inside]
        if not legs or is_out:
            raise NavigationError(
                f"plan: there is no way from space '{self.space_ids[space]}' to space "
                f"'{self.space_ids[goal]}', even with all doors unlocked; run `firstminutes plan check`."
            )
        x, y, walked = legs[-1].x, legs[-1].y, legs[-1].distance_m
        legs.append(Leg(goal, gx, gy, walked + float(np.hypot(gx - x, gy - y))))
        return legs

    def _way_to(self, space: int, x: float, y: float, goal: int) -> NDArray[np.float64]:
        """Return the way to a space, or out where there is none indoors, as rows of `way`."""
        rows = self.way(self.everywhere_passable(), self.space_fields[goal], space, x, y)
        return rows if len(rows) else way_out(self, space, x, y)

    def on_the_way(self, space: int, x: float, y: float, goal: int, walked_m: float) -> tuple[float, float]:
        """Return where one is after some metres of the walk of `legs`, no further than its first door."""
        rows = self._way_to(space, x, y, goal)
        bends = [(px, py, far) for _, px, py, far, gate in rows if gate < 0]
        gates = [(k, int(row[4])) for k, row in enumerate(rows) if row[4] >= 0]
        if space == self.outside and (entry := entry_to(self, space, x, y, goal)) is not None:
            bends = [(entry.x, entry.y, entry.distance_m)]
        elif space == goal or not gates:
            bends = [(*self.inner_point(goal), float(np.hypot(*np.subtract(self.inner_point(goal), (x, y)))))]
        else:
            first, gate = gates[0]
            bends = [*bends[:first], (*self._before(gate, *rows[first, 1:3]), rows[first, 3])]
        behind_m = 0.0
        for to_x, to_y, far_m in bends:
            if walked_m < far_m:
                share = (walked_m - behind_m) / (far_m - behind_m)
                return float(x + share * (to_x - x)), float(y + share * (to_y - y))
            x, y, behind_m = to_x, to_y, far_m
        return float(x), float(y)

    def _before(self, gate: int, x: float, y: float) -> tuple[float, float]:
        """Return a point on a door's line, given in the frame beyond it, in the frame that one comes from."""
        nav, door, side = self.arrays, gate // 2, gate % 2
        far = 1 - side
        lateral = (x - nav.door_x[door, far]) * nav.door_ny[door, far]
        lateral -= (y - nav.door_y[door, far]) * nav.door_nx[door, far]
        nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
        return nav.door_x[door, side] - lateral * ny, nav.door_y[door, side] + lateral * nx
