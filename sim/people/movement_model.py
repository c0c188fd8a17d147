"""The numbers of the movement model that no scenario sets, and the set of them that the kernels take."""

from __future__ import annotations

from sim.clock import TICK_S
from sim.kernels.types import MoveParams

TIME_GAP_S = 0.65
PUSH_S, PACE_S = 0.2, 0.1
REPULSION, REPULSION_RANGE_M = 8.0, 0.1
WALL_REPULSION, WALL_RANGE_M = 5.0, 0.05
"""Time gap (s): with the body's radius fitted to the speeds of HERMES at 0.5 to 3 /m2 (docs/performance.md).
Strength and range (m) of repulsion: JuPedSim's defaults of the collision-free speed model.
Push and pace follow with a delay (s), walls are a sliding constraint: our own, see docs/decisions."""


def move_params(
    outside: int,
    stair_up: float,
    stair_down: float,
    *,
    tick_s: float = TICK_S,
    time_gap_s: float = TIME_GAP_S,
) -> MoveParams:
    """Return what the kernels take.

    Parameters
    ----------
    outside : int
        Row of the open air.
    stair_up, stair_down : float
        Factors on the walking speed up and down stairs.
    tick_s, time_gap_s : float
        Length of a tick, and time gap kept to whoever is ahead (s).
    """
    return MoveParams(
        tick_s=tick_s,
        push_s=PUSH_S,
        pace_s=PACE_S,
        time_gap_s=time_gap_s,
        repulsion=REPULSION,
        repulsion_range_m=REPULSION_RANGE_M,
        wall_repulsion=WALL_REPULSION,
        wall_range_m=WALL_RANGE_M,
        stair_up=stair_up,
        stair_down=stair_down,
        outside=outside,
    )
