"""Levers of first care and of the way out of patients: paired on the same keys, exact where it is exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from elementary_runs import outcomes

from sim.clock import TICK_S, TICKS_PER_S, Agenda, to_ticks
from sim.model import ResponseModel
from sim.population import Role
from sim.scenario import load_scenario
from sim.streams import Draws, Stream

WALK_MPS = 1.34


def with_patients(*arms):
    """Return the outcomes of each key, arm by arm, for the keys with a patient."""
    rows = [row for row in zip(*arms, strict=True) if row[0].injury_events]
    assert len(rows) > 25
    return rows


# -- staging ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ems", ["all_clear", "escorted_rtf"])
def test_a_longer_way_from_staging_is_exactly_that_much_later_in_every_pair(ems):
    arms = [outcomes(ems__policy=ems, ems__staging=metres) for metres in (200.0, 400.0, 800.0)]
    for near, middle, far in with_patients(*arms):
        for name in ("first_care_first_s", "first_care_median_s"):
            times = [getattr(o, name) for o in (near, middle, far)]
            assert times[1] - times[0] == pytest.approx(200.0 / WALK_MPS, abs=TICK_S)
            assert times[2] - times[1] == pytest.approx(400.0 / WALK_MPS, abs=TICK_S)


def test_officers_who_give_first_aid_do_not_come_from_staging():
    near, far = (outcomes(ems__policy="officer_first_aid", ems__staging=m) for m in (200.0, 800.0))
    for one, other in with_patients(near, far):
        assert one.first_care_median_s == other.first_care_median_s


# -- bystander aid ----------------------------------------------------------------------------------

CARE = dict.fromkeys(
    ("first_care_first_s", "first_care_median_s", "first_care_first_censored", "first_care_median_censored")
)


def test_kits_and_then_training_bring_first_care_sooner_and_change_nothing_else_in_every_pair():
    """Neither who is hurt nor what responders do: deaths cannot change by more than care can change them."""
    arms = [outcomes(aid__bystander=level) for level in ("none", "kits", "kits_and_training")]
    for none, kits, trained in with_patients(*arms):
        for name in ("first_care_first_s", "first_care_median_s"):
            assert getattr(trained, name) <= getattr(kits, name) <= getattr(none, name)
        assert replace(none, **CARE) == replace(kits, **CARE) == replace(trained, **CARE)
    means = [np.mean([o.first_care_median_s for o in arm if o.injury_events]) for arm in arms]
    assert means[0] > means[1] > means[2]


def quiet_room(level, **parameters):
    """Return a model whose hazard is over, with a pupil hurt in a classroom beside a teacher."""
    scenario = load_scenario("elementary")
    scenario = scenario.with_(parameters=scenario.parameters.with_values(parameters))
    model = ResponseModel(scenario, "audit-average", rng=5, aid__bystander=level)
    model._hazard.stop()
    model._incident.agenda, model._incident.horizon_tick = Agenda(), 10**9
    people = model._people
    group = next(rows for rows in people.members if len(rows) > 5)
    patient = int(next(row for row in group if people.role[row] == Role.PUPIL))
    model._incident.crowd.injure(patient)
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
            model._incident.crowd.release(others)
        if not is_quiet:
            model._people.arrays.exposed[others] = 1
        model._bystanders.look_round()
        assert len(model._incident.agenda) == 0
