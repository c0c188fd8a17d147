"""The one decorator for compiled functions, and the folder that holds what was compiled.

Numba's cache key sees neither edits in other files that a kernel calls nor module constants, so stale
code can run. The folder is therefore named by a hash of all kernel sources: any edit means a new folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def source_hash(folder: Path | None = None) -> str:
    """Return a hash of all kernel sources (16 hex digits)."""
    digest = hashlib.sha256()
    for path in sorted((folder or Path(__file__).parent).glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder for compiled code and compiled plans (`FIRSTMINUTES_CACHE` overrides it)."""
    chosen = os.environ.get("FIRSTMINUTES_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "firstminutes"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "firstminutes"


SOURCE_HASH = source_hash()

import numba  # noqa: E402  (its cache folder is set right below, before anything is compiled)

setattr(numba.config, "CACHE_DIR", str(cache_folder() / f"numba-{SOURCE_HASH}"))  # noqa: B010 (untyped module)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function: cached, without the GIL, float64 without fastmath, no parallel loops.

    float32 and fastmath were measured to buy nothing here and cost reproducible sums.

    The function makes no arrays (`allocating_kernel` may), so references need no counting. Numba counts one,
    atomically, for every array of a NamedTuple at every call: with a compiled plan, people and work that was
    a third of the time of a lockdown. A kernel that makes an array after all does not compile.
    """
    return _compiled(function, counts_references=False)


def allocating_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes arrays: as `kernel`, with references counted."""
    return _compiled(function, counts_references=True)


def machine_code(function: Callable[P, R], *arguments: Any) -> Callable[P, R]:
    """Return what a kernel compiles to for arguments of these types, to be called with no others.

    From Python a kernel looks up the type of every array in every NamedTuple at every call; with a compiled
    plan, people and work that is 10 of 13 microseconds. This looks once. The caller promises that all later
    arguments have the same types: nothing checks it any more.
    """
    dispatcher: Any = function
    type_of: Callable[[Any], Any] = numba.typeof
    types = tuple(type_of(argument) for argument in arguments)
    dispatcher.compile(types)  # from the cache, if it is there
    code: Callable[P, R] = dispatcher.get_overload(types)
    return code


def _compiled(function: Callable[P, R], *, counts_references: bool) -> Callable[P, R]:
    """Compile; callees do not inherit the option, because every kernel states it."""
    options: dict[str, Any] = {
        "cache": True,
        "nogil": True,
        "error_model": "numpy",
        "_nrt": counts_references,
    }
    compiled: Callable[P, R] = numba.njit(**options)(function)
    return compiled
