"""Probabilistic sensitivity analysis: which rows are drawn, from where, and with which key."""

from __future__ import annotations

import numpy as np
import pytest
from paired import small_scenario

from sim.given.parameters import ParameterTable, set_by
from sim.given.policies import load_policy
from sim.given.probabilistic import DrawnRow, drawn_rows, drawn_scenario, drawn_values
from sim.given.scenario_files import load_scenario
from sim.run import run_incident, run_paired
from sim.streams import RunKey

TABLE = ParameterTable.default()


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("elementary")


def test_drawn_are_the_weak_rows_that_may_be_overridden_and_have_a_range(scenario):
    names = {row.name for row in drawn_rows(scenario)}

    assert len(names) > 40
    for row in TABLE:
        may = row.evidence == "weak" and row.sweepable == "yes" and set_by(row) == "scenario"
        has_range = row.low is not None and row.distribution != "table"
        assert (row.name in names) == (may and has_range), row.name
    assert not any(name.startswith("hazard.") for name in names)
    for policys_or_strong_or_fixed in ("command.establish_time", "patrol.response_total", "lock.type"):
        assert policys_or_strong_or_fixed not in names


def test_every_value_is_possible_within_its_range_with_its_mode_at_the_shipped_one(scenario):
    u = np.linspace(0.0, 1.0 - 2.0**-53, 2001)
    for row in drawn_rows(scenario):
        values = np.array([row.value(float(at)) for at in u])
        assert np.all(np.diff(values) >= 0.0), row
        assert row.low <= values[0] < row.mode < values[-1] <= row.high, row
        assert row.mode == TABLE.row(row.name).central
        for value in (values[0], values[1000], values[-1]):
            TABLE.with_values({row.name: float(value)})
        if not row.is_count:
            assert values[[0, -1]] == pytest.approx([row.low, row.high], rel=1e-6), row
            to = {"log": np.log, "log-odds": lambda p: np.log(p / (1 - p)), "plain": lambda p: p}[row.scale]
            below = (to(row.mode) - to(row.low)) / (to(row.high) - to(row.low))
            assert np.mean(values < row.mode) == pytest.approx(below, abs=1e-3), row


def test_a_range_of_factors_is_centred_on_the_shipped_value_and_a_share_is_drawn_on_the_odds(scenario):
    rows = {row.name: row for row in drawn_rows(scenario)}
    assert rows["entry.command_wait"].scale == "log"
    assert rows["entry.command_wait"].value(0.5) == pytest.approx(180.0)
    assert rows["entry.command_wait"].value(0.125) == pytest.approx(180.0 * 2.0**-0.5)
    assert rows["lock.error_keyed"].scale == rows["drill.error_floor"].scale == "log-odds"
    assert rows["ems.ambulances"].is_count
    assert {rows["ems.ambulances"].value(u) for u in np.linspace(0, 0.999, 300)} == set(range(3, 13))
    assert DrawnRow("a share", "1", 0.0, 0.2, 1.0, "plain", False).value(0.2) == pytest.approx(0.2)


def test_the_draw_is_of_the_run_and_of_nothing_else(scenario):
    key = RunKey(5, 3)
    once = drawn_values(scenario, key)
    assert once == drawn_values(scenario, key) == drawn_values(load_scenario("default"), key)
    for other in (RunKey(5, 4), RunKey(6, 3)):
        changed = drawn_values(scenario, other)
        assert all(changed[name] != value for name, value in once.items() if name != "ems.ambulances")
    us = [once[row.name] / row.mode for row in drawn_rows(scenario) if row.scale == "log"]
    assert len(set(us)) == len(us)  # one draw per row, not one for all


def test_a_row_that_the_scenario_overrides_keeps_its_value_and_moves_no_other_draw(scenario):
    key, own = RunKey(5, 3), scenario.with_(parameters={"entry.command_wait": 111.0})
    assert drawn_scenario(own, key).parameters.value("entry.command_wait") == 111.0
    free = drawn_values(scenario, key)
    del free["entry.command_wait"]
    assert drawn_values(own, key) == free


def test_two_policies_of_a_pair_share_what_is_drawn():
    key = RunKey(9, 1)
    policies = [load_policy(name) for name in ("immediate-entry", "perimeter-1999")]
    place = drawn_scenario(small_scenario(), key)
    pair = run_paired(place, policies, key)
    for policy, result in zip(policies, pair, strict=True):
        assert run_incident(place, policy, key).outcome.start_to_entry_s == result.outcome.start_to_entry_s
    assert pair[0].outcome.start_to_report_s == pair[1].outcome.start_to_report_s
    assert pair[0].outcome.start_to_lockdown_s == pair[1].outcome.start_to_lockdown_s
    plain = run_incident(small_scenario(), policies[0], key).outcome
    assert plain.start_to_lockdown_s != pair[0].outcome.start_to_lockdown_s
