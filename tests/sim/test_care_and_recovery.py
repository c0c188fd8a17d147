"""First care, search, release and reunification: times that follow from published rates by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import TICKS_PER_S, to_ticks
from sim.medical import Medical
from sim.model import ResponseModel
from sim.policies import load_policy
from sim.run import run_incident
from sim.scenario import load_scenario
from sim.streams import Draws, RunKey, Stream

PATIENTS = (3, 40, 41, 77, 120)


@pytest.fixture
def model():
    model = ResponseModel("elementary", "immediate-entry", rng=5)
    for row in PATIENTS:
        model._incident.crowd.injure(row)
    return model


def handling_ticks(model):
    """Handling times of the patients in the order in which they are reached."""
    draws, table = Draws(model.key), model.setting.parameters
    numbers = sorted(draws.u(Stream.CASUALTY_HANDLING, int(model._people.id_hash[row])) for row in PATIENTS)
    return [to_ticks(float(table.quantile("ems.casualty_handling", u))) for u in numbers]


def test_one_team_reaches_patients_one_after_another(model):
    medical, now = Medical(model._incident), model._incident.tick
    medical._care("officers", 1)
    handled = handling_ticks(model)
    assert len(set(handled)) == len(PATIENTS)
    assert medical.care_ticks == [now, *(now + np.cumsum(handled[:-1])).tolist()]


def test_as_many_teams_as_patients_reach_all_at_once(model):
    medical, now = Medical(model._incident), model._incident.tick
    medical._care("medics", len(PATIENTS))
    assert medical.care_ticks == [now] * len(PATIENTS)


def test_two_teams_share_the_patients(model):
    medical, now = Medical(model._incident), model._incident.tick
    medical._care("medics", 2)
    a, b, *_ = handling_ticks(model)
    assert medical.care_ticks[:3] == [now, now, now + min(a, b)]


@pytest.mark.parametrize(("reached", "has_median"), [(0, False), (2, False), (3, True), (5, True)])
def test_the_median_patient_counts_once_more_than_half_are_reached(model, reached, has_median):
    medical = Medical(model._incident)
    medical._care("officers", 1)
    ticks = medical.care_ticks
    model._incident.horizon_tick = ticks[reached - 1] if reached else ticks[0] - 1
    first_s, median_s = medical.first_care_s()
    assert first_s == (ticks[0] / TICKS_PER_S if reached else None)
    assert median_s == (ticks[2] / TICKS_PER_S if has_median else None)


def test_care_begins_once(model):
    medical = Medical(model._incident)
    medical._care("officers", 1)
    before = list(medical.care_ticks)
    medical._care("medics", 4)
    assert medical.care_ticks == before


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
