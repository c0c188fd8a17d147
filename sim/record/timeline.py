"""The event log of a run: stamps of the response, and the rule that harm has no place.

A row is (time s, event, who, where, note). `where` is a wing or empty; for injury, contact, the end of the
threat, a wounded responder and first care it is always empty (docs/scope.md, rule 5).
"""

from __future__ import annotations

from typing import NamedTuple

INCIDENT_START = "INCIDENT_START"
FIRST_CALL = "FIRST_CALL"
CALL_ANSWERED = "CALL_ANSWERED"
DISPATCH = "DISPATCH"
LOCKDOWN_ANNOUNCED = "LOCKDOWN_ANNOUNCED"
ROOM_SECURED = "ROOM_SECURED"
FIRST_LE_ON_SCENE = "FIRST_LE_ON_SCENE"
OFFICER_ON_SCENE = "OFFICER_ON_SCENE"
FIRST_ENTRY = "FIRST_ENTRY"
TEAM_ENTRY = "TEAM_ENTRY"
FIRST_CONTACT = "FIRST_CONTACT"
RESPONDER_WOUNDED = "RESPONDER_WOUNDED"
THREAT_END = "THREAT_END"
MISCLASSIFIED = "MISCLASSIFIED"
COMMAND_ESTABLISHED = "COMMAND_ESTABLISHED"
EMS_STAGED = "EMS_STAGED"
EMS_PATIENT_CONTACT = "EMS_PATIENT_CONTACT"
FIRST_PATIENT_OUT = "FIRST_PATIENT_OUT"
LAST_PATIENT_OUT = "LAST_PATIENT_OUT"
ALL_CLEAR = "ALL_CLEAR"
PARENT_NOTICE = "PARENT_NOTICE"
ROOMS_RELEASED = "ROOMS_RELEASED"
WING_RELEASED = "WING_RELEASED"
REUNIFICATION_START = "REUNIFICATION_START"
REUNIFICATION_END = "REUNIFICATION_END"

TITLES: dict[str, str] = {
    INCIDENT_START: "Incident starts",
    FIRST_CALL: "First report",
    CALL_ANSWERED: "Call answered at the PSAP",
    DISPATCH: "Officers dispatched",
    LOCKDOWN_ANNOUNCED: "Lockdown announced",
    ROOM_SECURED: "Room secured",
    FIRST_LE_ON_SCENE: "First officer on scene",
    OFFICER_ON_SCENE: "Another officer on scene",
    FIRST_ENTRY: "First entry",
    TEAM_ENTRY: "Another contact team enters",
    FIRST_CONTACT: "First contact",
    RESPONDER_WOUNDED: "Responder wounded",
    THREAT_END: "Threat over",
    MISCLASSIFIED: "Taken for a barricaded subject",
    COMMAND_ESTABLISHED: "Incident command established",
    EMS_STAGED: "Medics staged",
    EMS_PATIENT_CONTACT: "First care",
    FIRST_PATIENT_OUT: "First patient leaves the scene",
    LAST_PATIENT_OUT: "Last patient leaves the scene",
    ALL_CLEAR: "All-clear",
    PARENT_NOTICE: "First message to parents",
    ROOMS_RELEASED: "Everybody released and accounted for",
    WING_RELEASED: "Wing released",
    REUNIFICATION_START: "Reunification opens",
    REUNIFICATION_END: "Reunification over",
}
"""Plain English for every event."""

PATIENT_EVENTS = frozenset({EMS_PATIENT_CONTACT, FIRST_PATIENT_OUT, LAST_PATIENT_OUT})
"""Events that say that there was a patient, a level of harm."""

OURS_ONLY = PATIENT_EVENTS | {RESPONDER_WOUNDED}
"""Events that say that somebody was hurt: stamped on plans of ours only."""

HARM_EVENTS = frozenset({FIRST_CONTACT, THREAT_END, RESPONDER_WOUNDED}) | PATIENT_EVENTS
"""Events that would say where harm happened if they had a place."""


class Row(NamedTuple):
    """One stamp: seconds since the start, event, who did it, the wing where that may be said, a note."""

    time_s: float
    event: str
    who: str = ""
    where: str = ""
    note: str = ""


Timeline = tuple[Row, ...]


class TimelineLog:
    """Collects the rows of one run."""

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def add(self, time_s: float, event: str, *, who: str = "", where: str = "", note: str = "") -> None:
        """Add a row.

        Raises
        ------
        ValueError
            If the event is unknown, or a place is given for an event that must have none.
        """
        if event not in TITLES:
            raise ValueError(f"there is no event {event!r}")
        if where and event in HARM_EVENTS:
            raise ValueError(f"{event} must not say where it happened")
        self._rows.append(Row(time_s, event, who, where, note))

    def first_s(self, event: str) -> float | None:
        """Return when an event happened for the first time (s), None if it has not."""
        return next((row.time_s for row in self._rows if row.event == event), None)

    def rows(self) -> Timeline:
        """Return the rows in order of time."""
        return tuple(self._rows)
