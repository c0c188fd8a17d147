"""Tests mirror the rooms: whoever looks for the tests of a file finds them beside its name."""

from __future__ import annotations

from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
ROOMS = ("buildings", "sim", "experiments")
OTHER = {
    "baseline": "what runs gave when their results were last meant to change",
    "browser": "pages in a real Chromium",
    "cases": "inputs after faults that others reported in public",
    "closed_forms": "answers worked out by hand",
    "docs": "what pages and the repository itself promise",
    "scope": "one file per group of rules of docs/scope.md",
    "tools": "what tests and make use",
    "whole": "the whole model at once",
}
"""Folders of tests that mirror no room, and what they are for."""
WHOLE = {"test_invariance.py", "test_real_study.py"}
"""Tests of the whole model, which belong to no single file."""

MIRRORED = sorted(path for room in ROOMS for path in (REPO / "tests" / room).rglob("test_*.py"))


def named_after(test: Path) -> bool:
    """Tell whether a test has the name of a module of its room or of the room, perhaps with an aspect."""
    folder = test.parent.relative_to(REPO / "tests")
    names = {path.stem.strip("_") for path in (REPO / folder).iterdir()} | {folder.name}
    words = test.stem.removeprefix("test_").split("_")
    return any("_".join(words[:n]) in names for n in range(1, len(words) + 1))


@pytest.mark.parametrize("test", MIRRORED, ids=lambda path: path.relative_to(REPO).as_posix())
def test_a_test_file_is_named_after_its_module(test):
    room = REPO / test.parent.relative_to(REPO / "tests")
    assert room.is_dir(), f"{test}: there is no room {room}; tests lie where their module lies"
    assert named_after(test), (
        f"{test}: name it test_MODULE.py or test_MODULE_ASPECT.py after a file of {room.relative_to(REPO)}"
    )


def test_other_folders_of_tests_are_few_and_known():
    found = {path.name for path in (REPO / "tests").iterdir() if any(path.rglob("test_*.py"))}
    assert found <= {*ROOMS, *OTHER}, f"name what it is for, or mirror a room: {found - {*ROOMS, *OTHER}}"
    assert {path.name for path in (REPO / "tests" / "whole").glob("test_*.py")} == WHOLE


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("sim/kernels/test_jit.py", True),
        ("sim/kernels/test_movement_properties.py", True),
        ("sim/crowd/test_crowd.py", True),
        ("sim/kernels/test_move.py", False),
        ("sim/crowd/test_levers.py", False),
    ],
)
def test_the_rule_itself(name, good):
    assert named_after(REPO / "tests" / name) == good
