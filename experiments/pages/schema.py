"""JSON Schema of the files that people write, for editors that complete and check."""

from __future__ import annotations

from typing import Any

from experiments.pages.lever_words import level_words, lever_words
from sim.given.levers import LEVERS, Lever, word
from sim.given.parameters import Parameter, ParameterTable, set_by
from sim.given.scenario_fields import AREAS, DAY_PARTS, MAX_HORIZON_S, VENUES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAME = {"type": "string", "minLength": 1, "description": "Label in tables and figures."}
_WORDS = {"type": "string", "description": "What it means, for a reader who was not in the room."}


def policy_json_schema() -> dict[str, Any]:
    """Return the schema of a policy file."""
    return {
        "$schema": _DIALECT,
        "title": "Response policy of First Minutes",
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {"name": _NAME, "plain_words": _WORDS, "levers": _levers()},
    }


def scenario_json_schema() -> dict[str, Any]:
    """Return the schema of a scenario file."""
    return {
        "$schema": _DIALECT,
        "title": "Scenario of First Minutes",
        "type": "object",
        "additionalProperties": False,
        "required": ["building"],
        "properties": {
            "name": _NAME,
            "plain_words": _WORDS,
            "building": {"type": "string", "description": "A building of ours, or the path of a plan file."},
            "venue": {"enum": list(VENUES)},
            "day_part": {"enum": list(DAY_PARTS)},
            "area": {"enum": list(AREAS)},
            "horizon_s": {"type": "number", "minimum": 1, "maximum": MAX_HORIZON_S},
            "arrival_minutes": {
                "type": "number",
                "minimum": min(low for low, _ in arrival_minutes().values()),
                "maximum": max(high for _, high in arrival_minutes().values()),
            },
            "parameters": _parameters(),
            "levers": _levers(),
        },
    }


def _levers() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _lever(lever) for name, lever in LEVERS.items()},
    }


def _lever(lever: Lever) -> dict[str, Any]:
    about = {"description": lever_words(lever.name), "default": lever.neutral}
    if lever.kind == "number":
        kind = "integer" if lever.is_whole else "number"
        return {"type": kind, "minimum": lever.low, "maximum": lever.high, **about}
    levels = []
    for level in lever.accepted:
        words = level_words(lever.name, level) or word(level)
        levels.append({"const": level, "description": words})
    return {"oneOf": levels, **about}


def _parameters() -> dict[str, Any]:
    """Return the rows that a scenario may change, with their ranges; entries of a table are named by both."""
    properties: dict[str, Any] = {}
    for name, row, entry in settable_rows():
        described: dict[str, Any] = {"type": "number", "description": f"{row.unit}; {row.source}"}
        allowed = row.allowed_range(entry)
        if allowed is not None:
            described |= {"minimum": allowed[0], "maximum": allowed[1]}
        properties[name] = described
    return {"type": "object", "additionalProperties": False, "properties": properties}


def settable_rows() -> list[tuple[str, Parameter, str]]:
    """Return name, row and entry (nothing but in a table) of each number that a scenario may change."""
    found = []
    for row in ParameterTable.default():
        if set_by(row) == "scenario":
            entries = list(row.values) if row.distribution == "table" else [""]
            found += [(f"{row.name}.{entry}" if entry else row.name, row, entry) for entry in entries]
    return found


def arrival_minutes() -> dict[str, tuple[float, float]]:
    """Return within which minutes an agency's own median lies, by level of `patrol.response`."""
    table = ParameterTable.default()
    rows = {"fast": "patrol.response_total", "slow": "patrol.response_total_slow"}
    ranges = {level: table.row(name).allowed_range() for level, name in rows.items()}
    return {level: (found[0] / 60, found[1] / 60) for level, found in ranges.items() if found}
