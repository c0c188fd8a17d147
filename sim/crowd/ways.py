"""Ways to the destinations of a crowd: the one place that calls the way-finding of a compiled floor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.place.navigation import Navigation


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
        self._masks = [self._mask(passable, to) for to in self.destinations]
        found = [
            nav.field(mask, to.spaces, goal_point=to.point)
            for mask, to in zip(self._masks, self.destinations, strict=True)
        ]
        self.fields = np.stack(found) if found else np.full((1, nav.field_size), np.inf)

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
        out = self._nav.distances(self._masks[number], self.fields[number], space, x, y)
        if self.destinations[number].point is None:
            out[self.goals[number, space] == 1] = 0.0
        return out

    def path(self, number: int, space: int, x: float, y: float) -> list[tuple[int, float, float]]:
        """Return the bends of the shortest way to a destination, both ends included, as (space, x, y)."""
        start = (space, x, y)
        if self.destinations[number].point is None and self.goals[number, space]:
            return [start]
        rows = self._nav.way(self._masks[number], self.fields[number], space, x, y)
        return [start, *((int(row[0]), float(row[1]), float(row[2])) for row in rows)] if len(rows) else []


__all__ = ["Destination", "Ways"]
