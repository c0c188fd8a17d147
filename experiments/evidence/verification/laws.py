"""Laws that hold whatever the floor: repeats, order, shift, rotation, mirror, conservation, no speeding.

The criteria are the project's own: event times of a quiet walk within one tick, within 2 % at an odd angle;
in a jam, where rounding alone changes who goes first, means over 20 seeds within 3 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from experiments.evidence.verification.kit import (
    TICK_S,
    Check,
    Found,
    judge,
    numbers,
    people_in,
    rectangle,
    walls_crossed,
)
from sim import crowd
from sim.drills import EVACUATION, WALK_MPS, run_drill
from sim.given.scenario_files import load_scenario

Move = tuple[float, float, float, float, float, float]
"""x' = a x + b y + e, y' = c x + d y + f."""

SEEDS = range(1, 21)
SCHOOLS = ("elementary", "high-school")
STAY: Move = (1, 0, 0, 1, 0, 0)
SHIFT: Move = (1, 0, 0, 1, 1000, -2000)
QUARTERS: tuple[Move, ...] = ((0, -1, 1, 0, 0, 0), (-1, 0, 0, -1, 0, 0), (0, 1, -1, 0, 0, 0))
ODD: Move = (np.cos(0.6457), -np.sin(0.6457), np.sin(0.6457), np.cos(0.6457), 0, 0)  # 37 degrees
MIRROR: Move = (-1, 0, 0, 1, 0, 0)

PILLARED = Polygon([(0, 0), (20, 0), (20, 12), (0, 12)], [[(8, 3), (12, 3), (12, 7.5), (8, 7.5)]])
ROOM = rectangle(0, 0, 10, 8)


def at(move: Move, x: float, y: float) -> tuple[float, float]:
    """Return where a point is after a move (m)."""
    a, b, c, d, e, f = move
    return a * x + b * y + e, c * x + d * y + f


def floor_at(move: Move, shape: BaseGeometry, exits: dict[str, tuple[float, ...]]) -> crowd.Floor:
    """Return a floor after a move; an exit is given as x0, y0, x1, y1 (m)."""
    lines = {name: (at(move, *ends[:2]), at(move, *ends[2:])) for name, ends in exits.items()}
    return crowd.Floor(affine_transform(shape, move), exits=lines)


def people_at(move: Move, people: Sequence[crowd.Person]) -> list[crowd.Person]:
    """Return people after a move."""
    return [
        crowd.Person(at(move, *p.at), p.goal, p.speed_mps, p.radius_m, p.start_s, group=p.group)
        for p in people
    ]


# -- a quiet walk and a jam ------------------------------------------------------------------------------


def quiet_people() -> list[crowd.Person]:
    """Return twelve people who set out 2 s after one another, to either exit."""
    places = crowd.scatter(PILLARED, 12, seed=7, spacing_m=1.5)
    return [
        crowd.Person(place, "ab"[k % 2], speed_mps=1.0 + 0.05 * k, start_s=2.0 * k)
        for k, place in enumerate(places)
    ]


@lru_cache
def quiet(move: Move) -> NDArray[np.float64]:
    """Return when each of the twelve leaves a hall with a pillar (s)."""
    floor = floor_at(move, PILLARED, {"a": (20, 2, 20, 3), "b": (0, 9, 0, 10)})
    return crowd.run(floor, people_at(move, quiet_people())).finish_s


@lru_cache
def jam(move: Move, is_reversed: bool = False) -> NDArray[np.float64]:
    """Return when the last of 80 people has left a room by a door of 1 m, for each seed (s)."""
    floor = floor_at(move, ROOM, {"door": (10, 3, 10, 4)})
    last = []
    for seed in SEEDS:
        people = people_at(move, people_in(rectangle(0, 0, 8, 8), 80, seed, "door"))
        last.append(crowd.run(floor, people[::-1] if is_reversed else people, seed=seed).finish_s.max())
    return np.array(last)


def compared(moves: Sequence[Move], share: float = 0.0) -> Found:
    """Compare walks after moves with the walk as it is: quiet within a tick or a share, jam within 3 %."""
    base, mean = quiet(STAY), float(jam(STAY).mean())
    off = max(float(np.abs(quiet(move) - base).max()) for move in moves)
    part = max(float(np.abs(quiet(move) / base - 1.0).max()) for move in moves)
    means = [float(jam(move).mean()) for move in moves]
    jammed = max(abs(m / mean - 1.0) for m in means)
    is_quiet = part <= share if share else off <= TICK_S + 1e-9
    return judge(
        is_quiet and jammed <= 0.03,
        f"quiet {off:.2f} s ({100 * part:.2f} %), jam {numbers(means)} s against {mean:.1f} s "
        f"({100 * jammed:.1f} %)",
    )


# -- the checks ------------------------------------------------------------------------------------------


def busy(
    called: tuple[str, str] = ("n", "w"), is_swapped: bool = False, group: str = "g"
) -> tuple[crowd.Floor, list[crowd.Person], list[crowd.DoorEvent]]:
    """Return a hall with two exits, two slow zones, a door that closes, and 60 people who choose.

    Parameters
    ----------
    called : tuple of str
        The names of the two exits.
    is_swapped : bool
        Give exits and zones in the other order.
    group : str
        Name of the group of the first three people.
    """
    north, west = called
    exits = {north: ((15, 12), (16, 12)), west: ((0, 5), (0, 6))}
    zones = [crowd.Zone(rectangle(4, 0, 6, 12), 0.7), crowd.Zone(rectangle(13, 9, 18, 12), 0.8)]
    if is_swapped:
        exits, zones = dict(reversed(exits.items())), zones[::-1]
    doors = {"south": ((8, 0), (8, 3)), "north": ((8, 7.5), (8, 12))}
    floor = crowd.Floor(PILLARED, exits=exits, zones=zones, doors=doors)
    people = [
        crowd.Person(p.at, "choice", p.speed_mps, group=group if k < 3 else None)
        for k, p in enumerate(people_in(rectangle(13, 0, 20, 9), 60, 3))
    ]
    return floor, people, [crowd.close("south", 4.0), crowd.open("south", 20.0)]


def digest(result: crowd.Result) -> bytes:
    """Return the trajectories and the times of a run as bytes."""
    return result.array.tobytes() + result.finish_s.tobytes() + result.path_m.tobytes()


def run_busy(
    called: tuple[str, str] = ("n", "w"), is_swapped: bool = False, group: str = "g"
) -> crowd.Result:
    """Run the busy hall on a floor of its own."""
    floor, people, events = busy(called, is_swapped, group)
    return crowd.run(floor, people, events=events, every_s=TICK_S, seed=3)


def repeated() -> Found:
    """Run the same crowd on one floor twice, and on a floor built anew."""
    floor, people, events = busy()
    runs = [crowd.run(floor, people, events=events, every_s=TICK_S, seed=3) for _ in range(2)]
    kinds = len({digest(one) for one in (*runs, run_busy())})
    return judge(kinds == 1, "3 runs, the same bytes" if kinds == 1 else f"{kinds} kinds in 3 runs")


def order() -> Found:
    """Give the people in the opposite order."""
    floor = floor_at(STAY, PILLARED, {"a": (20, 2, 20, 3), "b": (0, 9, 0, 10)})
    off = float(np.abs(crowd.run(floor, quiet_people()[::-1]).finish_s[::-1] - quiet(STAY)).max())
    mean, other = float(jam(STAY).mean()), float(jam(STAY, True).mean())
    return judge(
        off <= TICK_S + 1e-9 and abs(other / mean - 1.0) <= 0.03,
        f"quiet {off:.2f} s, jam {other:.1f} s against {mean:.1f} s ({100 * abs(other / mean - 1):.1f} %)",
    )


def names() -> Found:
    """Give exits and zones in the opposite order, and rename exits and a group against the alphabet."""
    base = digest(run_busy())
    variants = {
        "order": run_busy(is_swapped=True),
        "group": run_busy(group="z"),
        "exits": run_busy(("w", "n")),
    }
    differ = [name for name, one in variants.items() if digest(one) != base]
    return judge(not differ, f"different: {', '.join(differ) or 'none'}")


def shift() -> Found:
    """Move everything by (1000, -2000) m."""
    return compared([SHIFT])


def quarter_turns() -> Found:
    """Turn everything by 90, 180 and 270 degrees."""
    return compared(QUARTERS)


def odd_angle() -> Found:
    """Turn everything by 37 degrees."""
    return compared([ODD], 0.02)


def mirror() -> Found:
    """Mirror everything."""
    return compared([MIRROR])


def conservation() -> Found:
    """Count people in every tick: who is inside and who has left are everybody, nobody twice."""
    result = run_busy()
    rows, n, wrong = result.array, len(result.finish_s), 0
    for time in np.unique(rows[:, 1]):
        inside = rows[rows[:, 1] == time, 0]
        gone = np.flatnonzero(result.finish_s <= time + 1e-9)
        together = np.concatenate([inside, gone])
        wrong += len(together) != n or len(np.unique(together)) != n
    left = sum(name is not None for name in result.exit_name)
    nobody = crowd.run(ROOM_FLOOR, [])
    return judge(
        wrong == 0 and left == n and nobody.n_inside == 0 and len(nobody.array) == 0,
        f"{wrong} of {len(np.unique(rows[:, 1]))} ticks wrong, {left} of {n} counted at exits",
    )


ROOM_FLOOR = floor_at(STAY, ROOM, {"door": (10, 3, 10, 4)})


def everybody_out() -> Found:
    """Let 200 people leave either school, five seeds each."""
    inside = [
        run_drill(load_scenario(building=school), EVACUATION, 200, seed, every_s=5.0).result.n_inside
        for school in SCHOOLS
        for seed in range(1, 6)
    ]
    return judge(sum(inside) == 0, f"{sum(inside)} left behind in {len(inside)} runs")


@lru_cache
def full_school(school: str) -> crowd.Result:
    """Let 1,000 people leave a school."""
    return run_drill(load_scenario(building=school), EVACUATION, 1000, 1, every_s=TICK_S).result


def no_wall_step() -> Found:
    """Count the steps of 1,000 people in either school that cross a wall."""
    runs = [full_school(school) for school in SCHOOLS]
    crossed, inside = [walls_crossed(one, one.floor) for one in runs], [one.n_inside for one in runs]
    return judge(
        sum(crossed) == 0 and sum(inside) == 0,
        f"{' and '.join(map(str, crossed))} wall steps, {' and '.join(map(str, inside))} left behind",
    )


def excess(result: crowd.Result, speeds: NDArray[np.float64]) -> float:
    """Return by how much the longest step on the level exceeds free speed times the tick (m)."""
    rows, level = result.array, result.spaces < result.floor.layout.n_flat
    order_of = np.lexsort((rows[:, 1], rows[:, 0]))
    rows, level = rows[order_of], level[order_of]
    same = (rows[1:, 0] == rows[:-1, 0]) & (rows[1:, 4] == rows[:-1, 4]) & level[1:] & level[:-1]
    steps = np.hypot(np.diff(rows[:, 2]), np.diff(rows[:, 3]))[same]
    return float((steps - speeds[rows[1:, 0].astype(np.int64)][same] * TICK_S).max())


def no_speeding() -> Found:
    """Look for the longest step in a jam of 80, in the busy hall, and of 1,000 people in either school."""
    people = people_in(rectangle(0, 0, 8, 8), 80, 1, "door")
    jammed = crowd.run(ROOM_FLOOR, people, every_s=TICK_S)
    in_room = excess(jammed, np.array([p.speed_mps for p in people]))
    over = [excess(run_busy(), np.array([p.speed_mps for p in busy()[1]]))]
    over += [excess(full_school(school), np.full(1000, WALK_MPS)) for school in SCHOOLS]
    return judge(
        max(in_room, *over) <= 1e-9,
        f"too long by at most {in_room:.0e} m in a room, {max(over):.3f} m from space to space",
    )


CHECKS = (
    Check("V1", "the same crowd again, and on a floor built anew", "the same bytes", repeated),
    Check("V2", "people in the opposite order", "quiet: one tick; jam: 3 %", order),
    Check("V2 names", "exits, zones and groups in another order, renamed", "the same bytes", names),
    Check("V3", "shifted by (1000, -2000) m", "quiet: one tick; jam: 3 %", shift),
    Check("V4", "turned by 90, 180 and 270 degrees", "quiet: one tick; jam: 3 %", quarter_turns),
    Check("V4 odd", "turned by 37 degrees", "quiet: 2 %; jam: 3 %", odd_angle),
    Check("V5", "mirrored", "quiet: one tick; jam: 3 %", mirror),
    Check("V6", "everybody is inside or has left, once, in every tick", "exact", conservation),
    Check("V6 out", "200 people leave either school, five seeds", "everybody out", everybody_out),
    Check("V7", "no step longer than free speed times the tick", "exact but for rounding", no_speeding),
    Check("V7 walls", "1,000 people leave either school", "no step through a wall", no_wall_step),
)
