"""The school district's own part of the response: a pool of patrol units, and a dispatch centre of its own.

Without a centre of its own the district hears from the county PSAP, over the relay, that its units are
needed. With one, the first report reaches that centre: it sends its own units and relays what it was told to
the county PSAP meanwhile. The relay takes the place of the county's processing, whose questions the district
has asked by then, so the county's units come no later than after a direct call plus the relay.
"""

from __future__ import annotations

from sim.incident import Incident
from sim.streams import Stream


class District:
    """Units and delays of the school district in one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    """

    def __init__(self, incident: Incident) -> None:
        self._incident = incident

    @property
    def has_centre(self) -> bool:
        """Whether the district has a dispatch centre of its own."""
        return self._incident.policy["district.dispatch_centre"] == "district_own"

    @property
    def n_units(self) -> int:
        """Patrol units of the district's own pool."""
        return int(self._incident.policy.number("district.pool"))

    def relay_ticks(self) -> int:
        """Return the time of a relay between the district and the county PSAP, either way (ticks)."""
        return self._incident.drawn_ticks("district.relay_delay", Stream.DISTRICT_RELAY, "district")

    def to_county_ticks(self) -> int:
        """Return the time from the first report until the county PSAP is called (ticks)."""
        return self.relay_ticks() if self.has_centre else 0

    def to_sent_ticks(self, to_county_dispatch: int) -> int:
        """Return the time from the first report until the district's units are sent (ticks).

        Parameters
        ----------
        to_county_dispatch : int
            Time from the first report until the county PSAP dispatches (ticks).
        """
        if self.has_centre:
            return self._incident.drawn_ticks("district.dispatch_delay", Stream.DISTRICT_DISPATCH, "district")
        return to_county_dispatch + self.relay_ticks()

    def travel_s_of(self, who: str) -> float:
        """Draw the travel of somebody who comes from elsewhere in the district to the school (s)."""
        return self._incident.drawn_travel_s("district.travel", Stream.DISTRICT_TRAVEL, who)

    def travel_s(self) -> list[float]:
        """Return the travel of every unit of the pool (s), whatever number of them there is."""
        return [self.travel_s_of(f"district unit {number + 1}") for number in range(self.n_units)]
