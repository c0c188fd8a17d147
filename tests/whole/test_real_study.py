"""Studies of the real model on the shipped elementary school: paired, reproducible, and sane in sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.compare.comparison import compare
from experiments.study.design import StudyDesign, arms_of, delay_sweep
from experiments.study.results import Results
from experiments.study.runner import run_study
from sim.given.policies import Policy, load_policy
from sim.given.scenario_files import load_scenario
from sim.run import run_incident
from sim.streams import RunKey

HALF_HOUR_S = 1800.0


def study(out: Path, policies: list[Policy], runs: int, workers: int = 1) -> Results:
    scenario = load_scenario(building="elementary", horizon_s=HALF_HOUR_S)
    return run_study(StudyDesign(scenario, arms_of(policies), runs=runs), out, workers, progress=False)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    names = ("immediate-entry", "audit-average", "perimeter-1999")
    return study(tmp_path_factory.mktemp("real") / "out", [load_policy(name) for name in names], 3)


def test_no_run_fails_and_every_outcome_is_there(results):
    assert results.failed() == 0
    assert len(results.outcomes()) == 9
    assert results.manifest["scenario"]["people"] > 400


def test_policies_with_the_same_levers_differ_nowhere(results):
    for found in compare(results):
        if found.policy == "audit-average":
            assert found.only_policy == found.only_baseline == 0, found.outcome
            assert not found.n_pairs or found.diff_low == found.diff_high == 0.0, found.outcome


def test_two_workers_and_a_repeat_give_the_same_bytes(results, tmp_path):
    policies = [load_policy(label) for label in results.labels]
    study(tmp_path / "out", policies, 3, workers=2)

    assert (tmp_path / "out" / "outcomes.parquet").read_bytes() == (
        results.root / "outcomes.parquet"
    ).read_bytes()


def test_recording_a_run_changes_nothing_in_it(results):
    scenario = load_scenario(building="elementary", horizon_s=HALF_HOUR_S)
    alone = run_incident(scenario, load_policy("immediate-entry"), RunKey(1, 0)).outcome
    rows = results.outcomes().set_index(["policy", "replicate"])

    assert ("immediate-entry", 0) in results.recorded()
    stored = rows.loc[("immediate-entry", 0)]
    for name, value in alone.as_row().items():
        if value is not None and not name.endswith("_vs_baseline"):
            assert stored[name] == value, name


def test_a_perimeter_never_enters_before_those_who_go_in_at_once(results):
    (entry,) = [
        found for found in compare(results, outcomes=["start_to_entry_s"]) if found.policy == "perimeter-1999"
    ]
    assert entry.only_policy == 0
    assert entry.only_baseline == 3 or (entry.diff_median or 0) > 0


def test_a_plain_delay_moves_entry_by_itself_in_every_run(tmp_path):
    arms = delay_sweep(arms_of([load_policy("immediate-entry")]), [0, 60])
    scenario = load_scenario(building="elementary", horizon_s=HALF_HOUR_S)
    results = run_study(StudyDesign(scenario, arms, runs=2), tmp_path / "out", 1, progress=False)

    shift = results.paired("start_to_entry_s").dropna()["difference"]
    assert len(shift) == 2
    # Times are whole ticks of 0.05 s.
    assert shift.tolist() == pytest.approx([60.0, 60.0], abs=0.051)
