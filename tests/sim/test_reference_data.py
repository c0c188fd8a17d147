"""Package data equal the reference data they were copied from, where that folder is there."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from sim.levers import LEVERS, word
from sim.policies import load_policy, policy_names
from sim.scenario import load_scenario, scenario_names

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "data"
pytestmark = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data are not here")


def rows(name):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def settings(text):
    return dict(part.strip().split("=") for part in text.split(";"))


@pytest.mark.parametrize("name", ["parameters.csv", "policy_levers.csv"])
def test_tables_are_copies(name):
    shipped = files("sim").joinpath("data", name).read_text(encoding="utf-8")
    assert shipped == (REFERENCE / name).read_text(encoding="utf-8")


def test_every_preset_of_kind_policy_ships_in_its_words():
    presets = {row["preset"]: row for row in rows("presets.csv") if row["kind"] == "policy"}
    assert set(policy_names()) == set(presets)
    for name, row in presets.items():
        policy = load_policy(name)
        assert (policy.name, policy.plain_words) == (name, row["plain_words"])
        for lever, level in settings(row["lever_settings"]).items():
            if lever in LEVERS:
                assert word(policy[lever]) == level, (name, lever)
            else:  # what is not modelled must be neutral in the preset
                listed = {r["lever"]: r["neutral_level"] for r in rows("policy_levers.csv")}
                assert level == listed[lever], (name, lever)


def test_a_policy_sets_what_its_preset_sets_and_no_more():
    for row in rows("presets.csv"):
        if row["kind"] == "policy" and row["preset"] != "audit-average":
            assert set(load_policy(row["preset"]).settings) == set(settings(row["lever_settings"]))


def test_presets_of_kind_scenario_are_scenarios():
    for row in rows("presets.csv"):
        if row["kind"] == "scenario":
            assert row["preset"] in scenario_names()
            scenario = load_scenario(row["preset"])
            wanted = settings(row["lever_settings"])
            assert scenario.area == wanted.pop("area")
            assert dict(scenario.lever_settings) == wanted
            assert scenario.plain_words == row["plain_words"]
