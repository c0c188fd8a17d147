"""The same incidents under audit-average with some levers changed; every arm is run once and kept."""

from __future__ import annotations

from functools import cache

from sim.outcome import Outcome
from sim.policies import load_policy
from sim.run import run_incident
from sim.scenario import load_scenario
from sim.streams import RunKey

KEYS = [RunKey(7, replicate) for replicate in range(50)]


@cache
def outcomes(**levers: str | float | bool) -> list[Outcome]:
    """Return the outcome of every key in the elementary school (two underscores for the dot of a lever)."""
    policy, scenario = load_policy("audit-average"), load_scenario("elementary")
    for name, level in levers.items():
        policy = policy.with_lever(name.replace("__", "."), level)
    return [run_incident(scenario, policy, key).outcome for key in KEYS]
