"""Policies: a level for every lever, from a name or a file, and one sentence for whatever is not one."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import PolicyError, closest
from sim.given.levers import LEVERS
from sim.given.policies import Policy, load_policy, policy_names, sweep_refusal
from sim.given.rows import lever_rows

ROOT = Path(__file__).parents[3]
BASE = load_policy("immediate-entry")


def written(tmp_path, text):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


# -- shipped policies -------------------------------------------------------------------------------


def test_names_begin_with_the_baseline():
    assert policy_names()[0] == "audit-average"
    assert set(policy_names()) >= {"immediate-entry", "team-of-four", "perimeter-1999", "delayed-command"}


@pytest.mark.parametrize("name", policy_names())
def test_a_shipped_policy_is_complete_and_explained(name):
    policy = load_policy(name)
    assert policy.name == name
    assert policy.plain_words.endswith(".")
    assert set(policy.levers) == set(LEVERS)
    assert pickle.loads(pickle.dumps(policy)) == policy


def test_equal_policies_have_equal_levels_whatever_they_are_called():
    baseline = load_policy("audit-average").levers
    assert baseline == BASE.levers
    assert baseline == {name: lever.neutral for name, lever in LEVERS.items()}
    renamed = replace(BASE, name="another", plain_words="Other words.")
    assert renamed.fingerprint() == BASE.fingerprint()


def test_policies_differ_in_what_they_set():
    assert load_policy("team-of-four")["entry.team_size"] == 4
    assert load_policy("perimeter-1999")["entry.policy"] == "contain_and_wait"
    assert load_policy("split-psap")["psap.split"] is True
    assert load_policy("delayed-command")["command.establish_time"] == 1800.0
    prints = {load_policy(name).fingerprint() for name in policy_names()}
    assert len(prints) == len(policy_names())


def test_both_ways_of_waiting_for_command_are_one():
    assert load_policy("delayed-command").waits_for_command
    assert BASE.with_lever("entry.wait_for_command", True).waits_for_command
    assert not BASE.waits_for_command


# -- levers -----------------------------------------------------------------------------------------


def test_levers_are_rows_of_the_table_with_a_neutral_level():
    for name, lever in LEVERS.items():
        assert lever_rows()[name]["block_or_lever"] == "lever"
        assert lever.neutral in lever.levels
        assert lever.accept(lever.neutral, "here") == lever.neutral
        assert lever.outcomes


@pytest.mark.parametrize("name", LEVERS)
def test_every_level_of_the_table_can_be_set(name):
    for level in LEVERS[name].levels:
        policy = BASE.with_lever(name, level)
        assert policy[name] == level
        assert type(policy[name]) is type(level)
        others = {k: v for k, v in policy.levers.items() if k != name}
        assert others == {k: v for k, v in BASE.levers.items() if k != name}
    assert BASE.levers == load_policy("immediate-entry").levers


def test_a_label_renames_and_numbers_are_normalised():
    swept = BASE.with_lever("entry.delay_s", 60, label="plus a minute")
    assert (swept.name, swept["entry.delay_s"]) == ("plus a minute", 60.0)
    assert BASE.with_lever("entry.delay_s", 60.0).fingerprint() == swept.fingerprint()
    assert BASE.with_lever("entry.team_size", np.int64(4))["entry.team_size"] == 4
    assert str(BASE.with_lever("entry.team_size", 4.0)["entry.team_size"]) == "4"
    assert BASE.with_lever("psap.split", "true")["psap.split"] is True


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("entry.dealy_s", 1, r"no lever 'entry.dealy_s'. Did you mean 'entry.delay_s'\?"),
        ("entry.delay_s", -1, "is -1 .s.; allowed is 0 to 36000"),
        ("entry.delay_s", float("nan"), "is nan"),
        ("entry.delay_s", "soon", "is 'soon', but it needs a number"),
        ("entry.delay_s", True, "is True, but it needs a number"),
        ("entry.team_size", 2.5, "allowed is a whole number"),
        ("entry.team_size", 0, "allowed is 1 to 12"),
        ("notify.alert_reach", 1.1, "allowed is 0 to 1"),
        ("entry.policy", "imediate", r"allowed are immediate, .*Did you mean 'immediate'\?"),
        ("psap.split", 1, "allowed are false, true"),
        ("venue", "high", "'venue' is a block"),
        ("hazard.dwell", 5, "'hazard.dwell' belongs to the hazard"),
        ("HAZARD.rate", 5, "'HAZARD.rate' belongs to the hazard"),
        ("psap.transfer_delay", 5, "is a parameter, not a lever"),
        ("lockdown.false_alarms", 5, "'lockdown.false_alarms' is fixed"),
        ("entry.delay", 5, "set the lever 'entry.delay_s'"),
        ("hs.l1.c101", 1, "no lever 'hs.l1.c101'.* never a room or a door"),
    ],
)
def test_what_is_no_lever_or_level_is_refused_in_a_sentence(name, value, words):
    with pytest.raises(PolicyError, match=f"policy 'immediate-entry': .*{words}"):
        BASE.with_lever(name, value)
    with pytest.raises(PolicyError, match=words):
        Policy("own", "", {name: value})


RANGES = {
    "entry.delay_s": (0.0, 36000.0),
    "entry.team_size": (1.0, 12.0),
    "notify.alert_reach": (0.0, 1.0),
    "sro.presence": (0.0, 1.0),
    "sro.hesitation": (0.0, 1.0),
    "district.pool": (0.0, 100.0),
    "command.establish_time": (1.0, 36000.0),
    "ems.staging": (0.0, 5000.0),
}


@pytest.mark.parametrize("name", [name for name, lever in LEVERS.items() if lever.kind == "number"])
def test_a_number_is_taken_from_end_to_end_of_its_range_and_not_beyond(name):
    low, high = RANGES[name]
    for value in (low, high, low + 1.0 if high > 1.0 else 0.25):
        assert LEVERS[name].accept(value, "here") == value
    for value in (low - 1e-6, high + 1e-6):
        with pytest.raises(PolicyError, match=f"allowed is {low:g} to {high:g}"):
            LEVERS[name].accept(value, "here")


@pytest.mark.parametrize("missing", [("low", "high"), ("high",)])
def test_a_number_without_a_range_is_never_taken(missing):
    """A row that loses the end of its range shuts, and does not open."""
    lever = replace(LEVERS["sro.presence"], **dict.fromkeys(missing))
    for value in (0.5, 1.0):
        with pytest.raises(PolicyError, match="allowed is 0 to 0"):
            lever.accept(value, "here")


def test_asking_for_an_unknown_lever_says_so():
    with pytest.raises(PolicyError, match=r"no lever 'entry.polcy'. Did you mean 'entry.policy'"):
        BASE["entry.polcy"]


# -- sweeps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("entry.delay_s", [0, 3600], 3601),
        ("entry.team_size", [2, 5], 6),
        ("psap.transfer_delay", [5, 160], 161),
        ("command.establish_time", [300, 1800], 299),
    ],
)
def test_a_sweep_stays_in_its_range(name, good, bad):
    sweep_refusal(name, good)
    with pytest.raises(PolicyError, match=f"sweep: '{name}' is {bad} .*stays within"):
        sweep_refusal(name, [*good, bad])


def test_a_sweep_of_a_choice_takes_the_levels_of_the_lever_table_only():
    sweep_refusal("security.officer", LEVERS["security.officer"].levels)
    with pytest.raises(PolicyError, match=r"'security\.officer' is 'armed_guard'; a sweep of it takes none"):
        sweep_refusal("security.officer", ["none", "armed_guard"])


@pytest.mark.parametrize("name", ["entry.policy", "agency.units", "notify.tell_delay"])
def test_a_sweep_of_a_response_is_allowed(name):
    sweep_refusal(name)


@pytest.mark.parametrize("name", ["hazard.dwell", "area", "A101", "psap.capacity_calls", ""])
def test_a_sweep_of_anything_else_is_refused_by_name(name):
    with pytest.raises(PolicyError, match=f"sweep: .*'{re.escape(name)}'"):
        sweep_refusal(name)


# -- files ------------------------------------------------------------------------------------------


def test_a_planner_writes_a_policy(tmp_path):
    text = 'name = "ours"\nplain_words = "As we do it."\n[levers]\n"entry.policy" = "assess"\n'
    text += "entry.delay_s = 30\n"
    policy = load_policy(written(tmp_path, text))
    assert (policy.name, policy.plain_words) == ("ours", "As we do it.")
    assert policy["entry.policy"] == "assess"
    assert policy["entry.delay_s"] == 30.0
    assert policy["lock.type"] == LEVERS["lock.type"].neutral


def test_a_file_from_an_editor_on_windows_is_read(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_bytes(b'\xef\xbb\xbfname = "ours"\r\n[levers]\r\n')
    assert load_policy(str(file)).name == "ours"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "not valid TOML"),
        ('plain_words = "x"\n', "`name` is missing or empty"),
        ('name = " "\n', "`name` is missing or empty"),
        ("name = 3\n", "`name` is missing or empty"),
        ('name = "a"\nplain_words = 3\n', "`plain_words` is 3"),
        ('name = "a"\nlevers = 3\n', "`levers` is 3"),
        ('name = "a"\nlever = 3\n', "unknown key 'lever'.*Did you mean 'levers'"),
        ('name = "a"\n[levers]\n"entry.delay_s" = -5\n', "'entry.delay_s' is -5"),
        ('name = "a"\n[levers.hazard]\nrate = 5\n', "'hazard.rate' belongs to the hazard"),
        ('name = "a"\n[hazard]\nrate = 5\n', "'hazard'"),
    ],
)
def test_a_malformed_file_is_refused_with_its_path(tmp_path, text, words):
    file = written(tmp_path, text)
    with pytest.raises(PolicyError, match=words) as refusal:
        load_policy(file)
    assert str(refusal.value).startswith(f"{file}: ")
    assert "\n" not in str(refusal.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="there is no such file"):
        load_policy(tmp_path / "none.toml")
    file = tmp_path / "mine.toml"
    file.write_bytes(b"name = '\xff'")
    with pytest.raises(PolicyError, match="must be a text file in UTF-8"):
        load_policy(file)
    with pytest.raises(PolicyError, match=r"no policy 'imediate-entry'. Did you mean 'immediate-entry'\?"):
        load_policy("imediate-entry")


# -- under a scenario -------------------------------------------------------------------------------


def test_a_scenario_replaces_neutral_levels_and_the_policy_wins():
    scenario = SimpleNamespace(lever_settings={"patrol.response": "slow", "entry.policy": "assess"})
    assert load_policy("audit-average").under(scenario)["patrol.response"] == "slow"
    assert load_policy("audit-average").under(scenario)["entry.policy"] == "assess"
    assert BASE.under(scenario)["entry.policy"] == "immediate"
    assert BASE.with_lever("patrol.response", "fast").under(scenario)["patrol.response"] == "fast"
    # A lever that is set to its neutral level is not the same as one left alone.
    assert BASE.with_lever("patrol.response", "fast").fingerprint() != BASE.fingerprint()


# -- the list is true -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LEVERS)
def test_the_model_reads_every_lever(name):
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py"))
    lever = re.escape(name)
    assert re.search(rf'(policy|self)\["{lever}"\]|policy\.number\("{lever}"\)', source), name


def test_suggestions_are_near_or_absent():
    assert closest("entry.polcy", LEVERS) == " Did you mean 'entry.policy'?"
    assert closest("zebra", LEVERS) == ""
