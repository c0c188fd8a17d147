"""What the scope tests share: one recorded pair of incidents, and a walk over everything public."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any

import pytest

from sim.given import disclosure
from tests.conftest import KEY_OF

OURS = ("sim.", "buildings.", "experiments.", "firstminutes", "mesa.datacollection.")
ENOUGH = 40
"""Elements of a container that are looked into."""
TEAMS = 4


@pytest.fixture(autouse=True)
def _as_the_product_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what other tests go without: the rule on who may choose a run."""
    monkeypatch.setattr(disclosure, "key_of", KEY_OF)


@pytest.fixture(scope="session")
def pair() -> list[Any]:
    """One incident in the elementary school under two policies, with recordings, for half an hour."""
    from sim.given.policies import load_policy
    from sim.given.scenario_files import load_scenario
    from sim.run import run_paired
    from sim.streams import RunKey

    scenario = load_scenario(building="elementary", horizon_s=1800.0)
    policies = [load_policy("immediate-entry"), load_policy("perimeter-1999")]
    return run_paired(scenario, policies, RunKey(5, 0), record=[policy.name for policy in policies])


@pytest.fixture(scope="session")
def public() -> Callable[[Any], Iterator[tuple[str, Any]]]:
    """Return the walk over public attributes, elements and fields of an object: (path, value) pairs."""
    return _public


def _public(root: Any) -> Iterator[tuple[str, Any]]:
    seen: dict[int, Any] = {}  # holds what was seen, so that no new object gets an old one's id
    waiting = [("", root)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if id(value) in seen or isinstance(value, FunctionType | MethodType | ModuleType | type | enum.Enum):
            continue
        seen[id(value)] = value
        waiting += _children(path, value)


def _children(path: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(f"{path}[{key!r}]", element) for key, element in list(value.items())[:ENOUGH]]
    if isinstance(value, list | set | frozenset):
        return [(f"{path}[{k}]", element) for k, element in enumerate(list(value)[:ENOUGH])]
    if isinstance(value, tuple):
        names = getattr(value, "_fields", range(len(value)))
        return [
            (f"{path}.{name}", element) for name, element in list(zip(names, value, strict=False))[:ENOUGH]
        ]
    if type(value).__name__.endswith("AgentSet"):  # newer Mesas have several kinds
        agents = list(value)  # people first, contact teams last: some of both
        return [(f"{path}[{k}]", agent) for k, agent in enumerate(agents[:ENOUGH] + agents[-TEAMS:])]
    if not f"{type(value).__module__}.".startswith(OURS):
        return []
    return [(f"{path}.{name}", element) for name, element in _attributes(value)]


def _attributes(value: Any) -> list[tuple[str, Any]]:
    """Public data attributes and properties; Mesa's own deprecated or empty ones are no business of ours."""
    found = []
    # A pydantic model warns at some of its own names; its fields are what it says.
    for name in getattr(type(value), "model_fields", None) or dir(value):
        if name.startswith("_") or name in {"steps", "random", "rng"}:
            continue
        try:
            element = getattr(value, name)
        except (AttributeError, KeyError):  # a property that has no value for this object
            continue
        if not callable(element) or f"{type(element).__module__}.".startswith(OURS):
            found.append((name, element))
    return found
