"""Wings: zones where they are drawn, corridors where not, and never fewer than eight rooms."""

from __future__ import annotations

from collections import Counter

import pytest
from plans import box, grid_plan, plan

from buildings import library
from buildings.wings import MIN_ROOMS, wings

HALLS = ("corridor", "lobby", "stairs", "vestibule")


def strip(n_rooms, *, y=0.0, name="A", level="1"):
    """Return rooms of 4 m in a row along a corridor."""
    rooms = [
        box(f"{name}{k}", "classroom", 4.0 * k, y + 3, 4.0 * k + 4, y + 8, level) for k in range(n_rooms)
    ]
    return [box(f"{name}H", "corridor", 0.0, y, 4.0 * n_rooms, y + 3, level), *rooms]


def sizes(drawn):
    """Return the number of rooms (no halls) per wing."""
    of = wings(drawn)
    return Counter(of[s.id] for s in drawn.spaces if not drawn.is_outside(s.id) and s.use not in HALLS)


@pytest.mark.parametrize("name", library.names())
def test_the_drawn_wings_of_our_plans_hold(name):
    drawn = library.load(name)
    drawn_as = {space: zone.id for zone in drawn.zones if zone.kind == "wing" for space in zone.spaces}
    assert wings(drawn) == drawn_as
    assert set(drawn_as) == {space.id for space in drawn.spaces}
    assert min(sizes(drawn).values()) >= MIN_ROOMS == 8


@pytest.mark.parametrize("name", library.names())
def test_derived_wings_have_enough_rooms_and_stay_on_a_level(name):
    drawn = library.load(name).model_copy(update={"zones": ()})
    of = wings(drawn)
    assert set(of) == {space.id for space in drawn.spaces}
    assert min(sizes(drawn).values()) >= MIN_ROOMS
    levels = {}
    for space in drawn.spaces:
        levels.setdefault(of[space.id], set()).add(space.level)
    assert all(len(found) == 1 for found in levels.values())
    assert len(levels) >= 3


def test_two_long_corridors_are_two_wings_and_short_ones_merge():
    long = plan([*strip(8), *strip(9, y=20.0, name="B")], [])
    assert set(sizes(long).values()) == {8, 9}
    short = plan([*strip(8), *strip(7, y=20.0, name="B")], [])
    assert list(sizes(short).values()) == [15]
    three = plan([*strip(8), *strip(3, y=20.0, name="B"), *strip(8, y=60.0, name="C")], [])
    assert sorted(sizes(three).values()) == [8, 11]
    assert wings(three)["B0"] == wings(three)["A0"] != wings(three)["C0"]


def test_a_zone_that_would_point_at_a_room_merges():
    rooms = [*strip(8), *strip(8, y=20.0, name="B")]
    zones = [
        {"id": "one", "kind": "wing", "spaces": ["A0"]},
        {"id": "rest", "kind": "wing", "spaces": [s["id"] for s in rooms if s["id"] != "A0"]},
        {"id": "PA", "kind": "public_address", "spaces": ["A1"]},
    ]
    assert set(wings(plan(rooms, [], zones=zones)).values()) == {"rest"}


def test_a_zone_over_two_levels_is_a_wing_on_each():
    rooms = [*strip(8), *strip(8, name="B", level="2")]
    of = wings(plan(rooms, [], levels=2, zones=[{"id": "W", "kind": "wing", "spaces": "all"}]))
    assert of["A0"] == "W-1"
    assert of["B0"] == "W-2"


def test_without_a_corridor_a_level_is_one_wing():
    assert set(wings(plan([box("A", "office", 0, 0, 5, 5), box("B", "gym", 5, 0, 9, 5)], [])).values()) == {
        "W-1"
    }


@pytest.mark.parametrize("seed", range(5))
def test_wings_do_not_depend_on_the_order_of_the_file(seed):
    drawn = grid_plan(seed, 5, 5)
    turned = drawn.model_copy(update={"spaces": drawn.spaces[::-1], "zones": drawn.zones[::-1]})
    assert wings(drawn) == wings(turned)
    assert min(sizes(drawn).values()) >= MIN_ROOMS or len(set(sizes(drawn))) == 1
