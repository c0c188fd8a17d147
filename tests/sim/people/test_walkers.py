"""The walkers of an incident between their walks: doors kept open by bodies, secured rooms, harm."""

from __future__ import annotations

import numpy as np
import pytest
from plans import box, door, plan
from walks import crowd_of, no_sight, people_at

from buildings.plan import OUT
from sim.kernels import exposure, movement
from sim.people.doorways import body_in
from sim.people.harm import Harm
from sim.people.population import State
from sim.people.ways import EXIT
from sim.place.compile import compile_plan

A, B = 0, 1


@pytest.fixture
def nav():
    """Two rooms of 5 m by 5 m, a door in the wall of 0.2 m between them, an exit at the far end."""
    spaces = [box("A", "classroom", 0, 0, 5, 5), box("B", "classroom", 5, 0, 10, 5)]
    doors = [door("D", "A", "B", (5, 2.5), 1.0), door("X", "B", OUT, (10, 2.5), 1.0, "exterior")]
    return compile_plan(plan(spaces, doors))


def harm_of(crowd):
    """Return the harm of a crowd: all that it knows stands in the people's own arrays."""
    return Harm(crowd._nav, crowd._people, crowd)


def crowd_at(nav, *places):
    people = people_at(nav, list(places))
    crowd = crowd_of(nav, people)
    crowd.tick = 400
    return crowd, people.arrays


@pytest.mark.parametrize(
    ("space", "x", "y", "state", "blocks"),
    [
        (A, 5.0, 2.5, State.UNAWARE, True),
        (A, 4.85, 2.5, State.UNAWARE, True),
        (B, 5.15, 2.5, State.MOVING, True),
        (A, 4.75, 2.5, State.UNAWARE, False),
        (B, 5.25, 2.5, State.UNAWARE, False),
        (A, 5.0, 2.95, State.UNAWARE, True),
        (A, 5.0, 3.05, State.UNAWARE, False),
        (A, 5.0, 2.5, State.OUT, False),
    ],
)
def test_a_body_keeps_a_door_open_within_a_tenth_of_a_metre_of_the_wall(nav, space, x, y, state, blocks):
    """The wall is 0.1 m deep on either side of the middle, the door 1 m wide."""
    crowd, arrays = crowd_at(nav, (space, x, y))
    arrays.state[0] = state
    assert body_in(nav, crowd._people, nav.door_ids.index("D")) == blocks
    assert not body_in(nav, crowd._people, nav.door_ids.index("X"))


def test_a_room_is_secured_for_all_who_are_in_it_and_for_nobody_else(nav):
    crowd, arrays = crowd_at(nav, (A, 1, 1), (A, 2, 1), (B, 7, 1), (A, 3, 1), (A, 4, 1))
    arrays.state[:] = [State.SHELTERED, State.SECURED, State.SHELTERED, State.OUT, State.UNAWARE]
    arrays.state_since[1] = 100
    crowd._people.alerted_tick[:4] = 0
    crowd.mark_secured(A, True)
    secured = [State.SECURED, State.SECURED, State.SHELTERED, State.OUT, State.UNAWARE]
    assert arrays.state.tolist() == secured, "nobody is secured who does not know"
    assert arrays.state_since[:2].tolist() == [400, 100]
    assert arrays.arrive_state[0] == State.SECURED
    crowd.mark_secured(A, False)
    assert arrays.state[:4].tolist() == [State.SHELTERED, State.SHELTERED, State.SHELTERED, State.OUT]
    assert arrays.arrive_state[1] == State.SHELTERED


def test_who_is_held_for_good_or_out_can_do_nothing(nav):
    crowd, arrays = crowd_at(nav, (A, 1, 1), (A, 2, 1), (A, 3, 1))
    harm_of(crowd).injure(1)
    arrays.state[2] = State.OUT
    assert crowd.can_act(np.arange(3)).tolist() == [True, False, False]
    assert harm_of(crowd).patients().tolist() == [1]


@pytest.mark.parametrize(
    ("before", "after"),
    [(State.UNAWARE, State.UNAWARE), (State.MOVING, State.SHELTERED), (State.LEAVING, State.SHELTERED)],
)
def test_who_needs_care_stands_where_the_walk_ended_and_looks_like_others_at_rest(nav, before, after):
    """The exposure until then, 300 ticks, is kept."""
    crowd, arrays = crowd_at(nav, (A, 1, 1), (A, 2, 2))
    crowd.walk_out(np.array([0, 1]))
    crowd.advance(400, 440, no_sight(nav))
    arrays.state[0] = before
    arrays.exposed[0], arrays.exposed_since[0] = 1, 140
    x = float(arrays.x[0])
    harm_of(crowd).injure(0)
    assert (arrays.state[0], arrays.moving[0], arrays.exposed[0]) == (after, 0, 0)
    assert arrays.exposed_ticks[0] == 300
    crowd.advance(440, 500, no_sight(nav))
    assert arrays.x[0] == x
    assert arrays.moving[1] == 1
    assert harm_of(crowd).exposure_person_s(500) == 15.0


def test_exposure_counts_those_who_are_exposed_now_up_to_now(nav):
    """400 ticks of before, and two people since ticks 100 and 300: at tick 500 another 400 and 200."""
    crowd, arrays = crowd_at(nav, (A, 1, 1), (A, 2, 1), (A, 3, 1))
    arrays.exposed_ticks[2] = 400
    arrays.exposed[:2], arrays.exposed_since[:2] = 1, [100, 300]
    assert harm_of(crowd).exposed_rows().tolist() == [0, 1]
    assert harm_of(crowd).exposure_person_s(500) == (400 + 400 + 200) / 20


def test_people_who_are_released_are_out_at_that_moment(nav):
    crowd, arrays = crowd_at(nav, (A, 1, 1), (B, 7, 1))
    crowd.walk_out(np.array([1]))
    crowd.release(np.array([0, 1]))
    assert (arrays.space == nav.outside).all()
    assert arrays.out_tick.tolist() == [400, 400]
    assert (arrays.state == State.OUT).all()
    assert crowd.advance(400, 500, no_sight(nav)) == (500, [])


def test_people_walk_out_only_where_there_is_a_way(nav):
    crowd, arrays = crowd_at(nav, (A, 1, 2.5), (B, 7, 2.5))
    assert crowd.ways.exit_distance_m(B) == pytest.approx(2.5, abs=0.3)
    assert crowd.ways.exit_distance_m(A) == pytest.approx(7.5, abs=0.3)
    crowd._doors.passable[nav.door_ids.index("D")] = 0
    crowd.doors_changed()
    crowd.walk_out(np.array([0, 1]))
    assert arrays.state.tolist() == [State.UNAWARE, State.LEAVING]
    assert arrays.moving.tolist() == [0, 1]
    assert np.isinf(crowd.ways.exit_distance_m(A))


def test_who_arrives_is_told_of_once_and_takes_the_state_that_was_meant(nav):
    """Two metres at 1.3 m/s are 1.5 s, and there is nobody in the way."""
    crowd, arrays = crowd_at(nav, (A, 1.0, 2.5), (A, 1.0, 4.5))
    crowd.walk_to(np.array([0]), A, 3.0, 2.5, State.SHELTERED, notify=True)
    crowd.walk_to(np.array([1]), A, 3.0, 4.5, State.ALERTED)
    tick, told = 400, []
    while tick < 600:
        tick, events = crowd.advance(tick, 600, no_sight(nav))
        told += [(event.kind, event.row, tick) for event in events]
    assert [(kind, row) for kind, row, _ in told] == [("arrived", 0)]
    assert told[0][2] == pytest.approx(400 + 20 * 1.9 / 1.3, abs=6)
    assert arrays.state.tolist() == [State.SHELTERED, State.ALERTED]
    assert arrays.moving.tolist() == [0, 0]


def test_who_sets_out_leaves_the_lists_of_people_at_rest_once(nav):
    """First, middle and last of a cell's list; who walks already is not put down a second time."""
    crowd, arrays = crowd_at(nav, (A, 1, 1), (A, 1.1, 1), (A, 1.2, 1), (A, 1.0, 1.2))
    work = crowd._driver._work

    def resting():
        found, row = [], int(work.rest_head[work.cell_of[0]])
        while row >= 0:
            found.append(row)
            row = int(work.rest_next[row])
        return found

    assert resting() == [3, 2, 1, 0]
    crowd.walk_to(np.array([3, 1]), A, 4.0, 4.0, State.SHELTERED)
    assert resting() == [2, 0]
    assert [int(work.rest_prev[row]) for row in (2, 0)] == [-1, 2]
    crowd.walk_to(np.array([1, 0]), A, 4.0, 4.0, State.SHELTERED)
    assert resting() == [2]
    assert arrays.moving.tolist() == [1, 1, 0, 1]
    crowd.advance(400, 401, no_sight(nav))
    assert work.movers[: work.counts[0]].tolist() == [0, 1, 3]


def test_the_distance_to_the_nearest_wall_is_known_of_every_walker(nav):
    """It is what lets a step in the open pass over all walls. Faces lie 0.1 m in; a mid-line counts too."""
    crowd, arrays = crowd_at(nav, (A, 2.5, 0.5), (A, 4.7, 2.5), (A, 2.5, 2.5))
    rows = np.arange(3)
    crowd.walk_to(rows, A, arrays.x.copy(), arrays.y + 1.0, State.SHELTERED)
    crowd.advance(400, 401, no_sight(nav))
    assert crowd._driver._work.wall_m2[:2] == pytest.approx([0.16, 0.09])
    assert crowd._driver._work.wall_m2[2] == np.inf


@pytest.mark.parametrize("start_m", np.linspace(0.3, 0.62, 9))
def test_a_runner_stops_short_of_a_wall(nav, start_m):
    """At 4 m/s a tick takes 0.2 m: from beyond the reach of the wall to less than the clearance."""
    crowd, arrays = crowd_at(nav, (A, start_m, 2.5))
    crowd._people.alert_mps[:] = 4.0
    crowd.walk_to(np.array([0]), A, -0.5, 2.5, State.SHELTERED)
    arrays.pace_mps[:] = 4.0
    for tick in range(400, 420):
        crowd.advance(tick, tick + 1, no_sight(nav))
        assert arrays.x[0] >= 0.1 + 0.12 - 1e-9
    assert arrays.x[0] < 0.35


def test_ways_are_searched_anew_once_somebody_on_the_way_needs_them(nav):
    """Not for who stays in the own room; at the next walk after a door locked for who follows a field."""
    crowd, _ = crowd_at(nav, (A, 1, 1), (A, 2, 1))
    door = nav.door_ids.index("D")
    crowd.walk_to(np.array([0]), A, 4.0, 4.0, State.SHELTERED)
    crowd.advance(400, 401, no_sight(nav))
    assert crowd.ways._stale.all()
    crowd.walk_out(np.array([1]))
    crowd.advance(401, 402, no_sight(nav))
    before = crowd.ways.fields[1].copy()
    crowd._doors.passable[door] = 0
    crowd.doors_changed()
    crowd.advance(402, 403, no_sight(nav))
    assert crowd.ways._stale.tolist() == [True, False]
    assert np.isinf(crowd.ways.fields[1]).sum() > np.isinf(before).sum()


# -- ways that keep out of a space -------------------------------------------------------------------


@pytest.fixture
def two_ways():
    """A room, two rooms beside one another above it, a hall above them with the exit, a hall beside all.

    From (1.86, 1) and from (8.14, 1) a straight line leads to the exit, through the one room or the other.
    """
    spaces = [
        box("below", "classroom", 0, 0, 10, 5),
        box("left", "corridor", 0, 5, 5, 8),
        box("right", "corridor", 5, 5, 10, 8),
        box("above", "corridor", 0, 8, 10, 12),
        box("beside", "corridor", 10, 0, 12, 12),
    ]
    doors = [
        door("a", "below", "left", (3, 5), 1.2), door("b", "below", "right", (7, 5), 1.2),
        door("c", "left", "above", (3.86, 8), 1.2), door("d", "right", "above", (6.14, 8), 1.2),
        door("e", "below", "beside", (10, 2.5), 1.2), door("f", "beside", "above", (10, 10), 1.2),
        door("X", "above", OUT, (5, 12), 1.2, "exterior"),
    ]  # fmt: skip
    return compile_plan(plan(spaces, doors))


def spaces_entered(crowd, arrays, ticks=600):
    """Return the spaces that the only walker is in until out of the building."""
    entered, tick = [], crowd.tick
    for at in range(tick, tick + ticks):
        crowd.advance(at, at + 1, no_sight(crowd._nav))
        entered.append(int(arrays.space[0]))
    return list(dict.fromkeys(entered))


@pytest.mark.parametrize("shut", ["left", "right", None])
@pytest.mark.parametrize("x", [1.86, 8.14])
def test_a_way_that_keeps_out_of_a_space_goes_round_it(two_ways, x, shut):
    """Also where a straight line across that space, whose doors are open, leads to the exit."""
    nav, name = two_ways, two_ways.space_ids.index
    near, far = ("left", "right") if x < 5 else ("right", "left")
    crowd, arrays = crowd_at(nav, (name("below"), x, 1.0))
    out = EXIT
    if shut:
        out, _ = crowd.ways.add_ways(name(shut), np.zeros(nav.n_spaces, dtype=np.uint8))
        crowd.ways.add_ways(
            name("left" if shut == "right" else "right"), np.zeros(nav.n_spaces, dtype=np.uint8)
        )
    crowd.walk_out(np.array([0]), out)
    through = far if shut == near else near
    approved_m = crowd.ways.distance_m(out, 0)
    wanted = [name("below"), name(through), name("above"), nav.outside]
    assert spaces_entered(crowd, arrays) == wanted
    assert (arrays.out_tick[0] - 400) / 20 * 1.3 == pytest.approx(approved_m, abs=0.5)


def test_who_is_pushed_to_where_a_line_crosses_the_space_keeps_out_of_it_too(two_ways):
    """The waypoint, the exit, stays the same: only the look at it by the way tells which door is meant."""
    nav, name = two_ways, two_ways.space_ids.index
    crowd, arrays = crowd_at(nav, (name("below"), 8.14, 1.0))
    out, _ = crowd.ways.add_ways(name("left"), np.zeros(nav.n_spaces, dtype=np.uint8))
    crowd.walk_out(np.array([0]), out)
    crowd.advance(400, 401, no_sight(nav))
    arrays.x[0], arrays.next_door[0] = 1.86, -2
    assert spaces_entered(crowd, arrays) == [name("below"), name("right"), name("above"), nav.outside]


def test_a_way_leads_out_of_the_space_that_it_keeps_out_of(two_ways):
    nav, name = two_ways, two_ways.space_ids.index
    crowd, arrays = crowd_at(nav, (name("left"), 2.0, 6.5))
    out, _ = crowd.ways.add_ways(name("left"), np.zeros(nav.n_spaces, dtype=np.uint8))
    crowd.walk_out(np.array([0]), out)
    assert spaces_entered(crowd, arrays) == [name("left"), name("above"), nav.outside]


@pytest.mark.parametrize(("locked", "through"), [("", "right"), ("b", "beside"), ("d", "beside")])
def test_a_way_that_keeps_out_of_a_space_minds_locks_as_well(two_ways, locked, through):
    """The straight line from (8.14, 1) leads through the room that is locked, and the other is avoided."""
    nav, name = two_ways, two_ways.space_ids.index
    crowd, arrays = crowd_at(nav, (name("below"), 8.14, 1.0))
    if locked:
        crowd._doors.passable[nav.door_ids.index(locked)] = 0
        crowd.doors_changed()
    out, _ = crowd.ways.add_ways(name("left"), np.zeros(nav.n_spaces, dtype=np.uint8))
    crowd.walk_out(np.array([0]), out)
    assert spaces_entered(crowd, arrays) == [name("below"), name(through), name("above"), nav.outside]


def test_the_kernels_know_the_codes_of_states():
    assert (exposure.SECURED, exposure.OUT, movement.OUT) == (State.SECURED, State.OUT, State.OUT)
