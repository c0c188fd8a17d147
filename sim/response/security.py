"""The school security officer, unarmed, or an armed guard instead: a post in the halls.

Signs within hearing of the post are noticed and reported by radio, to the office and as a first report, after
one drawn delay. For the unarmed officer that is all: no team, no entry, no search, and never a contact.

An armed guard then reacts and goes towards the wing that the signs come from as a contact team of one, like a
school resource officer inside: the table has no numbers of a guard's own but for noticing. What follows is
what follows for any officer; nothing here says that it goes well.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.incident import Incident
from sim.streams import Stream

_POSTS = ("corridor", "lobby")


class SecurityOfficer:
    """The officer or guard who works inside the building, where the policy has one.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_notice : callable
        Called without arguments when the officer reports.
    on_go : callable
        Called with the space and the position (m) from which an armed guard sets out, and with who that is.
    """

    def __init__(
        self,
        incident: Incident,
        on_notice: Callable[[], None],
        on_go: Callable[[int, float, float, str], None],
    ) -> None:
        self._incident, self._on_notice, self._on_go = incident, on_notice, on_go
        self._has_noticed = False
        posts = incident.nav.spaces_of_use(*_POSTS) or incident.nav.indoor
        self.space = posts[int(incident.draws.u(Stream.SECURITY_POST, "security") * len(posts))]

    @property
    def is_here(self) -> bool:
        """Whether the policy has an officer or a guard."""
        return self._incident.policy["security.officer"] != "none"

    def signs(self, distance_m: float) -> None:
        """Take signs at a walking distance (m); those within hearing are noticed and reported (once)."""
        heard = distance_m <= self._incident.parameters.value("notify.hearing_range")
        if not self.is_here or self._has_noticed or not heard:
            return
        self._has_noticed = True
        delay = self._incident.drawn_ticks("security.notice_delay", Stream.SECURITY_NOTICE, "security")
        self._incident.agenda.at(self._incident.tick + delay, self._notices)

    def _notices(self) -> None:
        incident = self._incident
        self._on_notice()
        if incident.policy["security.officer"] == "armed_guard":
            reaction = incident.drawn_ticks("sro.reaction", Stream.GUARD_REACTION, "security")
            incident.agenda.at(incident.tick + reaction, self._go)

    def _go(self) -> None:
        x, y = self._incident.nav.inner_point(self.space)
        self._on_go(self.space, x, y, "armed guard")
