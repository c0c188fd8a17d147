"""Paired comparison of policies: differences of the same runs, with 95 % intervals.

Every number here is a difference ``policy - baseline`` within pairs that share their draws, a mean of one
policy over the same pairs, or a median of one policy that counts what had not happened as censored.

* Mean of one policy: over the pairs behind the difference, so that the two means differ by just that.
* Mean difference: bootstrap over pairs, bias-corrected and accelerated (BCa), 4,999 resamples with a fixed
  generator; below 20 pairs Student's t.
* Median difference: the exact interval of order statistics (``scipy.stats.quantile_test``).
* Shares of runs or pairs: Wilson.
* Median of one policy: Kaplan-Meier (``scipy.stats.ecdf`` of censored data).

A difference uses the pairs in which it happened under both policies; how many pairs that leaves out is said
beside it. Harm is read from the ``*_vs_baseline`` columns only, as a difference, and never sorted.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.study.results import Results, outcome_column
from sim.record.declared import OutcomeColumn
from sim.view.outcome import censored_name

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Interval = tuple[float | None, float | None, float | None]
"""A value, and the low and high end of its 95 % interval; None where there is none."""

CONFIDENCE = 0.95
RESAMPLES = 4_999
FEWEST_FOR_INTERVAL = 6  # as many as the order statistics of a median need for 95 %
FEWEST_FOR_BOOTSTRAP = 20
ROUNDING = 1e-9  # differences that vary by less are one value, written with rounding
METHODS = (
    "Levels and differences are means over the same pairs of runs, those in which it happened under both "
    "policies. Intervals of mean differences: BCa bootstrap, 4,999 resamples (Student's t below 20 pairs, "
    "none below 6); with few pairs of a skewed outcome they hold less often than 95 %. "
    "Shares: Wilson. All intervals 95 %."
)


@dataclass(frozen=True)
class Comparison:
    """One outcome of one policy beside the baseline.

    Attributes
    ----------
    outcome, title, unit, kind : str
        The outcome column and what it is.
    better : str or None
        "lower" or "higher".
    policy, baseline : str
        Labels.
    n_pairs : int
        Pairs behind the differences: runs in which it happened under both.
    only_policy, only_baseline, neither : int
        Pairs in which it happened by the horizon under one of them, or under none.
    baseline_mean, policy_mean : float or None
        Means of each over these pairs: they differ by `diff_mean`. None without a pair, and for harm.
    baseline_median, policy_median : float or None
        Medians of each alone, Kaplan-Meier for intervals; None when more than half had not happened, and
        always for harm.
    diff_mean, diff_low, diff_high : float or None
        Mean of policy - baseline with its 95 % interval.
    diff_median, diff_median_low, diff_median_high : float or None
        Median of policy - baseline with its 95 % interval.
    share_worse, share_worse_low, share_worse_high : float or None
        Share of pairs in which the policy does worse, Wilson.
    n_censored : int
        Runs of the policy in which it had not happened by the horizon; for harm, in which the threat was
        not over by then.
    """

    outcome: str
    title: str
    unit: str
    kind: str
    better: str | None
    policy: str
    baseline: str
    n_pairs: int
    only_policy: int
    only_baseline: int
    neither: int
    baseline_mean: float | None
    policy_mean: float | None
    baseline_median: float | None
    policy_median: float | None
    diff_mean: float | None
    diff_low: float | None
    diff_high: float | None
    diff_median: float | None
    diff_median_low: float | None
    diff_median_high: float | None
    share_worse: float | None
    share_worse_low: float | None
    share_worse_high: float | None
    n_censored: int

    @property
    def is_clear(self) -> bool:
        """Whether the 95 % interval of the mean difference leaves out zero."""
        if self.diff_low is None or self.diff_high is None:
            return False
        return self.diff_low > 0 or self.diff_high < 0


def compare(
    results: Results, baseline: str | None = None, outcomes: Sequence[str] | None = None
) -> list[Comparison]:
    """Compare every policy with the baseline.

    Parameters
    ----------
    results : Results
        A results folder.
    baseline : str, optional
        Label; the study's own when omitted.
    outcomes : sequence of str, optional
        Outcome columns; all but the levels of harm when omitted.

    Returns
    -------
    list of Comparison
        Policies in the order of the study, outcomes in the order of the table.
    """
    base = results.check_label(baseline or results.baseline)
    names = outcomes or results.outcome_names
    found = []
    for name in names:
        column = outcome_column(name)
        pairs = results.paired(name, base)
        found += [
            _one(results, column, label, base, pairs[pairs["policy"] == label])
            for label in results.labels
            if label != base
        ]
    place = {label: number for number, label in enumerate(results.labels)}
    return sorted(found, key=lambda comparison: place[comparison.policy])


def _one(results: Results, column: OutcomeColumn, label: str, base: str, pairs: pd.DataFrame) -> Comparison:
    shown = pairs.dropna(subset=["difference"])
    difference = shown["difference"].to_numpy(dtype=float)
    mean, low, high = mean_interval(difference)
    median, median_low, median_high = median_interval(difference)
    harm = column.kind == "harm"
    only_policy = only_baseline = neither = censored = 0
    if column.kind == "interval":
        here = pairs["censored"].to_numpy(dtype=bool)
        there = pairs["baseline_censored"].to_numpy(dtype=bool)
        only_policy, only_baseline = int((~here & there).sum()), int((here & ~there).sum())
        neither, censored = int((here & there).sum()), int(here.sum())
    elif harm:
        censored = int(pairs["censored"].sum())
    worse: Interval = (None, None, None)
    if column.better is not None:
        sign = 1.0 if column.better == "lower" else -1.0
        # What had not happened under one policy only is worse under that one.
        n = int(difference.size) + only_policy + only_baseline
        worse = share_interval(int((sign * difference > 0).sum()) + only_baseline, n)
    return Comparison(
        outcome=column.name,
        title=column.title,
        unit=column.unit,
        kind=column.kind,
        better=column.better,
        policy=label,
        baseline=base,
        n_pairs=int(difference.size),
        only_policy=only_policy,
        only_baseline=only_baseline,
        neither=neither,
        baseline_mean=None if harm or shown.empty else float(shown["baseline_value"].mean()),
        policy_mean=None if harm or shown.empty else float(shown["value"].mean()),
        baseline_median=None if harm else median_of(results, column, base),
        policy_median=None if harm else median_of(results, column, label),
        diff_mean=mean,
        diff_low=low,
        diff_high=high,
        diff_median=median,
        diff_median_low=median_low,
        diff_median_high=median_high,
        share_worse=worse[0],
        share_worse_low=worse[1],
        share_worse_high=worse[2],
        n_censored=censored,
    )


def median_of(results: Results, column: OutcomeColumn, label: str) -> float | None:
    """Return the median of one outcome under one policy, with the censored runs counted.

    An interval that begins after the start of the incident is censored somewhat before the horizon; the
    horizon is used for all, which moves no median that lies before it.
    """
    rows = results.outcomes()
    rows = rows[(rows["policy"] == label) & (rows["status"] == "ok")]
    values = rows[column.name].dropna().to_numpy(dtype=float)
    if column.kind != "interval":
        return float(np.median(values)) if values.size else None
    return kaplan_meier_median(values, int(rows[censored_name(column.name)].sum()), results.horizon_s)


def kaplan_meier_median(times: NDArray[np.float64], n_censored: int, horizon_s: float) -> float | None:
    """Return the first time by which it had happened in half of the runs, None when that time is not reached.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Seconds, of the runs in which it happened.
    n_censored : int
        Runs in which it had not happened by the horizon.
    horizon_s : float
        Seconds.
    """
    from scipy import stats

    if not times.size:
        return None
    data = stats.CensoredData(times, right=np.full(n_censored, max(horizon_s, float(times.max()))))
    survival = stats.ecdf(data).sf
    reached = survival.probabilities <= 0.5 + 1e-12
    return float(survival.quantiles[reached][0]) if reached.any() else None


def mean_interval(values: NDArray[np.float64]) -> Interval:
    """Return mean, low and high of its 95 % interval; no interval below six values, unless all are zero."""
    from scipy import stats

    if not values.size:
        return None, None, None
    mean = float(values.mean())
    if not values.any() and values.size > 1:
        return 0.0, 0.0, 0.0  # the same in every pair, however few: what equal policies give
    if values.size < FEWEST_FOR_INTERVAL:
        return mean, None, None
    if np.ptp(values) <= ROUNDING * max(1.0, abs(mean)):
        return mean, mean, mean
    if values.size >= FEWEST_FOR_BOOTSTRAP:
        with warnings.catch_warnings():
            # A degenerate resample is told by its NaN below.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", stats.DegenerateDataWarning)
            interval = stats.bootstrap(
                (values,), np.mean, n_resamples=RESAMPLES, rng=np.random.default_rng(0), method="BCa"
            ).confidence_interval
        if math.isfinite(interval.low) and math.isfinite(interval.high):
            return mean, float(interval.low), float(interval.high)
    low, high = stats.t.interval(
        CONFIDENCE, values.size - 1, loc=mean, scale=values.std(ddof=1) / math.sqrt(values.size)
    )
    return mean, float(low), float(high)


def median_interval(values: NDArray[np.float64]) -> Interval:
    """Return median, low and high of its 95 % interval; no interval where the order statistics give none."""
    from scipy import stats

    if not values.size:
        return None, None, None
    median = float(np.median(values))
    test: Any = stats.quantile_test(values, q=median, p=0.5)
    interval = test.confidence_interval(CONFIDENCE)
    low, high = float(interval.low), float(interval.high)
    if not (math.isfinite(low) and math.isfinite(high)):
        return median, None, None
    return median, low, high


def share_interval(successes: int, n: int) -> Interval:
    """Return a share with its 95 % Wilson interval; nothing for no cases."""
    from scipy import stats

    if n == 0:
        return None, None, None
    interval = stats.binomtest(successes, n).proportion_ci(CONFIDENCE, method="wilson")
    return successes / n, float(interval.low), float(interval.high)
