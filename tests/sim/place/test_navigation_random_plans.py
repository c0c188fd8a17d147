"""In any plan, at any angle and place: a way between every two spaces and out, as long as its distance."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mazes import maze_plan
from moved import at, moved
from plans import grid_plan

from buildings import archetypes
from sim.place.compile import compile_plan

AGREE_M = 0.3
"""A distance is to the nearest point of a door, a way goes on to where it is passed."""

MOVES = {
    "degrees": st.floats(0.0, 360.0),
    "x_m": st.floats(-3000.0, 3000.0),
    "y_m": st.floats(-3000.0, 3000.0),
}


def ways_m(nav, places):
    """Return distance and length of the way from a place in each space to every space and out (m).

    float64[2, n, n + 1]; the last column is the way out.
    """
    free, n = nav.everywhere_passable(), len(nav.indoor)
    found = np.full((2, n, n + 1), np.inf)
    for i, (space, (x, y)) in enumerate(zip(nav.indoor, places, strict=True)):
        here = np.array([space], dtype=np.int32), np.array([x]), np.array([y])
        found[0, i, :n] = nav.distances_to_spaces(space, x, y)[list(nav.indoor)]
        found[0, i, n] = nav.distances(free, nav.field_out, *here)[0]
        for j, field in enumerate([*nav.space_fields[list(nav.indoor)], nav.field_out]):
            way = nav.way(free, field, space, x, y)
            if j == i:
                found[1, i, j] = 0.0
            elif len(way):
                found[1, i, j] = way[-1, 3]
    return found


def check_ways(drawn, degrees, x_m, y_m):
    """See that a plan has the same ways where it was drawn and moved, each as long as its distance."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    move = (c, -s, s, c)
    nav = compile_plan(drawn)
    places = [nav.inner_point(space) for space in nav.indoor]
    there = [tuple(np.add(at(move, *place), (x_m, y_m))) for place in places]
    as_drawn, elsewhere = ways_m(nav, places), ways_m(compile_plan(moved(drawn, move, (x_m, y_m))), there)
    assert np.isfinite(as_drawn).all()
    assert as_drawn[1] == pytest.approx(as_drawn[0], abs=AGREE_M)
    assert elsewhere == pytest.approx(as_drawn, abs=AGREE_M)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 100_000), nx=st.integers(1, 4), ny=st.integers(1, 3), **MOVES)
def test_rooms_in_a_grid_have_the_same_ways_at_every_angle_and_place(seed, nx, ny, degrees, x_m, y_m):
    check_ways(grid_plan(seed, nx, ny), degrees, x_m, y_m)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 100_000), levels=st.integers(1, 2), **MOVES)
def test_bent_rooms_on_two_levels_have_the_same_ways_at_every_angle_and_place(
    seed, levels, degrees, x_m, y_m
):
    check_ways(maze_plan(seed, 4, 3, levels), degrees, x_m, y_m)


@pytest.mark.parametrize(
    "drawn",
    [
        partial(archetypes.elementary),
        partial(archetypes.elementary, corridor_m=2.4),
        partial(archetypes.elementary, corridor_m=5.0),
        partial(archetypes.high_school),
        partial(archetypes.high_school, corridor_m=2.4, classroom_depth_m=7.0, secured_vestibule=False),
    ],
)
def test_archetypes_have_every_way_as_drawn_and_turned(drawn):
    check_ways(drawn(), 109.3, 411.3, -97.7)


@pytest.mark.parametrize("seed", [15, 31, 79, 219, 315, 366, 599])
def test_nobody_walks_to_and_fro_at_the_end_of_a_flight(seed):
    """Where the field leads past a jamb that the way keeps off: in one of sixteen mazes a way never ended."""
    check_ways(maze_plan(seed, 4, 3, 2), 0.0, 0.0, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("degrees", range(0, 360, 3))
def test_a_maze_has_the_same_ways_at_every_third_degree(degrees):
    check_ways(maze_plan(degrees, 5, 4, 2), degrees + 0.5, 10.0 * degrees, -7.0 * degrees)
