"""Who leaves under `exit.option = multi_option`, and which way (sim/protection/leaving.py)."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import TICKS_PER_S
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import State
from sim.people.ways import EXIT
from sim.protection.leaving import Leaving
from tests.support.forced import forced

OUT_OR_LEAVING = [State.LEAVING, State.OUT]


def model_of(option="multi_option", **parameters):
    values = {name.replace("__", "."): value for name, value in parameters.items()}
    scenario = forced(load_scenario(building="elementary"), values)
    return ResponseModel(scenario, load_policy("audit-average").with_lever("exit.option", option), rng=3)


def until(model, time_s):
    model.advance(time_s * TICKS_PER_S)
    return model


def put(model, space):
    """Let what people avoid be in a space, all of whose doors are open; everybody looks anew."""
    doors = model.nav.doors_of(space)
    model._incident.doors.locked[doors] = 0
    for door in doors:
        model._incident.doors._derive(door)
    model._hazard._space = space
    model._hazard._look()
    return model


def have_signs(model, answer):
    leaving = model._leaving
    leaving._senses = leaving._senses._replace(has_signs=lambda rows: answer)


def classes(model):
    """Return (group, room) of the classes in rooms, most people first."""
    people = model._people
    groups = [g for g in range(people.n_groups) if people.leader[g] >= 0 and len(people.members[g]) > 5]
    return sorted(((g, int(people.group_home[g])) for g in groups), key=lambda g: -len(people.members[g[0]]))


def everybody_would(model, monkeypatch, share=1.0, near_m=500.0):
    value, given = type(model._incident.parameters).value, {}
    given = {"exit.leave_share": share, "exit.near_distance": near_m}
    monkeypatch.setattr(
        type(model._incident.parameters), "value", lambda t, name: given.get(name, value(t, name))
    )


# -- the lever at its neutral values -----------------------------------------------------------------


def people_at(model, time_s):
    arrays = until(model, time_s)._people.arrays
    return [arrays.x.copy(), arrays.y.copy(), arrays.state.copy(), arrays.exposed_ticks.copy()]


def test_nobody_leaves_at_a_share_of_nought():
    """The ablation of F12, F17 and F18: bit for bit what people do who are taught to lock down."""
    for here, there in zip(
        people_at(model_of(exit__leave_share=0.0), 240),
        people_at(model_of("lockdown_only"), 240),
        strict=True,
    ):
        np.testing.assert_array_equal(here, there)


def test_lockdown_only_asks_nobody_who_leaves(monkeypatch):
    def refuse(*_):
        raise AssertionError("asked")

    for name in ("_look_round", "_get_away", "_way_from_signs", "_ways_clear", "_sees"):
        monkeypatch.setattr(Leaving, name, refuse)
    until(model_of("lockdown_only"), 240)
    with pytest.raises(AssertionError, match="asked"):
        until(model_of(), 240)


# -- who has it in sight ---------------------------------------------------------------------------


def test_who_shares_a_space_with_it_gets_out_and_does_not_come_back(monkeypatch):
    model = model_of()
    group, room = classes(model)[0]
    put(model, room)
    everybody_would(model, monkeypatch)
    rows = model._people.members[group]
    rows = rows[model._people.space[rows] == room]
    assert len(model._leaving.those_who_stay(rows)) == 0
    assert (model._people.state[rows] == State.LEAVING).all()
    ways = model._incident.walkers.ways._open[int(model._people.arrays.field[rows[0]])]
    into = [(d, s) for d in model.nav.doors_of(room) for s in (0, 1)]
    assert all(ways[d, s] == (model.nav.arrays.door_space[d, s] == room) for d, s in into)
    until(model, 60)
    assert not (model._people.space[rows] == room).any()


def test_each_decides_alone_by_an_own_number(monkeypatch):
    model = model_of()
    group, room = classes(model)[0]
    put(model, room)
    rows = model._people.members[group]
    stay = model._leaving.those_who_stay(rows)
    assert 0 < len(stay) < len(rows)
    assert set(stay) == {row for row in rows if model._leaving._u[row] >= 0.5}


@pytest.mark.parametrize("near_m", [0.1, 500.0])
def test_a_near_exit_comes_first_and_else_a_room_out_of_sight(monkeypatch, near_m):
    model = model_of()
    group, room = classes(model)[0]
    put(model, room)
    everybody_would(model, monkeypatch, near_m=near_m)
    rows = model._people.members[group][:3]
    model._leaving.those_who_stay(rows)
    wanted = State.LEAVING if near_m > 1.0 else State.MOVING
    assert (model._people.state[rows] == wanted).all()
    goals = model._incident.walkers.ways.goals[model._people.arrays.field[rows[0]]]
    assert not goals[room]
    visible = model._hazard.sight().visible
    assert not goals[visible > 0].any()


def test_who_sees_it_from_another_room_does_not_walk_towards_it(monkeypatch):
    """The way out of a room with one door into its hall leads nearer first: they stay and shut the door."""
    model = model_of()
    everybody_would(model, monkeypatch)
    leaving, arrays = model._leaving, model._people.arrays
    group, room = next(
        (g, r)
        for g, r in classes(model)
        if len(model.nav.doors_of(r)) == 1 and model.nav.use[r] == "classroom"
    )
    door = model.nav.doors_of(room)[0]
    hall = next(int(s) for s in model.nav.arrays.door_space[door] if s != room)
    rows = model._people.members[group][:1]
    put(model, hall)
    arrays.exposed[rows] = 1
    assert list(leaving.those_who_stay(rows)) == list(rows)
    arrays.space[rows] = hall
    assert len(leaving.those_who_stay(rows)) == 0, "in its own space any way out serves"


def test_who_sees_it_reacts_once_alerted_after_an_own_delay(monkeypatch):
    model = model_of()
    everybody_would(model, monkeypatch)
    group, room = classes(model)[0]
    leaving, incident = model._leaving, model._incident
    put(model, room)
    due = []
    monkeypatch.setattr(incident.agenda, "at", lambda tick, what, *more: due.append((tick, what, more)))
    leaving._look_round()
    assert [what.__name__ for _, what, _ in due] == ["_look_round"], "nobody knows yet"
    assert due[0][0] == incident.tick + TICKS_PER_S
    due.clear()
    leaving._seen_from = -1
    rows = model._people.members[group]
    rows = rows[model._people.arrays.exposed[rows] > 0]
    leaving._may_act[rows], leaving._saw[rows] = True, False
    leaving._look_round()
    acts = [(tick, more[0]) for tick, what, more in due if what.__name__ == "_acts"]
    assert {row for _, row in acts} == set(rows)
    assert len({tick for tick, _ in acts}) > 3
    assert all(tick > incident.tick for tick, _ in acts)
    due.clear()
    leaving._look_round()
    assert [what.__name__ for _, what, _ in due] == ["_look_round"], "seen before, in the same place"


def test_nobody_looks_round_once_it_is_over():
    model = model_of()
    model._hazard.stop()
    n = len(model._incident.agenda)
    model._leaving._look_round()
    assert len(model._incident.agenda) == n


def test_who_gets_away_from_a_door_does_not_lock_it_from_afar(monkeypatch):
    model = model_of()
    everybody_would(model, monkeypatch)
    group, room = classes(model)[0]
    put(model, model.nav.spaces_of_use("gym", "cafeteria", "library")[0])
    rows = model._people.members[group]
    model._lockdown._lock_down(group, rows)
    (locker,) = model._locks._doors_left
    door = model._locks._doors_left[locker][0]
    put(model, room)
    model._leaving.those_who_stay(np.array([locker]))
    assert not model._locks._doors_left
    model._incident.doors.locked[door] = 0
    model._hazard.stop()
    model._locks._lock_done(locker, room, door)
    assert not model._incident.doors.locked[door]


# -- who hears signs, or was told --------------------------------------------------------------------


def way(model, group, *, signs):
    have_signs(model, signs)
    return model._leaving.way_of_group(group)


def far_apart(model, heard_m):
    """Put it in the public room farthest from a class; let signs be heard over so many metres."""
    group, room = classes(model)[0]
    away_m = model.nav.distances_to_spaces(room, *model.nav.inner_point(room))
    rooms = [s for s in model.nav.indoor if model.nav.is_room[s]]
    put(model, max(rooms, key=lambda s: away_m[s]))
    return group


def test_a_class_that_was_told_leaves_by_a_near_exit(monkeypatch):
    model = model_of()
    group = far_apart(model, 0)
    for share, near_m, expected in ((1.0, 500.0, EXIT), (0.0, 500.0, None), (1.0, 0.5, None)):
        everybody_would(model, monkeypatch, share, near_m)
        assert way(model, group, signs=False) == expected
        monkeypatch.undo()


def test_a_class_with_signs_that_it_no_longer_hears_locks_down(monkeypatch):
    model = model_of()
    everybody_would(model, monkeypatch)
    group = far_apart(model, 0)
    leaving = model._leaving
    leaving._senses = leaving._senses._replace(signs_m=lambda space, x, y: np.full(len(space), 60.5))
    assert way(model, group, signs=True) is None
    leaving._senses = leaving._senses._replace(signs_m=lambda space, x, y: np.full(len(space), 59.5))
    assert way(model, group, signs=True) not in (None, EXIT)


@pytest.mark.parametrize(("step_m", "leaves"), [(1.0, True), (0.0, True), (-0.1, False)])
def test_a_class_that_hears_signs_leaves_only_away_from_them(monkeypatch, step_m, leaves):
    """Signs that get nearer on the way beyond the door keep the class in."""
    model = model_of()
    everybody_would(model, monkeypatch)
    group = far_apart(model, 0)
    leaving = model._leaving
    leaving._senses = leaving._senses._replace(
        signs_m=lambda space, x, y: 20.0 + step_m * np.arange(len(space))
    )
    assert (way(model, group, signs=True) is not None) == leaves


@pytest.mark.parametrize(
    ("signs_m", "away"),
    [
        ([20.0, 21.0, 22.0, 23.0], True),
        ([20.0, 20.0, 20.0, 20.0], True),
        ([20.0, 19.9, 21.0, 23.0], False),
        ([20.0, 22.0, 19.9, 23.0], False),
        ([20.0, 22.0, 23.0, 19.9], False),
        ([20.0, 22.0, 21.0, 20.5], True),
    ],
)
def test_a_way_leads_away_if_no_point_of_it_is_nearer_than_the_first(signs_m, away):
    """Not only its end: a way that dips towards them on its way past does not."""
    leaving = model_of()._leaving
    leaving._senses = leaving._senses._replace(signs_m=lambda space, x, y: np.array(signs_m))
    assert leaving._leads_away(np.zeros((4, 5))) is away


@pytest.mark.parametrize(("where", "room", "leaves"), [("MULTI", "ART", False), ("AE1", "AE5", True)])
def test_a_class_that_would_see_it_from_beyond_its_door_stays(monkeypatch, where, room, leaves):
    """Though the way from that door leads away. The second class has a part of the same hall in sight."""
    model = model_of()
    everybody_would(model, monkeypatch)
    put(model, model.nav.space_ids.index(where))
    model._people.arrays.exposed[:] = 0
    leaving, sight = model._leaving, model._hazard.sight()
    group = next(g for g, home in classes(model) if model.nav.space_ids[home] == room)
    leaving._senses = leaving._senses._replace(signs_m=lambda space, x, y: 20.0 + np.arange(len(space)))
    door = model.nav.doors_of(model.nav.space_ids.index(room))[0]
    assert (sight.visible[model.nav.arrays.door_space[door]] == 1).any()
    assert (way(model, group, signs=True) is not None) == leaves
    blind = sight._replace(see_through=np.zeros_like(sight.see_through))
    leaving._senses = leaving._senses._replace(sight=lambda: blind)
    assert way(model, group, signs=True) is not None


def test_a_class_does_not_pass_through_where_signs_come_from(monkeypatch):
    model = model_of()
    everybody_would(model, monkeypatch)
    group, room = next((g, r) for g, r in classes(model) if len(model.nav.doors_of(r)) == 1)
    hall = next(int(s) for s in model.nav.arrays.door_space[model.nav.doors_of(room)[0]] if s != room)
    put(model, hall)
    model._people.arrays.exposed[:] = 0
    assert way(model, group, signs=True) is None
    assert way(model, group, signs=False) == EXIT, "nobody told them where"


def test_a_class_that_sees_what_is_at_its_door_stays(monkeypatch):
    model = model_of()
    everybody_would(model, monkeypatch)
    group = far_apart(model, 0)
    model._people.arrays.exposed[:] = 0
    assert way(model, group, signs=False) == EXIT
    model._people.arrays.exposed[model._people.members[group][-1]] = 1
    assert way(model, group, signs=False) is None


@pytest.mark.parametrize("turns", [False, True])
def test_a_class_that_learns_better_while_it_gets_ready_locks_down_after_all(monkeypatch, turns):
    model = model_of()
    group, room = classes(model)[0]
    rows = model._people.members[group]
    rows = rows[model._people.space[rows] == room]
    model._people.arrays.exposed[:] = 0
    monkeypatch.setattr(model._leaving, "way_of_group", lambda _: None if turns else EXIT)
    model._lockdown._group_leaves(group)
    assert (State.LEAVING in set(model._people.state[rows].tolist())) == (not turns)


# -- whole runs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("replicate", "until_s"), [(0, 105), (18, 260), (19, 50)])
def test_nobody_walks_through_the_space_that_the_way_avoids(replicate, until_s):
    """Many leave in the high school, and a straight line across that space is often shorter."""
    scenario = forced(load_scenario(building="high-school"), {"exit.leave_share": 0.9})
    policy = load_policy("audit-average").with_lever("exit.option", "multi_option")
    model = ResponseModel(scenario, policy, rng=3, replicate=replicate)
    crowd, arrays, avoided = model._incident.walkers, model._people.arrays, [-1, -1]
    add_ways = crowd.ways.add_ways

    def noted(space, no_shelter):
        avoided.extend([space, space])
        return add_ways(space, no_shelter)

    crowd.ways.add_ways = noted
    followers, entered = set(), []
    space, field = arrays.space.copy(), arrays.field.copy()
    while model._hazard.is_active and model._incident.tick < until_s * TICKS_PER_S:
        model.advance(model._incident.tick + TICKS_PER_S // 2)
        shut = np.array(avoided)[arrays.field]
        followers |= set(np.flatnonzero((shut >= 0) & (arrays.moving > 0)).tolist())
        is_in = (shut >= 0) & (arrays.space == shut) & (space != shut) & (field == arrays.field)
        entered += np.flatnonzero(is_in).tolist()
        space, field = arrays.space.copy(), arrays.field.copy()
    assert len(followers) >= 3
    assert not entered


def test_more_leave_than_under_lockdown_only():
    there = until(model_of(), 180)._people
    here = until(model_of("lockdown_only"), 180)._people
    assert np.isin(there.state, OUT_OR_LEAVING).sum() > np.isin(here.state, OUT_OR_LEAVING).sum()
