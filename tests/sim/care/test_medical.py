"""First care, search, release and reunification: times that follow from published rates by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.care.medical import Medical
from sim.clock import TICKS_PER_S, Agenda, to_ticks
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.run import run_incident
from sim.streams import Draws, RunKey, Stream

PATIENTS = (3, 40, 41, 77, 120)


def nobody_carries(*_):
    """Stand in for the way of patients out."""


@pytest.fixture
def model():
    model = ResponseModel("elementary", "immediate-entry", rng=5)
    for row in PATIENTS:
        model._incident.harm.injure(row)
    return model


def handling_ticks(model):
    """Handling times of the patients in the order in which they are reached."""
    draws, table = Draws(model.key), model.setting.parameters
    ids = sorted(
        (int(model._people.id_hash[row]) for row in PATIENTS), key=lambda i: draws.u(Stream.CARE_ORDER, i)
    )
    numbers = [draws.u(Stream.CASUALTY_HANDLING, i) for i in ids]
    return [to_ticks(float(table.quantile("ems.casualty_handling", u))) for u in numbers]


def test_one_team_reaches_patients_one_after_another(model):
    medical, now = Medical(model._incident, nobody_carries), model._incident.tick
    medical._care("officers", 1)
    handled = handling_ticks(model)
    assert len(set(handled)) == len(PATIENTS)
    assert medical.care_ticks == [now, *(now + np.cumsum(handled[:-1])).tolist()]


def test_as_many_teams_as_patients_reach_all_at_once(model):
    medical, now = Medical(model._incident, nobody_carries), model._incident.tick
    medical._care("medics", len(PATIENTS))
    assert medical.care_ticks == [now] * len(PATIENTS)


def test_two_teams_share_the_patients(model):
    medical, now = Medical(model._incident, nobody_carries), model._incident.tick
    medical._care("medics", 2)
    a, b, *_ = handling_ticks(model)
    assert medical.care_ticks[:3] == [now, now, now + min(a, b)]


@pytest.mark.parametrize(("reached", "has_median"), [(0, False), (2, False), (3, True), (5, True)])
def test_the_median_patient_counts_once_more_than_half_are_reached(model, reached, has_median):
    medical = Medical(model._incident, nobody_carries)
    medical._care("officers", 1)
    ticks = medical.care_ticks
    model._incident.horizon_tick = ticks[reached - 1] if reached else ticks[0] - 1
    first_s, median_s = medical.first_care_s()
    assert first_s == (ticks[0] / TICKS_PER_S if reached else None)
    assert median_s == (ticks[2] / TICKS_PER_S if has_median else None)


def test_care_begins_once(model):
    medical = Medical(model._incident, nobody_carries)
    medical._care("officers", 1)
    before = list(medical.care_ticks)
    medical._care("medics", 4)
    assert medical.care_ticks == before


@pytest.mark.parametrize("staged_after_s", [None, 0.0, 400.0])
def test_a_rescue_task_force_waits_for_the_medics_to_be_staged(staged_after_s):
    """Contact, or staging if that is later; then the drawn time to form, then the walk from staging."""
    model = ResponseModel("elementary", "immediate-entry", rng=5, ems__policy="escorted_rtf")
    incident = model._incident
    incident.agenda, incident.tick = Agenda(), 1000
    medical = Medical(incident, nobody_carries)
    late = to_ticks(staged_after_s or 0.0)
    medical.staged_tick = None if staged_after_s is None else incident.tick + late
    medical.contact_made()
    table = model.setting.parameters
    form_s = float(
        table.quantile("ems.rtf_form_delay", Draws(model.key).u(Stream.RTF_FORM, "rescue task force"))
    )
    walk_s = table.value("ems.staging_distance") / 1.34
    due = incident.agenda.next_tick(10**9)
    assert due == pytest.approx(1000 + late + TICKS_PER_S * (form_s + walk_s), abs=1.5)


def test_each_team_releases_one_room_after_another():
    """Three teams: the rooms' drawn times, taken in the order of the rooms, add up team by team."""
    model = ResponseModel("elementary", "immediate-entry", rng=5)
    incident, nav = model._incident, model.nav
    incident.agenda = Agenda()
    model._recovery._free_at = [0, 0, 0]
    model._recovery._release(list(nav.indoor))
    occupied = set(model.column("space").tolist())
    free, expected = [0, 0, 0], []
    for space in sorted(set(nav.indoor) & occupied, key=lambda row: int(nav.space_hash[row])):
        team = free.index(min(free))
        u = Draws(model.key).u(Stream.ROOM_RELEASE, nav.space_ids[space])
        free[team] += to_ticks(float(model.setting.parameters.quantile("clear.room_release", u)))
        expected += [free[team]] * int((model.column("space") == space).sum())
    assert len(set(expected)) > 10
    assert model._recovery.released_ticks.tolist() == sorted(expected)


def test_search_and_reunification_take_their_published_rates():
    """1.5 minutes a room and team with three teams; ten pupils a minute. Nothing of it is drawn."""
    scenario = load_scenario("elementary")
    for replicate in range(3):
        result = run_incident(scenario, load_policy("immediate-entry"), RunKey(7, replicate))
        outcome = result.outcome
        rooms = sum(space.use != "outdoors" for space in scenario.plan.spaces)
        search_from = max(outcome.start_to_contact_s, outcome.start_to_end_s)
        assert outcome.all_clear_s - search_from == pytest.approx(-(-rooms // 3) * 90.0, abs=0.1)
        model = ResponseModel(scenario, rng=7, replicate=replicate)
        pupils = int((model.column("role") == 0).sum())
        span_s = outcome.reunification_end_s - outcome.reunification_start_s
        assert span_s == pytest.approx(60.0 * pupils / 10.0, abs=0.1)
