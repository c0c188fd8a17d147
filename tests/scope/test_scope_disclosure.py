"""docs/scope.md, rule 6: what is from outside is told by content alone, and nobody chooses its runs."""

from __future__ import annotations

import ast
import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from buildings import library
from buildings.archetypes import elementary, high_school
from buildings.files import read_plan, write_plan
from buildings.plan import FloorPlan
from experiments.cli import main
from sim.errors import FirstMinutesError
from sim.given import disclosure
from sim.given.policies import load_policy
from sim.given.scenario import Scenario
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.run import run_incident, run_paired
from sim.streams import RunKey

REPO = Path(__file__).resolve().parents[2]


def outside_plan(pupils: int = 400) -> FloorPlan:
    """Return a plan of somebody else: a shipped one with fewer pupils."""
    return library.load("elementary").model_copy(update={"enrolment": pupils})


def outside(horizon_s: float = 300.0) -> Scenario:
    return load_scenario("elementary", horizon_s=horizon_s).with_(plan=outside_plan())


# -- which plans are ours ---------------------------------------------------------------------------


def test_the_tuple_is_that_of_the_shipped_plans_and_archetypes() -> None:
    assert sorted(disclosure.OURS) == sorted({elementary().content_hash(), high_school().content_hash()})
    assert all(disclosure.is_ours(library.load(name)) for name in library.names())


def test_the_order_of_a_file_makes_no_other_plan() -> None:
    plan = library.load("elementary")
    assert disclosure.is_ours(plan.model_copy(update={"spaces": plan.spaces[::-1]}))


def test_a_file_in_the_library_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan(outside_plan(), tmp_path / "mine.plan.json")
    monkeypatch.setattr(library, "files", lambda _package: tmp_path)
    assert library.names() == ["mine"]
    assert not disclosure.is_ours(library.load("mine"))


@pytest.mark.parametrize("how", ["copy", "model_copy", "copy of a copy", "construct", "pickle"])
def test_no_copy_carries_the_hash_along(how: str) -> None:
    plan = library.load("elementary")
    plan.content_hash()  # known by now
    changed = {"enrolment": 400}
    if how == "copy":
        other = plan.copy(update=changed)
    elif how == "copy of a copy":
        other = copy.copy(plan).copy(update={"name": "Mine"}).copy(update=changed)
    elif how == "construct":
        other = FloorPlan.model_construct(**{**dict(plan), **changed})
    else:
        other = plan.model_copy(update=changed)
    if how == "pickle":
        other = pickle.loads(pickle.dumps(other))
    assert other.enrolment == 400
    assert not disclosure.is_ours(other)
    assert other.content_hash() not in disclosure.OURS
    assert disclosure.is_ours(copy.deepcopy(plan))


def test_a_subclass_may_say_what_it_wants() -> None:
    class Mine(FloorPlan):
        def content_hash(self) -> str:
            return disclosure.OURS[0]

    assert not disclosure.is_ours(Mine(**dict(library.load("elementary"))))


def test_it_is_asked_in_one_place() -> None:
    """No other file compares a hash with those of the shipped plans, or asks the library."""
    for root in ("sim", "experiments", "buildings"):
        for path in (REPO / root).rglob("*.py"):
            if path.name != "disclosure.py":
                text = path.read_text(encoding="utf-8")
                assert "is_library" not in text, path
                assert "OURS" not in {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}, (
                    path
                )


# -- nobody chooses a run ---------------------------------------------------------------------------


def test_a_seed_is_refused_in_a_sentence() -> None:
    place, policy = outside(), load_policy("immediate-entry")
    for chosen in (
        lambda: ResponseModel(place, policy, rng=3),
        lambda: run_incident(place, policy, RunKey(3, 0)),
        lambda: run_paired(place, [policy], RunKey(3, 1)),
    ):
        with pytest.raises(FirstMinutesError, match=r"^seed: found 3; runs of a plan from outside"):
            chosen()


@pytest.mark.parametrize("replicate", [3, 57, -1])
def test_few_replicates_can_be_run_one_by_one(replicate: int) -> None:
    place, policy = outside(), load_policy("immediate-entry")
    for chosen in (
        lambda: ResponseModel(place, policy, replicate=replicate),
        lambda: run_incident(place, policy, replicate),
        lambda: run_paired(place, [policy], replicate),
    ):
        with pytest.raises(FirstMinutesError, match=rf"^replicate: found {replicate}; .* 0 to 2"):
            chosen()


def test_the_key_is_that_of_the_content() -> None:
    place = outside()
    other = place.with_(plan=outside_plan(399))
    keys = [ResponseModel(one, "immediate-entry", replicate=2).key for one in (place, other)]
    assert keys[0] == ResponseModel(place, "perimeter-1999", replicate=2).key
    assert keys[0].seed != keys[1].seed
    assert {key.replicate for key in keys} == {2}
    # A shipped plan keeps the seeds that it is asked for.
    assert ResponseModel("elementary", "immediate-entry", rng=9, replicate=40).key == RunKey(9, 40)
    assert ResponseModel("elementary", "immediate-entry", replicate=0).key == RunKey(1, 0)


def test_replicates_of_a_plan_from_outside_run_and_tell_no_harm() -> None:
    runs = [run_incident(outside(), load_policy("immediate-entry"), k).outcome.as_row() for k in range(3)]
    assert len({str(row) for row in runs}) == 3
    for row in runs:
        harm = [value for name, value in row.items() if disclosure_word(name) and name != "harm_censored"]
        assert harm == [None] * len(harm)


def disclosure_word(name: str) -> bool:
    return any(word in name for word in ("harm", "injur", "exposure", "deaths"))


@pytest.mark.parametrize("command", ["run", "compare", "replay"])
def test_no_command_takes_a_seed_for_it(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    write_plan(outside_plan(), tmp_path / "mine.plan.json")
    assert main([command, "--building", "mine.plan.json", "--seed", "3"]) == 2
    told = capsys.readouterr().err
    assert "seed: found 3; runs of a plan from outside are keyed by its content" in told
    assert "Traceback" not in told
    if command != "compare":
        assert main([command, "--building", "mine.plan.json", "--replicate", "7"]) == 2
        assert "replicate: found 7" in capsys.readouterr().err


def test_an_edited_plan_file_has_other_runs(tmp_path: Path) -> None:
    """Any edit changes all, a name included: nothing can be tried out on one run."""
    file = tmp_path / "mine.plan.json"
    write_plan(outside_plan(), file)
    content = json.loads(file.read_text(encoding="utf-8"))
    content["name"] = "Another name"
    file.write_text(json.dumps(content), encoding="utf-8")
    place = outside()
    assert disclosure.seed_of(place, None) != disclosure.seed_of(place.with_(plan=read_plan(file)), None)
