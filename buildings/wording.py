"""Words for what is wrong with a plan file: where, what was found, what is allowed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from buildings.errors import PlanError
from buildings.plan import Connector, ConnectorEnd, Door, FloorPlan, Level, Lock, Space, Wall, Zone

_MOST = 12
"""So many problems of a file are listed; more would hide the first."""


def problems_of(where: str, problems: list[str]) -> PlanError:
    """Return one error for all problems, in characters that every terminal and file can hold."""
    more = f" (and {len(problems) - _MOST} more)" if len(problems) > _MOST else ""
    text = f"{where}: " + "; ".join(problems[:_MOST]) + more
    return PlanError(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def sentence(error: Any, content: dict[str, Any]) -> str:
    """Turn one problem that pydantic found into a sentence: where, what was found, what is allowed."""
    place = _place(error["loc"], content)
    if error["type"] == "extra_forbidden":
        key = str(error["loc"][-1])
        near = get_close_matches(key, _keys(error["loc"]), n=1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        return f"[W06] {place}: unknown key '{key}'; remove it{hint}"
    if error["type"] == "missing":
        return f"[E03] {place}: this field is missing; add it"
    found = repr(error.get("input"))
    return f"[E03] {place}: found {found[:60]}, but {error['msg'][0].lower()}{error['msg'][1:]}"


def _place(loc: tuple[int | str, ...], content: dict[str, Any]) -> str:
    """Return the path to a field, with the id of the space, door or other part that it belongs to."""
    path = ".".join(str(part) for part in loc)
    if len(loc) >= 2 and isinstance(loc[1], int):
        part = content[str(loc[0])][loc[1]]
        if isinstance(part, dict) and isinstance(part.get("id"), str):
            return f"{path} (id '{part['id']}')"
    return path


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are allowed where one was not known."""
    parts: dict[str, type[BaseModel]] = {
        "levels": Level,
        "spaces": Space,
        "doors": Door,
        "connectors": Connector,
        "zones": Zone,
        "walls": Wall,
    }
    nested: dict[str, type[BaseModel]] = {"lock": Lock, "ends": ConnectorEnd}
    part = parts.get(str(loc[0]), FloorPlan) if len(loc) > 1 else FloorPlan
    model = nested.get(str(loc[2]), part) if len(loc) > 3 else part
    return [field.alias or name for name, field in model.model_fields.items()]
