"""Who belongs to a building: pupils, teachers and support staff, each with a home space and a seat in it.

A person's id comes from the id of the home space and a number in it, so a display name or the order of a
file changes no draw.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.given.scenario import Scenario
from sim.people.population import Role
from sim.place.compile import Navigation
from sim.streams import entity_hash

TEACHING_USES = ("classroom", "laboratory", "music", "library", "gym")
"""Uses of the spaces that classes have, the usual one first."""

_SUPPORT_USES = (
    "office",
    "reception",
    "kitchen",
    "nurse",
    "library",
    "cafeteria",
    "mechanical",
    "storage",
    "other",
)


class Roster(NamedTuple):
    """Everybody who belongs to the building, before the draws of a run. Arrays have one entry per person.

    `seat` is the number of the person's place in the home space; `group` the row of the home group or -1.
    `group_hash` is the entity of a group's draws: its space, and which group of that space it is, so that one
    room more in a plan leaves the draws of all others as they are.
    """

    id_hash: NDArray[np.uint64]
    role: NDArray[np.int8]
    home: NDArray[np.int32]
    seat: NDArray[np.int32]
    group: NDArray[np.int32]
    group_home: NDArray[np.int32]
    group_hash: NDArray[np.uint64]


def build_roster(nav: Navigation, scenario: Scenario) -> Roster:
    """Assign pupils, teachers and support staff to home spaces.

    The enrolment comes from the plan; staff follow from pupils per teacher where the plan does not say.
    Spaces are taken in the order of the hash of their ids, so the order of the file does not matter.

    Raises
    ------
    ScenarioError
        If there is nobody, or more pupils than the teaching spaces hold.
    """
    table = scenario.parameters
    return _roster(
        nav,
        scenario.enrolment,
        scenario.staff,
        table.value("occupancy.pupils_per_teacher"),
        table.value("population.support_staff_share"),
    )


@lru_cache(maxsize=8)
def _roster(nav: Navigation, enrolment: int, staff: int | None, per_teacher: float, support: float) -> Roster:
    order = sorted(nav.indoor, key=lambda row: int(nav.space_hash[row]))
    n_teachers = staff if staff is not None else max(1, round(enrolment / per_teacher)) if enrolment else 0
    n_teachers = min(n_teachers, max(1, enrolment)) if enrolment else n_teachers
    classes = _classes(nav, _teaching_spaces(nav, order), enrolment, n_teachers)
    rows: list[tuple[int, int, int, int]] = []
    seats = dict.fromkeys(range(nav.n_spaces), 0)
    group_home = [space for space, _ in classes]
    for group, (space, n_pupils) in enumerate(classes):
        for role in (Role.STAFF, *[Role.PUPIL] * n_pupils):
            rows.append((space, seats[space], role, group))
            seats[space] += 1
    support_rooms = [row for row in order if nav.use[row] in _SUPPORT_USES] or order
    for number in range(round(support * n_teachers)):
        space = support_rooms[number % len(support_rooms)]
        rows.append((space, seats[space], Role.STAFF, -1))
        seats[space] += 1
    homes = sorted({row[0] for row in rows if row[3] < 0})
    loose = {space: len(group_home) + k for k, space in enumerate(homes)}
    columns = np.array(
        [(space, seat, role, group if group >= 0 else loose[space]) for space, seat, role, group in rows],
        dtype=np.int64,
    ).reshape(-1, 4)
    return _as_roster(nav, columns, np.array(group_home + homes, dtype=np.int32))


def _as_roster(nav: Navigation, columns: NDArray[np.int64], group_home: NDArray[np.int32]) -> Roster:
    """Return the roster of rows of (home space, seat, role, group), with everybody's id."""
    ids = [
        entity_hash(f"{Role(role).name.lower()}:{nav.space_ids[space]}:{seat}")
        for space, seat, role, _ in columns.tolist()
    ]
    return Roster(
        np.array(ids, dtype=np.uint64),
        columns[:, 2].astype(np.int8),
        columns[:, 0].astype(np.int32),
        columns[:, 1].astype(np.int32),
        columns[:, 3].astype(np.int32),
        group_home,
        _group_hashes(nav, group_home),
    )


def _group_hashes(nav: Navigation, group_home: NDArray[np.int32]) -> NDArray[np.uint64]:
    so_far: Counter[int] = Counter()
    hashes = []
    for space in group_home.tolist():
        hashes.append(entity_hash(f"group:{nav.space_ids[space]}:{so_far[space]}"))
        so_far[space] += 1
    return np.array(hashes, dtype=np.uint64)


def _teaching_spaces(nav: Navigation, order: list[int]) -> list[int]:
    """Return the spaces that classes have, the usual use first; without any, all but halls and restrooms."""
    teaching = [row for row in order if nav.use[row] in TEACHING_USES]
    if not teaching:
        return [row for row in order if nav.use[row] not in ("corridor", "stairs", "restroom")]
    return sorted(teaching, key=lambda row: TEACHING_USES.index(nav.use[row]))


def _classes(nav: Navigation, teaching: list[int], enrolment: int, n_teachers: int) -> list[tuple[int, int]]:
    """Split the enrolment into classes and give each a teaching space: (space, pupils) per class."""
    n_classes = n_teachers
    if enrolment <= 0 or n_classes <= 0:
        return []
    room = {space: _places(nav, space) for space in teaching}
    if enrolment + n_classes > sum(room.values()):
        raise ScenarioError(
            f"scenario: {enrolment} pupils do not fit into the plan's teaching spaces, which hold "
            f"{sum(room.values()) - n_classes}; lower `enrolment` or use a larger building."
        )
    spaces = _share_out(teaching, room, n_classes)
    sizes = [enrolment // n_classes + (number < enrolment % n_classes) for number in range(n_classes)]
    taken = dict.fromkeys(teaching, 0)
    classes: list[tuple[int, int]] = []
    left = 0
    for space, size in zip(spaces, sizes, strict=True):
        n = max(0, min(size + left, room[space] - taken[space] - 1))
        left += size - n
        taken[space] += n + 1
        classes.append((space, n))
    for number, (space, n) in enumerate(classes):  # the rest goes wherever places are free
        extra = min(left, room[space] - taken[space])
        if extra > 0:
            classes[number] = (space, n + extra)
            taken[space] += extra
            left -= extra
    return classes


def _share_out(teaching: list[int], room: dict[int, int], n_classes: int) -> list[int]:
    """Give classes one space each; where there are more classes than spaces, the largest take more."""
    spaces = teaching[:n_classes]
    if len(spaces) < n_classes:
        largest = sorted(teaching, key=lambda space: -room[space])
        spaces = spaces + [largest[k % len(largest)] for k in range(n_classes - len(spaces))]
    return spaces


def _places(nav: Navigation, space: int) -> int:
    capacity = nav.capacity[space]
    spots = nav.n_spots(space)
    return min(capacity + 1, spots) if capacity else spots
