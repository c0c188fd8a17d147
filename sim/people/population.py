"""The people of one incident as a struct of arrays: one row per person, the schema in one table.

`COLUMNS` is the schema of what users may read. Who belongs to the building is in `roster.py`; who is there
on the day, where and how fast, in `presence.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.kernels.types import PeopleArrays

BODY_RADIUS_M = 0.18
"""Radius of the body disc (m): with the time gap of `movement_model` fitted to the speeds of HERMES at 0.5 to
3 /m2. The two give 1.7 to 2.1 persons per metre of door and second, where experiments have about 1.9; arches
are resolved in `kernels.stepping` and counted."""


NOT_TOLD = -1


class Role(IntEnum):
    """What a person is in the building for."""

    PUPIL = 0
    STAFF = 1
    VISITOR = 2


class State(IntEnum):
    """What a person is doing; the only states there are, for everybody and in every output."""

    UNAWARE = 0
    ALERTED = 1
    MOVING = 2
    SHELTERED = 3
    SECURED = 4
    LEAVING = 5
    OUT = 6
    RESPONDER = 7


COLUMNS: dict[str, tuple[str, str, str]] = {
    "x": ("float64", "m", "position in the frame of the space's sheet"),
    "y": ("float64", "m", "position in the frame of the space's sheet"),
    "space": ("int32", "row", "space the person is in"),
    "state": ("int8", "State", "what the person is doing, as `shown_states` shows it"),
    "radius": ("float64", "m", "radius of the body disc"),
    "role": ("int8", "Role", "pupil, staff or visitor"),
    "group": ("int32", "row", "class or room group, -1 for nobody's"),
    "home": ("int32", "row", "home space"),
    "walk_mps": ("float64", "m/s", "free walking speed"),
    "alert_mps": ("float64", "m/s", "speed once alerted: runs, or walks fast"),
    "alerted_tick": ("int64", "tick", "when alerted, -1 for not yet"),
    "out_tick": ("int64", "tick", "when out, -1 for never"),
}
"""State variables that users may read: dtype, unit or type, meaning.

The present speed and the time of the last change of state are not among them: both would tell an injured
person from others at rest (tests/scope).
"""


@dataclass(slots=True)
class People:
    """The struct of arrays of one run: what kernels move, and what only the submodels need.

    `told_tick` is the tick from which on outputs show states, `NOT_TOLD` while they do not: of a plan from
    outside the building has to be told first (docs/scope.md, rule 6).
    """

    arrays: PeopleArrays
    id_hash: NDArray[np.uint64]
    role: NDArray[np.int8]
    group: NDArray[np.int32]
    home: NDArray[np.int32]
    walk_mps: NDArray[np.float64]
    alert_mps: NDArray[np.float64]
    alerted_tick: NDArray[np.int64]
    members: list[NDArray[np.int64]]
    leader: NDArray[np.int64]
    group_home: NDArray[np.int32]
    group_hash: NDArray[np.uint64]
    n_inside_at_start: int
    told_tick: int = 0

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.role)

    @property
    def n_groups(self) -> int:
        """Number of room groups."""
        return len(self.group_home)

    @property
    def x(self) -> NDArray[np.float64]:
        """Position (m), float64[n_people]."""
        return self.arrays.x

    @property
    def y(self) -> NDArray[np.float64]:
        """Position (m), float64[n_people]."""
        return self.arrays.y

    @property
    def space(self) -> NDArray[np.int32]:
        """Row of the space, int32[n_people]."""
        return self.arrays.space

    @property
    def state(self) -> NDArray[np.int8]:
        """State, int8[n_people]."""
        return self.arrays.state

    def entity(self, row: int) -> int:
        """Return the hashed id of a person: the entity of that person's draws."""
        return int(self.id_hash[row])

    def shown(self, rows: slice = slice(None)) -> NDArray[np.int8]:
        """Return the states that outputs may show, int8[n_rows].

        Who locks, shelters or leaves before the building has been told has met the threat: of a plan from
        outside they look like all others till then, unaware or moving; who is out like somebody at rest.
        """
        arrays = self.arrays
        state, moving = arrays.state[rows], arrays.moving[rows]
        if self.told_tick != NOT_TOLD:
            return shown_states(state, moving)
        seen = np.where(moving == 1, State.MOVING, State.UNAWARE)
        out_at_start = (state == State.OUT) & (arrays.out_tick[rows] <= 0)
        return np.where(out_at_start, State.OUT, seen).astype(np.int8)

    def shown_ticks(self, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return when something happened to each person as outputs may say it: not before it was shown."""
        if self.told_tick == NOT_TOLD:
            return np.full_like(ticks, -1)
        return np.where(ticks < 0, ticks, np.maximum(ticks, self.told_tick))

    def counts(self) -> dict[State, int]:
        """Return how many people are in each state; the counts add up to everybody."""
        counted = np.bincount(self.arrays.state, minlength=len(State))
        return {state: int(counted[state]) for state in State}


def shown_states(state: NDArray[np.int8], moving: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return the states that outputs may show: who is alerted is shown as moving or, at rest, as sheltered.

    Whoever stays alerted for minutes could only be injured, and so could whoever skips that state. So no
    agent, column, page or recording shows it.
    """
    at_rest = np.where(moving == 1, State.MOVING, State.SHELTERED)
    return np.where(state == State.ALERTED, at_rest, state).astype(np.int8)
