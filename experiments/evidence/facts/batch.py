"""Batches of incidents that facts share: what to run, the columns of each run, and the run in parallel."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.evidence.facts.hooks import HookedModel
from experiments.evidence.facts.probe import Probe
from sim.clock import to_ticks
from sim.given.policies import Policy, load_policy
from sim.given.scenario import Scenario
from sim.given.scenario_files import load_scenario

if TYPE_CHECKING:
    from sim.given.levers import Level

SEED = 20_140_924
"""Seed of all runs of all facts: pairs share every draw."""

NOTED_AT_S = (300, 360)
"""Times at which the injury events so far are noted (s): F21 and F12. Kept inside; only ratios are shown."""

Table = dict[str, NDArray[np.float64]]
"""One array of floats per column, one element per run; nan for what had not happened."""

Measure = Callable[["Batch", int], dict[str, float]]


@dataclass(frozen=True)
class Batch:
    """Incidents that differ by their key only.

    Parameters
    ----------
    policy, scenario, building : str
        Names of ours; no building is that of the scenario.
    levers : tuple of (str, level)
        Levers on top of the policy.
    parameters : tuple of (str, float)
        Central values of sweepable parameters on top of the scenario.
    hooks : tuple of str
        Names of `hooks.HOOKS`.
    measure : callable
        Module function that runs the n-th of them and returns its columns; `incident` when omitted.
    """

    policy: str = "audit-average"
    levers: tuple[tuple[str, Level], ...] = ()
    scenario: str = "default"
    building: str | None = None
    parameters: tuple[tuple[str, float], ...] = ()
    hooks: tuple[str, ...] = ()
    measure: Measure | None = None

    def parts(self) -> tuple[Scenario, Policy]:
        """Return the scenario and the policy that these names mean."""
        return _scenario(self.scenario, self.building, self.parameters), _policy(self.policy, self.levers)

    def model(self, replicate: int) -> HookedModel:
        """Return the n-th incident at its start."""
        scenario, policy = self.parts()
        return HookedModel(scenario, policy, rng=SEED, replicate=replicate, hooks=self.hooks)


@lru_cache(maxsize=64)
def _scenario(name: str, building: str | None, parameters: tuple[tuple[str, float], ...]) -> Scenario:
    scenario = load_scenario(name, building=building)
    return scenario.with_(parameters=dict(parameters)) if parameters else scenario


@lru_cache(maxsize=64)
def _policy(name: str, levers: tuple[tuple[str, Level], ...]) -> Policy:
    policy = load_policy(name)
    for lever, level in levers:
        policy = policy.with_lever(lever, level)
    return policy


def incident(batch: Batch, replicate: int) -> dict[str, float]:
    """Run an incident to its end, and return its outcome and the injury events until certain times."""
    model = batch.model(replicate)
    probe, noted = Probe(model), {}
    for time_s in NOTED_AT_S:
        model.advance(to_ticks(time_s))
        noted[f"injury_events_{time_s}s"] = float(probe.injury_events)
    outcome = model.run().as_row()
    return {name: np.nan if value is None else float(value) for name, value in outcome.items()} | noted


class Runs:
    """Runs batches and keeps what they gave.

    Parameters
    ----------
    run_many : callable
        Runs some replicates of a batch, such as `in_processes` gives.
    n : int, optional
        So many runs of every batch, whatever a fact asks for.
    """

    def __init__(
        self, run_many: Callable[[Batch, range], list[dict[str, float]]], n: int | None = None
    ) -> None:
        self._run_many, self.n = run_many, n
        self._rows: dict[Batch, list[dict[str, float]]] = {}
        self._change: Callable[[Batch], Batch] = lambda batch: batch

    def get(self, batch: Batch, n: int) -> Table:
        """Return the first n runs of a batch; those that are there already are not run again."""
        batch = self._change(batch)
        rows = self._rows.setdefault(batch, [])
        if len(rows) < n:
            rows += self._run_many(batch, range(len(rows), n))
        return {name: np.array([row[name] for row in rows[:n]]) for name in rows[0]}

    def ablated(
        self,
        hooks: tuple[str, ...] = (),
        levers: tuple[tuple[str, Level], ...] = (),
        parameters: tuple[tuple[str, float], ...] = (),
    ) -> Runs:
        """Return runs that have these hooks, levers and parameters on top in every batch."""
        other = Runs(self._run_many, self.n)
        other._rows = self._rows
        other._change = lambda batch: replace(
            batch,
            hooks=tuple(dict.fromkeys(batch.hooks + hooks)),
            levers=tuple({**dict(batch.levers), **dict(levers)}.items()),
            parameters=batch.parameters + parameters,
        )
        return other


def one_after_another(batch: Batch, replicates: range) -> list[dict[str, float]]:
    """Run some replicates of a batch here."""
    measure = batch.measure or incident
    return [measure(batch, replicate) for replicate in replicates]


@contextmanager
def in_processes(workers: int) -> Iterator[Callable[[Batch, range], list[dict[str, float]]]]:
    """Give a function that runs replicates in worker processes; results do not depend on how many."""
    if workers == 1:
        yield one_after_another
        return
    context: Any = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:

        def run_many(batch: Batch, replicates: range) -> list[dict[str, float]]:
            size = max(1, -(-len(replicates) // (8 * workers)))
            chunks = [replicates[k : k + size] for k in range(0, len(replicates), size)]
            done = pool.map(partial(one_after_another, batch), chunks)
            return [row for rows in done for row in rows]

        yield run_many
