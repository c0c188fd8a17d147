"""Small bare floors and crowds on them for tests."""

from __future__ import annotations

from shapely import box

from sim import crowd


def hall(length_m=20.0, width_m=10.0, **more):
    """Return a hall with an exit 2 m wide in the middle of its east side."""
    middle = width_m / 2
    exits = {"east": ((length_m, middle - 1), (length_m, middle + 1))}
    return crowd.Floor(box(0, 0, length_m, width_m), exits={**exits, **more.pop("exits", {})}, **more)


def two_levels(**more):
    """Return two halls one above the other, an exit below, a stair at the west side."""
    stair = crowd.Stair("s1", ("0", (0, 5)), ("1", (0, 5)), 2.0, 10.0, up_factor=0.5, down_factor=0.8)
    floors = {"0": box(0, 0, 20, 10), "1": box(0, 0, 20, 10)}
    return crowd.Floor(floors, exits={"east": ((20, 4), (20, 6))}, stairs=[stair], **more)


def crowd_in(polygon, n, goal=None, seed=1, **more):
    """Return n people scattered over a polygon."""
    return [crowd.Person(at, goal, **more) for at in crowd.scatter(polygon, n, seed)]
