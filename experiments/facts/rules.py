"""F06, F09, F13, F19, F22, F08: what holds by the rules of the model, and its state at the start."""

from __future__ import annotations

import numpy as np

from experiments.compare import Interval
from experiments.facts import intervals
from experiments.facts.batch import Batch, Runs
from experiments.facts.kit import Fact, Test, Tolerance, fact
from experiments.facts.measures import initial_state, locked_rooms

RULE_SHARE = 0.55
"""Share of locked classroom doors above which a rule is in force: between habit (0.2) and rule (0.9)."""


def officer_outside(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F06: an officer who holds outside against no officer; a transferred call against one that is not."""
    base, outside, split = (runs.get(Batch(name), n) for name in ("no-sro", "sro-outside", "split-psap"))
    same = [
        _largest_difference(outside[name], base[name]) for name in ("start_to_entry_s", "start_to_contact_s")
    ]
    shifts = [
        intervals.all_of(split[name] - base[name]) for name in ("call_to_dispatch_s", "call_to_first_le_s")
    ]
    return *same, *shifts


def _largest_difference(here: intervals.Floats, there: intervals.Floats) -> Interval:
    """Return the largest difference in any pair (s); what happened in neither is no difference."""
    differs = np.isnan(here) != np.isnan(there)
    largest = float(np.nanmax(np.abs(here - there), initial=0.0))
    return (np.inf if differs.any() else largest), None, None


def locked_room_exposure(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F09: person-seconds of exposure behind locked doors, over all runs of two presets."""
    tables = [runs.get(Batch(name, measure=locked_rooms), n) for name in ("audit-average", "all-layers")]
    exposed = sum(float(table["exposed_person_s"].sum()) for table in tables)
    behind_h = sum(float(table["locked_person_s"].sum()) for table in tables) / 3600.0
    return (exposed, None, None), (behind_h, None, None)


def order_of_care(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F19: first care after the all-clear, or before it with a rescue task force; staged arrival."""
    base, rtf = (
        runs.get(Batch(levers=(("ems.policy", level),)), n) for level in ("all_clear", "escorted_rtf")
    )
    after = base["first_care_first_s"] > base["all_clear_s"]
    before = rtf["first_care_first_s"] < rtf["all_clear_s"]
    both = [~np.isnan(t["first_care_first_s"]) & ~np.isnan(t["all_clear_s"]) for t in (base, rtf)]
    staged = intervals.scaled(intervals.median(base["ems_staged_s"]), 1 / 60)
    return intervals.share(after[both[0]]), intervals.share(before[both[1]]), staged


def audits(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F22: campuses with an open exterior door, and without a rule to lock classrooms, at the start."""
    batch = Batch(levers=(("entry.access", "no_keys"),), building="elementary", measure=initial_state)
    table = runs.get(batch, n)
    return (
        intervals.share(table["access_delay_s"] == 0.0),
        intervals.share(table["classroom_doors_locked"] < RULE_SHARE),
    )


FACTS: tuple[Fact, ...] = (
    fact(
        "F06",
        Test(
            (
                Tolerance("officer outside: largest difference of entry in any pair (s)", 0.0, 0.0),
                Tolerance("officer outside: largest difference of contact in any pair (s)", 0.0, 0.0),
                Tolerance("transfer: shift of dispatch, every pair (s)", 20.0, 40.0, "interval"),
                Tolerance("transfer: shift of first arrival, every pair (s)", 20.0, 40.0, "interval"),
            ),
            officer_outside,
        ),
    ),
    fact(
        "F08",
        Test(not_yet="no submodel wounds a responder yet: `responders_injured` is 0 in every run."),
    ),
    fact(
        "F09",
        Test(
            (
                Tolerance("exposure behind locked doors, all runs (person s)", 0.0, 0.0),
                Tolerance("time that people were watched behind locked doors (person h)", rule="shown"),
            ),
            locked_room_exposure,
        ),
    ),
    fact(
        "F13",
        Test(not_yet="no submodel of survival yet: there is no outcome `survivable_deaths_averted`."),
    ),
    fact(
        "F19",
        Test(
            (
                Tolerance("all_clear: first care after the all-clear, share of runs", 1.0, 1.0),
                Tolerance("escorted_rtf: first care before the all-clear, share of runs", 1.0, 1.0),
                Tolerance("median start to medics staged (min), published 8", rule="shown"),
            ),
            order_of_care,
        ),
    ),
    fact(
        "F22",
        Test(
            (
                Tolerance("campuses with an unlocked exterior door, share", 0.13, 0.15),
                Tolerance("campuses without a lock rule, share", 0.432, 0.452),
            ),
            audits,
        ),
    ),
)
