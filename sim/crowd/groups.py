"""Groups that stay together: who waits for whom, and for how long.

On the way, a member waits while another is later than the group's tolerance, where late is the time that the
remaining way takes at the own free speed. Before an exit the group gathers: nobody goes out until all are
near and those who were there first have gone; then all go, and nobody waits again. Waiting is kept harmless:
who waits before an exit or in a doorway steps aside, nobody waits on a stair, and nobody waits for somebody
who does not come nearer (docs/decisions).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.crowd.aside import is_in_doorway, place_aside
from sim.crowd.floor import Floor
from sim.crowd.people import Plans
from sim.crowd.walk import Walk
from sim.crowd.ways import Ways

LATE_S, CAUGHT_UP_S = 2.0, 1.0
"""Who is later than this (s), over what the group's own room takes, is waited for until less late: a few
steps, a choice of ours."""

ROOM_M2 = 0.28
"""What a member takes of the floor in a group that has gathered (m2): standing people begin to touch below
this (Fruin 1971, Pedestrian Planning and Design: touch zone)."""

GATHER_M = 3.0
"""A group gathers so far (m) before an exit that others can pass it: a choice of ours."""

SLOWER = 0.75
"""A group lets people go first who are slower than this share of its own speed: a choice of ours."""

LOST_S, NEARER_M = 20.0, 0.3
"""Who has not come this much nearer (m) in so long (s) is not waited for. Longer than the 13 s in which the
walkers' own rules free somebody who is stuck."""

_NONE = -1


class Members(NamedTuple):
    """The members under way of one group, at a moment.

    Parameters
    ----------
    rows, stage : int64[n]
        Rows, and which of the goals in turn each walks to.
    left_m : float64[n]
        Remaining way to that goal.
    counts : bool[n]
        Who is waited for.
    """

    rows: NDArray[np.int64]
    stage: NDArray[np.int64]
    left_m: NDArray[np.float64]
    counts: NDArray[np.bool_]


class Groups:
    """The groups of one run.

    Parameters
    ----------
    floor : Floor
        The floor.
    plans : Plans
        The people and their groups.
    ways : Ways
        Distances under the present state of the doors.
    walk : Walk
        The walkers.
    resume : callable
        Called with rows that have waited: they walk on to where they were going.
    """

    def __init__(
        self, floor: Floor, plans: Plans, ways: Ways, walk: Walk, resume: Callable[[NDArray[np.int64]], None]
    ) -> None:
        self._floor, self._plans, self._ways, self._walk, self._resume = floor, plans, ways, walk, resume
        self._people, n = plans.arrays, len(plans.group)
        self.waiting: NDArray[np.bool_] = np.zeros(n, dtype=np.bool_)
        self._gathers = np.zeros(n, dtype=np.bool_)
        self.members = np.flatnonzero(plans.group >= 0)
        numbers, first = np.unique(plans.group[self.members], return_index=True)
        self._numbers = numbers[np.argsort(first)].tolist()  # by their people: names decide nothing
        self._going = dict.fromkeys(self._numbers, _NONE)
        self._ahead: dict[int, NDArray[np.int64]] = {}
        self._ahead_m = dict.fromkeys(self._numbers, np.inf)
        self._changed_s = dict.fromkeys(self._numbers, 0.0)
        self._mark_m, self._mark_s = np.full(n, np.inf), np.zeros(n)
        self._mark_for = np.full(n, _NONE, dtype=np.int64)

    def ways_changed(self) -> None:
        """Forget who has not come nearer: a door has changed, and with it the ways."""
        self._mark_for[:] = _NONE

    def keep_together(self, now_s: float, active: NDArray[np.bool_], stage: NDArray[np.int64]) -> None:
        """Let those wait who have somebody late behind them, and those go on who no longer have.

        Parameters
        ----------
        now_s : float
            The time (s).
        active : bool[n_people]
            Who is under way and has a way to go.
        stage : int64[n_people]
            Which of the goals in turn each walks to.
        """
        rows = self.members[active[self.members]]
        left = self._left_m(rows, self._people.field[rows])
        can_come = np.isfinite(left)
        rows, left = rows[can_come], left[can_come]
        counts, group = ~self._lost(rows, left, now_s), self._plans.group[rows]
        for number in self._numbers:
            mine = group == number
            if mine.any():
                members = Members(rows[mine], stage[rows[mine]], left[mine], counts[mine])
                self._keep_one(number, members, now_s, active)

    def _left_m(self, rows: NDArray[np.int64], goal: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the ways of people to numbered destinations (m)."""
        people, left = self._people, np.full(len(rows), np.inf)
        for number in np.unique(goal):
            mine = goal == number
            who = rows[mine]
            left[mine] = self._ways.distances(int(number), people.space[who], people.x[who], people.y[who])
        return left

    def _lost(self, rows: NDArray[np.int64], left: NDArray[np.float64], now_s: float) -> NDArray[np.bool_]:
        """Return who has walked for long without coming nearer; who waits is not expected to."""
        goal = self._people.field[rows]
        is_nearer = left < self._mark_m[rows] - NEARER_M
        anew = is_nearer | (goal != self._mark_for[rows]) | self.waiting[rows]
        self._mark_m[rows[anew]], self._mark_s[rows[anew]] = left[anew], now_s
        self._mark_for[rows[anew]] = goal[anew]
        found: NDArray[np.bool_] = now_s - self._mark_s[rows] >= LOST_S
        return found

    # -- one group -----------------------------------------------------------------------------------

    def _keep_one(self, number: int, members: Members, now_s: float, active: NDArray[np.bool_]) -> None:
        """Let the members of one group wait or go on."""
        rows, people = members.rows, self._people
        lead = self._lead_s(members)
        room_s = room_m(len(rows)) / people.speed[rows]
        to_exit = people.field[rows] < len(self._floor.exits)
        near = to_exit & (members.left_m <= GATHER_M)
        if to_exit.any() and self._goes_out(
            number, int(people.field[rows[to_exit]][0]), members, now_s, active
        ):
            wait, go = np.zeros(len(rows), dtype=np.bool_), np.ones(len(rows), dtype=np.bool_)
        else:
            wait = (lead > room_s + LATE_S) | near
            go = (lead <= room_s + CAUGHT_UP_S) & ~self._gathers[rows]
        self._gathers[rows] = (near & wait) | (self._gathers[rows] & self.waiting[rows])
        is_on_stairs = self._floor.nav.arrays.space_flight[people.space[rows]] == 1
        self._let_wait(rows[wait & ~self.waiting[rows] & ~is_on_stairs])
        on = rows[go & self.waiting[rows]]
        if len(on):
            self.waiting[on] = False
            self._resume(on)

    def _lead_s(self, members: Members) -> NDArray[np.float64]:
        """Return by how much the last who counts comes later than each member (s), below 0 for nobody.

        Whoever has been at a stop already is as far ahead of it as the way back is long.
        """
        rows, stage, counts = members.rows, members.stage, members.counts
        if not counts.any():
            return np.full(len(rows), -np.inf)
        time_s = members.left_m / self._people.speed[rows]
        is_behind = counts & (stage == stage[counts].min())
        last_s = float(time_s[is_behind].max())
        beyond = stage > stage[counts].min()
        if beyond.any():
            who = rows[beyond]
            stop = np.full(len(who), self._people.field[rows[is_behind][0]], dtype=np.int32)
            time_s[beyond] = -self._left_m(who, stop) / self._people.speed[who]
        return last_s - time_s

    def _goes_out(
        self, number: int, goal: int, members: Members, now_s: float, active: NDArray[np.bool_]
    ) -> bool:
        """Tell whether a group goes out by an exit; once it goes, it goes."""
        if self._going[number] != goal:
            goes = False
            if self._has_gathered(goal, members):
                goes = self._has_way(number, goal, members, now_s, active)
            else:
                self._ahead.pop(number, None)
            self._going[number] = goal if goes else _NONE
        return self._going[number] == goal

    def _has_gathered(self, goal: int, members: Members) -> bool:
        """Tell whether everybody who counts is near an exit."""
        rows, speed = members.rows, self._people.speed[members.rows]
        reach = GATHER_M + room_m(len(rows)) + LATE_S * speed
        is_there = (self._people.field[rows] == goal) & ((members.left_m <= reach) | self._gathers[rows])
        return bool(is_there[members.counts].all())

    def _has_way(
        self, number: int, goal: int, members: Members, now_s: float, active: NDArray[np.bool_]
    ) -> bool:
        """Tell whether those slower people have gone who were nearer to the exit when the group had gathered.

        So must members of slower groups that are going out: among them the group would be pulled apart.
        Those who wait need not have gone, nor those who come no nearer for long.
        """
        people = self._people
        others = active & ~self.waiting & (people.field == goal) & (self._plans.group != number)
        others &= people.speed < SLOWER * people.speed[members.rows].min()
        if number in self._ahead:
            counts = np.isin(self._plans.group, [n for n, to in self._going.items() if to == goal])
            counts[self._ahead[number]] = True
            others &= counts
        else:
            self._ahead_m[number] = np.inf
        still = np.flatnonzero(others)
        left = self._left_m(still, people.field[still])
        still, left = still[left < members.left_m.max()], left[left < members.left_m.max()]
        if left.sum() < self._ahead_m[number] - NEARER_M:
            self._ahead_m[number], self._changed_s[number] = float(left.sum()), now_s
        self._ahead[number] = still
        return not len(still) or now_s - self._changed_s[number] >= LOST_S

    def _let_wait(self, rows: NDArray[np.int64]) -> None:
        """Let people stand, or step aside where they would stand in a doorway or before an exit."""
        if not len(rows):
            return
        self.waiting[rows] = True
        self._walk.stop(rows)
        for row in rows.tolist():
            if self._gathers[row] or is_in_doorway(self._floor, self._people, row):
                to = place_aside(self._floor, self._people, row)
                if to is not None:
                    one = np.array([row])
                    self._walk.aim(
                        one, self._people.field[one], self._people.space[one], to[:1], to[1:], notify=False
                    )
                    self._walk.start(one)


def room_m(n: int) -> float:
    """Return how deep n people stand before a door: the radius of a half disc (m)."""
    return math.sqrt(2.0 * n * ROOM_M2 / math.pi)


__all__ = ["Groups", "room_m"]
