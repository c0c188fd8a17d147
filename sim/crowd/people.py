"""The people of a crowd as arrays: where each stands, and the destinations that each walks to in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from sim.crowd.floor import Floor
from sim.crowd.input import CHOICE, NEAREST, SAME_PLACE_M, Person, point_of, positive
from sim.crowd.ways import Destination
from sim.errors import CrowdError, closest
from sim.kernels.types import PeopleArrays

FIXED, TO_NEAREST, BY_CHOICE = 0, 1, 2
"""How a person comes by the last destination: given, the nearest exit, or the person's own choice."""


@dataclass(frozen=True)
class Plans:
    """What everybody is going to do.

    Parameters
    ----------
    arrays : PeopleArrays
        The people at rest where they stand at first.
    destinations : list of Destination
        The exits first, in the order of their names; then all other goals.
    stages : tuple of tuple of int
        Numbers of the destinations of each person in turn; the last one, an exit, may still be open.
    kind : int8[n]
        FIXED, TO_NEAREST or BY_CHOICE.
    start_s : float64[n]
        When each sets out (s).
    knows : bool[n, n_exits]
        Which exits each may use.
    group : int32[n]
        Number of the group, -1 for none.
    """

    arrays: PeopleArrays
    destinations: list[Destination]
    stages: tuple[tuple[int, ...], ...]
    kind: NDArray[np.int8]
    start_s: NDArray[np.float64]
    knows: NDArray[np.bool_]
    group: NDArray[np.int32]


class _Numbers:
    """Numbers of destinations: the same goal gets the same number."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.found = [floor.destination("exit", name) for name in floor.exits]
        self._numbers = {to: number for number, to in enumerate(self.found)}

    def of(self, what: str, goal: object) -> int:
        """Return the number of a goal."""
        to = self._floor.destination(what, goal)
        if to not in self._numbers:
            self._numbers[to] = len(self.found)
            self.found.append(to)
        return self._numbers[to]


def plan_people(floor: Floor, people: Sequence[Person]) -> Plans:
    """Return what everybody is going to do.

    Parameters
    ----------
    floor : Floor
        The floor.
    people : sequence of Person
        The people; an id is an index into this.

    Raises
    ------
    CrowdError
        If somebody stands outside of the walkable area, or a goal, a number or a group cannot be used.
    """
    numbers, n = _Numbers(floor), len(people)
    exits = list(floor.exits)
    stages, kind = [], np.zeros(n, dtype=np.int8)
    knows = np.ones((n, len(exits)), dtype=np.bool_)
    for k, person in enumerate(people):
        what = f"person {k}"
        own = [numbers.of(f"{what}: via", stop) for stop in person.via]
        if person.goal is None or (isinstance(person.goal, str) and person.goal in (NEAREST, CHOICE)):
            kind[k] = BY_CHOICE if person.goal == CHOICE else TO_NEAREST
            if not exits:
                raise CrowdError(f"{what}: wants to leave, but the floor has no exit; give one, or a goal.")
        else:
            own.append(numbers.of(f"{what}: goal", person.goal))
        if person.knows is not None:
            knows[k] = _known(what, person, exits)
        stages.append(tuple(own))
    arrays = _arrays(floor, people)
    start_s = np.array(
        [positive(f"person {k}: start_s", p.start_s, allow_zero=True) for k, p in enumerate(people)]
    )
    plans = Plans(arrays, numbers.found, tuple(stages), kind, start_s, knows, _groups(people))
    _join_groups(plans, people)
    return plans


def _known(what: str, person: Person, exits: list[str]) -> list[bool]:
    """Return which exits a person knows."""
    known = {person.knows} if isinstance(person.knows, str) else set(person.knows or ())
    for name in sorted(known, key=str):
        if name not in exits:
            raise CrowdError(
                f"{what}: knows: there is no exit '{name}'.{closest(str(name), exits)} There are: "
                f"{', '.join(exits) or 'none'}."
            )
    return [name in known for name in exits]


def _arrays(floor: Floor, people: Sequence[Person]) -> PeopleArrays:
    """Return the people at rest at their places."""
    n = len(people)
    arrays = PeopleArrays.new(n)
    xy = np.array([point_of(f"person {k}", p.at) for k, p in enumerate(people)], dtype=np.float64).reshape(
        n, 2
    )
    level = np.array([floor.level_of(f"person {k}", p.level) for k, p in enumerate(people)], dtype=np.int64)
    for one in np.unique(level):
        mine = np.flatnonzero(level == one)
        xy[mine] = floor.stood(int(one), xy[mine])
        arrays.space[mine] = floor.spaces_at(int(one), xy[mine])
    arrays.x[:], arrays.y[:] = xy[:, 0], xy[:, 1]
    for k in np.flatnonzero(arrays.space < 0)[:1]:
        raise CrowdError(
            f"person {k}: ({xy[k, 0]:g}, {xy[k, 1]:g}) on level '{floor.levels[level[k]]}' lies outside of "
            "the walkable area, in a wall or in an exit; move the person onto the floor."
        )
    _refuse_same_place(arrays, xy)
    arrays.speed[:] = [positive(f"person {k}: speed_mps", p.speed_mps) for k, p in enumerate(people)]
    arrays.radius[:] = [positive(f"person {k}: radius_m", p.radius_m) for k, p in enumerate(people)]
    return arrays


def _refuse_same_place(arrays: PeopleArrays, xy: NDArray[np.float64]) -> None:
    """Refuse two people at one point: nothing says which way they would part."""
    for space in np.unique(arrays.space):
        rows = np.flatnonzero(arrays.space == space)
        pairs = KDTree(xy[rows]).query_pairs(SAME_PLACE_M, output_type="ndarray")
        if len(pairs):
            a, b = sorted(int(rows[k]) for k in pairs[0])
            raise CrowdError(
                f"persons {a} and {b} stand at the same place ({xy[a, 0]:g}, {xy[a, 1]:g}), and so do "
                f"{len(pairs)} pairs in all; `sim.crowd.scatter` gives places apart."
            )


def _groups(people: Sequence[Person]) -> NDArray[np.int32]:
    """Return everybody's group by number, groups in the order of their names."""
    names = sorted({str(p.group) for p in people if p.group is not None})
    number = {name: k for k, name in enumerate(names)}
    return np.array([-1 if p.group is None else number[str(p.group)] for p in people], dtype=np.int32)


def _join_groups(plans: Plans, people: Sequence[Person]) -> None:
    """Let groups set out together, at the pace of their slowest, with what any of them knows."""
    for number in range(int(plans.group.max(initial=-1)) + 1):
        mine = np.flatnonzero(plans.group == number)
        first = int(mine[0])
        for k in mine[1:]:
            if plans.stages[k] != plans.stages[first] or plans.kind[k] != plans.kind[first]:
                raise CrowdError(
                    f"group '{people[first].group}': persons {first} and {k} have different goals; a group "
                    "walks to one goal by one way."
                )
        plans.arrays.speed[mine] = plans.arrays.speed[mine].min()
        plans.start_s[mine] = plans.start_s[mine].max()
        plans.knows[mine] = plans.knows[mine].any(axis=0)
