"""IMO MSC.1/Circ.1533, annex 3: tests 1 to 4, 7, 8 and 11; 5, 6, 9 and 10 are RiMEA 5, 6, 9 and 10.

Geometry and criteria are quoted from the documentation of jupedsim-network (1, 3, 4) and from
jupedsim-web-community (tests/vv: 4, 8, 11 as NIST TN 1822 2.8 and 5.1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.evidence.verification.flows import before_stair, counts_in
from experiments.evidence.verification.kit import (
    Check,
    Figure,
    Found,
    Line,
    first_past,
    flow_per_s,
    joined,
    judge,
    numbers,
    people_in,
    rectangle,
)
from experiments.evidence.verification.rimea import stair_time
from sim import crowd

MALES_30_TO_50_MPS = (0.97, 1.62)
"""Range of the free speeds of males of 30 to 50 years, uniform (table 3.4 of the circular, second-hand)."""

SEEDS = (1, 2, 3)
OPPOSITE = (0, 10, 50, 100)


def corridor() -> Found:
    """Let one person walk 40 m at 1 m/s."""
    floor = crowd.Floor(rectangle(0, 0, 42, 2), exits={"end": ((42, 0), (42, 2))})
    took = float(crowd.run(floor, [crowd.Person((2, 1), "end", 1.0)]).finish_s[0])
    return judge(abs(took / 40.0 - 1.0) <= 0.05, f"{took:.2f} s")


def stair(is_up: bool) -> Found:
    """Let one person, who walks 1 m/s on stairs, take 10 m of stair."""
    free = 1.0 / (crowd.Stair.up_factor if is_up else crowd.Stair.down_factor)
    took = 10.0 / stair_time(is_up, speed_mps=free)[0]
    return judge(abs(took / 10.0 - 1.0) <= 0.05, f"{took:.2f} s")


def exit_flow() -> Found:
    """Let 100 people leave a room 8 m x 5 m by an exit of 1 m; mean of three seeds."""
    floor = crowd.Floor(rectangle(0, 0, 8, 5), exits={"door": ((8, 2), (8, 3))})
    runs = [crowd.run(floor, people_in(rectangle(0, 0, 6, 5), 100, seed, "door")) for seed in SEEDS]
    whole = [100.0 / float(run.finish_s.max()) for run in runs]
    flow, middle = float(np.mean(whole)), float(np.mean([flow_per_s(run.finish_s) for run in runs]))
    inside = "inside" if 1.0 <= flow <= 2.4 else "outside"
    return judge(
        flow <= 1.33,
        f"{flow:.2f} /s over the whole period, {middle:.2f} /s in its middle; {inside} 1.0 to 2.4 /s",
        "The bound is a rule of design; measured doors pass about 1.9 /(m s), and so do ours.",
    )


def speeds() -> Found:
    """Let fifty males of 30 to 50 years walk far from one another."""
    floor = crowd.Floor(rectangle(0, 0, 30, 110), exits={"side": ((30, 0), (30, 110))})
    want = np.random.default_rng(7).uniform(*MALES_30_TO_50_MPS, 50)
    people = [crowd.Person((2.0, 3.0 + 2.1 * k), "side", float(v)) for k, v in enumerate(want)]
    got = 28.0 / crowd.run(floor, people, every_s=0.05).finish_s
    low, high = MALES_30_TO_50_MPS
    ok = got.min() >= 0.95 * low and got.max() <= 1.05 * high and np.abs(got / want - 1.0).max() <= 0.05
    return judge(bool(ok), f"{got.min():.2f} to {got.max():.2f} m/s, mean {got.mean():.2f}")


def counterflow() -> Found:
    """Let 100 people walk through a corridor 10 m x 2 m against 0, 10, 50 and 100."""
    area = joined(rectangle(0, 0, 10, 10), rectangle(10, 4, 20, 6), rectangle(20, 0, 30, 10))
    floor = crowd.Floor(area, exits={"east": ((30, 0), (30, 10)), "west": ((0, 0), (0, 10))})
    times, stuck = [], []
    for n in OPPOSITE:
        people = people_in(rectangle(0, 0, 8, 10), 100, 8, "east")
        people += people_in(rectangle(22, 0, 30, 10), n, 9, "west")
        result = crowd.run(floor, people, until_s=1200)
        times.append(float(np.nanmax(result.finish_s)))
        stuck.append(result.n_inside)
    ok = sum(stuck) == 0 and bool((np.diff(times) > 0).all()) and times[-1] > 1.1 * times[0]
    return judge(
        ok,
        f"{numbers(times)} s against 0, 10, 50, 100; {', '.join(map(str, stuck))} stuck",
        figure=Figure("people against 100", "time until all are out (s)", (Line("ours", OPPOSITE, times),)),
    )


def jams() -> Found:
    """Let 150 people go from a room through a corridor up a stair, and look at where they stand densest.

    Areas as in jupedsim-web-community: 2 m x 0.5 m before the exit, and so before the stair; 2 m x 2 m in
    mid-corridor. The queue before the stair grows back through the corridor, so means while the room empties
    are given as well, on 2 m x 2 m each.
    """
    people = people_in(rectangle(-5, -3, 0, 5), 150, 11, "out")
    result = crowd.run(before_stair(), people, every_s=0.1)
    narrow = {"exit": (-0.5, 0.0), "stair": (11.5, 12.0), "mid-corridor": (5.0, 7.0)}
    wide = {"exit": (-2.0, 0.0), "stair": (10.0, 12.0), "mid-corridor": (5.0, 7.0)}
    most = {k: densities(result, *ends).max() for k, ends in narrow.items()}
    emptied = round(float(first_past(result, 0.0, 150).max()) / result.every_s)
    mean = {k: densities(result, *ends)[:emptied].mean() for k, ends in wide.items()}
    crossed = first_past(result, 6.0, 150)
    halves = [flow_per_s(crossed, 0.1, 0.5), flow_per_s(crossed, 0.5, 0.9)]
    ok = result.n_inside == 0 and min(most["exit"], most["stair"]) > most["mid-corridor"]
    return judge(
        bool(ok),
        f"{', '.join(most)}: at most {numbers(list(most.values()), 2)} /m2, "
        f"mean {numbers(list(mean.values()), 2)} /m2; corridor {numbers(halves, 2)} /s in its halves",
    )


def densities(result: crowd.Result, x0: float, x1: float) -> NDArray[np.float64]:
    """Return the density in a piece of the corridor's line, 2 m wide, at each sample (1/m2)."""
    return counts_in(result, rectangle(x0, 0, x1, 2)) / (2.0 * (x1 - x0))


CHECKS = (
    Check("IMO 1", "40 m of corridor at 1 m/s", "40 s within 5 %", corridor),
    Check("IMO 2", "10 m of stair up at 1 m/s", "10 s within 5 %", lambda: stair(True)),
    Check("IMO 3", "10 m of stair down at 1 m/s", "10 s within 5 %", lambda: stair(False)),
    Check("IMO 4", "100 people, one exit of 1 m", "at most 1.33 /s over the whole period", exit_flow),
    Check("IMO 7", "fifty males of 30 to 50 years", "speeds of the table within 5 %", speeds),
    Check(
        "IMO 8/NIST 2.8",
        "100 people against 0, 10, 50, 100",
        "all pass; time grows each time, and by a tenth",
        counterflow,
    ),
    Check(
        "IMO 11/NIST 5.1",
        "room, corridor and stair, 150 people",
        "largest density at the exit and at the stair above that in mid-corridor",
        jams,
    ),
)
