"""Values with 95 % intervals from the columns of runs; a run in which it had not happened counts as later."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from experiments.compare.comparison import CONFIDENCE, RESAMPLES, Interval, median_interval, share_interval

Floats = NDArray[np.float64]


def share(hits: NDArray[np.bool_]) -> Interval:
    """Return the share of runs, with Wilson's interval."""
    return share_interval(int(hits.sum()), int(hits.size))


def median(values: Floats) -> Interval:
    """Return the median, with the exact interval of order statistics."""
    return median_interval(np.where(np.isnan(values), np.inf, values))


def all_of(values: Floats) -> Interval:
    """Return the median with the smallest and the largest value: for what must hold in every run."""
    if np.isnan(values).any():
        return None, None, None
    return float(np.median(values)), float(values.min()), float(values.max())


def scaled(interval: Interval, factor: float) -> Interval:
    """Return an interval in another unit."""
    value, low, high = (None if end is None else end * factor for end in interval)
    return value, low, high


def resampled(statistic: Callable[..., float], *columns: Floats) -> Interval:
    """Return a statistic of whole runs with a percentile interval: runs are drawn anew, columns together.

    Parameters
    ----------
    statistic : callable
        A number from columns of the same runs.
    *columns : float64[n]
        The columns.
    """
    n, rng = len(columns[0]), np.random.default_rng(0)
    value, found = statistic(*columns), []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, n, n)
        found.append(statistic(*(column[rows] for column in columns)))
    finite = np.array(found)[np.isfinite(found)]
    if not np.isfinite(value) or finite.size < RESAMPLES // 2:
        return (value if np.isfinite(value) else None), None, None
    low, high = np.quantile(finite, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return value, float(low), float(high)
