"""From the stamps of one run to its `Outcome`: intervals, shares and counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.clock import to_seconds
from sim.record.outcome import HARM_LEVELS, NEEDS_PATIENT, Outcome, censored_name, versus
from sim.record.timeline import LOCKDOWN_ANNOUNCED

if TYPE_CHECKING:
    from sim.care.casualty_collection import CasualtyCollection
    from sim.care.medical import Medical
    from sim.care.survival import Survival
    from sim.incident import Incident
    from sim.recovery.recovery import Recovery
    from sim.recovery.reunification import Reunification
    from sim.response.command import Command
    from sim.response.dispatch import Dispatch
    from sim.response.teams import Responders


def summarise(
    incident: Incident,
    *,
    dispatch: Dispatch,
    responders: Responders,
    command: Command,
    medical: Medical,
    collection: CasualtyCollection,
    recovery: Recovery,
    reunification: Reunification,
    survival: Survival,
    ticks: tuple[int | None, int | None],
    shares: dict[int, tuple[float, float]],
    injury_events: int,
    responders_injured: int,
) -> Outcome:
    """Return the outcome of a run; what did not happen is None with its flag set.

    Parameters
    ----------
    ticks : tuple
        Ticks of first contact and of the end of the threat, None where it did not happen.
    shares : dict
        Shares secured and out by time (s).
    injury_events, responders_injured : int
        Candidates that counted, and officers wounded.
    """
    contact, end = ticks
    times_s = {
        **_times_of_officers_s(incident, dispatch, responders),
        "start_to_contact_s": _since(0, contact),
        "start_to_end_s": _since(0, end),
        "start_to_command_s": _since(0, command.in_place_tick),
        **_times_of_care_s(medical, collection),
        **_times_of_recovery_s(recovery, reunification),
    }
    has_patients = len(incident.harm.patients()) > 0
    flags = {
        censored_name(name): value is None and (has_patients or name not in NEEDS_PATIENT)
        for name, value in times_s.items()
    }
    secured = {t: shares.get(t, (0.0, 0.0))[0] for t in (30, 60, 120, 300)}
    return Outcome(
        **times_s,  # type: ignore[arg-type]
        **flags,
        share_secured_30s=secured[30],
        share_secured_60s=secured[60],
        share_secured_120s=secured[120],
        share_secured_300s=secured[300],
        share_out_300s=shares.get(300, (0.0, 0.0))[1],
        people=incident.people.n,
        accounted_people=recovery.accounted_people,
        harm_censored=end is None,
        exposure_person_s=incident.harm.exposure_person_s(incident.tick),
        injury_events=injury_events,
        responders_injured=responders_injured,
        survivable_deaths_averted=survival.deaths_averted(medical.first_ticks, collection.hospital_ticks),
    )


def _times_of_officers_s(
    incident: Incident, dispatch: Dispatch, responders: Responders
) -> dict[str, float | None]:
    """Return the times from the first report to entry by column (s)."""
    first_le = dispatch.arrival_ticks[0] if dispatch.arrival_ticks else None
    return {
        "start_to_report_s": _since(0, dispatch.report_tick),
        "start_to_lockdown_s": incident.log.first_s(LOCKDOWN_ANNOUNCED),
        "call_to_dispatch_s": _since(dispatch.report_tick, dispatch.dispatch_tick),
        "call_to_first_le_s": _since(dispatch.report_tick, first_le),
        "start_to_first_le_s": _since(0, first_le),
        "first_le_to_entry_s": _since(first_le, responders.entry_tick),
        "start_to_entry_s": _since(0, responders.entry_tick),
    }


def _times_of_care_s(medical: Medical, collection: CasualtyCollection) -> dict[str, float | None]:
    """Return the times from staging to the last patient out by column (s)."""
    first_care_s, median_care_s = medical.first_care_s()
    return {
        "ems_staged_s": _since(0, medical.staged_tick),
        "first_care_first_s": first_care_s,
        "first_care_median_s": median_care_s,
        "last_patient_out_s": collection.last_out_s(),
    }


def _times_of_recovery_s(recovery: Recovery, reunification: Reunification) -> dict[str, float | None]:
    """Return the times from the all-clear to the end of reunification by column (s)."""
    return {
        "all_clear_s": _since(0, recovery.all_clear_tick),
        "released_median_s": recovery.released_median_s(),
        "accounted_s": _since(0, recovery.accounted_tick),
        "reunification_start_s": _since(0, reunification.start_tick),
        "reunification_end_s": _since(0, reunification.end_tick),
    }


def publish(outcome: Outcome, *, library_plan: bool) -> Outcome:
    """Return the outcome that leaves the program: harm as a level only for our own plans, and only in full.

    Parameters
    ----------
    outcome : Outcome
        The full record of a run, finished or not.
    library_plan : bool
        Whether the plan is one of ours.
    """
    if library_plan and not outcome.harm_censored:
        return outcome
    return without_harm(outcome, is_too_early=library_plan)


def without_harm(outcome: Outcome, *, is_too_early: bool = False) -> Outcome:
    """Return an outcome without harm, and without what needs a patient.

    Whether there was a first care at all would say whether anybody was hurt: a level of harm.

    Parameters
    ----------
    outcome : Outcome
        The full record of a run.
    is_too_early : bool
        Whether the times that need a patient are only not there yet: on our own plans, before the end.
    """
    hidden: dict[str, bool | None] = dict.fromkeys((*HARM_LEVELS, *map(versus, HARM_LEVELS), *NEEDS_PATIENT))
    hidden |= {censored_name(name): is_too_early for name in NEEDS_PATIENT}
    return replace(outcome, **hidden)  # type: ignore[arg-type]


def publish_pair(outcome: Outcome, baseline: Outcome, *, library_plan: bool) -> Outcome:
    """Return the outcome that leaves the program, with its harm as the difference to the baseline's.

    Parameters
    ----------
    outcome, baseline : Outcome
        Full records of two runs with the same key; one of them unfinished gives no difference.
    library_plan : bool
        Whether the plan is one of ours.
    """
    published = publish(outcome, library_plan=library_plan)
    if not library_plan or outcome.harm_censored or baseline.harm_censored:
        return published  # of a plan from outside not even one difference: a study adds up chunks of pairs
    pairs = {name: (getattr(outcome, name), getattr(baseline, name)) for name in HARM_LEVELS}
    changes = {
        versus(name): here - there for name, (here, there) in pairs.items() if None not in (here, there)
    }
    return replace(published, **changes)


def _since(start: int | None, tick: int | None) -> float | None:
    """Return the interval between two ticks (s), None where one of them is missing."""
    return None if start is None or tick is None else to_seconds(tick - start)
