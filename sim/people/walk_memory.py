"""The scratch memory and lists of walkers that the movement kernel works on, sized for one run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels import cells, stepping
from sim.kernels.lines import MAX_GATES, length_room
from sim.kernels.types import WorkArrays
from sim.place.navigation import Navigation


def make_work(nav: Navigation, n_people: int, n_fields: int) -> WorkArrays:
    """Return the scratch memory of one run.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    n_people : int
        Number of people.
    n_fields : int
        Number of fields that walkers may follow, none of which keeps out of a space so far.
    """
    arrays = nav.arrays
    columns = np.maximum(1, np.ceil(arrays.sheet_nx / cells.CELL_M).astype(np.int32) + 1)
    rows = np.maximum(1, np.ceil(arrays.sheet_ny / cells.CELL_M).astype(np.int32) + 1)
    first = np.concatenate([[0], np.cumsum(columns * rows)]).astype(np.int32)

    def none(size: int) -> NDArray[np.int32]:
        return np.full(max(1, size), -1, dtype=np.int32)

    near = stepping.MAX_NEAR
    return WorkArrays(
        movers=none(n_people),
        counts=np.zeros(2, dtype=np.int64),
        next_x=np.zeros(n_people),
        next_y=np.zeros(n_people),
        cell_head=none(int(first[-1])),
        cell_next=none(n_people),
        rest_head=none(int(first[-1])),
        rest_next=none(n_people),
        rest_prev=none(n_people),
        cell_of=none(n_people),
        sheet_first=first,
        sheet_columns=columns,
        aim_x=np.zeros(n_people),
        aim_y=np.zeros(n_people),
        in_goal=np.zeros(n_people, dtype=np.bool_),
        gates=np.zeros(MAX_GATES, dtype=np.int32),
        lengths=np.zeros(length_room(arrays)),
        open_doors=np.ones((nav.n_doors, 2), dtype=np.uint8),
        way_doors=np.ones((nav.n_doors, 2), dtype=np.uint8),
        shuts=none(n_fields),
        near_dx=np.zeros(near),
        near_dy=np.zeros(near),
        near_gap=np.zeros(near),
        near_reach=np.zeros(near),
        wall_m2=np.zeros(n_people),
        left_by=np.full((nav.n_doors, stepping.OUT_SEEN), -1, dtype=np.int32),
        left_at=np.zeros(nav.n_doors, dtype=np.int32),
    )
