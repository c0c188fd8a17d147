"""Whole runs: one incident to its end, and the same incident under several policies."""

from __future__ import annotations

import gc
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sim.given import disclosure
from sim.given.policies import Policy, load_policy
from sim.given.scenario import Scenario
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.model.summary import publish_pair
from sim.record.recording import Recording
from sim.record.timeline import Timeline
from sim.streams import RunKey
from sim.view.outcome import Outcome


class RunResult(NamedTuple):
    """What one run gives: outcome, timeline, recording where asked for, and the secured curve."""

    outcome: Outcome
    timeline: Timeline
    recording: Recording | None
    curve: tuple[float, ...]
    n_people: int


def run_incident(
    scenario: Scenario, policy: Policy, key: RunKey | int = 0, *, record: bool = False
) -> RunResult:
    """Run one incident to its end.

    Parameters
    ----------
    scenario : Scenario
        The place.
    policy : Policy
        The response.
    key : RunKey or int
        Study seed and replicate, or the replicate alone, 0 to 2: all there is to choose of an outside plan.
    record : bool
        Keep positions and states.

    Returns
    -------
    RunResult
        Outcome, timeline, recording and curve.
    """
    return run_paired(scenario, [policy], key, record=[policy.name] if record else ())[0]


def run_paired(
    scenario: Scenario, policies: Sequence[Policy], key: RunKey | int = 0, *, record: Collection[str] = ()
) -> list[RunResult]:
    """Run the same incident under several policies; the first is the baseline of the differences.

    For a plan from outside no harm leaves this function, and the first few replicates can be run only.

    Parameters
    ----------
    scenario : Scenario
        The place.
    policies : sequence of Policy
        The responses, baseline first.
    key : RunKey or int
        Study seed and replicate, or the replicate alone; shared by all.
    record : collection of str
        Names of the policies whose runs are recorded.

    Returns
    -------
    list of RunResult
        In the order of the policies.

    Raises
    ------
    ScenarioError
        If a seed, or a replicate beyond the first few, is asked for of a plan from outside.
    """
    seed, replicate = (None, key) if isinstance(key, int) else key
    checked = disclosure.key_of(scenario, seed, replicate)
    results = run_for_study(scenario, policies, checked, record=record)
    is_ours, baseline = disclosure.is_ours(scenario.plan), results[0].outcome
    return [
        result._replace(outcome=publish_pair(result.outcome, baseline, library_plan=is_ours))
        for result in results
    ]


class _ModelOfStudy(ResponseModel):
    """An incident of a study, whose replicate is any: what it gives is added up before anybody sees it."""

    @staticmethod
    def _key_of(_scenario: Scenario, seed: int | None, replicate: int) -> RunKey:
        return RunKey(disclosure.DEFAULT_SEED if seed is None else seed, replicate)


def run_for_study(
    scenario: Scenario, policies: Sequence[Policy], key: RunKey, *, record: Collection[str] = ()
) -> list[RunResult]:
    """Run the same incident under several policies, harm included: for a study, which keeps what it may.

    Parameters
    ----------
    scenario : Scenario
        The place.
    policies : sequence of Policy
        The responses.
    key : RunKey
        Study seed and replicate, shared by all.
    record : collection of str
        Names of the policies whose runs are recorded.

    Returns
    -------
    list of RunResult
        In the order of the policies, each with its full outcome.
    """
    results = []
    for policy in policies:
        model = _ModelOfStudy(
            scenario, policy, rng=key.seed, replicate=key.replicate, record=policy.name in record
        )
        model.run()
        full = model._full_outcome()
        results.append(RunResult(full, model.timeline, model.recording, model.curve, full.people))
    return results


def warm_up() -> None:
    """Compile (or load) every kernel once, so that workers find them in the cache."""
    # An hour: the kernels that teams need are called only once officers are inside.
    scenario = load_scenario("elementary").with_(horizon_s=3600.0)
    policy = load_policy("immediate-entry")
    for one in (policy, policy.with_lever("exit.option", "multi_option")):
        run_incident(scenario, one, RunKey(0, 0))
    # What is loaded by now stays: looking through all of it again costs as much as an incident does.
    gc.collect()
    gc.freeze()
