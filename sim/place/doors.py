"""The state of every door in one run: closed, locked, who may pass and who sees through.

Levers change this state, never the plan. A door that cannot lock stays so under every policy. A locked door
is the time barrier of the Standard Response Protocol: nobody who is not let in passes it in this model.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.place.compile import Navigation

DOOR_COLUMNS: dict[str, tuple[str, str]] = {
    "closed": ("uint8", "whether its leaf is closed"),
    "locked": ("uint8", "whether it is locked; only a door that can lock ever is"),
    "passable": ("uint8", "per side, whether who stands there may pass: from closed, locked and free egress"),
    "see_through": ("uint8", "whether sight passes: open, or glazed and not locked"),
}
"""State variables of a door: type and meaning; arrays of `DoorState`."""


def _nobody_asks() -> None:
    """Do nothing: what doors tell whoever does not want to know."""


class DoorState:
    """Closed and locked flags of all doors, and what follows from them for walking and for sight.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    on_change : callable, optional
        Called without arguments after every change of a door.
    """

    def __init__(self, nav: Navigation, on_change: Callable[[], None] = _nobody_asks) -> None:
        self._nav = nav
        self._on_change = on_change
        n_doors = nav.n_doors
        self.closed = nav.normally_closed.astype(np.uint8)
        self.locked = np.zeros(n_doors, dtype=np.uint8)
        self.passable: NDArray[np.uint8] = nav.everywhere_passable().copy()
        # None is locked so far.
        self.see_through = ((nav.normally_closed == 0) | (nav.glazed == 1)).astype(np.uint8)
        self.version = 0

    def lock(self, door: int) -> None:
        """Close and lock a door; one that cannot lock is only closed."""
        self.closed[door] = 1
        self.locked[door] = self._nav.can_lock[door]
        self._changed(door)

    def close(self, door: int) -> None:
        """Close a door without locking it."""
        self.closed[door] = 1
        self._changed(door)

    def unlock(self, door: int) -> None:
        """Unlock a door; it stays closed."""
        if self.locked[door]:
            self.locked[door] = 0
            self._changed(door)

    def unlock_space(self, space: int) -> None:
        """Unlock every door of a space."""
        for door in self._nav.doors_of(space):
            self.unlock(door)

    def is_secure(self, space: int) -> bool:
        """Tell whether every way into a space is closed and locked."""
        return all(self.closed[door] and self.locked[door] for door in self._nav.doors_of(space))

    def _changed(self, door: int) -> None:
        self.version += 1
        self._derive(door)
        self._on_change()

    def _derive(self, door: int) -> None:
        """Derive passage per side and sight.

        A locked door lets out those on a side with free egress and lets nobody in. Sight passes an open
        door, and closed glazing as long as the door is not locked: nobody behind a locked door is ever
        exposed, vision panels included (docs/scope.md, rule 2).
        """
        nav = self._nav
        free = nav.everywhere_passable()[door]
        egress = nav.free_egress[door]
        self.passable[door] = free & egress if self.locked[door] else free
        self.see_through[door] = not self.locked[door] and (not self.closed[door] or bool(nav.glazed[door]))
