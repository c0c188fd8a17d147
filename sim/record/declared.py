"""How an outcome is declared, once, in the room that makes it: title, unit, better side, harm or not.

A room declares its outcomes as fields of a frozen dataclass (`sim/response/outcomes.py` and its like); the
record of a run, columns, flags, SQL types and pages follow (`sim/view/outcome.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, get_args, get_type_hints

Kind = Literal["interval", "share", "count", "harm", "info"]
Better = Literal["lower", "higher"]


class Declared(NamedTuple):
    """What is said of an outcome where it is declared, beside its name and its type."""

    title: str
    unit: str
    kind: Kind
    better: Better | None
    needs_patient: bool = False


class OutcomeColumn(NamedTuple):
    """One outcome: its column name, unit, plain title, kind, which direction is better, and its type.

    `needs_patient` is whether it exists only in runs with a patient: how many those are is a level of harm.
    """

    name: str
    unit: str
    title: str
    kind: Kind
    better: Better | None
    type: type
    needs_patient: bool = False


def interval(title: str, *, needs_patient: bool = False) -> Declared:
    """Declare an interval (s), better the shorter, missing where its end did not come before the horizon."""
    return Declared(title, "s", "interval", "lower", needs_patient)


def share(title: str, better: Better | None = "higher") -> Declared:
    """Declare a share of the people (1)."""
    return Declared(title, "1", "share", better)


def count(title: str, unit: str, better: Better | None = "higher") -> Declared:
    """Declare a number of things."""
    return Declared(title, unit, "count", better)


def info(title: str, unit: str) -> Declared:
    """Declare what describes a run and is no outcome of a response."""
    return Declared(title, unit, "info", None)


def harm(title: str, unit: str, better: Better | None = "lower") -> Declared:
    """Declare a level of harm: given out for our own plans only, and for others as a difference."""
    return Declared(title, unit, "harm", better)


def columns_of(parts: Iterable[type]) -> tuple[OutcomeColumn, ...]:
    """Return the outcomes that some classes declare, in their order."""
    return tuple(
        OutcomeColumn(name, said.unit, said.title, said.kind, said.better, _number(hint), said.needs_patient)
        for part in parts
        for name, hint in get_type_hints(part, include_extras=True).items()
        for said in getattr(hint, "__metadata__", ())
        if isinstance(said, Declared)
    )


def _number(hint: Any) -> type:
    """Return `float` or `int`, whichever a field holds where it is not missing."""
    plain = get_args(hint)[0]
    return float if float in (plain, *get_args(plain)) else int
