"""The ways that people follow: to the nearest open room, to the nearest exit, and some that keep clear.

A way is a field of distances (`sim.kernels.fields`), searched anew only where a door on it has changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.types import PeopleArrays
from sim.people.kept_field import KeptField
from sim.place.doors import DoorState
from sim.place.navigation import Navigation

SHELTER, EXIT = 0, 1

NOT_SHELTERS = frozenset({"restroom", "mechanical", "gym"})


class Ways:
    """The ways of one run by their numbers; `SHELTER` and `EXIT` are the first two.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    people : PeopleArrays
        Who follows them.
    doors : DoorState
        State of the doors.
    """

    def __init__(self, nav: Navigation, people: PeopleArrays, doors: DoorState) -> None:
        self._nav, self._arrays, self._doors = nav, people, doors
        self.fields = np.full((2, nav.field_size), np.inf)
        self.fields[:, -3] = -1.0  # no single point is the destination
        self.goals = np.zeros((2, nav.n_spaces), dtype=np.uint8)
        self.goals[EXIT, nav.outside] = 1
        shelters = [s for s in nav.indoor if nav.is_room[s] and nav.use[s] not in NOT_SHELTERS]
        self.goals[SHELTER, shelters] = 1
        self.shuts = np.full(2, -1, dtype=np.int32)
        self._kept = [KeptField(nav, goals) for goals in self.goals]
        self._stale = np.ones(2, dtype=np.bool_)
        self._open = [nav.everywhere_passable()] * 2
        self._is_asked = True

    def doors_changed(self) -> None:
        """Search ways anew before they are followed again."""
        self._stale[:] = True
        self._is_asked = True

    def followed(self) -> None:
        """Take note that somebody set out for another room."""
        self._is_asked = True

    def add_ways(self, shut: int, no_shelter: NDArray[np.uint8]) -> tuple[int, int]:
        """Add two ways that never lead into one space: to the nearest exit, and to the nearest open room.

        Parameters
        ----------
        shut : int
            Row of the space; who is in it may walk out of it.
        no_shelter : uint8[n_spaces]
            Not 0 for rooms that are no destination.

        Returns
        -------
        tuple of int
            Numbers of the way out and of the way to a room.
        """
        nav, number = self._nav, len(self._stale)
        open_doors = nav.everywhere_passable().copy()
        open_doors[nav.arrays.door_space[:, ::-1] == shut] = 0
        goals = self.goals[[EXIT, SHELTER]]
        goals[1, no_shelter != 0] = 0
        self.goals = np.concatenate([self.goals, goals])
        self._kept += [KeptField(nav, some) for some in goals]
        self.fields = np.concatenate([self.fields, self.fields[:2]])
        self._stale = np.concatenate([self._stale, np.ones(2, dtype=np.bool_)])
        self._open += [open_doors, open_doors]
        self.shuts = np.concatenate([self.shuts, np.full(2, shut, dtype=np.int32)])  # to the kernel: `_open`
        return number, number + 1

    def way(self, number: int, space: int, x: float, y: float) -> NDArray[np.float64]:
        """Return a shortest way as rows (space, x, y, walked (m), door passed or negative)."""
        field = self._refresh(number)
        return self._nav.way(self._doors.passable & self._open[number], field, space, x, y)

    def exit_distance_m(self, space: int, way: int = EXIT) -> float:
        """Return the walking distance from a space's inner point to the nearest exit (m)."""
        x, y = self._nav.inner_point(space)
        return self._distance_from_m(way, np.array([space], dtype=np.int32), np.array([x]), np.array([y]))

    def distance_m(self, way: int, row: int) -> float:
        """Return how far a person has to walk to the destination of a way (m)."""
        arrays, one = self._arrays, slice(row, row + 1)
        return self._distance_from_m(way, arrays.space[one], arrays.x[one], arrays.y[one])

    def _distance_from_m(
        self, way: int, space: NDArray[np.int32], x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> float:
        field, doors = self._refresh(way), self._doors.passable & self._open[way]
        return float(self._nav.distances(doors, field, space, x, y)[0])

    def refresh_those_followed(self, walkers: NDArray[np.int32]) -> None:
        """Search the fields anew that walkers follow; inside the room that one settles in none is needed.

        To be asked again only after a door changed or somebody set out: nobody leaves that room meanwhile.
        """
        if not self._is_asked:
            return
        self._is_asked = False
        if not self._stale.any():
            return
        arrays = self._arrays
        under_way = walkers[arrays.goal_space[walkers] != arrays.space[walkers]]
        for number in range(len(self._stale)):
            if self._stale[number] and (arrays.field[under_way] == number).any():
                self._refresh(number)

    def _refresh(self, number: int) -> NDArray[np.float64]:
        """Return the field of a way, searched anew if a door has changed since."""
        if self._stale[number]:
            self._stale[number] = False
            self._kept[number].refresh(self._doors.passable & self._open[number], self.fields[number])
        field: NDArray[np.float64] = self.fields[number]
        return field
