"""Orders to walk: who sets out where, and the states that people are in meanwhile and end in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels import movement
from sim.kernels.types import SightArrays
from sim.people.driver import Driver
from sim.people.movement_model import move_params
from sim.people.population import State
from sim.people.ways import EXIT, SHELTER, Ways
from sim.place.navigation import Navigation

if TYPE_CHECKING:
    from sim.given.parameters import ParameterTable
    from sim.people.population import People
    from sim.place.doors import DoorState

_KINDS = {movement.ARRIVED: "arrived", movement.WENT_OUT: "out", movement.BLOCKED: "blocked"}
_OUT = int(State.OUT)
"""Asked so often that looking it up shows in the time of a run (Python 3.11)."""


class Event(NamedTuple):
    """Something a walker met: "arrived", "out" or "blocked", and the door where there is one."""

    kind: str
    row: int
    door: int


class Walkers:
    """Movement of the people of one run.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    people : People
        The struct of arrays.
    doors : DoorState
        State of the doors.
    parameters : ParameterTable
        Stair factors.
    """

    def __init__(self, nav: Navigation, people: People, doors: DoorState, parameters: ParameterTable) -> None:
        self._nav, self._people, self._doors = nav, people, doors
        self._arrays = people.arrays
        self.ways = Ways(nav, people.arrays, doors)
        up = parameters.value("move.stair_up_factor")
        down = parameters.value("move.stair_down_factor")
        self._driver = Driver(nav, people.arrays, move_params(nav.outside, up, down), len(self.ways.goals))
        self._shuts = self.ways.shuts
        self.tick = 0

    # -- time --------------------------------------------------------------------------------------

    def advance(self, tick_from: int, tick_to: int, sight: SightArrays) -> tuple[int, list[Event]]:
        """Let walkers walk until a tick or until one of them has something to report.

        Returns
        -------
        tuple
            The tick reached and the events of that tick.
        """
        driver, ways = self._driver, self.ways
        walkers = driver.walkers
        if not len(walkers):
            self.tick = tick_to
            return tick_to, []
        ways.refresh_those_followed(walkers)
        if self._shuts is not ways.shuts:
            self._shuts = ways.shuts
            driver.keep_out(ways.shuts)
        self.tick, events = driver.advance(
            tick_from, tick_to, ways.fields, ways.goals, self._doors.passable, sight
        )
        return self.tick, [Event(_KINDS[kind], row, door) for kind, row, door in events.tolist()]

    @property
    def conflicts_resolved(self) -> int:
        """How often somebody who stood still for long was let through with a smaller body."""
        return self._driver.conflicts

    # -- setting out ---------------------------------------------------------------------------------

    def can_act(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell who can still do something: neither out nor at rest for good."""
        free: NDArray[np.bool_] = (self._arrays.may_walk[rows] == 1) & (self._arrays.state[rows] != _OUT)
        return free

    def walk_to(
        self,
        rows: NDArray[np.int64],
        space: int,
        x: float | NDArray[np.float64],
        y: float | NDArray[np.float64],
        state: State,
        *,
        notify: bool = False,
    ) -> None:
        """Send people to points in their own space; they end in a state."""
        arrays = self._arrays
        arrays.goal_space[rows], arrays.field[rows] = space, SHELTER
        arrays.goal_x[rows], arrays.goal_y[rows] = x, y
        arrays.arrive_state[rows] = state
        arrays.notify[rows] = notify
        self._set_out(rows, asks_fields=bool((arrays.space[rows] != space).any()))

    def walk_to_hide(self, rows: NDArray[np.int64], space: int, *, is_secured: bool = False) -> None:
        """Send people of a space out of sight of its doors; in a room that is secured they count as that."""
        if not len(rows):
            return
        inside = rows[self._arrays.space[rows] == space]
        numbers = np.where(
            self._people.home[inside] == space,
            np.arange(len(inside)),
            self._people.id_hash[inside] % np.uint64(997),
        ).astype(np.int64)
        x, y = self._nav.hide_spots(space, numbers)
        self.walk_to(inside, space, x, y, State.SECURED if is_secured else State.SHELTERED)
        self.set_state(inside, State.SECURED if is_secured else State.MOVING)

    def walk_to_shelter(self, row: int, way: int = SHELTER) -> bool:
        """Send a person to the nearest room that is open; tell whether there is one."""
        arrays = self._arrays
        if not np.isfinite(self.ways.distance_m(way, row)):
            return False
        arrays.goal_space[row], arrays.field[row] = -1, way
        arrays.goal_x[row] = arrays.goal_y[row] = np.nan
        arrays.arrive_state[row], arrays.notify[row] = State.SHELTERED, 1
        self.set_state(np.array([row]), State.MOVING)
        self._set_out(np.array([row]))
        return True

    def walk_out(self, rows: NDArray[np.int64], way: int = EXIT) -> None:
        """Send people to the nearest exit."""
        arrays = self._arrays
        if len(rows):
            rows = rows[[bool(np.isfinite(self.ways.distance_m(way, int(row)))) for row in rows]]
        arrays.goal_space[rows], arrays.field[rows] = -1, way
        arrays.goal_x[rows] = arrays.goal_y[rows] = np.nan
        arrays.arrive_state[rows], arrays.notify[rows] = State.OUT, 0
        self.set_state(rows, State.LEAVING)
        self._set_out(rows)

    def resume(self, row: int) -> None:
        """Let a person go on who had stopped at a locked door."""
        self._set_out(np.array([row]))

    def _set_out(self, rows: NDArray[np.int64], *, asks_fields: bool = True) -> None:
        arrays = self._arrays
        arrays.next_door[rows] = -1
        arrays.way[rows] = -1
        arrays.push_x[rows] = arrays.push_y[rows] = 0.0
        arrays.pace_mps[rows] = arrays.speed[rows] = self._people.alert_mps[rows]
        arrays.watch_ticks[rows] = 0
        arrays.left_m[rows], arrays.left_tick[rows] = np.inf, self.tick
        if asks_fields:
            self.ways.followed()
        self._driver.start(rows)

    def stop(self, row: int) -> None:
        """Put a walker to rest where the person is."""
        self._driver.stop(np.array([row]))

    # -- states ----------------------------------------------------------------------------------------

    def set_state(self, rows: NDArray[np.int64], state: State) -> None:
        """Set the state of people."""
        self._arrays.state[rows] = state
        self._arrays.state_since[rows] = self.tick

    def mark_secured(self, space: int, is_secure: bool) -> None:
        """Set who knows and stays in a room to secured, or who was secured there back to sheltered."""
        arrays = self._arrays
        rows = np.flatnonzero(arrays.space == space)
        states = arrays.state[rows]
        if is_secure:
            knows = self._people.alerted_tick[rows] >= 0
            stays = (arrays.moving[rows] == 0) | (arrays.goal_space[rows] == space)
            rows = rows[knows & stays & (states != State.OUT) & (states != State.SECURED)]
            state = State.SECURED
        else:
            rows, state = rows[states == State.SECURED], State.SHELTERED
        if len(rows):
            self.set_state(rows, state)
            arrays.arrive_state[rows] = state

    def release(self, rows: NDArray[np.int64]) -> None:
        """Take people out of the building at the release of their room."""
        for row in rows:
            self.stop(int(row))
            self._driver.take_away(int(row))
        self._arrays.space[rows] = self._nav.outside
        self._arrays.out_tick[rows] = self.tick
        self.set_state(rows, State.OUT)

    def doors_changed(self) -> None:
        """Search ways anew before the next walk; who is on the way keeps the door unless it is locked."""
        self.ways.doors_changed()
        self._arrays.left_m[:], self._arrays.left_tick[:] = np.inf, self.tick
