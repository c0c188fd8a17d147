"""The frozen record of one run: one flat row with the unit in every name.

Column names are those of the response levers' outcome list. What had not happened by the horizon is
None, and its companion `*_censored` says so; statistics treat it as censored, never as a number.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, NamedTuple

Kind = Literal["interval", "share", "count", "harm", "info"]


class OutcomeColumn(NamedTuple):
    """One outcome: its column name, unit, plain title, kind, and which direction is better."""

    name: str
    unit: str
    title: str
    kind: Kind
    better: Literal["lower", "higher"] | None


OUTCOMES: tuple[OutcomeColumn, ...] = (
    OutcomeColumn("start_to_report_s", "s", "Start to first report", "interval", "lower"),
    OutcomeColumn("start_to_lockdown_s", "s", "Start to lockdown announced", "interval", "lower"),
    OutcomeColumn("call_to_dispatch_s", "s", "First report to dispatch", "interval", "lower"),
    OutcomeColumn("call_to_first_le_s", "s", "First report to first officer on scene", "interval", "lower"),
    OutcomeColumn("start_to_first_le_s", "s", "Start to first officer on scene", "interval", "lower"),
    OutcomeColumn("first_le_to_entry_s", "s", "First officer on scene to entry", "interval", "lower"),
    OutcomeColumn("start_to_entry_s", "s", "Start to first entry", "interval", "lower"),
    OutcomeColumn("start_to_contact_s", "s", "Start to first contact", "interval", "lower"),
    OutcomeColumn("start_to_end_s", "s", "Start to end of threat", "interval", "lower"),
    OutcomeColumn("start_to_command_s", "s", "Start to incident command established", "interval", "lower"),
    OutcomeColumn("ems_staged_s", "s", "Start to medics staged", "interval", "lower"),
    OutcomeColumn("first_care_first_s", "s", "Start to first care, first patient", "interval", "lower"),
    OutcomeColumn("first_care_median_s", "s", "Start to first care, median patient", "interval", "lower"),
    OutcomeColumn("last_patient_out_s", "s", "Start to last patient out", "interval", "lower"),
    OutcomeColumn("all_clear_s", "s", "Start to all-clear", "interval", "lower"),
    OutcomeColumn("released_median_s", "s", "Start to release, median occupant", "interval", "lower"),
    OutcomeColumn("accounted_s", "s", "Start to everybody accounted for", "interval", "lower"),
    OutcomeColumn("reunification_start_s", "s", "Start to reunification opens", "interval", "lower"),
    OutcomeColumn("reunification_end_s", "s", "Start to reunification over", "interval", "lower"),
    OutcomeColumn("share_secured_30s", "1", "Share secured at 30 s", "share", "higher"),
    OutcomeColumn("share_secured_60s", "1", "Share secured at 60 s", "share", "higher"),
    OutcomeColumn("share_secured_120s", "1", "Share secured at 2 min", "share", "higher"),
    OutcomeColumn("share_secured_300s", "1", "Share secured at 5 min", "share", "higher"),
    OutcomeColumn("share_out_300s", "1", "Share out of the building at 5 min", "share", None),
    OutcomeColumn("people", "persons", "People present at the start", "info", None),
    OutcomeColumn("accounted_people", "persons", "People accounted for", "count", "higher"),
    OutcomeColumn("exposure_person_s", "person s", "Exposure", "harm", "lower"),
    OutcomeColumn("injury_events", "events", "Injury events", "harm", "lower"),
    OutcomeColumn("responders_injured", "persons", "Responders injured", "harm", "lower"),
    # No direction: it rises with better care, and with more people who need it. It is no objective.
    OutcomeColumn("survivable_deaths_averted", "persons", "Survivable deaths averted", "harm", None),
    OutcomeColumn(
        "exposure_person_s_vs_baseline", "person s", "Exposure, change to baseline", "harm", "lower"
    ),
    OutcomeColumn(
        "injury_events_vs_baseline", "events", "Injury events, change to baseline", "harm", "lower"
    ),
    OutcomeColumn(
        "responders_injured_vs_baseline", "persons", "Responders injured, change to baseline", "harm", "lower"
    ),
    OutcomeColumn(
        "survivable_deaths_averted_vs_baseline",
        "persons",
        "Survivable deaths averted, change to baseline",
        "harm",
        None,
    ),
)
"""Every outcome column, in the order of the table."""

HARM_LEVELS: tuple[str, ...] = (
    "exposure_person_s",
    "injury_events",
    "responders_injured",
    "survivable_deaths_averted",
)
"""Levels of harm: never given out for a plan that is not in our library (docs/scope.md, rule 6)."""

NEEDS_PATIENT: tuple[str, ...] = ("first_care_first_s", "first_care_median_s", "last_patient_out_s")
"""Outcomes of runs with a patient: how many those are is a level of harm, said for our own plans only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Outcomes of one run. Times are seconds since the start of the incident unless named as an interval.

    Harm and first care are empty, and `harm_censored` is set, while the threat is not over: counts that rise
    from one horizon to the next would say when somebody was hurt. `survivable_deaths_averted` is how many
    reach hospital alive who would have died without any care, never more than the survivable class
    (`sim/care/survival.py`); it is known once medics are inside, and empty till then.
    """

    start_to_report_s: float | None
    start_to_report_censored: bool
    start_to_lockdown_s: float | None
    start_to_lockdown_censored: bool
    call_to_dispatch_s: float | None
    call_to_dispatch_censored: bool
    call_to_first_le_s: float | None
    call_to_first_le_censored: bool
    start_to_first_le_s: float | None
    start_to_first_le_censored: bool
    first_le_to_entry_s: float | None
    first_le_to_entry_censored: bool
    start_to_entry_s: float | None
    start_to_entry_censored: bool
    start_to_contact_s: float | None
    start_to_contact_censored: bool
    start_to_end_s: float | None
    start_to_end_censored: bool
    start_to_command_s: float | None
    start_to_command_censored: bool
    ems_staged_s: float | None
    ems_staged_censored: bool
    first_care_first_s: float | None
    first_care_first_censored: bool
    first_care_median_s: float | None
    first_care_median_censored: bool
    last_patient_out_s: float | None
    last_patient_out_censored: bool
    all_clear_s: float | None
    all_clear_censored: bool
    released_median_s: float | None
    released_median_censored: bool
    accounted_s: float | None
    accounted_censored: bool
    reunification_start_s: float | None
    reunification_start_censored: bool
    reunification_end_s: float | None
    reunification_end_censored: bool
    share_secured_30s: float
    share_secured_60s: float
    share_secured_120s: float
    share_secured_300s: float
    share_out_300s: float
    people: int
    accounted_people: int
    harm_censored: bool = False
    exposure_person_s: float | None = None
    injury_events: int | None = None
    responders_injured: int | None = None
    survivable_deaths_averted: int | None = None
    exposure_person_s_vs_baseline: float | None = None
    injury_events_vs_baseline: int | None = None
    responders_injured_vs_baseline: int | None = None
    survivable_deaths_averted_vs_baseline: int | None = None

    def as_row(self) -> dict[str, float | int | bool | None]:
        """Return the record as a dict of column name to value, in the order of the fields."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


HARM_CENSORED = "harm_censored"
"""The flag of all columns of harm: the threat was not over by the horizon."""


def censored_name(column: str) -> str:
    """Return the flag that goes with an interval column (`all_clear_s` -> `all_clear_censored`)."""
    return column.removesuffix("_s") + "_censored"


def versus(column: str) -> str:
    """Return the column with the change to the baseline of a level of harm."""
    return f"{column}_vs_baseline"
