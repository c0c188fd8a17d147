"""TOML files that people write: read, and say in one sentence what is wrong with one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Flatten nested TOML tables: `entry.policy = "x"` unquoted is a table in TOML, and means one lever."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(flatten(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


SCENARIO_ONLY = ("building", "venue", "day_part", "area", "horizon_s", "arrival_minutes", "parameters")
"""Keys that only a scenario has: a policy and a scenario are told apart by them."""


def refuse_policy(content: Mapping[str, Any], where: str) -> None:
    """Refuse a policy that is given as a scenario: its levers would be put under every policy alike.

    Raises
    ------
    ScenarioError
        If a file has what a policy has, and nothing that only a scenario has.
    """
    if set(content) <= {"name", "plain_words", "levers"}:
        raise ScenarioError(
            f"{where}: this is a policy, since it has no `building` and nothing else of a scenario; give it "
            "as the policy (--policies)."
        )


def read_toml(path: Path, error: type[Exception]) -> dict[str, Any]:
    """Read a TOML file, turning what can go wrong into one sentence of the given error class."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise error(f"{path}: there is no such file; check the path.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise error(
            f"{path}: the file cannot be read ({problem}); it must be a text file in UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise error(f"{path}: this is not valid TOML: {problem}; correct that line.") from None
