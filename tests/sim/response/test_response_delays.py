"""When things happen: every delay is the table's quantile at its own keyed number, counted from now.

Each test lets one submodel decide at second 50 of an incident with an empty agenda, and looks at what is put
down for when.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.clock import TICKS_PER_S, Agenda, Due, to_ticks
from sim.given.levers import LEVERS
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import Role, State
from sim.place.navigation import Leg
from sim.protection import locks
from sim.record.timeline import CALL_ANSWERED
from sim.response.dispatch import Dispatch
from sim.response.search import MAX_TEAMS, Team
from sim.streams import Draws, Stream

NOW = 1000


class Diary(Agenda):
    """An agenda that is read and never carried out."""

    def __init__(self):
        super().__init__()
        self.entries = []

    def at(self, tick, action, *arguments):
        self.entries.append((tick, getattr(action, "__name__", ""), arguments))
        return Due.of(tick, len(self.entries), action, arguments)

    def due(self, name):
        """Return when the one entry of a name is due, counted from now (ticks)."""
        (found,) = [tick - NOW for tick, action, _ in self.entries if action == name]
        return found


def response(**levers):
    """Return a model of the elementary school at second 50, its diary, and a function of drawn delays."""
    model = ResponseModel("elementary", "immediate-entry", rng=5, **levers)
    incident, draws = model._incident, Draws(model.key)
    incident.agenda, incident.tick = Diary(), NOW

    def ticks(name, stream, entity, ordinal=0, factor=1.0):
        seconds = model.setting.parameters.quantile(name, draws.u(stream, entity, ordinal))
        return to_ticks(factor * float(seconds))

    return model, incident.agenda, ticks


def set_share(model, monkeypatch, **shares):
    """Let single values of the table be others; two underscores stand for the dot."""
    value = model._incident.parameters.value
    given = {name.replace("__", "."): share for name, share in shares.items()}
    monkeypatch.setattr(
        type(model._incident.parameters), "value", lambda _, name: given.get(name, value(name))
    )


def open_class(model):
    """Return a group with a leader in a room, all of whose doors are unlocked, and the room."""
    people, doors = model._people, model._incident.doors
    group = next(
        g
        for g in range(people.n_groups)
        if people.leader[g] >= 0 and len(people.members[g]) > 5 and model.nav.is_room[people.group_home[g]]
    )
    space = int(people.group_home[group])
    doors.locked[model.nav.doors_of(space)] = 0
    return group, space


# -- lockdown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("drills", LEVERS["drill.frequency"].levels)
def test_a_group_and_a_person_react_after_a_time_that_drills_change(drills):
    model, diary, ticks = response(drill__frequency=drills)
    factor = model.setting.parameters.table("drill.reaction_multiplier", drills)
    group, space = open_class(model)
    model._lockdown.group_alerted(group)
    name = f"group:{model.nav.space_ids[space]}:{group}"
    expected = ticks("lockdown.teacher_reaction", Stream.TEACHER_REACTION, name, factor=factor)
    assert diary.due("_group_acts") == expected > 0
    model._refuge.person_alerted(3)
    who = int(model._people.id_hash[3])
    expected = ticks("lockdown.teacher_reaction", Stream.PUPIL_REACTION, who, factor=factor)
    assert diary.due("seek_shelter") == expected > 0


@pytest.mark.parametrize("drills", LEVERS["drill.frequency"].levels)
def test_who_sees_it_reacts_after_a_time_that_drills_change_drawn_anew_each_time(drills):
    model, _, ticks = response(drill__frequency=drills, exit__option="multi_option")
    factor = model.setting.parameters.table("drill.reaction_multiplier", drills)
    who = int(model._people.id_hash[3])
    first, second = (
        ticks("lockdown.teacher_reaction", Stream.LEAVE_REACTION, who, number, factor) for number in (0, 1)
    )
    assert first != second
    assert [model._leaving._reaction_ticks(3) for _ in range(2)] == [first, second]


def test_a_group_behind_locked_doors_does_what_others_do_and_is_secured_once_the_doors_were_tried():
    model, diary, ticks = response()
    group, space = open_class(model)
    rows, arrays = model._people.members[group], model._people.arrays
    doors = model.nav.doors_of(space)
    for door in doors:
        model._incident.doors.lock(door)
    assert not (arrays.state[rows] == State.SECURED).any(), "a locked door alone secures nobody"
    model._people.alerted_tick[rows] = NOW
    model._lockdown.group_alerted(group)
    assert [name for _, name, _ in diary.entries] == ["_group_acts"]
    model._lockdown._group_acts(group)
    leader = int(model._people.leader[group])
    assert (arrays.state[rows[rows != leader]] == State.MOVING).all(), "out of sight, as anywhere"
    assert model._locks._doors_left[leader] == [d for d in doors if model.nav.has_leaf[d]]
    for door in list(model._locks._doors_left[leader]):
        assert not (arrays.state[rows] == State.SECURED).any()
        diary.entries.clear()
        assert model._locks.arrived(leader)
        tried = ticks("lockdown.close_time", Stream.CLOSE_TIME, model.nav.door_ids[door])
        assert diary.due("_lock_done") == tried, "a locked door is tried, not locked"
        model._locks._lock_done(leader, space, door)
        assert model._incident.doors.locked[door]
    assert (arrays.state[rows] == State.SECURED).all()


def test_the_leader_goes_to_the_door_and_everybody_else_out_of_sight():
    model, _, _ = response()
    group, space = open_class(model)
    people, arrays = model._people, model._people.arrays
    model._lockdown._group_acts(group)
    leader = int(people.leader[group])
    others = people.members[group][people.members[group] != leader]
    (door,) = [d for d in model.nav.doors_of(space) if model.nav.has_leaf[d]][:1]
    assert (arrays.goal_x[leader], arrays.goal_y[leader]) == model.nav.door_stand(door, space)
    assert arrays.arrive_state[leader] == State.ALERTED
    assert (arrays.arrive_state[others] == State.SHELTERED).all()
    assert (arrays.state[others] == State.MOVING).all()


@pytest.mark.parametrize("lock", ["none", "keyed_outside", "push_button"])
def test_closing_a_door_takes_its_time_and_locking_it_another(lock):
    model, diary, ticks = response(lock__type=lock)
    _, space = open_class(model)
    door = model.nav.doors_of(space)[0]
    row = int(np.flatnonzero(model._people.space == space)[0])
    assert not model._locks.arrived(row)
    model._locks._doors_left[row] = [door]
    assert model._locks.arrived(row)
    name = model.nav.door_ids[door]
    expected = ticks("lockdown.close_time", Stream.CLOSE_TIME, name)
    assert expected > 0
    if lock != "none":
        table = "lock.time_push_button" if lock == "push_button" else "lock.time_keyed_outside"
        expected += ticks(table, Stream.LOCK_TIME, name)
    assert diary.due("_lock_done") == pytest.approx(expected, abs=1)


def test_a_door_with_somebody_in_it_is_tried_again_after_half_a_second(monkeypatch):
    model, diary, _ = response()
    _, space = open_class(model)
    door = model.nav.doors_of(space)[0]
    row = int(np.flatnonzero(model._people.space == space)[0])
    monkeypatch.setattr(locks, "body_in", lambda *_: True)
    model._locks._lock_done(row, space, door)
    assert diary.due("_lock_done") == TICKS_PER_S // 2
    model._locks._lock_again(space, door)
    assert diary.due("_lock_again") == TICKS_PER_S
    assert not model._incident.doors.locked[door]
    monkeypatch.setattr(locks, "body_in", lambda *_: False)
    model._locks._lock_again(space, door)
    assert model._incident.doors.locked[door]


def test_nobody_locks_a_door_for_good_while_the_room_may_not_be_locked(monkeypatch):
    model, diary, _ = response()
    _, space = open_class(model)
    door = model.nav.doors_of(space)[0]
    model._locks._may_lock = lambda _: False
    model._locks._lock_again(space, door)
    assert diary.due("_lock_again") == TICKS_PER_S
    assert not model._incident.doors.locked[door]


@pytest.mark.parametrize("opens", [True, False])
def test_who_knocks_is_let_in_and_the_door_is_locked_again(monkeypatch, opens):
    """Four seconds for who comes in, then the time to lock; else the person looks for another room."""
    model, diary, ticks = response()
    _, space = open_class(model)
    door = model.nav.doors_of(space)[0]
    model._incident.doors.lock(door)
    row = int(np.flatnonzero(model._people.space != space)[0])
    set_share(model, monkeypatch, lockdown__late_knock_opened=float(opens))
    monkeypatch.setattr(model._refuge, "seek_shelter", lambda who: sought.append(who))
    sought = []
    model._refuge.knock(row, door)
    assert model._incident.doors.locked[door] == (not opens)
    assert sought == ([] if opens else [row])
    if opens:
        lock = ticks("lock.time_keyed_outside", Stream.LOCK_TIME, model.nav.door_ids[door])
        assert diary.due("_lock_again") == pytest.approx(4 * TICKS_PER_S + lock, abs=1)
        assert diary.entries[-1][2] == (space, door)


@pytest.mark.parametrize("opens", [True, False])
def test_where_no_room_is_open_people_knock_at_the_doors_along_their_hall_nearest_first(monkeypatch, opens):
    model, _, _ = response(lock__type="always_locked")
    nav, people, doors = model.nav, model._people, model._incident.doors
    for door in nav.interior_doors:
        if nav.is_room_door[door]:
            doors.lock(door)
    model._incident.walkers.doors_changed()
    walkers, out = model._incident.walkers, []
    monkeypatch.setattr(walkers, "walk_to_shelter", lambda who: not doors.locked[reach].all())
    monkeypatch.setattr(walkers, "walk_out", lambda who: out.append(int(who[0])))
    in_hall = [use == "corridor" for use in nav.use]
    row = int(np.flatnonzero(np.array(in_hall)[people.space])[0])
    hall = int(people.space[row])
    reach = [d for d in nav.doors_of(hall) if doors.locked[d] and nav.is_room_door[d]]
    set_share(model, monkeypatch, lockdown__late_knock_opened=float(opens))
    tried = []
    model._refuge.seek_shelter(row)
    while row in model._refuge._to_knock and len(tried) < 50:
        tried.append(model._refuge._to_knock[row])
        arrays = people.arrays
        assert (arrays.goal_x[row], arrays.goal_y[row]) == nav.door_stand(tried[-1], hall)
        assert people.state[row] == State.MOVING
        assert model._refuge.arrived(row)
    if opens:
        assert len(tried) == 1
        assert not doors.locked[tried[0]]
        assert out == []
    else:
        here = people.x[row], people.y[row]
        assert tried == sorted(reach, key=lambda d: math.dist(here, nav.door_stand(d, hall)))
        assert doors.locked[tried].all()
        assert out == [row]


def test_who_is_sent_elsewhere_meanwhile_knocks_nowhere():
    model, _, _ = response()
    refuge = model._refuge
    row = int(np.flatnonzero(model._people.group < 0)[0])
    refuge._to_knock[row] = 0
    refuge.called_away(np.array([row]))
    assert not refuge.arrived(row)
    refuge._to_knock[row] = 0
    refuge.seek_shelter(row)
    assert not refuge.arrived(row)


def test_nobody_opens_a_room_that_is_empty(monkeypatch):
    model, _, _ = response()
    _, space = open_class(model)
    door = model.nav.doors_of(space)[0]
    model._incident.doors.lock(door)
    row = int(np.flatnonzero(model._people.space != space)[0])
    set_share(model, monkeypatch, lockdown__late_knock_opened=1.0)
    monkeypatch.setattr(model._refuge, "seek_shelter", lambda who: None)
    model._people.space[model._people.space == space] = model.nav.outside
    model._refuge.knock(row, door)
    assert model._incident.doors.locked[door]


def test_a_room_that_opens_to_a_knock_is_not_secured_until_it_is_locked_again(monkeypatch):
    model, _, _ = response()
    group, space = open_class(model)
    rows, state = model._people.members[group], model._people.state
    for door in model.nav.doors_of(space):
        model._incident.doors.lock(door)
    model._people.alerted_tick[rows] = NOW
    model._locks.update_room(space)
    assert (state[rows] == State.SECURED).all()
    set_share(model, monkeypatch, lockdown__late_knock_opened=1.0)
    row = int(np.flatnonzero(model._people.space != space)[0])
    door = model.nav.doors_of(space)[0]
    model._refuge.knock(row, door)
    assert (state[rows] == State.SHELTERED).all()
    model._locks._lock_again(space, door)
    assert (state[rows] == State.SECURED).all()


@pytest.mark.parametrize(
    ("lock", "locks"), [("none", False), ("keyed_outside", True), ("always_locked", True)]
)
def test_a_door_is_closed_and_locked_where_there_is_a_lock_nobody_errs_and_nobody_forbids_it(
    monkeypatch, lock, locks
):
    model, _, _ = response(lock__type=lock)
    group, space = open_class(model)
    rows, doors, locks_ = model._people.members[group], model._incident.doors, model._locks
    door = next(d for d in model.nav.doors_of(space) if model.nav.has_leaf[d])
    model._people.alerted_tick[rows] = NOW
    monkeypatch.setattr(locks_, "_lock_error", lambda _: False)
    locks_._may_lock = lambda _: False
    doors.closed[door] = 0
    locks_._close(door, space, has_key=True)
    assert (doors.closed[door], doors.locked[door]) == (1, 0), "nobody locks in a hazard"
    doors.locked[model.nav.doors_of(space)] = doors.closed[model.nav.doors_of(space)] = 1
    locks_.update_room(space)
    assert not (model._people.state[rows] == State.SECURED).any(), "nor is it secured"
    locks_._may_lock = lambda _: True
    locks_.update_room(space)
    assert (model._people.state[rows] == State.SECURED).all()
    doors.locked[door] = 0
    monkeypatch.setattr(locks_, "_lock_error", lambda _: True)
    locks_._close(door, space, has_key=True)
    assert not doors.locked[door]
    monkeypatch.setattr(locks_, "_lock_error", lambda _: False)
    locks_._close(door, space, has_key=True)
    assert doors.locked[door] == locks


def test_who_was_called_away_locks_no_door_from_afar():
    model, _, _ = response()
    group, space = open_class(model)
    leader = int(model._people.leader[group])
    door = model.nav.doors_of(space)[0]
    model._locks.called_away(np.array([leader]))
    model._locks._lock_done(leader, space, door)
    assert not model._incident.doors.locked[door]


@pytest.mark.parametrize(("part", "locked"), [("class", True), ("passing", False)])
def test_while_classes_change_no_classroom_is_locked_at_the_start(part, locked):
    model = ResponseModel(
        load_scenario(building="elementary", day_part=part),
        "immediate-entry",
        rng=5,
        lock__type="always_locked",
    )
    doors = [d for d in model.nav.interior_doors if model.nav.is_room_door[d] and model.nav.can_lock[d]]
    assert (model._incident.doors.locked[doors].mean() > 0.8) == locked
    assert (model._incident.doors.locked[doors].sum() > 0) == locked
    assert model._incident.doors.locked[list(model.nav.exterior_doors)].any()


def test_every_knock_of_a_person_is_a_draw_of_its_own(monkeypatch):
    model, _, _ = response()
    _, space = open_class(model)
    door = model.nav.doors_of(space)[0]
    row = int(np.flatnonzero(model._people.space != space)[0])
    draws, who = Draws(model.key), int(model._people.id_hash[row])
    monkeypatch.setattr(model._refuge, "seek_shelter", lambda who: None)
    share = model.setting.parameters.value("lockdown.late_knock_opened")
    let_in = []
    for _ in range(12):
        model._incident.doors.lock(door)
        model._refuge.knock(row, door)
        let_in.append(not model._incident.doors.locked[door])
    assert let_in == [draws.u(Stream.LATE_KNOCK, who, number) < share for number in range(12)]
    assert len(set(let_in)) == 2


@pytest.mark.parametrize(
    ("option", "share", "near_m", "leaves"),
    [
        ("multi_option", 1.0, 500.0, True),
        ("multi_option", 0.0, 500.0, False),
        ("multi_option", 1.0, 0.5, False),
        ("lockdown_only", 1.0, 500.0, False),
    ],
)
def test_a_group_leaves_only_where_it_may_and_an_exit_is_near(monkeypatch, option, share, near_m, leaves):
    model, diary, ticks = response(exit__option=option)
    group, _ = open_class(model)
    set_share(model, monkeypatch, exit__leave_share=share, exit__near_distance=near_m)
    model._lockdown._group_acts(group)
    assert [name for _, name, _ in diary.entries] == ["_group_leaves"] * leaves
    if leaves:
        who = int(model._people.group_hash[group])
        expected = ticks("move.pre_evacuation_child", Stream.PRE_EVACUATION, who)
        assert diary.due("_group_leaves") == expected > 0
        model._lockdown._group_leaves(group)
        rows = model._people.members[group]
        assert (model._people.state[rows] == State.LEAVING).all()


# -- alerting --------------------------------------------------------------------------------------


def test_a_group_is_told_and_the_office_is_called_after_drawn_times():
    model, diary, ticks = response()
    alerting, people = model._alerting, model._people
    alerting._tell_group(2)
    expected = ticks("notify.tell_delay", Stream.TELL, int(people.group_hash[2]))
    assert diary.due("_alert_group") == expected > 0
    pupil, teacher = (int(np.flatnonzero(people.role == role)[0]) for role in (Role.PUPIL, Role.STAFF))
    alerting._call_office(pupil)
    assert len(diary.entries) == 1
    alerting._call_office(teacher)
    expected = ticks("notify.office_call", Stream.OFFICE_CALL, int(people.id_hash[teacher]))
    assert diary.due("office_learns") == expected > 0


@pytest.mark.parametrize("authority", LEVERS["lockdown.authority"].levels)
def test_the_announcement_waits_for_whoever_may_decide(authority):
    model, diary, ticks = response(lockdown__authority=authority)
    model._alerting.office_learns()
    expected = ticks("lockdown.announce_delay", Stream.ANNOUNCE, "office")
    reachable = model.setting.parameters.table("lockdown.decider_reachable", authority)
    if Draws(model.key).u(Stream.DECIDER, "office") >= reachable:
        expected += ticks("lockdown.find_decider", Stream.FIND_DECIDER, "office")
    assert diary.due("announce") == expected > 0
    model._alerting.office_learns()
    assert len(diary.entries) == 1


def test_who_may_decide_is_sought_when_nobody_is_reached(monkeypatch):
    model, diary, ticks = response()
    monkeypatch.setattr(type(model._incident.parameters), "table", lambda *_: 0.0)
    model._alerting.office_learns()
    expected = ticks("lockdown.announce_delay", Stream.ANNOUNCE, "office")
    expected += ticks("lockdown.find_decider", Stream.FIND_DECIDER, "office")
    assert diary.due("announce") == expected


def test_a_phone_chain_reaches_one_room_after_another():
    model, diary, ticks = response(notify__channel="phone_chain")
    people, nav = model._people, model.nav
    model._alerting.announce()
    calls = [(tick - NOW, arguments[0]) for tick, name, arguments in diary.entries if name == "_alert_group"]
    hashes = [int(nav.space_hash[people.group_home[group]]) for _, group in calls]
    assert hashes == sorted(hashes)
    assert len(calls) == people.n_groups
    hops = [ticks("notify.phone_hop", Stream.PHONE_HOP, one) for one in hashes]
    assert [tick for tick, _ in calls] == np.cumsum(hops).tolist()


def test_signs_are_recognised_after_everybodys_own_time():
    """One group hears the signs: its first member to recognise them is the one who knows."""
    model, diary, ticks = response()
    people, alerting = model._people, model._alerting
    group, _ = open_class(model)
    rows = people.members[group]
    alerting._has_signs[:] = False
    hearing_m = model.setting.parameters.value("notify.hearing_range")
    distances = np.full(people.n, hearing_m + 0.1)
    distances[rows[1:]] = hearing_m
    alerting.signs(distances, np.zeros(people.n, dtype=np.uint8))
    own = {
        int(r): ticks("notify.recognise_delay", Stream.RECOGNISE, int(people.id_hash[r])) for r in rows[1:]
    }
    first = min(own, key=lambda row: (own[row], row))
    (entry,) = [e for e in diary.entries if e[1] == "_group_member_knows"]
    assert entry[0] - NOW == own[first]
    assert entry[2][0] == group
    assert not alerting._has_signs[rows[0]]
    assert alerting._has_signs[rows[1:]].all()


# -- dispatch and command --------------------------------------------------------------------------


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("patrol", ["fast", "slow"])
def test_a_call_is_answered_processed_transferred_and_the_patrol_arrives(split, patrol):
    """A split centre adds its transfer to everything after the answer, and nothing else."""
    model, diary, ticks = response(psap__split=split, patrol__response=patrol)
    dispatch = Dispatch(model._incident, lambda: None, lambda _: None)
    dispatch.report("first report")
    answer = ticks("psap.answer_delay", Stream.PSAP_ANSWER, "psap")
    to_dispatch = answer + ticks("psap.processing_delay", Stream.PSAP_PROCESSING, "psap")
    name = "patrol.response_total_slow" if patrol == "slow" else "patrol.response_total"
    total = ticks(name, Stream.PATROL_RESPONSE, "patrol")
    transfer = to_ticks(model.setting.parameters.value("psap.transfer_delay")) if split else 0
    (answered,) = [tick - NOW for tick, _, arguments in diary.entries if arguments == (CALL_ANSWERED,)]
    assert answered == answer
    assert diary.due("_dispatch") == to_dispatch + transfer
    arrivals = [tick - NOW for tick, name, _ in diary.entries if name == "_arrive"]
    assert arrivals[0] == pytest.approx(total + transfer, abs=2)
    assert arrivals == sorted(arrivals)


@pytest.mark.parametrize("to_county", [0, 2400])
def test_units_come_one_after_another_and_mutual_aid_after_its_own_delay(to_county):
    """A small agency has few units of its own: who comes after them waits for aid, asked by the county."""
    model, diary, ticks = response(agency__size="small")
    table = model.setting.parameters
    n_own = int(table.table("agency.units", "small"))
    factor = table.table("area.travel_multiplier", model.setting.area)
    Dispatch(model._incident, lambda: None, lambda _: None)._schedule_arrivals(NOW + 10, to_county)
    arrivals = [tick - NOW for tick, name, _ in diary.entries if name == "_arrive"]
    aid = to_county + ticks("agency.mutual_aid_delay", Stream.MUTUAL_AID, "mutual aid", factor=factor)
    expected = [10]
    for number in range(1, len(arrivals)):
        gap = ticks("patrol.arrival_rate_next", Stream.ARRIVAL_GAP, "patrol", number, factor)
        expected.append(expected[-1] + max(1, gap))
        if number >= n_own:
            expected[-1] = max(expected[-1], aid)
    assert arrivals == expected
    assert len(arrivals) > n_own


def test_command_is_established_and_then_orders_entry():
    """Twice the usual median of establishment is twice every drawn time."""
    for kind, factor in (("single", 1.0), ("none", 0.0)):
        model, diary, ticks = response(command__type=kind)
        usual = model.setting.parameters.value("command.establish_time")
        factor *= float(model.policy["command.establish_time"]) / usual
        model._command.first_officer_arrived()
        if kind == "none":
            assert diary.due("_order") == ticks("stall.end", Stream.STALL_END, "command") > 0
            continue
        expected = ticks("command.establish_time", Stream.COMMAND_ESTABLISH, "command", factor=factor)
        assert diary.due("_establish") == expected > 0
        model._command._establish()
        assert diary.due("_order") == ticks("entry.command_wait", Stream.ENTRY_COMMAND_WAIT, "command")


# -- entry and search ------------------------------------------------------------------------------


def entry(**levers):
    """Return when the first officers enter, of six who arrive ten seconds apart from second 50 on (ticks)."""
    model, diary, ticks = response(**levers)
    for number in range(1, 7):
        model._responders.officer_arrives(number)
        model._incident.tick += 10 * TICKS_PER_S
    return model, diary.due("_enter"), ticks


def test_one_officer_enters_at_once_and_a_team_when_it_is_complete():
    _, alone, ticks = entry()
    door = ticks("entry.immediate_delay", Stream.ENTRY_IMMEDIATE, "team 1")
    assert alone == door > 0
    assert entry(entry__policy="team_of_n", entry__team_size=4)[1] == 30 * TICKS_PER_S + door
    assert entry(entry__delay_s=90.0)[1] == door + 90 * TICKS_PER_S


@pytest.mark.parametrize(
    ("policy", "name", "stream"),
    [
        ("assess", "entry.assess_delay", Stream.ENTRY_ASSESS),
        ("contain_and_wait", "entry.special_team_delay", Stream.ENTRY_SPECIAL),
    ],
)
def test_who_assesses_or_waits_for_a_special_team_counts_from_the_first_arrival(policy, name, stream):
    _, due, ticks = entry(entry__policy=policy)
    door = ticks("entry.immediate_delay", Stream.ENTRY_IMMEDIATE, "team 1")
    assert due == pytest.approx(max(door, ticks(name, stream, "team 1")), abs=1)


def test_officers_see_how_many_they_are_and_how_many_they_want():
    model, _, _ = response(entry__policy="team_of_n", entry__team_size=4)
    before = model._responders.view()
    assert (before.officers_on_scene, before.first_arrival_s, before.wanted_team) == (0, 0.0, 4)
    model._responders.officer_arrives(1)
    after = model._responders.view()
    assert (after.officers_on_scene, after.first_arrival_s, after.now_s) == (1, 50.0, 50.0)
    assert response()[0]._responders.view().wanted_team == 1


def test_entry_waits_for_the_order_of_command():
    model, diary, _ = response(entry__wait_for_command=True)
    model._responders.officer_arrives(1)
    assert diary.entries == []
    model._incident.tick += 900 * TICKS_PER_S
    model._responders.command_orders()
    assert diary.due("_enter") == 900 * TICKS_PER_S


@pytest.mark.parametrize(
    ("levers", "open_share", "is_locked_out"),
    [
        ({"entry__access": "keys"}, 0.0, False),
        ({"entry__access": "no_keys"}, 0.0, True),
        ({"entry__access": "no_keys"}, 1.0, False),
        ({"entry__access": "no_keys", "exterior__doors": "all_locked"}, 1.0, True),
        ({"entry__access": "no_keys", "entrance__vestibule": "secured"}, 1.0, True),
    ],
)
def test_officers_without_a_key_lose_time_unless_a_door_is_open(
    monkeypatch, levers, open_share, is_locked_out
):
    model, _, ticks = response(**levers)
    set_share(model, monkeypatch, door__exterior_unlocked=open_share)
    delay = ticks("entry.access_delay_locked", Stream.ACCESS_DELAY, "campus")
    assert to_ticks(model._responders._access_delay_s()) == (delay if is_locked_out else 0)


def test_teams_follow_while_there_are_officers_and_never_more_than_four():
    """Teams of two: after the first pair eight more officers are three teams; two officers stay out."""
    model, diary, ticks = response(entry__policy="team_of_n", entry__team_size=2)
    responders = model._responders
    for number in range(1, 11):
        responders.officer_arrives(number)
    responders._enter()
    assert [(team.number, team.size) for team in responders.teams] == [(1, 2), (2, 2), (3, 2), (4, 2)]
    assert len(responders.teams) == MAX_TEAMS
    enters = {
        arguments[0].number: tick - NOW for tick, name, arguments in diary.entries if name == "_team_enters"
    }
    assert enters == {
        number: ticks("entry.immediate_delay", Stream.ENTRY_IMMEDIATE, f"team {number}")
        for number in (2, 3, 4)
    }
    held = [team.space for team in responders.teams if team.space >= 0]
    assert held == [model.nav.inside_of(model.nav.main_entrance)[0]]
    model._incident.tick += 10
    responders._team_enters(responders.teams[1])
    assert sum(team.space >= 0 for team in responders.teams) == 2


def test_a_second_team_waits_until_it_is_complete():
    model, _, _ = response(entry__policy="team_of_n", entry__team_size=3)
    responders = model._responders
    for number in range(1, 6):
        responders.officer_arrives(number)
    responders._enter()
    assert len(responders.teams) == 1
    responders.officer_arrives(6)
    assert [team.size for team in responders.teams] == [3, 3]


def test_a_team_crosses_each_door_after_the_way_over_its_speed(monkeypatch):
    """At 0.8 m/s four metres are five seconds."""
    model, diary, _ = response()
    legs = [Leg(3, 1.0, 2.0, 4.0), Leg(5, 6.0, 7.0, 12.0)]
    monkeypatch.setattr(type(model.nav), "legs", lambda *_: legs)
    team = Team(1, 1, 0, 0.0, 0.0, goal=5)
    model._responders._set_out(team)
    crossings = [(tick - NOW, arguments[1:]) for tick, name, arguments in diary.entries if name == "_crosses"]
    assert crossings == [(5 * TICKS_PER_S, (3, 1.0, 2.0)), (15 * TICKS_PER_S, (5, 6.0, 7.0))]
    assert diary.due("_reaches") == 15 * TICKS_PER_S


def test_a_room_takes_time_to_check_and_a_hall_none():
    model, diary, ticks = response()
    nav = model.nav
    room, hall = nav.spaces_of_use("classroom")[0], nav.spaces_of_use("corridor")[0]
    for goal, expected in (
        (room, ticks("search.room_check", Stream.ROOM_CHECK, nav.space_ids[room])),
        (hall, 0),
    ):
        diary.entries.clear()
        team = Team(1, 1, goal, *nav.inner_point(goal), goal=goal)
        model._responders._reaches(team)
        assert team.has_had_goal
        assert diary.due("_checked") == expected
        (due,) = team.due
        team.forget_way()
        assert due[2] is None, "a way that was given up leads nowhere"
    assert ticks("search.room_check", Stream.ROOM_CHECK, nav.space_ids[room]) > 0


def test_a_team_goes_to_the_nearest_space_that_nobody_searched_or_claimed():
    model, _, _ = response()
    nav, responders = model.nav, model._responders
    start = nav.inside_of(nav.main_entrance)[0]
    away = nav.distances_to_spaces(start, *nav.inner_point(start))
    order = sorted(nav.indoor, key=lambda s: (away[s], s))
    responders.searched = set(order[:2])
    teams = [Team(n, 1, start, *nav.inner_point(start)) for n in (1, 2)]
    for team in teams:
        responders._next_goal(team)
    assert [team.goal for team in teams] == order[2:4]
    wing = next(w for w in sorted(set(nav.wing)) if w and w != nav.wing[order[4]])
    third = Team(3, 1, start, *nav.inner_point(start))
    responders._reported_wing = wing
    responders._next_goal(third)
    inside = [s for s in order if nav.wing[s] == wing and s not in responders.searched | {*order[2:4]}]
    assert third.goal == inside[0]


def test_a_building_that_was_searched_in_vain_is_searched_once_more():
    model, _, _ = response()
    nav, responders = model.nav, model._responders
    responders.searched = set(nav.indoor)
    assert responders.has_searched_all
    start = nav.inside_of(nav.main_entrance)[0]
    team = Team(1, 1, start, *nav.inner_point(start))
    responders._next_goal(team)
    assert team.goal >= 0
    assert not responders.has_searched_all


def test_a_late_report_turns_only_teams_on_their_first_way():
    model, _, _ = response()
    nav, responders = model.nav, model._responders
    start = nav.inside_of(nav.main_entrance)[0]
    fresh, settled = (Team(n, 1, start, *nav.inner_point(start)) for n in (1, 2))
    outside = Team(3, 1, -1, 0.0, 0.0)
    settled.has_had_goal = True
    responders.teams = [fresh, settled, outside]
    wing = max(set(nav.wing) - {"", nav.wing[start]})
    responders.hear_report(wing)
    assert nav.wing[fresh.goal] == wing
    assert settled.goal == outside.goal == -1
    responders.stop()
    responders.hear_report(nav.wing[start])
    assert nav.wing[fresh.goal] == wing
