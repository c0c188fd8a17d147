"""Designs: labels, identities and sweeps, and what is refused by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from experiments.study.design import Arm, StudyDesign, delay_sweep, sweep
from experiments.study.folder import file_stems
from sim.errors import FirstMinutesError, StudyError
from tests.experiments.fake_engine import FakePolicy, FakeScenario

ROOT = Path(__file__).parents[3]
A, B = Arm("a", FakePolicy("a")), Arm("b", FakePolicy("b", 5.0))


def design(*arms: Arm, **kwargs: object) -> StudyDesign:
    return StudyDesign(FakeScenario(), arms or (A, B), model_version="test", **kwargs)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: design(A, Arm("a", B.policy)), "appears twice"),
        (lambda: design(Arm(" ", A.policy)), "printable"),
        (lambda: design(Arm("a\nb", A.policy)), "printable"),
        (lambda: design(runs=0), "runs: found 0"),
        (lambda: design(seed=-1), "seed: found -1"),
        (lambda: design(baseline="c"), "one of the study's policies: a, b"),
        (lambda: StudyDesign(FakeScenario(), (), model_version="test"), "at least one policy"),
    ],
)
def test_a_design_that_makes_no_sense_is_refused(make, words):
    with pytest.raises(StudyError, match=words):
        make()


def test_the_baseline_comes_first_and_is_recorded_with_the_next():
    made = design(A, B, Arm("c", FakePolicy("c")), baseline="c")

    assert made.labels == ("a", "b", "c")
    assert [arm.label for arm in made.baseline_first] == ["c", "a", "b"]
    assert made.recorded_labels == ("c", "a")
    assert design().baseline == "a"


def test_run_ids_depend_on_what_a_row_depends_on():
    ids = design().run_ids(range(3))

    assert len(set(ids.values())) == 6
    assert design(runs=9).run_ids([1])["b", 1] == ids["b", 1]
    assert [design(seed=seed).seed for seed in (0, 2**64 - 1)] == [0, 2**64 - 1]
    assert design(seed=2).run_ids([1])["b", 1] != ids["b", 1]
    assert design(baseline="b").run_ids([1])["b", 1] != ids["b", 1]
    renamed = design(A, Arm("b", FakePolicy("another name", 5.0)))
    assert renamed.run_ids([1])["b", 1] == ids["b", 1]


def test_a_sweep_of_delays_labels_its_levels():
    arms = delay_sweep([A], [0, 60, 0.5])

    assert [arm.label for arm in arms] == ["a", "a +60 s", "a +0.5 s"]
    assert [arm.policy["entry.delay_s"] for arm in arms] == [0, 60, 0.5]
    assert [arm.policy.name for arm in arms] == ["a", "a +60 s", "a +0.5 s"]


@pytest.mark.parametrize("delay", [-1.0, float("nan"), float("inf")])
def test_a_delay_that_is_no_delay_is_refused(delay):
    with pytest.raises(StudyError, match="a delay is 0 s or more"):
        delay_sweep([A], [delay])


@pytest.mark.parametrize(
    "name", ["hazard.rate", "hazard.duration", "room-12", "hs.l1.c101", "venue", "start_space"]
)
def test_a_sweep_of_anything_but_a_lever_is_refused_by_name(name):
    with pytest.raises(FirstMinutesError, match=name):
        sweep([A], name, [1, 2])


def test_file_names_are_safe_and_differ_without_regard_to_case():
    labels = ["A/b", "a-b", "../x", "<b>&", "x" * 200, "..."]
    stems = file_stems(labels)

    assert len({stem.lower() for stem in stems.values()}) == len(labels)
    assert all("/" not in stem and len(stem) <= 64 and not stem.startswith(".") for stem in stems.values())


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from experiments import cli\n"
        "assert cli.main(['compare', '--help']) == 0\n"
        "heavy = set('numpy numba mesa duckdb pandas scipy matplotlib pydantic shapely tqdm'.split())\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
