"""Where contact teams go first and how they turn: the wing of the last report, from where they are."""

from __future__ import annotations

import numpy as np
import pytest
from paired import small_scenario

from sim.clock import TICKS_PER_S, Agenda
from sim.model import ResponseModel
from sim.response.search import Team, report_lag
from sim.streams import Stream

SPEED_MPS = 0.8  # move.officer_search of the published table


@pytest.fixture
def model():
    model = ResponseModel("elementary", "immediate-entry", rng=5)
    model._incident.agenda.__init__()
    model._incident.tick = 1000
    return model


@pytest.fixture
def team(model):
    start = model.nav.inside_of(model.nav.main_entrance)[0]
    team = Team(1, 1, start, *model.nav.inner_point(start), left_tick=1000)
    model._responders.teams = [team]
    return team


def wings_by_distance(model, team):
    away_m = model.nav.distances_to_spaces(team.space, team.x, team.y)
    named = [s for s in model.nav.indoor if model.nav.wing[s]]
    return list(dict.fromkeys(model.nav.wing[s] for s in sorted(named, key=lambda s: -away_m[s])))


def test_what_is_walked_and_what_is_left_make_the_whole_way(model):
    """But for a hand's breadth: where a door is crossed depends on where one looks at it from."""
    nav, rng = model.nav, np.random.default_rng(4)
    checked = 0
    for _ in range(60):
        space, goal = (int(s) for s in rng.choice(nav.indoor, 2))
        x, y = nav.inner_point(space)
        legs = nav.legs(space, x, y, goal)
        walked_m = float(rng.uniform(0.0, legs[0].distance_m)) if legs else 0.0
        if not legs or space == goal:
            continue
        there = nav.on_the_way(space, x, y, goal, walked_m)
        left_m = nav.legs(space, *there, goal)[-1].distance_m
        assert walked_m + left_m == pytest.approx(legs[-1].distance_m, abs=0.3)
        beyond = nav.on_the_way(space, x, y, goal, legs[0].distance_m + 50.0)
        assert nav.legs(space, *beyond, goal)[0].distance_m == pytest.approx(0.0, abs=0.3)
        checked += 1
    assert checked > 40


def test_a_walk_inside_one_space_is_straight(model):
    space = model.nav.indoor[0]
    gx, gy = model.nav.inner_point(space)
    assert model.nav.on_the_way(space, gx + 3.0, gy, space, 1.0) == pytest.approx((gx + 2.0, gy))
    assert model.nav.on_the_way(space, gx + 3.0, gy, space, 9.0) == pytest.approx((gx, gy))


def test_a_second_report_of_the_same_wing_turns_nobody(model, team):
    responders, wing = model._responders, wings_by_distance(model, team)[0]
    responders.hear_report(wing)
    goal, due = team.goal, list(team.due)
    model._incident.tick += 5 * TICKS_PER_S
    responders.hear_report(wing)
    assert team.goal == goal
    assert len(due) == len(team.due)
    assert all(one is other for one, other in zip(due, team.due, strict=True)), "it goes on as it went"


@pytest.mark.parametrize(("space", "turns"), [(0, True), (-1, False)])
def test_a_report_turns_a_team_in_any_space_and_none_that_is_not_inside(model, space, turns):
    responders = model._responders
    one = Team(1, 1, space, *model.nav.inner_point(0), left_tick=1000)
    responders.teams, turned = [one], []
    responders._turn = turned.append
    responders.hear_report("A")
    assert turned == ([one] if turns else [])


def test_a_team_that_turns_keeps_the_way_it_has_made(model, team):
    responders, (far, other) = model._responders, wings_by_distance(model, team)[:2]
    responders.hear_report(far)
    x, y = team.x, team.y
    first_m = model.nav.legs(team.space, x, y, team.goal)[0].distance_m
    model._incident.tick += TICKS_PER_S
    assert first_m > SPEED_MPS
    responders.hear_report(other)
    assert np.hypot(team.x - x, team.y - y) == pytest.approx(SPEED_MPS, abs=1e-6)
    assert model.nav.wing[team.goal] == other
    assert team.left_tick == model._incident.tick


def test_a_report_sent_earlier_does_not_count_over_a_later_one(model, team):
    responders, (far, other) = model._responders, wings_by_distance(model, team)[:2]
    responders.hear_report(far, 900)
    responders.hear_report(other, 899)
    assert model.nav.wing[team.goal] == far
    responders.hear_report(other, 900)
    assert model.nav.wing[team.goal] == other


@pytest.mark.parametrize(("sent_tick", "turns"), [(999, False), (1000, True), (1001, True)])
def test_an_officer_inside_minds_reports_of_what_was_later_than_setting_out(model, sent_tick, turns):
    responders, nav = model._responders, model.nav
    start = nav.inside_of(nav.main_entrance)[0]
    far, other = wings_by_distance(model, Team(9, 1, start, *nav.inner_point(start)))[:2]
    responders.hear_report(other, 500)
    responders.join_inside(start, *nav.inner_point(start), far, "officer")
    (officer,) = responders.teams
    assert nav.wing[officer.goal] == far
    responders.hear_report(other, sent_tick)
    assert nav.wing[officer.goal] == (other if turns else far)


def test_the_first_goal_is_all_of_the_wing_and_then_what_is_nearest(model, team):
    responders, nav = model._responders, model.nav
    wing = wings_by_distance(model, team)[0]
    inside = {s for s in nav.indoor if nav.wing[s] == wing}
    responders.hear_report(wing)
    order = []
    for _ in range(len(inside) + 1):
        order.append(team.goal)
        team.has_had_goal = True
        team.space, (team.x, team.y) = team.goal, nav.inner_point(team.goal)
        responders.searched.add(team.goal)
        responders._next_goal(team)
    assert set(order[:-1]) == inside
    assert order[-1] not in inside
    assert nav.wing[order[-1]] != wing


def test_a_hall_is_searched_from_where_it_is_entered(model, team):
    responders, nav = model._responders, model.nav
    hall = next(s for s in nav.spaces_of_use("corridor") if s != team.space)
    team.goal = hall
    calls = []
    responders._reaches = lambda *given: calls.append(given)
    responders._crosses(team, hall, *nav.inner_point(hall))
    assert calls == [(team,)]
    room = nav.spaces_of_use("classroom")[0]
    team.goal = room
    responders._crosses(team, room, *nav.inner_point(room))
    assert len(calls) == 1, "a room is checked from its middle"


def test_officers_hear_each_report_late_and_with_the_time_it_was_sent(monkeypatch):
    """One is the caller's, then one per move; without the time of sending the last heard would count."""
    overtaken = 0
    for replicate in range(12):
        sent, heard = [], []

        def lag(incident, number, sent=sent):
            late = report_lag(incident, number)
            sent.append((number, incident.tick, incident.tick + late))
            return late

        monkeypatch.setattr("sim.model.reports.report_lag", lag)
        model = ResponseModel(small_scenario(), "immediate-entry", rng=9, replicate=replicate)
        vars(model._first_officer)["_chance"] = lambda size: 0.0
        vars(model._responders)["hear_report"] = lambda *given, of=model, log=heard: log.append(
            (of._incident.tick, *given[1:])
        )
        model.run()
        assert [tick for number, tick, _ in sent if number == 1] in ([], [model._dispatch.report_tick])
        assert [number for number, _, _ in sent] == list(range(1, len(sent) + 1))
        assert sorted(heard) == sorted((due, tick) for _, tick, due in sent)
        overtaken += [tick for _, tick in heard] != sorted(tick for _, tick in heard)
    assert overtaken


def entries_of_outside_teams(replicate, *, officer_inside):
    """Return when teams two to four are to enter, all officers having come at once, and that tick."""
    model = ResponseModel("elementary", "immediate-entry", rng=5, replicate=replicate)
    incident, responders = model._incident, model._responders
    incident.agenda, incident.tick = Agenda(), 2000
    vars(responders)["_on_move"] = lambda: None
    if officer_inside:
        start = model.nav.indoor[0]
        responders.join_inside(start, *model.nav.inner_point(start), "", "school resource officer")
    responders.first_arrival_tick, responders.officers_on_scene = 2000, 1
    responders._enter()
    for number in range(2, 8):
        responders.officer_arrives(number)
    rows = sorted(incident.agenda._heap, key=lambda row: row[1])
    return incident, [tick for tick, _, action, _ in rows if action == responders._team_enters]


@pytest.mark.parametrize("replicate", range(3))
def test_later_teams_enter_at_the_same_time_with_and_without_an_officer_inside(replicate):
    """The officer inside is a team too, and must not take the draw of one from outside."""
    incident, alone = entries_of_outside_teams(replicate, officer_inside=False)
    assert entries_of_outside_teams(replicate, officer_inside=True)[1] == alone
    draws = [
        incident.drawn_ticks("entry.immediate_delay", Stream.ENTRY_IMMEDIATE, f"team {number}")
        for number in (2, 3, 4)
    ]
    assert alone == [2000 + delay for delay in draws]
    assert len(set(draws)) == 3
