"""Drills: everybody in a building walks out, or to the nearest room that can be locked. No incident.

All set out at once, so the times are those of walking alone; what people need before they walk is a matter of
incidents (`sim.alert.alerting`), or of `start_s` in the crowd API.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim import crowd
from sim.clock import TICK_S
from sim.crowd.ways import Destination, Ways
from sim.errors import CrowdError
from sim.people.presence import draw_people
from sim.people.ways import NOT_SHELTERS
from sim.place.navigation import Navigation
from sim.streams import Draws, RunKey, Stream

if TYPE_CHECKING:
    from sim.given.scenario import Scenario

WALK_MPS = crowd.Person.speed_mps
"""Free walking speed of people who are spread over a building (m/s): the crowd API's default."""

EVACUATION, LOCKDOWN = "evacuation", "lockdown"


@dataclass(frozen=True)
class Drill:
    """What a drill gave: the run, and its mode."""

    mode: str
    result: crowd.Result

    @property
    def finish_s(self) -> NDArray[np.float64]:
        """When each who got there was out, or in a room that can be locked, sorted (s)."""
        finish = self.result.finish_s
        return np.sort(finish[np.isfinite(finish)])

    @property
    def by_exit(self) -> dict[str, int]:
        """How many left by each exit that was used, by name."""
        names = [name for name in self.result.exit_name if name is not None]
        return {name: names.count(name) for name in sorted(set(names))}


def run_drill(
    scenario: Scenario,
    mode: str,
    n_people: int | None = None,
    seed: int = 1,
    *,
    until_s: float = 3600.0,
    every_s: float = 0.5,
    tick_s: float = TICK_S,
) -> Drill:
    """Run a drill in the building of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Building and part of the day: who is where.
    mode : str
        "evacuation" or "lockdown".
    n_people : int, optional
        So many people, spread over the standing places of the building, instead of its own.
    seed : int
        Decides who is where and how fast.
    until_s, every_s : float
        Longest duration, and interval of the trajectories (s).
    tick_s : float
        Length of a tick (s).

    Returns
    -------
    Drill
        Times and trajectories.
    """
    floor = crowd.Floor.of_building(scenario.plan)
    nav = floor.nav
    if mode == EVACUATION and not floor.exits:
        raise CrowdError("this building has no exterior door, so that nobody can walk out; draw one.")
    people = own_people(nav, scenario, seed) if n_people is None else _spread_people(nav, n_people, seed)
    if mode == LOCKDOWN:
        people = _to_rooms(floor, people)
    return Drill(mode, crowd.run(floor, people, until_s=until_s, every_s=every_s, seed=seed, tick_s=tick_s))


def own_people(nav: Navigation, scenario: Scenario, seed: int) -> list[crowd.Person]:
    """Return the building's population where it is at that part of the day; classes outdoors are left out."""
    drawn = draw_people(nav, scenario, Draws(RunKey(seed, 0)))
    arrays = drawn.arrays
    return [
        _person(nav, int(arrays.space[k]), arrays.x[k], arrays.y[k], drawn.walk_mps[k])
        for k in np.flatnonzero(arrays.space != nav.outside)
    ]


def _spread_people(nav: Navigation, n: int, seed: int) -> list[crowd.Person]:
    """Return so many people on standing places drawn from all of the building, none twice."""
    if n < 1:
        raise CrowdError(f"people: found {n}; allowed are whole numbers from 1.")
    spots = [
        (space, k)
        for space in nav.indoor
        for k in range(int(nav.spot_ptr[space]), int(nav.spot_ptr[space + 1]))
    ]
    if n > len(spots):
        raise CrowdError(f"people: {n} do not fit; this building has {len(spots)} standing places.")
    u = Draws(RunKey(seed, 0)).us(Stream.CROWD_PLACE, np.arange(len(spots), dtype=np.uint64), 2)
    chosen = np.sort(np.argsort(u, kind="stable")[:n])
    return [_person(nav, spots[k][0], nav.spot_x[spots[k][1]], nav.spot_y[spots[k][1]]) for k in chosen]


def _person(nav: Navigation, space: int, x: float, y: float, speed: float = WALK_MPS) -> crowd.Person:
    level = nav.level_ids[int(nav.space_level[space])]
    return crowd.Person((float(x), float(y)), "nearest", speed_mps=float(speed), level=level)


def _to_rooms(floor: crowd.Floor, people: list[crowd.Person]) -> list[crowd.Person]:
    """Send everybody to the room that is nearest on foot of those that can be locked at every door."""
    nav = floor.nav
    rooms = [
        row
        for row in nav.indoor
        if nav.is_room[row]
        and nav.use[row] not in NOT_SHELTERS
        and nav.doors_of(row)
        and all(nav.can_lock[door] for door in nav.doors_of(row))
    ]
    if not rooms:
        raise CrowdError(
            "this building has no room whose doors can all be locked, so that a lockdown has no place to go "
            "to; say in the plan which doors lock."
        )
    ways = Ways(nav, [Destination((row,)) for row in rooms])
    xy = np.array([person.at for person in people])
    space = np.empty(len(people), dtype=np.int32)
    for level, name in enumerate(nav.level_ids):
        mine = [k for k, person in enumerate(people) if person.level == name]
        space[mine] = floor.spaces_at(level, xy[mine])
    away = np.stack([ways.distances(k, space, xy[:, 0], xy[:, 1]) for k in range(len(rooms))])
    nearest = np.argmin(away, axis=0)
    return [replace(person, goal=nav.space_ids[rooms[k]]) for person, k in zip(people, nearest, strict=True)]
