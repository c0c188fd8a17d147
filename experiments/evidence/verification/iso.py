"""ISO 20414:2020: the tests that are not the same as those of NIST TN 1822 (3, 12, 13, 17).

The standard is known second-hand: geometry and criteria are those of JuPedSim's authors
(PedestrianDynamics/Web-Based-Jupedsim-issues, tests/vv/test_iso.py and standards/iso/scenario_builders).
Smoke and toxic gases (18, 19) are out of scope.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.evidence.verification.kit import (
    TICK_S,
    Check,
    Figure,
    Found,
    Line,
    first_past,
    joined,
    judge,
    numbers,
    rectangle,
)
from sim import crowd

WIDTHS_M = (1.0, 1.2, 1.4, 1.6, 1.8)
"""Widths of the stair of test 12 (m)."""

CROWDS = (60, 120, 240, 360, 480)
"""People in the corridor of 120 m2 of test 13: 0.5 to 4 /m2."""


def slow_stair() -> Found:
    """Let one person at 1 m/s cross 10 m of stair that halves the speed."""
    floor = crowd.Floor(
        rectangle(0, 0, 30, 2),
        exits={"end": ((30, 0), (30, 2))},
        zones=[crowd.Zone(rectangle(10, 0, 20, 2), 0.5)],
    )
    result = crowd.run(floor, [crowd.Person((1, 1), "end", 1.0)], every_s=TICK_S)
    speed = 10.0 / float(first_past(result, 20.0, 1)[0] - first_past(result, 10.0, 1)[0])
    return judge(abs(speed - 0.5) <= 0.05, f"{speed:.3f} m/s")


def stair_flow(width_m: float) -> float:
    """Return the flow of 100 people at 1 m/s past the middle of a stair of 6 m (1/s)."""
    stair = crowd.Stair("stair", ("0", (5, 8)), ("1", (5, 14)), width_m, 6.0, up_factor=0.5)
    floor = crowd.Floor(
        {"0": rectangle(0, 0, 10, 8), "1": rectangle(0, 14, 10, 18)},
        exits={"out": crowd.On("1", ((0, 18), (10, 18)))},
        stairs=[stair],
    )
    places = crowd.scatter(rectangle(0, 0, 10, 8), 100, seed=12)
    rows = crowd.run(floor, [crowd.Person(at, "out", 1.0) for at in places], every_s=TICK_S).array
    above = rows[rows[:, 4] == 1.0]  # a person changes the level at the middle of the stair
    times = np.sort(above[np.unique(above[:, 0], return_index=True)[1], 1])
    return float((len(times) - 1) / (times[-1] - times[0])) if len(times) == 100 else np.nan


def stair_flows() -> Found:
    """Let 100 people climb stairs of five widths."""
    flows = [stair_flow(width) for width in WIDTHS_M]
    slope = float(np.polyfit(WIDTHS_M, flows, 1)[0])
    return judge(
        slope > 0.0 and flows[-1] > flows[0],
        f"{numbers(flows, 2)} /s, slope {slope:.2f} /(m s)",
        figure=Figure("stair width (m)", "flow (1/s)", (Line("model", WIDTHS_M, flows),)),
    )


def corridor_speeds() -> Found:
    """Let 60 to 480 people leave a corridor of 60 x 2 m at a free speed of 1 m/s.

    Speed and density are measured from 20 to 40 m and from 5 to 15 s, while neither end of the crowd has been
    felt there. Times from line to line, as the source takes them, are only stated: they mix in those who wait
    behind and walk when the crowd has thinned out, most of them where it was densest at first.
    """
    floor = crowd.Floor(rectangle(0, 0, 60, 2), exits={"end": ((60, 0), (60, 2))})
    densities, speeds, past = [], [], []
    for n in CROWDS:
        places = crowd.scatter(rectangle(0, 0, 60, 2), n, seed=13)
        result = crowd.run(floor, [crowd.Person(at, "end", 1.0) for at in places], every_s=TICK_S)
        density, speed = in_zone(result.array)
        densities.append(density)
        speeds.append(speed)
        took = first_past(result, 40.0, n) - first_past(result, 20.0, n)
        past.append(float(np.mean(20.0 / took[np.array(places)[:, 0] < 20.0])))
    ok = max(speeds + past) <= 1.0 + 1e-6 and bool((np.diff(speeds) < 0.0).all())
    return judge(
        ok,
        f"{numbers(speeds, 2)} m/s at {numbers(densities, 2)} /m²; from line to line {numbers(past, 2)} m/s",
        figure=Figure("density (1/m²)", "speed (m/s)", (Line("model", densities, speeds),)),
    )


def in_zone(rows: NDArray[np.float64]) -> tuple[float, float]:
    """Return the mean density (1/m2) and speed (m/s) from 20 to 40 m in the ten seconds from 5 s on."""
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    inside = (rows[:, 1] >= 5) & (rows[:, 1] < 15) & (rows[:, 2] >= 20) & (rows[:, 2] < 40)
    both = inside[1:] & inside[:-1] & (rows[1:, 0] == rows[:-1, 0])
    speed = float(np.diff(rows[:, 2])[both].mean()) / TICK_S
    return float(inside.sum()) / (10.0 / TICK_S) / 40.0, speed


def route_choice() -> Found:
    """Let ten people walk 54 m round a ring, or 30 m over two stairs and the storey below."""
    ring = joined(
        rectangle(0, 0, 2, 20),
        rectangle(0, 18, 20, 20),
        rectangle(18, 0, 20, 20),
        rectangle(0, 0, 7.75, 2),
        rectangle(12.25, 0, 20, 2),
    )
    stairs = [
        crowd.Stair(f"stair at {x}", ("below", (x, -6)), ("above", (x, 0)), 1.5, 6.0) for x in (7.0, 13.0)
    ]
    floor = crowd.Floor(
        {"above": ring, "below": rectangle(6.25, -8, 13.75, -6)},
        exits={"target": rectangle(18.5, 0.2, 19.5, 1.8)},
        stairs=stairs,
    )
    places = crowd.scatter(rectangle(0.3, 0, 1.7, 2), 10, seed=17)
    rows = crowd.run(floor, [crowd.Person(at, "target", 1.2) for at in places]).array
    below = len(np.unique(rows[rows[:, 4] == floor.levels.index("below"), 0]))
    return judge(below > 5, f"{below} of 10 by the shorter way")


CHECKS = (
    Check("ISO 3", "10 m of stair with a factor of 0.5 at 1 m/s", "0.5 m/s within 0.05", slow_stair),
    Check("ISO 12", "100 people climb stairs 1.0 to 1.8 m wide", "flow grows with width", stair_flows),
    Check(
        "ISO 13",
        "60 to 480 people in a corridor of 120 m²",
        "speed at most free speed, and falling with density",
        corridor_speeds,
    ),
    Check("ISO 17", "a long way round, a short way over two stairs", "most by the shorter", route_choice),
)
