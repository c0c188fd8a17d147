"""What all submodels of one incident share: clock, draws, doors, people, and the log.

Each real-world concept has its own file and gets this one object; concepts never import one another.
`model.py` builds them and says who calls whom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.clock import Agenda, to_seconds, to_ticks
from sim.given import disclosure
from sim.given.names import ParameterName
from sim.given.parameters import ParameterTable
from sim.given.policies import Policy
from sim.given.scenario import Scenario
from sim.record.timeline import OURS_ONLY, TimelineLog
from sim.streams import Draws, Stream

if TYPE_CHECKING:
    from sim.people.harm import Harm
    from sim.people.population import People
    from sim.people.walkers import Walkers
    from sim.place.compile import Navigation
    from sim.place.doors import DoorState
    from sim.response.shown import ShownTeams


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

    def stamp(self, event: str, *, who: str = "", where: str = "", note: str = "") -> None:
        """Write a row into the timeline at the present tick; plans from outside get no places at all."""
        if not disclosure.is_ours(self.scenario.plan):
            if event in OURS_ONLY:
                return  # that somebody was hurt is a level of harm
            where = ""
        self.log.add(self.now_s, event, who=who, where=where, note=note)
