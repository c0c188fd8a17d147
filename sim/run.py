"""Whole runs: one incident to its end, and the same incident under several policies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sim.errors import PolicyError
from sim.given.policies import Policy, load_policy, may_stand_side_by_side
from sim.given.scenario import Scenario, is_library
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.model.summary import publish_pair
from sim.record.outcome import Outcome
from sim.record.recording import Recording
from sim.record.timeline import Timeline
from sim.streams import RunKey


class RunResult(NamedTuple):
    """What one run gives: outcome, timeline, recording where asked for, and the secured curve."""

    outcome: Outcome
    timeline: Timeline
    recording: Recording | None
    curve: tuple[float, ...]
    n_people: int


def run_incident(scenario: Scenario, policy: Policy, key: RunKey, *, record: bool = False) -> RunResult:
    """Run one incident to its end.

    Parameters
    ----------
    scenario : Scenario
        The place.
    policy : Policy
        The response.
    key : RunKey
        Study seed and replicate.
    record : bool
        Keep positions and states.

    Returns
    -------
    RunResult
        Outcome, timeline, recording and curve.
    """
    return run_paired(scenario, [policy], key, record=[policy.name] if record else ())[0]


def run_paired(
    scenario: Scenario, policies: Sequence[Policy], key: RunKey, *, record: Collection[str] = ()
) -> list[RunResult]:
    """Run the same incident under several policies; the first is the baseline of the differences.

    For a plan that is not in our library harm leaves this function only as a difference to the baseline.

    Parameters
    ----------
    scenario : Scenario
        The place.
    policies : sequence of Policy
        The responses, baseline first.
    key : RunKey
        Study seed and replicate, shared by all.
    record : collection of str
        Names of the policies whose runs are recorded.

    Returns
    -------
    list of RunResult
        In the order of the policies.

    Raises
    ------
    PolicyError
        If recorded policies differ in `exit.option`.
    """
    recorded = [policy for policy in policies if policy.name in record]
    if not may_stand_side_by_side(recorded, scenario):
        raise PolicyError(
            "recording: found policies with different levels of exit.option; side by side, who leaves under "
            "one only would tell where the danger was. Record one of them, or policies with the same level."
        )
    library_plan = is_library(scenario)
    results: list[RunResult] = []
    baseline: Outcome | None = None
    for policy in policies:
        model = ResponseModel(
            scenario, policy, rng=key.seed, replicate=key.replicate, record=policy.name in record
        )
        model.run()
        full = model._full_outcome()
        baseline = baseline or full
        outcome = publish_pair(full, baseline, library_plan=library_plan)
        results.append(RunResult(outcome, model.timeline, model.recording, model.curve, outcome.people))
    return results


def warm_up() -> None:
    """Compile (or load) every kernel once, so that workers find them in the cache."""
    # An hour: the kernels that teams need are called only once officers are inside.
    scenario = load_scenario("elementary").with_(horizon_s=3600.0)
    policy = load_policy("immediate-entry")
    for one in (policy, policy.with_lever("exit.option", "multi_option")):
        run_incident(scenario, one, RunKey(0, 0))
