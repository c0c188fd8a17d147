"""The law of movement in plain Python: one step of one walker among others in one room.

Written from the formulas (Tordeux, Chraibi & Seyfried 2016, with the exponential repulsion of JuPedSim 1.x
and what docs/decisions adds), not from the kernels; slow, and nothing but numpy. It leaves out what needs a
door or time: people beyond a door, arches at doors and who squeezes through them, stairs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.people.movement_model import (
    PACE_S,
    PUSH_S,
    REPULSION,
    REPULSION_RANGE_M,
    TIME_GAP_S,
    WALL_RANGE_M,
    WALL_REPULSION,
)

Vector = NDArray[np.float64]

SEEN_M, FELT_M = 1.5, 0.6
"""People are looked at up to this far between centres, and push up to this far between bodies (m)."""

CLEARANCE_M = 0.12
"""A body's middle keeps this far off walls (m)."""


class Walker(NamedTuple):
    """Somebody before a step: where, where to, how fast, and what was felt and walked in the last tick."""

    position: Vector
    aim: Vector
    speed_mps: float
    push: Vector
    pace_mps: float
    radius_m: float


def one_step(
    me: Walker, others: Sequence[Vector] | Vector, walls: Sequence[tuple[Vector, Vector]], tick_s: float
) -> tuple[Vector, Vector, float]:
    """Return the position after a tick, the push that is felt, and the pace (m/s).

    Everybody has the same radius. Nobody is planned for who stands at the aim already.
    """
    left_m = np.linalg.norm(me.aim - me.position)
    ahead = (me.aim - me.position) / left_m
    seen = [other for other in others if np.linalg.norm(other - me.position) < SEEN_M]

    # 1. Others push: the stronger, the nearer. It is felt with a short delay.
    push = me.push + (1.0 - math.exp(-tick_s / PUSH_S)) * (_pushed(me, seen) - me.push)

    # 2. Walk to the aim, away from others, along walls, and never back.
    direction = _along_walls(me, ahead + push, walls)
    if direction @ ahead < 0.0:
        direction = direction - (direction @ ahead) * ahead
    if np.linalg.norm(direction) > 1e-9:
        direction = direction / np.linalg.norm(direction)

    # 3. Keep a time gap to whoever is in the way. The pace follows with a short delay.
    speed = min([me.speed_mps] + [_behind(me, direction, other) for other in seen])
    pace = min(me.speed_mps, me.pace_mps + (1.0 - math.exp(-tick_s / PACE_S)) * (speed - me.pace_mps))

    # 4. Step, but not beyond the aim; bodies keep off walls.
    return _off_walls(me, min(pace * tick_s, left_m) * direction, walls), push, pace


def _pushed(me: Walker, seen: Sequence[Vector]) -> Vector:
    """Return the sum of the pushes: strength x exp((2 radius - gap) / range), away from each."""
    total = np.zeros(2)
    for other in seen:
        away = me.position - other
        gap = np.linalg.norm(away)
        if gap - 2.0 * me.radius_m < FELT_M:
            total += REPULSION * math.exp((2.0 * me.radius_m - gap) / REPULSION_RANGE_M) * away / gap
    return total


def _along_walls(me: Walker, direction: Vector, walls: Sequence[tuple[Vector, Vector]]) -> Vector:
    """Return a direction without what leads into a wall at the body's edge, and out of one it overlaps."""
    for a, b in walls:
        away = _off(me.position, a, b)
        gap = np.linalg.norm(away)
        if 0.0 < gap < me.radius_m + WALL_RANGE_M:
            near = min(1.0, (me.radius_m + WALL_RANGE_M - gap) / WALL_RANGE_M)
            into = min(0.0, float(direction @ away) / gap)
            overlap_m = max(0.0, me.radius_m - gap)
            direction = direction + (WALL_REPULSION * overlap_m - near * into) * away / gap
    return direction


def _behind(me: Walker, direction: Vector, other: Vector) -> float:
    """Return the speed behind somebody: free gap over time gap, any where they are not in the way."""
    to = other - me.position
    beside_m = abs(direction[0] * to[1] - direction[1] * to[0])
    if direction @ to <= 0.0 or beside_m > 2.0 * me.radius_m:
        return math.inf
    return max(0.0, (float(np.linalg.norm(to)) - 2.0 * me.radius_m) / TIME_GAP_S)


def _off_walls(me: Walker, step: Vector, walls: Sequence[tuple[Vector, Vector]]) -> Vector:
    """Return where a step leads that keeps the clearance off walls and is no longer than planned."""
    end = me.position + step
    for _ in range(2):
        for a, b in walls:
            away = _off(end, a, b)
            gap = np.linalg.norm(away)
            if 0.0 < gap < CLEARANCE_M:
                end = end + (CLEARANCE_M / gap - 1.0) * away
    taken = end - me.position
    if taken @ taken > step @ step:
        taken = taken * math.sqrt(float(step @ step) / float(taken @ taken))
    return me.position + taken


def _off(point: Vector, a: Vector, b: Vector) -> Vector:
    """Return the vector from the nearest point of a segment to a point."""
    share = np.clip(np.dot(point - a, b - a) / np.dot(b - a, b - a), 0.0, 1.0)
    return np.asarray(point - a - share * (b - a))
