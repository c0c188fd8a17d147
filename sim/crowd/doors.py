"""The doors and exits of a crowd: they open, close, lock and unlock at a time, and never close on a body."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.crowd.floor import Floor
from sim.crowd.input import DoorEvent, some_of
from sim.errors import CrowdError, closest
from sim.kernels.steering import CLEARANCE_M
from sim.kernels.types import PeopleArrays


class Doors:
    """State of all doors of one run.

    Parameters
    ----------
    floor : Floor
        The floor.
    people : PeopleArrays
        The people, who may stand in doors.
    on_change : callable
        Called without arguments after a change.
    """

    def __init__(self, floor: Floor, people: PeopleArrays, on_change: Callable[[], None]) -> None:
        self._floor, self._people, self._on_change = floor, people, on_change
        n = floor.nav.n_doors
        self._closed, self._locked = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        self._waiting: dict[str, DoorEvent] = {}
        self.passable: NDArray[np.uint8] = floor.nav.everywhere_passable().copy()

    def carry_out(self, event: DoorEvent) -> None:
        """Open, close, lock or unlock; a door with a body in it waits until it is free."""
        if event.action in ("open", "unlock"):
            shut = {"open": "close", "unlock": "lock"}[event.action]
            if event.name in self._waiting and self._waiting[event.name].action == shut:
                del self._waiting[event.name]
            self._set(event, False)
        else:
            self._waiting[event.name] = event
            self.retry()

    def retry(self) -> None:
        """Try again to shut the doors that somebody stood in."""
        for name in sorted(self._waiting):
            if not any(self._body_in(door) for door in self._floor.doors[name]):
                self._set(self._waiting.pop(name), True)

    def _set(self, event: DoorEvent, is_shut: bool) -> None:
        rows = list(self._floor.doors[event.name])
        state = self._locked if event.action in ("lock", "unlock") else self._closed
        state[rows] = is_shut
        nav = self._floor.nav
        free, egress = nav.everywhere_passable()[rows], nav.free_egress[rows]
        locked = np.where(self._locked[rows][:, None], free & egress, free)
        self.passable[rows] = np.where(self._closed[rows][:, None], 0, locked)
        self._on_change()

    def _body_in(self, door: int) -> bool:
        """Tell whether somebody's middle is as near to the mid-line as it never is to a wall."""
        nav, people = self._floor.nav.arrays, self._people
        for side in range(2):
            nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
            dx, dy = people.x - nav.door_x[door, side], people.y - nav.door_y[door, side]
            depth, lateral = dx * nx + dy * ny, dy * nx - dx * ny
            near = np.abs(depth) < nav.door_depth[door, side] + CLEARANCE_M
            near &= np.abs(lateral) < nav.door_half_w[door]
            near &= people.space == nav.door_space[door, side]
            if nav.door_space[door, side] != self._floor.nav.outside and near.any():
                return True
        return False


def check_event(floor: Floor, event: DoorEvent) -> None:
    """Say what is wrong with an event."""
    if event.name not in floor.doors:
        known = list(floor.doors)
        raise CrowdError(
            f"{event.action} at {event.at_s:g} s: there is no door or exit '{event.name}'."
            f"{closest(str(event.name), known)} There are: {some_of(known)}."
        )
    if not 0.0 <= event.at_s < float("inf"):
        raise CrowdError(
            f"{event.action} '{event.name}': found at_s {event.at_s!r}; give a time from 0 s on."
        )
