"""The school resource officer (SRO): assigned or not, here today or not, inside, outside, or roving.

An officer inside who hears signs or the announcement recognises, reacts, and goes towards the wing the
signs come from, as a contact team of one. An officer on campus outside holds until contact, so for entry
and contact that is no officer at all. A roving officer arrives like any other unit, after the own travel.
An officer inside may hesitate: the share who do is a policy (selection and training), the hold is drawn.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.incident import Incident
from sim.streams import Stream

_POSTS = ("corridor", "lobby", "office", "cafeteria")


def is_on_duty(incident: Incident) -> bool:
    """Tell whether the post is filled and its officer is here today."""
    policy, table = incident.policy, incident.parameters
    share = {
        "none": 0.0,
        "shared": table.value("sro.shared_presence"),
        "every_school": policy.number("sro.presence"),
    }[str(policy["sro.coverage"])]
    return incident.draws.u(Stream.SRO_PRESENT, "sro") < share


class SchoolResourceOfficer:
    """An officer who works inside the building.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_go : callable
        Called with the space and the position (m) from which the officer sets out.
    """

    def __init__(self, incident: Incident, on_go: Callable[[int, float, float], None]) -> None:
        self._incident, self._on_go = incident, on_go
        self._has_recognised = False
        posts = incident.nav.spaces_of_use(*_POSTS) or incident.nav.indoor
        self.space = posts[int(incident.draws.u(Stream.SRO_PLACE, "sro") * len(posts))]

    @property
    def is_inside(self) -> bool:
        """Whether the post is inside, and its officer is here today."""
        return self._incident.policy["sro.state"] == "inside" and is_on_duty(self._incident)

    def signs(self, distance_m: float) -> None:
        """Take signs at a walking distance (m); those within hearing are recognised."""
        if distance_m <= self._incident.parameters.value("notify.hearing_range"):
            self.recognise()

    def recognise(self) -> None:
        """Recognise the emergency, react, and go (once)."""
        if not self.is_inside or self._has_recognised:
            return
        self._has_recognised = True
        delay = self._incident.drawn_ticks("notify.recognise_delay", Stream.RECOGNISE, "sro")
        delay += self._incident.drawn_ticks("sro.reaction", Stream.SRO_REACTION, "sro")
        delay += self._hold_ticks()
        self._incident.agenda.at(self._incident.tick + delay, self._go)

    def _hold_ticks(self) -> int:
        """Return how long the officer holds before going in (ticks), 0 for one who does not hesitate.

        The number that decides is the run's own: who hesitates at a small share does so at a larger one.
        """
        share = self._incident.policy.number("sro.hesitation")
        if self._incident.draws.u(Stream.SRO_HESITATES, "sro") >= share:
            return 0
        return self._incident.drawn_ticks("sro.hesitation", Stream.SRO_HOLD, "sro")

    def _go(self) -> None:
        self._on_go(self.space, *self._incident.nav.inner_point(self.space))
