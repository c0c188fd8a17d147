"""One run of a crowd: who sets out, arrives, waits and chooses, and what is noted down meanwhile.

Everything between two ticks is decided here and vectorised; everything within a tick is the kernels'. People
decide at events (they set out, arrive, find no way, a door changes) and otherwise every 2 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import Agenda
from sim.crowd.doors import Doors
from sim.crowd.exits import Exits
from sim.crowd.floor import Floor
from sim.crowd.groups import Groups
from sim.crowd.input import DoorEvent
from sim.crowd.no_way import without_way
from sim.crowd.people import BY_CHOICE, FIXED, Plans
from sim.crowd.walk import ARRIVED, BLOCKED, WENT_OUT, Walk
from sim.crowd.ways import Ways
from sim.streams import Draws, RunKey, Stream

BEAT_S = 0.25
"""Doors that wait for a body are tried again, and walked lengths are summed up, this often (s)."""

_PHASES = 8
"""People look again every 2 s, an eighth of them at each beat: all at once would all run to the same exit."""

_GROUP_BEATS = 2
"""Groups look after one another at every so many beats."""


class Sample(NamedTuple):
    """Where everybody inside is at a tick."""

    tick: int
    rows: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    space: NDArray[np.int32]


class CrowdRun:
    """The state of one run.

    Parameters
    ----------
    floor : Floor
        The floor.
    plans : Plans
        What everybody is going to do.
    weights : float64[n_exits]
        Weights of the exits.
    events : sequence of DoorEvent
        What happens to doors.
    tick_s, time_gap_s : float
        Length of a tick, and time gap to whoever is ahead (s).
    every : int
        Ticks from sample to sample.
    seed : int
        Decides who looks again when.
    """

    def __init__(
        self,
        floor: Floor,
        plans: Plans,
        weights: NDArray[np.float64],
        events: Sequence[DoorEvent],
        tick_s: float,
        time_gap_s: float,
        every: int,
        seed: int,
    ) -> None:
        self._floor, self._plans, self._tick_s, self._every = floor, plans, tick_s, every
        self.people, n = plans.arrays, len(plans.stages)
        self._ways = Ways(floor.nav, plans.destinations)
        self._exits = Exits(floor, plans, self._ways, weights)
        self.without_way = without_way(plans, self._ways, self._exits)
        self._walk = Walk(floor.nav, self.people, floor.stairs, len(self._ways.goals), tick_s, time_gap_s)
        self._doors = Doors(floor, self.people, self._door_changed)
        self._groups = Groups(floor, plans, self._ways, self._walk, self._resume)
        self._stage = np.zeros(n, dtype=np.int64)
        most = max((len(stages) for stages in plans.stages), default=0)
        self._stages = np.full((n, most + 1), -1, dtype=np.int32)
        for row, stages in enumerate(plans.stages):
            self._stages[row, : len(stages)] = stages
        self._n_stages = np.array([len(s) for s in plans.stages], dtype=np.int64) + (plans.kind != FIXED)
        self._now = np.full(n, -1, dtype=np.int32)
        self._waits = np.zeros(n, dtype=np.bool_)
        self._started = np.zeros(n, dtype=np.bool_)
        self.finish_tick = np.full(n, -1, dtype=np.int64)
        self.exit_row = np.full(n, -1, dtype=np.int64)
        self.path_m = np.zeros(n)
        self._last = (self.people.x.copy(), self.people.y.copy(), self.people.space.copy())
        self._taken: dict[int, int] = {}
        self.samples: list[Sample] = []
        self.tick, self._beats, self._is_stale = 0, 0, False
        self._phase = self._phases(seed)
        self._agenda = Agenda()
        self._put_down(events)

    def _phases(self, seed: int) -> NDArray[np.int64]:
        """Return at which beat of eight everybody looks again; a group looks together."""
        n = len(self._stage)
        u = Draws(RunKey(seed, 0)).us(Stream.CROWD_LOOK, np.arange(n, dtype=np.uint64))
        phase = (np.argsort(np.argsort(u, kind="stable"), kind="stable") % _PHASES).astype(np.int64)
        for number in range(int(self._plans.group.max(initial=-1)) + 1):
            mine = np.flatnonzero(self._plans.group == number)
            phase[mine] = phase[mine[0]]
        return phase

    def _ticks(self, seconds: float) -> int:
        return round(seconds / self._tick_s)

    def _put_down(self, events: Sequence[DoorEvent]) -> None:
        """Put down what is due when: doors first, then people, then what is noted."""
        for event in events:
            self._agenda.at(self._ticks(event.at_s), self._doors.carry_out, event)
        start = np.array([self._ticks(s) for s in self._plans.start_s], dtype=np.int64)
        for tick in np.unique(start):
            self._agenda.at(int(tick), self._set_out, np.flatnonzero(start == tick))
        self._agenda.at(max(1, self._ticks(BEAT_S)), self._beat)
        self._agenda.at(0, self._note)

    # -- time --------------------------------------------------------------------------------------

    def run(self, until_s: float) -> None:
        """Run to a time, or to the first sample at which everybody has left or reached the last goal."""
        end = self._ticks(until_s)
        self._due()
        while self.tick < end and ((self.finish_tick < 0).any() or self.tick % self._every):
            limit = self._agenda.next_tick(end)
            self.tick, events = self._walk.advance(self.tick, limit, self._ways, self._doors.passable)
            if len(events):
                self._met(events)
            self._due()
        self._measure()

    def _due(self) -> None:
        """Carry out what is due, and look for ways again if a door has changed."""
        self._agenda.run_due(self.tick)
        if self._is_stale:
            self._is_stale = False
            self._ways.refresh(self._doors.passable)
            self._replan()

    def _beat(self) -> None:
        """Do what is done every quarter of a second."""
        self._agenda.at(self.tick + max(1, self._ticks(BEAT_S)), self._beat)
        self._beats += 1
        self._measure()
        self._doors.retry()
        rows = np.flatnonzero(self._chooses() & (self._phase == self._beats % _PHASES) & ~self._waits)
        if len(rows):
            self._choose(rows)
        if self._beats % _GROUP_BEATS == 0:
            self._keep_together()

    def _note(self) -> None:
        """Note where everybody inside is."""
        self._agenda.at(self.tick + self._every, self._note)
        rows = np.flatnonzero(self.people.space != self._floor.nav.outside)
        people = self.people
        self.samples.append(Sample(self.tick, rows, people.x[rows], people.y[rows], people.space[rows]))

    def _measure(self) -> None:
        """Add what everybody has walked since the last time; between sheets at most what the speed allows."""
        people, (x, y, space) = self.people, self._last
        sheets = self._floor.nav.arrays.space_sheet
        step = np.hypot(people.x - x, people.y - y)
        is_other = (sheets[people.space] != sheets[space]) & (people.space != self._floor.nav.outside)
        np.minimum(step, people.speed * BEAT_S, out=step, where=is_other)
        self.path_m += step
        self._last = (people.x.copy(), people.y.copy(), people.space.copy())

    # -- setting out, arriving ---------------------------------------------------------------------

    def _set_out(self, rows: NDArray[np.int64]) -> None:
        """Let people set out for their first goal."""
        self._started[rows] = True
        for part in self._parts(rows):
            self._head(part)
        self._keep_together()

    def _parts(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Return people in parts who decide one after the other, groups whole, where any of them chooses."""
        if not (self._plans.kind[rows] == BY_CHOICE).any():
            return [rows]
        return [rows[self._phase[rows] == phase] for phase in range(_PHASES)]

    def _chooses(self) -> NDArray[np.bool_]:
        """Return who is on the way to an exit that is not given, bool[n]."""
        last = self._stage == self._n_stages - 1
        found: NDArray[np.bool_] = last & (self._plans.kind != FIXED) & self._started & (self.finish_tick < 0)
        return found

    def _head(self, rows: NDArray[np.int64]) -> None:
        """Send people to the goal of their present stage."""
        is_open = self._chooses()[rows]
        if is_open.any():
            self._choose(rows[is_open])
        fixed = rows[~is_open]
        if len(fixed):
            number = self._stages[fixed, self._stage[fixed]]
            self._now[fixed] = np.where(number < len(self._floor.exits), number, -1)
            self._go(fixed, number)

    def _choose(self, rows: NDArray[np.int64]) -> None:
        """Choose exits, and walk there; who cannot reach any waits."""
        walking = self._started & (self.finish_tick < 0) & ~self._waits
        chosen = self._exits.choose(rows, self._now, walking)
        is_new = (chosen != self._now[rows]) | self._waits[rows] | (self.people.moving[rows] == 0)
        is_new &= ~self._groups.waiting[rows] | (chosen != self._now[rows])
        self._now[rows] = chosen
        lost = rows[chosen < 0]
        self._walk.stop(lost)
        self._waits[lost] = True
        goes = is_new & (chosen >= 0)
        if goes.any():
            self._go(rows[goes], chosen[goes])

    def _go(self, rows: NDArray[np.int64], number: NDArray[np.int32]) -> None:
        """Let people walk to destinations by number; who is in the area already has arrived."""
        self._waits[rows] = False
        self._groups.waiting[rows] = False
        space = np.full(len(rows), -1, dtype=np.int32)
        x, y = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        for one in np.unique(number):
            to = self._plans.destinations[int(one)]
            if to.point is not None:
                mine = number == one
                space[mine], x[mine], y[mine] = to.spaces[0], to.point[0], to.point[1]
        self._walk.aim(rows, number, space, x, y)
        there = (self._ways.goals[number, self.people.space[rows]] == 1) & (space < 0)
        self._walk.start(rows[~there])
        if there.any():
            self._walk.stop(rows[there])
            self._arrive(rows[there])

    def _met(self, events: NDArray[np.int32]) -> None:
        """Deal with what walkers met in this tick."""
        kind, rows = events[:, 0], events[:, 1].astype(np.int64)
        out = rows[kind == WENT_OUT]
        self.finish_tick[out] = self.tick
        self.exit_row[out] = self.people.last_door[out]
        open_ends = rows[(kind == BLOCKED) & (self.finish_tick[rows] < 0)]
        self._waits[open_ends] = True
        arrived = rows[(kind == ARRIVED) & (self.finish_tick[rows] < 0)]
        if len(arrived):
            self._arrive(arrived)

    def _arrive(self, rows: NDArray[np.int64]) -> None:
        """Send who reached a goal to the next one; who has none left stands there, out of the way."""
        done = self._stage[rows] + 1 >= self._n_stages[rows]
        last = rows[done]
        self.finish_tick[last] = self.tick
        self._settle(last)
        onward = rows[~done]
        if len(onward):
            self._stage[onward] += 1
            self._head(onward)

    def _settle(self, rows: NDArray[np.int64]) -> None:
        """Let those who have entered their last area walk on to a place in it, clear of the way in."""
        people = self.people
        rows = rows[people.goal_space[rows] < 0]
        for space in np.unique(people.space[rows]):
            mine = rows[people.space[rows] == space]
            spots = self._floor.places(int(space), len(mine))
            first = self._taken.get(int(space), 0)
            self._taken[int(space)] = first + len(mine)
            spot = spots[(first + np.arange(len(mine))) % len(spots)]
            here = np.full(len(mine), space, dtype=np.int32)
            self._walk.aim(mine, people.field[mine], here, spot[:, 0], spot[:, 1], notify=False)
            self._walk.start(mine)

    # -- doors and groups --------------------------------------------------------------------------

    def _door_changed(self) -> None:
        self._is_stale = True

    def _replan(self) -> None:
        """Let everybody choose the way anew after a door changed, also who has waited for one."""
        under_way = self._started & (self.finish_tick < 0)
        self._groups.ways_changed()
        rows = np.flatnonzero(under_way & self._chooses())
        for part in self._parts(rows):
            if len(part):
                self._choose(part)
        self._walk.look_again(np.flatnonzero(under_way & ~self._groups.waiting))
        stuck = np.flatnonzero(under_way & self._waits & ~self._chooses())
        if len(stuck):
            self._head(stuck)

    def _keep_together(self) -> None:
        """Let groups look after their members."""
        if len(self._groups.members):
            active = self._started & (self.finish_tick < 0) & ~self._waits
            self._groups.keep_together(self.tick * self._tick_s, active, self._stage)

    def _resume(self, rows: NDArray[np.int64]) -> None:
        """Let those who waited for their group walk on to where they were going."""
        self._go(rows, self.people.field[rows])

    @property
    def conflicts(self) -> int:
        """Conflicts that had to be resolved."""
        return self._walk.conflicts
