"""A plan in which somebody may stand without a way out is named when an incident is built on it."""

from __future__ import annotations

import warnings

import pytest
from plans import grid_plan

from buildings import library
from buildings.plan import FloorPlan
from sim.errors import NoWayWarning
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.place.compile import compile_plan
from sim.place.no_way import spaces_without_way


def with_a_closet(drawn, row=0):
    """Return a plan with a square of walls, 2 m by 2 m, standing closed in the middle of a room."""
    x0, y0, x1, y1 = bounds(drawn, row)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    ring = [(x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1), (x - 1, y - 1)]
    data = drawn.model_dump(mode="json", by_alias=True)
    level = data["spaces"][row]["level"]
    data["walls"] = [{"level": level, "line": ring, "kind": "solid"}]
    return FloorPlan.model_validate(data)


def bounds(drawn, row):
    xs, ys = zip(*drawn.spaces[row].polygon, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("name", library.names())
def test_in_a_shipped_plan_everybody_has_a_way_out(name):
    assert spaces_without_way(compile_plan(library.load(name))) == ()


def test_a_part_of_a_room_that_walls_enclose_is_named():
    drawn = with_a_closet(grid_plan(4, 3, 3))
    scenario = load_scenario("elementary").with_(plan=drawn)
    with pytest.warns(
        NoWayWarning, match=f"out of a part of space {drawn.spaces[0].id}, even with all doors"
    ):
        ResponseModel(scenario, "immediate-entry", rng=1)


def test_a_room_without_walls_inside_is_not_named():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ResponseModel(load_scenario("elementary").with_(plan=grid_plan(4, 3, 3)), "immediate-entry", rng=1)
