"""People alone in a lockdown: who sees to the doors of a room, with which keys, and who tells."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.clock import TICKS_PER_S, to_ticks
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.doorways import coming_in
from sim.people.population import Role, State
from sim.protection import locks
from sim.streams import Stream

NOW_S = 5


def school(lock="keyed_outside", **levers):
    """Return the elementary school between two lessons, in which nobody errs, a few seconds in."""
    scenario = load_scenario(building="elementary", day_part="passing")
    model = ResponseModel(scenario, "immediate-entry", rng=5, lock__type=lock, **levers)
    model._hazard.stop()
    model._locks._lock_error = lambda door: False
    for _ in range(NOW_S):
        model.step()
    return model


def empty_room(model, n_doors=1):
    """Return a room whose doors can all lock, out of which everybody was taken, and its door or doors."""
    nav, people = model.nav, model._people
    for space in nav.indoor:
        doors = nav.doors_of(space)
        if nav.use[space] == "classroom" and len(doors) == n_doors and nav.can_lock[doors].all():
            people.space[people.space == space] = nav.outside
            return space, doors[0] if n_doors == 1 else doors
    raise AssertionError("such a room")


def walk_in(model, space, role):
    """Put somebody without a group into a room as one who reached a shelter there."""
    people, nav = model._people, model.nav
    free = (
        (people.group < 0) & (people.role == role) & (people.alerted_tick < 0) & (people.arrays.moving == 0)
    )
    row = int(np.flatnonzero(free & (people.space != nav.outside) & (people.space != space))[0])
    people.space[row] = space
    people.x[row], people.y[row] = nav.inner_point(space)
    people.alerted_tick[row] = model._incident.tick
    model._refuge.settle(row)
    return row


def after(model, seconds):
    """Let seconds go by in which nobody else does anything."""
    for _ in range(seconds):
        model.step()


@pytest.mark.parametrize(
    ("lock", "role", "locks"),
    [
        ("keyed_outside", Role.STAFF, True),
        ("keyed_outside", Role.PUPIL, False),
        ("push_button", Role.PUPIL, True),
        ("none", Role.STAFF, False),
    ],
)
def test_the_first_who_comes_into_an_empty_room_locks_it_if_that_needs_no_key_or_staff_has_it(
    lock, role, locks
):
    model = school(lock)
    space, door = empty_room(model)
    model._incident.doors.closed[door] = 0
    row = walk_in(model, space, role)
    after(model, 120)
    assert model._incident.doors.closed[door]
    assert bool(model._incident.doors.locked[door]) == locks
    assert (model._people.state[row] == State.SECURED) == locks


def test_whoever_comes_with_a_key_later_locks_what_another_could_only_close():
    model = school()
    space, door = empty_room(model)
    pupils = [walk_in(model, space, Role.PUPIL) for _ in range(2)]
    to_doors = model._locks._doors_left
    assert not to_doors.keys() & set(pupils), "a closed door is nothing to go to without a key"
    after(model, 60)
    assert not model._incident.doors.locked[door]
    teacher = walk_in(model, space, Role.STAFF)
    assert teacher in to_doors
    second = walk_in(model, space, Role.STAFF)
    assert second not in to_doors, "one is enough"
    after(model, 60)
    assert model._incident.doors.locked[door]
    assert (model._people.state[[*pupils, teacher, second]] == State.SECURED).all()


def test_one_pupil_is_enough_to_close_a_door():
    model = school()
    space, door = empty_room(model)
    model._incident.doors.closed[door] = 0
    first, second = (walk_in(model, space, Role.PUPIL) for _ in range(2))
    assert model._locks._doors_left.keys() & {first, second} == {first}


def test_who_is_called_away_on_the_way_to_a_door_leaves_it_to_the_next():
    model = school()
    space, _ = empty_room(model)
    first = walk_in(model, space, Role.STAFF)
    model._called_away(np.array([first]))
    second = walk_in(model, space, Role.STAFF)
    assert list(model._locks._doors_left) == [second]


def test_who_is_called_away_at_the_last_door_leaves_it_to_the_next_too():
    model = school()
    space, door = empty_room(model)
    first = walk_in(model, space, Role.STAFF)
    assert model._locks.arrived(first)
    model._called_away(np.array([first]))
    second = walk_in(model, space, Role.STAFF)
    assert list(model._locks._doors_left) == [second]
    after(model, 60)
    assert model._incident.doors.locked[door]


def test_who_comes_back_locks_again():
    model = school()
    space, door = empty_room(model)
    first = walk_in(model, space, Role.STAFF)
    model._called_away(np.array([first]))
    model._refuge.settle(first)
    after(model, 60)
    assert model._incident.doors.locked[door]


def test_all_doors_of_a_room_are_seen_to_and_one_that_is_left_is_enough_to_ask():
    model = school()
    space, doors = empty_room(model, n_doors=2)
    model._incident.doors.lock(doors[0])
    model._incident.doors.unlock(doors[1])
    row = walk_in(model, space, Role.STAFF)
    assert model._locks._doors_left[row] == list(doors)
    after(model, 60)
    assert model._incident.doors.is_secure(space)
    assert model._people.state[row] == State.SECURED


def test_nobody_is_sent_to_doors_that_are_all_locked_and_who_comes_in_is_secured_at_once():
    model = school()
    space, door = empty_room(model)
    model._incident.doors.lock(door)
    row = walk_in(model, space, Role.STAFF)
    assert row not in model._locks._doors_left
    assert model._people.state[row] == State.SECURED


@pytest.mark.parametrize(("role", "tries_the_lock"), [(Role.STAFF, True), (Role.PUPIL, False)])
def test_only_who_has_the_key_takes_the_time_to_lock(role, tries_the_lock):
    model = school()
    space, door = empty_room(model)
    row = int(np.flatnonzero(model._people.role == role)[0])
    model._locks._doors_left[row], model._people.space[row] = [door], space
    before = {tuple(entry[:2]) for entry in model._incident.agenda._heap}
    model._locks.arrived(row)
    (due,) = [tick for tick, number, *_ in model._incident.agenda._heap if (tick, number) not in before]
    name = model.nav.door_ids[door]
    incident = model._incident
    expected_s = incident.drawn("lockdown.close_time", Stream.CLOSE_TIME, name)
    if tries_the_lock:
        expected_s += incident.drawn("lock.time_keyed_outside", Stream.LOCK_TIME, name)
    assert due == incident.tick + to_ticks(expected_s)


def class_of(model, *, with_teacher):
    """Return the room of a class that is there with or without its teacher, and its rows."""
    people = model._people
    for group in range(people.n_groups):
        rows, home = people.members[group], int(people.group_home[group])
        here = rows[people.space[rows] == home]
        staff = people.role[here] == Role.STAFF
        if model.nav.is_room[home] and len(here) > 1 and staff.any() == with_teacher:
            return home, here
    raise AssertionError("a class")


@pytest.mark.parametrize(("with_teacher", "role", "goes"), [
    (True, Role.STAFF, False), (False, Role.STAFF, True), (False, Role.PUPIL, False),
])  # fmt: skip
def test_a_class_sees_to_its_own_doors_where_it_has_the_key(with_teacher, role, goes):
    model = school()
    space, _ = class_of(model, with_teacher=with_teacher)
    row = walk_in(model, space, role)
    assert (row in model._locks._doors_left) == goes


def test_a_class_of_which_nobody_can_act_sees_to_nothing():
    model = school()
    space, rows = class_of(model, with_teacher=True)
    model._people.arrays.may_walk[rows] = 0
    row = walk_in(model, space, Role.STAFF)
    assert row in model._locks._doors_left


def test_a_room_that_could_not_be_locked_is_locked_once_it_can_be_by_somebody_who_is_able():
    model = school()
    space, door = empty_room(model)
    pupil, teacher = walk_in(model, space, Role.PUPIL), walk_in(model, space, Role.STAFF)
    model._locks._may_lock = lambda where: where != space
    after(model, 60)
    assert model._incident.doors.closed[door]
    assert not model._incident.doors.locked[door]
    assert teacher not in model._locks._doors_left
    model._locks._may_lock = lambda where: True
    after(model, 2)
    assert model._locks._doors_left.keys() & {pupil, teacher} == {teacher}
    after(model, 60)
    assert model._incident.doors.locked[door]
    assert (model._people.state[[pupil, teacher]] == State.SECURED).all()


def test_nobody_without_a_key_is_sent_to_a_room_that_could_not_be_locked():
    model = school()
    space, door = empty_room(model)
    walk_in(model, space, Role.PUPIL)
    model._locks._try_once_more(space, door)
    assert not model._locks._doors_left


@pytest.mark.parametrize("lock", ["always_locked", "push_button"])
@pytest.mark.parametrize("part", ["lunch", "passing"])
def test_who_is_secured_is_in_a_room_all_of_whose_doors_are_locked(lock, part):
    """Whoever walks out of a room as it is locked is not secured: seen where people may leave."""
    scenario = load_scenario(building="elementary", day_part=part)
    for replicate in range(2):
        model = ResponseModel(
            scenario,
            "immediate-entry",
            rng=31,
            replicate=replicate,
            lock__type=lock,
            exit__option="multi_option",
        )
        for _ in range(150):
            model.step()
            secured = model._people.state == State.SECURED
            spaces = np.unique(model._people.space[secured])
            assert all(model._incident.doors.is_secure(int(space)) for space in spaces)


def test_who_comes_in_tells_those_inside_face_to_face():
    model = school()
    space, rows = class_of(model, with_teacher=True)
    others = np.flatnonzero((model._people.space == space) & (model._people.group < 0))
    assert (model._people.alerted_tick[rows] < 0).all()
    walk_in(model, space, Role.PUPIL)
    told = {
        (name, arguments[0]): tick
        for tick, _, action, arguments in model._incident.agenda._heap
        if (name := getattr(action, "__name__", "")) in ("_alert_group", "_person_knows")
    }
    group = int(model._people.group[rows[0]])
    who = int(model._people.group_hash[group])
    wait = model._incident.drawn_ticks("notify.tell_delay", Stream.TELL, who)
    assert told["_alert_group", group] == model._incident.tick + wait
    assert all(("_person_knows", int(row)) in told for row in others)


def test_a_door_waits_for_whoever_is_near_and_comes_in_but_not_for_who_goes_out_or_elsewhere():
    model = school()
    arrays = model._people.arrays
    space, door = empty_room(model)
    row = int(np.flatnonzero((model._people.group < 0) & (model._people.space != space))[0])
    (hall,) = set(model.nav.arrays.door_space[door].tolist()) - {space}
    middle = model.nav.arrays.door_x[door, 0], model.nav.arrays.door_y[door, 0]
    arrays.next_door[:] = -1
    cases = [
        (door, 1, State.MOVING, hall, 4.9, True),
        (door, 1, State.MOVING, hall, 5.1, False),
        (door, 0, State.MOVING, hall, 4.9, False),
        (door, 1, State.LEAVING, hall, 4.9, False),
        (door + 1, 1, State.MOVING, hall, 4.9, False),
        (door, 1, State.MOVING, space, 4.9, False),
    ]
    for goes_to, moving, state, where, off_m, waits in cases:
        arrays.next_door[row], arrays.moving[row], arrays.state[row] = goes_to, moving, state
        arrays.space[row], arrays.x[row], arrays.y[row] = where, middle[0] + off_m, middle[1]
        assert coming_in(model.nav, model._people, door, space, 5.0) == waits


def test_the_lock_is_tried_again_while_somebody_comes_in(monkeypatch):
    model = school()
    space, door = empty_room(model)
    row = walk_in(model, space, Role.STAFF)
    due = []
    monkeypatch.setattr(model._incident, "agenda", SimpleNamespace(at=lambda tick, *_: due.append(tick)))
    monkeypatch.setattr(locks, "coming_in", lambda *_: True)
    model._locks._lock_done(row, space, door)
    assert due == [model._incident.tick + TICKS_PER_S // 2]
    assert not model._incident.doors.locked[door]
