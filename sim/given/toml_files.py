"""TOML files that people write: read, and say in one sentence what is wrong with one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Flatten nested TOML tables: `entry.policy = "x"` unquoted is a table in TOML, and means one lever."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(flatten(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


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
