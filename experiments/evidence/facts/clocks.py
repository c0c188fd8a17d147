"""F01, F02, F03, F04, F05, F20: durations and the response chain, which published inputs should give back."""

from __future__ import annotations

import numpy as np

from experiments.compare.comparison import Interval
from experiments.evidence.facts import intervals
from experiments.evidence.facts.batch import SEED, Batch, Runs, Table
from experiments.evidence.facts.hooks import OBSERVED_S, OBSERVED_TIMES, SCHOOL_DURATIONS
from experiments.evidence.facts.kit import Fact, Test, Tolerance, fact
from experiments.evidence.facts.measures import dispatch_chain, officer_inside
from experiments.evidence.verification.kit import Figure, Line

VENUES = ("elementary", "high-school")


def _both_venues(runs: Runs, n: int, hooks: tuple[str, ...] = ()) -> Table:
    """Return runs of the baseline, one half in each venue: durations of all venues, not a comparison."""
    halves = [
        runs.get(Batch(building=venue, hooks=hooks), size)
        for venue, size in zip(VENUES, (n // 2, n - n // 2), strict=True)
        if size
    ]
    return {"start_to_end_s": np.concatenate([half["start_to_end_s"] for half in halves])}


def _shares(end_s: intervals.Floats, *limits_s: float) -> tuple[Interval, ...]:
    return tuple(intervals.share(end_s <= limit) for limit in limits_s)


def _distribution(
    values_s: intervals.Floats, label: str, published: dict[float, float], most: float
) -> Figure:
    minutes = np.sort(np.where(np.isnan(values_s), np.inf, values_s)) / 60.0
    shown = minutes <= most
    shares = (np.arange(minutes.size) + 1) / minutes.size
    return Figure(
        label,
        "share of incidents",
        (
            Line("simulated", list(minutes[shown]), list(shares[shown])),
            Line("published", list(published), list(published.values()), is_data=True),
        ),
    )


def durations(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F01: share of incidents over by 2 and by 5 min."""
    return _shares(_both_venues(runs, n)["start_to_end_s"], 120.0, 300.0)


def durations_figure(runs: Runs, n: int) -> Figure:
    """F01: the distribution beside the two published shares."""
    end_s = _both_venues(runs, n)["start_to_end_s"]
    return _distribution(end_s, "start to end of threat (min)", {2.0: 0.365, 5.0: 0.698}, 20.0)


def police_response(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F02: median from first report to first arrival, and the share by 12 min."""
    values = runs.get(Batch(measure=dispatch_chain), n)["call_to_first_le_s"]
    return intervals.scaled(intervals.median(values), 1 / 60), intervals.share(values <= 720.0)


def police_response_figure(runs: Runs, n: int) -> Figure:
    """F02: the distribution beside the published median and range."""
    values = runs.get(Batch(measure=dispatch_chain), n)["call_to_first_le_s"]
    return _distribution(values, "first report to first officer (min)", {3.0: 0.5, 12.0: 1.0}, 20.0)


def school_durations(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F03: share over by 5 min, and the share longer than 15 min, with the profile of school durations."""
    end_s = _both_venues(runs, n, (SCHOOL_DURATIONS,))["start_to_end_s"]
    return intervals.share(end_s <= 300.0), intervals.share(~(end_s <= 900.0))


def school_durations_figure(runs: Runs, n: int) -> Figure:
    """F03: the distribution beside the shares of the K-12 database."""
    end_s = _both_venues(runs, n, (SCHOOL_DURATIONS,))["start_to_end_s"]
    published = {1.0: 0.667, 2.0: 0.778, 5.0: 0.861, 10.0: 0.889}
    return _distribution(end_s, "start to end of threat (min)", published, 60.0)


def first_officers(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F04: an officer inside within 1 min, and the first officer of all attacks within 1-5 and 5-10 min.

    An officer is assigned in 27 of 41 attacks (published) and there with `sro.presence` 0.8; 35 % of the
    schools are rural (assumption of the row).
    """
    inside = Batch("sro-inside", (("sro.presence", 1.0),), measure=officer_inside)
    sets_out_s = runs.get(inside, n)["sets_out_s"]
    fast_s = runs.get(Batch(measure=dispatch_chain), n)["call_to_first_le_s"]
    slow_s = runs.get(Batch(scenario="rural-slow", measure=dispatch_chain), n)["call_to_first_le_s"]
    u_there, u_rural = np.random.default_rng(SEED).random((2, n))
    is_there = u_there < 27 / 41 * 0.8
    first_s = np.where(is_there, sets_out_s, np.where(u_rural < 0.35, slow_s, fast_s))
    return (
        intervals.share(sets_out_s <= 60.0),
        intervals.share((first_s > 60.0) & (first_s <= 300.0)),
        intervals.share((first_s > 300.0) & (first_s <= 600.0)),
    )


def observed_chain(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F05: the stamps come back from observed response times, with every key."""
    batch = Batch(levers=(("entry.policy", "assess"),), building="elementary", hooks=(OBSERVED_TIMES,))
    table = runs.get(batch, n)
    columns = ("call_to_dispatch_s", "call_to_first_le_s", "first_le_to_entry_s")
    return tuple(intervals.all_of(table[name]) for name in columns)


def perimeter(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F20: medians of first entry (min) and of the all-clear (h), which comes out of the search."""
    table = runs.get(Batch("perimeter-1999"), n)
    return (
        intervals.scaled(intervals.median(table["start_to_entry_s"]), 1 / 60),
        intervals.scaled(intervals.median(table["all_clear_s"]), 1 / 3600),
    )


def _within_5_s(what: str, row: str) -> Tolerance:
    return Tolerance(f"{what} (s)", OBSERVED_S[row] - 5.0, OBSERVED_S[row] + 5.0, "interval")


FACTS: tuple[Fact, ...] = (
    fact(
        "F01",
        Test(
            (Tolerance("share over by 2 min", 0.26, 0.49), Tolerance("share over by 5 min", 0.58, 0.80)),
            durations,
            figure=durations_figure,
        ),
    ),
    fact(
        "F02",
        Test(
            (
                Tolerance("median (min)", 2.5, 3.5),
                Tolerance("share within 12 min", 0.98, 1.0, "reaches"),
            ),
            police_response,
            figure=police_response_figure,
        ),
    ),
    fact(
        "F03",
        Test(
            (Tolerance("share over by 5 min", 0.71, 0.94), Tolerance("share over 15 min", 0.04, 0.25)),
            school_durations,
            figure=school_durations_figure,
        ),
    ),
    fact(
        "F04",
        Test(
            (
                Tolerance("officer inside sets out within 60 s of the first signs, share", 0.85, 1.0),
                Tolerance("first officer within 1-5 min, share of all attacks", 1 / 3 - 0.15, 1 / 3 + 0.15),
                Tolerance("first officer within 5-10 min, share of all attacks", 0.10, 0.40),
            ),
            first_officers,
        ),
    ),
    fact(
        "F05",
        Test(
            (
                _within_5_s("answer to broadcast", "psap.processing_delay"),
                _within_5_s("call to first officer", "patrol.response_total"),
                _within_5_s("officer to entry", "entry.assess_delay"),
            ),
            observed_chain,
        ),
    ),
    fact(
        "F20",
        Test(
            (
                Tolerance("median start to first entry (min)", 40.0, 50.0),
                Tolerance("median start to all-clear (h), published 3 to 5", rule="shown"),
            ),
            perimeter,
        ),
    ),
)
