"""The risk to the first officer who comes upon the hazard while it is active, alone or with a team.

The published share is that of the first officer, so there is one draw per incident: whoever comes after is
not wounded. The chance falls with the size of the team. A lone officer who is wounded makes no contact;
whoever comes next does. Of a team one officer brings the wounded one to cover and the others go on, so
that contact comes later and is never cancelled while another officer is there. No lever and no sweep
touches the chance; how long a rescue takes (`entry.rescue_time`) is a response and may be varied.
"""

from __future__ import annotations

from sim.hazard.outcomes import OfficerOutcomes
from sim.incident import Incident
from sim.record.timeline import RESPONDER_WOUNDED
from sim.streams import OpenDraws, Stream

LARGEST_TEAM = 5
"""Largest team of `entry.wounded_by_team_size`; larger ones have its chance."""


class WoundedOfficer:
    """The first officer's risk in one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    """

    def __init__(self, incident: Incident) -> None:
        self._incident = incident
        self.met_by: int | None = None
        self.n_wounded = 0

    def meets(self, size: int) -> bool:
        """Let a team of some officers come upon the active hazard; tell whether its first one is wounded."""
        if self.met_by is not None:
            return False
        self.met_by = size
        # One number for all sizes: who is wounded in a large team would have been alone too.
        u = OpenDraws(self._incident.draws.key).u(Stream.OFFICER_WOUNDED, "first officer")
        if u >= self._chance(size):
            return False
        self.n_wounded += 1
        self._incident.stamp(RESPONDER_WOUNDED, who="first officer")
        return True

    def _chance(self, size: int) -> float:
        table = self._incident.parameters
        if size == 1:
            return table.value("entry.solo_officer_wounded")
        return table.table("entry.wounded_by_team_size", str(min(size, LARGEST_TEAM)))

    def rescue_ticks(self) -> int:
        """Draw how long another officer needs to bring the wounded one to cover (ticks)."""
        return self._incident.drawn_ticks("entry.rescue_time", Stream.OFFICER_RESCUE, "first officer")

    def outcomes(self) -> OfficerOutcomes:
        """Return how many officers were wounded."""
        return OfficerOutcomes(responders_injured=self.n_wounded)
