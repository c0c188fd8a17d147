"""Who is where: neighbour cells as linked lists, one kind for walkers and one for people at rest."""

from __future__ import annotations

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
    before, after = work.rest_prev[row], work.rest_next[row]
    if before >= 0:
        work.rest_next[before] = after
    else:
        work.rest_head[work.cell_of[row]] = after
    if after >= 0:
        work.rest_prev[after] = before


@kernel
def place_all_at_rest(nav: NavArrays, people: PeopleArrays, work: WorkArrays, outside: int) -> None:
    """Enter everybody inside into the lists of people at rest, in the order of rows."""
    for row in range(people.x.shape[0]):
        if people.space[row] != outside:
            place_at_rest(nav, people, work, row)
