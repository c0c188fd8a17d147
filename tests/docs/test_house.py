"""The house stays readable: few rooms at the top, files and functions that fit, no ring of imports."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.tools import rooms

REPO = Path(__file__).resolve().parents[2]
MAX_ROOMS, MAX_LINES, MAX_FUNCTION_LINES = 24, 350, 60
FILES = sorted((REPO / "sim").rglob("*.py"))

LONG_FILES: dict[str, int] = {}
"""Files of `sim/` that are longer still, and how long: this list only gets shorter."""
LONG_FUNCTIONS: dict[str, int] = {
    "sim/kernels/stepping.py::plan_steps": 183,
}
"""Functions of `sim/` that are longer still, and how long: this list only gets shorter."""


def name_of(path):
    return path.relative_to(REPO).as_posix()


def functions():
    """Yield the name and the lines of every function of `sim/`, without its decorators."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}::{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_are_few_rooms_at_the_top():
    top = {path.name for path in (REPO / "sim").iterdir() if path.name not in ("__pycache__", "__init__.py")}
    assert len(top) <= MAX_ROOMS, sorted(top)


def test_no_room_imports_one_above_it():
    """A ring of imports between rooms has no top; the order itself is held by import-linter (`make lint`)."""
    assert rooms.picture().splitlines()[-1].startswith("kernels ")


def test_no_file_is_longer_than_one_sitting():
    found = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    too_long = {name: lines for name, lines in found.items() if lines > MAX_LINES}
    grown = {name: lines for name, lines in too_long.items() if lines > LONG_FILES.get(name, 0)}
    assert not grown, (
        f"longer than {MAX_LINES} lines, or than before: {grown}; give each idea a file of its own"
    )
    assert not set(LONG_FILES) - set(too_long), "no longer too long: take it off the list LONG_FILES"


def test_no_function_is_longer_than_a_screen():
    too_long = {name: lines for name, lines in functions() if lines > MAX_FUNCTION_LINES}
    grown = {name: lines for name, lines in too_long.items() if lines > LONG_FUNCTIONS.get(name, 0)}
    assert not grown, f"over {MAX_FUNCTION_LINES} lines, or longer than before: {grown}; name its parts"
    assert not set(LONG_FUNCTIONS) - set(too_long), "no longer too long: take it off the list LONG_FUNCTIONS"
