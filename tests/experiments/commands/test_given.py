"""Files that people write: `new` writes what can be read, the schema agrees, all errors come at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.pages.lever_words import groups, level_words, lever_words
from experiments.pages.schema import policy_json_schema, scenario_json_schema
from experiments.pages.templates import policy_text, scenario_text
from sim.errors import ParameterError, PolicyError, ScenarioError
from sim.given.levers import LEVERS
from sim.given.policies import load_policies, load_policy, policy_names
from sim.given.scenario_files import load_scenario, scenario_names


def written(tmp_path, text, name="mine.toml"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_every_lever_and_every_level_has_its_words_and_its_group():
    assert sorted(name for names in groups().values() for name in names) == sorted(LEVERS)
    for name, lever in LEVERS.items():
        assert lever_words(name).endswith(".")
        for level in lever.accepted:
            if isinstance(level, str):
                assert level_words(name, level), (name, level)


@pytest.mark.parametrize("name", policy_names())
def test_a_new_policy_is_the_one_that_it_begins_with(name, tmp_path):
    policy = load_policy(name)
    found = load_policy(written(tmp_path, policy_text(policy, "mine")))
    assert found.fingerprint() == policy.fingerprint()
    assert (found.name, found.plain_words) == ("mine", policy.plain_words)


@pytest.mark.parametrize("name", scenario_names())
def test_a_new_scenario_is_the_one_that_it_begins_with(name, tmp_path):
    scenario = load_scenario(name)
    found = load_scenario(written(tmp_path, scenario_text(scenario, "mine")))
    assert found.fingerprint() == scenario.fingerprint()
    assert found.plain_words == scenario.plain_words


def test_every_comment_that_sets_something_may_be_taken_away(tmp_path):
    """All levers at their neutral levels: the baseline, and the same levels as without a word."""
    text = re.sub(r'^# (?="|arrival|venue)', "", policy_text(load_policy("audit-average"), "all"), flags=re.M)
    found = load_policy(written(tmp_path, text))
    assert set(found.settings) == set(LEVERS)
    assert found.levers == load_policy("audit-average").levers
    text = re.sub(r'^# (?="|arrival|venue)', "", scenario_text(load_scenario("default"), "all"), flags=re.M)
    assert load_scenario(written(tmp_path, text)).arrival_median_s == 450.0


@pytest.mark.parametrize("name", policy_names())
def test_the_schema_of_policies_takes_ours(name):
    jsonschema = pytest.importorskip("jsonschema")
    content = tomllib.loads(policy_text(load_policy(name), name))
    jsonschema.validate(content, policy_json_schema())
    content["levers"]["entry.policie"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, policy_json_schema())


def test_the_schemas_name_what_may_be_set_and_nothing_of_the_hazard():
    levers = policy_json_schema()["properties"]["levers"]["properties"]
    assert set(levers) == set(LEVERS)
    assert {one["const"] for one in levers["security.officer"]["oneOf"]} == {"none", "unarmed", "armed_guard"}
    assert (levers["entry.team_size"]["type"], levers["entry.team_size"]["maximum"]) == ("integer", 12)
    rows = scenario_json_schema()["properties"]["parameters"]["properties"]
    assert "lockdown.teacher_reaction" in rows
    assert not [name for name in rows if name.startswith(("hazard", "entry.delay"))]
    for name in rows:
        load_scenario("default").parameters.row(
            name if name in load_scenario("default").parameters else name.rpartition(".")[0]
        )


def test_the_ranges_of_the_schema_are_those_that_are_kept():
    rows = scenario_json_schema()["properties"]["parameters"]["properties"]
    table, n_ranges = load_scenario("default").parameters, 0
    for name, row in rows.items():
        if "minimum" not in row or row["minimum"] == row["maximum"]:
            continue
        n_ranges += 1
        with pytest.raises(ParameterError):
            table.with_values({name: row["minimum"] - 0.01 * abs(row["minimum"]) - 1.0})
        with pytest.raises(ParameterError):
            table.with_values({name: row["maximum"] * 1.01 + 1.0})
        table.with_values({name: row["maximum"]})
        table.with_values({name: row["minimum"]})
    assert n_ranges > 50


def test_all_that_is_wrong_with_a_policy_is_said_at_once(tmp_path):
    file = written(
        tmp_path, 'nane = "x"\n[levers]\n"entry.policie" = "immediate"\n"lock.type" = "pushbutton"'
    )
    with pytest.raises(PolicyError) as found:
        load_policy(file)
    told = str(found.value).splitlines()
    assert len(told) == 4
    for word in (
        "'nane'",
        "`name` is missing",
        "Did you mean 'entry.policy'?",
        "Did you mean 'push_button'?",
    ):
        assert any(word in line for line in told), word


def test_all_that_is_wrong_with_a_scenario_is_said_at_once(tmp_path):
    file = written(tmp_path, 'bilding = "x"\nday_prat = "class"\nbuilding = "high-school"')
    with pytest.raises(ScenarioError, match=r"(?s)bilding.*day_prat"):
        load_scenario(file)
    file = written(tmp_path, 'building = "high-school"\n[parameters]\n"lock.tim" = 1\n"hazard.dwell" = 2')
    with pytest.raises(ParameterError, match=r"(?s)lock\.tim.*hazard\.dwell"):
        load_scenario(file)


def test_all_wrong_names_of_a_list_are_said_at_once(tmp_path):
    broken = written(tmp_path, 'name = ""')
    with pytest.raises(PolicyError) as found:
        load_policies(["imediate-entry", "team-of-four", "nobody", broken])
    assert "no policy 'imediate-entry' and no policy 'nobody'. Did you mean 'immediate-entry'?" in str(
        found.value
    )
    assert "`name` is missing" in str(found.value)


def test_all_that_is_no_number_and_no_test_of_a_list_is_said_at_once(capsys):
    assert main(["compare", "--entry-delay", "0,x,60,y"]) == 2
    assert "found 'x' and 'y'" in capsys.readouterr().err
    assert main(["validate", "--only", "F01,G1,F99"]) == 2
    assert "no fact 'G1' and no 'F99'" in capsys.readouterr().err


def test_a_policy_is_no_scenario_and_the_other_way_round(tmp_path):
    policy = written(tmp_path, policy_text(load_policy("team-of-four"), "mine"))
    scenario = written(tmp_path, scenario_text(load_scenario("default"), "place"), "place.toml")
    with pytest.raises(ScenarioError, match="this is a policy"):
        load_scenario(policy, building="elementary")
    with pytest.raises(PolicyError, match="this is a scenario, since it has `building`"):
        load_policy(scenario)


@pytest.mark.parametrize("kind", ["policy", "scenario"])
def test_new_check_and_schema(kind, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([kind, "new", "mine.toml"]) == 0
    assert main([kind, "check", "mine.toml"]) == 0
    assert "mine.toml: can be used" in capsys.readouterr().out
    assert main([kind, "new", "mine.toml"]) == 2
    assert "is not overwritten" in capsys.readouterr().err
    assert main([kind, "new", "mine.json"]) == 2
    (tmp_path / "bad.toml").write_text("nothing = 1", encoding="utf-8")
    assert main([kind, "check", "mine.toml", "bad.toml", "gone.toml"]) == 2
    told = capsys.readouterr().err
    assert "unknown key 'nothing'" in told
    assert "gone.toml: there is no such file" in told
    assert main([kind, "schema", "-o", "schema.json"]) == 0
    assert '"levers"' in (tmp_path / "schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["policies", "scenarios"])
def test_the_files_of_the_pages_can_be_used(page, tmp_path):
    text = (Path(__file__).parents[3] / "docs" / "howto" / f"{page}.md").read_text(encoding="utf-8")
    (block,) = (found for found in re.findall(r"```toml\n(.*?)```", text, re.S) if "name" in found)
    load = load_policy if page == "policies" else load_scenario
    assert load(written(tmp_path, block)).name in block
