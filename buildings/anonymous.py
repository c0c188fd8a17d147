"""A plan without what tells which building it is: names, numbers, its place on earth, its source."""

from __future__ import annotations

from typing import Any

from buildings.plan import OUT, FloorPlan

_NAME = "Anonymous plan"


def anonymised(plan: FloorPlan) -> FloorPlan:
    """Return a plan without names, door numbers, georeference, grid and source; every id is a plain count.

    The outlines stay as they are: who knows the building still knows it. It remains a plan from outside.

    Parameters
    ----------
    plan : FloorPlan
        Any plan.
    """
    content = plan.as_file()
    new = {
        kind: {part["id"]: f"{letter}{number}" for number, part in enumerate(content[kind], 1)}
        for kind, letter in (
            ("levels", "L"),
            ("spaces", "R"),
            ("doors", "D"),
            ("connectors", "S"),
            ("zones", "Z"),
        )
    }
    spaces = {**new["spaces"], OUT: OUT}
    for kind, names in new.items():
        for part in content[kind]:
            part["id"] = names[part["id"]]
            part.pop("name", None)
            part.pop("number", None)
            _refer(part, new["levels"], spaces)
    if isinstance(content["walls"], list):
        for wall in content["walls"]:
            wall["level"] = new["levels"][wall["level"]]
    for key in ("georef", "grid"):
        content.pop(key, None)
    content["name"] = _NAME
    content["fictional"] = False
    content["source"] = {"made_by": "anonymise", "warnings": []}
    return FloorPlan.model_validate(content)


def _refer(part: dict[str, Any], levels: dict[str, str], spaces: dict[str, str]) -> None:
    """Rename what a part refers to; in place."""
    if "level" in part:
        part["level"] = levels[part["level"]]
    if "between" in part:
        part["between"] = [spaces[side] for side in part["between"]]
    for key in ("from", "key_from"):
        if part.get("lock"):
            part["lock"][key] = [spaces[side] for side in part["lock"].get(key, ())]
    for end in part.get("ends", ()):
        end["level"], end["space"] = levels[end["level"]], spaces[end["space"]]
    if isinstance(part.get("spaces"), list):
        part["spaces"] = [spaces[name] for name in part["spaces"]]
