"""The occupants of a building: who sets out where, who is at rest, and the calls into the movement kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.clock import TICKS_PER_S
from sim.kernels import exposure, movement, occupants
from sim.kernels._jit import machine_code
from sim.kernels.types import SightArrays
from sim.people.kept_field import KeptField
from sim.people.movement_model import move_params
from sim.people.population import State
from sim.people.walk_memory import make_work
from sim.place.navigation import Navigation

if TYPE_CHECKING:
    from sim.given.parameters import ParameterTable
    from sim.people.population import People
    from sim.place.doors import DoorState

SHELTER, EXIT = 0, 1
_KINDS = {movement.ARRIVED: "arrived", movement.WENT_OUT: "out", movement.BLOCKED: "blocked"}
_MOVING, _OUT = int(State.MOVING), int(State.OUT)
"""Asked so often that looking them up shows in the time of a run (Python 3.11)."""

NOT_SHELTERS = frozenset({"restroom", "mechanical", "gym"})


class Event(NamedTuple):
    """Something a walker met: "arrived", "out" or "blocked", and the door where there is one."""

    kind: str
    row: int
    door: int


_CODES: WeakKeyDictionary[Navigation, Callable[..., tuple[int, int]]] = WeakKeyDictionary()
"""The compiled `movement.advance` by plan: its arrays may be read-only or not, all others are alike."""


def _walk_on(nav: Navigation, arguments: tuple[Any, ...]) -> Callable[..., tuple[int, int]]:
    code = _CODES.get(nav)
    if code is None:
        code = _CODES[nav] = machine_code(movement.advance, *arguments)
    return code


class Occupants:
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
        self._params = move_params(
            nav.outside,
            parameters.value("move.stair_up_factor"),
            parameters.value("move.stair_down_factor"),
        )
        self._work = make_work(nav, people.n, 2)
        self._fields = np.full((2, nav.field_size), np.inf)
        self._fields[:, -3] = -1.0  # no single point is the destination
        self._goals = np.zeros((2, nav.n_spaces), dtype=np.uint8)
        self._goals[EXIT, nav.outside] = 1
        self._shelters = [s for s in nav.indoor if nav.is_room[s] and nav.use[s] not in NOT_SHELTERS]
        self._goals[SHELTER, self._shelters] = 1
        self._kept = [KeptField(nav, goals) for goals in self._goals]
        self._stale = np.ones(2, dtype=np.bool_)
        self._open = [nav.everywhere_passable()] * 2
        self._asks_fields = True
        self._events = np.zeros((2 * people.n + 2, 3), dtype=np.int32)
        self._setting_out: list[int] = []
        self.injured_ticks: dict[int, int] = {}
        self._responders: dict[int, tuple[int, float, float]] = {}
        self._hides_responders = False
        self.tick = 0
        occupants.place_all_at_rest(nav.arrays, self._arrays, self._work, nav.outside)

    # -- time --------------------------------------------------------------------------------------

    def advance(self, tick_from: int, tick_to: int, sight: SightArrays) -> tuple[int, list[Event]]:
        """Let walkers walk until a tick or until one of them has something to report.

        Returns
        -------
        tuple
            The tick reached and the events of that tick.
        """
        self._enlist()
        if self._work.counts[0] == 0:
            self.tick = tick_to
            return tick_to, []
        if self._asks_fields:
            self._refresh_those_followed()
        arguments = (
            self._nav.arrays,
            self._arrays,
            self._work,
            self._fields,
            self._goals,
            self._doors.passable,
            sight,
            self._params,
            tick_from,
            tick_to,
            self._events,
        )
        tick, n_events = _walk_on(self._nav, arguments)(*arguments)
        self.tick = tick
        if not n_events:
            return tick, []
        return tick, [Event(_KINDS[kind], row, door) for kind, row, door in self._events[:n_events].tolist()]

    @property
    def conflicts_resolved(self) -> int:
        """How often somebody who stood still for long was let through with a smaller body."""
        return int(self._work.counts[1])

    def _enlist(self) -> None:
        """Add who set out to the list of walkers, which stays in the order of rows."""
        if self._setting_out:
            work, n = self._work, int(self._work.counts[0])
            rows = np.concatenate([work.movers[:n], np.array(self._setting_out, dtype=np.int32)])
            rows.sort()  # nobody twice: only who did not move yet is put down as new
            work.movers[: len(rows)] = rows
            work.counts[0] = len(rows)
            self._setting_out.clear()

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
        if not np.isfinite(self.distance_m(way, row)):
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
            rows = rows[[bool(np.isfinite(self.distance_m(way, int(row)))) for row in rows]]
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
        self._asks_fields = self._asks_fields or asks_fields
        work, new = self._work, np.empty(len(rows), dtype=np.int64)
        lists = (work.rest_head, work.rest_next, work.rest_prev, work.cell_of)
        n_new = occupants.start_walking(arrays.moving, *lists, rows, new)
        self._setting_out += new[:n_new].tolist()

    def _stop(self, row: int) -> None:
        """Put a walker to rest where the person is."""
        if self._arrays.moving[row]:
            self._enlist()
            work, n = self._work, int(self._work.counts[0])
            rows = work.movers[:n][work.movers[:n] != row]
            work.movers[: len(rows)] = rows
            work.counts[0] = len(rows)
            self._arrays.moving[row] = 0
            occupants.place_at_rest(self._nav.arrays, self._arrays, work, row)

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
            self._stop(int(row))
            occupants.take_from_rest(self._work, int(row))
        self._arrays.space[rows] = self._nav.outside
        self._arrays.out_tick[rows] = self.tick
        self.set_state(rows, State.OUT)

    # -- doors and distances ---------------------------------------------------------------------------

    def doors_changed(self) -> None:
        """Search ways anew before the next walk; who is on the way keeps the door unless it is locked."""
        self._stale[:] = True
        self._asks_fields = True
        self._arrays.left_m[:], self._arrays.left_tick[:] = np.inf, self.tick

    def body_in(self, door: int) -> bool:
        """Tell whether somebody stands in a door, so that it cannot close."""
        nav, arrays = self._nav.arrays, self._arrays
        a, b = nav.door_space[door].tolist()
        middle = float(nav.door_x[door, 0]), float(nav.door_y[door, 0])
        normal = float(nav.door_nx[door, 0]), float(nav.door_ny[door, 0])
        reach = float(nav.door_depth[door, 0]) + 0.1, float(nav.door_half_w[door])
        people = arrays.space, arrays.x, arrays.y, arrays.state
        return bool(occupants.is_in_doorway(*people, _OUT, (a, b), middle, normal, reach))

    def coming_in(self, door: int, space: int, within_m: float) -> bool:
        """Tell whether somebody who seeks a room is about to come into a space by a door."""
        nav, arrays = self._nav.arrays, self._arrays
        people = arrays.space, arrays.x, arrays.y, arrays.state, arrays.moving, arrays.next_door
        middle = float(nav.door_x[door, 0]), float(nav.door_y[door, 0])
        return bool(occupants.is_coming_in(*people, _MOVING, door, space, middle, within_m))

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
        goals = self._goals[[EXIT, SHELTER]]
        goals[1, no_shelter != 0] = 0
        self._goals = np.concatenate([self._goals, goals])
        self._kept += [KeptField(nav, some) for some in goals]
        self._fields = np.concatenate([self._fields, self._fields[:2]])
        self._stale = np.concatenate([self._stale, np.ones(2, dtype=np.bool_)])
        self._open += [open_doors, open_doors]
        shuts = np.concatenate([self._work.shuts, np.full(2, shut, dtype=np.int32)])
        self._work = self._work._replace(shuts=shuts)  # to the kernel the same as `_open`
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

    def _refresh_those_followed(self) -> None:
        """Search the fields anew that walkers follow; inside the room that one settles in none is needed.

        To be asked again only after a door changed or somebody set out: nobody leaves that room meanwhile.
        """
        self._asks_fields = False
        if not self._stale.any():
            return
        arrays, walkers = self._arrays, self._work.movers[: self._work.counts[0]]
        under_way = walkers[arrays.goal_space[walkers] != arrays.space[walkers]]
        for number in range(len(self._stale)):
            if self._stale[number] and (arrays.field[under_way] == number).any():
                self._refresh(number)

    def _refresh(self, number: int) -> NDArray[np.float64]:
        """Return the field of a way, searched anew if a door has changed since."""
        if self._stale[number]:
            self._stale[number] = False
            self._kept[number].refresh(self._doors.passable & self._open[number], self._fields[number])
        field: NDArray[np.float64] = self._fields[number]
        return field

    # -- exposure: kept here because it is a matter of position; never given out by person ---------------

    def refresh_exposure(self, sight: SightArrays) -> None:
        """Re-evaluate who is exposed after a door, a state or the point of sight changed."""
        exposure.see_all(self._nav.arrays, self._arrays, sight, self.tick)

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
        self._stop(row)
        arrays = self._arrays
        self.injured_ticks[row] = self.tick
        arrays.may_walk[row] = arrays.exposed[row] = 0
        arrays.exposed_ticks[row] += self.tick - arrays.exposed_since[row]
        # What anybody at rest shows: unaware until an alert comes, then sheltered (docs/decisions).
        if arrays.state[row] != State.UNAWARE:
            arrays.state[row] = State.SHELTERED

    def patients(self) -> NDArray[np.int64]:
        """Return the rows of the people who need care."""
        return np.flatnonzero(self._arrays.may_walk == 0)

    # -- responders on the plan --------------------------------------------------------------------------

    def show_responder(self, number: int, space: int, x: float, y: float) -> None:
        """Note where a contact team is."""
        if not self._hides_responders:
            self._responders[number] = (space, x, y)

    def hide_responders(self) -> None:
        """Show no team from contact on: where it stands would say where contact was made."""
        self._responders = {}
        self._hides_responders = True

    def responders_shown(self) -> dict[int, tuple[int, float, float]]:
        """Return where contact teams are: space and position by number of the team."""
        return self._responders
