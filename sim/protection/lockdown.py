"""The Standard Response Protocol: what a class, or another group, does once it is alerted.

Lockdown (threat inside) is locks, lights, out of sight: everybody moves out of the sight of the doors while
the teacher goes to each door, closes it and locks it (`locks.py`). Evacuate is a group that gets ready and
leaves together by a way that `leaving` allows; the release of rooms after the threat is `recovery`. The two
other actions, Secure (`locks.py`) and Hold (`refuge.py`), nobody calls by themselves in an incident whose
threat is inside.
"""

from __future__ import annotations

import numpy as np

from sim.clock import to_ticks
from sim.incident import Incident
from sim.people.population import Role
from sim.protection.leaving import Leaving, reaction_factor
from sim.protection.locks import Locks
from sim.streams import Stream


class Lockdown:
    """The actions of groups after an alert.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    locks : Locks
        The doors, and who goes to them.
    leaving : Leaving
        Who decides who leaves instead of locking down.
    """

    def __init__(self, incident: Incident, locks: Locks, leaving: Leaving) -> None:
        self._incident, self._locks, self._leaving = incident, locks, leaving

    def group_alerted(self, group: int) -> None:
        """Let a group react after its leader's reaction time."""
        incident = self._incident
        delay_s = reaction_factor(incident) * incident.drawn(
            "lockdown.teacher_reaction",
            Stream.TEACHER_REACTION,
            int(incident.people.group_hash[group]),
        )
        incident.agenda.at(incident.tick + to_ticks(delay_s), self._group_acts, group)

    def _group_acts(self, group: int) -> None:
        people = self._incident.people
        rows = people.members[group]
        rows = self._leaving.those_who_stay(rows[self._incident.walkers.can_act(rows)])
        if not len(rows):
            return
        if self._leaving.way_of_group(group) is not None:
            delay_s = self._incident.drawn(
                "move.pre_evacuation_child", Stream.PRE_EVACUATION, int(people.group_hash[group])
            )
            self._incident.agenda.at(self._incident.tick + to_ticks(delay_s), self._group_leaves, group)
        else:
            self._lock_down(group, rows)

    def _lock_down(self, group: int, rows: np.ndarray) -> None:
        """Let a group go out of sight while one of it goes to the doors, closes and locks them.

        Where a door is locked already it is tried all the same, so that what a class does is the same there.
        """
        people = self._incident.people
        space = int(people.group_home[group])
        if self._locks.is_secured(space):
            self._locks.update_room(space)
            return
        leader = int(people.leader[group])
        locker = leader if leader >= 0 and leader in rows else self._adult(rows)
        others = rows[rows != locker]
        self._incident.walkers.walk_to_hide(others, space)
        if locker >= 0:
            self._locks.send(locker, space)

    def _adult(self, rows: np.ndarray) -> int:
        """Return a member of staff among the rows, else the first person (pupils close a door too)."""
        staff = rows[self._incident.people.role[rows] == Role.STAFF]
        return int(staff[0]) if len(staff) else int(rows[0])

    def _group_leaves(self, group: int) -> None:
        """Let a group that got ready leave, unless it has learnt meanwhile that it had better lock down."""
        people = self._incident.people
        members = people.members[group]
        still_there = self._incident.walkers.can_act(members) & (
            people.space[members] == people.group_home[group]
        )
        rows = self._leaving.those_who_stay(members[still_there])
        way = self._leaving.way_of_group(group)
        if way is not None:
            self._incident.walkers.walk_out(rows, way)
        elif len(rows):
            self._lock_down(group, rows)
