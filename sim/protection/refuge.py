"""People alone: who belongs to no group seeks the next open room, knocks at a locked one, or goes out.

Whoever settles in a room tells those who are there, and where no class does so, the first closes and locks
the doors.

Hold (stay in the rooms, clear the halls) is what these people do of a lockdown: who is in a hall goes to the
next open room. A late knock is that of somebody who finds none, at the locked doors along the own hall, or
whose room was locked on the way there; people inside may open.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np

from sim.clock import to_ticks
from sim.incident import Incident
from sim.people.population import State
from sim.protection.leaving import Leaving, reaction_factor
from sim.protection.locks import Locks
from sim.streams import Stream


class Refuge:
    """The actions of people without a group after an alert.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    locks : Locks
        The doors, and who goes to them.
    leaving : Leaving
        Who decides who leaves instead.
    on_settle : callable
        Called with a space when somebody settles there and tells those who are there.
    """

    def __init__(
        self, incident: Incident, locks: Locks, leaving: Leaving, on_settle: Callable[[int], None]
    ) -> None:
        self._incident, self._locks, self._leaving = incident, locks, leaving
        self._on_settle = on_settle
        self._knocks: Counter[int] = Counter()
        self._to_knock: dict[int, int] = {}
        self._tried: set[tuple[int, int]] = set()

    def called_away(self, rows: np.ndarray) -> None:
        """Take note that people left the doors that they were going to knock at."""
        for row in rows:
            self._to_knock.pop(int(row), None)

    def arrived(self, row: int) -> bool:
        """Take note that a person reached the goal; tell whether it was a door to knock at."""
        if row not in self._to_knock:
            return False
        self._at_the_door(row, self._to_knock.pop(row))
        return True

    def person_alerted(self, row: int) -> None:
        """Let a single person react: to the nearest room that is not locked, else out."""
        delay_s = reaction_factor(self._incident) * self._incident.drawn(
            "lockdown.teacher_reaction", Stream.PUPIL_REACTION, self._incident.people.entity(row)
        )
        self._incident.agenda.at(self._incident.tick + to_ticks(delay_s), self.seek_shelter, row)

    def seek_shelter(self, row: int) -> None:
        """Send a person to the nearest open room; without one, to a door to knock at, else to an exit."""
        incident = self._incident
        rows = np.array([row])
        self._to_knock.pop(row, None)
        if not incident.walkers.can_act(rows)[0] or not len(self._leaving.those_who_stay(rows)):
            return
        space = int(incident.people.space[row])
        if incident.nav.is_room[space]:
            self._settle(row, space)
        elif not incident.walkers.walk_to_shelter(row) and not self._go_to_knock(row, space):
            incident.walkers.walk_out(np.array([row]))

    def _go_to_knock(self, row: int, space: int) -> bool:
        """Send a person to the nearest locked door along a hall, once to each; tell whether one is left."""
        incident = self._incident
        nav, people = incident.nav, incident.people
        doors = [
            door
            for door in nav.doors_of(space)
            if incident.doors.locked[door] and nav.is_room_door[door] and (row, door) not in self._tried
        ]
        if not doors:
            return False
        stands = {door: nav.door_stand(door, space) for door in doors}
        here = float(people.x[row]), float(people.y[row])
        door = min(doors, key=lambda one: math.dist(here, stands[one]))
        self._tried.add((row, door))
        self._to_knock[row] = door
        incident.walkers.walk_to(np.array([row]), space, *stands[door], State.MOVING, notify=True)
        incident.walkers.set_state(np.array([row]), State.MOVING)
        return True

    def settle(self, row: int) -> None:
        """Let a person who reached a shelter tell those inside, and see to its doors or go out of sight."""
        self._settle(row, int(self._incident.people.space[row]))

    def _settle(self, row: int, space: int) -> None:
        incident = self._incident
        self._on_settle(space)
        is_room = bool(incident.nav.is_room[space])
        if is_room and self._locks.asks_for(row, space) and not self._leaves_it_to_class(row, space):
            self._locks.send(row, space)
            return
        is_secure = is_room and incident.doors.is_secure(space)
        incident.walkers.walk_to_hide(np.array([row]), space, is_secured=is_secure)

    def _leaves_it_to_class(self, row: int, space: int) -> bool:
        """Tell whether a group in its own room sees to the doors at least as well as a person could."""
        people, locks = self._incident.people, self._locks
        rows = np.flatnonzero((people.space == space) & (people.group >= 0))
        own = rows[people.group_home[people.group[rows]] == space]
        own = own[self._incident.walkers.can_act(own)]
        return len(own) > 0 and (not locks.has_key(row) or any(locks.has_key(int(one)) for one in own))

    def _at_the_door(self, row: int, door: int) -> None:
        """Knock at a door that one went to, unless it has been opened meanwhile."""
        is_open = not self._incident.doors.locked[door] or self._is_let_in(row, door)
        if not (is_open and self._incident.walkers.walk_to_shelter(row)):
            self.seek_shelter(row)

    def knock(self, row: int, door: int) -> None:
        """Handle a late knock: the way is locked now; people inside may open, else look for another room."""
        if self._is_let_in(row, door):
            self._incident.walkers.resume(row)
        else:
            self.seek_shelter(row)

    def _is_let_in(self, row: int, door: int) -> bool:
        """Let somebody inside open to a knock, or not."""
        incident = self._incident
        space, number = incident.nav.room_behind(door), self._knocks[row]
        self._knocks[row] += 1
        u = incident.draws.u(Stream.LATE_KNOCK, incident.people.entity(row), number)
        inside = np.flatnonzero(incident.people.space == space)
        opened = incident.parameters.value("lockdown.late_knock_opened")
        if u >= opened or not incident.walkers.can_act(inside).any():
            return False
        self._locks.open_to_knock(door, space)
        return True
