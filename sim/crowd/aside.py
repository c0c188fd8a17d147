"""Where somebody stands aside: a free place beside the doors of a space, out of other people's way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.crowd.floor import Floor
from sim.kernels.types import PeopleArrays
from sim.place.shapes import door_points

DOORWAY_M = 1.2
"""Nobody stands aside this near to the middle of a door (m)."""

BESIDE_M, FAR_M = 0.5, 4.0
"""Beside a door is further than this (m) along the wall from its jamb and no further into the room than along
the wall; who is so far (m) into the room is in nobody's way either. Nobody goes further aside than that."""

PASSABLE_M, ELBOW_M = 1.0, 0.5
"""Between two who stand this far (m) apart a third can pass; where there is no room for it, so far apart as
two can stand."""


class _Clear(NamedTuple):
    beside: NDArray[np.bool_]
    off: NDArray[np.bool_]


def is_in_doorway(floor: Floor, people: PeopleArrays, row: int) -> bool:
    """Tell whether somebody would stand in the way in a door."""
    doors = door_points(floor.nav.arrays, int(people.space[row]))
    return bool((np.hypot(doors[:, 0] - people.x[row], doors[:, 1] - people.y[row]) < DOORWAY_M).any())


def place_aside(floor: Floor, people: PeopleArrays, row: int) -> NDArray[np.float64] | None:
    """Return the nearest free place aside for a person, float64[2] (m).

    Parameters
    ----------
    floor : Floor
        The floor.
    people : PeopleArrays
        Everybody; a place is also taken by who is on the way to it.
    row : int
        The person.

    Returns
    -------
    float64[2] or None
        None where the space has no free place off its doors: in a throat, or where it is full.
    """
    space = int(people.space[row])
    spots = floor.places(space, 1)
    away = np.hypot(spots[:, 0] - people.x[row], spots[:, 1] - people.y[row])
    gap = _gaps_m(people, row, spots)
    clear = _clear_of_doors(floor, space, spots)
    for allowed in (
        clear.beside & (away < FAR_M) & (gap >= PASSABLE_M),
        clear.off & (gap >= PASSABLE_M),
        clear.off & (gap >= ELBOW_M),
    ):
        free = np.flatnonzero(allowed)
        if len(free):
            chosen: NDArray[np.float64] = spots[free[np.argmin(away[free])]]
            return chosen
    return None


def _gaps_m(people: PeopleArrays, row: int, spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each place is from where another person stands or is going to stand (m)."""
    space = people.space[row]
    others = np.flatnonzero((people.space == space) & (np.arange(len(people.x)) != row))
    aims = others[people.goal_space[others] == space]
    x = np.concatenate([people.x[others], people.goal_x[aims]])
    y = np.concatenate([people.y[others], people.goal_y[aims]])
    found: NDArray[np.float64] = np.hypot(spots[:, :1] - x, spots[:, 1:] - y).min(axis=1, initial=np.inf)
    return found


def _clear_of_doors(floor: Floor, space: int, spots: NDArray[np.float64]) -> _Clear:
    """Return which places are beside all doors of a space, and which are at least off them."""
    nav = floor.nav.arrays
    beside, off = np.ones(len(spots), dtype=np.bool_), np.ones(len(spots), dtype=np.bool_)
    for k in range(int(nav.space_door_ptr[space]), int(nav.space_door_ptr[space + 1])):
        door, side = int(nav.space_door[k]), int(nav.space_door_side[k])
        dx, dy = spots[:, 0] - nav.door_x[door, side], spots[:, 1] - nav.door_y[door, side]
        nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
        depth, lateral = np.abs(dx * nx + dy * ny), np.abs(dy * nx - dx * ny)
        off &= np.hypot(dx, dy) >= DOORWAY_M
        is_out_of_way = (depth <= lateral) | (depth >= FAR_M)
        beside &= (lateral >= nav.door_half_w[door] + BESIDE_M) & is_out_of_way
    return _Clear(beside & off, off)


__all__ = ["is_in_doorway", "place_aside"]
