"""The walks of `sim.crowd` that are kept in `walks.csv`: areas, stops, exits, groups, stairs, doors.

make baseline        writes the file anew, as it does `outcomes.csv`
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from shapely import box

from sim import crowd
from tests.baseline.kept import write
from tests.support.floors import crowd_in, hall, two_levels

FILE = Path(__file__).with_name("walks.csv")
ROOM = box(0.5, 0.5, 8, 9.5)


def _areas() -> crowd.Result:
    floor = hall(areas={"shop": box(14, 0, 20, 3), "cafe": box(0, 8, 3, 10)})
    people = crowd_in(box(4, 1, 12, 9), 30, "shop") + crowd_in(box(4, 1, 12, 9), 20, "cafe", seed=2)
    return crowd.run(floor, people, until_s=120.0, seed=3)


def _stops() -> crowd.Result:
    floor = hall(areas={"shop": box(14, 0, 20, 3)})
    return crowd.run(floor, crowd_in(ROOM, 25, "east", via=["shop", (10.0, 8.0)]), until_s=200.0, seed=4)


def _exits() -> crowd.Result:
    floor = hall(exits={"west": ((0, 4.5), (0, 5.5)), "north": ((9, 10), (10.2, 10))})
    return crowd.run(floor, crowd_in(box(1, 1, 19, 9), 80, "choice"), until_s=200.0, seed=5)


def _groups() -> crowd.Result:
    places = crowd.scatter(box(1, 1, 12, 9), 48, 6)
    people = [
        crowd.Person(at, "east", 0.8 + 0.1 * (k % 6), group=f"g{k // 4}", start_s=float(k % 3))
        for k, at in enumerate(places)
    ]
    return crowd.run(hall(), people, until_s=200.0, seed=6)


def _stairs() -> crowd.Result:
    people = [
        crowd.Person(at, "east", level=level)
        for level in ("0", "1")
        for at in crowd.scatter(box(2, 1, 18, 9), 30, 7)
    ]
    return crowd.run(two_levels(), people, until_s=300.0, seed=7)


def _doors() -> crowd.Result:
    floor = hall(exits={"west": ((0, 4.5), (0, 5.5))})
    events = [
        crowd.close("east", 4.0),
        crowd.lock("west", 12.0),
        crowd.open("east", 12.0),
        crowd.unlock("west", 20.0),
    ]
    return crowd.run(floor, crowd_in(box(4, 1, 16, 9), 60), until_s=200.0, seed=8, events=events)


WALKS: dict[str, Callable[[], crowd.Result]] = {
    "areas": _areas,
    "stops": _stops,
    "exits": _exits,
    "groups": _groups,
    "stairs": _stairs,
    "doors": _doors,
}


def row_of(name: str) -> dict[str, str]:
    """Walk one of them and return its row of the file."""
    result = WALKS[name]()
    there = result.finish_s[np.isfinite(result.finish_s)]
    return {
        "walk": name,
        "people": str(len(result.finish_s)),
        "arrived": str(len(there)),
        "mean_s": f"{there.mean():.6g}",
        "last_s": f"{there.max():.6g}",
        "walks": hashlib.sha256(result.array.tobytes()).hexdigest()[:10],
    }


if __name__ == "__main__":
    write(FILE, map(row_of, WALKS))
