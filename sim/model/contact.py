"""First contact: an officer able to act is in the hazard's space or, once it is over, where it ended."""

from __future__ import annotations

from collections.abc import Callable

from sim.clock import interval_s
from sim.hazard.hazard import Hazard
from sim.hazard.wounded_officer import WoundedOfficer
from sim.incident import Incident
from sim.record.timeline import FIRST_CONTACT
from sim.response.teams import Responders
from sim.streams import Stream
from sim.view.outcome import ContactOutcomes


class Contact:
    """Contact of one incident, and what it ends.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    hazard : Hazard
        What contact is made with.
    responders : Responders
        The teams.
    first_officer : WoundedOfficer
        The risk to the first officer who comes upon it while it is active.
    on_wounding, on_made, on_contained : callable
        Called without arguments when that officer is wounded, when contact is made, and when the threat is
        over or contained to the end of a standoff.
    """

    def __init__(
        self,
        incident: Incident,
        hazard: Hazard,
        responders: Responders,
        first_officer: WoundedOfficer,
        *,
        on_wounding: Callable[[], None],
        on_made: Callable[[], None],
        on_contained: Callable[[], None],
    ) -> None:
        self._incident, self._hazard = incident, hazard
        self._responders, self._first_officer = responders, first_officer
        self._on_wounding, self._on_made, self._on_contained = on_wounding, on_made, on_contained
        self.tick: int | None = None

    def check(self) -> None:
        """Take note of contact if an officer who is able to act has come to it."""
        if self.tick is not None or not self._officer_is_there():
            return
        incident = self._incident
        self.tick = incident.tick
        incident.stamp(FIRST_CONTACT, who="contact team")
        self._responders.stop()
        incident.shown.hide()
        is_standoff = self._hazard.is_active and self._is_standoff()
        self._hazard.stop()
        self._on_made()
        if is_standoff:
            wait = incident.drawn_ticks("hazard.standoff_time", Stream.STANDOFF_TIME, "hazard")
            incident.agenda.at(incident.tick + wait, self._on_contained)
        else:
            self._on_contained()

    def _is_standoff(self) -> bool:
        share = self._incident.parameters.value("hazard.standoff_probability")
        return self._incident.draws.u(Stream.STANDOFF, "hazard") < share

    def _officer_is_there(self) -> bool:
        """Tell whether contact is made; the first officer who comes upon it active may be wounded."""
        responders, is_there = self._responders, self._hazard.is_in
        team = responders.first_in(is_there)
        if team is None or not self._hazard.is_active or not self._first_officer.meets(team.size):
            return team is not None
        # As from contact on: where a team stands would say where the hazard is.
        self._incident.shown.hide()
        responders.officer_wounded(team, self._first_officer.rescue_ticks())
        self._on_wounding()
        return responders.first_in(is_there) is not None

    def outcomes(self, end_tick: int | None) -> ContactOutcomes:
        """Return what contact is measured by, and the end of the threat at a tick."""
        return ContactOutcomes(
            start_to_contact_s=interval_s(0, self.tick), start_to_end_s=interval_s(0, end_tick)
        )
