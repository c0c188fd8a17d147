"""The Standard Response Protocol: what groups and single people do once they are alerted.

Lockdown (threat inside) is locks, lights, out of sight: everybody moves out of the sight of the doors while
the teacher goes to each door, closes it and locks it. A room is secured when every way into it is closed and
locked and somebody in it has gone into lockdown: a locked door alone does not make a class secured that knows
nothing. Evacuate is a group that gets ready and leaves together by a way that `leaving` allows; the release
of rooms after the threat is `recovery`. Secure (threat outside: lock the perimeter, go on inside) is here the
state of the exterior doors at the start. Hold (stay in the rooms, clear the halls) is what single people do
of a lockdown: who is in a hall goes to the next open room. Nobody calls these two by themselves in an
incident whose threat is inside.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np

from sim.clock import to_ticks
from sim.incident import Incident
from sim.leaving import Leaving, reaction_factor
from sim.population import Role, State
from sim.streams import OpenDraws, Stream
from sim.timeline import ROOM_SECURED

_TRY_AGAIN_S, _TRY_LOCK_AGAIN_S = 0.5, 1.0
"""A door that somebody stands in is tried again after so long (s): to close it, to lock it after a knock."""

_LET_IN_S = 4.0
"""How long a door that was opened to a late knock stays unlocked, beside the time to lock it (s)."""

_AT_START, _IN_LOCKDOWN = 0, 1
"""Ordinals of the errors of a door: whoever left it unlocked in the morning need not err again."""


class Lockdown:
    """Locks at the start, and the actions of groups and people after an alert.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    """

    def __init__(self, incident: Incident) -> None:
        self._incident = incident
        self._may_lock: Callable[[int], bool] = lambda space: True
        self._leaving: Leaving
        self._doors_left: dict[int, list[int]] = {}
        self._secured: set[int] = set()
        self._announced_rooms: set[int] = set()
        self._away: set[int] = set()
        self._knocks: Counter[int] = Counter()
        self._to_knock: dict[int, int] = {}
        self._tried: set[tuple[int, int]] = set()
        self._reaction_factor = reaction_factor(incident)
        self._lock_at_start()

    def guard(self, may_lock: Callable[[int], bool]) -> None:
        """Name the question whether a space can be locked just now (nobody locks in a hazard)."""
        self._may_lock = may_lock

    def let_leave(self, leaving: Leaving) -> None:
        """Name who decides who leaves instead of locking down."""
        self._leaving = leaving

    def called_away(self, rows: np.ndarray) -> None:
        """Take note that people left the doors that they were going to lock, or to knock at."""
        for row in rows:
            self._doors_left.pop(int(row), None)
            self._to_knock.pop(int(row), None)
            self._away.add(int(row))

    # -- doors at the start ------------------------------------------------------------------------

    def _lock_at_start(self) -> None:
        """Lock classroom doors by rule and habit, and exterior doors as audited.

        Where doors are always locked a few are not, as anywhere. While classes change no classroom is locked:
        nobody could go in.
        """
        incident = self._incident
        nav, policy, table = incident.nav, incident.policy, incident.parameters
        draws = OpenDraws(incident.draws.key)
        rule = {"rule": True, "none": False}.get(
            str(policy["locks.rule"]),
            draws.u(Stream.RULE_IN_FORCE, "campus") < table.value("lock.rule_in_force"),
        )
        share = table.value("lock.locked_with_rule" if rule else "lock.locked_without_rule")
        lock_type = str(policy["lock.type"])
        none_locked = lock_type == "none" or incident.scenario.day_part == "passing"
        for door in nav.interior_doors:
            if none_locked or not nav.can_lock[door] or not nav.is_room_door[door]:
                continue
            if lock_type == "always_locked":
                u = draws.u(Stream.LOCK_ERROR, nav.door_ids[door], _AT_START)
                is_locked = u >= table.value("drill.error_floor")
            else:
                is_locked = draws.u(Stream.LOCKED_AT_START, nav.door_ids[door]) < share
            if is_locked:
                incident.doors.lock(door)
        for door in nav.exterior_doors:
            incident.doors.lock(door)
        if policy["entrance.vestibule"] == "secured":
            for space in nav.spaces_of_use("vestibule"):
                for door in nav.doors_of(space):
                    incident.doors.lock(door)

    # -- groups ------------------------------------------------------------------------------------

    def group_alerted(self, group: int) -> None:
        """Let a group react after its leader's reaction time."""
        incident = self._incident
        delay_s = self._reaction_factor * incident.drawn(
            "lockdown.teacher_reaction",
            Stream.TEACHER_REACTION,
            int(incident.people.group_hash[group]),
        )
        incident.agenda.at(incident.tick + to_ticks(delay_s), self._group_acts, group)

    def _group_acts(self, group: int) -> None:
        people = self._incident.people
        rows = people.members[group]
        rows = self._leaving.those_who_stay(rows[self._free(rows)])
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
        if space in self._secured:
            self._update_room(space)
            return
        leader = int(people.leader[group])
        locker = leader if leader >= 0 and leader in rows else self._adult(rows)
        others = rows[rows != locker]
        self._incident.occupants.walk_to_hide(others, space)
        if locker >= 0:
            nav = self._incident.nav
            self._doors_left[locker] = [door for door in nav.doors_of(space) if nav.has_leaf[door]]
            self._away.discard(locker)
            self._next_door(locker, space)

    def _adult(self, rows: np.ndarray) -> int:
        """Return a member of staff among the rows, else the first person (pupils close a door too)."""
        staff = rows[self._incident.people.role[rows] == Role.STAFF]
        return int(staff[0]) if len(staff) else int(rows[0])

    def _group_leaves(self, group: int) -> None:
        """Let a group that got ready leave, unless it has learnt meanwhile that it had better lock down."""
        people = self._incident.people
        members = people.members[group]
        still_there = self._free(members) & (people.space[members] == people.group_home[group])
        rows = self._leaving.those_who_stay(members[still_there])
        way = self._leaving.way_of_group(group)
        if way is not None:
            self._incident.occupants.walk_out(rows, way)
        elif len(rows):
            self._lock_down(group, rows)

    def _free(self, rows: np.ndarray) -> np.ndarray:
        """Tell who can still act: not out and not at rest for good."""
        return self._incident.occupants.can_act(rows)

    # -- closing and locking -------------------------------------------------------------------------

    def _next_door(self, locker: int, space: int) -> None:
        left = self._doors_left.get(locker, [])
        if left:
            x, y = self._incident.nav.door_stand(left[0], space)
            self._incident.occupants.walk_to(np.array([locker]), space, x, y, State.ALERTED, notify=True)
        else:
            self._doors_left.pop(locker, None)
            self._incident.occupants.walk_to_hide(
                np.array([locker]), space, is_secured=space in self._secured
            )

    def arrived(self, row: int) -> bool:
        """Take note that a person reached the goal; tell whether lockdown had sent that person."""
        if row in self._to_knock:
            self._at_the_door(row, self._to_knock.pop(row))
            return True
        if row not in self._doors_left:
            return False
        space = int(self._incident.people.space[row])
        door = self._doors_left[row].pop(0)
        close = self._incident.drawn(
            "lockdown.close_time", Stream.CLOSE_TIME, self._incident.nav.door_ids[door]
        )
        self._incident.agenda.at(
            self._incident.tick + to_ticks(close + self._lock_time_s(door)), self._lock_done, row, space, door
        )
        return True

    def _lock_time_s(self, door: int) -> float:
        lock_type = str(self._incident.policy["lock.type"])
        is_locked = self._incident.doors.locked[door]
        if is_locked or lock_type in ("none", "always_locked") or not self._incident.nav.can_lock[door]:
            return 0.0  # a door that is always locked from without locks as it closes
        name = "lock.time_push_button" if lock_type == "push_button" else "lock.time_keyed_outside"
        return self._incident.drawn(name, Stream.LOCK_TIME, self._incident.nav.door_ids[door])

    def _lock_error(self, door: int) -> bool:
        """Draw a lock error: the published error by lock type, changed by training, never below the floor."""
        policy, table = self._incident.policy, self._incident.parameters
        by_type = {"push_button": "lock.error_push_button", "keyed_outside": "lock.error_keyed"}
        name = by_type.get(str(policy["lock.type"]))  # a door that locks as it closes errs by the floor alone
        share = table.value(name) if name else 0.0
        share *= table.table("training.error_multiplier", str(policy["lockdown.training"]))
        share = max(share, table.value("drill.error_floor"))
        draws = OpenDraws(self._incident.draws.key)
        return draws.u(Stream.LOCK_ERROR, self._incident.nav.door_ids[door], _IN_LOCKDOWN) < share

    def _lock_done(self, row: int, space: int, door: int) -> None:
        incident = self._incident
        if row in self._away or not self._free(np.array([row]))[0]:
            return
        if incident.occupants.body_in(door):
            incident.agenda.at(incident.tick + to_ticks(_TRY_AGAIN_S), self._lock_done, row, space, door)
            return
        self._close(door, space)
        if not self._doors_left.get(row):
            self._update_room(space)
        self._next_door(row, space)

    def _close(self, door: int, space: int) -> None:
        """Close a door, and lock it if it can be, nobody errs and it is not locked already."""
        incident = self._incident
        can_lock = incident.policy["lock.type"] != "none" and incident.nav.can_lock[door]
        if incident.doors.locked[door]:
            return
        if can_lock and not self._lock_error(door) and self._may_lock(space):
            incident.doors.lock(door)
            incident.occupants.doors_changed()
        else:
            incident.doors.close(door)

    def _update_room(self, space: int) -> None:
        """Set whoever knows in a room to secured or back, by the state of its doors."""
        incident = self._incident
        is_secure = incident.nav.is_room[space] and incident.doors.is_secure(space) and self._may_lock(space)
        incident.occupants.mark_secured(space, is_secure)
        (self._secured.add if is_secure else self._secured.discard)(space)
        if is_secure and space not in self._announced_rooms:
            self._announced_rooms.add(space)
            incident.stamp(ROOM_SECURED, where=incident.nav.wing[space])

    # -- people without a group ------------------------------------------------------------------------

    def person_alerted(self, row: int) -> None:
        """Let a single person react: to the nearest room that is not locked, else out."""
        delay_s = self._reaction_factor * self._incident.drawn(
            "lockdown.teacher_reaction", Stream.PUPIL_REACTION, self._incident.people.entity(row)
        )
        self._incident.agenda.at(self._incident.tick + to_ticks(delay_s), self.seek_shelter, row)

    def seek_shelter(self, row: int) -> None:
        """Send a person to the nearest open room; without one, to a door to knock at, else to an exit."""
        incident = self._incident
        rows = np.array([row])
        self._to_knock.pop(row, None)
        if not self._free(rows)[0] or not len(self._leaving.those_who_stay(rows)):
            return
        space = int(incident.people.space[row])
        if incident.nav.is_room[space]:
            self._settle(row, space)
        elif not incident.occupants.walk_to_shelter(row) and not self._go_to_knock(row, space):
            incident.occupants.walk_out(np.array([row]))

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
        incident.occupants.walk_to(np.array([row]), space, *stands[door], State.MOVING, notify=True)
        incident.occupants.set_state(np.array([row]), State.MOVING)
        return True

    def settle(self, row: int) -> None:
        """Find a place out of sight for a person who reached a shelter."""
        self._settle(row, int(self._incident.people.space[row]))

    def _settle(self, row: int, space: int) -> None:
        incident = self._incident
        is_secure = incident.nav.is_room[space] and incident.doors.is_secure(space)
        incident.occupants.walk_to_hide(np.array([row]), space, is_secured=is_secure)

    def _at_the_door(self, row: int, door: int) -> None:
        """Knock at a door that one went to, unless it has been opened meanwhile."""
        is_open = not self._incident.doors.locked[door] or self._is_let_in(row, door)
        if not (is_open and self._incident.occupants.walk_to_shelter(row)):
            self.seek_shelter(row)

    def knock(self, row: int, door: int) -> None:
        """Handle a late knock: the way is locked now; people inside may open, else look for another room."""
        if self._is_let_in(row, door):
            self._incident.occupants.resume(row)
        else:
            self.seek_shelter(row)

    def _is_let_in(self, row: int, door: int) -> bool:
        """Let somebody inside open to a knock, or not; the door is locked again behind whoever comes in."""
        incident = self._incident
        space, number = incident.nav.room_behind(door), self._knocks[row]
        self._knocks[row] += 1
        u = incident.draws.u(Stream.LATE_KNOCK, incident.people.entity(row), number)
        inside = np.flatnonzero(incident.people.space == space)
        if u >= incident.parameters.value("lockdown.late_knock_opened") or not self._free(inside).any():
            return False
        incident.doors.unlock(door)
        incident.occupants.doors_changed()
        self._update_room(space)
        wait_s = _LET_IN_S + self._lock_time_s(door)
        incident.agenda.at(incident.tick + to_ticks(wait_s), self._lock_again, space, door)
        return True

    def _lock_again(self, space: int, door: int) -> None:
        incident = self._incident
        if incident.occupants.body_in(door) or not self._may_lock(space):
            incident.agenda.at(incident.tick + to_ticks(_TRY_LOCK_AGAIN_S), self._lock_again, space, door)
            return
        incident.doors.lock(door)
        incident.occupants.doors_changed()
        self._update_room(space)
