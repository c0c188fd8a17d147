"""A probabilistic study: its identity, its folder, and nothing changed where the mode is off."""

from __future__ import annotations

import json

import numpy as np
import pytest

from experiments.commands.compare import drawn_words
from experiments.study.design import StudyDesign, arms_of
from experiments.study.manifest import drawn_table
from experiments.study.runner import run_study
from sim.errors import StudyError
from sim.given.policies import load_policy
from sim.given.probabilistic import drawn_values
from sim.given.scenario_files import load_scenario
from sim.run import run_incident
from sim.streams import RunKey


def design(*, runs=3, **more):
    place = more.pop("scenario", None) or load_scenario("elementary").with_(horizon_s=3600.0)
    policies = [load_policy(name) for name in ("immediate-entry", "perimeter-1999")]
    return StudyDesign(place, arms_of(policies), runs=runs, seed=4, **more)


def run(what, out, **more):
    return run_study(what, out, 1, progress=False, **more)


def test_off_is_as_if_the_mode_did_not_exist():
    off, on = design(), design(probabilistic=True)
    assert "probabilistic" not in off.identity()
    assert on.identity() == off.identity() | {"probabilistic": True}
    assert off.scenario_of(2) is off.scenario
    assert on.fingerprint() != off.fingerprint()
    assert not set(on.run_ids(range(3)).values()) & set(off.run_ids(range(3)).values())


def test_the_folder_says_what_was_drawn_and_repeats_to_the_same_bytes(tmp_path):
    what = design(probabilistic=True)
    results = run(what, tmp_path / "one")
    again = run(what, tmp_path / "two")
    for name in ("outcomes.parquet", "parameters.parquet"):
        assert (results.root / name).read_bytes() == (again.root / name).read_bytes()

    drawn = results.parameters()
    assert list(drawn["replicate"]) == [0, 1, 2]
    for replicate, row in drawn.set_index("replicate").iterrows():
        assert dict(row) == drawn_values(what.scenario, RunKey(4, replicate))
    rows = json.loads((results.root / "manifest.json").read_text())["probabilistic"]
    assert {row["name"] for row in rows} == set(drawn.columns) - {"replicate"}
    assert all(
        np.all((drawn[row["name"]] >= row["low"]) & (drawn[row["name"]] <= row["high"])) for row in rows
    )
    shared = results.outcomes().groupby("replicate")["start_to_report_s"].nunique()
    assert set(shared) == {1}


def test_every_replicate_has_its_own_scenario_and_the_table_is_read_off_it(tmp_path):
    """Two replicates in one scenario would still look like a study of drawn parameters."""
    what = design(probabilistic=True)
    names = list(drawn_values(what.scenario, RunKey(4, 0)))
    own = [[what.scenario_of(k).parameters.value(name) for name in names] for k in range(3)]
    assert what.scenario_of(1).fingerprint() != what.scenario_of(2).fingerprint()
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert sum(a != b for a, b in zip(own[one], own[other], strict=True)) > len(names) // 2
    results = run(what, tmp_path)
    written = results.parameters().set_index("replicate")
    rows = results.outcomes().set_index(["policy", "replicate"])
    for k in range(3):
        assert list(written.loc[k, names]) == own[k]
        ran = run_incident(what.scenario_of(k), what.arms[0].policy, RunKey(4, k)).outcome
        row = rows.loc[what.arms[0].label, k]
        assert (row["start_to_command_s"], row["all_clear_s"]) == pytest.approx(
            (ran.start_to_command_s, ran.all_clear_s), nan_ok=True
        )


def test_the_table_says_what_the_scenarios_of_the_design_hold_whatever_the_draws_say(monkeypatch):
    what = design(probabilistic=True)
    held = what.scenario_of(7)
    monkeypatch.setattr(StudyDesign, "scenario_of", lambda self, replicate: held)
    table = drawn_table(what)
    assert list(table["replicate"]) == [0, 1, 2]
    assert all(set(table[name]) == {held.parameters.value(name)} for name in table.columns[1:])


def test_more_runs_add_to_a_probabilistic_study_and_it_refuses_the_folder_of_a_plain_one(tmp_path):
    run(design(runs=2, probabilistic=True), tmp_path / "out")
    assert len(run(design(runs=3, probabilistic=True), tmp_path / "out").parameters()) == 3
    with pytest.raises(StudyError, match="probabilistic parameters"):
        run(design(runs=3), tmp_path / "out")
    run(design(runs=3), tmp_path / "out", fresh=True)
    with pytest.raises(StudyError, match="no drawn parameters"):
        run(design(runs=3), tmp_path / "out").parameters()


def test_a_sentence_says_how_many_are_drawn_and_what_the_scenario_keeps():
    what = design(probabilistic=True)
    n = len(drawn_values(what.scenario, RunKey(4, 0)))
    assert f"{n} weak parameters" in drawn_words(what)
    own = design(
        probabilistic=True,
        scenario=load_scenario("elementary").with_(parameters={"entry.command_wait": 100.0}),
    )
    assert f"{n - 1} weak parameters" in drawn_words(own)
    assert "as the scenario sets them: entry.command_wait." in drawn_words(own)
