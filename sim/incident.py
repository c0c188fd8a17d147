"""What all submodels of one incident share: clock, draws, doors, people, and the log.

Each real-world concept has its own file and gets this one object; concepts never import one another.
`model.py` builds them and says who calls whom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log1p
from typing import TYPE_CHECKING

from sim.clock import Agenda, to_seconds, to_ticks
from sim.given import disclosure
from sim.given.names import ParameterName
from sim.given.parameters import ParameterTable
from sim.given.policies import Policy
from sim.given.scenario import Scenario
from sim.people.population import NOT_TOLD
from sim.record.timeline import FIRST_ENTRY, LOCKDOWN_ANNOUNCED, OURS_ONLY, TimelineLog
from sim.streams import Draws, OpenDraws, Stream

if TYPE_CHECKING:
    from sim.people.harm import Harm
    from sim.people.population import People
    from sim.people.walkers import Walkers
    from sim.place.compile import Navigation
    from sim.place.doors import DoorState
    from sim.response.shown import ShownTeams


TEAMS_SHOWN_S = 60.0
"""Mean time for which teams are shown from entry on, on a plan from outside (s); contact ends it sooner."""


@dataclass(slots=True)
class Incident:
    """The shared state of one incident."""

    scenario: Scenario
    policy: Policy
    parameters: ParameterTable
    draws: Draws
    nav: Navigation
    people: People
    doors: DoorState
    walkers: Walkers
    harm: Harm
    shown: ShownTeams
    log: TimelineLog
    agenda: Agenda = field(default_factory=Agenda)
    tick: int = 0
    horizon_tick: int = 0

    @property
    def now_s(self) -> float:
        """Time since the start of the incident (s)."""
        return to_seconds(self.tick)

    def drawn(self, name: ParameterName, stream: Stream, entity: str | int, ordinal: int = 0) -> float:
        """Draw a parameter of the table with its key, in the parameter's own unit."""
        return float(self.parameters.quantile(name, self.draws.u(stream, entity, ordinal)))

    def drawn_ticks(self, name: ParameterName, stream: Stream, entity: str | int, ordinal: int = 0) -> int:
        """Draw a duration of the table in whole ticks."""
        return to_ticks(self.drawn(name, stream, entity, ordinal))

    def drawn_travel_s(
        self, name: ParameterName, stream: Stream, entity: str | int, ordinal: int = 0
    ) -> float:
        """Draw a travel time of the table, which takes longer in some areas than in others (s)."""
        factor = self.parameters.table("area.travel_multiplier", self.scenario.area)
        return factor * self.drawn(name, stream, entity, ordinal)

    def training_factor(self) -> float:
        """Return what joint training of police, fire and EMS multiplies their common delays with."""
        return self.parameters.value("joint.training_multiplier") if self.policy["joint_training"] else 1.0

    def _show(self, event: str) -> None:
        """Show more or less of the people and teams of a plan from outside, from an event of the response on.

        States are shown once the building has been told. Teams are shown from entry on for a time of their
        own: a team that vanishes before first contact has not therefore been wounded.
        """
        if event == LOCKDOWN_ANNOUNCED and self.people.told_tick == NOT_TOLD:
            self.people.told_tick = self.tick
        if event == FIRST_ENTRY:
            u = OpenDraws(self.draws.key).u(Stream.TEAMS_SHOWN, "teams")
            self.agenda.at(self.tick + to_ticks(-TEAMS_SHOWN_S * log1p(-u)), self.shown.hide)

    def stamp(self, event: str, *, who: str = "", where: str = "", note: str = "") -> None:
        """Write a row into the timeline at the present tick; plans from outside get no places at all."""
        if not disclosure.is_ours(self.scenario.plan):
            if event in OURS_ONLY:
                return  # that somebody was hurt is a level of harm
            where = ""
            self._show(event)
        self.log.add(self.now_s, event, who=who, where=where, note=note)
