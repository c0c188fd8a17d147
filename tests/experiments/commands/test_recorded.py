"""`replay DIR --policies A,B`: the recorded pair, another pair of the study run again, or one sentence."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from experiments.commands.recorded import from_folder
from experiments.study.design import StudyDesign, arms_of
from experiments.study.results import Results
from experiments.study.runner import run_study
from sim.errors import StudyError
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario

NAMES = ("immediate-entry", "team-of-four", "perimeter-1999")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    scenario = load_scenario("elementary", horizon_s=120.0)
    design = StudyDesign(scenario, arms_of([load_policy(name) for name in NAMES]), runs=2, seed=3)
    return run_study(design, tmp_path_factory.mktemp("study") / "out", 1, progress=False).root


def test_without_policies_the_recorded_pair_is_shown(folder):
    plan, runs = from_folder(folder, None, None, None)
    assert [run.label for run in runs] == ["immediate-entry", "team-of-four"]
    assert plan.name == load_scenario("elementary").plan.name


def test_two_policies_are_shown_in_the_order_asked_for(folder):
    _, runs = from_folder(folder, "team-of-four,immediate-entry", None, None)
    assert [run.label for run in runs] == ["team-of-four", "immediate-entry"]


def test_a_pair_that_is_not_recorded_is_the_same_run_made_again(folder):
    _, recorded = from_folder(folder, None, None, None)
    _, runs = from_folder(folder, "immediate-entry,perimeter-1999", None, None)
    assert [run.label for run in runs] == ["immediate-entry", "perimeter-1999"]
    assert runs[0].recording == recorded[0].recording
    assert [row.time_s for row in runs[0].timeline] == [row.time_s for row in recorded[0].timeline]
    assert runs[1].plain_words == load_policy("perimeter-1999").plain_words


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        ("nobody,perimeter-1999,other", "no policy 'nobody' and no policy 'other'; it has immediate-entry"),
        ("perimeter-1999", "shows two different policies"),
        ("perimeter-1999,perimeter-1999", "shows two different policies"),
    ],
)
def test_what_is_no_pair_of_the_study_is_said(folder, policies, words):
    with pytest.raises(StudyError, match=words):
        from_folder(folder, policies, None, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scenario": {"fingerprint": "other"}}, "give the scenario file of its command with --scenario"),
        ({"scenario": {"building": "gone.plan.json"}}, "what is recorded .immediate-entry, team-of-four."),
        ({"model_version": "0"}, "was made with model 0"),
        ({"probabilistic": [{"name": "x"}]}, "is not known from the folder alone"),
    ],
)
def test_a_run_that_cannot_be_made_again_is_refused(folder, monkeypatch, change, words):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    changed = {**manifest, **change}
    if "scenario" in change:
        changed["scenario"] = {**manifest["scenario"], **change["scenario"]}
    real = Results.open(folder)
    monkeypatch.setattr(Results, "open", lambda _: replace(real, manifest=changed))
    with pytest.raises(StudyError, match=words):
        from_folder(folder, "immediate-entry,perimeter-1999", None, None)
