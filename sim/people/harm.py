"""Harm, all of it in one place: who is exposed, who is injured, and for how long.

It is a matter of position, and is never given out by person.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clock import TICKS_PER_S
from sim.kernels import exposure
from sim.kernels.types import SightArrays
from sim.people.population import People, State
from sim.people.walkers import Walkers
from sim.place.navigation import Navigation


class Harm:
    """Exposure and injuries of one incident.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    people : People
        The struct of arrays.
    walkers : Walkers
        Who is put to rest when hurt.
    """

    def __init__(self, nav: Navigation, people: People, walkers: Walkers) -> None:
        self._nav, self._arrays, self._walkers = nav, people.arrays, walkers
        self.injured_ticks: dict[int, int] = {}

    def refresh_exposure(self, sight: SightArrays) -> None:
        """Re-evaluate who is exposed after a door, a state or the point of sight changed."""
        exposure.see_all(self._nav.arrays, self._arrays, sight, self._walkers.tick)

    def exposed_rows(self) -> NDArray[np.int64]:
        """Return the rows of the people exposed now."""
        return np.flatnonzero(self._arrays.exposed)

    def exposure_person_s(self, tick: int) -> float:
        """Return the person-seconds of exposure until a tick."""
        arrays = self._arrays
        open_ticks = int((tick - arrays.exposed_since[arrays.exposed == 1]).sum())
        return float(int(arrays.exposed_ticks.sum()) + open_ticks) / TICKS_PER_S

    def injure(self, row: int) -> None:
        """Hold a person at rest for good; who that is shows in no output."""
        self._walkers.stop(row)
        arrays = self._arrays
        self.injured_ticks[row] = self._walkers.tick
        arrays.may_walk[row] = arrays.exposed[row] = 0
        arrays.exposed_ticks[row] += self._walkers.tick - arrays.exposed_since[row]
        # What anybody at rest shows: unaware until an alert comes, then sheltered (docs/decisions.md).
        if arrays.state[row] != State.UNAWARE:
            arrays.state[row] = State.SHELTERED

    def patients(self) -> NDArray[np.int64]:
        """Return the rows of the people who need care."""
        return np.flatnonzero(self._arrays.may_walk == 0)
