"""docs/scope.md, rule 4: a policy sees what that role knows at that time, frozen, and no hazard in it."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.response import entry
from sim.response.entry import EntryView
from sim.run import run_incident
from sim.streams import RunKey

TELLING = re.compile(r"hazard|threat|expos|injur|wing|where|space|room|door|(^|_)(x|y|at)$", re.IGNORECASE)
PLAIN = (int, float, str, bool, type(None))


class _Spy:
    """An entry policy that keeps every view it was shown, then waits."""

    def __init__(self) -> None:
        self.views: list[EntryView] = []

    def entry_s(self, view: EntryView) -> float | None:
        self.views.append(view)
        return None if view.officers_on_scene < 3 else view.now_s


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[EntryView]:
    spy = _Spy()
    monkeypatch.setitem(entry.ENTRY_POLICIES, "immediate", spy)
    scenario = load_scenario(building="elementary", horizon_s=1800.0)
    for replicate in range(2):
        run_incident(scenario, load_policy("immediate-entry"), RunKey(9, replicate))
    return spy.views


def test_the_view_holds_plain_values_only(views: list[EntryView]) -> None:
    assert len(views) >= 4
    for view in views:
        for path, value in _everything(view):
            assert isinstance(value, PLAIN), f"{path} is a {type(value).__name__}"
            assert not TELLING.search(path.rsplit(".", 1)[-1]), f"{path} tells where the hazard is"


def test_no_word_in_the_view_names_a_place(views: list[EntryView]) -> None:
    plan = load_scenario(building="elementary").plan
    places = {thing.id for things in (plan.spaces, plan.doors, plan.zones, plan.levels) for thing in things}
    places |= {space.name for space in plan.spaces if space.name}
    for view in views:
        assert not {value for _, value in _everything(view) if isinstance(value, str)} & places


def test_the_view_is_frozen(views: list[EntryView]) -> None:
    for field in fields(EntryView):
        with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
            setattr(views[0], field.name, None)
    before = dict(views[-1].drawn_s)
    try:
        views[-1].drawn_s["entry.immediate_delay"] = 0.0
    except TypeError:
        return
    # A plain dict may be scribbled on, but it must be the view's own copy.
    assert views[-2].drawn_s == before


def test_the_view_has_no_new_field() -> None:
    """A new field is a decision about scope: it is made here, on purpose, or not at all."""
    names = {field.name for field in fields(EntryView)}
    allowed = {"now_s", "officers_on_scene", "first_arrival_s", "command_order_s", "wanted_team", "drawn_s"}
    assert names <= allowed, f"new fields in a policy's view: {names - allowed}"


def _everything(root: Any) -> list[tuple[str, Any]]:
    """Every leaf of the object graph below a view, private names included."""
    leaves: list[tuple[str, Any]] = []
    seen: set[int] = set()

    def walk(path: str, value: Any) -> None:
        if isinstance(value, PLAIN):
            leaves.append((path, value))
        elif id(value) not in seen:
            seen.add(id(value))
            parts: dict[str, Any] = dict(getattr(value, "__dict__", {}))
            parts |= {
                name: getattr(value, name) for name in getattr(value, "__slots__", ()) if hasattr(value, name)
            }
            if isinstance(value, dict):
                for key, element in value.items():
                    walk(f"{path}[{key}]", element)
            elif isinstance(value, list | tuple | set | frozenset):
                for element in value:
                    walk(f"{path}[]", element)
            elif parts:
                for name, element in parts.items():
                    walk(f"{path}.{name}", element)
            else:
                leaves.append((path, value))

    walk("view", root)
    return leaves
