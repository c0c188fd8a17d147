"""Who has no way to a goal even with all doors open: said before they walk, for they would stand for ever."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.crowd.exits import Exits
from sim.crowd.floor import Floor
from sim.crowd.people import FIXED, Plans
from sim.crowd.ways import Ways

_NAMED = 8
"""So many people are named at most; the rest is a count."""


def without_way(plans: Plans, ways: Ways, exits: Exits) -> NDArray[np.int64]:
    """Return who has no way from the start to one of the goals, or to any exit that would do.

    Parameters
    ----------
    plans : Plans
        The people where they stand at first.
    ways : Ways
        Distances with all doors open.
    exits : Exits
        Distances to exits as people know them.

    Returns
    -------
    int64[n]
        Rows of the people. With all doors open every way can be walked back, so what is reached from the
        start is reached from each stop as well.
    """
    people = plans.arrays
    has_way = np.ones(len(plans.stages), dtype=np.bool_)
    whose: dict[int, list[int]] = {}
    for row, stages in enumerate(plans.stages):
        for number in stages:
            whose.setdefault(number, []).append(row)
    for number, mine in whose.items():
        rows = np.array(mine, dtype=np.int64)
        away = ways.distances(number, people.space[rows], people.x[rows], people.y[rows])
        has_way[rows] &= np.isfinite(away)
    leaving = np.flatnonzero(plans.kind != FIXED)
    has_way[leaving] &= np.isfinite(exits.distances(leaving)).any(axis=1)
    return np.flatnonzero(~has_way)


def sentence(floor: Floor, plans: Plans, rows: NDArray[np.int64]) -> str:
    """Return one sentence that names the people without a way, where the first stands, and what to do."""
    people, first = plans.arrays, rows[:1]
    x, y, level = floor.positions(people.space[first], people.x[first], people.y[first])
    n_more = len(rows) - _NAMED
    names = ", ".join(map(str, rows[:_NAMED])) + (f" and {n_more} more" if n_more > 0 else "")
    is_one = len(rows) == 1
    return (
        f"{f'person {names} has' if is_one else f'persons {names} have'} no way to the goal, even with all "
        f"doors open, and will stay inside ({'' if is_one else 'the first '}at ({x[0]:g}, {y[0]:g}) on level "
        f"'{floor.levels[int(level[0])]}'); join that part of the floor with the goal, or give another goal."
    )


__all__ = ["sentence", "without_way"]
