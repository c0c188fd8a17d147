"""What people at rest cost beside people who walk, measured in one run of this script.

    python benchmarks/resting.py [--json]

2,000 people walk through a hall at 1 person/m2 for 20 s. Then the same with 2,000 more at rest, who stand
in a second hall beside it ("apart"), or among those who walk ("among"). The cost of a rester is what the
second run takes longer, per person and second, over what a walker takes in the first. Setting up the people
is left out: every time is the least of seven runs of 20 s less the least of seven of one tick. Wanted: below
5 %. "Among" shows what neighbours cost: walkers look at whoever stands near, and walk around.
"""

from __future__ import annotations

import argparse
import json
import os
import time

from shapely import MultiPolygon, Polygon

from sim import crowd

WALKERS, RESTERS, WINDOW_S, TICK_S, REPEATS = 2000, 2000, 20.0, 0.05, 7
LATER_S = 1e6


def hall() -> crowd.Floor:
    """Return two halls of 100 x 40 m beside one another, each with an exit at its far end."""
    lower, upper = [(0, 0), (100, 0), (100, 40), (0, 40)], [(0, 41), (100, 41), (100, 81), (0, 81)]
    exits = {"a": ((100, 10), (100, 30)), "b": ((100, 51), (100, 71))}
    return crowd.Floor(MultiPolygon([Polygon(lower), Polygon(upper)]), exits=exits)


def people(case: str) -> list[crowd.Person]:
    """Return the people of a case; who rests sets out long after the window."""
    walkers = [crowd.Person(at, "a") for at in _scattered(0, 50, 0, 40, WALKERS, 1)]
    if case == "none":
        return walkers
    place = (0, 100, 41, 81) if case == "apart" else (50, 100, 0, 40)
    goal = "b" if case == "apart" else "a"
    return walkers + [crowd.Person(at, goal, start_s=LATER_S) for at in _scattered(*place, RESTERS, 2)]


def _scattered(x0: float, x1: float, y0: float, y1: float, n: int, seed: int) -> list[tuple[float, float]]:
    return crowd.scatter([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], n, seed=seed)


def cpu_s(floor: crowd.Floor, who: list[crowd.Person], until_s: float) -> float:
    """Return the CPU time of a run (s)."""
    begin = time.process_time()
    crowd.run(floor, who, until_s=until_s, every_s=until_s)
    return time.process_time() - begin


def measure() -> dict[str, float]:
    """Return the cost of each case (s of CPU per window), and what a rester costs over a walker (%)."""
    floor, cases = hall(), {case: people(case) for case in ("none", "apart", "among")}
    taken: dict[tuple[str, float], list[float]] = {(c, t): [] for c in cases for t in (TICK_S, WINDOW_S)}
    for who in cases.values():
        cpu_s(floor, who, TICK_S)
    for _ in range(REPEATS):
        for case, until_s in taken:  # in turn, so that a busy machine is busy for all
            taken[case, until_s].append(cpu_s(floor, cases[case], until_s))
    took = {case: min(taken[case, WINDOW_S]) - min(taken[case, TICK_S]) for case in cases}
    per_walker = took["none"] / WALKERS
    return {
        "walking_us_per_person_s": 1e6 * per_walker / WINDOW_S,
        **{
            f"{case}_per_cent": 100.0 * (took[case] - took["none"]) / RESTERS / per_walker
            for case in ("apart", "among")
        },
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What people at rest cost beside people who walk.")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    args = parser.parse_args()
    found = {name: round(value, 2) for name, value in measure().items()}
    if args.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
