"""Intervals of the comparison against exact coverage, and the law of the square root."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from experiments.compare.comparison import mean_interval, share_interval

N = 100


def coverage(p, interval):
    """Return the exact share of samples of 100 whose interval holds p."""
    holds = [low <= p <= high for low, high in map(interval, range(N + 1))]
    return float(stats.binom.pmf(np.arange(N + 1)[holds], N, p).sum())


def wilson(k):
    return share_interval(k, N)[1:]


def wald(k):
    half = 1.959964 * (k / N * (1 - k / N) / N) ** 0.5
    return k / N - half, k / N + half


def test_shares_have_the_coverage_of_wilson():
    """Wald's interval at p = 0.01 holds in 0.62 of the samples only; Wilson's in 0.92."""
    assert coverage(0.01, wald) == pytest.approx(0.62, abs=0.02)
    assert coverage(0.225, wald) == pytest.approx(0.948, abs=0.01)
    assert coverage(0.01, wilson) == pytest.approx(0.917, abs=0.005)
    assert 0.93 <= coverage(0.225, wilson) <= 0.965


def test_the_standard_error_falls_with_the_root_of_the_runs():
    """Slope of log half-width against log n: -0.5 +- 0.1."""
    rng = np.random.default_rng(3)
    sizes = np.array([16, 64, 256, 1024])
    widths = []
    for n in sizes:
        halves = []
        for _ in range(6):
            _, low, high = mean_interval(rng.exponential(300.0, int(n)))
            halves.append((high - low) / 2)
        widths.append(np.mean(halves))
    slope = np.polyfit(np.log(sizes), np.log(widths), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.1)


def fourth_of_eight(rng, n):
    return np.sort(rng.exponential(300.0, (n, 8)), axis=1)[:, 3]


@pytest.mark.parametrize("n", [15, pytest.param(30, marks=pytest.mark.slow)])
def test_the_mean_of_the_fourth_arrival_is_covered(n):
    """Nominal 95 % intervals hold in 0.93 to 0.965 of 2000 repeats (below 20 values Student's t)."""
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(2000):
        _, low, high = mean_interval(fourth_of_eight(rng, n))
        held += low <= 190.357 <= high
    assert 0.93 - (0.01 if n < 20 else 0.0) <= held / 2000 <= 0.965
