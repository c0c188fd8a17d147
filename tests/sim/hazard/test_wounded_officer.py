"""The first officer who comes upon the active hazard: the chance, and what it does to contact."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from numbers_of_tests import draws_of, within

from experiments.evidence.facts.batch import Batch
from experiments.evidence.facts.hooks import OFFICERS_UNHURT
from sim.clock import Agenda, to_ticks
from sim.given.parameters import ParameterTable
from sim.hazard.wounded_officer import WoundedOfficer
from sim.incident import Incident
from sim.model import ResponseModel
from sim.record.timeline import FIRST_CONTACT, RESPONDER_WOUNDED, TimelineLog
from sim.response.search import MAX_TEAMS
from sim.streams import Stream

KEYS = range(100)


def first_officer(replicate):
    """Return the first officer's risk in an incident of nothing else."""
    ours = SimpleNamespace(plan=None, is_ours=True)
    parts = (ours, None, ParameterTable.default(), draws_of(replicate), *[None] * 6)
    return WoundedOfficer(Incident(*parts, TimelineLog(), Agenda()))


@pytest.fixture
def ours(monkeypatch):
    """Take the place for one of ours, so that stamps are written."""
    monkeypatch.setattr("sim.given.disclosure.is_ours", lambda plan: True)


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(
    ("size", "chance"), [(1, 0.33), (2, 0.20), (3, 0.15), (4, 0.12), (5, 0.10), (9, 0.10)]
)
def test_the_chance_is_that_of_the_size_of_the_team(size, chance):
    hurt = [int(first_officer(k).meets(size)) for k in range(2000)]
    assert within(hurt, chance, (chance * (1 - chance)) ** 0.5)


@pytest.mark.usefixtures("ours")
def test_whoever_is_wounded_in_a_team_would_have_been_alone_too():
    for k in range(300):
        hurt = [first_officer(k).meets(size) for size in (1, 2, 3, 4, 5)]
        assert hurt == sorted(hurt, reverse=True)


@pytest.mark.usefixtures("ours")
def test_only_the_first_is_at_risk_and_the_stamp_has_no_place():
    one = next(one for one in map(first_officer, range(50)) if one.meets(1))
    assert not one.meets(1)
    assert (one.n_wounded, one.met_by) == (1, 1)
    (row,) = one._incident.log.rows()
    assert (row.event, row.where) == (RESPONDER_WOUNDED, "")
    spared = next(one for one in map(first_officer, range(50)) if not one.meets(1))
    assert not spared.meets(1)
    assert spared.n_wounded == 0


# -- what it does to contact --------------------------------------------------------------------------------


def meeting(size, *, on_scene, replicate=0, is_wounded=True, from_inside=False, has_ended=False, reports=0):
    """Return a model in which a team of a size has just come upon the active hazard, and that team.

    `has_ended`: its own clock has ended it before. `reports`: so many were sent before.
    """
    levers = {"entry__policy": "team_of_n", "entry__team_size": size} if size > 1 else {}
    model = ResponseModel("elementary", "immediate-entry", rng=5, replicate=replicate, **levers)
    incident, responders = model._incident, model._responders
    incident.agenda, incident.tick, incident.horizon_tick = Agenda(), 2000, 10**9
    vars(model._first_officer)["_chance"] = lambda size: float(is_wounded)
    responders.first_arrival_tick, responders.officers_on_scene = 1000, on_scene
    if reports:
        model._dispatch.report_tick, model._reports.n_sent = 500, reports
    if has_ended:
        model._hazard._self_end()
    space = model._hazard._space
    if from_inside:
        responders.join_inside(space, *model.nav.inner_point(space), "", "officer")
    else:
        elsewhere = next(s for s in model.nav.indoor if s != space)
        responders.entry_tick = 1900
        responders._start_team(size)
        responders.teams[0].space = elsewhere
        responders._crosses(responders.teams[0], space, 0.0, 0.0)
    return model, responders.teams[0]


def contact_ticks(model):
    """Return the ticks of contact that are in the timeline."""
    return [to_ticks(row.time_s) for row in model._incident.log.rows() if row.event == FIRST_CONTACT]


def rescue_ticks(model):
    """Return the time of this run's rescue."""
    return model._incident.drawn_ticks("entry.rescue_time", Stream.OFFICER_RESCUE, "first officer")


def play(model, until):
    """Carry out what is due until a tick, without walkers."""
    incident = model._incident
    while (tick := incident.agenda.next_tick(until)) < until:
        incident.tick = tick
        incident.agenda.run_due(tick)


@pytest.mark.parametrize("size", [3, 4, 5])
def test_of_a_team_one_brings_the_wounded_to_cover_and_the_others_make_contact_at_once(size):
    model, _ = meeting(size, on_scene=size)
    assert model._first_officer.n_wounded == 1
    assert contact_ticks(model) == [2000]


def test_the_second_of_two_makes_contact_after_the_rescue():
    model, team = meeting(2, on_scene=2)
    assert contact_ticks(model) == []
    play(model, 2000 + rescue_ticks(model))
    assert contact_ticks(model) == []
    assert team.is_held_up
    play(model, 2000 + rescue_ticks(model) + 1)
    assert contact_ticks(model) == [2000 + rescue_ticks(model)]


def test_a_lone_officer_who_is_wounded_makes_no_contact_and_does_not_search_on():
    model, team = meeting(1, on_scene=1)
    assert contact_ticks(model) == []
    play(model, 10**6)
    assert contact_ticks(model) == []
    assert team.is_held_up
    assert len(model._responders.teams) == 1


def test_an_officer_who_is_not_wounded_makes_contact_at_once():
    model, _ = meeting(1, on_scene=1, is_wounded=False)
    assert model._first_officer.met_by == 1
    assert contact_ticks(model) == [2000]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_team_that_comes_after_it_has_ended_makes_contact_and_nobody_is_wounded(size):
    model, team = meeting(size, on_scene=size, has_ended=True)
    assert (model._first_officer.n_wounded, model._first_officer.met_by) == (0, None)
    assert contact_ticks(model) == [2000]
    assert not team.is_held_up


def in_a_hall(size, **more):
    """Return a meeting in a hall that is not the one behind the main entrance."""
    for replicate in range(60):
        model, team = meeting(size, on_scene=size, replicate=replicate, **more)
        space = model._hazard._space
        if model.nav.use[space] == "corridor" and space != model.nav.inside_of(model.nav.main_entrance)[0]:
            return model, team
    raise AssertionError("no hazard in a hall")


def test_where_nobody_is_left_to_look_round_a_hall_is_not_searched():
    """Of three two go on, and have looked round."""
    for size, is_searched in ((1, False), (2, False), (3, True)):
        model, team = in_a_hall(size)
        assert model._first_officer.n_wounded == 1
        assert (team.space in model._responders.searched) is is_searched


def reports_due(model):
    """Return the ticks at which reports are due, in the order in which they were sent."""
    rows = sorted(model._incident.agenda._heap, key=lambda row: row[1])
    return [tick for tick, _, action, _ in rows if action == model._responders.hear_report]


def test_the_report_of_a_wounding_has_a_draw_of_its_own_and_shifts_no_later_one():
    """In a pair the other policy's third report, of the same move, is as late as this one's."""
    model, _ = meeting(1, on_scene=1, reports=2)
    incident, name = model._incident, "search.report_lag"
    own = incident.drawn_ticks(name, Stream.REPORT_LAG, "first officer")
    third = incident.drawn_ticks(name, Stream.REPORT_LAG, "report", 3)
    assert reports_due(model) == [2000 + own]
    assert own not in {incident.drawn_ticks(name, Stream.REPORT_LAG, "report", k) for k in range(6)}
    incident.tick = 2100
    model._hazard_moved()
    assert reports_due(model) == [2000 + own, 2100 + third]
    assert model._reports.n_sent == 3


def test_a_wounding_before_the_first_call_is_reported_by_nobody():
    model, _ = meeting(1, on_scene=0, from_inside=True)
    assert model._dispatch.report_tick is None
    assert model._first_officer.n_wounded == 1
    assert reports_due(model) == []


def test_the_next_to_come_rescues_and_then_goes_in_and_the_one_after_goes_in_at_once():
    model, _ = meeting(1, on_scene=1)
    responders = model._responders
    responders.officer_arrives(2)
    assert len(responders.teams) == 1
    model._incident.tick += 100
    responders.officer_arrives(3)
    assert len(responders.teams) == 2
    play(model, 2000 + rescue_ticks(model) + 1)
    assert len(responders.teams) == 3
    assert contact_ticks(model) or responders.teams[1].space >= 0


def test_an_officer_who_is_there_already_rescues():
    """Of three on scene one is wounded, one rescues; the third had to wait for nobody."""
    model, _ = meeting(1, on_scene=3)
    assert len(model._responders.teams) == 2
    assert model._responders._entered == 3


def test_a_wounded_officer_leaves_room_for_another_team_but_not_one_from_inside():
    for from_inside in (False, True):
        model, _ = meeting(1, on_scene=1, from_inside=from_inside)
        responders = model._responders
        responders.entry_tick = 1900
        for number in range(2, 12):
            responders.officer_arrives(number)
        searching = [team for team in responders.teams if not team.is_held_up]
        assert len(searching) == MAX_TEAMS


def test_an_officer_from_inside_may_be_wounded_and_does_not_walk_on():
    model, team = meeting(1, on_scene=0, from_inside=True)
    assert model._first_officer.n_wounded == 1
    assert contact_ticks(model) == []
    assert (team.is_held_up, team.goal) == (True, -1)


def test_another_team_in_the_same_space_makes_contact_at_once():
    model, first = meeting(1, on_scene=1)
    assert contact_ticks(model) == []
    model._responders._start_team(1)
    other = model._responders.teams[-1]
    other.space = first.space
    model._check_contact()
    assert contact_ticks(model) == [2000]


def test_no_team_is_shown_once_an_officer_is_wounded():
    """Where one stands still would say where the hazard is."""
    model, team = meeting(1, on_scene=1)
    assert model._incident.shown.now() == {}
    assert team.size == 1
    spared = meeting(2, on_scene=2, replicate=1)[0]
    assert spared._incident.shown.now() == {}


# -- whole incidents ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def paired_runs():
    """Outcomes of immediate entry with and without the branch, key by key."""
    arms = [
        Batch("immediate-entry", hooks=hooks, building="elementary") for hooks in ((), (OFFICERS_UNHURT,))
    ]
    return [tuple(arm.model(k).run() for arm in arms) for k in KEYS]


def test_contact_comes_and_a_run_with_nobody_wounded_is_unchanged(paired_runs):
    later_s = []
    for real, unhurt in paired_runs:
        assert unhurt.responders_injured == 0
        assert real.start_to_contact_s is not None
        if real.responders_injured:
            later_s.append(real.start_to_contact_s - unhurt.start_to_contact_s)
        else:
            assert real == unhurt
    assert len(later_s) >= 3
    assert min(later_s) >= 0.0 < np.mean(later_s)
