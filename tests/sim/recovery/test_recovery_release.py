"""Release building-wide or wing by wing, by the same teams: paired on the same keys."""

from __future__ import annotations

import numpy as np
import pytest
from paired import ELEMENTARY_KEYS, elementary_outcomes

from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import State
from sim.record.timeline import ALL_CLEAR, ROOMS_RELEASED, WING_RELEASED
from sim.run import run_incident


def test_wing_by_wing_releases_the_median_sooner_and_the_building_not_earlier_in_every_pair():
    for whole, wings in zip(
        elementary_outcomes(), elementary_outcomes(recovery__release="wing_by_wing"), strict=True
    ):
        assert wings.released_median_s < whole.released_median_s
        assert wings.all_clear_s >= whole.all_clear_s
        assert wings.start_to_contact_s == whole.start_to_contact_s
        assert wings.accounted_people == whole.accounted_people == whole.people


def test_so_it_does_in_the_high_school():
    scenario, base = load_scenario("default"), load_policy("audit-average")
    for key in ELEMENTARY_KEYS[:5]:
        whole = run_incident(scenario, base, key).outcome
        wings = run_incident(scenario, base.with_lever("recovery.release", "wing_by_wing"), key).outcome
        assert wings.released_median_s < whole.released_median_s
        assert wings.all_clear_s >= whole.all_clear_s


def test_every_wing_but_the_last_is_released_before_the_all_clear_the_largest_first():
    model = ResponseModel("elementary", "audit-average", rng=7, recovery__release="wing_by_wing")
    model.run()
    wings = [row for row in model.timeline if row.event == WING_RELEASED]
    (clear,) = (row for row in model.timeline if row.event == ALL_CLEAR)
    assert [row.where for row in wings] == ["A-1", "B-1", "M-1"]  # 15, 15 and 14 rooms; S-1 has 13
    assert all(row.time_s <= clear.time_s for row in wings)
    released_s = np.array(model._recovery.released_ticks) / 20.0
    assert (released_s < clear.time_s).any()
    assert (released_s > clear.time_s).any()


def test_everybody_indoors_is_released_once_and_out_at_the_end():
    model = ResponseModel("elementary", "audit-average", rng=7, recovery__release="wing_by_wing")
    while not any(row.event == ALL_CLEAR for row in model.timeline):
        model.advance(model._incident.tick + 1200)
    while not any(row.event == ROOMS_RELEASED for row in model.timeline):
        model.advance(model._incident.tick + 1200)
    assert (model.column("state") == State.OUT).all()
    assert len(model._recovery.released_ticks) <= len(model.column("state"))


@pytest.mark.parametrize("horizon_s", [1500.0, 2000.0, 3000.0])
def test_a_run_that_is_cut_knows_the_median_once_half_are_released(horizon_s):
    scenario = load_scenario("elementary")
    policy = load_policy("audit-average").with_lever("recovery.release", "wing_by_wing")
    whole = run_incident(scenario, policy, ELEMENTARY_KEYS[0]).outcome.released_median_s
    cut = run_incident(scenario.with_(horizon_s=horizon_s), policy, ELEMENTARY_KEYS[0]).outcome
    assert cut.released_median_s == (whole if whole <= horizon_s else None)
    assert cut.is_censored("released_median_s") == (whole > horizon_s)
