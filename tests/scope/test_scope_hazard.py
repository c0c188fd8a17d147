"""docs/scope.md, rules 1 and 2: the hazard is a duration, a rate and a dwell time, no more."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path

import pytest

from sim.hazard import hazard
from sim.hazard.hazard import Hazard, HazardSpec, _start_spaces
from sim.model import ResponseModel
from sim.people.population import State

REPO = Path(__file__).resolve().parents[2]
PRODUCT = [
    path for root in ("sim", "buildings", "experiments") for path in sorted((REPO / root).rglob("*.py"))
]
PUBLIC_USES = {"lobby", "corridor", "cafeteria", "library", "gym", "auditorium", "classroom"}


def test_spec_has_exactly_three_fields() -> None:
    assert is_dataclass(HazardSpec)
    assert [field.name for field in fields(HazardSpec)] == ["duration", "rate", "dwell"]
    assert set(HazardSpec.__slots__) == {"duration", "rate", "dwell"}


def test_spec_takes_and_keeps_nothing_else() -> None:
    with pytest.raises(TypeError):
        HazardSpec(space="A101")  # type: ignore[call-arg]
    spec = HazardSpec()
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        spec.place = "A101"  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        spec.dwell = "other"  # type: ignore[misc]


def test_the_constructor_takes_no_place() -> None:
    assert list(inspect.signature(Hazard.__init__).parameters) == [
        "self",
        "incident",
        "spec",
        "on_move",
        "on_end",
    ]


def test_nothing_public_of_the_hazard_is_a_place() -> None:
    public = {name for name in vars(Hazard) if not name.startswith("_")}
    allowed = {"start", "stop", "is_in", "sight", "look_again", "walking_distances_m", "wing"}
    assert public <= allowed, f"new public names on Hazard: {public - allowed}"
    stored = {
        node.attr
        for node in ast.walk(ast.parse(inspect.getsource(hazard)))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    assert {name for name in stored if not name.startswith("_")} <= {"is_active", "injury_events"}


@pytest.mark.parametrize(
    "word", ["weapon", "aim", "target", "victim", "goal", "learn", "strategy", "behaviour"]
)
def test_no_identifier_of_the_hazard_is_one_of_an_adversary(word: str) -> None:
    tree = ast.parse(inspect.getsource(hazard))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert not [name for name in names if re.search(rf"(^|_){word}", name.lower())]


def test_a_stationary_hazard_exists_only_in_tests() -> None:
    """No subclass, no second spec, no switch that stops the walk."""
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base).rsplit(".")[-1] for base in node.bases}
                assert not bases & {"Hazard", "HazardSpec"}, f"{path}: {node.name}"
                assert (
                    node.name == "Hazard"
                    or not re.search("hazard|stationary", node.name, re.I)
                    or (path.name == "hazard.py" and node.name == "HazardSpec")
                ), f"{path}: {node.name}"


def test_only_hazard_py_touches_where_it_is() -> None:
    for path in PRODUCT:
        if path.name != "hazard.py":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"hazard\._(space|visible|moves)\b", text), (
                f"{path} reads the hazard's place"
            )


def test_the_product_builds_the_spec_with_its_defaults() -> None:
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("HazardSpec"):
                assert not node.args, f"{path}:{node.lineno}"
                assert not node.keywords, f"{path}:{node.lineno}"


def test_start_spaces_are_the_public_ones() -> None:
    uses = [
        "lobby",
        "corridor",
        "cafeteria",
        "library",
        "gym",
        "auditorium",
        "classroom",
        "classroom",
        "office",
    ]
    ids = [f"S{k}" for k in range(len(uses))]
    assert _start_spaces(uses, list(range(9)), ids) == list(range(8))


def test_no_edit_of_uses_narrows_the_start_below_eight() -> None:
    """A plan with seven public spaces (or one) falls back to all indoor spaces."""
    ids = [f"S{k}" for k in range(12)]
    for n_public in range(12):
        uses = ["classroom"] * n_public + ["office"] * (12 - n_public)
        chosen = _start_spaces(uses, list(range(12)), ids)
        assert len(chosen) >= 8
        assert len(chosen) == (n_public if n_public >= 8 else 12)


def test_order_of_the_file_does_not_change_the_start_list() -> None:
    ids = ["c", "a", "b", "e", "d", "f", "h", "g"]
    chosen = _start_spaces(["classroom"] * 8, list(range(8)), ids)
    assert [ids[row] for row in chosen] == sorted(ids)


def test_the_start_has_equal_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over many keys every public space of the elementary school starts about equally often."""
    from buildings.library import load
    from sim.streams import OpenDraws, RunKey, Stream

    plan = load("elementary")
    indoor = [k for k, space in enumerate(plan.spaces) if space.use != "outdoors"]
    spaces = _start_spaces([s.use for s in plan.spaces], indoor, [s.id for s in plan.spaces])
    n = 200 * len(spaces)
    counts = Counter(
        int(OpenDraws(RunKey(3, k)).u(Stream.HAZARD_START, "hazard") * len(spaces)) for k in range(n)
    )
    chi2 = sum((counts[k] - 200) ** 2 / 200 for k in range(len(spaces)))
    assert chi2 < len(spaces) + 5 * (2 * len(spaces)) ** 0.5
    assert {plan.spaces[row].use for row in spaces} <= PUBLIC_USES


def test_every_row_about_the_hazard_is_fixed() -> None:
    from sim.errors import FirstMinutesError
    from sim.given.parameters import ParameterTable

    table = ParameterTable.default()
    rows = [row for row in table if row.name.startswith("hazard.")]
    assert rows
    for row in rows:
        assert row.sweepable != "yes", row.name
        with pytest.raises(FirstMinutesError, match=re.escape(row.name)):
            table.with_values({row.name: 1.0})


def test_a_room_that_is_not_locked_at_the_start_need_not_be_the_hazards() -> None:
    """Where doors are always locked a few are not: 2 % of the doors, and in some runs with it in a hall.

    Else the one classroom that is not secured at the start would be where it starts, in any recording.
    """
    from sim.given.scenario import load_scenario

    unlocked = doors = others = 0
    for replicate in range(12):
        model = ResponseModel(
            load_scenario(building="high-school"), replicate=replicate, lock__type="always_locked"
        )
        nav, state = model.nav, model._incident.doors
        mine = set(nav.doors_of(model._hazard._space))
        rest = [d for d in nav.interior_doors if nav.can_lock[d] and nav.is_room_door[d] and d not in mine]
        open_now = [door for door in rest if not state.locked[door]]
        unlocked, doors, others = unlocked + len(open_now), doors + len(rest), others + bool(open_now)
    expected = 0.02 * doors  # drill.error_floor
    assert abs(unlocked - expected) < 4 * expected**0.5, (unlocked, doors)
    assert others >= 6


def test_what_a_class_does_does_not_tell_whether_its_doors_were_locked() -> None:
    """Where all doors but the start's are locked, a class that moves before it is secured is like all others.

    A review read the start off that: only the class behind unlocked doors was seen to move.
    """
    moved_first = starts = 0
    for replicate in range(4):
        model = ResponseModel(
            "elementary", "immediate-entry", rng=11, replicate=replicate, lock__type="always_locked"
        )
        home = model.column("home")
        moved: set[int] = set()
        secured: set[int] = set()
        for _ in range(90):
            model.step()
            state, space = model.column("state"), model.column("space")
            at_home = (space == home) & (home >= 0)
            secured_now = set(space[at_home & (state == State.SECURED)].tolist()) - secured
            first = {row for row in secured_now & moved if model.nav.use[row] == "classroom"}
            moved_first, starts = moved_first + len(first), starts + (model._hazard._space in first)
            moved |= set(space[at_home & (state == State.MOVING)].tolist()) - secured
            secured |= secured_now
    assert moved_first > 40
    assert starts <= 0.1 * moved_first


@pytest.mark.parametrize("lock", ["always_locked", "push_button"])
def test_the_classes_that_are_not_secured_in_the_end_do_not_point_at_the_start(lock: str) -> None:
    """Nobody locks in a hazard, but a class does so once it has gone.

    A review read the start off one picture, five minutes in: where one class only was not secured it was the
    start's in 33 of 33 runs of 100 with doors that are always locked, and in 21 of 32 with push buttons.
    """
    n, points_at_it, share = 40, 0, 0.0
    for replicate in range(n):
        model = ResponseModel("elementary", "audit-average", rng=11, replicate=replicate, lock__type=lock)
        start = model._hazard._space
        model.advance(300 * 20)
        state, space = model.column("state"), model.column("space")
        classes = [row for row in model.nav.spaces_of_use("classroom") if (space == row).any()]
        left = [row for row in classes if not (state[space == row] == State.SECURED).any()]
        if start in left:
            share += 1 / len(left)
            points_at_it += len(left) == 1
    assert points_at_it <= 0.1 * n
    assert share <= 0.15 * n
