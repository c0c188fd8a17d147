"""The people of one incident: who they are, where they start, and the struct of arrays that holds them.

`COLUMNS` is the schema: one row per person, one entry per column. A person's id comes from the id of the
home space and a number in it, so a display name or the order of a file changes no draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.kernels.types import PeopleArrays
from sim.navigation import Navigation
from sim.params import ParameterTable
from sim.scenario import Scenario
from sim.streams import Draws, Stream, entity_hash

BODY_RADIUS_M = 0.2
"""Radius of the body disc (m): JuPedSim's default. It gives 1.6-1.9 persons per metre of door and second,
inside the band of the experiments (0.15 m gives 2.3-3.0); arches that jam that model for good are resolved
in `kernels.stepping` and counted."""


class Role(IntEnum):
    """What a person is in the building for."""

    PUPIL = 0
    STAFF = 1
    VISITOR = 2


class State(IntEnum):
    """What a person is doing; the only states there are, for everybody and in every output."""

    UNAWARE = 0
    ALERTED = 1
    MOVING = 2
    SHELTERED = 3
    SECURED = 4
    LEAVING = 5
    OUT = 6
    RESPONDER = 7


COLUMNS: dict[str, tuple[str, str, str]] = {
    "x": ("float64", "m", "position in the frame of the space's sheet"),
    "y": ("float64", "m", "position in the frame of the space's sheet"),
    "space": ("int32", "row", "space the person is in"),
    "state": ("int8", "State", "what the person is doing"),
    "state_since": ("int64", "tick", "since when"),
    "speed": ("float64", "m/s", "desired speed on the flat"),
    "radius": ("float64", "m", "radius of the body disc"),
    "role": ("int8", "Role", "pupil, staff or visitor"),
    "group": ("int32", "row", "class or room group, -1 for nobody's"),
    "home": ("int32", "row", "home space"),
    "walk_mps": ("float64", "m/s", "free walking speed"),
    "alert_mps": ("float64", "m/s", "speed once alerted: runs, or walks fast"),
    "alerted_tick": ("int64", "tick", "when alerted, -1 for not yet"),
    "secured_tick": ("int64", "tick", "when last secured, -1 for never"),
    "out_tick": ("int64", "tick", "when out, -1 for never"),
}
"""State variables that users may read: dtype, unit or type, meaning."""

_TEACHING = ("classroom", "laboratory", "music", "library", "gym")
_SUPPORT = (
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
    """

    id_hash: NDArray[np.uint64]
    role: NDArray[np.int8]
    home: NDArray[np.int32]
    seat: NDArray[np.int32]
    group: NDArray[np.int32]
    group_home: NDArray[np.int32]


@dataclass(slots=True)
class People:
    """The struct of arrays of one run: what kernels move, and what only the submodels need."""

    arrays: PeopleArrays
    id_hash: NDArray[np.uint64]
    role: NDArray[np.int8]
    group: NDArray[np.int32]
    home: NDArray[np.int32]
    walk_mps: NDArray[np.float64]
    alert_mps: NDArray[np.float64]
    alerted_tick: NDArray[np.int64]
    members: list[NDArray[np.int64]]
    leader: NDArray[np.int64]
    group_home: NDArray[np.int32]
    n_inside_at_start: int

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.role)

    @property
    def n_groups(self) -> int:
        """Number of room groups."""
        return len(self.group_home)

    @property
    def x(self) -> NDArray[np.float64]:
        """Position (m), float64[n_people]."""
        return self.arrays.x

    @property
    def y(self) -> NDArray[np.float64]:
        """Position (m), float64[n_people]."""
        return self.arrays.y

    @property
    def space(self) -> NDArray[np.int32]:
        """Row of the space, int32[n_people]."""
        return self.arrays.space

    @property
    def state(self) -> NDArray[np.int8]:
        """State, int8[n_people]."""
        return self.arrays.state

    def counts(self) -> dict[State, int]:
        """Return how many people are in each state; the counts add up to everybody."""
        counted = np.bincount(self.arrays.state, minlength=len(State))
        return {state: int(counted[state]) for state in State}


def build_roster(nav: Navigation, scenario: Scenario) -> Roster:
    """Assign pupils, teachers and support staff to home spaces.

    The enrolment comes from the plan; staff follow from pupils per teacher where the plan does not say.
    Spaces are taken in the order of the hash of their ids, so the order of the file does not matter.

    Raises
    ------
    ScenarioError
        If there is nobody, or more pupils than the teaching spaces hold.
    """
    key = (nav.content_hash, scenario.enrolment, scenario.staff)
    return _roster(nav, key, scenario.parameters)


@lru_cache(maxsize=8)
def _roster_cached(
    key: tuple[str, int, int | None], nav: Navigation, per_teacher: float, support: float
) -> Roster:
    _, enrolment, staff = key
    hashes = [entity_hash(space_id) for space_id in nav.space_ids]
    order = sorted(nav.indoor, key=lambda row: hashes[row])
    teaching = sorted(
        (row for row in order if nav.use[row] in _TEACHING), key=lambda row: _TEACHING.index(nav.use[row])
    )
    if not teaching:
        teaching = [row for row in order if nav.use[row] not in ("corridor", "stairs", "restroom")]
    n_teachers = staff if staff is not None else max(1, round(enrolment / per_teacher)) if enrolment else 0
    n_teachers = min(n_teachers, max(1, enrolment)) if enrolment else n_teachers
    classes = _classes(nav, teaching, enrolment, n_teachers)
    rows: list[tuple[int, int, int, int]] = []
    seats = dict.fromkeys(range(nav.n_spaces), 0)
    group_home = [space for space, _ in classes]
    for group, (space, n_pupils) in enumerate(classes):
        for role in (Role.STAFF, *[Role.PUPIL] * n_pupils):
            rows.append((space, seats[space], role, group))
            seats[space] += 1
    support_rooms = [row for row in order if nav.use[row] in _SUPPORT] or order
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
        np.array(group_home + homes, dtype=np.int32),
    )


def _roster(nav: Navigation, key: tuple[str, int, int | None], parameters: ParameterTable) -> Roster:
    return _roster_cached(
        key,
        nav,
        parameters.value("occupancy.pupils_per_teacher"),
        parameters.value("population.support_staff_share"),
    )


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


def draw_people(nav: Navigation, scenario: Scenario, draws: Draws) -> People:
    """Build the people of one run: the roster, who is present, where they start and how fast they walk.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    scenario : Scenario
        Place and part of the day.
    draws : Draws
        Keyed draws of the run.

    Returns
    -------
    People
        One row per person present, in the order of the roster.
    """
    roster = build_roster(nav, scenario)
    table, part = scenario.parameters, scenario.day_part
    present = np.where(
        roster.role == Role.PUPIL,
        table.table("day_part.pupils_present", part),
        table.table("day_part.staff_present", part),
    )
    here = draws.us(Stream.PRESENT, roster.id_hash) < present
    ids, role = roster.id_hash[here], roster.role[here]
    home, seat, group = roster.home[here], roster.seat[here], roster.group[here]
    n_visitors = _n_visitors(table, part, len(ids))
    if n_visitors:
        visitors = np.array([entity_hash(f"visitor:{k}") for k in range(n_visitors)], dtype=np.uint64)
        ids = np.concatenate([ids, visitors])
        role = np.concatenate([role, np.full(n_visitors, Role.VISITOR, dtype=np.int8)])
        home, seat = (np.concatenate([old, np.full(n_visitors, -1, dtype=np.int32)]) for old in (home, seat))
        group = np.concatenate([group, np.full(n_visitors, -1, dtype=np.int32)])
    space, x, y, group = _places_at_start(nav, scenario, draws, ids, role, home, seat, group)
    outside = _classes_outdoors(scenario, draws, nav, roster, group)
    space[outside] = nav.outside
    return _assemble(nav, scenario, draws, roster, (ids, role, home, group, space, x, y))


def _n_visitors(table: ParameterTable, part: str, n_present: int) -> int:
    share = (
        table.value("occupancy.visitors_share")
        if part == "class"
        else table.table("day_part.visitors_share", part)
    )
    return round(share * n_present)


def _places_at_start(
    nav: Navigation,
    scenario: Scenario,
    draws: Draws,
    ids: NDArray[np.uint64],
    role: NDArray[np.int8],
    home: NDArray[np.int32],
    seat: NDArray[np.int32],
    group: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Place everybody: in a hall, a restroom, the cafeteria, or on the own seat at home."""
    table, part = scenario.parameters, scenario.day_part
    hall_share = table.table("day_part.hall_share", part)
    restroom_share = min(table.value("occupancy.restroom_share"), hall_share)
    cafeteria = nav.spaces_of_use("cafeteria")
    cafeteria_share = table.table("day_part.cafeteria_share", part) if cafeteria else 0.0
    halls = nav.spaces_of_use("corridor", "lobby") or nav.indoor
    restrooms = nav.spaces_of_use("restroom") or halls
    u_where = draws.us(Stream.PLACE_HALL, ids)
    u_space = draws.us(Stream.PLACE_SPACE, ids)
    u_spot = draws.us(Stream.PLACE_SPOT, ids)
    space, group = home.copy(), group.copy()
    pool = np.full(len(ids), -1)
    pool[u_where < hall_share] = 0
    pool[u_where < restroom_share] = 1
    pool[(u_where >= hall_share) & (u_where < hall_share + cafeteria_share) & (role == Role.PUPIL)] = 2
    pool[(home < 0) & (pool < 0)] = 0
    for number, spaces in enumerate((halls, restrooms, cafeteria)):
        rows = np.flatnonzero(pool == number)
        if len(rows):
            weights = np.cumsum([nav.area_m2[row] for row in spaces])
            picked = np.searchsorted(weights, u_space[rows] * weights[-1], side="right")
            space[rows] = np.array(spaces, dtype=np.int32)[np.minimum(picked, len(spaces) - 1)]
            group[rows] = -1
    x, y = nav.spots_at(space, np.where(pool < 0, seat, -1), u_spot)
    return space, x, y, group


def _classes_outdoors(
    scenario: Scenario, draws: Draws, nav: Navigation, roster: Roster, group: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Tell whose class is outside at the start (during class only)."""
    if scenario.day_part != "class" or not len(roster.group_home):
        return np.zeros(len(group), dtype=np.bool_)
    share = scenario.parameters.value("occupancy.outdoors_share")
    hashes = np.array(
        [entity_hash(f"group:{k}:{nav.space_ids[row]}") for k, row in enumerate(roster.group_home)],
        dtype=np.uint64,
    )
    is_class = np.isin(roster.group_home, [s for s in nav.indoor if nav.use[s] in _TEACHING])
    away = (draws.us(Stream.OUTDOOR_CLASS, hashes) < share) & is_class
    return (group >= 0) & away[np.maximum(group, 0)]


def _speeds(
    scenario: Scenario, draws: Draws, ids: NDArray[np.uint64], role: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw free and alerted speed (m/s); one latent number per person serves both."""
    table = scenario.parameters
    u = draws.us(Stream.SPEED, ids)
    pupils = role == Role.PUPIL
    is_elementary = scenario.venue == "elementary"
    pupil_walk = "move.pupil_elementary_walk" if is_elementary else "move.pupil_secondary_walk"
    walk = np.where(pupils, table.quantile(pupil_walk, u), table.quantile("move.adult_walk", u))
    run = np.where(
        pupils,
        np.minimum(4.0, walk * table.value("move.run_pupil_factor")),
        np.maximum(walk, table.quantile("move.run_adult", u)),
    )
    runs = draws.us(Stream.RUNS, ids) < table.value("move.run_share_alerted")
    if is_elementary:
        runs &= ~pupils
    alert = np.where(runs, run, walk * table.value("move.fast_walk_factor"))
    impaired = draws.us(Stream.IMPAIRED, ids) < table.value("occupancy.mobility_impaired_share")
    factor = np.where(impaired & (role != Role.VISITOR), table.value("move.impaired_factor"), 1.0)
    return walk * factor, np.where(factor < 1.0, walk, alert) * factor


def _assemble(
    nav: Navigation,
    scenario: Scenario,
    draws: Draws,
    roster: Roster,
    placed: tuple[
        NDArray[np.uint64],
        NDArray[np.int8],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.float64],
        NDArray[np.float64],
    ],
) -> People:
    ids, role, home, group, space, x, y = placed
    n = len(ids)
    walk, alert = _speeds(scenario, draws, ids, role)
    arrays = PeopleArrays.new(n)
    arrays.x[:], arrays.y[:], arrays.space[:] = x, y, space
    arrays.speed[:], arrays.radius[:] = walk, BODY_RADIUS_M
    out = space == nav.outside
    arrays.state[:] = np.where(out, State.OUT, State.UNAWARE)
    arrays.out_tick[out] = 0
    n_groups = len(roster.group_home)
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(n_groups + 1))
    members = [np.sort(order[bounds[k] : bounds[k + 1]]) for k in range(n_groups)]
    leader = np.full(n_groups, -1, dtype=np.int64)
    for k, rows in enumerate(members):
        staff = rows[role[rows] == Role.STAFF]
        if len(staff):
            leader[k] = staff[0]
    return People(
        arrays=arrays,
        id_hash=ids,
        role=role,
        group=group,
        home=home,
        walk_mps=walk,
        alert_mps=alert,
        alerted_tick=np.full(n, -1, dtype=np.int64),
        members=members,
        leader=leader,
        group_home=roster.group_home,
        n_inside_at_start=int(n - out.sum()),
    )
