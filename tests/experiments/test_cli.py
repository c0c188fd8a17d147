"""The command line: exit codes, one sentence per mistake, and what it says where."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import cli
from experiments.commands import common
from experiments.commands import compare as compare_command
from experiments.study import runner as study
from experiments.study.results import Results
from sim.errors import PolicyError
from tests.experiments.fake_engine import BROKEN, ENGINE, FakePolicy, FakeScenario

DELAYS = {"immediate-entry": 0.0, "slow": 60.0, "perimeter-1999": 900.0}


@pytest.fixture
def with_fake_model(monkeypatch):
    """Put the small model behind the commands; figures, report and replay have tests of their own."""

    def policies(text: str) -> list[FakePolicy]:
        names = common.split_list("--policies", text)
        for name in names:
            if name not in DELAYS:
                raise PolicyError(f"policy {name!r} is not known; allowed: {', '.join(DELAYS)}.")
        return [FakePolicy(name, DELAYS[name]) for name in names]

    run = functools.partial(study.run_study, engine=ENGINE)
    monkeypatch.setattr(study, "run_study", run)
    monkeypatch.setattr(common, "policies_of", policies)
    monkeypatch.setattr(common, "scenario_of", lambda *_options: FakeScenario())
    monkeypatch.setattr(compare_command, "write_all", lambda *_args: {})


def compare(out: Path, *options: str) -> int:
    given = ["compare", "--policies", "immediate-entry,perimeter-1999", "--runs", "8", "--workers", "1"]
    return cli.main([*given, "--out", str(out), *options])


def test_compare_prints_the_answer_and_the_table_on_stdout_and_progress_on_stderr(
    with_fake_model, tmp_path, capsys
):
    assert compare(tmp_path / "out") == 0
    told = capsys.readouterr()

    assert (
        "perimeter-1999, compared with immediate-entry:\n  First contact 15.0 min later: 22.2 min" in told.out
    )
    assert "perimeter-1999, compared with immediate-entry" in told.out
    assert "100 % (16 of 16 runs)" in told.err
    assert 2 <= sum(" % (" in line for line in told.err.splitlines()) <= 10


def test_compare_again_runs_nothing(with_fake_model, tmp_path, capsys):
    compare(tmp_path / "out")
    capsys.readouterr()
    assert compare(tmp_path / "out") == 0
    assert "16 of 16 runs are on disk already" in capsys.readouterr().err


def test_failed_runs_end_with_code_3(with_fake_model, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(BROKEN, "perimeter-1999@3")
    assert compare(tmp_path / "out") == 3
    assert "1 of 16 runs failed" in capsys.readouterr().err


def test_ctrl_c_ends_with_code_130_and_the_command_that_goes_on(
    with_fake_model, tmp_path, capsys, monkeypatch
):
    def stopped(*_args: object, **_kwargs: object) -> None:
        raise study.StudyInterrupted(5, 16)

    monkeypatch.setattr(study, "run_study", stopped)
    monkeypatch.setattr(sys, "argv", ["firstminutes", "compare", "--fresh", "--runs", "8", "--out", "a b"])
    assert compare(tmp_path / "out", "--fresh") == 130
    told = capsys.readouterr().err
    assert "5 of 16 runs are finished and kept" in told
    assert "firstminutes compare --runs 8 --out 'a b'" in told


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--policies", "immediate-entry,nobody"], "nobody"),
        (["--policies", "immediate-entry"], "at least two"),
        (["--policies", "slow,slow"], "appears twice"),
        (["--policies", " , "], "the list is empty"),
        (["--baseline", "nobody"], "nobody"),
        (["--runs", "0"], "runs: found 0"),
        (["--runs", "many"], "many"),
        (["--workers", "-1"], "workers: found -1"),
        (["--seed", "-3"], "seed: found -3"),
        (["--entry-delay", "0,-60"], "found -60 s"),
        (["--entry-delay", "0,soon"], "soon"),
        (["--entry-delay", "60,60"], "appears twice"),
        (["--start-method", "fork"], "fork"),
        (["--sweep", "hazard.rate=1,2"], "hazard.rate"),
        (["--sweep", "room-12=1,2"], "room-12"),
        (["--sweep", "entry.team_size"], "LEVER=V,V"),
        (["--colour"], "--colour"),
    ],
)
def test_bad_input_is_one_sentence_and_code_2(with_fake_model, tmp_path, capsys, options, words):
    if "--start-method" in options:
        options = [*options, "--workers", "2"]
    assert compare(tmp_path / "out", *options) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
    last = told.strip().splitlines()[-1]
    assert last.startswith("firstminutes: ")


def test_an_unwritable_folder_and_another_study_are_code_2(with_fake_model, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert compare(tmp_path / "file" / "out") == 2
    assert compare(tmp_path / "out") == 0
    assert compare(tmp_path / "out", "--seed", "2") == 2
    assert "holds another study (different seed)" in capsys.readouterr().err
    assert compare(tmp_path / "out", "--seed", "2", "--fresh") == 0


@pytest.mark.parametrize("command", ["verify", "validate"])
def test_what_measures_the_repository_says_that_it_needs_a_clone(monkeypatch, tmp_path, capsys, command):
    common.refuse_outside_clone(command)  # this is one
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        common, "refuse_outside_clone", functools.partial(common.refuse_outside_clone, root=tmp_path)
    )
    assert cli.main([command]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"firstminutes: {command}: runs from a clone of the repository")
    assert told.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_sweep_of_delays_without_policies_takes_immediate_entry(with_fake_model, tmp_path):
    assert (
        cli.main(
            [
                "compare",
                "--entry-delay",
                "0,60",
                "--runs",
                "2",
                "--workers",
                "1",
                "--out",
                str(tmp_path / "out"),
            ]
        )
        == 0
    )
    assert Results.open(tmp_path / "out").labels == ("immediate-entry", "immediate-entry +60 s")


def test_export_is_one_row_per_run_in_a_stable_order(with_fake_model, tmp_path, capsys):
    compare(tmp_path / "out")
    capsys.readouterr()
    target = tmp_path / "rows.csv"
    assert cli.main(["results", "export", str(tmp_path / "out"), "--to", "csv", "-o", str(target)]) == 0
    assert "rows.csv" in capsys.readouterr().out
    head, *rows = [line.split(",") for line in target.read_text().splitlines()]

    assert [(row[1], int(row[2])) for row in rows] == [
        (policy, number) for policy in ("immediate-entry", "perimeter-1999") for number in range(8)
    ]
    assert {"exposure_person_s", "exposure_person_s_vs_baseline"} <= set(head)
    assert cli.main(["results", "export", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == target.read_text()


@pytest.mark.parametrize("place", ["missing", "empty", "broken"])
def test_what_is_no_results_folder_is_a_sentence(tmp_path, capsys, place):
    folder = tmp_path / place
    if place != "missing":
        folder.mkdir()
    if place == "broken":
        (folder / "manifest.json").write_text("{")
    assert cli.main(["results", "show", str(folder)]) == 2
    assert str(folder) in capsys.readouterr().err


def test_version_and_help(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("firstminutes ")
    assert cli.main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(
        name in told for name in ["compare", "run", "replay", "results", "plan", "list", "live", "doctor"]
    )


def test_a_defect_of_ours_is_code_1_and_has_a_trace_with_debug(monkeypatch, tmp_path, capsys):
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(Results, "open", broken)
    assert cli.main(["results", "show", str(tmp_path)]) == 1
    assert "--debug" in capsys.readouterr().err
    with pytest.raises(ZeroDivisionError):
        cli.main(["--debug", "results", "show", str(tmp_path)])


def test_the_command_line_can_be_pasted_again():
    assert (
        common.command_line(["compare", "--out", "my dir", "--fresh"])
        == "firstminutes compare --out 'my dir'"
    )


def test_a_reader_that_leaves_early_gets_no_trace(with_fake_model, tmp_path):
    compare(tmp_path / "out")
    code = "import sys; from experiments.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "results", "export", str(tmp_path / "out")],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        process.stdout.close()
        trouble = process.stderr.read()
    assert trouble == b""


def test_manifest_keeps_the_command(with_fake_model, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["firstminutes", "compare", "--runs", "8"])
    compare(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["command"] == "firstminutes compare --runs 8"
