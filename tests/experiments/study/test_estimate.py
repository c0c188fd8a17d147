"""How long it will take, said before it begins; and runs that are too few to judge by."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from experiments.commands import validate
from experiments.study import estimate
from tests.experiments.fake_engine import SLOW
from tests.experiments.report.test_report import study_of


@pytest.mark.parametrize(
    ("runs", "run_s", "workers", "said"),
    [
        (800, 1.5, 2, "about 10.0 min for 800 runs with 2 workers (one took 1.5 s)"),
        (800, 1.5, 1, "about 20.0 min for 800 runs (one took 1.5 s)"),
        (2, 30.0, 8, "about 30 s for 2 runs with 8 workers (one took 30 s)"),
        (100, 0.19, 1, ""),
        (0, 5.0, 1, ""),
    ],
)
def test_what_will_take_long_is_said_and_nothing_else(runs, run_s, workers, said):
    assert estimate.words(runs, run_s, workers) == said


def test_a_study_says_so_after_its_first_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(SLOW, "0.02")
    monkeypatch.setattr(estimate, "LEAST_S", 0.1)
    from experiments.study import runner

    real = runner._Job.run
    monkeypatch.setattr(runner._Job, "run", lambda job, _progress: real(job, True))
    study_of(tmp_path / "out", names=(("a", 0.0), ("b", 1.0)), runs=30)
    assert "for 80 runs (one took" in capsys.readouterr().err


def test_too_few_runs_are_said_before_and_with_the_verdict(monkeypatch, capsys):
    monkeypatch.setattr(estimate, "probe_s", lambda: 0.5)
    test = SimpleNamespace(measure=object(), ablations=((),), not_yet="")
    facts = [SimpleNamespace(id="F90", n=400, test=test), SimpleNamespace(id="F91", n=20, test=test)]
    validate._say_before(facts, 30, 1)
    told = capsys.readouterr().err
    assert "F90 (400)" in told
    assert "F91" not in told
    assert "about 2.0 min for 240 runs" in told
    validate._say_before(facts, None, 1)
    assert "fewer" not in capsys.readouterr().err


def test_a_verdict_of_too_few_runs_says_so():
    from experiments.evidence.facts.table import FACTS, Found

    fact = next(one for one in FACTS if one.test.measure is not None and one.n > 20)
    part = SimpleNamespace(
        tolerance=SimpleNamespace(what="share"), words="0.4", within=True, value=(0.4, 0.3, 0.5)
    )
    found = Found(fact, 20, (part,), (), None, 1.0)
    assert validate._line(found).endswith(f"; 20 runs of {fact.n}: too few to judge")
    assert "too few" not in validate._line(replace(found, n=fact.n))
