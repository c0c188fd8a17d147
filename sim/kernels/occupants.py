"""Who is where: neighbour cells as linked lists, one kind for walkers and one for people at rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel
from sim.kernels.types import NavArrays, PeopleArrays, WorkArrays

CELL_M = 1.5
"""Edge of a neighbour cell (m); nobody further away than this is looked at."""


@kernel
def cell_at(nav: NavArrays, work: WorkArrays, space: int, x: float, y: float) -> int:
    """Return the neighbour cell of a position."""
    sheet = nav.space_sheet[space]
    ix = max(0, min(work.sheet_columns[sheet] - 1, int((x - nav.sheet_x0[sheet]) / CELL_M)))
    rows = (work.sheet_first[sheet + 1] - work.sheet_first[sheet]) // work.sheet_columns[sheet]
    iy = max(0, min(rows - 1, int((y - nav.sheet_y0[sheet]) / CELL_M)))
    return int(work.sheet_first[sheet] + iy * work.sheet_columns[sheet] + ix)


@kernel
def place_at_rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, row: int) -> None:
    """Enter a person into the list of people at rest of the cell."""
    cell = cell_at(nav, work, people.space[row], people.x[row], people.y[row])
    work.cell_of[row] = cell
    head = work.rest_head[cell]
    work.rest_next[row], work.rest_prev[row] = head, -1
    if head >= 0:
        work.rest_prev[head] = row
    work.rest_head[cell] = row


@kernel
def take_from_rest(work: WorkArrays, row: int) -> None:
    """Take a person out of the lists of people at rest."""
    _unlink(work.rest_head, work.rest_next, work.rest_prev, work.cell_of, row)


@kernel
def start_walking(
    moving: NDArray[np.uint8],
    rest_head: NDArray[np.int32],
    rest_next: NDArray[np.int32],
    rest_prev: NDArray[np.int32],
    cell_of: NDArray[np.int32],
    rows: NDArray[np.int64],
    new: NDArray[np.int64],
) -> int:
    """Set people moving and take them out of the lists of people at rest; who walks already just walks on.

    Takes single arrays: from Python a call with people and work costs ten times as much.

    Parameters
    ----------
    new : int64[n_rows]
        Filled with the rows of those who were at rest, in the order of `rows`.

    Returns
    -------
    int
        How many were at rest.
    """
    n = 0
    for row in rows:
        if moving[row] == 0:
            moving[row] = 1
            _unlink(rest_head, rest_next, rest_prev, cell_of, row)
            new[n] = row
            n += 1
    return n


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


@kernel
def _unlink(
    rest_head: NDArray[np.int32],
    rest_next: NDArray[np.int32],
    rest_prev: NDArray[np.int32],
    cell_of: NDArray[np.int32],
    row: int,
) -> None:
    """Take a person out of the doubly linked list of the cell."""
    before, after = rest_prev[row], rest_next[row]
    if before >= 0:
        rest_next[before] = after
    else:
        rest_head[cell_of[row]] = after
    if after >= 0:
        rest_prev[after] = before


@kernel
def place_all_at_rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, outside: int) -> None:
    """Enter everybody inside into the lists of people at rest, in the order of rows."""
    for row in range(people.x.shape[0]):
        if people.space[row] != outside:
            place_at_rest(nav, people, work, row)
