"""Who is in the building on the day, where they are when the incident starts, and how fast they walk."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.given.parameters import ParameterTable
from sim.given.scenario import Scenario
from sim.kernels.types import PeopleArrays
from sim.people.population import BODY_RADIUS_M, People, Role, State
from sim.people.roster import TEACHING_USES, Roster, build_roster
from sim.place.compile import Navigation
from sim.streams import Draws, Stream, entity_hash


class _Placed(NamedTuple):
    """Who is there and where, before anybody moves: one entry per person."""

    ids: NDArray[np.uint64]
    role: NDArray[np.int8]
    home: NDArray[np.int32]
    group: NDArray[np.int32]
    space: NDArray[np.int32]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


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
    return _assemble(nav, scenario, draws, roster, _Placed(ids, role, home, group, space, x, y))


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
    is_class = np.isin(roster.group_home, [s for s in nav.indoor if nav.use[s] in TEACHING_USES])
    away = (draws.us(Stream.OUTDOOR_CLASS, roster.group_hash) < share) & is_class
    return (group >= 0) & away[np.maximum(group, 0)]


def _speeds(
    scenario: Scenario, draws: Draws, ids: NDArray[np.uint64], role: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw free and alerted speed (m/s); one latent number per person serves both."""
    table = scenario.parameters
    u = draws.us(Stream.SPEED, ids)
    pupils = role == Role.PUPIL
    is_elementary = scenario.venue == "elementary"
    pupil_mps = table.quantile(
        "move.pupil_elementary_walk" if is_elementary else "move.pupil_secondary_walk", u
    )
    walk = np.where(pupils, pupil_mps, table.quantile("move.adult_walk", u))
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


def _assemble(nav: Navigation, scenario: Scenario, draws: Draws, roster: Roster, placed: _Placed) -> People:
    """Return the people of a run: their arrays, the members of each group and its leader."""
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
    members = [order[first:last] for first, last in pairwise(bounds.tolist())]
    leader = np.full(n_groups, -1, dtype=np.int64)
    staff = np.flatnonzero((role == Role.STAFF) & (group >= 0))[::-1]
    leader[group[staff]] = staff  # the last one written is the first in the group
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
        group_hash=roster.group_hash,
        n_inside_at_start=int(n - out.sum()),
    )
