"""The parameter table: every number of the model, and which of them may be changed.

The numbers are data (`sim/data/parameters.csv`, and `assumptions.csv` for those the sources lack). Only
rows marked sweepable can be overridden or swept; every other row is fixed and an override is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from json import dumps
from numbers import Real
from typing import overload

import numpy as np
from numpy.typing import NDArray

from sim.errors import ParameterError, closest, together
from sim.given.distribution import CENTRAL, Parameter, parse_row
from sim.given.names import ParameterName, TableName
from sim.given.rows import csv_rows, lever_rows

_SET_BY_LEVER = {row["sets"]: name for name, row in lever_rows().items() if row["sets"]}
"""Parameters whose central value is the level of a lever."""

UNREAD = frozenset(
    {
        "move.stair_child",
    }
)
"""Sweepable rows that no submodel reads: an override would silently change nothing, so it is refused.

`move.stair_child` is of children of three to six, younger than any pupil here; it stands beside the model as
a check: the speed of elementary pupils times the factors of stairs lies in its range.
"""


class ParameterTable:
    """A frozen table of parameters.

    Parameters
    ----------
    rows : mapping of str to Parameter
        Rows by name.
    changed : mapping of str to float
        Central values that were overridden; they are part of a scenario's fingerprint.
    """

    def __init__(self, rows: Mapping[str, Parameter], changed: Mapping[str, float] | None = None) -> None:
        self._rows = dict(rows)
        self.changed: dict[str, float] = dict(changed or {})

    def __deepcopy__(self, memo: object) -> ParameterTable:
        """Return the table itself: it is frozen, and copies of a model share it."""
        return self

    @staticmethod
    def default() -> ParameterTable:
        """Return the shipped table."""
        return ParameterTable(_shipped())

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._rows.values())

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    @property
    def rows(self) -> dict[str, Parameter]:
        """Every row by name, in the order of the file."""
        return dict(self._rows)

    def row(self, name: str) -> Parameter:
        """Return a row.

        Raises
        ------
        ParameterError
            If there is no such parameter.
        """
        try:
            return self._rows[name]
        except KeyError:
            raise ParameterError(
                f"there is no parameter '{name}'.{closest(name, self._rows)} The names are those of "
                "sim/data/parameters.csv."
            ) from None

    def value(self, name: ParameterName) -> float:
        """Return the central value in the parameter's unit."""
        row = self.row(name)
        if row.distribution not in CENTRAL:
            raise ParameterError(f"parameter '{name}' is a {row.distribution} and has no single value.")
        return row.central

    def table(self, name: TableName, key: str) -> float:
        """Return one entry of a table row."""
        row = self.row(name)
        if row.distribution != "table" or key not in row.values:
            raise ParameterError(f"parameter '{name}' has no entry '{key}'; it has {', '.join(row.values)}.")
        return row.values[key]

    @overload
    def quantile(self, name: ParameterName, u: float) -> float: ...
    @overload
    def quantile(self, name: ParameterName, u: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def quantile(self, name: ParameterName, u: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
        """Return the quantile of a drawn parameter at u, a number or an array of the shape of u."""
        out = self.row(name).quantile(np.asarray(u, dtype=np.float64))
        return float(out) if np.ndim(u) == 0 else out

    def with_values(self, values: Mapping[str, object], where: str = "") -> ParameterTable:
        """Return a table with other central values of sweepable rows.

        Parameters
        ----------
        values : mapping of str to number
            Central values by name; `<table>.<entry>` names one entry of a table.
        where : str
            File or option that the values come from, for the messages.

        Raises
        ------
        ParameterError
            If a row is unknown or fixed, or a value is impossible.
        """
        rows, place = dict(self._rows), f"{where}: " if where else ""
        wrong = []
        for name, value in values.items():
            if name in self.changed and name in _shipped():
                rows[name] = _shipped()[name]  # the last value counts, to the bit, whatever stood before
            try:
                changed = self._changed(rows, name, value)
            except ParameterError as error:
                wrong.append(f"{place}{error}")
                continue
            rows[changed.name] = changed
        if wrong:
            raise ParameterError(together(wrong))
        return ParameterTable(rows, {**self.changed, **{name: float(str(v)) for name, v in values.items()}})

    def _changed(self, rows: Mapping[str, Parameter], name: str, value: object) -> Parameter:
        """Return the row that an override makes of the present one."""
        table, _, entry = name.rpartition(".")
        is_entry = name not in rows and table in rows and rows[table].distribution == "table"
        row = rows[table] if is_entry else self._in(rows, name)
        refuse_if_fixed(row)
        refuse_if_set_elsewhere(row, is_entry=is_entry)
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ParameterError(f"parameter '{name}' needs a number ({row.unit}), but got {value!r}.")
        number = float(value)
        if is_entry and entry not in row.values:
            entries = ", ".join(row.values)
            raise ParameterError(
                f"parameter '{table}' has no entry '{entry}'; it has {entries}.{closest(entry, row.values)}"
            )
        reason = row.impossible(number) or _beyond(row, number, entry if is_entry else "")
        if reason:
            usual = _usual(row, entry if is_entry else "")
            raise ParameterError(f"parameter '{name}' cannot be {number:g} {row.unit}: {reason}; {usual}.")
        if not is_entry:
            return row.with_central(number)
        return replace(row, values={**row.values, entry: number})

    def _in(self, rows: Mapping[str, Parameter], name: str) -> Parameter:
        return rows[name] if name in rows else self.row(name)

    def fingerprint(self) -> str:
        """Return a hash of every number in the table; words and sources do not count."""
        content = {row.name: dict(row.values) for row in self}
        return sha256(dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _beyond(row: Parameter, number: float, entry: str) -> str:
    """Say that a number lies outside the range of its row, or nothing (docs/scope.md, rule 3)."""
    allowed = row.allowed_range(entry)
    if allowed is None or allowed[0] <= number <= allowed[1]:
        return ""
    return "it lies outside of its range"


def _usual(row: Parameter, entry: str) -> str:
    """Return the shipped value as a suggestion beside an impossible one."""
    allowed = row.allowed_range(entry)
    bounds = "" if allowed is None else f" (from {allowed[0]:g} to {allowed[1]:g})"
    return f"the shipped table has {row.values[entry] if entry else row.central:g}{bounds}"


def set_by(row: Parameter) -> str:
    """Return how a row can be set: "scenario", "lever <name>", "fixed", or "unused" by this version."""
    if row.name.startswith("hazard.") or row.sweepable != "yes":
        return "fixed"
    if row.name in _SET_BY_LEVER or row.role == "choice":
        return f"lever {_SET_BY_LEVER.get(row.name, row.name)}"
    return "unused" if row.name in UNREAD else "scenario"


def refuse_if_fixed(row: Parameter) -> None:
    """Refuse a row that may be neither overridden nor swept, by name.

    Raises
    ------
    ParameterError
        If the row is fixed.
    """
    if row.name.startswith("hazard."):
        raise ParameterError(
            f"parameter '{row.name}' belongs to the hazard, which is fixed: only the response can be changed."
        )
    if row.sweepable != "yes":
        raise ParameterError(
            f"parameter '{row.name}' is fixed (not sweepable) and cannot be overridden; "
            "`firstminutes parameters` shows the rows that can."
        )


def refuse_if_set_elsewhere(row: Parameter, *, is_entry: bool = False) -> None:
    """Refuse a row that one number cannot override: a lever sets it, nothing reads it, or it is a table.

    Raises
    ------
    ParameterError
        If it is set elsewhere; the sentence says where.
    """
    how = set_by(row)
    if how.startswith("lever "):
        lever = how.removeprefix("lever ")
        raise ParameterError(f"'{row.name}' is a policy choice: set the lever '{lever}' in a policy instead.")
    if how == "unused":
        raise ParameterError(f"parameter '{row.name}' is not used by the model in this version.")
    if row.distribution == "table" and not is_entry:
        example = f"{row.name}.{next(iter(row.values))}"
        raise ParameterError(
            f"parameter '{row.name}' is a table: name one of its entries, such as '{example}'."
        )


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Parameter]:
    rows: dict[str, Parameter] = {}
    for row in (*csv_rows("parameters.csv"), *csv_rows("assumptions.csv")):
        parameter = parse_row(row)
        rows[parameter.name] = parameter
    return rows


__all__ = ["Parameter", "ParameterTable", "refuse_if_fixed", "refuse_if_set_elsewhere", "set_by"]
