"""Response levers: what a planner may choose, with the levels, the neutral level and the possible range.

The rows are data (`data/policy_levers.csv`). Whatever is not a response lever is refused by name: the hazard,
a room, a door, a level of a building, a block of the study.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from numbers import Real
from types import MappingProxyType

from sim.errors import ParameterError, PolicyError, closest, together
from sim.given.parameters import ParameterTable, refuse_if_fixed, refuse_if_set_elsewhere

Level = str | int | float | bool

_MODELLED = (
    "entry.policy",
    "entry.delay_s",
    "entry.team_size",
    "entry.wait_for_command",
    "entry.access",
    "notify.channel",
    "notify.zones",
    "notify.alert_reach",
    "lockdown.authority",
    "lockdown.training",
    "drill.frequency",
    "lock.type",
    "locks.rule",
    "exterior.doors",
    "entrance.vestibule",
    "exit.option",
    "psap.split",
    "patrol.response",
    "agency.size",
    "sro.state",
    "sro.coverage",
    "sro.presence",
    "command.type",
    "command.establish_time",
    "ems.policy",
    "reunification.plan",
    "sro.hesitation",
    "district.pool",
    "district.dispatch_centre",
    "security.officer",
    "self_deployment",
    "ems.staging",
    "joint_training",
    "command.joint",
    "recovery.release",
    "aid.bystander",
    "ems.ccp",
)
"""Levers that this version models; the others of the table are refused by name."""

_NUMBERS: dict[str, tuple[float, float, str]] = {
    "entry.delay_s": (0.0, 36000.0, "s"),
    "entry.team_size": (1.0, 12.0, "officers"),
    "notify.alert_reach": (0.0, 1.0, "1"),
    "sro.presence": (0.0, 1.0, "1"),
    "sro.hesitation": (0.0, 1.0, "1"),
    "district.pool": (0.0, 100.0, "units"),
    "command.establish_time": (1.0, 36000.0, "s"),
    "ems.staging": (0.0, 5000.0, "m"),
}
"""Levers that take a number: lowest and highest possible value, unit."""
_ALSO: dict[str, tuple[str, ...]] = {"security.officer": ("armed_guard",)}
"""Levels of the parameter table that are roles of the model and no level of the lever table: a policy may set
them, and no study of all levers does."""
_WHOLE = frozenset({"entry.team_size", "district.pool"})
"""Numbers that count something."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One response lever.

    Parameters
    ----------
    levels : tuple
        Levels of the lever table; for a number these are the levels that a sweep uses.
    neutral : str, float or bool
        The level of the baseline.
    kind : str
        "choice" or "number".
    low, high : float or None
        Possible range of a number.
    """

    name: str
    levels: tuple[Level, ...]
    neutral: Level
    unit: str
    kind: str
    low: float | None
    high: float | None
    outcomes: tuple[str, ...]
    direction: str

    @property
    def accepted(self) -> tuple[Level, ...]:
        """Levels that a policy may set; of a number those of the lever table, which stand for its range."""
        return (*self.levels, *_ALSO.get(self.name, ()))

    @property
    def is_whole(self) -> bool:
        """Whether its number counts something."""
        return self.name in _WHOLE

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


def _level(text: str, name: str) -> Level:
    """Read a level of the lever table."""
    if text in ("true", "false"):
        return text == "true"
    if name in _WHOLE:
        return int(text)
    return float(text) if name in _NUMBERS else text


@lru_cache(maxsize=1)
def lever_rows() -> dict[str, dict[str, str]]:
    """Return the rows of the shipped lever table by name, blocks included."""
    text = files("sim").joinpath("data", "policy_levers.csv").read_text(encoding="utf-8")
    return {row["lever"]: row for row in csv.DictReader(text.splitlines())}


def _levers() -> dict[str, Lever]:
    levers: dict[str, Lever] = {}
    rows = lever_rows()
    for name in _MODELLED:
        row = rows[name]
        levels = tuple(_level(part.strip(), name) for part in row["levels"].split("|"))
        low, high, unit = _NUMBERS.get(name, (None, None, "-"))
        levers[name] = Lever(
            name=name,
            levels=levels,
            neutral=_level(row["neutral_level"], name),
            unit=unit,
            kind="number" if name in _NUMBERS else "choice",
            low=low,
            high=high,
            outcomes=tuple(part.strip() for part in row["outcomes"].split(";")),
            direction=row["expected_direction"],
        )
    return levers


LEVERS: Mapping[str, Lever] = MappingProxyType(_levers())
"""Every lever that this version models, by name."""


def find_lever(name: str, where: str) -> Lever:
    """Return a lever by name.

    Raises
    ------
    PolicyError
        If the name is not a lever that can be set; the sentence says why.
    """
    if name in LEVERS:
        return LEVERS[name]
    row = lever_rows().get(name)
    if name.strip().lower().startswith("hazard"):
        raise PolicyError(
            f"{where}: '{name}' belongs to the hazard, which is fixed; only response levers can be set."
        )
    if row is not None and row["block_or_lever"] == "block":
        raise PolicyError(
            f"{where}: '{name}' is a block, not a lever: set it in the scenario and compare within it."
        )
    if row is not None:
        raise PolicyError(f"{where}: lever '{name}' is not modelled in this version.")
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
    """Refuse a sweep of anything but a modelled lever or a sweepable parameter, and values beyond its range.

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
    if name in LEVERS:
        span, unit = LEVERS[name].span, LEVERS[name].unit
        _refuse_levels_of_no_table(LEVERS[name], values)
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
