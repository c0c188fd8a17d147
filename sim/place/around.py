"""Ways between parts of a site that have none indoors: out by the nearest exit, over open ground, and in.

Open ground is walked in a straight line: what stands on it is not in a plan (a stated assumption, and a
distance that is too short where another building is in the way).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.place.navigation import Navigation


class Entry(NamedTuple):
    """An exterior door to go in by: the space behind it, a point inside, and the distance to there (m)."""

    space: int
    x: float
    y: float
    distance_m: float


def way_out(nav: Navigation, space: int, x: float, y: float) -> NDArray[np.float64]:
    """Return the way from a point to the nearest exit, rows as `Navigation.way`; none from the open air."""
    if space == nav.outside:
        return np.empty((0, 5))
    return nav.way(nav.everywhere_passable(), nav.field_out, space, x, y)


def distances_around(nav: Navigation, space: int, x: float, y: float) -> NDArray[np.float64]:
    """Return the distance to every space by way of the open air, float64[n_spaces] (m)."""
    least = np.full(nav.n_spaces, np.inf)
    for entry in _entries(nav, space, x, y):
        np.minimum(least, entry.distance_m + nav.inside_from(entry.space, entry.x, entry.y), out=least)
    return least


def entry_to(nav: Navigation, space: int, x: float, y: float, goal: int) -> Entry | None:
    """Return the exterior door by which a space is nearest over open ground; None where there is none."""
    best, best_m = None, np.inf
    for entry in _entries(nav, space, x, y):
        through_m = entry.distance_m + float(nav.inside_from(entry.space, entry.x, entry.y)[goal])
        if through_m < best_m:
            best, best_m = entry, through_m
    return best


def _entries(nav: Navigation, space: int, x: float, y: float) -> list[Entry]:
    """Return every exterior door with the distance from a point, out and over open ground (m)."""
    walked_m = 0.0
    if space != nav.outside:
        rows = way_out(nav, space, x, y)
        if not len(rows):
            return [Entry(space, x, y, np.inf)]
        x, y, walked_m = rows[-1, 1:4]
    return [
        Entry(behind, ix, iy, walked_m + float(np.hypot(ix - x, iy - y)))
        for behind, ix, iy in map(nav.inside_of, nav.exterior_doors)
    ]
