"""Scenarios: what is given, from a name, options or a file, and one sentence for what cannot be."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from buildings.files import write_plan
from buildings.library import load
from sim.errors import FirstMinutesError, ParameterError, ScenarioError
from sim.given.disclosure import is_ours
from sim.given.parameters import ParameterTable, set_by
from sim.given.policies import load_policy
from sim.given.scenario_fields import DAY_PARTS
from sim.given.scenario_files import load_scenario, read_scenario, scenario_names


@pytest.fixture(scope="module")
def elementary():
    return load_scenario("elementary")


def written(tmp_path, *lines):
    file = tmp_path / "mine.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_shipped_scenarios():
    assert scenario_names() == ["default", "elementary", "rural-slow"]
    default = load_scenario()
    assert (default.name, default.building, default.venue) == ("default", "high-school", "high")
    assert (default.day_part, default.area, default.horizon_s) == ("class", "urban", 28800.0)
    assert default.arrival_median_s is None
    assert default.enrolment > 1000
    assert is_ours(default.plan)
    for name in scenario_names():
        scenario = load_scenario(name)
        assert scenario.name == name
        assert scenario.plain_words.endswith(".")


def test_rural_slow_sets_the_place_and_policies_run_on_top():
    rural = load_scenario("rural-slow")
    assert rural.area == "rural"
    policy = load_policy("immediate-entry").under(rural)
    assert (policy["patrol.response"], policy["agency.size"]) == ("slow", "small")


def test_options_replace_single_values(elementary):
    scenario = load_scenario(building="elementary", horizon_s=1800, day_part="lunch")
    assert (scenario.venue, scenario.horizon_s, scenario.day_part) == ("elementary", 1800.0, "lunch")
    assert scenario.plan == elementary.plan


def test_arrival_minutes_set_the_median_and_keep_the_spread():
    u = np.array([0.1, 0.5, 0.9])
    plain, own = load_scenario(building="elementary"), load_scenario(building="elementary", arrival_minutes=6)
    assert own.arrival_median_s == 360.0
    name = "patrol.response_total"
    np.testing.assert_allclose(own.parameters.quantile(name, u), 2.0 * plain.parameters.quantile(name, u))
    assert own.parameters.value("patrol.response_total_slow") == 660.0


def test_arrival_minutes_of_a_slow_place_are_those_of_its_slow_response():
    rural = load_scenario("rural-slow", building="elementary", arrival_minutes=20)
    assert rural.parameters.value("patrol.response_total_slow") == 1200.0
    assert rural.parameters.value("patrol.response_total") == 180.0


def test_with_checks_like_a_file(elementary):
    changed = elementary.with_(day_part="lunch", area="rural", horizon_s=60, arrival_minutes=3)
    assert (changed.day_part, changed.area, changed.horizon_s) == ("lunch", "rural", 60.0)
    assert changed.arrival_median_s == 180.0
    assert elementary.with_(building="high-school").venue == "high"
    assert (
        elementary.with_(parameters={"psap.transfer_delay": 30}).parameters.value("psap.transfer_delay") == 30
    )
    assert elementary.with_(levers={"psap.split": True}).lever_settings == {"psap.split": True}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day_part": "clas"}, r"`day_part` is 'clas'; allowed are class, .*Did you mean 'class'\?"),
        ({"area": "town"}, "`area` is 'town'; allowed are urban, rural"),
        ({"venue": "office"}, "`venue` is 'office'"),
        ({"horizon_s": 0}, "`horizon_s` is 0"),
        ({"horizon_s": float("nan")}, "`horizon_s` is nan"),
        ({"horizon_s": True}, "`horizon_s` is True"),
        ({"arrival_minutes": 0}, "`arrival_minutes` is 0; .*above 0"),
        ({"arrival_minutes": -3}, "`arrival_minutes` is -3"),
        ({"building": "elementry"}, r"no building 'elementry'. Did you mean 'elementary'\?"),
        ({"horizon": 5}, r"there is no 'horizon'.*Did you mean 'horizon_s'\?"),
        ({"start_space": "A101"}, "there is no 'start_space'"),
        ({"parameters": {"hazard.dwell": 5}}, "'hazard.dwell' belongs to the hazard"),
        ({"levers": {"hazard.dwell": 5}}, "'hazard.dwell' belongs to the hazard"),
        ({"levers": {"entry.policy": "x"}}, "'entry.policy' has no level 'x'"),
    ],
)
def test_an_impossible_value_is_refused_in_a_sentence(elementary, change, words):
    with pytest.raises(FirstMinutesError, match=words) as refusal:
        elementary.with_(**change)
    assert "\n" not in str(refusal.value)


def test_times_are_taken_up_to_their_limits(elementary):
    """A horizon of a second, and an arrival from a quarter to four times the published one, in seconds."""
    assert elementary.with_(horizon_s=1).horizon_s == 1.0
    assert elementary.with_(arrival_minutes=0.625).arrival_median_s == 37.5
    assert elementary.with_(arrival_minutes=14).arrival_median_s == 840.0
    slow = elementary.with_(levers={"patrol.response": "slow"})
    assert slow.with_(arrival_minutes=61).arrival_median_s == 3660.0
    for change in ({"horizon_s": 0.9}, {"arrival_minutes": 0.6}, {"arrival_minutes": True}):
        with pytest.raises(ScenarioError):
            elementary.with_(**change)
    with pytest.raises(
        ScenarioError, match=r"is 20; where patrol.response is fast.*0.62 to 14 minutes; a slow"
    ):
        elementary.with_(arrival_minutes=20)
    with pytest.raises(ScenarioError, match=r"is slow, allowed is 1\.9 to 61 minutes"):
        slow.with_(arrival_minutes=62)


def test_the_fingerprint_follows_what_can_change_a_result(elementary):
    same = replace(
        elementary, name="another", plain_words="Other words.", building="elsewhere/elementary.plan.json"
    )
    assert same.fingerprint() == elementary.fingerprint()
    assert pickle.loads(pickle.dumps(elementary)).fingerprint() == elementary.fingerprint()
    others = [
        elementary.with_(day_part="lunch"),
        elementary.with_(area="rural"),
        elementary.with_(venue="high"),
        elementary.with_(horizon_s=60.0),
        elementary.with_(arrival_minutes=4.0),
        elementary.with_(parameters={"psap.transfer_delay": 30}),
        elementary.with_(levers={"psap.split": True}),
        elementary.with_(building="high-school"),
    ]
    assert len({scenario.fingerprint() for scenario in [elementary, *others]}) == 1 + len(others)


# -- files ------------------------------------------------------------------------------------------


def test_a_planner_writes_a_scenario(tmp_path):
    file = written(
        tmp_path,
        'name = "ours"',
        'plain_words = "Our school."',
        'building = "elementary"',
        'day_part = "lunch"',
        "arrival_minutes = 4.5",
        "[parameters]",
        '"psap.transfer_delay" = 30',
        "agency.units.small = 5",
        "[levers]",
        'agency.size = "small"',
    )
    scenario = load_scenario(file)
    assert (scenario.name, scenario.day_part, scenario.arrival_median_s) == ("ours", "lunch", 270.0)
    assert scenario.parameters.value("psap.transfer_delay") == 30.0
    assert scenario.parameters.table("agency.units", "small") == 5.0
    assert scenario.lever_settings == {"agency.size": "small"}
    assert load_scenario(file, arrival_minutes=3).arrival_median_s == 180.0


def possible_values(row):
    """Return (name, value) pairs of a row: the ends of its range, and the wider ones of an own number."""
    if row.distribution == "table":
        return [(f"{row.name}.{entry}", float(value)) for entry, value in row.values.items()]
    return [(row.name, value) for value in (row.low, row.high, *row.allowed_range())]


def test_a_scenario_takes_every_sweepable_row_at_both_ends_of_its_range(tmp_path):
    """All of them in one file, at their low ends, their high ends, and those of own numbers."""
    rows = [row for row in ParameterTable.default() if set_by(row) == "scenario"]
    assert len(rows) > 50
    for turn in range(4):
        given = dict(possible_values(row)[min(turn, len(possible_values(row)) - 1)] for row in rows)
        lines = ["[parameters]", *(f'"{name}" = {value}' for name, value in given.items())]
        table = load_scenario(written(tmp_path, 'building = "elementary"', *lines)).parameters
        assert table.changed == given
        for name, value in given.items():
            stem, _, entry = name.rpartition(".")
            found = table.value(name) if name in table else table.table(stem, entry)
            assert found == pytest.approx(value), name


@pytest.mark.parametrize(
    ("name", "beyond", "ends"),
    [
        ("drill.error_floor", (0.0, 0.009, 0.05), (0.01, 0.04)),
        ("lock.locked_with_rule", (1.0, 0.96, 0.8), (0.82, 0.95)),
        ("lock.locked_without_rule", (0.0, 1.0), (0.1, 0.4)),
    ],
)
def test_shares_of_doors_locked_at_the_start_stay_within_their_range(name, beyond, ends):
    """Where every door is surely locked, the one that is not would be that of the room it starts in."""
    for value in beyond:
        with pytest.raises(ParameterError, match=rf"'{name}' cannot be .* outside of its range"):
            ParameterTable.default().with_values({name: value})
    for value in ends:
        assert ParameterTable.default().with_values({name: value}).value(name) == value


def test_a_scenario_refuses_every_other_row_by_name(tmp_path):
    rows = [row for row in ParameterTable.default() if set_by(row) != "scenario"]
    assert len(rows) > 50
    for row in rows:
        file = written(tmp_path, 'building = "elementary"', "[parameters]", f'"{row.name}" = 1')
        with pytest.raises(ParameterError, match=rf"mine\.toml.*'{row.name}'"):
            load_scenario(file)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("patrol.respons_total = 60", "Did you mean 'patrol.response_total'"),
        ("lock.error_keyed = 1.2", r"between 0 and 1; the shipped table has 0\.15 \(from 0\.08 to 0\.26\)"),
        ("lockdown.decider_reachable.any_staff = 0.5", "is fixed"),
        ("drill.error_floor = 2", "a share lies between 0 and 1"),
        ("move.officer_search = 0", "above 0; the shipped table has 0.8"),
        ("reunify.handover_rate = 0", "above 0"),
        ("move.impaired_factor = 0", "above 0"),
        ("agency.units.small = 2.5", "a whole number"),
        ("agency.units.smal = 2", "Did you mean 'small'"),
        ("lock.rule_in_force = true", "needs a number"),
        ("hazard.dwell = 30", "belongs to the hazard"),
        ("occupancy.outdoors_share = 0.1", "is fixed .* `firstminutes parameters` shows the rows that can"),
    ],
)
def test_a_scenario_says_what_an_impossible_row_might_be(tmp_path, line, words):
    name, value = line.split(" = ")
    file = written(tmp_path, 'building = "elementary"', "[parameters]", f'"{name}" = {value}')
    with pytest.raises(ParameterError, match=words) as refusal:
        load_scenario(file)
    assert "mine.toml" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_plan_is_looked_for_beside_the_scenario(tmp_path, monkeypatch):
    write_plan(load("elementary"), tmp_path / "oak.plan.json")
    file = written(tmp_path, 'name = "oak"', 'building = "oak.plan.json"', 'venue = "elementary"')
    scenario = load_scenario(file)
    assert scenario.plan.content_hash() == load("elementary").content_hash()
    assert scenario.venue == "elementary"
    assert load_scenario(file, building="high-school").venue == "high"
    monkeypatch.chdir(tmp_path)
    assert load_scenario(building="oak.plan.json").venue == "high"


def test_the_folder_does_not_decide_the_venue(tmp_path):
    folder = tmp_path / "elementary-district"
    folder.mkdir()
    write_plan(load("elementary"), tmp_path / "oak.plan.json")
    shutil.copy(tmp_path / "oak.plan.json", folder / "oak.plan.json")
    assert load_scenario(building=str(folder / "oak.plan.json")).venue == "high"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("name = 3", "`name` is 3"),
        ("plain_words = 3", "`plain_words` is 3"),
        ("building = 3", "`building` is 3"),
        ('biulding = "x"', r"unknown key 'biulding'.*Did you mean 'building'\?"),
        ('building = "oak.plan.json"', "oak.plan.json"),
        ('hazard = "A101"', "'hazard' belongs to the hazard"),
        ("[Hazard]\nrate = 1", "'Hazard' belongs to the hazard"),
        ("parameters = 3", "`parameters` is 3"),
        ("levers = 3", "`levers` is 3"),
        ('[parameters]\n"move.adult_walk" = -1', "'move.adult_walk' cannot be -1"),
        ('[parameters]\n"day_part.hall_share.class" = 1', "'day_part.hall_share' is fixed"),
        ("name = ", "not valid TOML"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path, line, words):
    file = written(tmp_path, line)
    with pytest.raises(FirstMinutesError, match=words) as refusal:
        load_scenario(file)
    assert str(tmp_path) in str(refusal.value) or "oak" in words


def test_unknown_names_and_missing_files(tmp_path):
    with pytest.raises(ScenarioError, match=r"no scenario 'elementry'. Did you mean 'elementary'\?"):
        load_scenario("elementry")
    with pytest.raises(ScenarioError, match="there is no such file"):
        load_scenario(tmp_path / "none.toml")


def test_nobody_in_the_building_is_refused(tmp_path):
    plan = load("elementary").model_copy(update={"enrolment": 0, "staff": None})
    write_plan(plan, tmp_path / "empty.plan.json")
    with pytest.raises(ScenarioError, match="there is nobody in the building"):
        load_scenario(building=str(tmp_path / "empty.plan.json"))


def test_every_day_part_has_its_numbers(elementary):
    for part in DAY_PARTS:
        assert 0.0 <= elementary.parameters.table("day_part.pupils_present", part) <= 1.0
        assert Path(elementary.building).name == "elementary"


def test_a_number_that_is_given_twice_is_the_last_to_the_bit():
    """Scaled in two steps it was another number in its last digit, and refused as a fixed row."""
    twice = {"building": "high-school", "parameters": {"patrol.response_total": 420}, "arrival_minutes": 7.5}
    once = {"building": "high-school", "arrival_minutes": 7.5}
    assert read_scenario(twice, "a").fingerprint() == read_scenario(once, "a").fingerprint()
