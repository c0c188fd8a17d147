"""What the files of the model draw and read, found in their source."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import sim
from sim.given.levers import LEVERS
from sim.given.parameters import ParameterTable, set_by

SIM = Path(sim.__file__).parent
"""The folder of the model."""

_TABLES_OF_NAMES = frozenset({"parameters.py", "distribution.py", "levers.py", "names.py", "streams.py"})
"""Files that list names instead of reading what they name."""


@lru_cache(maxsize=1)
def sources() -> dict[str, str]:
    """Return the text of every file of `sim` that may hold a mechanism, by its path in there."""
    texts = {
        path.relative_to(SIM).as_posix(): path.read_text(encoding="utf-8")
        for path in SIM.rglob("*.py")
        if "kernels" not in path.parts and path.name not in _TABLES_OF_NAMES
    }
    return dict(sorted(texts.items()))


def summary(name: str) -> str:
    """Return the first sentence of a file's docstring."""
    words = ast.get_docstring(ast.parse(sources()[name])) or ""
    return words.split("\n\n")[0].replace("\n", " ")


def streams_of(name: str) -> list[str]:
    """Return the random decisions that a file takes."""
    return sorted(set(re.findall(r"\bStream\.([A-Z_]+)\b", sources()[name])))


def quoted_in(name: str, words: list[str]) -> list[str]:
    """Return those of some names that a file has in quotes, in their own order."""
    return [word for word in words if f'"{word}"' in sources()[name]]


def levers_of(name: str) -> list[str]:
    """Return the levers that a file reads."""
    return quoted_in(name, list(LEVERS))


def parameters_of(name: str) -> list[str]:
    """Return the rows of the parameter table that a file reads; those of policy choices count as levers."""
    return quoted_in(name, [row.name for row in ParameterTable.default() if row.role != "choice"])


def readers(word: str) -> list[str]:
    """Return the files that read a lever or a parameter; for what a lever sets, those that read the lever."""
    table = ParameterTable.default()
    how = set_by(table.row(word)) if word in table else ""
    found = [name for name in sources() if quoted_in(name, [word])]
    lever = how.removeprefix("lever ")
    return found or [name for name in sources() if lever in LEVERS and quoted_in(name, [lever])]


def link(name: str) -> str:
    """Return a link from docs/ODD.md to a file of `sim`."""
    return f"[{name}](../sim/{name})"
