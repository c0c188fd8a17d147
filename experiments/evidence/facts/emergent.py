"""F07, F10, F11, F12, F17, F18, F21: what comes out of the interplay of submodels. These are the evidence.

Harm is used as a ratio or a paired difference in our own fictional schools, never as a level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.compare.comparison import Interval, mean_interval
from experiments.evidence.facts import hooks, intervals
from experiments.evidence.facts.batch import Batch, Runs
from experiments.evidence.facts.hooks import (
    ANY_OFFICER_ORDERS,
    CONTACT_ENDS_NOTHING,
    MISCLASSIFIED,
    PEOPLE_STAY,
)
from experiments.evidence.facts.kit import Ablation, Fact, Test, Tolerance, fact

if TYPE_CHECKING:
    from sim.given.levers import Level

Levers = tuple[tuple[str, "Level"], ...]
STAY = Ablation("people who are alerted neither leave nor lock", hooks=(PEOPLE_STAY,))
NOBODY_LEAVES = Ablation("people do not leave (`exit.leave_share` = 0)", hooks=(hooks.NOBODY_LEAVES,))
_NO_COMMAND: Levers = (("command.type", "none"), ("entry.policy", "wait_for_command"))
_FRONT_S = 300.0


def _ratio_of_medians(here: intervals.Floats, there: intervals.Floats) -> float:
    return float(np.median(here) / np.median(there)) - 1.0


def _ratio_of_means(here: intervals.Floats, there: intervals.Floats) -> float:
    return float(here.mean() / there.mean()) if there.sum() else np.nan


def more_responders(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F07: change of the median time to resolution, and to contact, from a small to a large agency.

    Each is judged twice, as the row of the fact says: its interval is within 10 %, and not wholly below zero.
    """
    small, large = (
        runs.get(Batch(levers=(*_NO_COMMAND, ("agency.size", size)), hooks=(MISCLASSIFIED,)), n)
        for size in ("small", "large")
    )
    end, contact = (
        intervals.resampled(
            _ratio_of_medians,
            np.nan_to_num(large[name], nan=np.inf),
            np.nan_to_num(small[name], nan=np.inf),
        )
        for name in ("start_to_end_s", "start_to_contact_s")
    )
    return end, contact, end, contact


def officer_inside(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F10: relative change of mean injury events with an officer inside, nobody locking, slow police."""
    slow: Levers = (("patrol.response", "slow"), ("lock.type", "none"))
    base = runs.get(Batch(levers=slow, hooks=(PEOPLE_STAY,)), n)
    inside: Levers = (*slow, ("sro.state", "inside"), ("sro.presence", 1.0))
    officer = runs.get(Batch(levers=inside, hooks=(PEOPLE_STAY,)), n)
    change = intervals.resampled(_ratio_of_means, officer["injury_events"], base["injury_events"])
    value, low, high = (None if end is None else end - 1.0 for end in change)
    return ((value, low, high),)


def police_by_locks(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F11: paired main effects of slow police and of no locks on injury events."""
    cell = {
        (speed, lock): runs.get(Batch(levers=(("patrol.response", speed), ("lock.type", lock))), n)[
            "injury_events"
        ]
        for speed in ("fast", "slow")
        for lock in ("none", "push_button")
    }
    police = (cell["slow", "none"] + cell["slow", "push_button"]) / 2
    police = police - (cell["fast", "none"] + cell["fast", "push_button"]) / 2
    locks = (cell["fast", "none"] + cell["slow", "none"]) / 2
    locks = locks - (cell["fast", "push_button"] + cell["slow", "push_button"]) / 2
    return mean_interval(police), mean_interval(locks)


def early_notice(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F12: ratio of mean injury events in the first 6 min, detection over phone chain."""
    detection, chain = (
        runs.get(Batch(levers=(("exit.option", "multi_option"), ("notify.channel", channel))), n)
        for channel in ("detection", "phone_chain")
    )
    name = "injury_events_360s"
    return (intervals.resampled(_ratio_of_means, detection[name], chain[name]),)


def _leaving(runs: Runs, n: int, channel: str, column: str) -> Interval:
    """Return the paired change of a column when people may leave, of its mean with lockdown only."""
    leave, stay = (
        runs.get(Batch(levers=(("notify.channel", channel), ("exit.option", option))), n)[column]
        for option in ("multi_option", "lockdown_only")
    )
    value, low, high = mean_interval(leave - stay)
    scale = float(stay.mean()) or 1.0
    return intervals.scaled((value, low, high), 1.0 / scale)


def leaving_after_detection(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F17: relative change of exposure and of injury events."""
    return tuple(_leaving(runs, n, "detection", name) for name in ("exposure_person_s", "injury_events"))


def leaving_after_an_alarm(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F18: relative change of injury events."""
    return (_leaving(runs, n, "panic_alarm", "injury_events"),)


def front_loaded(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F21: injury events per minute until 5 min over those after, while it is neither over nor contained."""
    table = runs.get(Batch(), n)
    active_s = np.fmin(table["start_to_end_s"], table["start_to_contact_s"])
    first = table["injury_events_300s"]
    return (
        intervals.resampled(
            _ratio_of_rates,
            first,
            np.minimum(active_s, _FRONT_S),
            table["injury_events"] - first,
            np.maximum(active_s - _FRONT_S, 0.0),
        ),
        intervals.share(active_s > _FRONT_S),
    )


def _ratio_of_rates(
    early: intervals.Floats, early_s: intervals.Floats, late: intervals.Floats, late_s: intervals.Floats
) -> float:
    if not late_s.sum() or not late.sum():
        return np.inf
    return float(early.sum() / early_s.sum() / (late.sum() / late_s.sum()))


FACTS: tuple[Fact, ...] = (
    fact(
        "F07",
        Test(
            (
                Tolerance(
                    "change of the median time to end of threat, small to large agency", -0.1, 0.1, "interval"
                ),
                Tolerance(
                    "change of the median time to contact, small to large agency", -0.1, 0.1, "interval"
                ),
                Tolerance("the same of end of threat, not wholly below zero", low=0.0, rule="reaches"),
                Tolerance("the same of contact, not wholly below zero", low=0.0, rule="reaches"),
            ),
            more_responders,
            (
                Ablation(
                    "no stall: the classification is ignored, and any officer on scene may order entry",
                    hooks=(ANY_OFFICER_ORDERS,),
                ),
            ),
        ),
    ),
    fact(
        "F10",
        Test(
            (Tolerance("change of mean injury events, officer inside", -0.80, -0.45),),
            officer_inside,
            (Ablation("contact ends nothing", hooks=(CONTACT_ENDS_NOTHING,)),),
        ),
    ),
    fact(
        "F11",
        Test(
            (
                Tolerance("main effect of slow police (paired difference)", low=0.0, rule="interval"),
                Tolerance("main effect of no locks (paired difference)", low=0.0, rule="interval"),
            ),
            police_by_locks,
            (
                Ablation("contact ends nothing", hooks=(CONTACT_ENDS_NOTHING,), fails=(0,)),
                Ablation(
                    "no door locks (`lock.type = none` in all cells)",
                    levers=(("lock.type", "none"),),
                    fails=(1,),
                ),
            ),
        ),
    ),
    fact(
        "F12",
        Test(
            (Tolerance("ratio of injury events by 6 min, detection over phone chain", 0.35, 0.8),),
            early_notice,
            (STAY,),
        ),
    ),
    fact(
        "F17",
        Test(
            (
                Tolerance(
                    "relative paired change of exposure when people may leave", high=0.0, rule="interval"
                ),
                Tolerance("relative paired change of injury events", high=0.0, rule="interval"),
            ),
            leaving_after_detection,
            (NOBODY_LEAVES,),
        ),
    ),
    fact(
        "F18",
        Test(
            (
                Tolerance(
                    "relative paired change of injury events when people may leave", high=0.0, rule="interval"
                ),
            ),
            leaving_after_an_alarm,
            (NOBODY_LEAVES,),
        ),
    ),
    fact(
        "F21",
        Test(
            (
                Tolerance("injury events per minute, until 5 min over after", low=5.0, rule="value"),
                Tolerance("share of runs that last longer than 5 min", rule="shown"),
            ),
            front_loaded,
            (STAY,),
        ),
    ),
)
