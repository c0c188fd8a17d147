"""All verification tests, in the order of their sources, and the run of them in parallel."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from experiments.evidence.verification import flows, imo, iso, laws, nist, rimea, tick
from experiments.evidence.verification.kit import Check, Found, by_number
from experiments.study.selection import chosen_of

CHECKS: tuple[Check, ...] = (
    *sorted((*rimea.CHECKS, *flows.CHECKS), key=by_number),
    *imo.CHECKS,
    *nist.CHECKS,
    *iso.CHECKS,
    *laws.CHECKS,
    *tick.CHECKS,
)


@dataclass(frozen=True)
class Row:
    """A test with what it found and how long it took (s)."""

    check: Check
    found: Found
    took_s: float


def chosen(only: Sequence[str]) -> tuple[Check, ...]:
    """Return the tests of these numbers ("RiMEA 4"), all of them for none.

    Raises
    ------
    StudyError
        For a number that there is no test of.
    """
    return chosen_of(CHECKS, only, "verification test")


def run_checks(checks: Sequence[Check], workers: int, done: Callable[[Row], None]) -> list[Row]:
    """Run tests in worker processes, and return them in their order.

    Parameters
    ----------
    checks : sequence of Check
        What to run.
    workers : int
        Processes; tests do not depend on how many.
    done : callable
        Called with each test that has ended.
    """
    rows = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
        found = pool.map(_run, [CHECKS.index(check) for check in checks])
        for check, (what, took_s) in zip(checks, found, strict=True):
            rows.append(Row(check, what, took_s))
            done(rows[-1])
    return rows


def _run(position: int) -> tuple[Found, float]:
    """Run a test by its place in the list: places travel to other processes, functions may not."""
    began = time.perf_counter()
    return CHECKS[position].run(), time.perf_counter() - began
