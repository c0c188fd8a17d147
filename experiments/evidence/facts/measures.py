"""What is run for a fact that needs no whole incident, and what is watched during one. Run in workers."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from experiments.evidence.facts.batch import SEED, Batch
from experiments.evidence.facts.probe import Probe
from sim.care.survival import Severity
from sim.clock import TICKS_PER_S, Agenda, to_seconds
from sim.incident import Incident
from sim.place.compile import compile_plan
from sim.record.timeline import TimelineLog
from sim.response.dispatch import Dispatch
from sim.response.sro import SchoolResourceOfficer
from sim.streams import Draws, RunKey

_NOT_THERE = cast(Any, None)
_DAY_TICKS = 86_400 * TICKS_PER_S


def _without_people(batch: Batch, replicate: int) -> Incident:
    """Return what a part of the response chain shares, with no people and no hazard in the building."""
    scenario, policy = batch.parts()
    return Incident(
        scenario,
        policy.under(scenario),
        scenario.parameters,
        Draws(RunKey(SEED, replicate)),
        compile_plan(scenario.plan),
        _NOT_THERE,
        _NOT_THERE,
        _NOT_THERE,
        _NOT_THERE,
        _NOT_THERE,
        TimelineLog(),
        Agenda(),
    )


def _play(incident: Incident) -> None:
    """Carry out all that is in the agenda."""
    while (tick := incident.agenda.next_tick(_DAY_TICKS)) < _DAY_TICKS:
        incident.tick = tick
        incident.agenda.run_due(tick)


def dispatch_chain(batch: Batch, replicate: int) -> dict[str, float]:
    """Run call and dispatch alone: first arrival after the first report (s)."""
    incident = _without_people(batch, replicate)
    dispatch = Dispatch(incident, lambda: None, lambda n_on_scene: None)
    dispatch.start()
    _play(incident)
    assert dispatch.report_tick is not None
    return {"call_to_first_le_s": to_seconds(dispatch.arrival_ticks[0] - dispatch.report_tick)}


def officer_inside(batch: Batch, replicate: int) -> dict[str, float]:
    """Let signs reach an officer inside at once: until the officer sets out (s), nan when not here."""
    incident = _without_people(batch, replicate)
    ticks: list[int] = []
    officer = SchoolResourceOfficer(incident, lambda *_: ticks.append(incident.tick))
    officer.recognise()
    _play(incident)
    return {"sets_out_s": to_seconds(ticks[0]) if ticks else np.nan}


def initial_state(batch: Batch, replicate: int) -> dict[str, float]:
    """Look at the doors before anything happened: share of classroom doors locked, and the access delay."""
    model = batch.model(replicate)
    nav, probe = model.nav, Probe(model)
    lockable = [door for door in nav.interior_doors if nav.can_lock[door] and nav.is_room_door[door]]
    return {
        "classroom_doors_locked": float(np.mean(probe.doors.locked[lockable])),
        "access_delay_s": probe.access_delay_s(),
    }


def locked_rooms(batch: Batch, replicate: int) -> dict[str, float]:
    """Run an incident until contact or its end, and look every second who is exposed in a locked room."""
    model = batch.model(replicate)
    nav, probe = model.nav, Probe(model)
    people, doors = probe.people, probe.doors
    rooms = [space for space in nav.indoor if nav.is_room[space]]
    exposed_person_s = locked_person_s = 0
    while model.running and probe.is_active:
        secure = np.zeros(nav.n_spaces, dtype=bool)
        secure[rooms] = [doors.is_secure(space) for space in rooms]
        behind = secure[people.space]
        locked_person_s += int(behind.sum())
        exposed_person_s += int(np.count_nonzero(people.arrays.exposed[behind]))
        probe.next_second()
    return {"exposed_person_s": float(exposed_person_s), "locked_person_s": float(locked_person_s)}


def first_officer(batch: Batch, replicate: int) -> dict[str, float]:
    """Run an incident: whether the first officer alone, or a team, met the active hazard; who was wounded.

    `entered_active`: the first entry was before the end of the threat and before any contact.
    """
    model = batch.model(replicate)
    outcome = model.run()
    officer = Probe(model).first_officer
    met_by = officer.met_by or 0
    entry_s, over_s = (np.nan if s is None else s for s in (outcome.start_to_entry_s, outcome.start_to_end_s))
    contact_s = np.nan if outcome.start_to_contact_s is None else outcome.start_to_contact_s
    return {
        "met_active": float(met_by > 0),
        "met_alone": float(met_by == 1),
        "entered_active": float(entry_s < np.fmin(over_s, contact_s)),
        "wounded": float(officer.n_wounded),
        "start_to_contact_s": contact_s,
    }


def survivable(batch: Batch, replicate: int) -> dict[str, float]:
    """Run an incident: deaths averted, the survivable class, its share of deaths were everybody hurt."""
    model = batch.model(replicate)
    averted = model.run().survivable_deaths_averted
    probe = Probe(model)
    survival, everybody = probe.survival, np.arange(probe.people.n)
    in_class = int(survival.is_survivable(everybody).sum())
    not_survivable = int((survival.severity(everybody) == Severity.NOT_SURVIVABLE).sum())
    return {
        "averted": np.nan if averted is None else float(averted),
        "in_class": float(len(survival.survivable_class())),
        "share_of_deaths": in_class / (in_class + not_survivable),
    }
