"""The arguments of a model as Mesa users give them: scenario and policy, single fields, levers, a seed.

Mesa's `batch_run` passes no number of the iteration on: a model that is given neither seed nor replicate
takes a fresh seed, so that four iterations are four incidents, and keeps it in `model.key`.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from secrets import randbits
from typing import Any

from sim.errors import ScenarioError, closest
from sim.given.disclosure import is_ours
from sim.given.levers import LEVERS
from sim.given.policies import Policy, load_policy
from sim.given.rows import lever_rows
from sim.given.scenario import Scenario
from sim.given.scenario_files import load_scenario

_FIELDS = ("building", "day_part", "area", "horizon_s", "arrival_minutes")
"""Fields of a scenario that may be given one by one."""

_NAMED = ("scenario", "policy", "rng", "seed", "replicate", "record")
_FRESH_BITS = 32
"""Bits of a fresh seed: few enough to type it again."""


def given(scenario: str | Scenario, policy: str | Policy, more: Mapping[str, Any]) -> tuple[Scenario, Policy]:
    """Return the scenario that a model is given, and the policy on top of what the scenario sets.

    Parameters
    ----------
    scenario, policy : str, Scenario or Policy
        A name, a file, or the thing itself.
    more : mapping
        Fields of the scenario, and levers with two underscores for the dot.

    Raises
    ------
    ScenarioError
        If a name is neither a field nor a lever, or a value is impossible.
    PolicyError
        If a lever cannot be set so.
    """
    levers, fields = {}, {}
    for name, value in more.items():
        lever = name.replace("__", ".")
        if name in _FIELDS:
            fields[name] = value
        elif lever in lever_rows() or "." in lever or name.lower().startswith("hazard"):
            levers[lever] = value
        elif name != "seed":
            allowed = [*_NAMED, *_FIELDS, *(lever.replace(".", "__") for lever in LEVERS)]
            raise ScenarioError(
                f"ResponseModel: there is no argument '{name}'.{closest(name, allowed)} Allowed are "
                f"{', '.join((*_NAMED, *_FIELDS))}, and levers such as entry__delay_s."
            )
    loaded = load_scenario(scenario) if isinstance(scenario, str) else scenario
    chosen = load_policy(policy) if isinstance(policy, str) else policy
    for lever, value in levers.items():
        chosen = chosen.with_lever(lever, value)
    loaded = loaded.with_(**fields) if fields else loaded
    # A plain policy: a subclass could run its own code inside the model.
    return loaded, Policy(chosen.name, chosen.plain_words, dict(chosen.settings)).under(loaded)


def run_numbers(scenario: Scenario, rng: object, seed: object, replicate: object) -> tuple[int | None, int]:
    """Return seed and replicate of a run; without both a fresh seed, for a plan of ours.

    Parameters
    ----------
    scenario : Scenario
        The place: a run of a plan from outside is keyed by its content and never drawn afresh.
    rng, seed : int or None
        Seed by either of Mesa's names; with a replicate alone it stays None, which is the default seed.
    replicate : int or None
        Number of the run; with a seed alone it is 0.

    Raises
    ------
    ScenarioError
        If both seeds are given, or one of the numbers is no whole number from 0.
    """
    if rng is not None and seed is not None:
        raise ScenarioError("ResponseModel: found rng and seed; they are two names of one number, give one.")
    rng = seed if rng is None else rng
    if rng is None and replicate is None and is_ours(scenario.plan):
        rng = randbits(_FRESH_BITS)
    # Of a plan from outside few replicates can be run, and disclosure says which.
    lowest = 0 if is_ours(scenario.plan) else -(2**63)
    return None if rng is None else _whole("rng", rng), _whole("replicate", replicate or 0, lowest)


def _whole(name: str, value: object, low: int = 0) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value)  # as a text field of Mesa's page gives it
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) < 2**64:
        raise ScenarioError(f"{name}: found {value!r}; allowed are whole numbers from 0 to 2**64 - 1.")
    return int(value)
