"""docs/scope.md, rules 1, 4, 5 and 7: no door in the public surface leads to the hazard's place."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import mesa
import numpy as np
import pytest

import firstminutes
import sim
from sim.hazard import hazard as hazard_module
from sim.hazard.hazard import Hazard
from sim.kernels.types import SightArrays
from sim.model import ResponseModel
from sim.place.navigation import Navigation
from sim.view.agents import ContactTeam

REPO = Path(__file__).resolve().parents[2]
PRODUCT = [
    path for root in ("sim", "buildings", "experiments") for path in sorted((REPO / root).rglob("*.py"))
]
PLACE = re.compile(r"hazard|threat|attack|shooter|start_(space|room|at|place)|^origin$|spawn", re.IGNORECASE)
HARM = re.compile(r"expos|injur|hurt|victim|casualt|wound|patient", re.IGNORECASE)
OUTCOME_FIELDS = {
    "exposure_person_s", "injury_events", "exposure_person_s_vs_baseline", "injury_events_vs_baseline",
    "responders_injured", "responders_injured_vs_baseline",
}  # fmt: skip

Walk = Callable[[Any], Iterator[tuple[str, Any]]]


@pytest.fixture(scope="module")
def model() -> ResponseModel:
    from sim.given.scenario_files import load_scenario

    model = ResponseModel(load_scenario(building="elementary"), "immediate-entry", rng=5, record=True)
    for _ in range(90):
        model.step()
    return model


def test_the_walk_sees_the_model(model: ResponseModel, public: Walk) -> None:
    """The walk must be able to find something, or it proves nothing."""
    found = dict(public(model))
    assert ".elapsed_s" in found
    assert any(".agents[" in path for path in found)

    class Leaky:
        __module__ = "sim.leaky"

        def __init__(self) -> None:
            self.parts = {"hazard": 3}

    assert "['hazard']" in "".join(path for path, _ in public(Leaky()))


def test_nothing_public_of_the_model_is_the_hazard(model: ResponseModel, public: Walk) -> None:
    for path, value in public(model):
        assert not isinstance(value, Hazard | SightArrays), f"{path} leads to the hazard"


def test_no_public_name_of_the_model_tells_place_or_harm(model: ResponseModel, public: Walk) -> None:
    for path, _ in public(model):
        name = path.rsplit(".", 1)[-1]
        if "[" in name or name in OUTCOME_FIELDS or ".parameters" in path or ".levers" in path:
            continue
        assert not PLACE.search(name), f"{path} names the hazard"
        assert not HARM.search(name), f"{path} says who is exposed or injured"


def test_no_agent_says_who_is_exposed_or_injured(model: ResponseModel) -> None:
    for kind in model.agent_types:
        names = [name for name in dir(kind) if not name.startswith("_")]
        assert not [name for name in names if HARM.search(name) or PLACE.search(name)], kind


@pytest.mark.parametrize("name", ["exposed", "exposed_since", "exposure_ticks", "injured"])
def test_no_column_of_the_people_says_so_either(model: ResponseModel, name: str) -> None:
    from sim.people.population import COLUMNS

    assert name not in COLUMNS
    with pytest.raises(KeyError, match=name):
        model.column(name)


def test_no_reporter_says_who_is_exposed_or_injured(model: ResponseModel) -> None:
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame)
    assert not [name for name in frame.columns if HARM.search(name) or PLACE.search(name)]


@pytest.mark.parametrize("lock_type", ["keyed_outside", "always_locked"])
def test_what_is_public_does_not_depend_on_where_it_starts(
    monkeypatch: pytest.MonkeyPatch, public: Walk, lock_type: str
) -> None:
    """Two models that differ in nothing but the start look the same from outside, down to the last bit.

    One starts in a corridor and one in a classroom, whose doors are therefore not locked.
    """
    seen = []
    original = hazard_module.start_places
    for use in ("corridor", "classroom"):

        def one_place(nav: Navigation, *, is_ours: bool, use: str = use) -> list[list[int]]:
            pool = original(nav, is_ours=is_ours)
            return [[next(row for place in pool for row in place if nav.use[row] == use)]]

        monkeypatch.setattr(hazard_module, "start_places", one_place)
        model = ResponseModel(_elementary(), "immediate-entry", rng=5, record=True, lock__type=lock_type)
        seen.append({path: _plain(value) for path, value in public(model)})
    differing = {path for path in seen[0].keys() | seen[1].keys() if seen[0].get(path) != seen[1].get(path)}
    assert not differing


class _MarkedRow(int):
    """A row of a space that remembers that it came from the hazard."""


class _MarkedWing(str):
    """A wing that the hazard named."""


@pytest.fixture
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mark every place that the hazard has, so that a walk recognises it wherever it turns up."""
    start, ring, wing = hazard_module._start, Hazard._ring, Hazard.wing
    monkeypatch.setattr(hazard_module, "_start", lambda *given: _MarkedRow(start(*given)))
    monkeypatch.setattr(Hazard, "wing", lambda self: _MarkedWing(wing(self)))
    monkeypatch.setattr(
        Hazard, "_ring", lambda self, door, beyond, *rest: ring(self, door, _MarkedRow(beyond), *rest)
    )


def _places(public: Walk, root: Any) -> list[str]:
    return [path for path, value in public(root) if isinstance(value, _MarkedRow | _MarkedWing)]


@pytest.mark.usefixtures("_marked")
def test_no_place_of_the_hazard_turns_up_in_anything_public(public: Walk) -> None:
    """From the start of a run to contact and after, with teams inside, through every public name."""
    model = ResponseModel(_elementary(), "immediate-entry", rng=5, record=True)
    places, teams = set(), 0
    for _ in range(40):
        for _ in range(20):
            model.step()
        assert isinstance(model._hazard._space, _MarkedRow), "the mark is lost, the test proves nothing"
        assert isinstance(model._hazard.wing(), _MarkedWing)
        places.add(int(model._hazard._space))
        assert not _places(public, model)
        teams = max(teams, len(model.agents_by_type.get(ContactTeam, [])))
    assert len(places) > 1, "choose a seed in which it moves"
    assert teams
    assert model.timeline[-1].time_s > 0
    assert not _places(public, model.outcome())


@pytest.mark.usefixtures("_marked")
def test_the_walk_for_marks_finds_one(public: Walk) -> None:
    model = ResponseModel(_elementary(), "immediate-entry", rng=5)
    model.datacollector.model_vars["n_out"].append(model._hazard._space)
    model.leak = {"wing": [model._hazard.wing()]}
    assert _places(public, model) == [".leak['wing'][0]", ".datacollector.model_vars['n_out'][0]"]


def test_the_model_has_no_new_public_name() -> None:
    """A new public name is a decision about scope: it is made here, on purpose, or not at all."""
    ours = {ResponseModel, *[kind for kind in ResponseModel.__mro__ if kind.__module__.startswith("sim.")]}
    names = {name for kind in ours for name in vars(kind) if not name.startswith("_")}
    names -= {"observables"} & set(vars(mesa.Model))  # newer Mesas put it on every kind of model
    # Mesa's own names, answered by `mesa_base` because agents are made when they are first asked for.
    mesas_own = {"agents", "agent_types", "agents_by_type", "remove_all_agents"}
    assert mesas_own <= set(vars(mesa.Model))
    assert names - mesas_own == {
        "advance", "column", "copy", "curve", "elapsed_s", "n_moving", "n_out", "n_secured", "n_unaware",
        "officers_on_scene", "outcome", "recording", "run", "space", "step", "timeline",
    }  # fmt: skip
    model = ResponseModel(_elementary(), "immediate-entry", rng=1)
    mesas = set(vars(mesa.Model(rng=1)))
    stored = {name for name in vars(model) if not name.startswith("_")} - mesas
    assert stored == {"setting", "policy", "key", "nav", "datacollector"}


def test_the_packages_export_nothing_of_it() -> None:
    assert set(firstminutes.__all__) == {
        "FirstMinutesError", "ResponseModel", "Results", "RunKey", "StudyDesign", "arms_of", "compare",
        "load_policy", "load_scenario", "policy_names", "read_plan", "run_incident", "run_paired",
        "run_study",
    }  # fmt: skip
    modules = {path.stem for path in (REPO / "sim").iterdir()}
    assert {name for name in vars(sim) if not name.startswith("_")} - modules == {"MODEL_VERSION"}


def _elementary() -> Any:
    from sim.given.scenario_files import load_scenario

    return load_scenario(building="elementary")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tobytes()
    return value if isinstance(value, bool | int | float | str | type(None)) else type(value).__name__


# -- what can be given ------------------------------------------------------------------------------


def _options() -> list[tuple[str, str]]:
    """Every (command, option or argument) of the command line."""
    from experiments.cli import cli

    found = []

    def walk(command: click.Command, path: str) -> None:
        for parameter in command.params:
            found.extend((path, name) for name in [*parameter.opts, *parameter.secondary_opts])
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                sub = command.get_command(context, name)
                assert sub is not None
                walk(sub, f"{path} {name}".strip())

    walk(cli, "")
    return found


PLACE_OPTIONS = {"--building", "--scenario", "--day-part", "--arrival-minutes", "--horizon-minutes"}
OPTIONS_ALLOWED = {
    "": {"--debug", "--version"},
    "compare": PLACE_OPTIONS
    | {
        "--probabilistic",
        "--policies",
        "--baseline",
        "--entry-delay",
        "--sweep",
        "--runs",
        "--half-width",
        "--seed",
        "--out",
        "--workers",
    }
    | {"--handling", "--no-replay", "--fresh", "--retry-failed", "--start-method"},
    "doctor": set(),
    "drill": {
        "--building",
        "--mode",
        "--day-part",
        "--people",
        "--seed",
        "--json",
        "--csv",
        "--figure",
        "--trajectory",
    },
    "list": {"what", "--json"},
    "live": {"--port", "--no-browser"},
    "parameters": {"--json", "-o", "--output"},
    "plan check": {"names"},
    "plan doors": {"name", "-o", "--output", "--apply"},
    "plan draw": {"name", "-o", "--output", "--level", "--no-names"},
    "plan anonymise": {"name", "-o", "--output"},
    "plan export": {"name", "-o", "--output"},
    "plan import": {"file", "-o", "--output", "--unit", "--report", "--json", "--seconds"},
    "plan new": {"output", "--like"},
    "plan schema": {"-o", "--output"},
    "policy check": {"names"},
    "policy new": {"output", "--like"},
    "policy schema": {"-o", "--output"},
    "replay": PLACE_OPTIONS
    | {"folder", "--policies", "--seed", "--replicate", "-o", "--output", "--gif", "--mp4", "--handling"},
    "report": {"folder", "-o", "--output", "--handling"},
    "results export": {"folder", "--to", "-o", "--output"},
    "results show": {"folder", "--baseline"},
    "scenario check": {"names"},
    "scenario new": {"output", "--like"},
    "scenario schema": {"-o", "--output"},
    "run": PLACE_OPTIONS
    | {"--explain", "--policy", "--seed", "--replicate", "--json", "--replay", "--handling"},
    "validate": {"--only", "--runs", "-o", "--output", "--workers", "--json"},
    "verify": {"--only", "-o", "--output", "--workers", "--json"},
}
"""Every option and argument there may be. A new one is a decision about scope: think, then add it."""


def test_every_option_is_on_the_list() -> None:
    found = _options()
    assert ("compare", "--policies") in found
    new = [(command, name) for command, name in found if name not in OPTIONS_ALLOWED.get(command, set())]
    assert not new, f"new commands or options: {new}"


def test_no_option_says_hazard_or_start() -> None:
    for command, name in _options():
        assert not re.search(r"hazard|threat|start(?!-method)|space|room|door|zone|harm|injur|expos", name), (
            command,
            name,
        )


@pytest.mark.parametrize("name", [name for name in firstminutes.__all__ if name != "FirstMinutesError"])
def test_no_public_function_takes_a_hazard(name: str) -> None:
    thing = getattr(firstminutes, name)
    for parameter in inspect.signature(thing).parameters:
        assert not re.search(r"hazard|threat|start_?(space|room)|space|room|door|zone", parameter), (
            f"{name}({parameter})"
        )


def test_the_scenario_has_no_field_for_it() -> None:
    from dataclasses import fields

    from sim.given.scenario import Scenario

    allowed = {
        "name", "plain_words", "building", "plan", "venue", "day_part", "area", "horizon_s", "parameters",
        "arrival_median_s", "lever_settings",
    }  # fmt: skip
    names = {field.name for field in fields(Scenario)}
    assert names <= allowed, f"new fields: {names - allowed}"


def test_the_model_takes_no_lever_outside_the_list() -> None:
    from sim.errors import FirstMinutesError

    for name in ("hazard__rate", "start_space", "hazard", "space"):
        with pytest.raises((FirstMinutesError, TypeError), match=name.split("__")[0]):
            ResponseModel(_elementary(), "immediate-entry", **{name: 1})


# -- nothing leaves the machine ---------------------------------------------------------------------


def test_nothing_is_ever_uploaded() -> None:
    forbidden = {"requests", "urllib", "http", "socket", "ftplib", "smtplib", "httpx", "aiohttp", "urllib3"}
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & forbidden, f"{path}:{node.lineno}"


def test_only_fictional_buildings_ship() -> None:
    from buildings.library import load, names

    assert set(names()) >= {"elementary", "high-school"}
    for name in names():
        plan = load(name)
        assert plan.fictional is True
        assert plan.georef is None
