"""What may leave the program of a plan, asked in this one place (docs/scope.md, rule 6).

A plan is ours when the hash of its content is in `OURS`, else it is from outside: no name, flag, manifest or
place of a file decides. A shipped plan is invented, so its runs are a researcher's data. Of a plan from
outside no single run may be told by its numbers: runs are keyed by the plan's content, few may be looked at
one by one, and a study keeps chunks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from buildings.plan import FloorPlan
from sim.errors import ScenarioError
from sim.streams import RunKey, entity_hash

if TYPE_CHECKING:
    from sim.given.scenario import Scenario

OURS = (
    "3478a67bf30d201844bac8ea7b66e850cebe73e645176683b94a5464fcdccc05",
    "ce2919c6009c4a751a312225e67b23dff69495c9bb944f4345f115aaadd0957c",
)
"""Content hashes of the shipped plans, which are the archetypes at their shipped parameters; a test of the
scope draws them anew. A file laid into the library is none of them."""

DEFAULT_SEED = 1
REPLICATES = 3
"""Replicates 0, 1 and 2 of a plan from outside may be run, recorded and replayed one by one."""
CHUNK = 20
"""Pairs of a plan from outside that a study keeps together: chunk k holds the pairs 20 k to 20 k + 19."""
PAIRS_FOR_HARM = 200
"""Pairs of a finished study from which on harm is shown, as one relative change."""
EVENTS_FOR_HARM = 10
"""Injury events of the baseline in a whole study below which no change of harm is shown."""

NO_SEED = (
    "runs of a plan from outside are keyed by its content, so that nobody chooses among them: give no seed; "
    f"single runs are chosen by replicate, 0 to {REPLICATES - 1}"
)


def is_ours(plan: object) -> bool:
    """Tell whether a plan is a shipped one, whatever a subclass says of itself."""
    return type(plan) is FloorPlan and plan.content_hash() in OURS


def is_ours_hash(content_hash: object) -> bool:
    """Tell whether a content hash that a file states is that of a shipped plan; alone it decides nothing."""
    return isinstance(content_hash, str) and content_hash in OURS


def seed_of(scenario: Scenario, seed: int | None) -> int:
    """Return the seed of all runs in a scenario.

    Parameters
    ----------
    scenario : Scenario
        The place.
    seed : int or None
        What was asked for; None for the default.

    Raises
    ------
    ScenarioError
        If a seed is given for a plan from outside.
    """
    if is_ours(scenario.plan):
        return DEFAULT_SEED if seed is None else seed
    own = entity_hash(scenario.plan.content_hash())
    if seed is not None and seed != own:
        raise ScenarioError(f"seed: found {seed}; {NO_SEED}.")
    return own


def key_of(scenario: Scenario, seed: int | None, replicate: int) -> RunKey:
    """Return the key of one run that somebody may look at by itself.

    Raises
    ------
    ScenarioError
        If a seed, or a replicate beyond the first few, is asked for of a plan from outside.
    """
    key = RunKey(seed_of(scenario, seed), replicate)
    if not is_ours(scenario.plan) and not 0 <= replicate < REPLICATES:
        raise ScenarioError(
            f"replicate: found {replicate}; of a plan from outside 0 to {REPLICATES - 1} can be "
            "run one by one, and a study compares as many as it is asked for."
        )
    return key


def whole_chunks(scenario: Scenario, runs: int) -> int:
    """Return how many pairs a study of so many runs holds: of a plan from outside whole chunks."""
    return runs if is_ours(scenario.plan) else CHUNK * -(-runs // CHUNK)
