"""From what each part of a run says of itself to its `Outcome`, and what of it leaves the program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sim.view.outcome import HARM_LEVELS, NEEDS_PATIENT, Outcome


def summarise(parts: Iterable[object], *, is_over: bool, is_care_due: bool) -> Outcome:
    """Return the outcome of a run from the outcomes of its parts.

    Parameters
    ----------
    parts : iterable
        What each part says (the classes in the files `outcomes.py`).
    is_over : bool
        Whether the threat is over.
    is_care_due : bool
        Whether somebody needs care.
    """
    values = {name: value for part in parts for name, value in vars(part).items()}
    return Outcome(**values, harm_censored=not is_over, is_care_due=is_care_due)


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
    hidden = dict.fromkeys((*HARM_LEVELS, *NEEDS_PATIENT))
    return replace(outcome, **hidden, is_care_due=is_too_early, changes={})  # type: ignore[arg-type]


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
    changes = {name: here - there for name, (here, there) in pairs.items() if None not in (here, there)}
    return replace(published, changes=changes)
