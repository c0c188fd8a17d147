"""Levers of first care and of the way out of patients: paired on the same keys, exact where it is exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from paired import ELEMENTARY_KEYS, elementary_outcomes

from sim.care.casualty_collection import CasualtyCollection
from sim.clock import TICK_S, TICKS_PER_S, Agenda, to_ticks
from sim.given.levers import LEVERS
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import Role
from sim.run import run_incident
from sim.streams import Draws, Stream
from tests.support.forced import forced

WALK_MPS = 1.34


def with_patients(*arms):
    """Return the outcomes of each key, arm by arm, for the keys with a patient."""
    rows = [row for row in zip(*arms, strict=True) if row[0].injury_events]
    assert len(rows) > 25
    return rows


# -- staging ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ems", ["all_clear", "escorted_rtf"])
def test_a_longer_way_from_staging_is_exactly_that_much_later_in_every_pair(ems):
    arms = [elementary_outcomes(ems__policy=ems, ems__staging=metres) for metres in (200.0, 400.0, 800.0)]
    for near, middle, far in with_patients(*arms):
        for name in ("first_care_first_s", "first_care_median_s"):
            times = [getattr(o, name) for o in (near, middle, far)]
            assert times[1] - times[0] == pytest.approx(200.0 / WALK_MPS, abs=TICK_S)
            assert times[2] - times[1] == pytest.approx(400.0 / WALK_MPS, abs=TICK_S)


def test_medics_walk_from_staging_at_the_speed_of_adults_that_the_scenario_states():
    scenario = load_scenario("elementary").with_(parameters={"move.adult_walk": 1.2})
    slow, usual = (ResponseModel(place, rng=1, ems__staging=400.0) for place in (scenario, "elementary"))
    assert slow._medical._walk_ticks() == to_ticks(400.0 / 1.2)
    assert usual._medical._walk_ticks() == to_ticks(400.0 / WALK_MPS)


def test_officers_who_give_first_aid_do_not_come_from_staging():
    near, far = (elementary_outcomes(ems__policy="officer_first_aid", ems__staging=m) for m in (200.0, 800.0))
    for one, other in with_patients(near, far):
        assert one.first_care_median_s == other.first_care_median_s


# -- bystander aid ----------------------------------------------------------------------------------

CARE = dict.fromkeys(("first_care_first_s", "first_care_median_s"))


def test_kits_and_then_training_bring_first_care_sooner_and_change_nothing_else_in_every_pair():
    """Neither who is hurt nor what responders do: deaths cannot change by more than care can change them."""
    arms = [elementary_outcomes(aid__bystander=level) for level in ("none", "kits", "kits_and_training")]
    for none, kits, trained in with_patients(*arms):
        for name in ("first_care_first_s", "first_care_median_s"):
            assert getattr(trained, name) <= getattr(kits, name) <= getattr(none, name)
        assert replace(none, **CARE) == replace(kits, **CARE) == replace(trained, **CARE)
    means = [np.mean([o.first_care_median_s for o in arm if o.injury_events]) for arm in arms]
    assert means[0] > means[1] > means[2]


def quiet_room(level, **parameters):
    """Return a model whose hazard is over, with a pupil hurt in a classroom beside a teacher."""
    scenario = load_scenario("elementary")
    scenario = forced(scenario, parameters)
    model = ResponseModel(scenario, "audit-average", rng=5, aid__bystander=level)
    model._hazard.stop()
    model._incident.agenda, model._incident.horizon_tick = Agenda(), 10**9
    people = model._people
    group = next(rows for rows in people.members if len(rows) > 5)
    patient = int(next(row for row in group if people.role[row] == Role.PUPIL))
    model._incident.harm.injure(patient)
    return model, patient, group


@pytest.mark.parametrize(
    ("level", "trained_share", "name"),
    [
        ("kits", 1.0, "aid.start_delay"),
        ("kits_and_training", 0.0, "aid.start_delay"),
        ("kits_and_training", 1.0, "aid.start_delay_trained"),
    ],
)
def test_a_bystander_begins_after_the_delay_of_the_best_trained_helper(level, trained_share, name):
    model, patient, _ = quiet_room(level, **{"aid.kit_share": 1.0, "aid.trained_share": trained_share})
    model._bystanders.look_round()
    u = Draws(model.key).u(Stream.BYSTANDER_START, int(model._people.id_hash[patient]))
    due = to_ticks(float(model.setting.parameters.quantile(name, u)))
    assert model._incident.agenda.next_tick(10**9) == due
    model._incident.tick = due
    model._incident.agenda.run_due(due)
    assert model._medical.first_care_s() == (due / TICKS_PER_S, due / TICKS_PER_S)


def test_no_kit_nobody_beside_or_nobody_unexposed_is_no_aid():
    for kit_share, beside, is_quiet in ((0.0, True, True), (1.0, False, True), (1.0, True, False)):
        model, patient, group = quiet_room("kits_and_training", **{"aid.kit_share": kit_share})
        others = group[group != patient]
        if not beside:
            model._incident.walkers.release(others)
        if not is_quiet:
            model._people.arrays.exposed[others] = 1
        model._bystanders.look_round()
        assert len(model._incident.agenda) == 0


# -- the way out, and the casualty collection point ---------------------------------------------------


def test_a_planned_collection_point_gets_the_last_patient_out_sooner_when_patients_outnumber_teams():
    """Never later in any pair, and no bit changes with up to three patients, which is one per team."""
    arms = [elementary_outcomes(ems__policy="escorted_rtf", ems__ccp=level) for level in ("none", "planned")]
    sooner_s = []
    for none, planned in with_patients(*arms):
        if none.injury_events <= 3:
            assert planned == none
        else:
            sooner_s.append(none.last_patient_out_s - planned.last_patient_out_s)
            assert replace(planned, last_patient_out_s=none.last_patient_out_s) == none
    assert len(sooner_s) >= 3
    assert min(sooner_s) >= 0.0 < max(sooner_s)
    assert any(none.injury_events == 1 for none, _ in with_patients(*arms))


def test_the_last_patient_leaves_after_all_first_care_and_only_medics_carry():
    clear, officers, rtf = (
        elementary_outcomes(ems__policy=level) for level in ("all_clear", "officer_first_aid", "escorted_rtf")
    )
    for by_clear, by_officers, by_rtf in with_patients(clear, officers, rtf):
        for outcome in (by_clear, by_officers, by_rtf):
            assert outcome.last_patient_out_s > outcome.first_care_median_s
        assert by_clear.last_patient_out_s > by_clear.all_clear_s
        assert by_officers.all_clear_s < by_officers.last_patient_out_s <= by_clear.last_patient_out_s
        assert by_rtf.last_patient_out_s < by_clear.last_patient_out_s
    for outcome in clear:
        assert (outcome.last_patient_out_s is None) is (outcome.injury_events == 0)
        assert not outcome.is_censored("last_patient_out_s")


def way_out(n_teams, n_patients, *, planned=False, at_tick=1000, replicate=0, **parameters):
    """Return a collection that takes patients out who need no more care, and the ticks of their carrying."""
    scenario = load_scenario("elementary")
    scenario = forced(scenario, parameters)
    level = "planned" if planned else "none"
    model = ResponseModel(scenario, "audit-average", rng=5, replicate=replicate, ems__ccp=level)
    model._incident.tick, model._incident.horizon_tick = at_tick, 10**9
    collection, rows = CasualtyCollection(model._incident), list(range(n_patients))
    collection.medics_inside([at_tick] * n_teams, rows, [at_tick] * n_patients)
    draws, table = Draws(model.key), scenario.parameters
    numbers = [draws.u(Stream.CARRY_OUT, int(model._people.id_hash[row])) for row in rows]
    return model, collection, [to_ticks(float(table.quantile("ems.carry_out", u))) for u in numbers]


def test_one_team_carries_one_after_another():
    _, collection, carry = way_out(1, 4)
    assert collection.out_ticks == (1000 + np.cumsum(carry)).tolist()


def test_a_team_waits_with_its_patient_for_an_ambulance():
    """One ambulance: the second patient leaves when it is back from hospital, after twice the drawn way."""
    model, collection, carry = way_out(2, 2, **{"ems.ambulances": 1, "ems.transport": 300.0})
    u = Draws(model.key).u(Stream.TRANSPORT, "ambulance", 0)
    away = to_ticks(2.0 * float(model.setting.parameters.quantile("ems.transport", u)))
    assert away > max(carry)
    assert collection.out_ticks == [1000 + carry[0], 1000 + carry[0] + away]
    assert collection.last_out_s() == collection.out_ticks[1] / TICKS_PER_S


def test_after_half_an_hour_there_is_an_ambulance_for_every_patient():
    half_hour = 30 * 60 * TICKS_PER_S
    _, collection, carry = way_out(2, 2, at_tick=half_hour, **{"ems.ambulances": 1})
    assert collection.out_ticks == [half_hour + c for c in carry]
    _, early, carry = way_out(2, 2, at_tick=half_hour - 8000, **{"ems.ambulances": 1, "ems.transport": 36000})
    assert early.out_ticks == [half_hour - 8000 + carry[0], half_hour]


def test_at_a_collection_point_teams_turn_back_half_way():
    _, apart, carry = way_out(1, 6)
    model, planned, _ = way_out(1, 6, planned=True, **{"ems.ccp_setup": 1e-6})
    starts = 1000 + np.concatenate([[0], np.cumsum([(c + 1) // 2 for c in carry])[:-1]])
    np.testing.assert_allclose(planned.out_ticks, starts + carry, atol=6)
    assert max(planned.out_ticks) < max(apart.out_ticks)
    assert model.setting.parameters.value("ems.ccp_carry_share") == 0.5


def test_with_many_patients_the_point_saves_minutes_and_is_never_later():
    """Twelve patients, three teams, 20 min after the start, fifty keys; "later" would falsify the lever."""
    saved_s = []
    for replicate in range(50):
        settings = {"at_tick": 20 * 60 * TICKS_PER_S, "replicate": replicate}
        apart, planned = (way_out(3, 12, planned=p, **settings)[1].last_out_s() for p in (False, True))
        saved_s.append(apart - planned)
    assert min(saved_s) >= 0.0
    assert np.mean(saved_s) > 60.0


@pytest.mark.parametrize("n_patients", [0, 1, 2, 3])
def test_no_point_is_set_up_while_every_patient_has_a_team(n_patients):
    apart, planned = (way_out(3, n_patients, planned=p)[1].out_ticks for p in (False, True))
    assert apart == planned


def test_a_way_out_beyond_the_horizon_is_not_known():
    model, collection, _ = way_out(1, 3)
    model._incident.horizon_tick = max(collection.out_ticks) - 1
    assert collection.last_out_s() is None
    assert collection.out_ticks


def test_the_timeline_says_when_patients_leave_but_never_where():
    model = ResponseModel("elementary", "audit-average", rng=5, ems__policy="escorted_rtf")
    outcome = model.run()
    rows = {row.event: row for row in model.timeline if row.event.endswith("PATIENT_OUT")}
    assert rows["LAST_PATIENT_OUT"].time_s == outcome.last_patient_out_s
    assert rows["FIRST_PATIENT_OUT"].time_s <= rows["LAST_PATIENT_OUT"].time_s
    assert all((row.where, row.who, row.note) == ("", "", "") for row in rows.values())


def test_without_any_ambulance_patients_leave_with_mutual_aid():
    _, collection, carry = way_out(2, 2, **{"ems.ambulances": 0})
    assert collection.out_ticks == [30 * 60 * TICKS_PER_S] * 2
    assert 1000 + max(carry) < 30 * 60 * TICKS_PER_S


# -- neutral levels ---------------------------------------------------------------------------------


def test_levers_at_their_neutral_level_change_no_bit():
    scenario, base = load_scenario("elementary"), load_policy("audit-average")
    explicit = base
    for name in (
        "ems.staging", "ems.ccp", "aid.bystander", "command.joint", "joint_training", "recovery.release",
    ):  # fmt: skip
        explicit = explicit.with_lever(name, LEVERS[name].neutral)
    for key in ELEMENTARY_KEYS[:5]:
        once, again = run_incident(scenario, base, key), run_incident(scenario, explicit, key)
        assert (once.outcome, once.timeline, once.curve) == (again.outcome, again.timeline, again.curve)
