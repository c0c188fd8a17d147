"""Survivable deaths averted in an incident: injury, first care and hospital by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numbers_of_tests import constant, put_in

from sim.clock import TICKS_PER_S, Agenda
from sim.model import ResponseModel
from sim.people.population import Role

INJURY_S, CARE_S, MEDICS_S, CARRY_S, TRANSPORT_S, SLOWDOWN = 60.0, 150.0, 300.0, 180.0, 600.0, 2.0
HOSPITAL_S = MEDICS_S + CARRY_S + TRANSPORT_S


def incident(monkeypatch, bleeding_s, *, in_class=True, cares=True):
    """Return an incident that is over, in which one pupil was injured, cared for and taken to hospital."""
    put_in(
        monkeypatch,
        constant("medical.exsanguination_time", bleeding_s),
        constant("ems.carry_out", CARRY_S),
        constant("ems.transport", TRANSPORT_S),
        constant("ems.casualty_handling", 0.0),
        constant("aid.slowdown", SLOWDOWN),
    )
    model = ResponseModel("elementary", "audit-average", rng=5)
    vars(model._survival)["is_survivable"] = lambda rows: np.full(len(rows), in_class)
    model._hazard._self_end()
    shared, people = model._incident, model._people
    shared.agenda = Agenda()
    pupil = int(np.flatnonzero(people.role == Role.PUPIL)[0])
    shared.walkers.tick = int(INJURY_S * TICKS_PER_S)
    shared.harm.injure(pupil)
    if cares:
        shared.tick = int(CARE_S * TICKS_PER_S)
        model._medical.bystander_cares(pupil)
    return model


def take_out(model):
    """Let the medics in."""
    model._incident.tick = int(MEDICS_S * TICKS_PER_S)
    model._medical._care("medics", 1)


def averted(model):
    return model.outcome().survivable_deaths_averted


def bleeding_for(alive_s, care_s):
    """Return the time to bleed to death of who lives so long with care from a time on (s from the injury)."""
    return care_s + (alive_s - care_s) / SLOWDOWN


@pytest.mark.parametrize(("spare_s", "n"), [(1.0, 1), (-1.0, 0)])
def test_who_is_cared_for_lives_if_the_hospital_comes_before_death(monkeypatch, spare_s, n):
    """Injured at 60 s, care at 150 s slows twofold, hospital at 300 + 180 + 600 = 1080 s."""
    alive_s = HOSPITAL_S - INJURY_S + spare_s
    model = incident(monkeypatch, bleeding_for(alive_s, CARE_S - INJURY_S))
    assert averted(model) is None
    take_out(model)
    assert averted(model) == n
    assert list(model._collection.hospital_ticks.values()) == [int(HOSPITAL_S * TICKS_PER_S)]


@pytest.mark.parametrize(("spare_s", "n"), [(1.0, 1), (-1.0, 0)])
def test_without_a_bystander_the_first_care_is_the_medics(monkeypatch, spare_s, n):
    alive_s = HOSPITAL_S - INJURY_S + spare_s
    model = incident(monkeypatch, bleeding_for(alive_s, MEDICS_S - INJURY_S), cares=False)
    take_out(model)
    assert averted(model) == n


def test_who_would_have_lived_anyway_is_not_counted(monkeypatch):
    model = incident(monkeypatch, 1e6, in_class=False)
    take_out(model)
    assert averted(model) == 0
