"""Who stands in a door, and who is about to come in by it: asked of everybody's positions at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel


@kernel
def is_in_doorway(
    space: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    state: NDArray[np.int8],
    gone: int,
    sides: tuple[int, int],
    middle: tuple[float, float],
    normal: tuple[float, float],
    reach: tuple[float, float],
) -> bool:
    """Tell whether somebody of the two spaces of a door stands in it.

    Parameters
    ----------
    space, x, y, state : arrays of n_people
        Where people are (m), and their states.
    gone : int
        The state of whoever is out, and in nobody's way.
    sides : tuple of int
        Rows of the two spaces.
    middle, normal : tuple of float
        Middle of the door on one side (m), and the unit vector through it.
    reach : tuple of float
        How far off the middle through it, and along it, somebody stands in it (m).
    """
    for row in range(space.shape[0]):
        if (space[row] == sides[0] or space[row] == sides[1]) and state[row] != gone:
            dx, dy = x[row] - middle[0], y[row] - middle[1]
            depth = dx * normal[0] + dy * normal[1]
            lateral = -dx * normal[1] + dy * normal[0]
            if abs(depth) < reach[0] and abs(lateral) < reach[1]:
                return True
    return False


@kernel
def is_coming_in(
    space: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    state: NDArray[np.int8],
    moving: NDArray[np.uint8],
    next_door: NDArray[np.int32],
    seeking: int,
    door: int,
    into: int,
    middle: tuple[float, float],
    within_m: float,
) -> bool:
    """Tell whether somebody in a state of seeking a room is near a door of it, walking to it from outside.

    Parameters
    ----------
    space, x, y, state, moving, next_door : arrays of n_people
        Where people are (m), their states, whether they walk, and the door they walk to.
    middle : tuple of float
        Middle of the door (m).
    within_m : float
        How near is near (m).
    """
    for row in range(space.shape[0]):
        if next_door[row] == door and moving[row] == 1 and space[row] != into and state[row] == seeking:
            dx, dy = x[row] - middle[0], y[row] - middle[1]
            if dx * dx + dy * dy <= within_m * within_m:
                return True
    return False
