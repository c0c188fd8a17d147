"""The walkers of a crowd: what they walk to, and the calls of the driver of the movement kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.crowd.bare import StairFactors
from sim.crowd.ways import Ways
from sim.kernels import movement
from sim.kernels.types import PeopleArrays, SightArrays
from sim.people.driver import Driver
from sim.people.movement_model import move_params
from sim.place.navigation import Navigation

ARRIVED, BLOCKED, WENT_OUT = movement.ARRIVED, movement.BLOCKED, movement.WENT_OUT


class Walk:
    """Who walks and who is at rest, and their movement from tick to tick.

    Parameters
    ----------
    nav : Navigation
        Compiled floor.
    people : PeopleArrays
        The people, all at rest; changed.
    stairs : StairFactors
        Factors on the walking speed on stairs.
    n_fields : int
        Number of destinations.
    tick_s, time_gap_s : float
        Length of a tick, and time gap kept to whoever is ahead (s).
    """

    def __init__(
        self,
        nav: Navigation,
        people: PeopleArrays,
        stairs: StairFactors,
        n_fields: int,
        tick_s: float,
        time_gap_s: float,
    ) -> None:
        self._people = people
        params = move_params(nav.outside, stairs.up, stairs.down, tick_s=tick_s, time_gap_s=time_gap_s)
        self._driver = Driver(nav, people, params, n_fields)
        nobody = np.zeros(nav.n_spaces, dtype=np.uint8)
        self._no_sight = SightArrays(nobody, np.zeros(nav.n_doors, dtype=np.uint8), 0.0, 0.0, -1)

    @property
    def conflicts(self) -> int:
        """How often somebody who stood still for long was let through with a smaller body."""
        return self._driver.conflicts

    def aim(
        self,
        rows: NDArray[np.int64],
        field: NDArray[np.int32],
        goal_space: NDArray[np.int32],
        goal_x: NDArray[np.float64],
        goal_y: NDArray[np.float64],
        *,
        notify: bool = True,
    ) -> None:
        """Give people a destination by its number; they choose their way anew."""
        people = self._people
        people.field[rows], people.goal_space[rows] = field, goal_space
        people.goal_x[rows], people.goal_y[rows] = goal_x, goal_y
        people.notify[rows] = notify
        self.look_again(rows)

    def look_again(self, rows: NDArray[np.int64]) -> None:
        """Let people choose their way anew at the next tick."""
        self._people.next_door[rows] = -1
        self._people.way[rows] = -1
        self._people.left_m[rows] = np.inf

    def start(self, rows: NDArray[np.int64]) -> None:
        """Let people walk."""
        people = self._people
        new = self._driver.start(rows)
        people.watch_ticks[new] = 0
        people.push_x[new] = people.push_y[new] = 0.0
        people.pace_mps[new] = people.speed[new]

    def stop(self, rows: NDArray[np.int64]) -> None:
        """Let people stand where they are."""
        self._driver.stop(rows)

    def advance(
        self, tick_from: int, tick_to: int, ways: Ways, passable: NDArray[np.uint8]
    ) -> tuple[int, NDArray[np.int32]]:
        """Walk until a tick or until somebody has something to report.

        Returns
        -------
        tuple
            The tick reached, and the events of that tick: int32[n, 3] of kind, row, door.
        """
        tick, events = self._driver.advance(
            tick_from, tick_to, ways.fields, ways.goals, passable, self._no_sight
        )
        return tick, events.copy()
