"""Whom an announcement misses is told by the next: who is next door, when, and never before it is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numbers_of_tests import draws_of, exponential, put_in, within

from sim.alert.word_of_mouth import next_door, told_ticks
from sim.clock import TICKS_PER_S, Agenda, to_ticks
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import State
from sim.streams import Draws, Stream

NOW = 1000


class Plan:
    """Spaces and the ways between them; `halls` are the passages among them."""

    def __init__(self, ways, n, halls=()):
        self._beyond = {space: [] for space in range(n)}
        for door, (one, other) in enumerate(ways):
            self._beyond[one].append((door, other))
            self._beyond[other].append((door, one))
        self.is_room = [space not in halls for space in range(n)]

    def inside_ways(self, space):
        """Return (door, space beyond), as the compiled plan does."""
        return self._beyond[space]


def row_of_rooms(n):
    """Return rooms in a row, a door from each to the next."""
    return Plan([(k, k + 1) for k in range(n - 1)], n)


def test_next_door_is_beyond_a_door_and_along_the_own_hall_but_not_along_the_next_one():
    """Rooms 2 and 3 open onto hall 0, room 4 onto hall 1 behind it, room 5 onto room 2."""
    plan = Plan([(0, 2), (0, 3), (0, 1), (1, 4), (2, 5)], 6, halls=(0, 1))
    assert next_door(plan, 2) == {0, 1, 3, 5}
    assert next_door(plan, 5) == {2}
    assert next_door(plan, 0) == {1, 2, 3, 4}
    assert next_door(plan, 4) == {0, 1}


def test_a_shipped_school_has_neighbours_both_ways():
    nav = ResponseModel("elementary", "immediate-entry", rng=5).nav
    near = {space: next_door(nav, space) for space in nav.indoor}
    assert all(near.values())
    assert all(space in near[other] for space, others in near.items() for other in others)


def test_word_passes_along_a_row_of_rooms_in_erlang_time(monkeypatch):
    """Twelve exponential hops with a mean of 5 s after the announcement: mean 60.0 s, sd 17.32 s."""
    put_in(monkeypatch, exponential("notify.tell_delay", 5.0))
    model = ResponseModel("elementary", "immediate-entry", rng=5)
    lasts = []
    for k in range(1000):
        model._incident.draws = draws_of(k)
        told = told_ticks(
            row_of_rooms(13),
            {0: NOW},
            range(1, 13),
            lambda space: model._incident.drawn_ticks("notify.tell_delay", Stream.TELL, space),
        )
        lasts.append((told[12] - NOW) / TICKS_PER_S)
    assert within(lasts, 60.0, 17.32)
    assert np.std(lasts) == pytest.approx(17.32, rel=0.1)


def test_the_earlier_of_two_ways_counts_and_who_has_no_neighbour_is_not_told():
    plan = row_of_rooms(7)
    assert told_ticks(plan, {0: 100, 4: 103}, [1, 2, 3], lambda _: 10) == {1: 110, 2: 120, 3: 113}
    assert told_ticks(plan, {0: 100}, [2, 3, 6], lambda _: 10) == {}
    assert told_ticks(plan, {}, [1], lambda _: 10) == {}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25),
    st.sets(st.integers(0, 9)),
    st.dictionaries(st.integers(0, 9), st.integers(0, 50), max_size=3),
    st.lists(st.integers(0, 30), min_size=10, max_size=10),
)
def test_times_are_those_of_the_shortest_path(pairs, halls, heard, waits):
    plan = Plan([pair for pair in pairs if pair[0] != pair[1]], 10, halls)
    missed = set(range(10)) - heard.keys()
    expected = dict(heard)
    for _ in range(10):
        for space in missed:
            ways = [expected[other] + waits[space] for other in next_door(plan, space) if other in expected]
            if ways:
                expected[space] = min([*ways, expected.get(space, ways[0])])
    for space in heard:
        del expected[space]
    assert told_ticks(plan, heard, missed, lambda space: waits[space]) == expected


# -- in the model ------------------------------------------------------------------------------------


def spread(model, replicate, **levers):
    """Announce at second 50 where nobody knows yet, and carry out all that follows but reactions."""
    incident, people = model._incident, model._people
    incident.agenda, incident.tick, incident.draws = Agenda(), NOW, draws_of(replicate)
    for name, level in levers.items():
        incident.policy = incident.policy.with_lever(name.replace("__", "."), level)
    people.alerted_tick[:] = -1
    people.state[:] = State.UNAWARE
    alerting = model._alerting
    alerting._on_group = alerting._on_person = lambda _: None
    alerting._group_alerted[:], alerting._announced = False, False
    alerting.announce()
    while len(incident.agenda):
        incident.tick = incident.agenda.next_tick(10**9)
        incident.agenda.run_due(incident.tick)
    return people.alerted_tick.copy()


@pytest.fixture(scope="module", params=["class", "passing"])
def school(request):
    """A model in which an announcement can be made again and again with other draws."""
    scenario = load_scenario(building="elementary").with_(day_part=request.param)
    return ResponseModel(scenario, "immediate-entry", rng=5)


def test_nobody_is_told_before_all_hear_it_and_the_rest_is_told_soon_after(school):
    """The set of people alerted grows by inclusion from partial to full, at every moment."""
    later = 0
    for k in range(40):
        partial = spread(school, k, notify__zones="partial")
        full = spread(school, k, notify__zones="full")
        assert (full >= NOW).all()
        assert (partial[partial >= 0] >= full[partial >= 0]).all()
        later += int((partial > full).sum())
        assert (partial >= 0).mean() > 0.97
    assert later > 40


def test_a_missed_room_is_told_by_the_next_after_its_own_time(school):
    """A room whose neighbours all hear it: told one delay after the announcement."""
    incident, nav, people = school._incident, school.nav, school._people
    seen = 0
    for k in range(40):
        ticks = spread(school, k, notify__zones="partial", notify__alert_reach=1.0)
        draws = Draws(draws_of(k).key)
        hears = draws.us(Stream.PA_HEARD, nav.space_hash) < incident.parameters.value("notify.pa_coverage")
        for space in np.unique(people.space):
            near = [s for s in next_door(nav, int(space)) if (people.space == s).any()]
            if hears[space] or not near or not hears[near].any():
                continue
            wait_s = incident.parameters.quantile(
                "notify.tell_delay", draws.u(Stream.TELL, int(nav.space_hash[space]))
            )
            here = (people.space == space) & ((people.group < 0) | (people.leader[people.group] >= 0))
            assert (ticks[here] == NOW + to_ticks(float(wait_s))).all()
            seen += 1
    assert seen > 10


def test_a_phone_chain_leaves_rooms_to_their_call_and_the_halls_to_whoever_was_called(school):
    incident, people, nav = school._incident, school._people, school.nav
    n_told = 0
    for k in range(10):
        ticks = spread(school, k, notify__channel="phone_chain")
        incident.tick = NOW
        calls = school._alerting._phone_chain()
        loose = {int(space) for space in people.space[people.group < 0]}
        told = told_ticks(
            nav,
            {space: tick for space, tick in calls.items() if (people.space == space).any()},
            loose - calls.keys(),
            lambda space: incident.drawn_ticks("notify.tell_delay", Stream.TELL, int(nav.space_hash[space])),
        )
        for row in np.flatnonzero(people.group < 0):
            space = int(people.space[row])
            assert ticks[row] == calls.get(space, told.get(space, -1))
        for group in range(people.n_groups):
            assert (ticks[people.members[group]] == calls[int(people.group_home[group])]).all()
        n_told += len(told)
    assert n_told > 10
