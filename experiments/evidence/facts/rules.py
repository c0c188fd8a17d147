"""F06, F09, F13, F19, F22, F08: what holds by the rules of the model, and its state at the start."""

from __future__ import annotations

import numpy as np

from experiments.compare.comparison import Interval, mean_interval
from experiments.evidence.facts import intervals
from experiments.evidence.facts.batch import Batch, Runs, Table
from experiments.evidence.facts.hooks import OFFICERS_UNHURT
from experiments.evidence.facts.kit import Fact, Test, Tolerance, fact
from experiments.evidence.facts.measures import first_officer, initial_state, locked_rooms, survivable

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


def risk_of_first_officer(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F08: the share wounded of first officers who met an active scene, alone and in a team; contact."""
    alone, team, unhurt = (
        runs.get(Batch(policy, hooks=hooks, building="elementary", measure=first_officer), n)
        for policy, hooks in (
            ("immediate-entry", ()),
            ("team-of-four", ()),
            ("immediate-entry", (OFFICERS_UNHURT,)),
        )
    )
    met = alone["met_alone"] == 1
    later_s = alone["start_to_contact_s"] - unhurt["start_to_contact_s"]
    cancelled = np.isnan(alone["start_to_contact_s"]) & ~np.isnan(unhurt["start_to_contact_s"])
    entered = alone["entered_active"] == 1
    return (
        intervals.share(alone["wounded"][met] == 1),
        intervals.resampled(
            _less_at_risk, *(table[c] for table in (team, alone) for c in ("wounded", "met_active"))
        ),
        mean_interval(later_s[~np.isnan(later_s)]),
        (float(cancelled.sum()), None, None),
        intervals.share(alone["wounded"][entered] == 1),
        (float(met.sum()), None, None),
    )


def _less_at_risk(
    hurt: intervals.Floats, met: intervals.Floats, hurt_alone: intervals.Floats, met_alone: intervals.Floats
) -> float:
    """Return the difference of two shares of those who met an active scene, nan where nobody did."""
    if not met.sum() or not met_alone.sum():
        return np.nan
    return float(hurt.sum() / met.sum() - hurt_alone.sum() / met_alone.sum())


def ceiling_of_care(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F13: deaths averted beyond the survivable class under any care, and what share of deaths it is."""
    tables = [
        runs.get(
            Batch(
                levers=(("ems.policy", ems), ("aid.bystander", aid)),
                building="elementary",
                measure=survivable,
            ),
            n,
        )
        for ems in ("all_clear", "officer_first_aid", "escorted_rtf")
        for aid in ("none", "kits", "kits_and_training")
    ]
    beyond = max(_most_beyond(table) for table in tables)
    averted = sum(float(np.nansum(table["averted"])) for table in tables)
    in_class = sum(float(table["in_class"].sum()) for table in tables)
    share = averted / in_class if in_class else None
    return (beyond, None, None), mean_interval(tables[0]["share_of_deaths"]), (share, None, None)


def _most_beyond(table: Table) -> float:
    """Return the most that any run averted beyond its class (persons); infinite where it is not known."""
    return float(np.nan_to_num(table["averted"] - table["in_class"], nan=np.inf).max())


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
        Test(
            (
                Tolerance("alone: first officers wounded, of those who met an active scene", 0.14, 0.47),
                Tolerance("team of four: that share, less that of officers alone", high=0.0, rule="interval"),
                Tolerance(
                    "contact, later than with nobody wounded, mean of pairs (s)", low=0.0, rule="interval"
                ),
                Tolerance("runs in which contact is made only if nobody is wounded", 0.0, 0.0),
                Tolerance("alone: share wounded of all who entered before the threat was over", rule="shown"),
                Tolerance("runs in which an officer alone met an active scene", rule="shown"),
            ),
            risk_of_first_officer,
        ),
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
        Test(
            (
                Tolerance("deaths averted beyond the survivable class, the most in any run", high=0.0),
                Tolerance("survivable share of deaths without care, mean of runs", 0.07, 0.16, "interval"),
                Tolerance("share of the survivable class whose death was averted, all arms", rule="shown"),
            ),
            ceiling_of_care,
        ),
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
