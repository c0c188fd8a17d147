"""Where somebody stands aside, by hand: beside doors that stand aslant, off people, in small rooms."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from shapely import box

from sim import crowd
from sim.crowd.aside import _clear_of_doors, _gaps_m, is_in_doorway, place_aside


def door_aslant():
    """Return a floor whose one door stands at (1, 2) with the outward normal (0.6, 0.8), 1 m wide."""
    nav = SimpleNamespace(
        space_door_ptr=np.array([0, 1]), space_door=np.array([0]), space_door_side=np.array([1]),
        door_x=np.array([[9.0, 1.0]]), door_y=np.array([[9.0, 2.0]]),
        door_nx=np.array([[-0.6, 0.6]]), door_ny=np.array([[-0.8, 0.8]]),
        door_depth=np.zeros((1, 2)), door_half_w=np.array([0.5]),
    )  # fmt: skip
    return SimpleNamespace(nav=SimpleNamespace(arrays=nav))


def person(*rows):
    """Return people as (x, y) or (x, y, goal x, goal y), all in space 0."""
    full = [(*row, np.nan, np.nan)[:4] for row in rows]
    x, y, goal_x, goal_y = np.array(full, dtype=np.float64).T
    goal_space = np.where(np.isnan(goal_x), -1, 0)
    return SimpleNamespace(
        space=np.zeros(len(x), dtype=np.int64), x=x, y=y, goal_space=goal_space, goal_x=goal_x, goal_y=goal_y
    )


@pytest.mark.parametrize("turn", [-1.0, 1.0])
@pytest.mark.parametrize(
    ("deep", "aside", "beside", "off"),
    [
        (0.5, 1.5, True, True),
        (1.19, 1.2, True, True),
        (1.21, 1.2, False, True),  # further into the room than along the wall
        (0.8, 0.99, False, True),  # less than 0.5 m from the jamb
        (0.8, 1.01, True, True),
        (0.6, 1.03, False, False),  # 1.19 m from the middle of the door
        (3.99, 1.1, False, True),
        (4.01, 1.1, True, True),  # so far into the room nobody is in the way
        (4.01, 0.9, False, True),
        (0.0, 1.19, False, False),
        (0.0, 1.21, True, True),
        (1.21, 0.0, False, True),
    ],
)
def test_beside_a_door_is_measured_along_its_own_wall(deep, aside, beside, off, turn):
    """So deep along the inward normal (-0.6, -0.8), so far aside along (-0.8, 0.6), to either side."""
    spot = (1.0 - 0.6 * deep - 0.8 * aside * turn, 2.0 - 0.8 * deep + 0.6 * aside * turn)
    found = _clear_of_doors(door_aslant(), 0, np.array([spot]))
    assert (found.beside.tolist(), found.off.tolist()) == ([beside], [off])


@pytest.mark.parametrize(("away", "stands"), [(1.19, True), (1.21, False)])
def test_a_doorway_is_a_disc_around_the_middle_of_the_door(away, stands):
    people = person((1.0 - 0.8 * away, 2.0 + 0.6 * away))
    assert is_in_doorway(door_aslant(), people, 0) is stands


def test_the_gap_of_a_place_is_to_where_others_stand_or_are_going_to_stand():
    """One at (3, 4) goes to (6, 8); who asks is at the place itself and does not count."""
    spots = np.array([(0.0, 0.0), (6.0, 7.0), (3.0, 0.0)])
    assert _gaps_m(person((0, 0), (3, 4, 6, 8)), 0, spots).tolist() == [5.0, 1.0, 4.0]
    assert _gaps_m(person((0, 0), (3, 4)), 0, spots) == pytest.approx([5.0, np.hypot(3, 3), 4.0])
    assert _gaps_m(person((0, 0)), 0, spots).tolist() == [np.inf] * 3


def test_one_place_is_enough_and_the_lattice_is_made_no_finer():
    """In a cabin of 1.5 m by 1.5 m it is (0.4, 0.4), 1.39 m from the door's middle at (1.5, 1.25)."""
    floor = crowd.Floor(box(0, 0, 1.5, 1.5), exits={"east": ((1.5, 1.0), (1.5, 1.5))})
    people = person((0.75, 0.75))
    assert place_aside(floor, people, 0) == pytest.approx((0.4, 0.4))
    taken = person((0.75, 0.75), (0.4, 0.8))  # 0.4 m from it, and two cannot stand so near
    assert place_aside(floor, taken, 0) is None
    assert place_aside(floor, person((0.75, 0.75), (0.4, 0.95)), 0) == pytest.approx((0.4, 0.4))
