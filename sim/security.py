"""The school security officer: unarmed, notices and reports by radio, and never makes contact.

The officer has a post in the halls. Signs within hearing of it are noticed and reported, to the office and
as a first report, after one drawn delay. That is all: no team, no entry, no search (design, section 2.8).
"""

from __future__ import annotations

from collections.abc import Callable

from sim.incident import Incident
from sim.streams import Stream

_POSTS = ("corridor", "lobby")


class SecurityOfficer:
    """An unarmed officer who works inside the building, where the policy has one.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_notice : callable
        Called without arguments when the officer reports.
    """

    def __init__(self, incident: Incident, on_notice: Callable[[], None]) -> None:
        self._incident, self._on_notice = incident, on_notice
        self._has_noticed = False
        self.is_here = incident.policy["security.officer"] == "unarmed"
        posts = incident.nav.spaces_of_use(*_POSTS) or incident.nav.indoor
        self.space = posts[int(incident.draws.u(Stream.SECURITY_POST, "security") * len(posts))]

    def signs(self, distance_m: float) -> None:
        """Take signs at a walking distance (m); those within hearing are noticed and reported (once)."""
        heard = distance_m <= self._incident.parameters.value("notify.hearing_range")
        if not self.is_here or self._has_noticed or not heard:
            return
        self._has_noticed = True
        delay = self._incident.drawn_ticks("security.notice_delay", Stream.SECURITY_NOTICE, "security")
        self._incident.agenda.at(self._incident.tick + delay, self._on_notice)
