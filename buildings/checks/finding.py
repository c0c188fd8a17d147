"""One problem of a plan, as a sentence that a planner can act on."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """One problem: code, severity, a sentence with what to do, the ids concerned and where (m)."""

    code: str
    severity: Literal["E", "W"]
    message: str
    ids: tuple[str, ...] = ()
    at: tuple[float, float] | None = None


def error(
    code: str, message: str, ids: tuple[str, ...] = (), at: tuple[float, float] | None = None
) -> Finding:
    """Return a finding that refuses the plan."""
    return Finding(code, "E", message, ids, at)


def warning(
    code: str, message: str, ids: tuple[str, ...] = (), at: tuple[float, float] | None = None
) -> Finding:
    """Return a finding to look at."""
    return Finding(code, "W", message, ids, at)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Return quoted names, the first few of them."""
    names = list(names)
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def near(name: str, known: Iterable[str]) -> str:
    """Return a question that suggests the known name most like a wrong one, or nothing."""
    match = get_close_matches(name, list(known), n=1)
    return f" Did you mean '{match[0]}'?" if match else ""


def place(level: str, at: tuple[float, float]) -> str:
    """Return a place in words: the level and the coordinates (m)."""
    return f"on level '{level}' at ({at[0]:.2f}, {at[1]:.2f})"
