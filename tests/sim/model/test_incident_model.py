"""One incident end to end on the shipped schools: laws that must hold whatever the numbers are."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import State
from sim.record.timeline import HARM_EVENTS
from sim.run import run_incident, run_paired
from sim.streams import Draws, RunKey, Stream
from sim.view.outcome import HARM_LEVELS

SHORT_S = 900.0
KEYS = [RunKey(7, k) for k in range(3)]


@pytest.fixture(scope="module")
def elementary():
    return load_scenario("elementary").with_(horizon_s=SHORT_S)


def test_step_by_step_and_run_give_the_same_bits(elementary):
    ran = ResponseModel(elementary, "immediate-entry", rng=3)
    ran.run()
    stepped = ResponseModel(elementary, "immediate-entry", rng=3)
    while stepped.running:
        stepped.step()
    assert stepped.outcome() == ran.outcome()
    assert stepped.timeline == ran.timeline
    for name in ("x", "y", "state", "alerted_tick", "out_tick"):
        np.testing.assert_array_equal(stepped.column(name), ran.column(name))


def test_equal_policies_under_different_names_differ_in_nothing(elementary):
    same = replace(load_policy("immediate-entry"), name="another name", plain_words="")
    for key in KEYS:
        first, second = run_paired(elementary, [load_policy("immediate-entry"), same], key)
        assert first.outcome == second.outcome
        assert first.timeline == second.timeline


def test_same_key_repeats_and_another_key_differs(elementary):
    policy = load_policy("immediate-entry")
    once, again = (run_incident(elementary, policy, KEYS[0]) for _ in range(2))
    other = run_incident(elementary, policy, KEYS[1])
    assert once == again
    assert other.outcome != once.outcome


def test_everybody_is_in_exactly_one_state_at_every_second(elementary):
    model = ResponseModel(elementary, "immediate-entry", rng=5)
    n = len(model.column("state"))
    seen = set()
    for _ in range(300):
        model.step()
        states = model.column("state")
        assert len(states) == n
        assert set(np.unique(states)) <= {int(s) for s in State}
        seen |= set(states.tolist())
        assert sum(model._people.counts().values()) == n
    assert {int(State.SECURED), int(State.MOVING), int(State.UNAWARE)} <= seen
    assert int(State.ALERTED) not in seen


def test_out_is_absorbing(elementary):
    model = ResponseModel(elementary, "immediate-entry", rng=5, exit__option="multi_option")
    was_out = model.column("state") == State.OUT
    for _ in range(240):
        model.step()
        out = model.column("state") == State.OUT
        assert not (was_out & ~out).any()
        was_out = out
    assert was_out.any()


def test_entry_delay_shifts_entry_by_exactly_the_delay(elementary):
    base = load_policy("immediate-entry")
    compared = 0
    for key in KEYS:
        first, later = run_paired(elementary, [base, base.with_lever("entry.delay_s", 180.0)], key)
        if later.outcome.start_to_entry_s is not None:
            assert later.outcome.start_to_entry_s - first.outcome.start_to_entry_s == pytest.approx(
                180.0, abs=1e-9
            )
            compared += 1
        assert later.outcome.start_to_first_le_s == first.outcome.start_to_first_le_s
    assert compared >= 2


def test_the_threat_ends_by_itself_at_contact_or_after_a_drawn_standoff():
    """Three ways and no fourth; a stand-off follows one contact in ten (hazard.standoff_probability)."""
    scenario = load_scenario("elementary")
    ways = set()
    for replicate in range(30):
        key = RunKey(7, replicate)
        outcome = run_incident(scenario, load_policy("immediate-entry"), key).outcome
        after_s = outcome.start_to_end_s - outcome.start_to_contact_s
        u = Draws(key).u(Stream.STANDOFF_TIME, "hazard")
        wait_s = float(scenario.parameters.quantile("hazard.standoff_time", u))
        stands_off = Draws(key).u(Stream.STANDOFF, "hazard") < 0.1
        if after_s > 0:
            assert stands_off
            assert after_s == pytest.approx(wait_s, abs=0.05)
        assert not (after_s == 0 and stands_off)
        ways.add(int(np.sign(after_s)))
    assert ways == {-1, 0, 1}


def test_contact_ends_the_walk_and_all_exposure_also_in_a_standoff():
    """A run in which contact comes while it is active and a stand-off follows."""
    scenario = load_scenario("elementary")
    for replicate in range(40):
        if Draws(RunKey(7, replicate)).u(Stream.STANDOFF, "hazard") < 0.1:
            model = ResponseModel(scenario, "immediate-entry", rng=7, replicate=replicate)
            while model._contact.tick is None:
                model.step()
            if model._end_tick is None:
                break
    else:
        pytest.fail("choose a seed with a stand-off")
    harm, tick = model._incident.harm, model._incident.tick
    assert not model._hazard.is_active
    assert not len(harm.exposed_rows())
    exposure_person_s = harm.exposure_person_s(tick)
    for _ in range(300):
        model.step()
    assert harm.exposure_person_s(model._incident.tick) == exposure_person_s > 0


def test_nothing_differs_before_the_first_arrival(elementary):
    immediate, four = run_paired(
        elementary, [load_policy("immediate-entry"), load_policy("team-of-four")], KEYS[1]
    )
    arrival = immediate.outcome.start_to_first_le_s
    before = [[row for row in run.timeline if row.time_s < arrival] for run in (immediate, four)]
    assert before[0] == before[1]
    assert immediate.outcome.start_to_entry_s <= (four.outcome.start_to_entry_s or np.inf)


def test_stamps_come_in_the_order_of_the_response():
    result = run_incident(load_scenario("elementary"), load_policy("immediate-entry"), KEYS[2])
    outcome = result.outcome
    order = [
        outcome.start_to_report_s,
        outcome.start_to_first_le_s,
        outcome.start_to_entry_s,
        outcome.start_to_contact_s,
        outcome.all_clear_s,
        outcome.accounted_s,
        outcome.reunification_start_s,
        outcome.reunification_end_s,
    ]
    assert all(value is not None for value in order)
    assert order == sorted(order)
    assert outcome.start_to_end_s is not None
    assert outcome.accounted_people == outcome.people
    assert [row.time_s for row in result.timeline] == sorted(row.time_s for row in result.timeline)


def test_what_did_not_happen_is_none_with_its_flag(elementary):
    result = run_incident(elementary.with_(horizon_s=60.0), load_policy("perimeter-1999"), KEYS[0])
    assert result.outcome.start_to_entry_s is None
    assert result.outcome.is_censored("start_to_entry_s")
    assert result.outcome.all_clear_s is None
    assert result.outcome.is_censored("all_clear_s")


def test_harm_events_have_no_place(elementary):
    for key in KEYS:
        for row in run_incident(elementary, load_policy("immediate-entry"), key).timeline:
            if row.event in HARM_EVENTS:
                assert row.where == ""


def test_share_secured_rises_with_the_lock_type():
    scenario = load_scenario("elementary").with_(horizon_s=130.0)
    base = load_policy("audit-average")
    shares = []
    for lock in ("none", "keyed_outside", "always_locked"):
        policy = base.with_lever("lock.type", lock)
        shares.append(
            np.mean([run_incident(scenario, policy, key).outcome.share_secured_120s for key in KEYS])
        )
    assert shares[0] < shares[1] < shares[2]
    assert shares[0] == 0.0


def test_exposure_is_zero_for_whoever_is_secured(elementary):
    model = ResponseModel(elementary, "immediate-entry", rng=11)
    while model.running:
        model.step()
        arrays = model._people.arrays
        assert not arrays.exposed[arrays.state == State.SECURED].any()
        assert not arrays.exposed[arrays.state == State.OUT].any()


def test_harm_levels_stay_inside_for_a_plan_from_outside(elementary):
    plan = elementary.plan.model_copy(update={"name": "A plan of their own", "fictional": False})
    outside = elementary.with_(plan=plan)
    results = run_paired(outside, [load_policy("immediate-entry"), load_policy("perimeter-1999")], KEYS[0])
    for result in results:
        assert all(getattr(result.outcome, name) is None for name in HARM_LEVELS)
        assert result.outcome.changes == {}


def test_models_are_freed(elementary):
    model = ResponseModel(elementary, "immediate-entry", rng=1)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_recording_changes_nothing(elementary):
    policy = load_policy("immediate-entry")
    plain = run_incident(elementary, policy, KEYS[0])
    recorded = run_incident(elementary, policy, KEYS[0], record=True)
    assert plain.outcome == recorded.outcome
    assert recorded.recording is not None
    assert recorded.recording.x.shape[0] > 100
