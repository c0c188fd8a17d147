"""RiMEA 4.1.1: tests 4, 12, 13 (of 3.0 and of 4.x) and 16, and the flow through openings.

Geometry, thresholds and how things are measured are quoted from PedestrianDynamics/jupedsim (2021,
systemtest/rimea_tests) and PedestrianDynamics/jupedsim-web-community (tests/vv, scripts); both quote the
guideline. Speeds and densities of HERMES are ours, measured with PedPy in its demonstration data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from experiments.evidence.verification.kit import (
    Check,
    Figure,
    Found,
    Line,
    first_past,
    flow_per_s,
    free_speeds,
    joined,
    judge,
    numbers,
    packed_hall,
    people_in,
    rectangle,
)
from sim import crowd

Floats = NDArray[np.float64]

HERMES = {
    0.50: 1.34, 0.54: 1.39, 0.67: 1.34, 1.14: 1.21, 1.55: 1.01, 1.68: 0.96, 2.04: 0.67, 2.45: 0.44, 3.06: 0.34
}  # fmt: skip
"""Speed (m/s) by density (1/m2): HERMES 2009, corridor 1.8 m, one direction (doi 10.34735/ped.2009.14)."""

DENSITIES = (0.50, 1.14, 1.55, 2.04, 2.45, 3.06)
FREE_MPS = (1.2, 1.4)
"""Range of the free speeds of RiMEA 4."""

MEASURED_FLOW = 1.9
"""Measured flow of a bottleneck (1/(m s)): jupedsim-web-community, RiMEA 12d; band 1.3 to 2.6 in ours."""

WIDTHS_M = (0.8, 1.0, 1.2, 1.4, 1.6, 1.8)
SEEDS = (1, 2, 3)

SINGLE_FILE = {
    0.1: (0.9607, 1.4830), 0.3: (0.83954, 1.4725), 0.5: (0.7083, 1.3887), 0.7: (0.5978, 1.3053),
    0.9: (0.4475, 1.1008), 1.1: (0.3157, 0.8395), 1.3: (0.1872, 0.6077), 1.5: (0.1120, 0.4850),
    1.7: (0.0705, 0.3822), 1.9: (0.0480, 0.3140), 2.1: (0.0347, 0.2702), 2.3: (0.0267, 0.2390),
    2.5: (0.0220, 0.2202), 2.7: (0.0190, 0.2078), 2.9: (0.0170, 0.1958), 3.1: (0.0157, 0.1860),
}  # fmt: skip
"""RiMEA 16: 10 and 90 % percentiles of the speed (m/s) by density (1/m), from jupedsim-web-community
(scripts/scenarios/rimea16_percentile_reference.csv; middles of bins 0.2 /m wide, rounded to 0.1 /m)."""

CORBETTA = {
    "up": ((0.18, -0.55, 1.02), (0.01, 0.48), (-0.14, 0.35), (-0.02, 0.10)),
    "down": ((0.33, -1.02, 1.39), (-0.08, 0.67), (-0.11, 0.29), (-0.06, 0.14)),
}
"""RiMEA 13: polynomials in the density (1/m2) of Corbetta's speeds on stairs (m/s): means of the fast and of
the slow, and their standard deviations, from jupedsim-web-community (rimea13_stairs.py)."""

STAIR_FREE_MPS = (1.34, 1.30, 1.24, 1.20, 1.14, 1.10, 0.96)
STAIR_PEOPLE = (15, 15, 15, 15, 15, 15, 10)
"""RiMEA 13: free speeds on the level and how many people have them, from the same file."""


def weidmann(density: Floats) -> Floats:
    """Return the speed (m/s) at a density (1/m2) of Weidmann 1993."""
    return np.asarray(1.34 * (1.0 - np.exp(-1.913 * (1.0 / density - 1.0 / 5.4))))


def walked(result: crowd.Result) -> tuple[Floats, Floats]:
    """Return the rows that have a next sample of the same person, and the speeds in x until then (m/s)."""
    rows = result.array
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    same = np.diff(rows[:, 0]) == 0
    return rows[:-1][same], np.abs(np.diff(rows[:, 2]))[same] / result.every_s


def filled_corridor(length_m: float, width_m: float, density: float) -> list[crowd.Person]:
    """Return people on the lattice whose density is nearest to the one wanted (1/m2)."""
    halls = [packed_hall(length_m, width_m, density * f, 4) for f in np.linspace(1.0, 1.2, 41)]
    places = min(halls, key=lambda hall: abs(len(hall) - density * length_m * width_m))
    speeds = np.random.default_rng(4).uniform(*FREE_MPS, len(places))
    return [crowd.Person((x, y), "end", v) for (x, y), v in zip(places.tolist(), speeds, strict=True)]


def fundamental_diagram() -> Found:
    """Let people walk through a filled corridor 100 m x 10 m, and measure between 40 and 60 m."""
    floor = crowd.Floor(rectangle(0, 0, 100, 10), exits={"end": ((100, 0), (100, 10))})
    density, speed = np.zeros(len(DENSITIES)), np.zeros(len(DENSITIES))
    for k, wanted in enumerate(DENSITIES):
        result = crowd.run(floor, filled_corridor(100, 10, wanted), until_s=20, every_s=1.0)
        rows, speeds = walked(result)
        here = (rows[:, 1] >= 10) & (rows[:, 2] > 40) & (rows[:, 2] < 60)
        density[k], speed[k] = here.sum() / (10 * 20.0 * 10.0), speeds[here].mean()
    ratio = speed / np.interp(density, list(HERMES), list(HERMES.values()))
    most = float((density * speed).max())
    ok = bool((np.diff(speed) < 0).all() and ((ratio >= 0.6) & (ratio <= 1.5)).all() and 1.0 <= most <= 2.2)
    curve = np.linspace(0.4, 3.2, 57)
    figure = Figure(
        "density (1/m2)",
        "speed (m/s)",
        (
            Line("ours", density.tolist(), speed.tolist()),
            Line("HERMES 2009", list(HERMES), list(HERMES.values()), is_data=True),
            Line("Weidmann 1993", curve.tolist(), weidmann(curve).tolist()),
        ),
    )
    text = f"{numbers(speed, 2)} m/s at {numbers(density, 2)} /m2: {numbers(ratio, 2)} of HERMES"
    return judge(ok, f"{text}; capacity {most:.2f} /(m s)", figure=figure)


def rooms(width_m: float, length_m: float, goal_m: float | None = None) -> crowd.Floor:
    """Return two rooms 10 m x 10 m with an opening, and a goal: the far end, or a strip so far behind it."""
    x = 10.0 + length_m
    area = joined(
        rectangle(0, 0, 10, 10),
        rectangle(10, 5 - width_m / 2, x, 5 + width_m / 2),
        rectangle(x, 0, x + 10, 10),
    )
    strip = None if goal_m is None else rectangle(x + goal_m, 0, x + goal_m + 0.2, 10)
    return crowd.Floor(area, exits={"goal": ((x + 10, 0), (x + 10, 10)) if strip is None else strip})


def times_at_opening(floor: crowd.Floor, seed: int) -> Floats:
    """Let 150 people out of the first room, and return when each went through the opening (s)."""
    people = people_in(rectangle(0, 0, 5, 10), 150, seed, "goal")
    return first_past(crowd.run(floor, people, every_s=0.1), 10.0, 150)


def place_of_goal() -> Found:
    """Put the goal nearer to and farther from the opening of a room with 150 people; twenty seeds.

    One run differs from another by 3 s, as much as the effect.
    """
    where = (0.2, 1.0, 2.0, 5.0, 9.8)
    times = [np.mean([times_at_opening(rooms(1.0, 0.2, a), s).max() for s in range(1, 21)]) for a in where]
    grows = times[0] < times[3]
    ok = bool(grows and abs(times[4] - times[3]) < times[3] - times[0])
    return judge(ok, f"{numbers(times)} s at {numbers(where)} m")


def length_of_opening() -> Found:
    """Let 150 people through openings 0.2 m and 5 m long."""
    short, long = (
        float(np.mean([times_at_opening(rooms(1.0, m), s).max() for s in SEEDS])) for m in (0.2, 5.0)
    )
    return judge(long > short, f"0.2 m: {short:.1f} s, 5 m: {long:.1f} s")


def second_opening() -> Found:
    """Let 150 people through two equal openings; count who is in 2 m x 3 m before each."""
    area = joined(
        rectangle(0, 0, 10, 10),
        rectangle(10, 4.5, 10.2, 5.5),
        rectangle(10.2, 0, 20.2, 10),
        rectangle(20.2, 4.5, 20.4, 5.5),
        rectangle(20.4, 0, 25.4, 10),
    )
    floor = crowd.Floor(area, exits={"goal": ((25.4, 0), (25.4, 10))})
    result = crowd.run(floor, people_in(rectangle(0, 0, 5, 10), 150, 1, "goal"), every_s=0.1)
    counts = [np.sort(counts_in(result, rectangle(x - 2, 3.5, x, 6.5)))[::-1] for x in (10.0, 20.2)]
    flows = [flow_per_s(first_past(result, x, 150)) for x in (10.0, 20.2)]
    most, top = [int(c[0]) for c in counts], [float(c[:10].mean()) for c in counts]
    ok = most[0] > most[1] and top[0] > top[1] and result.n_inside == 0
    return judge(
        ok,
        f"at most {most[0]} and {most[1]} people, {numbers(top)} in the ten fullest samples; "
        f"{numbers(flows, 2)} /s",
    )


def counts_in(result: crowd.Result, area: Polygon) -> NDArray[np.int64]:
    """Return how many people are in a rectangle at each sample."""
    x0, y0, x1, y1 = area.bounds
    rows = result.array
    inside = (rows[:, 2] > x0) & (rows[:, 2] < x1) & (rows[:, 3] > y0) & (rows[:, 3] < y1)
    tick = np.round(rows[:, 1] / result.every_s).astype(np.int64)
    return np.bincount(tick[inside], minlength=int(tick.max()) + 1)


def wide_openings() -> Found:
    """Let 150 people through openings 5 m long and 0.8, 1.0 and 1.2 m wide."""
    widths = WIDTHS_M[:3]
    flows = [mean_flow(rooms(w, 5.0)) for w in widths]
    per_m = np.divide(flows, widths)
    ok = bool((np.diff(flows) > 0).all() and ((per_m >= 1.3) & (per_m <= 2.6)).all())
    text = f"{numbers(flows, 2)} /s at {numbers(widths)} m: {numbers(per_m, 2)} /(m s)"
    return judge(ok, text)


def mean_flow(floor: crowd.Floor) -> float:
    """Return the flow out of the first room, mean of three seeds (1/s)."""
    return float(np.mean([flow_per_s(times_at_opening(floor, seed)) for seed in SEEDS]))


def flow_of_exit(width_m: float) -> float:
    """Return the flow through an exit line, behind which nobody stands (1/s)."""
    floor = crowd.Floor(
        rectangle(0, 0, 10, 10), exits={"goal": ((10, 5 - width_m / 2), (10, 5 + width_m / 2))}
    )
    runs = [crowd.run(floor, people_in(rectangle(0, 0, 5, 10), 150, seed, "goal")) for seed in SEEDS]
    return float(np.mean([flow_per_s(run.finish_s) for run in runs]))


def flow_per_metre() -> Found:
    """Let 150 people through openings of six widths in a wall of 0.2 m, and through exits as wide."""
    openings = [mean_flow(rooms(w, 0.2)) / w for w in WIDTHS_M]
    outside = [flow_of_exit(w) / w for w in WIDTHS_M]
    figure = Figure(
        "width (m)",
        "flow (1/(m s))",
        (
            Line("opening, people walk on", WIDTHS_M, openings),
            Line("exit, people are gone", WIDTHS_M, outside),
            Line("measured, about", (WIDTHS_M[0], WIDTHS_M[-1]), (MEASURED_FLOW,) * 2, is_data=True),
        ),
    )
    ok = all(1.3 <= flow <= 2.6 for flow in (*openings, *outside))
    text = f"openings {numbers(openings, 2)}, exits {numbers(outside, 2)} /(m s) at {numbers(WIDTHS_M)} m"
    return judge(ok, text, figure=figure)


def before_stair() -> crowd.Floor:
    """Return a room 5 m x 8 m, a corridor 12 m x 2 m, and a stair of 3 m up to a landing of 1 m."""
    ground = joined(rectangle(-5, -3, 0, 5), rectangle(0, 0, 12, 2))
    stair = crowd.Stair("stair", ("ground", (12, 1)), ("upper", (15, 1)), 2.0, 3.0)
    return crowd.Floor(
        {"ground": ground, "upper": rectangle(15, 0, 16, 2)},
        exits={"out": crowd.On("upper", ((16, 0), (16, 2)))},
        stairs=[stair],
    )


def jam_at_stair() -> Found:
    """Let 150 people go from a room through a corridor up a stair."""
    people = people_in(rectangle(-5, -3, 0, 5), 150, 13, "out")
    result = crowd.run(before_stair(), people, every_s=0.1)
    times = [first_past(result, x, 150) for x in (0.0, 12.0)]
    corridor, stair = (149.0 / float(t.max() - t.min()) for t in times)
    return judge(
        result.n_inside == 0 and corridor - stair > 0.05,
        f"corridor {corridor:.2f} /s, stair {stair:.2f} /s",
    )


def on_stair(direction: str) -> tuple[Floats, Floats]:
    """Let 100 people use a stair of 5 m x 2 m; return the densities (1/m2) and speeds (m/s) on it."""
    room = joined(rectangle(0, 0, 10, 10), rectangle(10, 4, 12, 6))
    near, far = ("near", (12.0, 5.0)), ("far", (17.0, 5.0))
    low, high = (near, far) if direction == "up" else (far, near)
    floor = crowd.Floor(
        {"near": room, "far": rectangle(17, 4, 19, 6)},
        exits={"out": crowd.On("far", ((19, 4), (19, 6)))},
        stairs=[crowd.Stair("stair", low, high, 2.0, 5.0)],
    )
    free = np.random.default_rng(13).permutation(np.repeat(STAIR_FREE_MPS, STAIR_PEOPLE))
    places = crowd.scatter(rectangle(0, 0, 10, 10), 100, seed=13)
    people = [crowd.Person(at, "out", float(v)) for at, v in zip(places, free, strict=True)]
    rows, speeds = walked(crowd.run(floor, people, every_s=0.5))
    here = (rows[:, 2] > 12.0) & (rows[:, 2] < 17.0)
    tick = np.round(rows[here, 1] / 0.5).astype(np.int64)
    density = np.bincount(tick)[tick] / 10.0
    kept = (density > 0.55) & (density < 1.55)
    return density[kept], speeds[here][kept]


def corbetta(direction: str, density: Floats) -> tuple[Floats, Floats]:
    """Return the lower and upper edge of Corbetta's band (m/s)."""
    fast, slow, sd_fast, sd_slow = (np.polyval(p, density) for p in CORBETTA[direction])
    sd_fast, sd_slow = np.maximum(sd_fast, 0.0), np.maximum(sd_slow, 0.0)
    return np.minimum(fast - sd_fast, slow - sd_slow), np.maximum(fast + sd_fast, slow + sd_slow)


def share_in_band(direction: str, density: Floats, speed: Floats) -> float:
    """Return the share of the samples inside Corbetta's band."""
    low, high = corbetta(direction, density)
    return float(((speed >= low) & (speed <= high)).mean())


def speeds_on_stair() -> Found:
    """Let 100 people walk up, and 100 down; compare where both were as dense, in steps of 0.1 /m2."""
    found = {way: on_stair(way) for way in CORBETTA}
    share = {way: share_in_band(way, *found[way]) for way in CORBETTA}
    means = {way: mean_by(np.round(10.0 * density), speed) for way, (density, speed) in found.items()}
    both = sorted(set(means["up"]) & set(means["down"]))
    faster = [means["down"][b] > means["up"][b] for b in both]
    figure = Figure(
        "people on the stair (1/m2)",
        "speed (m/s)",
        tuple(Line(way, [b / 10 for b in by], list(by.values())) for way, by in means.items())
        + tuple(Line(f"Corbetta, {way}, {end}", *edge, is_data=True) for way, end, edge in band_edges()),
    )
    return judge(
        min(share.values()) >= 0.5 and len(both) >= 5 and all(faster),
        f"in the band: up {100 * share['up']:.0f} %, down {100 * share['down']:.0f} %; "
        f"down faster in {sum(faster)} of {len(both)} bins",
        "Down, the factor of 0.75 on the free speed lies at the upper edge of the band. The band is quoted "
        "at second hand, and the factor is a sourced default, so neither was changed.",
        figure,
    )


def band_edges() -> list[tuple[str, str, tuple[list[float], list[float]]]]:
    """Return the edges of Corbetta's band: direction, which edge, densities (1/m2) and speeds (m/s)."""
    density = np.linspace(0.6, 1.5, 10)
    return [
        (way, end, (density.tolist(), edge.tolist()))
        for way in CORBETTA
        for end, edge in zip(("low", "high"), corbetta(way, density), strict=True)
    ]


def mean_by(bins: Floats, values: Floats) -> dict[float, float]:
    """Return the mean value of each bin."""
    return {float(b): float(values[bins == b].mean()) for b in np.unique(bins)}


def single_file() -> Found:
    """Let people walk one behind the other in a lane 100 m long, and measure between 30 and 70 m.

    Bodies are 0.4 m, so lanes are filled with up to 2.3 /m; the bins are those that somebody was in.
    """
    floor = crowd.Floor(rectangle(0, 0, 100, 0.6), exits={"end": ((100, 0), (100, 0.6))})
    samples = [in_lane(floor, rho) for rho in SINGLE_FILE if rho < 2.5]
    density, speed = (np.concatenate(parts) for parts in zip(*samples, strict=True))
    which = np.floor(density / 0.2).astype(np.int64)
    middle = [round(0.1 + 0.2 * int(b), 1) for b in np.unique(which)]
    median = [float(np.median(speed[which == b])) for b in np.unique(which)]
    inside = [
        m in SINGLE_FILE and SINGLE_FILE[m][0] <= v <= SINGLE_FILE[m][1]
        for m, v in zip(middle, median, strict=True)
    ]
    low, high = zip(*SINGLE_FILE.values(), strict=True)
    figure = Figure(
        "density (1/m)",
        "median speed (m/s)",
        (
            Line("ours", middle, median),
            Line("measured, 10 %", list(SINGLE_FILE), low, is_data=True),
            Line("measured, 90 %", list(SINGLE_FILE), high, is_data=True),
        ),
    )
    share = sum(inside) / len(inside)
    out = [m for m, ok in zip(middle, inside, strict=True) if not ok]
    text = f"{sum(inside)} of {len(inside)} bins inside ({100 * share:.0f} %)"
    return judge(share >= 0.75, text + (f"; outside at {numbers(out)} /m" if out else ""), figure=figure)


def in_lane(floor: crowd.Floor, per_m: float) -> tuple[Floats, Floats]:
    """Let people walk in a lane; return the densities (1/m) round each person, and the speeds (m/s)."""
    speeds = free_speeds(round(100 * per_m), 16)
    people = [crowd.Person(((k + 0.5) / per_m, 0.3), "end", float(v)) for k, v in enumerate(speeds)]
    rows, speed = walked(crowd.run(floor, people, until_s=20, every_s=1.0))
    order = np.lexsort((rows[:, 2], rows[:, 1]))
    rows, speed = rows[order], speed[order]
    density = np.zeros(len(rows))
    density[1:-1] = 2.0 / np.maximum(rows[2:, 2] - rows[:-2, 2], 1e-9)
    inner = np.zeros(len(rows), dtype=np.bool_)
    inner[1:-1] = rows[2:, 1] == rows[:-2, 1]
    here = inner & (rows[:, 1] >= 10) & (rows[:, 2] > 30) & (rows[:, 2] < 70)
    return density[here], speed[here]


CHECKS = (
    Check(
        "RiMEA 4",
        "fundamental diagram of a corridor",
        "speed falls; 0.6 to 1.5 of HERMES at each density; capacity 1.0 to 2.2 /(m s)",
        fundamental_diagram,
    ),
    Check("RiMEA 12a", "place of the goal behind an opening", "time grows, then levels off", place_of_goal),
    Check("RiMEA 12b", "length of an opening", "longer is slower", length_of_opening),
    Check("RiMEA 12c", "two equal openings", "fewer people before the second", second_opening),
    Check(
        "RiMEA 12d",
        "width of an opening 5 m long",
        "flow grows with the width, 1.3 to 2.6 /(m s)",
        wide_openings,
    ),
    Check("RiMEA 13 (3.0)", "jam at the foot of a stair", "flow lower there by 0.05 /s", jam_at_stair),
    Check(
        "RiMEA 13",
        "speed and density on a stair",
        "half of the samples in Corbetta's band at 0.6 to 1.5 /m2; down faster at equal density",
        speeds_on_stair,
    ),
    Check("RiMEA 16", "single file", "75 % of the bins between 10 and 90 % of the data", single_file),
    Check("Bottleneck", "flow per metre of width", "1.3 to 2.6 /(m s) at 0.8 to 1.8 m", flow_per_metre),
)
