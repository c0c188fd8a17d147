"""Recovery: secondary search, all-clear, release room by room, accountability.

Nothing here draws a total: the all-clear comes out of the rooms, the teams and the published rate per
room; reunification (`reunification.py`) opens once the released people have been counted. Under
`recovery.release = wing_by_wing` the same teams empty a wing once it is searched, before they search the
next: people leave sooner, and the all-clear of the whole building is later for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from sim.clock import interval_s, to_seconds, to_ticks
from sim.incident import Incident
from sim.people.population import State
from sim.record.timeline import (
    ALL_CLEAR,
    ROOMS_RELEASED,
    WING_RELEASED,
)
from sim.recovery.outcomes import HeadCountOutcomes, RecoveryOutcomes
from sim.streams import Stream


class Recovery:
    """From contact to the count of everybody who was released.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_all_clear, on_counted : callable
        Called without arguments at the all-clear, and when everybody who was released has been counted.
    roll_call_factor, release_factor : callable
        Return what the command multiplies the time of a roll call and of the release of a room with.
    """

    def __init__(
        self,
        incident: Incident,
        on_all_clear: Callable[[], None],
        on_counted: Callable[[], None],
        roll_call_factor: Callable[[], float],
        release_factor: Callable[[], float],
    ) -> None:
        self._incident = incident
        self._on_all_clear, self._on_counted = on_all_clear, on_counted
        self._roll_call_factor, self._release_factor = roll_call_factor, release_factor
        self._has_started = False
        self.all_clear_tick: int | None = None
        self._free_at: list[int] = []
        self._being_emptied: set[int] = set()
        self._counted_tick = 0
        self.released_ticks: np.ndarray = np.zeros(0, dtype=np.int64)
        self._n_to_release = 0
        self.accounted_tick: int | None = None
        self.accounted_people = 0

    def search_over(self) -> None:
        """Start the secondary search once contact is made, or once everything has been searched."""
        if self._has_started:
            return
        self._has_started = True
        self._free_at = [self._incident.tick] * self._n_teams()
        self._search(self._parts())

    def _n_teams(self) -> int:
        return int(self._incident.parameters.value("recovery.search_teams"))

    def _parts(self) -> list[list[int]]:
        """Return what is searched and released at a time: the building, or its wings, the largest first."""
        nav = self._incident.nav
        if self._incident.policy["recovery.release"] == "building_wide":
            return [list(nav.indoor)]
        sizes = Counter(nav.wing[space] for space in nav.indoor)
        order = sorted(sizes, key=lambda wing: (-sizes[wing], wing))
        return [[space for space in nav.indoor if nav.wing[space] == wing] for wing in order]

    def _search(self, parts: list[list[int]]) -> None:
        """Let the teams search the rooms of the first part, each room by whoever is free first."""
        per_room_s = 60.0 * self._incident.parameters.value("search.full_clear_rate")
        free_at, n_rooms = self._free_at, [0] * len(self._free_at)

        def done(team: int) -> int:
            return free_at[team] + to_ticks(n_rooms[team] * per_room_s)

        for _ in parts[0]:
            n_rooms[min(range(len(free_at)), key=done)] += 1
        self._free_at = [done(team) for team in range(len(free_at))]
        searched = max(tick for tick, n in zip(self._free_at, n_rooms, strict=True) if n)
        self._incident.agenda.at(searched, self._searched, parts)

    def _searched(self, parts: list[list[int]]) -> None:
        """Empty the part that is searched now and go on to the next; after the last all is clear."""
        if len(parts) == 1:
            self._all_clear()
            return
        self._release(parts[0])
        wing = self._incident.nav.wing[parts[0][0]]
        self._incident.agenda.at(max(self._free_at), self._wing_released, wing)
        self._search(parts[1:])

    def _wing_released(self, wing: str) -> None:
        self._incident.stamp(WING_RELEASED, where=wing)

    def _all_clear(self) -> None:
        incident = self._incident
        self.all_clear_tick = incident.tick
        incident.stamp(ALL_CLEAR)
        self._on_all_clear()
        self._release(list(incident.nav.indoor))  # and whoever walked into a wing that was released before
        if not len(self.released_ticks):
            self.released_ticks, self._n_to_release = np.array([incident.tick]), 1
        incident.agenda.at(max(self._counted_tick, incident.tick), self._accounted)

    def _release(self, spaces: list[int]) -> None:
        """Open and empty rooms, each team one after another, then count heads."""
        incident, nav = self._incident, self._incident.nav
        free_at = self._free_at = [max(tick, incident.tick) for tick in self._free_at]
        occupied = np.bincount(incident.people.space, minlength=nav.n_spaces)
        ticks: list[np.ndarray] = [self.released_ticks]
        for space in sorted(spaces, key=lambda row: int(nav.space_hash[row])):
            if occupied[space] and space not in self._being_emptied:
                self._being_emptied.add(space)
                team = int(np.argmin(free_at))
                delay_s = incident.drawn("clear.room_release", Stream.ROOM_RELEASE, nav.space_ids[space])
                free_at[team] += to_ticks(delay_s * self._release_factor())
                ticks.append(np.full(int(occupied[space]), free_at[team]))
                count_s = incident.drawn("clear.accountability", Stream.ACCOUNTABILITY, nav.space_ids[space])
                count_s *= self._roll_call_factor()
                self._counted_tick = max(self._counted_tick, free_at[team] + to_ticks(count_s))
                incident.agenda.at(free_at[team], self._empty, space)
        self.released_ticks = np.sort(np.concatenate(ticks))
        still_waiting = [space for space in nav.indoor if space not in self._being_emptied]
        self._n_to_release = len(self.released_ticks) + int(occupied[still_waiting].sum())

    def _empty(self, space: int) -> None:
        incident = self._incident
        self._being_emptied.discard(space)
        rows = np.flatnonzero((incident.people.space == space) & (incident.people.state != State.OUT))
        incident.walkers.release(rows)

    def _accounted(self) -> None:
        incident = self._incident
        self.accounted_tick = incident.tick
        self.accounted_people = incident.people.n
        incident.stamp(ROOMS_RELEASED)
        self._on_counted()

    def released_median_s(self) -> float | None:
        """Return when the median occupant was released (s), None if that was not before the horizon."""
        median = self._n_to_release // 2
        if median >= len(self.released_ticks):
            return None
        tick = int(self.released_ticks[median])
        return to_seconds(tick) if tick <= self._incident.tick else None

    def outcomes(self) -> RecoveryOutcomes:
        """Return what all-clear and release are measured by."""
        return RecoveryOutcomes(
            all_clear_s=interval_s(0, self.all_clear_tick),
            released_median_s=self.released_median_s(),
            accounted_s=interval_s(0, self.accounted_tick),
        )

    def head_count(self) -> HeadCountOutcomes:
        """Return how many were there, and how many were counted."""
        return HeadCountOutcomes(people=self._incident.people.n, accounted_people=self.accounted_people)
