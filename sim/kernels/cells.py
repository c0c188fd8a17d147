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
