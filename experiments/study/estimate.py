"""How long a command will take, told before it begins: from one run that is timed, never from a table."""

from __future__ import annotations

import time

from experiments.pages.words import span

LEAST_S = 20.0
"""What takes less is not worth a word."""


def words(n_runs: int, run_s: float, workers: int) -> str:
    """Return how long some runs will take, or nothing when that is soon over.

    Parameters
    ----------
    n_runs : int
        Runs that are missing.
    run_s : float
        Seconds that one run took.
    workers : int
        Processes that share them.
    """
    seconds = n_runs * run_s / max(1, min(workers, n_runs))
    if seconds < LEAST_S:
        return ""
    shared = f" with {workers} workers" if workers > 1 else ""
    return f"about {span(seconds)} for {n_runs:,} runs{shared} (one took {run_s:.2g} s)"


def probe_s() -> float:
    """Return how long one incident of the high school takes here, compiling apart (s)."""
    from sim.given.policies import load_policy
    from sim.given.scenario_files import load_scenario
    from sim.run import run_incident, warm_up
    from sim.streams import RunKey

    warm_up()
    scenario, policy = load_scenario(), load_policy("audit-average")
    run_incident(scenario, policy, RunKey(1, 0))  # the plan is compiled, fields are searched
    begun = time.monotonic()
    run_incident(scenario, policy, RunKey(1, 1))
    return time.monotonic() - begun
