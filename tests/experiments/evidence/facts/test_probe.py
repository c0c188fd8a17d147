"""Facts look into a model through one probe, and nothing else of the experiments does."""

from __future__ import annotations

import ast
from pathlib import Path

from experiments.evidence.facts import probe
from experiments.evidence.facts.probe import Probe
from sim.model import ResponseModel

EXPERIMENTS = Path(probe.__file__).parents[2]
LOOK_INSIDE = {"probe.py", "hooks.py"}
OF_PYTHON = {"_asdict", "_replace", "_fields", "_exit"}


def private_members_of_others(source):
    """Return the private attributes that a file reads or sets and does not define itself."""
    found, own = set(), set(OF_PYTHON)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            own.add(node.name)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            (own if is_own else found).add(node.attr)
    return found - own


def test_only_the_probe_and_the_hooks_of_facts_look_inside_a_model():
    files = [path for path in EXPERIMENTS.rglob("*.py") if path.name not in LOOK_INSIDE]
    assert len(files) > 50
    assert {
        path.name: found for path in files if (found := private_members_of_others(path.read_text()))
    } == {}
    assert private_members_of_others(Path(probe.__file__).read_text()) >= {"_people", "_hazard", "_survival"}


def test_what_the_probe_says_is_what_the_outcome_says_in_the_end():
    model = ResponseModel("elementary", rng=11, horizon_s=3600)
    look = Probe(model)
    assert look.injury_events == 0
    assert look.is_active
    look.next_second()
    assert model.elapsed_s == 1.0
    outcome = model.run()
    assert not look.is_active
    assert look.injury_events == outcome.injury_events
    assert look.first_officer.n_wounded == outcome.responders_injured
    assert look.people.n == outcome.people
    assert look.doors.locked.any()
    assert look.access_delay_s() >= 0.0
    assert len(look.survival.survivable_class()) <= outcome.injury_events
