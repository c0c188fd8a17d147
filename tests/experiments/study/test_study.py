"""Studies: the same rows whatever the workers and interruptions; nothing of another study is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from experiments.study import worker
from experiments.study.design import Arm, StudyDesign
from experiments.study.folder import OtherVersionsWarning, StudyFolder, TornPartWarning
from experiments.study.results import Results
from experiments.study.runner import StudyInterrupted, run_study
from sim.errors import FirstMinutesError, StudyError
from tests.experiments.fake_engine import BROKEN, ENGINE, EXPOSED, FakePlan, FakePolicy, FakeScenario

ROOT = Path(__file__).parents[3]
HARM = ["exposure_person_s", "injury_events"]


def design(runs: int = 6, *, policies: tuple[FakePolicy, ...] = (), **kwargs: object) -> StudyDesign:
    policies = policies or (FakePolicy("at once"), FakePolicy("later", 60.0), FakePolicy("never", 1e5))
    arms = tuple(Arm(policy.name, policy) for policy in policies)
    scenario = kwargs.pop("scenario", FakeScenario())
    return StudyDesign(scenario, arms, runs=runs, model_version="test", **kwargs)


def run(what: StudyDesign, out: Path, workers: int = 1, **kwargs: object) -> Results:
    return run_study(what, out, workers, progress=False, engine=ENGINE, **kwargs)


def merged(out: Path) -> tuple[bytes, bytes]:
    return (out / "outcomes.parquet").read_bytes(), (out / "curves.parquet").read_bytes()


def test_one_row_per_policy_and_replicate_in_a_stable_order(tmp_path):
    rows = run(design(), tmp_path / "out").outcomes()

    assert list(zip(rows["policy"], rows["replicate"], strict=True)) == [
        (policy, replicate) for policy in ("at once", "later", "never") for replicate in range(6)
    ]
    assert set(rows["status"]) == {"ok"}
    assert rows["run_id"].nunique() == 18


def test_what_did_not_happen_is_null_with_a_flag_and_never_nan(tmp_path):
    results = run(design(), tmp_path / "out")

    found = results.sql(
        "SELECT count(*) AS n, count(start_to_contact_s) AS happened,"
        " bool_and(start_to_contact_censored) AS flag,"
        " coalesce(bool_or(isnan(start_to_contact_s)), false) AS nan FROM outcomes WHERE policy = 'never'"
    )
    assert found.iloc[0].tolist() == [6, 0, True, False]


def test_a_question_reads_no_file(tmp_path):
    results = run(design(), tmp_path / "out")
    other = tmp_path / "out" / "outcomes.parquet"

    with pytest.raises(duckdb.Error, match="disabled by configuration"):
        results.sql(f"SELECT count(*) FROM outcomes JOIN read_parquet('{other}') AS o USING (replicate)")
    with pytest.raises(duckdb.Error, match="disabled by configuration"):
        results.sql(f"SELECT count(*) FROM '{other}'")


def test_a_repeat_and_any_number_of_workers_give_the_same_bytes(tmp_path):
    one = run(design(), tmp_path / "one")
    run(design(), tmp_path / "again")
    for workers, method in ((2, "forkserver"), (4, "forkserver"), (2, "spawn")):
        run(design(), tmp_path / f"{method}{workers}", workers, start_method=method)

    for other in ("again", "forkserver2", "forkserver4", "spawn2"):
        assert merged(tmp_path / other) == merged(one.root), other


def test_equal_policies_under_other_names_in_two_folders_differ_nowhere(tmp_path):
    first = run(design(policies=(FakePolicy("a"), FakePolicy("b"))), tmp_path / "1").outcomes()
    second = run(design(policies=(FakePolicy("c"), FakePolicy("d"))), tmp_path / "2").outcomes()

    keys = ["run_id", "policy"]
    assert first.drop(columns=keys).equals(second.drop(columns=keys))
    a, b = (first[first["policy"] == label].drop(columns=keys).reset_index(drop=True) for label in "ab")
    assert a.equals(b)


def test_a_second_call_runs_nothing_and_more_runs_add_only_the_new_ones(tmp_path, monkeypatch):
    log = tmp_path / "log"
    monkeypatch.setenv(EXPOSED, str(log))
    run(design(3), tmp_path / "out")
    run(design(3), tmp_path / "out")
    assert len(log.read_text().splitlines()) == 3

    run(design(5), tmp_path / "out")
    assert len(log.read_text().splitlines()) == 5
    run(design(5), tmp_path / "whole")
    assert merged(tmp_path / "out") == merged(tmp_path / "whole")


def test_a_killed_study_continues_to_the_result_of_an_uninterrupted_one(tmp_path):
    code = (
        "import sys; sys.path.insert(0, '.'); from tests.experiments.study.test_study import *\n"
        "if __name__ == '__main__': run(design(12), Path(sys.argv[1]), 2)"
    )
    script = tmp_path / "kill_me.py"
    script.write_text(code)
    never = f"{tmp_path / 'never'}:8"  # so that the study cannot end before it is killed
    environment = os.environ | {"FAKE_ENGINE_GATE": never, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    out = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, str(script), str(out)], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 300
    while len(list((out / "runs").glob("part-*.parquet"))) < 4:
        assert process.poll() is None, "the study ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = len(Results.open(out).outcomes())

    assert 12 <= kept < 36
    assert not (out / "outcomes.parquet").exists()
    run(design(12), out)
    run(design(12), tmp_path / "whole")
    assert merged(out) == merged(tmp_path / "whole")


def test_a_torn_part_is_set_aside_and_its_runs_are_done_again(tmp_path):
    out = tmp_path / "out"
    run(design(), out)
    whole = merged(out)
    torn = sorted((out / "runs").glob("part-*.parquet"))[2]
    torn.write_bytes(torn.read_bytes()[:100])

    with pytest.warns(TornPartWarning, match="done again"):
        run(design(), out)
    assert merged(out) == whole


def test_a_lost_curve_part_is_made_again(tmp_path):
    out = tmp_path / "out"
    run(design(), out)
    whole = merged(out)
    sorted((out / "curves").glob("part-*.parquet"))[1].unlink()

    with pytest.warns(TornPartWarning):
        run(design(), out)
    assert merged(out) == whole


def test_a_failed_run_is_a_row_without_its_place(tmp_path, monkeypatch):
    monkeypatch.setenv(BROKEN, "later@2,at once@4")
    results = run(design(), tmp_path / "out")
    rows = results.outcomes().set_index(["policy", "replicate"])

    failed = rows[rows["status"] == "error"]
    assert sorted(failed.index) == [("at once", 4), ("later", 2)]
    assert results.failed() == 2
    assert failed["error"].str.startswith("ValueError at fake_engine.py").all()
    files = list((tmp_path / "out" / "errors").iterdir())
    assert len(files) == 2
    assert not any("room-12" in file.read_text() for file in files)
    # The partner of a failed run stays; without a baseline there is no difference to it.
    assert rows.loc[("never", 2), "exposure_person_s_vs_baseline"] == pytest.approx(1e5)
    assert rows.loc[[("later", 4), ("never", 4)], "exposure_person_s_vs_baseline"].isna().all()
    assert rows.loc[("later", 4), "start_to_entry_s"] > 0


def test_failed_runs_are_done_again_only_when_asked(tmp_path, monkeypatch):
    out = tmp_path / "out"
    monkeypatch.setenv(BROKEN, "later@2")
    run(design(), out)
    monkeypatch.delenv(BROKEN)

    assert run(design(), out).failed() == 1
    ids = set(design().run_ids(range(6)).values())
    assert StudyFolder(out).finished(ids) == ids
    failed = design().run_ids([2])["later", 2]
    assert StudyFolder(out).finished(ids, retry_failed=True) == ids - {failed}
    assert run(design(), out, retry_failed=True).failed() == 0
    run(design(), tmp_path / "whole")
    assert merged(out) == merged(tmp_path / "whole")


@pytest.mark.parametrize("plan", ["library school", "my school"])
def test_a_study_that_grows_and_is_stopped_is_not_complete(tmp_path, monkeypatch, plan):
    """The merged tables of the smaller study are gone, so that nobody takes them for the larger one."""
    place = FakeScenario(plan=FakePlan(plan))
    assert run(design(20, scenario=place), tmp_path / "out").is_complete
    monkeypatch.setattr(worker, "run_chunk", _stop)
    with pytest.raises(StudyInterrupted):
        run(design(40, scenario=place), tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.parquet"))
    found = Results.open(tmp_path / "out")
    assert not found.is_complete
    assert len(found.outcomes()) == 3 * 20


def _stop(*_args, **_more):
    raise KeyboardInterrupt


def test_another_study_is_never_written_into(tmp_path):
    out = tmp_path / "out"
    run(design(), out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    for other, what in (
        (design(seed=2), "seed"),
        (design(scenario=FakeScenario(day_part="lunch")), "scenario"),
        (design(policies=(FakePolicy("at once"), FakePolicy("x"))), "policies"),
        (design(baseline="later"), "baseline"),
        (design(2), "at least as many"),
    ):
        with pytest.raises(StudyError, match=what):
            run(other, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before

    run(design(seed=2), out, fresh=True)
    run(design(seed=2), tmp_path / "two")
    assert merged(out) == merged(tmp_path / "two")


def test_a_folder_with_other_files_is_refused_even_with_fresh(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    for fresh in (False, True):
        with pytest.raises(StudyError, match=r"thesis\.docx"):
            run(design(), tmp_path, fresh=fresh)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_fresh_clears_the_study_and_nothing_else(tmp_path):
    out = tmp_path / "out"
    run(design(), out)
    (out / "notes.txt").write_text("mine")
    run(design(2, seed=2), out, fresh=True)

    assert (out / "notes.txt").read_text() == "mine"
    assert len(Results.open(out).outcomes()) == 6


def test_a_manifest_of_somebody_else_protects_its_folder(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "a web app"}')
    (tmp_path / "figures").mkdir()
    for fresh in (False, True):
        with pytest.raises(StudyError, match="not a manifest of results"):
            run(design(), tmp_path, fresh=fresh)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures", "manifest.json"]


def test_going_on_under_other_versions_is_said(tmp_path):
    out = tmp_path / "out"
    run(design(), out)
    path = out / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(manifest))

    with pytest.warns(OtherVersionsWarning, match="numpy"):
        run(design(), out)
    assert json.loads(path.read_text())["versions"]["numpy"] == "1.0"


def test_an_output_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="cannot be written"):
        run(design(), tmp_path / "file" / "out")


def test_bad_input_of_the_model_stops_the_study_at_once_and_leaves_the_folder_usable(tmp_path, monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise FirstMinutesError("high-school: more people than fit")

    monkeypatch.setattr("tests.experiments.fake_engine.run_paired", refuse)
    with pytest.raises(FirstMinutesError, match="more people than fit"):
        run(design(), tmp_path / "out")
    monkeypatch.undo()
    run(design(seed=5), tmp_path / "out")


def test_two_runs_are_recorded_with_their_timelines(tmp_path):
    names = (FakePolicy("a/b <i>"), FakePolicy("A-B -i-", 5.0), FakePolicy("c", 9.0))
    results = run(design(2, policies=names, baseline="c"), tmp_path / "out")

    assert results.recorded() == [("c", 0), ("a/b <i>", 0)]
    assert len(list((tmp_path / "out" / "recordings").iterdir())) == 2
    assert results.recording_path("a/b <i>").name != results.recording_path("A-B -i-").name.lower()
    times = [row.time_s for row in results.timeline("c")]
    assert times == [
        0.0,
        results.outcomes().set_index(["policy", "replicate"]).loc[("c", 0), "start_to_entry_s"],
    ]


def test_the_manifest_says_what_the_study_is(tmp_path):
    run(design(), tmp_path / "out", command="firstminutes compare")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())

    assert manifest["format"] == "firstminutes-results"
    assert [policy["label"] for policy in manifest["policies"]] == ["at once", "later", "never"]
    assert manifest["policies"][1]["levers"] == {"entry.delay_s": 60.0}
    assert manifest["scenario"]["people"] == 12
    assert manifest["command"] == "firstminutes compare"
    assert manifest["versions"]["duckdb"]


def test_curves_hold_every_run(tmp_path):
    curves = run(design(2), tmp_path / "out").curves()

    assert len(curves) == 3 * 2 * 61
    assert curves["t_s"].max() == 600.0
    assert curves.groupby(["policy", "replicate"])["share_secured"].last().eq(1.0).all()
