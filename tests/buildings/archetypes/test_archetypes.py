"""The schools that ship: sizes as published, sound by the checks, and equal to what the archetypes draw."""

from __future__ import annotations

from collections import Counter
from math import dist

import pytest
from shapely import Point, Polygon, union_all

from buildings import library
from buildings.archetypes import elementary, high_school
from buildings.checks import check_plan
from buildings.errors import PlanError

DRAWN = {"elementary": elementary, "high-school": high_school}
SQUARE_FOOT_M2 = 0.09290304


def gross_m2(plan):
    """Return the area within the outer walls, level by level (walls of 0.2 m)."""
    return [
        union_all(
            [Polygon(s.polygon).buffer(0.101, join_style="mitre") for s in plan.spaces if s.level == level.id]
        ).area
        for level in plan.levels
    ]


def area(plan, name):
    """Return the area of a space between the centre lines of its walls, as programmes count it (m2)."""
    return Polygon(plan.space(name).polygon).buffer(0.1, join_style="mitre").area


@pytest.mark.parametrize("name", library.names())
def test_the_files_are_what_the_archetypes_draw(name):
    assert library.load(name) == DRAWN[name]()


@pytest.mark.parametrize("name", library.names())
def test_the_plans_have_nothing_to_find_and_are_fictional(name):
    plan = library.load(name)
    assert check_plan(plan) == []
    assert plan.fictional
    assert plan.georef is None


def test_sizes_of_the_high_school():
    plan = high_school()
    ground, upper = gross_m2(plan)
    assert ground + upper == pytest.approx(19_592, rel=0.015)
    assert plan.enrolment == 1200
    classrooms = [s for s in plan.spaces if s.use == "classroom"]
    assert len(classrooms) == 84
    assert Counter(s.level for s in classrooms) == {"1": 42, "2": 42}
    sizes = [area(plan, s.id) for s in classrooms]
    assert sum(size == pytest.approx(99.0) for size in sizes) == 12
    assert sorted(sizes)[len(sizes) // 2] == pytest.approx(79.5, abs=0.05)
    published = {
        "GYM": 1976,
        "AUXGYM": 1248,
        "AUDITORIUM": 988,
        "CAFETERIA": 624,
        "KITCHEN": 216,
        "LIBRARY": 840,
    }
    for name, size in published.items():
        assert area(plan, name) == pytest.approx(size), name


def test_sizes_of_the_elementary_school():
    plan = elementary()
    assert gross_m2(plan)[0] == pytest.approx(55_600 * SQUARE_FOOT_M2, rel=0.03)
    assert plan.enrolment == 450
    general = [s.id for s in plan.spaces if s.use == "classroom" and s.id[0] in "AB" and s.id[1] in "WE"]
    assert len(general) == 20
    programme = {
        "MULTI": 4250, "MEDIA": 2500, "COMPUTER": 875, "MUSIC": 1100, "ART": 1200, "KITCHEN": 700
    }  # fmt: skip
    for name, square_feet in programme.items():
        assert area(plan, name) == pytest.approx(square_feet * SQUARE_FOOT_M2, rel=0.03), name
    assert area(plan, general[0]) == pytest.approx(875 * SQUARE_FOOT_M2, rel=0.01)
    kindergarten = area(plan, "K1") + area(plan, "K2")
    assert kindergarten == pytest.approx(2165 * SQUARE_FOOT_M2, rel=0.03)
    special = sum(area(plan, f"SE{k}") for k in (1, 2, 3))
    assert special == pytest.approx(3550 * SQUARE_FOOT_M2, rel=0.03)


@pytest.mark.parametrize(("name", "exits"), [("elementary", (10, 12)), ("high-school", (18, 24))])
def test_exits_doors_and_locks(name, exits):
    plan = library.load(name)
    outer = [door for door in plan.doors if door.kind == "exterior"]
    assert exits[0] <= len(outer) <= exits[1]
    assert sorted(int(door.number) for door in outer) == list(range(1, len(outer) + 1))
    assert all(door.lock.can_lock and door.lock.exit_always for door in outer)
    for space in plan.spaces:
        if space.use != "classroom":
            continue
        inner = [door for door in plan.doors if space.id in door.between and door.kind == "interior"]
        assert [door.width_m for door in inner] == [0.915], space.id
        lock = inner[0].lock
        assert (lock.can_lock, lock.from_) == (True, (space.id,))
        assert lock.key_from == tuple(side for side in inner[0].between if side != space.id)
        assert space.capacity is not None


@pytest.mark.parametrize("name", library.names())
def test_both_door_lines_of_the_vestibule(name):
    plan = library.load(name)
    lines = [door for door in plan.doors if "VESTIBULE" in door.between]
    outer = [door for door in lines if "OUT" in door.between]
    inner = [door for door in lines if "LOBBY" in " ".join(door.between)]
    assert len(outer) == len(inner) == 2
    assert {door.lock.can_lock for door in lines} == {True}
    assert {door.kind for door in inner} == {"interior"}


def test_an_open_lobby_is_a_variant():
    inner = [
        d for d in high_school(secured_vestibule=False).doors if set(d.between) == {"VESTIBULE", "LOBBY1"}
    ]
    assert {door.kind for door in inner} == {"opening"}


def test_stairs_of_the_high_school():
    plan = high_school()
    assert len(plan.connectors) == 6
    for stair in plan.connectors:
        assert stair.width_m == 1.8
        assert stair.length_m == pytest.approx(8.0)
        low, high = stair.ends
        assert (low.level, high.level) == ("1", "2")
        for end in stair.ends:
            space = plan.space(end.space)
            ring = Polygon(space.polygon).exterior
            assert space.use == "stairs"
            assert ring.distance(Point(end.at)) < 0.1
            assert min(dist(end.at, corner) for corner in space.polygon) >= stair.width_m / 2


@pytest.mark.parametrize(("name", "width"), [("elementary", 3.0), ("high-school", 3.6)])
def test_halls_of_the_wings_have_their_clear_width(name, width):
    plan = library.load(name)
    for space in plan.spaces:
        if space.use == "corridor" and space.id.endswith("HALL") and not space.id.startswith("OFFICE"):
            x, y, x1, y1 = Polygon(space.polygon).bounds
            assert min(x1 - x, y1 - y) == pytest.approx(width), space.id


@pytest.mark.parametrize(
    "sizes",
    [{"corridor_m": 2.4}, {"corridor_m": 5.0}, {"classroom_depth_m": 7.0}, {"classroom_depth_m": 10.0},
     {"secured_vestibule": False}, {"class_capacity": 28}, {"enrolment": 900}],
)  # fmt: skip
def test_variants_of_the_high_school_are_sound(sizes):
    assert check_plan(high_school(**sizes)) == []


@pytest.mark.parametrize("sizes", [{"corridor_m": 2.4}, {"corridor_m": 5.0}, {"class_capacity": 25}])
def test_variants_of_the_elementary_school_are_sound(sizes):
    assert check_plan(elementary(**sizes)) == []


@pytest.mark.parametrize(
    ("draw", "sizes", "name"),
    [
        (high_school, {"corridor_m": 1.0}, "corridor_m"),
        (high_school, {"classroom_depth_m": 12.0}, "classroom_depth_m"),
        (elementary, {"corridor_m": 9.0}, "corridor_m"),
    ],
)
def test_sizes_that_fold_the_layout_are_refused(draw, sizes, name):
    with pytest.raises(PlanError, match=rf"{name} is .* m; allowed are"):
        draw(**sizes)


def test_the_pupils_fit_into_the_classrooms():
    for name in library.names():
        plan = library.load(name)
        seats = sum(s.capacity or 0 for s in plan.spaces if s.use == "classroom")
        assert seats >= plan.enrolment


def test_a_plan_is_drawn_in_whole_millimetres_whatever_its_sizes():
    for plan in (high_school(corridor_m=10 / 3, classroom_depth_m=26 / 3), elementary(corridor_m=10 / 3)):
        points = [p for space in plan.spaces for p in space.polygon] + [door.at for door in plan.doors]
        assert all(abs(1000 * value - round(1000 * value)) < 1e-6 for point in points for value in point)


def test_wide_doors_have_two_leaves_and_doors_of_a_space_are_counted_in_their_names():
    for name in library.names():
        doors = [door for door in library.load(name).doors if door.kind != "opening"]
        assert all((door.leaves == 2) == (door.width_m > 1.3) for door in doors)
    ids = [door.id for door in library.load("high-school").doors if door.id.startswith("D-LIBRARY")]
    assert ids == ["D-LIBRARY", "D-LIBRARY-2"]
