"""`ResponseModel`: one incident as a real Mesa model over arrays. It builds the parts and orders them.

Order of a stretch of time: walkers move (kernel), then what they reported, then what the agenda holds for
that tick. One Mesa step is one simulated second; `run()` strides from event to event. Both give the same
bits, because draws belong to decisions and every time is a whole tick.
"""

from __future__ import annotations

import copy
from typing import Any, Self

import numpy as np

from sim.alert.alerting import Alerting
from sim.care.bystander_aid import BystanderAid
from sim.care.casualty_collection import CasualtyCollection
from sim.care.medical import Medical
from sim.care.survival import Survival
from sim.clock import TICKS_PER_S, Agenda, to_ticks
from sim.given import disclosure
from sim.given.policies import Policy
from sim.given.scenario import Scenario
from sim.hazard.hazard import Hazard, HazardSpec
from sim.hazard.outcomes import HarmOutcomes
from sim.hazard.start import has_too_few_places
from sim.hazard.wounded_officer import WoundedOfficer
from sim.incident import Incident
from sim.model.arguments import given, run_numbers
from sim.model.arrivals import pass_on
from sim.model.contact import Contact
from sim.model.reports import Reports
from sim.model.signs import Signs
from sim.model.summary import publish, summarise, without_harm
from sim.people.harm import Harm
from sim.people.population import NOT_TOLD
from sim.people.presence import draw_people
from sim.people.walkers import Walkers
from sim.place.compile import compile_plan
from sim.place.doors import DoorState
from sim.place.no_way import warn_of_no_way
from sim.protection.leaving import Leaving, Senses
from sim.protection.lockdown import Lockdown
from sim.protection.locks import Locks
from sim.protection.refuge import Refuge
from sim.record.timeline import INCIDENT_START, THREAT_END, TimelineLog
from sim.recovery.recovery import Recovery
from sim.recovery.reunification import Reunification
from sim.response.command import Command
from sim.response.dispatch import Dispatch
from sim.response.security import SecurityOfficer
from sim.response.shown import ShownTeams
from sim.response.sro import SchoolResourceOfficer
from sim.response.teams import Responders
from sim.streams import Draws, RunKey
from sim.view.observation import Notes, ObservedModel
from sim.view.outcome import Outcome


class ResponseModel(ObservedModel):
    """One incident under one policy.

    Parameters
    ----------
    scenario : str or Scenario
        Name or file of a scenario.
    policy : str or Policy
        Name or file of a policy.
    rng, seed : int, optional
        Seed of the study, by either of Mesa's names. Two models of the same seed and replicate share every
        draw, whatever the policy. Without seed and replicate each model is another incident. The runs of a
        plan from outside are keyed by its content, and a seed is refused.
    replicate : int, optional
        Number of the run in the study; 0 to 2 for a plan from outside.
    record : bool
        Keep positions and states for a replay.
    **kwargs
        Single fields of the scenario (`building="elementary"`), and single levers on top of the policy, two
        underscores for the dot: `entry__delay_s=60`. (Mesa's page insists on the name `kwargs`.)

    Attributes
    ----------
    setting : Scenario
        The place.
    policy : Policy
        The response, with the levers given here and by the scenario.
    key : RunKey
        Seed and replicate, also where nobody gave them: with them the same incident can be run again.
    """

    def __init__(
        self,
        scenario: str | Scenario = "default",
        policy: str | Policy = "immediate-entry",
        *,
        rng: int | None = None,
        replicate: int | None = None,
        record: bool = False,
        **kwargs: Any,
    ) -> None:
        loaded, chosen = given(scenario, policy, kwargs)
        key = self._key_of(loaded, *run_numbers(loaded, rng, kwargs.get("seed"), replicate))
        super().__init__(rng=key.seed)
        self.setting = loaded  # Mesa 3.5 keeps a Scenario of its own under `scenario`
        self.policy, self.key = chosen, key
        self.nav = compile_plan(loaded.plan)
        warn_of_no_way(self.nav)
        self._end_tick: int | None = None
        self._build(record=record)
        self._start()

    @staticmethod
    def _key_of(scenario: Scenario, seed: int | None, replicate: int) -> RunKey:
        return disclosure.key_of(scenario, seed, replicate)

    # -- building ----------------------------------------------------------------------------------

    def _build(self, *, record: bool) -> None:
        """Build every part of the incident, in the order in which they need one another."""
        self._incident = incident = self._shared()
        # The hazard before the doors: it takes no note of them until it starts.
        self._hazard = Hazard(incident, HazardSpec(), self._hazard_moved, self._hazard_ended)
        self._build_people(incident)
        self._build_response(incident)
        self._build_care(incident)
        self._notes = Notes(incident, record=record)

    def _shared(self) -> Incident:
        """Return what all parts share: people, doors, draws, log and agenda."""
        parameters, draws = self.setting.parameters, Draws(self.key)
        self._people = draw_people(self.nav, self.setting, draws)
        doors = DoorState(self.nav, self._door_changed)
        walkers, shown = Walkers(self.nav, self._people, doors, parameters), ShownTeams()
        if not disclosure.is_ours(self.setting.plan):
            self._people.told_tick = NOT_TOLD
        incident = Incident(
            self.setting, self.policy, parameters, draws, self.nav, self._people, doors, walkers,
            Harm(self.nav, self._people, walkers), shown, TimelineLog(), Agenda(),
        )  # fmt: skip
        incident.horizon_tick = to_ticks(self.setting.horizon_s)
        return incident

    def _build_people(self, incident: Incident) -> None:
        """Build what people inside do: leave, lock, hide, and tell one another."""
        self._locks = Locks(incident, self._may_lock)
        senses = Senses(self._have_signs, self._hazard.walking_distances_m, self._hazard.sight)
        self._leaving = Leaving(incident, senses, self._called_away)
        self._lockdown = Lockdown(incident, self._locks, self._leaving)
        self._refuge = Refuge(incident, self._locks, self._leaving, self._settles)
        self._alerting = Alerting(
            incident, self._lockdown.group_alerted, self._refuge.person_alerted, self._announced
        )

    def _build_response(self, incident: Incident) -> None:
        """Build who is called, who comes, who commands and who goes in."""
        self._dispatch = Dispatch(incident, self._reported, self._officer_arrived)
        self._responders = Responders(incident, self._check_contact)
        self._first_officer = WoundedOfficer(incident)
        self._command = Command(incident, self._responders.command_orders)
        self._sro = SchoolResourceOfficer(incident, self._officer_goes_in)
        self._security = SecurityOfficer(incident, self._security_notices, self._officer_goes_in)
        self._signs = Signs(incident, self._hazard, self._alerting, self._sro, self._security)
        self._reports = Reports(incident, self._hazard, self._dispatch, self._responders)
        self._contact = Contact(
            incident,
            self._hazard,
            self._responders,
            self._first_officer,
            on_wounding=self._reports.of_wounding,
            on_made=self._look_round,
            on_contained=self._contained_over,
        )

    def _build_care(self, incident: Incident) -> None:
        """Build care, the way to hospital and the recovery."""
        self._survival = Survival(incident)
        self._collection = CasualtyCollection(incident)
        self._medical = Medical(incident, self._collection.medics_inside, self._command.unified_factor)
        self._bystanders = BystanderAid(incident, self._medical.bystander_cares)
        self._reunification = Reunification(incident)
        self._recovery = Recovery(
            incident,
            self._medical.all_clear,
            self._reunification.everybody_counted,
            self._command.roll_call_factor,
            self._command.unified_factor,
        )

    def _start(self) -> None:
        incident = self._incident
        incident.stamp(INCIDENT_START)
        self._notes.start()
        self._hazard.start()
        self._alerting.start()
        self._leaving.start()
        self._signs.spread()
        self._dispatch.start()
        incident.agenda.run_due(0)

    # -- the clock ---------------------------------------------------------------------------------

    def step(self) -> None:
        """Advance by one simulated second and collect; after the end of the run nothing is left to do."""
        if self.running:
            self.advance(self._incident.tick + TICKS_PER_S)
            self.datacollector.collect(self)
        self._count_steps()

    def run(self) -> Outcome:
        """Run to the end, striding from event to event, and return the outcome."""
        while self.running:
            self.advance(self._incident.horizon_tick)
        self._count_steps()
        return self.outcome()

    def copy(self) -> Self:
        """Return a model at the same tick that goes on by itself; the original is not touched.

        Arrays are copied; the compiled plan, the scenario and the parameters are shared, because no run
        changes them. `copy.deepcopy` and `pickle` give the same.
        """
        return copy.deepcopy(self)

    def advance(self, until_tick: int) -> None:
        """Advance to a tick (or to the end of the run).

        Parameters
        ----------
        until_tick : int
            Last tick to carry out.
        """
        incident = self._incident
        until_tick = min(until_tick, incident.horizon_tick)
        while self.running and incident.tick < until_tick:
            target = incident.agenda.next_tick(until_tick)
            incident.tick, events = incident.walkers.advance(incident.tick, target, self._hazard.sight())
            for event in events:
                pass_on(event, self._people, self._refuge, self._locks)
            incident.agenda.run_due(incident.tick)
            if self._reunification.end_tick is not None or incident.tick >= incident.horizon_tick:
                self.running = False

    def _called_away(self, rows: np.ndarray) -> None:
        self._locks.called_away(rows)
        self._refuge.called_away(rows)

    # -- who tells whom ------------------------------------------------------------------------------

    def _door_changed(self) -> None:
        self._hazard.look_again()

    def _may_lock(self, space: int) -> bool:
        """Tell whether a space can be locked now: nobody locks in a hazard."""
        return not (self._hazard.is_active and self._hazard.is_in(space))

    def _have_signs(self, rows: np.ndarray) -> bool:
        return self._alerting.has_signs(rows)

    def _settles(self, space: int) -> None:
        self._alerting.tell_inside(space)

    def _announced(self) -> None:
        self._sro.recognise()

    def _look_round(self) -> None:
        self._bystanders.look_round()

    def _security_notices(self) -> None:
        self._alerting.office_learns()
        self._dispatch.report("security officer")

    def _officer_goes_in(self, space: int, x: float, y: float, who: str = "school resource officer") -> None:
        self._responders.join_inside(space, x, y, self._hazard.wing(), who)

    def _hazard_moved(self) -> None:
        self._signs.spread()
        self._reports.of_move()
        self._bystanders.look_round()
        self._check_contact()

    def _reported(self) -> None:
        self._medical.reported()
        self._reunification.reported()
        if self.policy["notify.channel"] in ("panic_alarm", "detection"):
            self._alerting.announce()
        else:
            self._alerting.office_learns()
        self._reports.of_move()

    def _officer_arrived(self, n_on_scene: int) -> None:
        self._command.officer_arrived(n_on_scene)
        self._responders.officer_arrives(n_on_scene)

    def _check_contact(self) -> None:
        self._show_new_teams()
        self._contact.check()

    def _hazard_ended(self) -> None:
        """Its own clock ended it: the threat is over, though officers have yet to find that out."""
        self._threat_over()
        if self._contact.tick is None:
            self._command.contact_lost()

    def _threat_over(self) -> None:
        if self._end_tick is None:
            self._end_tick = self._incident.tick
            self._incident.stamp(THREAT_END)
            self._bystanders.look_round()
            self._reunification.threat_ended()

    def _contained_over(self) -> None:
        self._threat_over()
        self._medical.contact_made()
        self._recovery.search_over()

    # -- what came out ---------------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        """Return the outcome so far; levels of harm for our own plans only, once the threat is over."""
        return publish(self._full_outcome(), library_plan=disclosure.is_ours(self.setting.plan))

    def _full_outcome(self) -> Outcome:
        parts = (
            self._dispatch.call_outcomes(),
            self._alerting.outcomes(),
            self._dispatch.arrival_outcomes(),
            self._responders.outcomes(),
            self._contact.outcomes(self._end_tick),
            self._command.outcomes(),
            self._medical.outcomes(),
            self._collection.outcomes(),
            self._recovery.outcomes(),
            self._reunification.outcomes(),
            self._notes.outcomes(),
            self._recovery.head_count(),
            HarmOutcomes(
                exposure_person_s=self._incident.harm.exposure_person_s(self._incident.tick),
                injury_events=self._hazard.injury_events,
            ),
            self._first_officer.outcomes(),
            self._survival.outcomes(self._medical.first_ticks, self._collection.hospital_ticks),
        )
        is_over, n_patients = self._end_tick is not None, len(self._incident.harm.patients())
        outcome = summarise(parts, is_over=is_over, is_care_due=n_patients > 0)
        # So few places would say where it was, whatever is added up.
        return without_harm(outcome) if has_too_few_places(self.nav) else outcome
