"""Reports of the wing to the officers: sent when the hazard moves, heard late."""

from __future__ import annotations

from sim.hazard.hazard import Hazard
from sim.incident import Incident
from sim.response.dispatch import Dispatch
from sim.response.search import report_lag, wounding_report_lag
from sim.response.teams import Responders


class Reports:
    """What is reported to the officers of one incident, from the first call on.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    hazard : Hazard
        What the reports are of.
    dispatch : Dispatch
        The first call.
    responders : Responders
        Who hears them.
    """

    def __init__(
        self, incident: Incident, hazard: Hazard, dispatch: Dispatch, responders: Responders
    ) -> None:
        self._incident, self._hazard = incident, hazard
        self._dispatch, self._responders = dispatch, responders
        self.n_sent = 0

    def of_move(self) -> None:
        """Report where it is now, as a wing."""
        if self._is_worth_one():
            self.n_sent += 1
            self._send(report_lag(self._incident, self.n_sent))

    def of_wounding(self) -> None:
        """Let the officers at a wounded one report the wing over the radio."""
        if self._is_worth_one():
            self._send(wounding_report_lag(self._incident))

    def _is_worth_one(self) -> bool:
        return self._dispatch.report_tick is not None and self._hazard.is_active

    def _send(self, lag: int) -> None:
        incident = self._incident
        due = incident.tick + lag
        incident.agenda.at(due, self._responders.hear_report, self._hazard.wing(), incident.tick)
