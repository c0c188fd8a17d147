"""The one driver of the movement kernel: who walks, who is at rest, and walking from tick to tick.

Incidents and crowds without an incident both walk by it, so that what makes one faster serves the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.kernels import cells, movement
from sim.kernels._jit import machine_code
from sim.kernels.types import MoveParams, PeopleArrays, SightArrays
from sim.people.walk_memory import make_work
from sim.place.navigation import Navigation


class Driver:
    """The walkers of one run.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    people : PeopleArrays
        The people, all at rest; changed.
    params : MoveParams
        The numbers of the movement model.
    n_fields : int
        Number of fields that walkers may follow.
    """

    def __init__(self, nav: Navigation, people: PeopleArrays, params: MoveParams, n_fields: int) -> None:
        self._nav, self._people, self._params = nav, people, params
        self._work = make_work(nav, len(people.x), n_fields)
        self._events = np.zeros((2 * len(people.x) + 2, 3), dtype=np.int32)
        self._new: list[int] = []
        cells.place_all_at_rest(nav.arrays, people, self._work, nav.outside)

    @property
    def conflicts(self) -> int:
        """How often somebody who stood still for long was let through with a smaller body."""
        return int(self._work.counts[1])

    @property
    def walkers(self) -> NDArray[np.int32]:
        """Rows of who walks, in their order."""
        self._enlist()
        return self._work.movers[: self._work.counts[0]]

    def keep_out(self, shuts: NDArray[np.int32]) -> None:
        """Say which space each field keeps out of, int32[n_fields], -1 for none."""
        self._work = self._work._replace(shuts=shuts)

    def start(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Let people walk; return those who were at rest."""
        work, new = self._work, np.empty(len(rows), dtype=np.int64)
        lists = work.rest_head, work.rest_next, work.rest_prev, work.cell_of
        n_new = cells.start_walking(self._people.moving, *lists, rows, new)
        self._new += new[:n_new].tolist()
        return new[:n_new]

    def stop(self, rows: NDArray[np.int64]) -> None:
        """Put walkers to rest where they are."""
        rows = rows[self._people.moving[rows] == 1]
        if len(rows):
            left = self.walkers[~np.isin(self.walkers, rows)]
            self._work.movers[: len(left)] = left
            self._work.counts[0] = len(left)
            self._people.moving[rows] = 0
            for row in rows:
                cells.place_at_rest(self._nav.arrays, self._people, self._work, int(row))

    def take_away(self, row: int) -> None:
        """Take a person who is at rest off the plan."""
        cells.take_from_rest(self._work, row)

    def _enlist(self) -> None:
        """Add who set out to the list of walkers, which stays in the order of rows."""
        if self._new:
            work, n = self._work, int(self._work.counts[0])
            rows = np.concatenate([work.movers[:n], np.array(self._new, dtype=np.int32)])
            rows.sort()  # nobody twice: only who did not walk yet is put down as new
            work.movers[: len(rows)] = rows
            work.counts[0] = len(rows)
            self._new.clear()

    def advance(
        self,
        tick_from: int,
        tick_to: int,
        fields: NDArray[np.float64],
        goals: NDArray[np.uint8],
        passable: NDArray[np.uint8],
        sight: SightArrays,
    ) -> tuple[int, NDArray[np.int32]]:
        """Let walkers walk until a tick or until one of them has something to report.

        Parameters
        ----------
        fields : float64[n_fields, field_size]
            What is left to walk to each destination (m).
        goals : uint8[n_fields, n_spaces]
            1 for the spaces of a destination.
        passable : uint8[n_doors, 2]
            1 where somebody on that side may pass.
        sight : SightArrays
            From where people are in open sight.

        Returns
        -------
        tuple
            The tick reached, and the events of that tick: int32[n, 3] of kind, row, door; valid until the
            next call.
        """
        self._enlist()
        if self._work.counts[0] == 0:
            return tick_to, self._events[:0]
        arguments = (
            self._nav.arrays, self._people, self._work, fields, goals, passable, sight, self._params,
            tick_from, tick_to, self._events,
        )  # fmt: skip
        tick, n_events = _walk_on(self, arguments)(*arguments)
        return tick, self._events[:n_events]


_CODES: WeakKeyDictionary[Driver, Callable[..., tuple[int, int]]] = WeakKeyDictionary()
"""The compiled `movement.advance` by driver: in one run the types of its arguments never change."""


def _walk_on(driver: Driver, arguments: tuple[Any, ...]) -> Callable[..., tuple[int, int]]:
    code = _CODES.get(driver)
    if code is None:
        code = _CODES[driver] = machine_code(movement.advance, *arguments)
    return code
