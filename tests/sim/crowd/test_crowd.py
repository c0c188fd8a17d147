"""The crowd API: people do what it says; known times, doors, exits, groups, levels, and its errors."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from floors import crowd_in, hall, two_levels
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import room_with_exit
from shapely import Point, Polygon, box

from sim import crowd
from sim.crowd.input import some_of
from sim.errors import FirstMinutesError

Person = crowd.Person


# -- times and goals -------------------------------------------------------------------------------


def test_an_empty_crowd_and_an_empty_run():
    result = crowd.run(hall(), [])
    assert result.array.shape == (0, 5)
    assert result.frames.empty
    assert result.n_inside == 0


def test_a_walk_takes_the_way_over_the_speed_and_a_delay_is_added():
    people = [Person((1, 5), "east"), Person((1, 4.5), "east", start_s=7.5, speed_mps=1.0)]
    result = crowd.run(hall(), people)
    assert result.finish_s[0] == pytest.approx(19.0 / 1.3, rel=0.01)
    assert result.finish_s[1] == pytest.approx(7.5 + 19.0 / 1.0, rel=0.01)
    assert result.exit_name == ["east", "east"]
    assert result.path_m == pytest.approx([19.0, 19.0], rel=0.01)
    waiting = result.frames.query("id == 1 and time_s <= 7.5")
    assert (waiting.x_m == 1.0).all()
    assert len(waiting) == 16


def test_the_given_exit_is_used_although_another_is_nearer():
    floor = hall(exits={"west": ((0, 4), (0, 6))})
    result = crowd.run(floor, [Person((2, 5), "east"), Person((2, 4), "nearest"), Person((2, 6))])
    assert result.exit_name == ["east", "west", "west"]


def test_a_point_is_reached_and_the_person_stays_there():
    result = crowd.run(hall(), [Person((1, 5), (15, 8))], until_s=60.0)
    assert result.n_inside == 0
    assert result.exit_name == [None]
    assert result.finish_s[0] == pytest.approx(math.hypot(14, 3) / 1.3, rel=0.03)
    last = result.frames.iloc[-1]
    assert math.hypot(last.x_m - 15, last.y_m - 8) < 0.25


def test_an_area_is_reached_on_entering_and_does_not_clog():
    floor = hall(areas={"shop": box(15, 0, 20, 3)})
    people = crowd_in(box(1, 1, 8, 9), 40, "shop")
    result = crowd.run(floor, people, until_s=120.0)
    assert result.n_inside == 0
    assert np.isfinite(result.finish_s).all()
    alone = crowd.run(floor, [Person((10, 1.5), "shop")])
    assert alone.finish_s[0] == pytest.approx(5.0 / 1.3, rel=0.03)


def test_who_is_in_the_area_has_arrived():
    floor = hall(areas={"shop": box(0, 0, 5, 10)})
    result = crowd.run(floor, [Person((2, 2), "shop", start_s=3.0)])
    assert result.finish_s[0] == pytest.approx(3.0)


def test_stops_are_walked_to_in_turn():
    floor = hall(areas={"shop": box(0, 8, 4, 10)})
    people = [Person((10, 5), "east", via=["shop", (10, 1)])]
    result = crowd.run(floor, people, every_s=0.05)
    x, y = result.array[:, 2], result.array[:, 3]
    shop = np.flatnonzero((x <= 4.01) & (y >= 7.99))
    point = np.flatnonzero(np.hypot(x - 10, y - 1) < 0.25)
    assert len(shop)
    assert len(point)
    assert shop[0] < point[0]
    way = math.hypot(6, 3) + math.hypot(6, 7) + math.hypot(10, 3)
    assert result.finish_s[0] == pytest.approx(way / 1.3, rel=0.05)


def test_a_zone_slows_people_down_and_lets_them_go_again():
    floor = hall(40.0, zones=[crowd.Zone(box(10, -1, 20, 11), speed_factor=0.5)])
    result = crowd.run(floor, [Person((1, 5), "east")])
    assert result.finish_s[0] == pytest.approx((29.0 + 10.0 / 0.5) / 1.3, rel=0.01)


def test_a_zone_is_a_space_of_its_own_with_the_product_of_factors():
    zones = [crowd.Zone(box(10, 0, 20, 10), 0.5), crowd.Zone(box(15, 0, 20, 10), 0.5)]
    floor = hall(40.0, zones=zones)
    found = sorted((round(s.polygon.area), s.speed_factor) for s in floor.layout.spaces)
    assert found == [(50, 0.25), (50, 0.5), (100, 1.0), (200, 1.0)]


def test_an_exit_in_the_middle_of_the_floor_takes_people_from_all_sides():
    floor = crowd.Floor(box(0, 0, 20, 20), exits={"mid": box(8, 8, 12, 12)})
    starts = [(1, 10), (19, 10), (10, 1), (10, 19)]
    result = crowd.run(floor, [Person(at, "mid") for at in starts])
    assert result.exit_name == ["mid"] * 4
    assert result.finish_s == pytest.approx([7.0 / 1.3] * 4, rel=0.02)


def test_an_exit_area_is_cut_away_or_only_touches():
    for area in (box(19, 4, 20, 6), box(20, 4, 22, 6), box(19, 4, 25, 6)):
        floor = crowd.Floor(box(0, 0, 20, 10), exits={"east": area})
        result = crowd.run(floor, [Person((10, 5), "east")])
        edge = max(19.0 if area.bounds[0] < 20 else 20.0, 0.0)
        assert result.finish_s[0] == pytest.approx((edge - 10.0) / 1.3, rel=0.02)


def test_ways_bend_around_holes_and_walls():
    room = Polygon([(0, 0), (20, 0), (20, 10), (0, 10)], [[(8, 2), (12, 2), (12, 10 - 2), (8, 8)]])
    floor = crowd.Floor(room, exits={"east": ((20, 4), (20, 6))})
    people = crowd_in(box(0.5, 1, 6, 9), 60, "east")
    result = crowd.run(floor, people, every_s=0.05)
    assert result.n_inside == 0
    assert crowd.check_walls(result, floor) == 0
    path = floor.path((1, 5), (19, 5))
    exact = 2 * math.hypot(7, 3) + 4
    length = sum(math.dist(a, b) for a, b in itertools.pairwise(path))
    assert length == pytest.approx(exact, rel=0.04)
    assert floor.distance_m((1, 5), (19, 5)) == pytest.approx(exact, rel=0.04)


def test_a_path_has_all_its_points_also_near_ones():
    floor = hall()
    assert floor.path((1, 5), (1.5, 5)) == [(1.0, 5.0), (1.5, 5.0)]
    thin = crowd.Floor(box(0, 0, 20, 10).difference(box(9.9, 0, 10.1, 6)), exits={"e": ((20, 1), (20, 2))})
    path = thin.path((1, 1), (19, 1))
    assert path[0] == (1.0, 1.0)
    assert path[-1] == (19.0, 1.0)
    bends = path[1:-1]
    assert len(bends) == 2
    assert all(
        math.dist(bend, corner) == pytest.approx(0.2)
        for bend, corner in zip(bends, ((9.9, 6), (10.1, 6)), strict=True)
    )
    length = sum(math.dist(a, b) for a, b in itertools.pairwise(path))
    assert thin.distance_m((1, 1), (19, 1)) == pytest.approx(length, rel=1e-6)


def test_the_wall_check_counts_every_step_across_and_no_other():
    """Two of three people jump out of the hall and come back: four steps cross its wall."""
    floor = hall()
    result = crowd.run(floor, [Person((1, y), "east") for y in (2, 5, 8)])
    for who in (0, 2):
        rows = np.flatnonzero(result.array[:, 0] == who)
        result.array[rows[8:12], 3] += 40.0
    assert crowd.check_walls(result, floor) == 4


def test_the_wall_check_sees_a_crossing():
    floor = hall()
    result = crowd.run(floor, [Person((1, 5), "east")])
    result.array[5:, 3] += 40.0
    assert crowd.check_walls(result, floor) == 1


def test_a_goal_that_cannot_be_reached_is_a_warning_and_no_error():
    two = Polygon([(0, 0), (5, 0), (5, 5), (0, 5)]).union(box(10, 0, 15, 5))
    floor = crowd.Floor(two, exits={"e": ((15, 2), (15, 3))}, areas={"far": box(12, 0, 13, 5)})
    people = [
        Person((2, 2), "e"),
        Person((2, 3), "far"),
        Person((2, 4), (11, 1)),
        Person((2, 1)),
        Person((11, 2)),
    ]
    with pytest.warns(crowd.NoWayWarning, match="persons 0, 1, 2, 3 have no way"):
        result = crowd.run(floor, people, until_s=20.0)
    assert np.isnan(result.finish_s[:4]).all()
    assert result.exit_name == [None] * 4 + ["e"]
    assert result.n_inside == 4
    assert result.end_s == 20.0
    assert floor.distance_m((2, 2), "e") == math.inf
    assert floor.path((2, 2), "e") == []


# -- doors -----------------------------------------------------------------------------------------


def test_a_door_closes_and_opens_with_people_on_both_sides():
    floor = hall(doors={"d": ((10, 0), (10, 10))})
    people = [*crowd_in(box(1, 1, 5, 9), 40, "east"), *crowd_in(box(15, 1, 19, 9), 40, (2, 5))]
    events = [crowd.close("d", at_s=3.0), crowd.open("d", at_s=30.0)]
    result = crowd.run(floor, people, events=events, every_s=0.05, until_s=200.0)
    x = result.frames.pivot(index="time_s", columns="id", values="x_m")
    side = (x > 10).loc[:30.0]
    assert (side.nunique() <= 1).all(), "nobody passes a closed door"
    assert (x[list(range(40))].loc[25.0:30.0] > 5).any().any(), "people walk up to it"
    assert np.isfinite(result.finish_s[:40]).all()
    assert np.isfinite(result.finish_s[40:]).sum() >= 1
    assert crowd.check_walls(result, floor) == 0


def test_a_door_waits_for_a_body():
    floor = hall(doors={"d": ((10, 0), (10, 10))})
    people = [Person((9.95, 5), "east", start_s=5.0), Person((1, 2), "east")]
    result = crowd.run(floor, people, events=[crowd.close("d", 0.0)], until_s=60.0)
    assert result.finish_s[0] == pytest.approx(5.0 + 10.05 / 1.3, rel=0.02)
    assert math.isnan(result.finish_s[1])
    late = crowd.run(floor, people, events=[crowd.close("d", 0.0), crowd.open("d", 4.0)], until_s=60.0)
    assert np.isfinite(late.finish_s).all(), "opening calls off a closing that still waits"


def test_lock_and_close_are_two_things():
    floor = hall(doors={"d": ((10, 0), (10, 10))})
    events = [crowd.lock("d", 0), crowd.close("d", 1), crowd.unlock("d", 10), crowd.open("d", 20)]
    people = [Person((5, 5), "east")]
    assert crowd.run(floor, people, events=events).finish_s[0] == pytest.approx(20 + 11.5, abs=1.5)
    assert math.isnan(crowd.run(floor, people, events=events[:3], until_s=60).finish_s[0])
    reverse = [crowd.close("d", 0), crowd.lock("d", 1), crowd.open("d", 10)]
    assert math.isnan(crowd.run(floor, people, events=reverse, until_s=60).finish_s[0])


def test_a_closed_exit_sends_people_to_another():
    floor = hall(exits={"west": ((0, 4), (0, 6))})
    people = [*crowd_in(box(12, 1, 16, 9), 20, "nearest"), *crowd_in(box(2, 1, 6, 9), 20, "choice")]
    result = crowd.run(floor, people, events=[crowd.close("east", 0.5)])
    assert set(result.exit_name) == {"west"}
    assert result.n_inside == 0


def test_a_locked_door_of_a_building_lets_out_who_has_free_egress():
    floor = crowd.Floor.of_building(room_with_exit())
    people = [Person((2, 2.5))]
    assert np.isfinite(crowd.run(floor, people, events=[crowd.lock("X", 0.0)], until_s=60).finish_s[0])
    assert math.isnan(crowd.run(floor, people, events=[crowd.close("X", 0.0)], until_s=60).finish_s[0])


# -- exits -----------------------------------------------------------------------------------------


def test_congestion_sends_some_to_the_farther_exit():
    floor = hall(60.0, exits={"west": ((0, 4), (0, 6))})
    people = crowd_in(box(8, 1, 18, 9), 250, "choice")
    result = crowd.run(floor, people)
    used = Counter(result.exit_name)
    assert used["west"] > used["east"] > 20
    nearest = crowd.run(floor, [Person(p.at) for p in people])
    assert Counter(nearest.exit_name) == {"west": 250}
    assert result.finish_s.max() < nearest.finish_s.max()


def test_alone_the_choice_is_the_nearest():
    floor = hall(60.0, exits={"west": ((0, 4), (0, 6))})
    result = crowd.run(floor, [Person((20, 5), "choice"), Person((45, 5), "choice")])
    assert result.exit_name == ["west", "east"]


def test_weights_move_the_border():
    floor = hall(exits={"west": ((0, 4), (0, 6))})
    for goal in ("nearest", "choice"):
        people = [Person((9, 5), goal), Person((3, 5), goal)]
        assert crowd.run(floor, people).exit_name == ["west", "west"]
        weighted = crowd.run(floor, people, exit_weights={"west": 2.0})
        assert weighted.exit_name == ["east", "west"]


def test_people_use_only_exits_that_they_know():
    floor = hall(exits={"west": ((0, 4), (0, 6))})
    people = [Person((2, y), goal, knows={"east"}) for y, goal in ((3, "nearest"), (5, "choice"))]
    people += [Person((2, 7), knows=set())]
    with pytest.warns(crowd.NoWayWarning, match="person 2 has no way"):
        result = crowd.run(floor, people, until_s=60.0)
    assert result.exit_name == ["east", "east", None]
    assert result.n_inside == 1


# -- groups ----------------------------------------------------------------------------------------


def test_a_group_goes_at_the_pace_of_its_slowest_and_gathers():
    floor = hall(60.0)
    people = [
        Person((1, 5), "east", speed_mps=1.6, group="g"),
        Person((14, 5), "east", speed_mps=1.3, group="g", start_s=4.0),
        Person((2, 4), "east", speed_mps=0.8, group="g"),
    ]
    result = crowd.run(floor, people)
    x = result.frames.pivot(index="time_s", columns="id", values="x_m").dropna()
    assert (x.loc[:3.5] == x.iloc[0]).all().all(), "nobody sets out before the last is ready"
    spread = x.max(axis=1) - x.min(axis=1)
    assert spread.iloc[0] == 13.0
    assert spread.loc[25.0:].max() < 8.0
    assert result.finish_s.min() > 4.0 + 46.0 / 0.8 - 1.0


def test_a_group_uses_one_exit():
    floor = hall(exits={"west": ((0, 4), (0, 6))})
    for goal in ("nearest", "choice"):
        people = [Person((x, 5), goal, group="g") for x in (7.0, 8.0, 11.0)]
        assert crowd.run(floor, people).exit_name == ["west"] * 3


# -- levels, intervals, sameness -------------------------------------------------------------------


def test_two_levels_are_joined_by_a_stair():
    floor = two_levels(areas={"up": crowd.On("1", box(15, 0, 20, 10))})
    people = [
        Person((10, 5), "east", level="1"),
        Person((10, 5), "up"),
        Person((10, 4), crowd.On("1", (10, 4))),
    ]
    result = crowd.run(floor, people)
    assert result.finish_s[0] == pytest.approx((10 + 10 / 0.8 + 20) / 1.3, rel=0.03)
    assert result.finish_s[1] == pytest.approx((10 + 10 / 0.5 + 15) / 1.3, rel=0.03)
    assert np.isfinite(result.finish_s[2])
    assert result.frames.query("id == 0").level.iloc[0] == "1"
    assert result.frames.query("id == 0").level.iloc[-1] == "0"
    assert floor.distance_m((10, 5), "east", level="1") == pytest.approx(40.0, rel=0.02)
    assert result.path_m[0] == pytest.approx(40.0, rel=0.03)


def test_the_interval_is_kept_and_changes_nothing():
    people = crowd_in(box(1, 1, 8, 9), 30)
    coarse, fine = (crowd.run(hall(), people, every_s=every) for every in (2.0, 0.05))
    assert np.array_equal(coarse.finish_s, fine.finish_s)
    times = np.unique(coarse.array[:, 1])
    assert np.allclose(np.diff(times), 2.0)
    merged = coarse.frames.merge(fine.frames, on=["id", "time_s"])
    assert len(merged) == len(coarse.frames)
    assert (merged.x_m_x == merged.x_m_y).all()
    assert list(fine.frames.columns) == ["id", "time_s", "x_m", "y_m", "level"]


def test_a_finer_tick_gives_nearly_the_same_times():
    people = crowd_in(box(1, 1, 8, 9), 60)
    coarse, fine = (crowd.run(hall(), people, tick_s=tick) for tick in (0.05, 0.01))
    assert coarse.finish_s.max() == pytest.approx(fine.finish_s.max(), rel=0.05)


def test_the_same_seed_gives_the_same_bytes_in_any_order_of_names():
    exits = {"west": ((0, 4), (0, 6)), "north": ((9, 10), (11, 10))}
    areas = {"a": box(2, 2, 4, 4), "b": box(6, 6, 8, 8)}
    zones = [crowd.Zone(box(12, 0, 14, 10), 0.7), crowd.Zone(box(13, 0, 16, 10), 0.9)]
    people = [*crowd_in(box(1, 1, 11, 9), 60, "choice"), *crowd_in(box(15, 1, 19, 9), 20, "a")]
    floor = hall(exits=exits, areas=areas, zones=zones)
    turned = crowd.Floor(
        box(0, 0, 20, 10),
        exits=dict(reversed([("east", ((20, 4), (20, 6))), *exits.items()])),
        areas=dict(reversed(areas.items())),
        zones=zones[::-1],
    )
    first = crowd.run(floor, people, seed=4, until_s=120)
    again, other = (
        crowd.run(floor, people, seed=4, until_s=120),
        crowd.run(turned, people, seed=4, until_s=120),
    )
    assert first.array.tobytes() == again.array.tobytes() == other.array.tobytes()
    assert first.exit_name == again.exit_name == other.exit_name


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_everybody_leaves_any_hall_and_no_step_crosses_a_wall(seed):
    rng = np.random.default_rng(seed)
    holes = [box(x, y, x + 2, y + 2) for x in (4, 9, 14) for y in (2, 6) if rng.random() < 0.5]
    room = box(0, 0, 20, 10)
    for hole in holes:
        room = room.difference(hole)
    east = rng.uniform(0.5, 7)
    floor = crowd.Floor(
        room,
        exits={"east": ((20, east), (20, east + rng.uniform(1.0, 2.5))), "south": ((1, 0), (3, 0))},
        doors={"d": ((12.5, 0), (12.5, 10))},
    )
    people = crowd_in(room, 40, rng.choice(["nearest", "choice", "east"]), seed)
    result = crowd.run(floor, people, every_s=0.05, seed=seed)
    assert result.n_inside == 0
    assert crowd.check_walls(result, floor) == 0
    xy = result.array[:, 2:4]
    assert (xy.min(axis=0) > -1e-6).all()
    for x, y in xy[:: max(1, len(xy) // 500)]:
        assert room.covers(Point(x, y))


# -- places ----------------------------------------------------------------------------------------


def test_scattered_people_keep_their_spacing_and_their_seed():
    places = crowd.scatter(box(0, 0, 10, 10), 200, 3)
    xy = np.array(places)
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, 9.0)
    assert away.min() >= 0.45 - 1e-9
    assert ((xy >= 0.2) & (xy <= 9.8)).all()
    assert places == crowd.scatter(box(0, 0, 10, 10), 200, 3)
    assert places != crowd.scatter(box(0, 0, 10, 10), 200, 4)


def test_a_building_is_a_floor():
    floor = crowd.Floor.of_building("elementary")
    assert floor.exits
    assert set(floor.exits) <= set(floor.doors)
    room = next(name for name in floor.areas if "CLASS" in name.upper() or name[-1].isdigit())
    space = floor.nav.space_ids.index(room)
    at = floor.nav.inner_point(space)
    result = crowd.run(floor, [Person(at), Person((at[0] + 0.5, at[1]), room)])
    assert result.exit_name[0] in floor.exits
    assert result.finish_s[1] == 0.0
    assert floor.walkable().covers(Point(at))


# -- errors ----------------------------------------------------------------------------------------

FLOOR_ERRORS = {
    "no level": (lambda: crowd.Floor({}), "there is no level"),
    "two points": (lambda: crowd.Floor([(0, 0), (1, 1)]), "at least three points"),
    "not a polygon": (lambda: crowd.Floor(Point(0, 0)), "found a Point"),
    "not valid": (lambda: crowd.Floor([(0, 0), (1, 1), (1, 0), (0, 1)]), "not valid"),
    "nan": (lambda: crowd.Floor([(0, 0), (1, math.nan), (1, 1)]), "finite numbers"),
    "name twice": (lambda: hall(areas={"east": box(0, 0, 1, 1)}), "already a thing of that name"),
    "reserved name": (lambda: hall(areas={"nearest": box(0, 0, 1, 1)}), "not 'nearest'"),
    "exit off the floor": (lambda: hall(exits={"x": ((30, 0), (30, 2))}), "does not touch"),
    "exit everywhere": (lambda: hall(exits={"x": box(-1, -1, 21, 11)}), "cover the whole"),
    "area off the floor": (lambda: hall(areas={"a": box(30, 0, 31, 1)}), "outside of the walkable"),
    "door that divides nothing": (lambda: hall(doors={"d": ((5, 0), (5, 6))}), "does not divide"),
    "door of one point": (lambda: hall(doors={"d": ((5, 0), (5, 0))}), "two points apart"),
    "zone without speed": (lambda: hall(zones=[crowd.Zone(box(0, 0, 1, 1), 0.0)]), "above 0"),
    "unknown level": (lambda: hall(areas={"a": crowd.On("2", box(0, 0, 1, 1))}), "no level '2'"),
    "stair in the open": (
        lambda: crowd.Floor(box(0, 0, 9, 9), stairs=[crowd.Stair("s", ("0", (4, 4)), ("0", (0, 2)), 1, 5)]),
        "put the end on such an edge",
    ),
    "stairs that differ": (
        lambda: crowd.Floor(
            {"0": box(0, 0, 9, 9), "1": box(0, 0, 9, 9)},
            stairs=[
                crowd.Stair("s", ("0", (0, 2)), ("1", (0, 2)), 1, 5),
                crowd.Stair("t", ("0", (0, 6)), ("1", (0, 6)), 1, 5, up_factor=0.9),
            ],
        ),
        "same up_factor",
    ),
    "no such building": (lambda: crowd.Floor.of_building("elementry"), "Did you mean 'elementary'"),
}  # fmt: skip

RUN_ERRORS = {
    "outside": ([Person((30, 5))], {}, r"person 0: \(30, 5\) on level '0' lies outside"),
    "in an exit": ([Person((0.5, 0.5))], {"floor": hall(exits={"e": box(0, 0, 1, 1)})}, "in an exit"),
    "no point": ([Person("here")], {}, "a point is"),
    "unknown goal": ([Person((1, 1), "aest")], {}, "no exit or area 'aest'. Did you mean 'east'"),
    "unknown stop": ([Person((1, 1), "east", via=["shop"])], {}, "person 0: via: there is no exit or area"),
    "goal outside": ([Person((1, 1), (50, 1))], {}, "goal .* lies outside"),
    "radius": ([Person((1, 1), radius_m=-0.2)], {}, "person 0: radius_m: found -0.2"),
    "speed": ([Person((1, 1), speed_mps=0.0)], {}, "speed_mps: found 0.0"),
    "start": ([Person((1, 1), start_s=-1.0)], {}, "start_s: found -1.0; .*not negative"),
    "level": ([Person((1, 1), level="9")], {}, "there is no level '9'"),
    "knows": ([Person((1, 1), knows={"est"})], {}, "knows: there is no exit 'est'. Did you mean 'east'"),
    "group": ([Person((1, 1), "east", group="g"), Person((2, 1), group="g")], {}, "different goals"),
    "no exit": ([Person((1, 1))], {"floor": crowd.Floor(box(0, 0, 5, 5))}, "the floor has no exit"),
    "until": ([], {"until_s": 0.0}, "until_s: found 0.0"),
    "interval": ([], {"every_s": 0.12}, "whole multiple of tick_s"),
    "tick": ([], {"tick_s": 2.0}, "at most 0.5 s"),
    "seed": ([], {"seed": -1}, "seed: found -1"),
    "time gap": ([], {"time_gap_s": math.inf}, "time_gap_s"),
    "weight name": ([], {"exit_weights": {"esat": 1.0}}, "no exit 'esat'. Did you mean 'east'"),
    "weight": ([], {"exit_weights": {"east": 0.0}}, "above 0"),
    "event name": ([], {"events": [crowd.close("d9", 1.0)]}, "no door or exit 'd9'"),
    "event time": ([], {"events": [crowd.close("east", -1.0)]}, "from 0 s on"),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOOR_ERRORS)
def test_a_floor_that_cannot_be_is_refused_in_a_sentence(name):
    make, sentence = FLOOR_ERRORS[name]
    with pytest.raises(FirstMinutesError, match=sentence) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", RUN_ERRORS)
def test_a_run_that_cannot_be_is_refused_in_a_sentence(name):
    people, options, sentence = RUN_ERRORS[name]
    options = dict(options)
    floor = options.pop("floor", None) or hall()
    with pytest.raises(crowd.CrowdError, match=sentence) as caught:
        crowd.run(floor, people, **options)
    assert "\n" not in str(caught.value)


def test_scatter_refuses_what_does_not_fit():
    with pytest.raises(crowd.CrowdError, match=r"1000 people do not fit at 0\.45 m; the polygon holds"):
        crowd.scatter(box(0, 0, 5, 5), 1000, 1)
    with pytest.raises(crowd.CrowdError, match="n: found -1"):
        crowd.scatter(box(0, 0, 5, 5), -1, 1)


def test_names_in_a_message_are_the_first_dozen():
    assert some_of([]) == "none"
    assert some_of(["a", "b"]) == "a, b"
    assert some_of([str(k) for k in range(12)]).endswith("10, 11")
    assert some_of([str(k) for k in range(13)]).endswith("10, 11, ...")
