"""People alone in a lockdown: who sees to the doors of a room, with which keys, and who tells."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.clock import TICKS_PER_S
from sim.model import ResponseModel
from sim.population import Role, State
from sim.scenario import load_scenario
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


def empty_room(model):
    """Return a room with one door that can lock, out of which everybody was taken, and the door."""
    nav, people = model.nav, model._people
    for space in nav.indoor:
        doors = nav.doors_of(space)
        if nav.use[space] == "classroom" and len(doors) == 1 and nav.can_lock[doors[0]]:
            people.space[people.space == space] = nav.outside
            return space, doors[0]
    raise AssertionError("a room with one door")


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


def test_who_is_called_away_on_the_way_to_a_door_leaves_it_to_the_next():
    model = school()
    space, _ = empty_room(model)
    first = walk_in(model, space, Role.STAFF)
    model._called_away(np.array([first]))
    second = walk_in(model, space, Role.STAFF)
    assert list(model._locks._doors_left) == [second]


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


def test_a_door_waits_for_whoever_comes_in_but_not_for_who_goes_out_or_elsewhere():
    model = school()
    occupants, arrays = model._incident.occupants, model._people.arrays
    space, door = empty_room(model)
    row = int(np.flatnonzero((model._people.group < 0) & (model._people.space != space))[0])
    arrays.next_door[:] = -1
    cases = [
        (door, 1, State.MOVING, True),
        (door, 0, State.MOVING, False),
        (door, 1, State.LEAVING, False),
        (door + 1, 1, State.MOVING, False),
    ]
    for goes_to, moving, state, waits in cases:
        arrays.next_door[row], arrays.moving[row], arrays.state[row] = goes_to, moving, state
        assert occupants.coming_in(door, space) == waits
    arrays.next_door[row], arrays.moving[row], arrays.state[row] = door, 1, State.MOVING
    arrays.space[row] = space
    assert not occupants.coming_in(door, space)


def test_the_lock_is_tried_again_while_somebody_comes_in(monkeypatch):
    model = school()
    space, door = empty_room(model)
    row = walk_in(model, space, Role.STAFF)
    due = []
    monkeypatch.setattr(model._incident, "agenda", SimpleNamespace(at=lambda tick, *_: due.append(tick)))
    monkeypatch.setattr(model._incident.occupants, "coming_in", lambda *_: True)
    model._locks._lock_done(row, space, door)
    assert due == [model._incident.tick + TICKS_PER_S // 2]
    assert not model._incident.doors.locked[door]
