"""When a study has run enough: first contact is known as closely as asked for, or its runs are used up.

Whoever looks after every run and stops at the first interval that is narrow enough gets intervals that are
too narrow. Looks that begin late and come seldom cost little: of 95 % intervals 94 % held where the first
look came after 100 pairs and the next every 50, and 85 % where it came after 5 and then with every pair
(simulated with a skewed outcome; `tests/experiments/compare/test_stopping.py` does it again).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from experiments.compare.comparison import compare
from experiments.pages.words import HEADLINE, span
from sim.errors import StudyError

if TYPE_CHECKING:
    from experiments.study.design import StudyDesign
    from experiments.study.results import Results

FIRST_LOOK, BETWEEN_LOOKS = 100, 50
"""Paired runs before the first look, and from one look to the next."""


class Stop(NamedTuple):
    """Where a study stopped, and how closely first contact is known there.

    `half_width_s` is the widest half interval over the policies, None where one has no interval.
    """

    runs: int
    half_width_s: float | None
    target_s: float

    @property
    def is_reached(self) -> bool:
        """Whether every difference is known as closely as asked for."""
        return self.half_width_s is not None and self.half_width_s <= self.target_s

    def sentence(self) -> str:
        """Say where it stopped, and whether that was enough."""
        known = "not known" if self.half_width_s is None else f"known to ± {span(self.half_width_s)}"
        target = f"± {span(self.target_s)} was asked for"
        return (
            f"Stopped at {self.runs} paired runs: first contact is {known} for every policy, {target}: "
            f"{'reached' if self.is_reached else 'not reached; ask for more with --runs'}."
        )


def run_until(
    design: StudyDesign,
    half_width_s: float,
    run: Callable[[StudyDesign], Results],
    n_on_disk: int = 0,
) -> tuple[Results, Stop]:
    """Run a study until the interval of every mean difference in first contact is narrow enough.

    Parameters
    ----------
    design : StudyDesign
        The study; its runs are the most there may be.
    half_width_s : float
        Half of the 95 % interval of the mean difference to the baseline that is asked for (s).
    run : callable
        Runs a study, or goes on with it: ``run_study`` with a folder.
    n_on_disk : int
        Paired runs that the folder holds already: a study never shrinks.

    Returns
    -------
    Results, Stop
        The study as it stopped, and where.

    Raises
    ------
    StudyError
        If the half width is no time above 0 s.
    """
    if not half_width_s > 0:
        raise StudyError(f"half width: found {half_width_s:g}; allowed is a time above 0 s, such as 60.")
    for runs in looks(design.runs, n_on_disk):
        look = replace(design, runs=runs)  # of a plan from outside rounded up to whole chunks
        results = run(look)
        stop = Stop(look.runs, widest_half_width_s(results), half_width_s)
        if stop.is_reached:
            break
    return results, stop


def looks(most: int, n_on_disk: int = 0) -> Iterator[int]:
    """Give the numbers of paired runs after which a study is looked at."""
    first = min(max(FIRST_LOOK, n_on_disk), most)
    yield first
    yield from range((first // BETWEEN_LOOKS + 1) * BETWEEN_LOOKS, most, BETWEEN_LOOKS)
    if first < most:
        yield most


def widest_half_width_s(results: Results) -> float | None:
    """Return half the widest interval of first contact over the policies (s), None where one has none.

    A policy under which nobody makes contact in any pair has nothing to be known more closely.
    """
    widest = 0.0
    for found in compare(results, outcomes=[HEADLINE]):
        if found.diff_low is not None and found.diff_high is not None:
            widest = max(widest, (found.diff_high - found.diff_low) / 2)
        elif found.n_pairs:
            return None
    return widest
