"""Ways to the destinations of a crowd: the one place that calls the way-finding of a compiled floor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import BODY_MARGIN_M, Navigation
from sim.kernels.geometry import is_clear
from sim.kernels.types import NavArrays
from sim.kernels.wayfinding import best_door


class Destination(NamedTuple):
    """Where somebody walks: spaces, a point in one space, or the open air by some portals only.

    Parameters
    ----------
    spaces : tuple of int
        Rows of the spaces.
    point : tuple of float, optional
        A point in a single space (m).
    portals : frozenset of int, optional
        The only ways out that lead there; all when None.
    """

    spaces: tuple[int, ...]
    point: tuple[float, float] | None = None
    portals: frozenset[int] | None = None


class Ways:
    """Distances to numbered destinations under the present state of the doors.

    Parameters
    ----------
    nav : Navigation
        Compiled floor.
    destinations : list of Destination
        The destinations, by number.
    """

    def __init__(self, nav: Navigation, destinations: list[Destination]) -> None:
        self._nav = nav
        self.destinations = destinations
        self.goals = np.zeros((max(1, len(destinations)), nav.n_spaces), dtype=np.uint8)
        for number, to in enumerate(destinations):
            self.goals[number, list(to.spaces)] = 1
        self.refresh(nav.everywhere_passable())

    def refresh(self, passable: NDArray[np.uint8]) -> None:
        """Search all ways anew after a door changed."""
        nav = self._nav
        found = [
            nav.field(self._mask(passable, to), to.spaces, goal_point=to.point) for to in self.destinations
        ]
        self.fields = np.stack(found) if found else np.full((1, nav.n_doors, 2), np.inf)

    def _mask(self, passable: NDArray[np.uint8], to: Destination) -> NDArray[np.uint8]:
        """Return who may pass on the way to a destination: an exit is reached by its own portals only."""
        if to.portals is None:
            return passable
        mask = passable.copy()
        others = [door for door in self._nav.exterior_doors if door not in to.portals]
        mask[others] = 0
        return mask

    def distances(
        self,
        number: int,
        space: NDArray[np.int32],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the walking distance of many points to a destination (m), infinite where there is no way."""
        to = self.destinations[number]
        out = self._nav.distances(self.fields[number], space, x, y)
        for k in np.flatnonzero(self.goals[number, space]):
            # Inside the goal: nothing is left to walk, or the way to the point inside the space.
            out[k] = 0.0 if to.point is None else self._inside(int(space[k]), (x[k], y[k]), to.point)[0]
        return out

    def path(self, number: int, space: int, x: float, y: float) -> list[tuple[int, float, float]]:
        """Return the bends of the shortest way to a destination, both ends included, as (space, x, y)."""
        nav, to, points = self._nav.arrays, self.destinations[number], [(space, x, y)]
        came = -1
        for _ in range(self._nav.n_doors):
            if self.goals[number, space]:
                break
            door, side, _ = best_door(nav, self.fields[number], space, x, y, BODY_MARGIN_M, came)
            if door < 0:
                return []
            for px, py in self._inside(space, (x, y), self._face(door, side, x, y))[1]:
                points.append((space, px, py))
            far, came = 1 - side, door
            space, x, y = self._across(door, side, points[-1])
            points.append((space, x, y))
            if int(nav.door_space[door, far]) == self._nav.outside:
                return points
        if to.point is not None:
            points += [(space, px, py) for px, py in self._inside(space, (x, y), to.point)[1]]
        return points

    def _face(self, door: int, side: int, x: float, y: float) -> tuple[float, float]:
        """Return the point of a door's opening that is nearest, off the jambs."""
        nav = self._nav.arrays
        nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
        cx = nav.door_x[door, side] - nav.door_depth[door, side] * nx
        cy = nav.door_y[door, side] - nav.door_depth[door, side] * ny
        reach = max(0.0, nav.door_half_w[door] - BODY_MARGIN_M)
        lateral = min(max((y - cy) * nx - (x - cx) * ny, -reach), reach)
        return float(cx - lateral * ny), float(cy + lateral * nx)

    def _across(self, door: int, side: int, at: tuple[int, float, float]) -> tuple[int, float, float]:
        """Return where somebody stands who has gone through a door from a point of its face."""
        nav, far = self._nav.arrays, 1 - side
        _, x, y = at
        lateral = (y - nav.door_y[door, side]) * nav.door_nx[door, side]
        lateral -= (x - nav.door_x[door, side]) * nav.door_ny[door, side]
        depth = nav.door_depth[door, far]
        fx = nav.door_x[door, far] - depth * nav.door_nx[door, far] + lateral * nav.door_ny[door, far]
        fy = nav.door_y[door, far] - depth * nav.door_ny[door, far] - lateral * nav.door_nx[door, far]
        return int(nav.door_space[door, far]), float(fx), float(fy)

    def _inside(
        self, space: int, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[float, list[tuple[float, float]]]:
        """Return the shortest way inside a space: its length (m) and its bends and end."""
        nav = self._nav.arrays
        if is_clear(nav, space, *start, *end):
            return float(np.hypot(end[0] - start[0], end[1] - start[1])), [end]
        first, last = int(nav.corner_ptr[space]), int(nav.corner_ptr[space + 1])
        spots = [(float(nav.corner_x[c]), float(nav.corner_y[c])) for c in range(first, last)]
        left = [_straight(nav, space, spot, end) for spot in spots]
        size = len(spots)
        block = int(nav.corner_pair_ptr[space])
        pairs = nav.corner_pair_m[block : block + size * size].reshape(size, size)
        onward = (pairs + np.array(left)[None, :]).min(axis=1) if size else np.zeros(0)
        best, bend = np.inf, -1
        for k, spot in enumerate(spots):
            total = _straight(nav, space, start, spot) + onward[k]
            far = np.hypot(spot[0] - start[0], spot[1] - start[1]) > 1e-6
            if total < best and far:
                best, bend = float(total), k
        if bend < 0:
            return float("inf"), [end]
        _, rest = self._inside(space, spots[bend], end)
        return best, [spots[bend], *rest]


def _straight(nav: NavArrays, space: int, a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the length of a straight way inside a space (m), infinite where walls are between."""
    is_free = is_clear(nav, space, *a, *b)
    return float(np.hypot(b[0] - a[0], b[1] - a[1])) if is_free else float("inf")


__all__ = ["Destination", "Ways"]
