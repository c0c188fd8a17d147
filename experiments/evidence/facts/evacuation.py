"""F14: what is worth more for an evacuation without an incident, wider halls and doors or wider exits.

Measured where the preset of the fact has its people: in the high school of the default scenario.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from buildings.archetypes.secondary import high_school
from buildings.plan import FloorPlan
from experiments.compare.comparison import Interval, mean_interval
from experiments.evidence.facts.batch import SEED, Batch, Runs
from experiments.evidence.facts.kit import Ablation, Fact, Test, Tolerance, fact
from sim import crowd
from sim.drills import own_people
from sim.given.scenario_files import load_scenario

HALL_M, WIDER = 3.6, 1.3
"""Width of the halls of the high school (m), and by how much what is widened is wider."""

KINDS = {"halls": "opening", "doors": "interior", "exits": "exterior"}
"""What is widened by kind of door: the openings between halls belong to the halls. The main hall of 6 m and
the stairs stay as they are."""

ALONE = "people_do_not_hinder_each_other"
ONE_IN = 40
"""Of people who walk alone, one after the other, every fortieth is enough: the same ones in every plan."""


@lru_cache(maxsize=4)
def _plan(wider: str) -> FloorPlan:
    """Return the high school with its halls, its doors or its exits widened by the same share."""
    plan = high_school(corridor_m=HALL_M * (WIDER if wider == "halls" else 1.0))
    kind = KINDS.get(wider)
    doors = tuple(
        door.model_copy(update={"width_m": door.width_m * WIDER}) if door.kind == kind else door
        for door in plan.doors
    )
    return plan.model_copy(update={"doors": doors})


def _evacuate(batch: Batch, replicate: int, wider: str) -> dict[str, float]:
    """Let everybody walk out at once: when the last is out, and when people are out in the mean (s)."""
    scenario = load_scenario().with_(plan=_plan(wider))
    floor = crowd.Floor.of_building(scenario.plan)
    people = own_people(floor.nav, scenario, SEED + replicate)
    together = [[person] for person in people[::ONE_IN]] if ALONE in batch.hooks else [people]
    finish_s = np.concatenate(
        [
            crowd.run(floor, some, until_s=3600.0, every_s=5.0, seed=SEED + replicate).finish_s
            for some in together
        ]
    )
    return {"last_out_s": float(finish_s.max()), "mean_out_s": float(finish_s.mean())}


def as_built(batch: Batch, replicate: int) -> dict[str, float]:
    """Evacuate the school as it is."""
    return _evacuate(batch, replicate, "")


def wider_halls(batch: Batch, replicate: int) -> dict[str, float]:
    """Evacuate it with wider halls."""
    return _evacuate(batch, replicate, "halls")


def wider_doors(batch: Batch, replicate: int) -> dict[str, float]:
    """Evacuate it with wider doors inside."""
    return _evacuate(batch, replicate, "doors")


def wider_exits(batch: Batch, replicate: int) -> dict[str, float]:
    """Evacuate it with wider exits."""
    return _evacuate(batch, replicate, "exits")


def widths(runs: Runs, n: int) -> tuple[Interval, ...]:
    """F14: by how much wider halls, and wider doors, shorten the evacuation more than wider exits (s)."""
    base, halls, doors, exits = (
        runs.get(Batch(measure=how), n) for how in (as_built, wider_halls, wider_doors, wider_exits)
    )
    apart = [mean_interval(exits["last_out_s"] - other["last_out_s"]) for other in (halls, doors)]
    gains = [mean_interval(base["mean_out_s"] - other["mean_out_s"]) for other in (halls, doors, exits)]
    return *apart, *gains


FACTS: tuple[Fact, ...] = (
    fact(
        "F14",
        Test(
            (
                Tolerance(
                    "last person out: wider halls save more than wider exits (s)", low=0.0, rule="interval"
                ),
                Tolerance(
                    "last person out: wider doors save more than wider exits (s)", low=0.0, rule="interval"
                ),
                Tolerance("mean time out saved by halls 30 % wider (s)", rule="shown"),
                Tolerance("mean time out saved by doors 30 % wider (s)", rule="shown"),
                Tolerance("mean time out saved by exits 30 % wider (s)", rule="shown"),
            ),
            widths,
            (Ablation("everybody walks alone: nobody hinders anybody", hooks=(ALONE,)),),
        ),
    ),
)
