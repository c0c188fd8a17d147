"""Who is seen through an opening: the number of people in view, doors that end the view, and both ways."""

from __future__ import annotations

import numpy as np
import pytest
from plans import door, grid_plan, plan

from buildings.plan import OUT
from sim.kernels.sight import can_see
from sim.place.compile import compile_plan
from sim.place.doors import DoorState


def room(name, y0, y1):
    """Return a room of 10 x 10 m without wall thickness."""
    ring = [(-5, y0), (5, y0), (5, y1), (-5, y1)]
    return {"id": name, "level": "1", "use": "classroom", "polygon": ring}


def two_rooms(**door_data):
    """Return a room above another, joined by a way of 1 m."""
    ways = [door("D", "A", "B", (0, 0), 1.0, **door_data), door("X", "A", OUT, (0, -10), 1.0, "exterior")]
    return compile_plan(plan([room("A", -10, 0), room("B", 0, 10)], ways))


def seen(nav, see_through, points, offset=0.0):
    """Tell which points of B are seen from 4 m before the wall in A."""
    a, b = nav.space_ids.index("A"), nav.space_ids.index("B")
    return np.array([can_see(nav.arrays, see_through, a, offset, -4.0, b, x, y) for x, y in points])


@pytest.mark.parametrize("offset", [0.0, 1.3])
def test_the_number_in_view_is_binomial(offset):
    """Forty people anywhere in the room, a share of 0.225 in view: mean 9.0, sd 2.64."""
    nav, rng = two_rooms(kind="opening"), np.random.default_rng(7)
    points = np.column_stack([rng.uniform(-5, 5, 40_000), rng.uniform(0, 10, 40_000)])
    counts = seen(nav, np.ones(nav.n_doors, np.uint8), points, offset).reshape(1000, 40).sum(axis=1)
    assert abs(counts.mean() - 9.0) <= 4 * 2.64 / 1000**0.5
    assert counts.std() == pytest.approx(2.64, rel=0.1)


@pytest.mark.parametrize(
    ("glazing", "is_closed", "is_locked", "is_seen"),
    [
        ("none", False, False, True),
        ("none", True, False, False),
        ("full", True, False, True),
        ("vision_panel", True, False, True),
        ("vision_panel", True, True, False),
        ("full", True, True, False),
        ("none", True, True, False),
    ],
)
def test_a_door_ends_the_view_when_it_is_opaque_or_locked(glazing, is_closed, is_locked, is_seen):
    lock = {"can_lock": True, "from": ["B"], "normally": "open"}
    nav = two_rooms(glazing=glazing, lock=lock)
    doors = DoorState(nav)
    row = nav.door_ids.index("D")
    if is_closed:
        doors.close(row)
    if is_locked:
        doors.lock(row)
    views = seen(nav, doors.see_through, [(0.0, 1.0), (0.0, 5.0), (0.2, 9.0)])
    assert views.all() if is_seen else not views.any()


@pytest.mark.slow
def test_sight_goes_both_ways():
    """100,000 pairs of points on twenty floors, without one exception."""
    for seed in range(20):
        nav, rng = compile_plan(grid_plan(seed, 3, 3)), np.random.default_rng(seed)
        see_through = (rng.random(nav.n_doors) < 0.8).astype(np.uint8)
        space = np.repeat(np.array(nav.indoor), [nav.n_spots(s) for s in nav.indoor])
        spots = np.concatenate([np.arange(nav.spot_ptr[s], nav.spot_ptr[s + 1]) for s in nav.indoor])
        for i, j in rng.integers(len(spots), size=(5000, 2)):
            a, b = (space[i], nav.spot_x[spots[i]], nav.spot_y[spots[i]]), (
                space[j], nav.spot_x[spots[j]], nav.spot_y[spots[j]],
            )  # fmt: skip
            assert can_see(nav.arrays, see_through, *a, *b) == can_see(nav.arrays, see_through, *b, *a)
