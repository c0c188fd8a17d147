"""Response levers: what a planner may choose, with the levels, the neutral level and the possible range.

The rows are data (`data/policy_levers.csv`). Whatever is not a response lever is refused by name: the hazard,
a room, a door, a level of a building, a block of the study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import cast

from sim.errors import ParameterError, PolicyError, closest, together
from sim.given.names import LeverName
from sim.given.parameters import ParameterTable, refuse_if_fixed, refuse_if_set_elsewhere
from sim.given.rows import lever_rows, parts_of

Level = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Lever:
    """One response lever: its row of the lever table.

    Parameters
    ----------
    levels : tuple
        Levels of the lever table; for a number these are the levels that a sweep uses.
    also : tuple
        Levels that a policy may set and no study of all levers does: roles of the model beside them.
    neutral : str, float or bool
        The level of the baseline.
    kind : str
        "choice" or "number".
    low, high : float or None
        Possible range of a number.
    is_whole : bool
        Whether its number counts something.
    """

    name: LeverName
    levels: tuple[Level, ...]
    also: tuple[Level, ...]
    neutral: Level
    unit: str
    kind: str
    low: float | None
    high: float | None
    is_whole: bool
    outcomes: tuple[str, ...]
    direction: str

    @property
    def accepted(self) -> tuple[Level, ...]:
        """Levels that a policy may set; of a number those of the lever table, which stand for its range."""
        return (*self.levels, *self.also)

    @property
    def span(self) -> tuple[float, float] | None:
        """Lowest and highest level of the lever table: a sweep of a number stays within them."""
        if self.kind != "number":
            return None
        return min(map(float, self.levels)), max(map(float, self.levels))

    def accept(self, value: object, where: str) -> Level:
        """Return the value as a level of this lever.

        Raises
        ------
        PolicyError
            If it is not one; `where` says in which file or option it stood.
        """
        return self._number(value, where) if self.kind == "number" else self._choice(value, where)

    def _number(self, value: object, where: str) -> Level:
        if isinstance(value, bool) or not isinstance(value, Real):
            raise PolicyError(
                f"{where}: lever '{self.name}' is {value!r}, but it needs a number ({self.unit}), such as "
                f"{self.neutral:g}."
            )
        number, low, high = float(value), self.low or 0.0, self.high or 0.0
        if not low <= number <= high:
            raise PolicyError(
                f"{where}: lever '{self.name}' is {number:g} ({self.unit}); allowed is {low:g} to {high:g}."
            )
        if not self.is_whole:
            return number
        if number != int(number):
            raise PolicyError(f"{where}: lever '{self.name}' is {number:g}; allowed is a whole number.")
        return int(number)

    def _choice(self, value: object, where: str) -> Level:
        allowed = self.accepted
        for level in allowed:
            if level == value and isinstance(level, bool) == isinstance(value, bool):
                return level
            if isinstance(level, bool) and value == word(level):  # as a command line gives it
                return level
        words = [word(level) for level in allowed]
        raise PolicyError(
            f"{where}: lever '{self.name}' has no level {value!r}; allowed are {', '.join(words)}."
            f"{closest(str(value), words)}"
        )


def word(level: Level) -> str:
    """Return a level as a policy file writes it."""
    return (
        str(level).lower()
        if isinstance(level, bool)
        else f"{level:g}"
        if not isinstance(level, str)
        else level
    )


def _lever(row: Mapping[str, str]) -> Lever:
    """Read a row of the lever table."""
    is_number, is_whole = bool(row["low"] or row["high"]), row["whole"] == "yes"

    def level(text: str) -> Level:
        if text in ("true", "false"):
            return text == "true"
        return int(text) if is_whole else float(text) if is_number else text

    return Lever(
        name=cast(LeverName, row["lever"]),
        levels=tuple(map(level, parts_of(row["levels"], "|"))),
        also=tuple(map(level, parts_of(row["also"], "|"))),
        neutral=level(row["neutral_level"]),
        unit=row["unit"],
        kind="number" if is_number else "choice",
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        is_whole=is_whole,
        outcomes=tuple(parts_of(row["outcomes"], ";")),
        direction=row["expected_direction"],
    )


def _levers() -> dict[LeverName, Lever]:
    levers = [_lever(row) for row in lever_rows().values() if row["block_or_lever"] == "lever"]
    return {lever.name: lever for lever in levers}


LEVERS: Mapping[LeverName, Lever] = MappingProxyType(_levers())
"""Every lever, by name."""


def find_lever(name: str, where: str) -> Lever:
    """Return a lever by name.

    Raises
    ------
    PolicyError
        If the name is not a lever that can be set; the sentence says why.
    """
    lever = LEVERS.get(cast(LeverName, name))
    if lever is not None:
        return lever
    if name.strip().lower().startswith("hazard"):
        raise PolicyError(
            f"{where}: '{name}' belongs to the hazard, which is fixed; only response levers can be set."
        )
    if name in lever_rows():
        raise PolicyError(
            f"{where}: '{name}' is a block, not a lever: set it in the scenario and compare within it."
        )
    table = ParameterTable.default()
    if name in table:
        try:
            refuse_if_fixed(table.row(name))
            refuse_if_set_elsewhere(table.row(name))
        except ParameterError as error:
            raise PolicyError(f"{where}: {error}") from None
        raise PolicyError(
            f"{where}: '{name}' is a parameter, not a lever: set it under [parameters] of a scenario."
        )
    raise PolicyError(
        f"{where}: there is no lever '{name}'.{closest(name, LEVERS)} Levers are building-wide response "
        "choices, never a room or a door; `firstminutes list levers` names them all."
    )


def read_levers(settings: Mapping[str, object], where: str) -> dict[str, Level]:
    """Return the levels that a table of levers sets, or say at once of every one what is wrong with it.

    Raises
    ------
    PolicyError
        If a name is no lever, or a level is impossible.
    """
    levels: dict[str, Level] = {}
    wrong = []
    for name, value in settings.items():
        try:
            levels[name] = find_lever(name, where).accept(value, where)
        except PolicyError as error:
            wrong.append(str(error))
    if wrong:
        raise PolicyError(together(wrong))
    return levels


def sweep_refusal(name: str, values: Iterable[object] = ()) -> None:
    """Refuse a sweep of anything but a lever or a sweepable parameter, and values beyond its range.

    Parameters
    ----------
    name : str
        What is to be swept.
    values : iterable
        Levels of the sweep; numbers must lie in the span of the lever table, or from `low` to `high` of a
        parameter.

    Raises
    ------
    PolicyError
        For the hazard, a room, door, zone or level id, a block, a fixed parameter, an unknown name, or a
        value out of range.
    """
    table = ParameterTable.default()
    lever = LEVERS.get(cast(LeverName, name))
    if lever is not None:
        span, unit = lever.span, lever.unit
        _refuse_levels_of_no_table(lever, values)
    elif name in lever_rows() or name not in table:
        find_lever(name, "sweep")
        return
    else:
        row = table.row(name)
        try:
            refuse_if_fixed(row)
        except ParameterError as error:
            raise PolicyError(f"sweep: {error}") from None
        unit = row.unit
        span = row.allowed_range()
    for value in values:
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        if span is not None and is_number and not span[0] <= float(str(value)) <= span[1]:
            raise PolicyError(
                f"sweep: '{name}' is {value} ({unit}); a sweep of it stays within {span[0]:g} to {span[1]:g}."
            )


def _refuse_levels_of_no_table(lever: Lever, values: Iterable[object]) -> None:
    """Refuse a sweep over a choice that the lever table does not list: a policy may set it."""
    others = [value for value in values if lever.kind == "choice" and value not in lever.levels]
    if others:
        allowed = ", ".join(map(word, lever.levels))
        raise PolicyError(f"sweep: '{lever.name}' is {others[0]!r}; a sweep of it takes {allowed}.")
