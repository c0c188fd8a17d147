"""Small planar geometry shared by the kernels: segments, doors, in-space distances. Metres throughout."""

from __future__ import annotations

from sim.kernels._jit import kernel
from sim.kernels.types import NavArrays


@kernel
def wide(number: int) -> int:
    """Return a whole number as int64: kernels that take rows of arrays are then compiled once, not per type.

    Measured 2026-11-25: each further signature of a kernel with a compiled plan costs 1 to 2 CPU-seconds.
    """
    return number + 0


@kernel
def crosses(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float) -> bool:
    """Tell whether ab crosses or touches cd (the ends of ab do not count).

    By the sides of ab that c and d lie on: two walls that share a corner see it on the same side, bit for
    bit, so that nothing slips through where they meet.
    """
    rx, ry, sx, sy = bx - ax, by - ay, dx - cx, dy - cy
    left_c, left_d = rx * (cy - ay) - ry * (cx - ax), rx * (dy - ay) - ry * (dx - ax)
    if (left_c > 0.0 and left_d > 0.0) or (left_c < 0.0 and left_d < 0.0):
        return False
    denominator = rx * sy - ry * sx
    if denominator == 0.0:
        return False
    return 0.0 < ((cx - ax) * sy - (cy - ay) * sx) / denominator < 1.0


@kernel
def crossing_at(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float
) -> float:
    """Return where on ab (0 to 1) segment cd crosses it, 2.0 if it does not.

    A line that only grazes a corner crosses both of its walls or neither; one that runs through the joint of
    two walls crosses exactly one of them.
    """
    rx, ry, sx, sy = bx - ax, by - ay, dx - cx, dy - cy
    left_c, left_d = rx * (cy - ay) - ry * (cx - ax), rx * (dy - ay) - ry * (dx - ax)
    denominator = rx * sy - ry * sx
    if (left_c >= 0.0) == (left_d >= 0.0) or denominator == 0.0:
        return 2.0
    t = ((cx - ax) * sy - (cy - ay) * sx) / denominator
    return t if 0.0 <= t <= 1.0 else 2.0


@kernel
def off_segment(x0: float, y0: float, x1: float, y1: float, x: float, y: float) -> tuple[float, float]:
    """Return the vector from the nearest point of a segment to a point."""
    ux, uy = x1 - x0, y1 - y0
    along = ((x - x0) * ux + (y - y0) * uy) / (ux * ux + uy * uy)
    along = min(max(along, 0.0), 1.0)
    return x - x0 - along * ux, y - y0 - along * uy


@kernel
def is_clear(nav: NavArrays, space: int, ax: float, ay: float, bx: float, by: float) -> bool:
    """Tell whether the straight line from a to b stays in a space: it crosses no wall and no door's mid-line.

    A bent room may see itself through a door and the room behind it, so mid-lines count, but for their
    touching either end: the way to a door or from one starts or ends there.
    """
    for wall in range(nav.space_wall_ptr[space], nav.space_wall_ptr[space + 1]):
        x0, y0, x1, y1 = nav.wall_x0[wall], nav.wall_y0[wall], nav.wall_x1[wall], nav.wall_y1[wall]
        if nav.wall_door[wall] < 0:
            if crosses(ax, ay, bx, by, x0, y0, x1, y1):
                return False
        elif 1e-6 < crossing_at(ax, ay, bx, by, x0, y0, x1, y1) < 1.0 - 1e-6:
            return False
    return True
