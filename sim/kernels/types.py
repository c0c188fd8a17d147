"""The arrays that kernels work on. NamedTuples of arrays: plain, picklable, one compiled signature each."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]
U1 = NDArray[np.uint8]


class NavArrays(NamedTuple):
    """A compiled plan. Read-only and shared by all runs.

    A door has two sides k = 0, 1, each with its own space and frame: `n` is the unit normal from that side's
    space through the door, `t` its tangent (`n` turned left by a quarter). A point with lateral offset u
    and depth d beyond the mid-line in the frame of one side has offset -u and depth -d in the other.

    ==================  ===============================  =======================================
    name                dtype[shape]                     meaning
    ==================  ===============================  =======================================
    door_space          int32[n_doors, 2]                space of each side
    door_x, door_y      float64[n_doors, 2]              middle of the mid-line (m)
    door_nx, door_ny    float64[n_doors, 2]              normal through the door
    door_depth          float64[n_doors, 2]              from the space's face to the mid-line (m)
    door_half_w         float64[n_doors]                 half of the clear width (m)
    door_jamb           uint8[n_doors, 2]                1 where a corner stands at its end: at lateral offset
                                                         -half_w, then +half_w, in the frame of side 0
    space_sheet         int32[n_spaces]                  sheet (a level, or the sheet of all flights)
    space_flight        int8[n_spaces]                   1 for a stair flight
    space_convex        uint8[n_spaces]                  1 where straight lines need no corner
    space_door_ptr      int32[n_spaces + 1]              first entry in space_door
    space_door, _side   int32, int8[n_entries]           doors of a space, and its side of them
    inner_x, inner_y    float64[n_spaces]                the fixed inner point (m)
    wall_x0 .. wall_y1  float64[n_walls]                 wall segments, sorted by space (m)
    wall_space          int32[n_walls]                   space that the wall bounds
    wall_door           int32[n_walls]                   door whose mid-line this is, else -1
    wall_opaque         uint8[n_walls]                   0 for glazing and half-height walls
    space_wall_ptr      int32[n_spaces + 1]              first wall of a space
    sheet_x0, sheet_y0  float64[n_sheets]                corner of the sheet's grid (m)
    sheet_nx, sheet_ny  int32[n_sheets]                  wall cells (`WALL_CELL_M`) in x and y
    sheet_cell          int32[n_sheets]                  first wall cell of the sheet
    cell_ptr, cell_wall int32                            walls within reach of each wall cell
    space_speed         float64[n_spaces]                factor of walking speed in a space
    way_space           int32[n_ways]                    space of each waypoint (sim.place.waypoints)
    way_x, way_y        float64[n_ways]                  waypoints, a body's radius off their corners (m)
    way_out_x, _y       float64[n_ways]                  outwards from the corner to what is next there (m)
    way_gate            int32[n_ways]                    2 door + side if it stands for passing it, else -1
    edge_ptr            int32[n_ways + 2 n_doors + 1]    first edge of each waypoint, then of each door side
    edge_to, edge_m     int32, float64[n_edges]          waypoint at the other end, length (m)
    edge_gate_ptr       int32[n_edges + 1]               first entry in edge_gate
    edge_gate           int32                            2 door + side passed on the way here from there
    space_way_ptr       int32[n_spaces + 1]              first entry in space_way
    space_way           int32                            waypoints and door sides that a space may see
    space_way_gate      int32                            2 door + side that a line to it passes first, or -1
    ==================  ===============================  =======================================
    """

    door_space: I4
    door_x: F8
    door_y: F8
    door_nx: F8
    door_ny: F8
    door_depth: F8
    door_half_w: F8
    door_jamb: U1
    space_sheet: I4
    space_flight: I1
    space_convex: U1
    space_door_ptr: I4
    space_door: I4
    space_door_side: I1
    inner_x: F8
    inner_y: F8
    wall_x0: F8
    wall_y0: F8
    wall_x1: F8
    wall_y1: F8
    wall_space: I4
    wall_door: I4
    wall_opaque: U1
    space_wall_ptr: I4
    sheet_x0: F8
    sheet_y0: F8
    sheet_nx: I4
    sheet_ny: I4
    sheet_cell: I4
    cell_ptr: I4
    cell_wall: I4
    space_speed: F8
    way_space: I4
    way_x: F8
    way_y: F8
    way_out_x: F8
    way_out_y: F8
    way_gate: I4
    edge_ptr: I4
    edge_to: I4
    edge_m: F8
    edge_gate_ptr: I4
    edge_gate: I4
    space_way_ptr: I4
    space_way: I4
    space_way_gate: I4


class PeopleArrays(NamedTuple):
    """One row per person; all arrays have n_people entries and are changed by kernels.

    `goal_space` -1 means any goal space of the field; a goal without coordinates (nan) is reached on
    entering. `last_door` is the door passed last, `way` the waypoint walked to (sim.kernels.wayfinding) at
    (`way_x`, `way_y`); `left_m` is the least way left (m) that was noted, at
    `left_tick`; `push` is the repulsion of others as it is felt, `pace_mps` the speed walked.
    `notify` 1 reports the person's events. `may_walk` 0 holds a person at rest for good. Ticks are -1 for
    never.
    """

    x: F8
    y: F8
    space: I4
    moving: U1
    speed: F8
    radius: F8
    field: I4
    goal_space: I4
    goal_x: F8
    goal_y: F8
    next_door: I4
    next_side: I1
    last_door: I4
    way: I4
    way_x: F8
    way_y: F8
    push_x: F8
    push_y: F8
    pace_mps: F8
    notify: U1
    may_walk: U1
    state: I1
    arrive_state: I1
    state_since: I8
    out_tick: I8
    watch_ticks: I4
    anchor_x: F8
    anchor_y: F8
    left_m: F8
    left_tick: I8
    exposed: U1
    exposed_since: I8
    exposed_ticks: I8

    @staticmethod
    def new(n: int) -> PeopleArrays:
        """Return arrays for n people at rest."""
        people = PeopleArrays(**{name: np.zeros(n, dtype=kind) for name, kind in _people_dtypes().items()})
        people.next_door[:] = -1
        people.last_door[:] = -1
        people.way[:] = -1
        people.goal_space[:] = -1
        people.out_tick[:] = -1
        people.may_walk[:] = 1
        return people


@cache
def _people_dtypes() -> dict[str, type]:
    kinds = {F8: np.float64, I4: np.int32, I8: np.int64, I1: np.int8, U1: np.uint8}
    return {name: kinds[hint] for name, hint in get_type_hints(PeopleArrays).items()}


class SightArrays(NamedTuple):
    """What is in open line of sight of one fixed point: whom the movement kernel tests for exposure.

    `visible` uint8[n_spaces]: 2 for the point's own space, 1 for spaces partly in sight, 0 else.
    `space` is -1 when nothing is to be tested.
    """

    visible: U1
    see_through: U1
    x: float
    y: float
    space: int


class MoveParams(NamedTuple):
    """Numbers of the movement model. `outside` is the row of the pseudo-space of the open air."""

    tick_s: float
    push_s: float
    pace_s: float
    time_gap_s: float
    repulsion: float
    repulsion_range_m: float
    wall_repulsion: float
    wall_range_m: float
    stair_up: float
    stair_down: float
    outside: int


class WorkArrays(NamedTuple):
    """Scratch memory and lists of one run.

    `movers` holds the rows of walkers in ascending order, `counts` their number and the conflicts resolved.
    Cells hold walkers as linked lists (`cell_head`, `cell_next`), made anew each tick; people at rest are in
    lists of their own (`rest_head`, `rest_next`, `rest_prev`) that change only when somebody stops or starts.
    `left_by` int32[n_doors, OUT_SEEN] holds who last went out by each door, and `left_at` how many did.
    `wall_m2` is the square of the distance to the nearest wall or mid-line of the walker's space (m2),
    infinite where none is within `WALL_REACH_M`. `lengths` has room for those of one space's waypoints.
    `shuts` int32[n_fields] holds the space that the way of a field never leads into, negative without one;
    `way_doors` has room for the doors that are left to such a way.
    """

    movers: I4
    counts: I8
    next_x: F8
    next_y: F8
    cell_head: I4
    cell_next: I4
    rest_head: I4
    rest_next: I4
    rest_prev: I4
    cell_of: I4
    sheet_first: I4
    sheet_columns: I4
    aim_x: F8
    aim_y: F8
    in_goal: NDArray[np.bool_]
    gates: I4
    lengths: F8
    open_doors: U1
    way_doors: U1
    shuts: I4
    near_dx: F8
    near_dy: F8
    near_gap: F8
    near_reach: F8
    wall_m2: F8
    left_by: I4
    left_at: I4
