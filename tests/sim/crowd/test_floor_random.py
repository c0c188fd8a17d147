"""On any bare floor, cut up or not, at any angle: everybody has a way, as long as geometry says it is."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from exact_ways import ExactWays
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mazes import maze_plan
from moved import moved
from random_floors import draw_floor

from sim import crowd
from sim.people.population import BODY_RADIUS_M

AGREE_M = 0.3

HARD = [4, 41, 51, 59, 611, 1503, 2439, 3128, 3628, 4950, 6241, 8509]
"""Floors on which somebody once had no way, or a detour, with a corner of an area or an exit on an edge or a
wall, in another piece or at an end of an opening; two were lost to a rounding of one in a million."""


def length_m(path):
    """Return the length of a path (m), infinite where there is none."""
    return sum(math.dist(a, b) for a, b in itertools.pairwise(path)) if path else math.inf


def check_ways(seed):
    """See that ways out are the same on the floor bare, cut up, moved, and both."""
    drawn = draw_floor(seed)
    bare = drawn.floor(is_moved=False, is_cut=False)
    least = [bare.distance_m(place, "e") for place in drawn.places]
    assert np.isfinite(least).all()
    for is_moved, is_cut in ((False, False), (True, False), (False, True), (True, True)):
        floor = drawn.floor(is_moved=is_moved, is_cut=is_cut)
        for place, least_m in zip(drawn.places, least, strict=True):
            at = drawn.there(place) if is_moved else place
            assert floor.distance_m(at, "e") == pytest.approx(least_m, abs=AGREE_M), (seed, place)
            assert length_m(floor.path(at, "e")) == pytest.approx(least_m, abs=AGREE_M), (seed, place)


@pytest.mark.parametrize("seed", HARD)
def test_floors_on_which_a_way_was_lost_once_have_it(seed):
    check_ways(seed)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_cutting_turning_and_moving_a_floor_changes_no_way_out(seed):
    check_ways(seed)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_ways_between_places_are_as_long_as_a_visibility_graph_says(seed):
    drawn = draw_floor(seed)
    exact = ExactWays(drawn.area, BODY_RADIUS_M)
    floors = [drawn.floor(is_moved=is_moved, is_cut=True) for is_moved in (False, True)]
    for a, b in itertools.pairwise(drawn.places):
        least_m = exact.length(a, b) if exact.holds(*a) and exact.holds(*b) else math.inf
        if not math.isfinite(least_m):
            continue  # a body does not fit there
        for floor, there in zip(floors, (tuple, drawn.there), strict=True):
            assert floor.distance_m(there(a), there(b)) == pytest.approx(least_m, abs=AGREE_M, rel=0.03)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 1_000_000))
@example(seed=1503)
@example(seed=8509)
def test_everybody_walks_out_of_any_floor_that_was_cut_up_and_moved(seed):
    drawn = draw_floor(seed)
    floor = drawn.floor(is_moved=True, is_cut=True)
    people = [crowd.Person(drawn.there(place), start_s=4.0 * k) for k, place in enumerate(drawn.places)]
    result = crowd.run(floor, people, until_s=240.0, every_s=1.0)
    least_m = np.array([floor.distance_m(person.at, "e") for person in people])
    took_s = result.finish_s - [person.start_s for person in people]
    assert result.n_inside == 0
    assert (took_s * crowd.Person.speed_mps > least_m - AGREE_M - 1.0).all()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 100_000), degrees=st.floats(0.0, 360.0))
def test_everybody_walks_to_any_room_of_two_storeys(seed, degrees):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    floor = crowd.Floor.of_building(moved(maze_plan(seed, 4, 3, 2), (c, -s, s, c), (500.0, -70.0)))
    nav, rooms = floor.nav, floor.nav.indoor
    people = [
        crowd.Person(
            nav.inner_point(room),
            nav.space_ids[rooms[(k + 1 + seed) % len(rooms)]],
            level=nav.level_ids[nav.space_level[room]],
            start_s=2.0 * k,
        )
        for k, room in enumerate(rooms)
    ]
    assert crowd.run(floor, people, until_s=300.0, every_s=5.0).n_inside == 0
