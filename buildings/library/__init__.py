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


@lru_cache(maxsize=1)
def _hashes() -> frozenset[str]:
    return frozenset(load(name).content_hash() for name in names())


def is_library_plan(plan: FloorPlan) -> bool:
    """Tell whether a plan is one of the shipped ones: by its content hash, never by a flag."""
    return type(plan) is FloorPlan and is_library_hash(plan.content_hash())


def is_library_hash(content_hash: object) -> bool:
    """Tell whether a content hash, as a results folder keeps it, is that of a shipped plan."""
    return isinstance(content_hash, str) and content_hash in _hashes()
