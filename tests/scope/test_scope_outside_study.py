"""docs/scope.md, rule 6: a study of a plan from outside keeps chunks, and gives no single run away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from experiments.compare import harm
from experiments.compare.comparison import compare
from experiments.report import write_report
from experiments.study.design import Arm, StudyDesign
from experiments.study.results import Results
from experiments.study.runner import run_study
from sim.errors import StudyError
from sim.given.disclosure import CHUNK
from sim.view.outcome import HARM_LEVELS, NEEDS_PATIENT, OUTCOMES
from tests.experiments.fake_engine import (
    BROKEN,
    ENGINE,
    EXPOSED,
    FakePlan,
    FakePolicy,
    FakeScenario,
    run_paired,
)

POLICIES = (FakePolicy("at once"), FakePolicy("later", 60.0), FakePolicy("much later", 400.0))
ALLOWED = {column.name for column in OUTCOMES if column.kind in ("interval", "share")} - set(NEEDS_PATIENT)


def design(runs: int = 30, *, plan: str = "my school", policies: Any = POLICIES, **more: Any) -> StudyDesign:
    arms = tuple(Arm(policy.name, policy) for policy in policies)
    place = FakeScenario(plan=FakePlan(plan), **more)
    return StudyDesign(place, arms, runs=runs, model_version="test")


def run(what: StudyDesign, out: Path, workers: int = 1, **more: Any) -> Results:
    return run_study(what, out, workers, progress=False, engine=ENGINE, **more)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(design(220), tmp_path_factory.mktemp("study") / "out")


def parquets(root: Path) -> list[Path]:
    return list(root.rglob("*.parquet"))


def columns_of(path: Path) -> set[str]:
    return set(duckdb.sql(f"SELECT * FROM read_parquet('{path}') LIMIT 0").columns)


# -- what is on disk --------------------------------------------------------------------------------


def test_no_file_holds_a_run_a_patient_or_a_level_of_harm(results: Results) -> None:
    found = parquets(results.root)
    assert len(found) > 20
    for path in found:
        names = columns_of(path)
        assert not names & {"run_id", "replicate", "seed", "error", *HARM_LEVELS, *NEEDS_PATIENT}, path
        assert not [name for name in names if "baseline" in name or "accounted_people" in name], path
    assert results.manifest["seed"] is None
    assert not list((results.root).glob("errors/*"))


def test_rows_are_sorted_by_their_values(results: Results) -> None:
    """Whoever recomputes nothing cannot say which row is which replicate."""
    rows = results.outcomes()
    assert {name for name in rows.columns if name.endswith("_s") or name.startswith("share")} == ALLOWED
    for number in range(11):
        first = rows[(rows["policy"] == "at once") & (rows["chunk"] == number)]
        assert list(first["pair"]) == list(range(CHUNK * number, CHUNK * number + CHUNK))
        values = first["start_to_entry_s"].tolist()
        assert values == sorted(values)
    place, policy = design().scenario, FakePolicy("at once")
    drawn = [run_paired(place, [policy], design().key(k))[0].outcome.start_to_entry_s for k in range(CHUNK)]
    first = rows[(rows["policy"] == "at once") & (rows["chunk"] == 0)]
    assert sorted(drawn) == pytest.approx(first["start_to_entry_s"].tolist())
    assert drawn != sorted(drawn)


def test_policies_of_a_pair_stay_together(results: Results) -> None:
    pairs = results.paired("start_to_entry_s")
    assert pairs[pairs["policy"] == "later"]["difference"].tolist() == pytest.approx([60.0] * 220)
    found = {c.outcome: c for c in compare(results) if c.policy == "later"}
    assert found["start_to_entry_s"].diff_mean == pytest.approx(60.0)
    assert set(found) <= ALLOWED


def test_sums_of_harm_are_those_of_whole_chunks(results: Results) -> None:
    sums = results.harm_sums()
    assert list(sums.columns) == [
        "chunk", "outcome", "policy_a", "policy_b", "n", "a", "b", "a2", "b2", "ab",
    ]  # fmt: skip
    assert set(sums["n"]) == {CHUNK}
    assert set(sums["outcome"]) == {"exposure_person_s", "injury_events"}
    one = sums[
        (sums["chunk"] == 3) & (sums["outcome"] == "exposure_person_s") & (sums["policy_b"] == "later")
    ]
    what = design()
    full = [
        [r.outcome.exposure_person_s for r in run_paired(what.scenario, POLICIES[:2], what.key(k))]
        for k in range(3 * CHUNK, 4 * CHUNK)
    ]
    a, b = np.array(full).T
    expected = [a.sum(), b.sum(), (a * a).sum(), (b * b).sum(), (a * b).sum()]
    assert one[["a", "b", "a2", "b2", "ab"]].to_numpy()[0] == pytest.approx(expected)


def test_curves_are_sorted_at_each_time(results: Results) -> None:
    curves = results.curves()
    assert set(curves.columns) == {"chunk", "policy", "t_s", "share_secured"}
    for _, shares in curves.groupby(["policy", "t_s"])["share_secured"]:
        assert shares.tolist() == sorted(shares)
        assert len(shares) == 220


# -- chunks ----------------------------------------------------------------------------------------


def test_runs_are_rounded_up_to_whole_chunks() -> None:
    assert [design(runs).runs for runs in (1, 20, 21, 30, 200)] == [20, 20, 40, 40, 200]
    assert design(30, plan="library school").runs == 30


def test_a_chunk_is_the_same_whatever_the_runs_and_workers(tmp_path: Path) -> None:
    small, grown = run(design(20), tmp_path / "small"), tmp_path / "grown"
    chunk = {path.relative_to(small.root): path.read_bytes() for path in small.root.rglob("part-*.parquet")}
    run(design(40), grown, 2)
    run(design(60), grown)
    whole = run(design(60), tmp_path / "whole", 3)
    for path, content in chunk.items():
        for root in (grown, whole.root):
            assert (root / path).read_bytes() == content, path
    for name in ("outcomes", "curves", "harm", "failures"):
        assert (grown / f"{name}.parquet").read_bytes() == (whole.root / f"{name}.parquet").read_bytes()


def test_what_is_missing_of_a_chunk_is_run_again_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = run(design(60), tmp_path / "out")
    before = (results.root / "outcomes.parquet").read_bytes()
    torn = sorted((results.root / "harm").glob("*.parquet"))[1]
    torn.write_bytes(b"PAR1")
    log = tmp_path / "log"
    monkeypatch.setenv(EXPOSED, str(log))
    run(design(60), results.root)
    assert sorted({int(line.split()[0]) for line in log.read_text().splitlines()}) == list(range(20, 40))
    assert (results.root / "outcomes.parquet").read_bytes() == before


def test_failures_are_counted_with_their_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair that fails under one policy is left out under all; no file says which."""
    monkeypatch.setenv(BROKEN, "later@3,much later@7,later@25")
    results = run(design(40), tmp_path / "out")
    rows = results.failures()
    assert list(rows.columns) == ["chunk", "reason", "pairs"]
    assert rows["pairs"].tolist() == [2, 1]
    assert "room-12" not in rows["reason"].str.cat()
    assert results.failed() == 3
    assert set(results.outcomes().groupby("policy").size()) == {37}
    assert results.harm_sums().empty  # a sum over a part, beside the whole, would be single runs
    monkeypatch.delenv(BROKEN)
    assert run(design(40), tmp_path / "out", retry_failed=True).failed() == 0
    assert len(Results.open(tmp_path / "out").harm_sums()) == 2 * 2 * 3


def test_the_first_run_is_recorded_and_no_other(tmp_path: Path) -> None:
    results = run(design(40), tmp_path / "out")
    assert results.recorded() == [("at once", 0), ("later", 0)]


# -- what may be read -------------------------------------------------------------------------------


def test_a_question_reads_no_more_than_the_rows(results: Results) -> None:
    row = results.sql("SELECT * FROM outcomes LIMIT 1")
    assert not set(row.columns) & {"run_id", "replicate"}
    for table in ("harm", "failures", f"'{results.root / 'harm.parquet'}'"):
        with pytest.raises(duckdb.Error):
            results.sql(f"SELECT * FROM {table}")


def test_an_export_is_the_rows(results: Results, tmp_path: Path) -> None:
    head = results.export_csv(tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert head[:3] == ["chunk", "policy", "pair"]
    assert {name for name in head[3:] if not name.endswith("_censored")} == ALLOWED


@pytest.mark.parametrize(
    "name", [*HARM_LEVELS, *NEEDS_PATIENT, "exposure_person_s_vs_baseline", "accounted_people"]
)
def test_no_pair_of_harm_or_care_is_given(results: Results, name: str) -> None:
    with pytest.raises(StudyError, match=name):
        results.paired(name)


def test_drawn_parameters_are_refused_by_name(results: Results) -> None:
    with pytest.raises(StudyError, match="keyed draws of a plan from outside"):
        results.parameters()


# -- harm, once -------------------------------------------------------------------------------------


def test_harm_is_one_rounded_change_of_a_whole_study(results: Results) -> None:
    found = harm.harm_changes(results)
    assert [(c.policy, c.outcome) for c in found] == [
        (label, name) for label in ("later", "much later") for name in ("exposure_person_s", "injury_events")
    ]
    for change in found:
        assert [change.change % 5, change.low % 5, change.high % 5] == [0, 0, 0]
        assert change.low <= change.change <= change.high
    exposure = {c.policy: c.change for c in found if c.outcome == "exposure_person_s"}
    assert exposure == {"later": 10, "much later": 75}  # of 60 and 400 on a mean of about 530
    assert len(harm.harm_lines(results)) == 5
    assert harm.harm_lines(results)[-1] == harm.WHY_NO_MORE


def test_harm_is_not_shown_below_two_hundred_pairs_or_ten_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, results: Results
) -> None:
    few = run(design(180), tmp_path / "few")
    assert harm.harm_changes(few) == []
    assert "at least 200 pairs" in harm.harm_lines(few)[0]
    monkeypatch.setattr(harm, "EVENTS_FOR_HARM", 10**6)
    assert harm.harm_changes(results) == []
    assert "fewer than 1000000 events under at once" in harm.harm_lines(results)[0]


def test_harm_is_not_shown_of_a_study_that_is_not_finished(tmp_path: Path) -> None:
    whole = run(design(200), tmp_path / "out")
    assert harm.harm_changes(whole)
    for name in ("outcomes", "curves", "harm", "failures"):
        (whole.root / f"{name}.parquet").unlink()
    assert harm.harm_changes(Results.open(whole.root)) == []


def test_the_interval_of_the_change_covers() -> None:
    """Of 95 % intervals from chunks about 95 % hold the true change, with a skewed outcome."""
    rng = np.random.default_rng(5)
    held, n = 0, 1000
    for _ in range(n):
        base = rng.gamma(0.5, 4.0, (15, CHUNK))
        other = base * 0.7 + rng.gamma(0.5, 1.2, (15, CHUNK))
        low, high = harm.relative_change(base.sum(axis=1), other.sum(axis=1))[1:]
        held += low <= 0.0 <= high  # (0.7 * 2 + 0.6) / 2 = 1
    assert 0.92 < held / n < 0.97


# -- whose plan it is -------------------------------------------------------------------------------


def test_an_edited_manifest_makes_no_plan_ours(results: Results, tmp_path: Path) -> None:
    """The label stays, and so does everything else: what is kept says whose plan it is."""
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(results.root, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["scenario"]["plan_hash"] = design(plan="library school").scenario.plan.content_hash()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    edited = Results.open(folder)
    assert not edited.is_ours
    write_report(edited, tmp_path / "report.html", handling="Draft")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Handle as sensitive: describes a real place; Draft" in page
    assert harm.WHY_NO_MORE in page.replace("&#39;", "'")
    assert "fictional" not in page


def test_single_runs_of_a_plan_from_outside_are_refused(tmp_path: Path) -> None:
    """A folder of an earlier version, or of a shipped plan under another hash."""
    ours = run(design(5, plan="library school"), tmp_path / "out")
    manifest = json.loads((ours.root / "manifest.json").read_text(encoding="utf-8"))
    manifest["scenario"]["plan_hash"] = "0" * 64
    (ours.root / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(StudyError, match="single runs of a plan from outside"):
        Results.open(ours.root)


def test_a_shipped_plan_keeps_every_run_and_any_question(tmp_path: Path) -> None:
    ours = run(design(5, plan="library school"), tmp_path / "out")
    worst = ours.sql(
        "SELECT replicate, exposure_person_s FROM outcomes ORDER BY exposure_person_s DESC LIMIT 1"
    )
    assert worst["exposure_person_s"].iloc[0] == ours.outcomes()["exposure_person_s"].max()
    assert harm.harm_lines(ours) == []
