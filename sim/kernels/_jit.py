"""The one decorator for compiled functions. What it compiles is kept by `sim.kernels._cache`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numba

from sim.kernels._cache import COMPILATION, KernelCache

P = ParamSpec("P")
R = TypeVar("R")

IS_ON = not getattr(numba.config, "DISABLE_JIT")  # noqa: B009 (untyped module)
"""False under NUMBA_DISABLE_JIT: kernels are then plain Python, wrap no integers and are far too slow."""


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


def inlined_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a part of a longer kernel that takes a compiled plan: as `kernel`, and put into its callers.

    LLVM does so by itself with helpers that take numbers; a call with a plan costs more than what it does.
    """
    return _compiled(function, counts_references=False, forceinline=True)


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


def _compiled(
    function: Callable[P, R], *, counts_references: bool, forceinline: bool = False
) -> Callable[P, R]:
    """Compile; callees do not inherit the option, because every kernel states it."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": counts_references}
    options["forceinline"] = forceinline
    dispatcher: Any = numba.njit(**options)(function)
    if IS_ON:
        dispatcher._cache = KernelCache(function)  # as `cache=True` does, with the folder that we choose
        COMPILATION.total += 1
    compiled: Callable[P, R] = dispatcher
    return compiled
