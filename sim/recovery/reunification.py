"""Reunification: the first message to parents, the site, and the hand-over of pupils.

It opens when a site is set up and the released people have been counted (`recovery.py`).
"""

from __future__ import annotations

from sim.clock import interval_s, to_ticks
from sim.incident import Incident
from sim.people.population import Role
from sim.record.timeline import PARENT_NOTICE, REUNIFICATION_END, REUNIFICATION_START
from sim.recovery.outcomes import ReunificationOutcomes
from sim.streams import Stream


class Reunification:
    """From the first message to parents to the last hand-over.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    """

    def __init__(self, incident: Incident) -> None:
        self._incident = incident
        self._site_open_tick: int | None = None
        self.start_tick: int | None = None
        self.end_tick: int | None = None

    def reported(self) -> None:
        """Schedule the first message to parents, counted from the first report."""
        incident = self._incident
        delay = incident.drawn_ticks("reunify.parent_notice", Stream.PARENT_NOTICE, "parents")
        incident.agenda.at(incident.tick + delay, incident.stamp, PARENT_NOTICE)

    def threat_ended(self) -> None:
        """Start setting up a reunification site."""
        planned = self._incident.policy["reunification.plan"] == "planned"
        setup = self._incident.drawn_ticks(
            "reunify.setup_planned" if planned else "reunify.setup_unplanned", Stream.REUNIFY_SETUP, "site"
        )
        self._site_open_tick = self._incident.tick + setup

    def everybody_counted(self) -> None:
        """Open as soon as the site is ready."""
        incident = self._incident
        start = max(incident.tick, self._site_open_tick or incident.tick)
        incident.agenda.at(start, self._reunify)

    def _reunify(self) -> None:
        incident = self._incident
        self.start_tick = incident.tick
        incident.stamp(REUNIFICATION_START)
        n_pupils = int((incident.people.role == Role.PUPIL).sum())
        per_minute = incident.parameters.value("reunify.handover_rate")
        incident.agenda.at(incident.tick + to_ticks(60.0 * n_pupils / per_minute), self._end)

    def _end(self) -> None:
        self.end_tick = self._incident.tick
        self._incident.stamp(REUNIFICATION_END)

    def outcomes(self) -> ReunificationOutcomes:
        """Return what the hand-over is measured by."""
        return ReunificationOutcomes(
            reunification_start_s=interval_s(0, self.start_tick),
            reunification_end_s=interval_s(0, self.end_tick),
        )
