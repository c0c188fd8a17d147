"""Who is in the building at the start: classes, teachers, visitors, their places and speeds, by the table."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.given.parameters import ParameterTable
from sim.given.scenario_fields import DAY_PARTS
from sim.given.scenario_files import load_scenario
from sim.people.population import Role, State
from sim.people.presence import draw_people
from sim.people.roster import _classes, _group_hashes, build_roster
from sim.place.compile import compile_plan
from sim.streams import Draws, RunKey, Stream, entity_hash


@pytest.fixture(scope="module")
def elementary():
    scenario = load_scenario("elementary")
    return scenario, compile_plan(scenario.plan)


@pytest.fixture(scope="module")
def high():
    scenario = load_scenario()
    return scenario, compile_plan(scenario.plan)


def people_of(place, seed=3, **changes):
    scenario = place[0].with_(**changes) if changes else place[0]
    draws = Draws(RunKey(seed, 0))
    return draw_people(place[1], scenario, draws), scenario, draws


# -- the roster ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["elementary", "high"])
def test_everybody_enrolled_has_a_class_a_teacher_and_a_seat(name, request):
    scenario, nav = request.getfixturevalue(name)
    roster = build_roster(nav, scenario)
    pupils = roster.role == Role.PUPIL
    assert pupils.sum() == scenario.enrolment
    ratio = scenario.parameters.value("occupancy.pupils_per_teacher")
    n_teachers = scenario.staff if scenario.staff is not None else round(scenario.enrolment / ratio)
    classes = np.unique(roster.group[pupils])
    teachers = (roster.role == Role.STAFF) & np.isin(roster.group, classes)
    assert teachers.sum() == len(classes) == n_teachers
    support = round(scenario.parameters.value("population.support_staff_share") * n_teachers)
    assert ((roster.role == Role.STAFF) & ~teachers).sum() == support
    assert len(np.unique(roster.id_hash)) == len(roster.id_hash)
    for space in np.unique(roster.home):
        here = roster.home == space
        assert sorted(roster.seat[here]) == list(range(here.sum()))
        assert (roster.group_home[roster.group[here]] == space).all()
        if nav.use[space] == "classroom":
            assert pupils[here].sum() <= nav.capacity[space]


def rooms(*capacities):
    """Return a stand-in for a plan of classrooms with so many places for pupils and more room to stand."""
    return SimpleNamespace(capacity=capacities, n_spots=lambda _: 100)


def test_pupils_are_split_evenly_and_the_rest_goes_where_places_are_free():
    """A class's space holds one more than its capacity, for the teacher."""
    assert _classes(rooms(25, 25, 25), [0, 1, 2], 50, 3) == [(0, 17), (1, 17), (2, 16)]
    assert _classes(rooms(10, 25, 25), [0, 1, 2], 51, 3) == [(0, 10), (1, 24), (2, 17)]
    assert _classes(rooms(25, 25, 10), [0, 1, 2], 51, 3) == [(0, 24), (1, 17), (2, 10)]


def test_more_classes_than_rooms_share_the_largest_rooms():
    assert [space for space, _ in _classes(rooms(20, 60, 40), [0, 1, 2], 40, 5)] == [0, 1, 2, 1, 2]
    found = _classes(rooms(20, 60, 40), [0, 1, 2], 42, 4)
    assert found == [(0, 11), (1, 11), (2, 10), (1, 10)]


def test_pupils_who_do_not_fit_are_refused_with_how_many_do():
    """Two rooms hold 12 with their teachers, so 10 pupils fit and 11 do not."""
    assert sum(n for _, n in _classes(rooms(5, 5), [0, 1], 10, 2)) == 10
    with pytest.raises(ScenarioError, match=r"11 pupils do not fit .* which hold 10;"):
        _classes(rooms(5, 5), [0, 1], 11, 2)
    assert _classes(rooms(5), [0], 0, 2) == []


# -- who is there ----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", DAY_PARTS)
def test_those_are_present_whose_number_is_below_the_share_of_the_day(high, part):
    people, scenario, draws = people_of(high, day_part=part)
    roster, table = build_roster(high[1], scenario), scenario.parameters
    shares = {Role.PUPIL: "day_part.pupils_present", Role.STAFF: "day_part.staff_present"}
    u = draws.us(Stream.PRESENT, roster.id_hash)
    n = 0
    for role, name in shares.items():
        here = (roster.role == role) & (u < table.table(name, part))
        assert set(people.id_hash[people.role == role]) == set(roster.id_hash[here])
        n += int(here.sum())
    visitors = (
        table.value("occupancy.visitors_share")
        if part == "class"
        else table.table("day_part.visitors_share", part)
    )
    assert (people.role == Role.VISITOR).sum() == round(visitors * n)
    assert people.n == n + round(visitors * n)
    assert people.n_inside_at_start == (people.arrays.space != high[1].outside).sum()


@pytest.mark.parametrize("part", ["class", "passing", "lunch"])
def test_halls_restrooms_and_the_cafeteria_hold_their_shares(high, part):
    """Shares of some 1,200 people, within four standard deviations."""
    people, scenario, _ = people_of(high, day_part=part)
    nav, table = high[1], scenario.parameters
    use = np.array(nav.use)[people.arrays.space]
    known, pupils = people.home >= 0, people.role == Role.PUPIL
    hall = table.table("day_part.hall_share", part)
    restroom = min(table.value("occupancy.restroom_share"), hall)
    cafeteria = table.table("day_part.cafeteria_share", part)

    def is_near(found, share):
        return abs(found.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(found)) + 1e-9

    assert is_near(np.isin(use[known], ["corridor", "lobby", "restroom"]), hall)
    assert is_near(use[known] == "restroom", restroom)
    assert is_near(use[known & pupils] == "cafeteria", min(cafeteria, 1 - hall))
    assert (people.group[np.isin(use, ["corridor", "lobby", "restroom"])] == -1).all()
    assert np.isin(use[people.home < 0], ["corridor", "lobby", "restroom"]).all()


def test_who_is_at_home_sits_on_the_own_seat_in_the_own_group(elementary):
    people, scenario, _ = people_of(elementary)
    nav, roster = elementary[1], build_roster(elementary[1], scenario)
    seat = dict(zip(roster.id_hash.tolist(), roster.seat.tolist(), strict=True))
    at_home = np.flatnonzero((people.group >= 0) & (people.arrays.space != nav.outside))
    assert len(at_home) > 300
    for row in at_home[::20]:
        space = int(people.home[row])
        assert people.arrays.space[row] == space
        k = int(nav.spot_ptr[space]) + seat[int(people.id_hash[row])] % nav.n_spots(space)
        assert (people.arrays.x[row], people.arrays.y[row]) == (nav.spot_x[k], nav.spot_y[k])


def test_a_class_that_is_outdoors_is_out_as_a_whole_and_only_during_class(elementary, monkeypatch):
    plain = ParameterTable.value
    outdoors = {"occupancy.outdoors_share": 0.3}
    monkeypatch.setattr(ParameterTable, "value", lambda table, name: outdoors.get(name, plain(table, name)))
    people, _, _ = people_of(elementary)
    out = people.arrays.space == elementary[1].outside
    assert 0.1 < out.mean() < 0.6
    for members in people.members:
        assert len(np.unique(out[members])) <= 1
    assert (people.arrays.state[out] == State.OUT).all()
    assert (people.arrays.state[~out] == State.UNAWARE).all()
    assert (people.arrays.out_tick[out] == 0).all()
    assert (people.arrays.out_tick[~out] < 0).all()
    lunch, _, _ = people_of(elementary, day_part="lunch")
    assert not (lunch.arrays.space == elementary[1].outside).any()


def test_groups_have_their_members_and_a_leader_from_the_staff(elementary):
    people, _, _ = people_of(elementary)
    for group, members in enumerate(people.members):
        assert (people.group[members] == group).all()
        assert (np.diff(members) > 0).all()
        staff = members[people.role[members] == Role.STAFF]
        assert people.leader[group] == (staff[0] if len(staff) else -1)
    assert sum(map(len, people.members)) == (people.group >= 0).sum()


# -- speeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["elementary", "high"])
def test_speeds_follow_from_one_number_per_person(name, request):
    """Who runs, who walks fast and who is impaired; no pupil of an elementary school runs."""
    people, scenario, draws = people_of(request.getfixturevalue(name))
    table, ids = scenario.parameters, people.id_hash
    u, pupil = draws.us(Stream.SPEED, ids), people.role == Role.PUPIL
    own = "move.pupil_elementary_walk" if name == "elementary" else "move.pupil_secondary_walk"
    runs = draws.us(Stream.RUNS, ids) < table.value("move.run_share_alerted")
    slow = draws.us(Stream.IMPAIRED, ids) < table.value("occupancy.mobility_impaired_share")
    assert 0 < slow.sum() < people.n / 3
    for row in range(0, people.n, 7):
        walk = float(table.quantile(own if pupil[row] else "move.adult_walk", u[row]))
        if runs[row] and not (pupil[row] and name == "elementary"):
            if pupil[row]:
                alert = min(4.0, walk * table.value("move.run_pupil_factor"))
            else:
                alert = max(walk, float(table.quantile("move.run_adult", u[row])))
        else:
            alert = walk * table.value("move.fast_walk_factor")
        if slow[row] and people.role[row] != Role.VISITOR:
            walk *= table.value("move.impaired_factor")
            alert = walk
        assert people.walk_mps[row] == pytest.approx(walk)
        assert people.alert_mps[row] == pytest.approx(alert)
        assert people.arrays.speed[row] == people.walk_mps[row]


def test_a_groups_draws_hang_on_its_space_and_on_no_other_room(elementary):
    """The entity of a group is its space and its number there, so one room more moves nobody else's draws."""
    scenario, nav = elementary
    roster = build_roster(nav, scenario)
    assert len(set(roster.group_hash.tolist())) == len(roster.group_home)
    seen = Counter()
    for space, found in zip(roster.group_home.tolist(), roster.group_hash.tolist(), strict=True):
        assert found == entity_hash(f"group:{nav.space_ids[space]}:{seen[space]}")
        seen[space] += 1
    assert (draw_people(nav, scenario, Draws(RunKey(3, 0))).group_hash == roster.group_hash).all()
    a, b = nav.space_ids[3], nav.space_ids[5]
    two_in_one = _group_hashes(nav, np.array([3, 5, 3], dtype=np.int32)).tolist()
    assert two_in_one == [entity_hash(f"group:{name}") for name in (f"{a}:0", f"{b}:0", f"{a}:1")]
