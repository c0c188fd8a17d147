"""The single fields of a scenario: what each may be, and what is said of a value that is not allowed.

The same checks serve a file and `Scenario.with_`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.errors import ScenarioError, closest
from sim.given.toml_files import flatten

DAY_PARTS = ("class", "passing", "lunch", "before_school", "after_school", "evening_event", "night")
AREAS = ("urban", "rural")
MAX_HORIZON_S = 7 * 24 * 3600.0
VENUES = ("elementary", "high")


def _one_of(key: str, value: object, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise ScenarioError(
            f"{where}: `{key}` is {value!r}; allowed are {', '.join(allowed)}.{closest(str(value), allowed)}"
        )
    return str(value)


def horizon_s(value: object, where: str) -> float:
    """Return the seconds after which a run is cut."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1.0 <= value <= MAX_HORIZON_S:
        raise ScenarioError(
            f"{where}: `horizon_s` is {value!r}; give seconds between 1 and {MAX_HORIZON_S:.0f}."
        )
    return float(value)


def arrival_s(value: object, where: str) -> float:
    """Return an agency's own median from report to arrival (s), given in minutes."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 < value <= 600.0:
        raise ScenarioError(
            f"{where}: `arrival_minutes` is {value!r}; give the median minutes from report to arrival, "
            "above 0 and up to 600."
        )
    return 60.0 * float(value)


def text(key: str, value: object, where: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise ScenarioError(f"{where}: `{key}` is {value!r}; give a text in quotes.")
    return value


def table(key: str, content: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return a table of the file with its names flattened."""
    value = content.get(key, {})
    if not isinstance(value, dict):
        raise ScenarioError(f"{where}: `{key}` is {value!r}; write a table `[{key}]` with one name per line.")
    return flatten(value)


def venue(value: object, where: str) -> str:
    """Return a venue."""
    return _one_of("venue", value, VENUES, where)


def day_part(value: object, where: str) -> str:
    """Return a part of the day."""
    return _one_of("day_part", value, DAY_PARTS, where)


def area(value: object, where: str) -> str:
    """Return an area."""
    return _one_of("area", value, AREAS, where)


CHECKS: dict[str, Callable[[object, str], object]] = {
    "venue": venue,
    "day_part": day_part,
    "area": area,
    "horizon_s": horizon_s,
}
"""Checks of single fields by their names."""
