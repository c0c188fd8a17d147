"""Who stands in a door, so that it cannot close, and who is about to come in by it."""

from __future__ import annotations

from sim.kernels import doorways
from sim.people.population import People, State
from sim.place.navigation import Navigation

_MOVING, _OUT = int(State.MOVING), int(State.OUT)
"""Asked so often that looking them up shows in the time of a run (Python 3.11)."""


def body_in(nav: Navigation, people: People, door: int) -> bool:
    """Tell whether somebody stands in a door."""
    plan, arrays = nav.arrays, people.arrays
    a, b = plan.door_space[door].tolist()
    middle = float(plan.door_x[door, 0]), float(plan.door_y[door, 0])
    normal = float(plan.door_nx[door, 0]), float(plan.door_ny[door, 0])
    reach = float(plan.door_depth[door, 0]) + 0.1, float(plan.door_half_w[door])
    where = arrays.space, arrays.x, arrays.y, arrays.state
    return bool(doorways.is_in_doorway(*where, _OUT, (a, b), middle, normal, reach))


def coming_in(nav: Navigation, people: People, door: int, space: int, within_m: float) -> bool:
    """Tell whether somebody who seeks a room is about to come into a space by a door, within metres of it."""
    plan, arrays = nav.arrays, people.arrays
    where = arrays.space, arrays.x, arrays.y, arrays.state, arrays.moving, arrays.next_door
    middle = float(plan.door_x[door, 0]), float(plan.door_y[door, 0])
    return bool(doorways.is_coming_in(*where, _MOVING, door, space, middle, within_m))
