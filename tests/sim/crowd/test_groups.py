"""Groups: who waits for whom, that they gather before an exit, and that waiting never blocks for good."""

from __future__ import annotations

import numpy as np
import pytest
from floors import hall
from shapely import box, union_all

from sim import crowd
from sim.crowd.groups import GATHER_M, LATE_S, LOST_S, room_m

Person = crowd.Person


def tracks(result):
    """Return x and y of everybody by time and id."""
    return result.frames.pivot(index="time_s", columns="id", values=["x_m", "y_m"])


def two_rooms(width_m=0.8, **more):
    """Return two rooms of 8 x 6 m joined by a door in a wall of 0.2 m, with an exit at either far end."""
    shape = union_all(
        [box(0, 0, 8, 6), box(8.2, 0, 16.2, 6), box(8, 3 - width_m / 2, 8.2, 3 + width_m / 2)], grid_size=1e-6
    )
    exits = {"west": ((0, 2), (0, 4)), "east": ((16.2, 2), (16.2, 4))}
    return crowd.Floor(shape, exits=exits, **more)


def test_the_room_of_a_group_is_a_half_disc():
    assert room_m(1) == pytest.approx(0.4222, abs=1e-4)
    assert room_m(9) == pytest.approx(3 * room_m(1))
    assert 0.5 * np.pi * room_m(5) ** 2 / 5 == pytest.approx(0.28)


# -- on the way -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [0.5, 1.3])
def test_who_is_ahead_waits_until_the_last_is_less_than_the_tolerance_late(speed):
    people = [Person((20, 5), "east", speed, group="g"), Person((2, 5), "east", speed, group="g")]
    result = crowd.run(hall(60.0), people, every_s=0.25)
    x = tracks(result)["x_m"].dropna()
    late_s = (x[0] - x[1]) / speed
    room_s = room_m(2) / speed
    assert x[0].loc[:1.0].max() < 20 + speed + 1e-9, "waits from the first look on"
    moved = x.index[x[0] > x[0].loc[1.0] + 0.05][0]
    assert late_s.loc[moved] == pytest.approx(room_s + 1.0, abs=0.8)
    assert late_s.loc[moved:].max() < room_s + LATE_S + 0.6


def test_lateness_is_time_and_not_distance():
    """Six metres are twelve seconds at 0.5 m/s, and waited for; at 4 m/s they are nothing."""
    waits = []
    for speed in (0.5, 4.0):
        people = [Person((16, 5), "east", speed, group="g"), Person((10, 5), "east", speed, group="g")]
        x = tracks(crowd.run(hall(60.0), people, every_s=0.25))["x_m"].dropna()
        waits.append(bool((np.diff(x[0]) < 0.01).any()))
    assert waits == [True, False]


def test_a_group_gathers_at_a_stop_and_nobody_blocks_it():
    for stop in ((12.0, 5.0), "area"):
        floor = hall(30.0, areas={"area": box(11, 0, 13, 10)})
        people = [Person((1 + 1.5 * k, 4 + k % 3), "east", via=[stop], group="g") for k in range(6)]
        result = crowd.run(floor, people)
        assert np.ptp(result.finish_s) < 8.0
        assert result.finish_s.max() < 29 / 1.3 + 30.0


# -- before an exit -------------------------------------------------------------------------------------


def test_nobody_goes_out_while_another_is_far():
    people = [Person((19.5, 5), "east", group="g"), Person((1, 5), "east", group="g")]
    result = crowd.run(hall(), people, every_s=0.25)
    x = tracks(result)["x_m"]
    last_near = GATHER_M + room_m(2) + LATE_S * 1.3
    out = result.finish_s.min()
    assert 20 - x[1].loc[:out].iloc[-1] < last_near
    assert np.ptp(result.finish_s) < last_near / 1.3
    # alone, the last takes 19 m; the group takes no longer
    assert result.finish_s.max() == pytest.approx(19 / 1.3, abs=1.0)


def test_who_waits_before_an_exit_is_in_nobodys_way():
    """An exit of 0.9 m, a family of four that waits for a fifth: others get out as if they were alone."""
    floor = crowd.Floor(box(0, 0, 20, 10), exits={"door": ((20, 4.55), (20, 5.45))})
    others = [Person((10 - k, 5), "door") for k in range(6)]
    family = [Person((19.6 - 0.5 * k, 5), "door", group="g") for k in range(4)]
    late = Person((0.5, 0.5), "door", 0.6, group="g")
    alone = crowd.run(floor, others).finish_s
    result = crowd.run(floor, [*others, *family, late])
    assert np.abs(result.finish_s[:6] - alone).max() < 1.0
    assert result.finish_s[6:].min() > alone.max() + 5.0
    assert np.ptp(result.finish_s[6:]) <= 10.0


@pytest.mark.parametrize("seed", [42, 43, 45, 51])
def test_a_group_leaves_together_through_slow_people(seed):
    """ISO 20414 test 14, and the ten slow people, a group themselves, get out as well."""
    floor = crowd.Floor(box(0, 0, 15, 20), exits={"door": ((7, 0), (8, 0))})
    first = crowd.scatter(box(10, 16, 15, 20), 5, seed=seed)
    second = crowd.scatter(box(5, 8, 10, 12), 10, seed=seed)
    people = [Person(at, "door", 0.5 if k == 0 else 1.25, group="1") for k, at in enumerate(first)]
    people += [Person(at, "door", 0.2, group="2") for at in second]
    result = crowd.run(floor, people)
    assert np.ptp(result.finish_s[:5]) <= 10.0
    assert result.n_inside == 0


@pytest.mark.parametrize(("share", "waits"), [(0.7, True), (0.8, False), (1.0, False)])
def test_a_group_lets_only_those_go_first_who_are_much_slower(share, waits):
    """Somebody nearer to the exit, with seven, eight or ten tenths of its speed of 0.5 m/s."""
    people = [Person((17.1, 4.9 + 0.8 * k), "east", 0.5, group="g") for k in (-1, 1)]
    people += [Person((18.5, 8.0), "east", 0.5 * share)]
    result = crowd.run(hall(), people)
    group_s, other_s = result.finish_s[:2], result.finish_s[2]
    if waits:
        assert group_s.min() > other_s + 2.0
    else:
        assert group_s.max() < 3.0 / 0.5 + 1.0


def test_groups_are_told_apart_by_their_people_and_not_by_their_names():
    floor = crowd.Floor(box(0, 0, 10, 8), exits={"door": ((10, 3.5), (10, 4.5))})
    places = crowd.scatter(box(0, 0, 8, 8), 24, seed=3)
    runs = [
        crowd.run(floor, [Person(at, "door", group=names[k % 3]) for k, at in enumerate(places)])
        for names in ("abc", "cab")
    ]
    assert np.array_equal(runs[0].array, runs[1].array)
    assert runs[0].n_inside == 0


# -- no deadlock ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [0.8, 1.2])
@pytest.mark.parametrize("seed", range(3))
def test_two_groups_pass_one_another_through_a_narrow_door(width, seed):
    floor = two_rooms(width)
    sides = (box(1, 1, 6.5, 5), "east"), (box(9.7, 1, 15.2, 5), "west")
    people = [
        Person(at, goal, 0.7 + 0.1 * (k % 5), group=goal)
        for area, goal in sides
        for k, at in enumerate(crowd.scatter(area, 8, seed=seed))
    ]
    result = crowd.run(floor, people, every_s=0.1)
    assert result.n_inside == 0
    assert result.finish_s.max() < 15.2 / 0.7 + 40.0
    assert np.ptp(result.finish_s[:8]) < 15.0
    assert np.ptp(result.finish_s[8:]) < 15.0
    assert crowd.check_walls(result, floor) == 0


def test_a_member_who_waits_in_a_narrow_corridor_lets_the_slower_one_by():
    floor = crowd.Floor(box(0, 0, 30, 1.0), exits={"east": ((30, 0), (30, 1.0))})
    people = [Person((x, 0.5), "east", 0.8, group="g") for x in (28.0, 20.0, 5.0)]
    people += [Person((x, 0.5), "east", 1.4) for x in (1.0, 2.5)]
    result = crowd.run(floor, people)
    assert result.n_inside == 0
    assert result.finish_s.max() < 25 / 0.8 + LOST_S


def test_who_cannot_come_is_not_waited_for_and_follows_when_the_door_opens():
    floor = two_rooms(doors={"d": ((8.1, 2.6), (8.1, 3.4))})
    people = [Person((x, 3), "east", group="g") for x in (2.0, 10.0, 12.0)]
    result = crowd.run(floor, people, events=[crowd.close("d", 0.0), crowd.open("d", 60.0)])
    assert result.finish_s[1:].max() < 8.0
    assert result.finish_s[0] == pytest.approx(60 + 14.2 / 1.3, abs=3.0)


def test_who_comes_no_nearer_is_waited_for_only_so_long():
    """In mud at a hundredth of the speed somebody is lost to the group after 20 s."""
    floor = hall(20.0, zones=[crowd.Zone(box(0, 0, 2, 2), 0.005)])
    people = [Person((1, 1), "east", group="g"), Person((10, 5), "east", group="g")]
    result = crowd.run(floor, people, until_s=100.0)
    assert np.isnan(result.finish_s[0])
    assert LOST_S + 7 < result.finish_s[1] < LOST_S + 12


def test_nobody_waits_on_a_stair():
    stair = crowd.Stair("s", ("0", (0, 5)), ("1", (0, 5)), 1.2, 8.0, 0.5, 0.8)
    floor = crowd.Floor(
        {"0": box(0, 0, 20, 10), "1": box(0, 0, 40, 10)}, exits={"east": ((20, 4), (20, 6))}, stairs=[stair]
    )
    people = [Person((2, 5), "east", level="1", group="g"), Person((30, 5), "east", level="1", group="g")]
    result = crowd.run(floor, people, every_s=0.5)
    flight = result.spaces >= floor.layout.n_flat
    on = result.array[flight]
    first = on[on[:, 0] == 0]
    assert len(first) > 0
    assert np.ptp(first[:, 1]) < 8 / (0.8 * 1.3) + 1.0
    assert np.ptp(result.finish_s) < 10.0
