"""The same incidents under several policies, in twelve rooms or the elementary school, each run once."""

from __future__ import annotations

from functools import cache, lru_cache

from plans import grid_plan

from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.run import run_incident
from sim.streams import RunKey

N_KEYS = 120
"""Keys in the twelve rooms: a run takes about a hundredth of a second."""

ELEMENTARY_KEYS = [RunKey(7, replicate) for replicate in range(50)]


@lru_cache(maxsize=1)
def small_scenario():
    """Return an incident in a small building that is not a shipped one: no levels of harm."""
    return load_scenario("elementary").with_(plan=grid_plan(3, 4, 3))


@lru_cache(maxsize=64)
def runs(base, n=N_KEYS, **levers):
    """Return the runs of a shipped policy with single levers changed (two underscores for the dot)."""
    policy = _policy(base, levers)
    return [run_incident(small_scenario(), policy, RunKey(9, k)) for k in range(n)]


@cache
def elementary_outcomes(**levers):
    """Return the outcome of every key in the elementary school, under audit-average with levers changed."""
    scenario, policy = load_scenario("elementary"), _policy("audit-average", levers)
    return [run_incident(scenario, policy, key).outcome for key in ELEMENTARY_KEYS]


def _policy(base, levers):
    policy = load_policy(base)
    for name, value in levers.items():
        policy = policy.with_lever(name.replace("__", "."), value)
    return policy


def column(base, name, n=N_KEYS, **levers):
    """Return one outcome of the runs, in the order of the keys."""
    return [getattr(run.outcome, name) for run in runs(base, n, **levers)]


def stamps_s(run, event, who=None):
    """Return the times of an event of a run (s), of one role or of all."""
    return [row.time_s for row in run.timeline if row.event == event and who in (None, row.who)]
