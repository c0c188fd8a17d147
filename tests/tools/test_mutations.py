"""The mutation tool changes what it says and nothing else."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest


def _load() -> Any:
    path = Path(__file__).with_name("mutations.py")
    spec = importlib.util.spec_from_file_location("mutations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutations"] = module
    spec.loader.exec_module(module)
    return module


mutations = _load()


def _changed(source: str) -> list[tuple[str, str]]:
    found = mutations.find_mutations("x.py", source, range(1, source.count("\n") + 2))
    return [(m.kind, m.apply(source)) for m in found]


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [
        ("a = b < c\n", "comparison", "a = (b >= c)\n"),
        ("a = b in c\n", "comparison", "a = (b not in c)\n"),
        ("a = b + c\n", "arithmetic", "a = (b - c)\n"),
        ("a -= c\n", "arithmetic", "a += c\n"),
        ("a = 4\n", "constant", "a = (5)\n"),
        ("a = True\n", "boolean", "a = (False)\n"),
        ("a = b and c\n", "boolean", "a = (b or c)\n"),
        ("a = not b\n", "boolean", "a = (b)\n"),
        ("def f():\n    return a\n", "return value", "def f():\n    return None\n"),
    ],
)
def test_each_kind(source: str, kind: str, expected: str) -> None:
    assert _changed(source) == [(kind, expected)]


@pytest.mark.parametrize(
    "source",
    [
        '"""Doc 1."""\n',
        "def f(a: Literal[1]) -> Literal[2]:\n    pass\n",
        "@cache(3)\ndef f():\n    pass\n",
        'raise ValueError(f"{a + 1} of {4}")\n',
        "def f():\n    return None\n",
        'a = "text" + b\n',
        "if TYPE_CHECKING:\n    a = 1\n",
    ],
)
def test_what_cannot_matter_is_left_alone(source: str) -> None:
    assert _changed(source) == []


def test_only_the_given_lines() -> None:
    source = "a = 1\nb = 2\nc = 3\n"
    assert [m.line for m in mutations.find_mutations("x.py", source, {2})] == [2]


def test_letters_beyond_ascii_do_not_shift_the_change() -> None:
    assert _changed('a = ("é", 1)\n') == [("constant", 'a = ("é", (2))\n')]


def test_every_mutation_of_this_file_is_python() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    changed = _changed(source)
    assert len(changed) > 10
    for _, text in changed:
        assert text != source
        ast.parse(text)
