"""Drawing a plan: every room of the level, exits with their numbers, names as plain text."""

from __future__ import annotations

import io

import pytest
from matplotlib.figure import Figure
from three_rooms import part, two_levels

from buildings import library
from buildings.draw import _in_two_lines, draw_plan
from buildings.plan import FloorPlan


def drawn(plan, level, **options):
    ax = Figure(figsize=(12, 9)).add_subplot()
    draw_plan(plan, level, ax, **options)
    return ax


@pytest.mark.parametrize("level", ["1", "2"])
def test_every_room_and_door_of_a_level_is_drawn(level):
    plan = library.load("high-school")
    ax = drawn(plan, level)
    assert len(ax.patches) == sum(space.level == level for space in plan.spaces)
    doors = sum(door.level == level for door in plan.doors)
    ends = sum(end.level == level for one in plan.connectors for end in one.ends)
    assert len(ax.lines) == doors + ends
    texts = {text.get_text() for text in ax.texts}
    assert {f"Room {level}AN1", "Lobby"} <= texts
    numbers = {door.number for door in plan.doors if door.number and door.level == level}
    assert numbers <= texts
    assert ax.get_aspect() == 1.0


def test_without_names_nothing_is_written():
    assert list(drawn(library.load("elementary"), "1", names=False).texts) == []


def test_open_air_is_not_drawn_and_names_are_text_only():
    content = two_levels()
    part(content, "spaces", "101")["name"] = "<b>$x$</b>"
    ax = drawn(FloorPlan.model_validate(content), "1")
    assert len(ax.patches) == 4
    assert "<b>$x$</b>" in {text.get_text() for text in ax.texts}
    ax.figure.savefig(io.BytesIO(), format="png")


def test_names_stand_upright_in_narrow_halls_only():
    ax = drawn(library.load("elementary"), "1")
    turned = {text.get_text() for text in ax.texts if text.get_rotation() == 90.0}
    assert turned == {"Hall A", "Hall B"}


def test_a_name_that_has_no_room_is_left_out():
    small = Figure(figsize=(1.5, 1.0)).add_subplot()
    draw_plan(library.load("high-school"), "1", small)
    assert "Security office" not in {text.get_text() for text in small.texts}
    assert all(3.0 <= text.get_fontsize() <= 7.0 for text in small.texts)


def test_names_stand_in_the_middle_of_their_rooms_and_numbers_at_their_exits():
    plan = library.load("elementary")
    ax = drawn(plan, "1")
    at = {text.get_text(): text.get_position() for text in ax.texts}
    for space in plan.spaces:
        if space.name in at and space.name != "Restroom":
            xs, ys = zip(*space.polygon, strict=True)
            assert at[space.name] == pytest.approx(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
    numbers = {text.get_text(): text.xy for text in ax.texts if hasattr(text, "xy")}
    for door in plan.doors:
        if door.number:
            assert numbers[door.number] == pytest.approx(door.at)
    assert {text.get_rotation() for text in ax.texts} == {0.0, 90.0}


def test_exits_doors_and_openings_have_colours_of_their_own():
    plan = library.load("elementary")
    colours = {}
    for line, door in zip(drawn(plan, "1").lines, plan.doors, strict=True):
        colours.setdefault(door.kind, set()).add(line.get_color())
    assert all(len(found) == 1 for found in colours.values())
    assert len(set.union(*colours.values())) == len(colours) == 3


def test_only_exits_with_a_number_get_one():
    """The exits X1 and X2 have numbers; a number of an inner door and an exit without one stay unwritten."""
    content = two_levels()
    part(content, "doors", "D101")["number"] = "77"
    del part(content, "doors", "X2")["number"]
    ax = drawn(FloorPlan.model_validate(content), "1")
    numbers = [text.get_text() for text in ax.texts if hasattr(text, "xy")]
    assert numbers == ["1"]


def test_numbers_stand_on_the_outer_side_of_their_exits():
    """X1 lies in the south wall, X2 in the west wall."""
    ax = drawn(FloorPlan.model_validate(two_levels()), "1")
    away = {text.get_text(): text.get_position() for text in ax.texts if hasattr(text, "xy")}
    (x1, y1), (x2, y2) = away["1"], away["2"]
    assert y1 < -4
    assert abs(x1) < 1e-9
    assert x2 < -4
    assert abs(y2) < 1e-9
    assert abs(x2) == pytest.approx(abs(y1))


def test_a_level_is_named_and_its_stairs_are_marked_at_their_ends():
    ax = drawn(FloorPlan.model_validate(two_levels()), "2")
    assert ax.get_title() == "2"
    (mark,) = [line for line in ax.lines if line.get_marker() == "^"]
    assert mark.get_xydata().tolist() == [[28.0, 0.0]]
    assert drawn(FloorPlan.model_validate(two_levels()), "1").get_title() == "First floor"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Gym", "Gym"),
        ("Second gym", "Second\ngym"),
        ("a bb cccccc dd", "a bb\ncccccc dd"),
        ("one of the halls that lead to it", "one of the halls\nthat lead to it"),
    ],
)
def test_a_long_name_is_broken_at_the_blank_nearest_to_its_middle(text, lines):
    assert _in_two_lines(text) == lines


def test_a_legend_says_what_is_on_the_level_and_axes_are_in_metres():
    plan = library.load("high-school")
    ax = drawn(plan, "1", legend=True)
    said = [text.get_text() for text in ax.get_legend().get_texts()]
    assert said[:4] == ["exit, with its number", "door", "opening without a door", "stairs, ramp or lift"]
    assert {"classroom", "corridor, lobby", "other room"} <= set(said)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("metres", "metres")
    upper = {text.get_text() for text in drawn(plan, "2", legend=True).get_legend().get_texts()}
    assert "cafeteria" in said
    assert "cafeteria" not in upper
    assert drawn(plan, "1").get_legend() is None
