"""Recovery: secondary search, all-clear, release room by room, accountability, parents, reunification.

Nothing here draws a total: the all-clear comes out of the rooms, the teams and the published rate per
room; reunification opens when a site is set up and the first released people have been counted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.clock import to_seconds, to_ticks
from sim.incident import Incident
from sim.population import State
from sim.streams import Stream
from sim.timeline import ALL_CLEAR, PARENT_NOTICE, REUNIFICATION_END, REUNIFICATION_START, ROOMS_RELEASED


class Recovery:
    """From contact to the end of reunification.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_all_clear : callable
        Called without arguments at the all-clear.
    roll_call_factor : callable
        Returns what the command post multiplies the time of a roll call with.
    """

    def __init__(
        self,
        incident: Incident,
        on_all_clear: Callable[[], None],
        roll_call_factor: Callable[[], float],
    ) -> None:
        self._incident = incident
        self._on_all_clear, self._roll_call_factor = on_all_clear, roll_call_factor
        self._site_open_tick: int | None = None
        self._has_started = False
        self.all_clear_tick: int | None = None
        self.released_ticks: np.ndarray = np.zeros(0, dtype=np.int64)
        self.accounted_tick: int | None = None
        self.reunification_tick: int | None = None
        self.end_tick: int | None = None
        self.accounted_people = 0

    def reported(self) -> None:
        """Schedule the first message to parents, counted from the first report."""
        incident = self._incident
        delay = incident.drawn_ticks("reunify.parent_notice", Stream.PARENT_NOTICE, "parents")
        incident.agenda.at(incident.tick + delay, incident.stamp, PARENT_NOTICE)

    def threat_ended(self) -> None:
        """Start setting up a reunification site."""
        planned = self._incident.policy["reunification.plan"] == "planned"
        name = "reunify.setup_planned" if planned else "reunify.setup_unplanned"
        self._site_open_tick = self._incident.tick + self._incident.drawn_ticks(
            name, Stream.REUNIFY_SETUP, "site"
        )

    def search_over(self) -> None:
        """Start the secondary search once contact is made, or once everything has been searched."""
        if self._has_started:
            return
        self._has_started = True
        incident = self._incident
        per_room_s = 60.0 * incident.parameters.value("search.full_clear_rate")
        n_rooms = len(incident.nav.indoor)
        rounds = -(-n_rooms // self._n_teams())
        incident.agenda.at(incident.tick + to_ticks(rounds * per_room_s), self._all_clear)

    def _n_teams(self) -> int:
        return int(self._incident.parameters.value("recovery.search_teams"))

    def _all_clear(self) -> None:
        incident = self._incident
        self.all_clear_tick = incident.tick
        incident.stamp(ALL_CLEAR)
        self._on_all_clear()
        self._release()

    def _release(self) -> None:
        """Open and empty the rooms, each team one after another, then count heads."""
        incident, nav = self._incident, self._incident.nav
        free_at = [incident.tick] * self._n_teams()
        occupied = np.bincount(incident.people.space, minlength=nav.n_spaces)
        ticks: list[np.ndarray] = []
        accounted = incident.tick
        for space in sorted(nav.indoor, key=lambda row: int(nav.space_hash[row])):
            if occupied[space]:
                team = int(np.argmin(free_at))
                delay_s = incident.drawn("clear.room_release", Stream.ROOM_RELEASE, nav.space_ids[space])
                free_at[team] += to_ticks(delay_s)
                ticks.append(np.full(int(occupied[space]), free_at[team]))
                count_s = incident.drawn("clear.accountability", Stream.ACCOUNTABILITY, nav.space_ids[space])
                count_s *= self._roll_call_factor()
                accounted = max(accounted, free_at[team] + to_ticks(count_s))
                incident.agenda.at(free_at[team], self._empty, space)
        self.released_ticks = np.sort(np.concatenate(ticks)) if ticks else np.array([incident.tick])
        incident.agenda.at(accounted, self._accounted)

    def _empty(self, space: int) -> None:
        incident = self._incident
        rows = np.flatnonzero((incident.people.space == space) & (incident.people.state != State.OUT))
        incident.crowd.release(rows)

    def _accounted(self) -> None:
        incident = self._incident
        self.accounted_tick = incident.tick
        self.accounted_people = incident.people.n
        incident.stamp(ROOMS_RELEASED)
        start = max(incident.tick, self._site_open_tick or incident.tick)
        incident.agenda.at(start, self._reunify)

    def _reunify(self) -> None:
        incident = self._incident
        self.reunification_tick = incident.tick
        incident.stamp(REUNIFICATION_START)
        n_pupils = int((incident.people.role == 0).sum())
        per_minute = incident.parameters.value("reunify.handover_rate")
        incident.agenda.at(incident.tick + to_ticks(60.0 * n_pupils / per_minute), self._end)

    def _end(self) -> None:
        self.end_tick = self._incident.tick
        self._incident.stamp(REUNIFICATION_END)

    def released_median_s(self) -> float | None:
        """Return when the median occupant was released (s), None if that was not before the horizon."""
        if not len(self.released_ticks):
            return None
        tick = int(self.released_ticks[len(self.released_ticks) // 2])
        return to_seconds(tick) if tick <= self._incident.tick else None
