"""The law of movement by its parts: numbers in, numbers out, each with its formula and where it is from.

Tordeux, Chraibi & Seyfried 2016 ("Collision-free speed model for pedestrian dynamics"), the variant with
exponential repulsion that JuPedSim 1.x ships; what is our own says so. `stepping.plan_steps` puts them
together, and a plain twin of one step in the tests agrees with it.
"""

from __future__ import annotations

import math

from sim.kernels._jit import kernel


@kernel
def repulsion(strength: float, range_m: float, reach_m: float, gap_m: float) -> float:
    """Return how strongly somebody pushes away: strength x exp((reach - gap) / range).

    `gap_m` lies between the centres, `reach_m` is the sum of the radii (Tordeux et al. 2016, equation 5).
    """
    return strength * math.exp((reach_m - gap_m) / range_m)


@kernel
def off_wall(strength: float, range_m: float, body_m: float, gap_m: float, into: float) -> float:
    """Return how much of the direction a wall adds along its normal (our own: a sliding constraint).

    What leads `into` the wall (not above 0) is taken off, the more the nearer the body's edge is, and a body
    that overlaps the wall is pushed out by its overlap.
    """
    part = min(1.0, (body_m + range_m - gap_m) / range_m)
    return strength * max(0.0, body_m - gap_m) - part * into


@kernel
def speed_behind(
    sx: float, sy: float, dx: float, dy: float, gap_m: float, reach_m: float, time_gap_s: float, speed: float
) -> float:
    """Return the speed behind somebody: the free gap over the time gap, where the own direction meets them.

    (dx, dy) leads from the other to oneself, (sx, sy) is the direction of walk (Tordeux et al. 2016,
    equations 2 and 3).
    """
    ahead = -(sx * dx + sy * dy)
    if ahead > 0.0 and abs(sx * dy - sy * dx) <= reach_m:
        return min(speed, max(0.0, (gap_m - reach_m) / time_gap_s))
    return speed


@kernel
def forward_only(sx: float, sy: float, ex: float, ey: float) -> tuple[float, float]:
    """Return a direction without what leads back from the aim (our own), of length 1 where there is any.

    The plain sum makes a walker bounce off somebody at rest for ever.
    """
    along = sx * ex + sy * ey
    if along < 0.0:
        sx, sy = sx - along * ex, sy - along * ey
    norm = math.sqrt(sx * sx + sy * sy)
    if norm > 1e-9:
        return sx / norm, sy / norm
    return sx, sy


@kernel
def walked_on_m(speed: float, pace: float, pace_s: float, gone_s: float) -> float:
    """Return how far somebody has walked since an exit, the pace closing in on the speed (our own)."""
    late_m = (speed - pace) * pace_s
    return speed * gone_s - late_m * (1.0 - math.exp(-gone_s / pace_s))


@kernel
def share_followed(tick_s: float, delay_s: float) -> float:
    """Return which share of a change is followed within a tick: 1 - exp(-tick / delay) (our own).

    Others are felt, and the own pace changes, with a short delay.
    """
    return 1.0 - math.exp(-tick_s / delay_s)


@kernel
def side_step(sx: float, sy: float, ex: float, ey: float, to_left: bool) -> tuple[float, float]:
    """Return a direction with a step to the side of the aim added, as long as the aim's (our own).

    Who squeezes through tries it now and then: two who face each other step to different sides.
    """
    turn = 1.0 if to_left else -1.0
    return sx - turn * ey, sy + turn * ex


@kernel
def pace(before: float, speed: float, share: float, own_speed: float) -> float:
    """Return the pace, which closes in on the speed behind others, never above the own speed (our own)."""
    return min(before + share * (speed - before), own_speed)
