"""Convergence: what the length of a tick changes in evacuations, from 0.01 s to the stated limit of 0.1 s."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from experiments.evidence.verification.kit import Check, Found, judge, people_in, rectangle
from sim import crowd
from sim.drills import EVACUATION, run_drill
from sim.given.scenario_files import load_scenario

TICKS_S = (0.01, 0.02, 0.05, 0.1)
PLACEMENTS = (1, 2, 3, 4)
LARGEST = 0.03
"""Largest difference of the default tick from 0.01 s."""
CRITERION = "mean time at 0.05 s within 3 % of 0.01 s, mean of four placements"


def converges(finish_s: Callable[[float, int], NDArray[np.float64]]) -> Found:
    """Judge mean times by the tick; finish_s gives everybody's time (s) for a tick (s) and a seed."""
    rows = {}
    for tick in TICKS_S:
        runs = [finish_s(tick, seed) for seed in PLACEMENTS]
        rows[tick] = (np.mean([one.mean() for one in runs]), np.mean([one.max() for one in runs]))
    off = rows[0.05][0] / rows[0.01][0] - 1.0
    text = "; ".join(f"{tick:g} s: {mean:.1f}, {last:.1f}" for tick, (mean, last) in rows.items())
    return judge(
        abs(off) <= LARGEST,
        f"mean and last (s) at {text}; the mean at 0.05 s is {100 * off:+.1f} % off",
        "Queues pass at a pace that depends on the tick.",
    )


def in_room() -> Found:
    """Let 100 people leave a room by a door of 1 m."""
    floor = crowd.Floor(rectangle(0, 0, 10, 10), exits={"door": ((10, 4.5), (10, 5.5))})

    def finish(tick_s: float, seed: int) -> NDArray[np.float64]:
        people = people_in(rectangle(0, 0, 10, 10), 100, seed, "door")
        return crowd.run(floor, people, tick_s=tick_s).finish_s

    return converges(finish)


def in_school(name: str, n: int) -> Found:
    """Let n people leave a school by the nearest exit."""
    place = load_scenario(building=name)

    def finish(tick_s: float, seed: int) -> NDArray[np.float64]:
        return run_drill(place, EVACUATION, n, seed, every_s=5.0, tick_s=tick_s).finish_s

    return converges(finish)


CHECKS = (
    Check("Tick door", "100 people leave by a door of 1 m", CRITERION, in_room),
    Check(
        "Tick elementary",
        "450 people leave the elementary school",
        CRITERION,
        partial(in_school, "elementary", 450),
    ),
    Check(
        "Tick high", "1,000 people leave the high school", CRITERION, partial(in_school, "high-school", 1000)
    ),
)
