"""Locks of doors: which are locked at the start, who goes to close and lock them, and when a room is secured.

A room is secured when every way into it is closed and locked and somebody in it has gone into lockdown: a
locked door alone does not make a class secured that knows nothing. Staff carry the keys: a lock that is keyed
from outside is locked by them alone, others close the door. A door waits for whoever stands in it, and for
whoever is about to come in. A class that could not lock its room because the threat was in it does so once it
is gone, if somebody can.

Secure (threat outside: lock the perimeter, go on inside) is here the state of exterior doors at the start.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.clock import to_ticks
from sim.given.names import ParameterName
from sim.incident import Incident
from sim.people.doorways import body_in, coming_in
from sim.people.population import Role, State
from sim.record.timeline import ROOM_SECURED
from sim.streams import OpenDraws, Stream

_TRY_AGAIN_S, _TRY_LOCK_AGAIN_S = 0.5, 1.0
"""Asked again after so long (s): a door that somebody stands in, to close it; one to be locked later."""

_LET_IN_S = 4.0
"""How long a door that was opened to a late knock stays unlocked, beside the time to lock it (s)."""

_COMING_IN_M = 5.0
"""Whoever seeks a room and is that near its door is let in before it is closed (m; an assumption)."""

_AT_START, _IN_LOCKDOWN = 0, 1
"""Ordinals of the errors of a door: whoever left it unlocked in the morning need not err again."""

_STAFF = int(Role.STAFF)
"""Asked so often that looking it up shows in the time of a run (Python 3.11)."""


class Locks:
    """The doors at the start, and the people who go to them.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    may_lock : callable
        Whether a space can be locked just now (nobody locks in a hazard).
    """

    def __init__(self, incident: Incident, may_lock: Callable[[int], bool]) -> None:
        self._incident = incident
        self._may_lock = may_lock
        self._doors_left: dict[int, list[int]] = {}
        self._locker_of: dict[int, int] = {}
        self._secured: set[int] = set()
        self._announced_rooms: set[int] = set()
        self._away: set[int] = set()
        self._lock_at_start()

    def called_away(self, rows: np.ndarray) -> None:
        """Take note that people left the doors that they were going to lock."""
        for row in rows.tolist():
            if self._doors_left.pop(row, None) is not None:
                self._locker_of.pop(int(self._incident.people.space[row]), None)
            self._away.add(row)

    # -- at the start ------------------------------------------------------------------------------

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

    # -- closing and locking -------------------------------------------------------------------------

    def send(self, row: int, space: int) -> None:
        """Send a person to every door of a space in turn, to close and lock it, and then out of sight."""
        self._doors_left[row] = self._doors_with_leaf(space)
        self._locker_of[space] = row
        self._away.discard(row)
        self._go_on(row, space)

    def asks_for(self, row: int, space: int) -> bool:
        """Tell whether a person could close or lock a door of a room to which nobody able to has gone."""
        doors, has_key, locker = self._incident.doors, self.has_key(row), self._locker_of.get(space)
        if locker is not None and (self.has_key(locker) or not has_key):
            return False
        return any(
            not doors.closed[door] or (has_key and self._can_lock(door) and not doors.locked[door])
            for door in self._doors_with_leaf(space)
        )

    def _doors_with_leaf(self, space: int) -> list[int]:
        nav = self._incident.nav
        return [door for door in nav.doors_of(space) if nav.has_leaf[door]]

    def _can_lock(self, door: int) -> bool:
        return self._incident.policy["lock.type"] != "none" and bool(self._incident.nav.can_lock[door])

    def has_key(self, row: int) -> bool:
        """Tell whether a person has the key, or needs none."""
        needs_key = self._incident.policy["lock.type"] == "keyed_outside"
        return not needs_key or bool(self._incident.people.role[row] == _STAFF)

    def _go_on(self, locker: int, space: int) -> None:
        left = self._doors_left.get(locker, [])
        if left:
            x, y = self._incident.nav.door_stand(left[0], space)
            self._incident.walkers.walk_to(np.array([locker]), space, x, y, State.ALERTED, notify=True)
        else:
            self._doors_left.pop(locker, None)
            self._incident.walkers.walk_to_hide(np.array([locker]), space, is_secured=space in self._secured)

    def arrived(self, row: int) -> bool:
        """Take note that a person reached the goal; tell whether it was a door to lock."""
        if row not in self._doors_left:
            return False
        space = int(self._incident.people.space[row])
        door = self._doors_left[row].pop(0)
        time_s = self._incident.drawn(
            "lockdown.close_time", Stream.CLOSE_TIME, self._incident.nav.door_ids[door]
        )
        if self.has_key(row):
            time_s += self._lock_time_s(door)
        due = self._incident.tick + to_ticks(time_s)
        self._incident.agenda.at(due, self._lock_done, row, space, door)
        return True

    def _lock_time_s(self, door: int) -> float:
        lock_type = str(self._incident.policy["lock.type"])
        if self._incident.doors.locked[door] or lock_type == "always_locked" or not self._can_lock(door):
            return 0.0  # a door that is always locked from without locks as it closes
        name: ParameterName = (
            "lock.time_push_button" if lock_type == "push_button" else "lock.time_keyed_outside"
        )
        return self._incident.drawn(name, Stream.LOCK_TIME, self._incident.nav.door_ids[door])

    def _lock_error(self, door: int) -> bool:
        """Draw a lock error: the published error by lock type, changed by training, never below the floor."""
        policy, table = self._incident.policy, self._incident.parameters
        by_type: dict[str, ParameterName] = {
            "push_button": "lock.error_push_button",
            "keyed_outside": "lock.error_keyed",
        }
        name = by_type.get(str(policy["lock.type"]))  # a door that locks as it closes errs by the floor alone
        share = table.value(name) if name else 0.0
        share *= table.table("training.error_multiplier", str(policy["lockdown.training"]))
        share = max(share, table.value("drill.error_floor"))
        draws = OpenDraws(self._incident.draws.key)
        return draws.u(Stream.LOCK_ERROR, self._incident.nav.door_ids[door], _IN_LOCKDOWN) < share

    def _lock_done(self, row: int, space: int, door: int) -> None:
        incident = self._incident
        if row in self._away or not incident.walkers.can_act(np.array([row]))[0]:
            return  # nobody steps in for who is hurt: that would show who it is (docs/scope.md, rule 5)
        nav, people = incident.nav, incident.people
        if body_in(nav, people, door) or coming_in(nav, people, door, space, _COMING_IN_M):
            incident.agenda.at(incident.tick + to_ticks(_TRY_AGAIN_S), self._lock_done, row, space, door)
            return
        self._close(door, space, has_key=self.has_key(row))
        if not self._doors_left.get(row):
            self.update_room(space)
        self._go_on(row, space)

    def _close(self, door: int, space: int, *, has_key: bool) -> None:
        """Close a door, and lock it if it can be, nobody errs and it is not locked already."""
        incident = self._incident
        if incident.doors.locked[door]:
            return
        locks = has_key and self._can_lock(door) and not self._lock_error(door)
        if locks and self._may_lock(space):
            incident.doors.lock(door)
            incident.walkers.doors_changed()
            return
        incident.doors.close(door)
        if locks:
            later = incident.tick + to_ticks(_TRY_LOCK_AGAIN_S)
            incident.agenda.at(later, self._try_once_more, space, door)

    def _try_once_more(self, space: int, door: int) -> None:
        """Send somebody who is able to doors that could not be locked, as soon as the room may be."""
        incident, people = self._incident, self._incident.people
        if not self._may_lock(space):
            later = incident.tick + to_ticks(_TRY_LOCK_AGAIN_S)
            incident.agenda.at(later, self._try_once_more, space, door)
            return
        if incident.doors.locked[door] or any(people.space[row] == space for row in self._doors_left):
            return
        rows = np.flatnonzero((people.space == space) & (people.arrays.moving == 0))
        able = [row for row in rows[incident.walkers.can_act(rows)].tolist() if self.has_key(row)]
        if able:
            self.send(able[0], space)

    def is_secured(self, space: int) -> bool:
        """Tell whether a room is secured."""
        return space in self._secured

    def update_room(self, space: int) -> None:
        """Set whoever knows in a room to secured or back, by the state of its doors."""
        incident = self._incident
        is_secure = incident.nav.is_room[space] and incident.doors.is_secure(space) and self._may_lock(space)
        incident.walkers.mark_secured(space, is_secure)
        (self._secured.add if is_secure else self._secured.discard)(space)
        if is_secure and space not in self._announced_rooms:
            self._announced_rooms.add(space)
            incident.stamp(ROOM_SECURED, where=incident.nav.wing[space])

    # -- late knocks ---------------------------------------------------------------------------------

    def open_to_knock(self, door: int, space: int) -> None:
        """Open a door to whoever knocked; it is locked again behind whoever comes in.

        That asks for no key: a lock that is keyed from outside stays locked when it is opened from inside.
        """
        incident = self._incident
        incident.doors.unlock(door)
        incident.walkers.doors_changed()
        self.update_room(space)
        wait_s = _LET_IN_S + self._lock_time_s(door)
        incident.agenda.at(incident.tick + to_ticks(wait_s), self._lock_again, space, door)

    def _lock_again(self, space: int, door: int) -> None:
        incident = self._incident
        if body_in(incident.nav, incident.people, door) or not self._may_lock(space):
            incident.agenda.at(incident.tick + to_ticks(_TRY_LOCK_AGAIN_S), self._lock_again, space, door)
            return
        incident.doors.lock(door)
        incident.walkers.doors_changed()
        self.update_room(space)
