"""Drawing a plan: every room of the level, exits with their numbers, names as plain text."""

from __future__ import annotations

import io

import pytest
from matplotlib.figure import Figure
from three_rooms import part, two_levels

from buildings import library
from buildings.draw import draw_plan
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
