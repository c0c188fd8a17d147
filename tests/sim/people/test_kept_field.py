"""A kept field is the field that a search from the start gives, to the bit, whatever doors do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import grid_plan

from sim.given.scenario_files import load_scenario
from sim.people import kept_field
from sim.people.kept_field import KeptField
from sim.place.compile import compile_plan


def follow(nav, goals, masks):
    """Let doors be as the masks say, one after the other; each time the field is that of a new search."""
    goal_space = np.isin(np.arange(nav.n_spaces), goals).astype(np.uint8)
    kept, out = KeptField(nav, goal_space), np.full(nav.field_size, -7.0)
    for mask in masks:
        kept.refresh(mask, out)
        np.testing.assert_array_equal(out, nav.field(mask, goals))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_doors_that_shut_and_open_one_after_the_other(seed, draw):
    nav, rng = compile_plan(grid_plan(seed, 3, 2)), np.random.default_rng(draw)
    goals = rng.choice(nav.n_spaces, rng.integers(1, 4), replace=False)
    mask, masks = nav.everywhere_passable().copy(), []
    for _ in range(12):
        masks.append(mask.copy())
        door, side = rng.integers(nav.n_doors), rng.choice([0, 1, 2])
        mask[door, slice(None) if side == 2 else side] = rng.random() < 0.2
    follow(nav, goals, masks)


@pytest.mark.parametrize("building", ["elementary", "high-school"])
def test_rooms_of_a_school_that_are_locked_in_any_order(building):
    nav = compile_plan(load_scenario(building=building).plan)
    rooms = [space for space in nav.indoor if nav.is_room[space]]
    rng = np.random.default_rng(3)
    mask, masks = nav.everywhere_passable().copy(), []
    for door in rng.permutation([d for d in nav.interior_doors if nav.is_room_door[d]]):
        mask[door] &= nav.free_egress[door]
        masks.append(mask.copy())
    follow(nav, np.array(rooms), masks)
    follow(nav, np.array([nav.outside]), masks[::5])


def test_shut_doors_are_mended_and_only_an_opened_one_asks_for_a_new_search(monkeypatch):
    nav = compile_plan(grid_plan(3, 3, 2))
    searches = []
    solve = kept_field.solve_field
    monkeypatch.setattr(kept_field, "solve_field", lambda *a: (searches.append(1), solve(*a))[1])
    mask, out = nav.everywhere_passable().copy(), np.empty(nav.field_size)
    kept = KeptField(nav, np.eye(nav.n_spaces, dtype=np.uint8)[nav.outside])
    kept.refresh(mask.copy(), out)
    for door in range(3):
        mask[door] = 0
        kept.refresh(mask.copy(), out)
    assert len(searches) == 1
    mask[1] = 1
    kept.refresh(mask.copy(), out)
    assert len(searches) == 2
