"""The shipped buildings: synthetic plans, read from the files beside this one."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from buildings.plan import FloorPlan

_SUFFIX = ".plan.json"


def names() -> list[str]:
    """Return the names of the shipped buildings."""
    found = (entry.name for entry in files(__name__).iterdir() if entry.name.endswith(_SUFFIX))
    return sorted(name.removesuffix(_SUFFIX) for name in found)


@lru_cache(maxsize=8)
def load(name: str) -> FloorPlan:
    """Return a shipped plan by its name (`names()` lists them)."""
    text = files(__name__).joinpath(f"{name}{_SUFFIX}").read_text(encoding="utf-8")
    return FloorPlan.model_validate(json.loads(text))
