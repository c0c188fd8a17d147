"""The frozen record of one run, put together from what each room declares (`outcomes.py` in the rooms).

Every name has its unit. What had not happened by the horizon is None, and its flag `*_censored` in the row
says so; statistics treat it as censored, never as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from sim.alert.outcomes import LockdownOutcomes
from sim.care.outcomes import CareOutcomes, SurvivalOutcomes, WayOutOutcomes
from sim.hazard.outcomes import HarmOutcomes, OfficerOutcomes
from sim.record.declared import OutcomeColumn, columns_of, interval, share
from sim.recovery.outcomes import HeadCountOutcomes, RecoveryOutcomes, ReunificationOutcomes
from sim.response.outcomes import ArrivalOutcomes, CallOutcomes, CommandOutcomes, EntryOutcomes

Number = float | int

HARM_CENSORED = "harm_censored"
"""The flag of all columns of harm: the threat was not over by the horizon."""


@dataclass(frozen=True, kw_only=True)
class ContactOutcomes:
    """Contact and the end of the threat."""

    start_to_contact_s: Annotated[float | None, interval("Start to first contact")]
    start_to_end_s: Annotated[float | None, interval("Start to end of threat")]


@dataclass(frozen=True, kw_only=True)
class ShareOutcomes:
    """Shares of those inside at the start, noted at fixed times."""

    share_secured_30s: Annotated[float, share("Share secured at 30 s")]
    share_secured_60s: Annotated[float, share("Share secured at 60 s")]
    share_secured_120s: Annotated[float, share("Share secured at 2 min")]
    share_secured_300s: Annotated[float, share("Share secured at 5 min")]
    share_out_300s: Annotated[float, share("Share out of the building at 5 min", None)]


@dataclass(frozen=True, kw_only=True)
class Outcome(
    CallOutcomes,
    LockdownOutcomes,
    ArrivalOutcomes,
    EntryOutcomes,
    ContactOutcomes,
    CommandOutcomes,
    CareOutcomes,
    WayOutOutcomes,
    RecoveryOutcomes,
    ReunificationOutcomes,
    ShareOutcomes,
    HeadCountOutcomes,
    HarmOutcomes,
    OfficerOutcomes,
    SurvivalOutcomes,
):
    """Outcomes of one run. Times are seconds since the start of the incident unless named as an interval.

    Harm and first care are empty, and `harm_censored` is set, while the threat is not over: counts that rise
    from one horizon to the next would say when somebody was hurt.

    Parameters
    ----------
    harm_censored : bool
        The threat was not over.
    is_care_due : bool
        Somebody needs care, so that a time of care which is missing has only not come yet.
    changes : mapping of str to number
        Changes of levels of harm to the baseline, by the name of the level.
    """

    harm_censored: bool = False
    is_care_due: bool = False
    changes: Mapping[str, Number] = field(default_factory=dict)

    def is_censored(self, name: str) -> bool:
        """Tell whether an interval had not ended by the horizon."""
        return getattr(self, name) is None and (self.is_care_due or name not in NEEDS_PATIENT)

    def as_row(self) -> dict[str, float | int | bool | None]:
        """Return the record as a dict of column name to value, with the flags, in the order of `TYPES`."""
        changes = {versus(name): self.changes.get(name) for name in HARM_LEVELS}
        flags = {censored_name(name): self.is_censored(name) for name in INTERVALS}
        return {name: _first(name, changes, flags, vars(self)) for name in TYPES}


def _first(name: str, *places: Mapping[str, float | int | bool | None]) -> float | int | bool | None:
    return next(place[name] for place in places if name in place)


def censored_name(column: str) -> str:
    """Return the flag that goes with an interval column (`all_clear_s` -> `all_clear_censored`)."""
    return column.removesuffix("_s") + "_censored"


def versus(column: str) -> str:
    """Return the column with the change to the baseline of a level of harm."""
    return f"{column}_vs_baseline"


def _change(level: OutcomeColumn) -> OutcomeColumn:
    return level._replace(name=versus(level.name), title=f"{level.title}, change to baseline")


_DECLARED = columns_of(Outcome.__bases__)

HARM_LEVELS: tuple[str, ...] = tuple(column.name for column in _DECLARED if column.kind == "harm")
"""Levels of harm: never given out for a plan that is not in our library (docs/scope.md, rule 6)."""

OUTCOMES: tuple[OutcomeColumn, ...] = (
    *_DECLARED,
    *(_change(column) for column in _DECLARED if column.kind == "harm"),
)
"""Every outcome column, in the order of the table."""

INTERVALS: tuple[str, ...] = tuple(column.name for column in OUTCOMES if column.kind == "interval")
"""Outcomes with a flag."""

NEEDS_PATIENT: tuple[str, ...] = tuple(column.name for column in OUTCOMES if column.needs_patient)
"""Outcomes of runs with a patient: how many those are is a level of harm, said for our own plans only."""


def _types() -> dict[str, type]:
    types: dict[str, type] = {}
    for column in OUTCOMES:
        if column.kind == "harm":
            types.setdefault(HARM_CENSORED, bool)
        types[column.name] = column.type
        if column.kind == "interval":
            types[censored_name(column.name)] = bool
    return types


TYPES: Mapping[str, type] = _types()
"""The type of every column of a row, flags beside what they belong to, in the order of the table."""
