"""The plan of the movement benchmark: one storey, 100 m x 61 m, made for measuring and for nothing else.

Forty classrooms (20 of 8 m x 9 m, 20 of 8 m x 8 m) with 1.0 m doors along two corridors of 3 m, a gym of
34 m x 19 m and a cafeteria of 24 m x 19 m with 2.0 m doors on the spine that joins them, four exits of 2.0 m,
walls of 0.2 m. Its graph of doors is a tree, so it measures walking and routing, not the choice of a way.
"""

from __future__ import annotations

import numpy as np
from shapely import Polygon, contains_xy

from buildings.plan import FloorPlan

BODY_M = 0.2
_SPINE = (48.5, 51.5)
_HALVES = ((0.0, 48.3), (51.7, 100.0))


def school() -> FloorPlan:
    """Return the plan."""
    spaces = [
        _box("SPINE", "corridor", _SPINE[0], 0.0, _SPINE[1], 61.0),
        _box("GYM", "gym", 14.3, 41.4, 48.3, 61.0),
        _box("CAFETERIA", "cafeteria", 51.7, 41.4, 75.7, 61.0),
    ]
    doors = [
        _door("D-GYM", "GYM", "SPINE", (48.4, 51.0), 2.0, "interior"),
        _door("D-CAFETERIA", "CAFETERIA", "SPINE", (51.6, 51.0), 2.0, "interior"),
        _door("X-NORTH", "SPINE", "OUT", (50.0, 61.0), 2.0, "exterior"),
        _door("X-SOUTH", "SPINE", "OUT", (50.0, 0.0), 2.0, "exterior"),
    ]
    for name, y, deep in (("A", 8.2, (8.0, 8.0)), ("B", 28.9, (9.0, 9.0))):
        for half, (x0, x1) in zip("WE", _HALVES, strict=True):
            corridor = f"{name}{half}"
            spaces.append(_box(corridor, "corridor", x0, y, x1, y + 3.0))
            jamb = x1 + 0.1 if half == "W" else x0 - 0.1
            doors.append(_door(f"D-{corridor}", corridor, "SPINE", (jamb, y + 1.5), 3.0, "opening"))
            if name == "B":
                end = x0 if half == "W" else x1
                doors.append(_door(f"X-{half}", corridor, "OUT", (end, y + 1.5), 2.0, "exterior"))
            for side, depth in zip("SN", deep, strict=True):
                floor = y - 0.2 - depth if side == "S" else y + 3.2
                wall = y - 0.1 if side == "S" else y + 3.1
                for k in range(5):
                    left = x0 + 8.2 * k + 3.0
                    room = f"{corridor}{side}{k}"
                    spaces.append(_box(room, "classroom", left, floor, left + 8.0, floor + depth))
                    doors.append(_door(f"D-{room}", room, corridor, (left + 4.0, wall), 1.0, "interior"))
    level = {"id": "1", "elevation": 0.0, "height": 3.0}
    return FloorPlan(
        name="movement benchmark",
        fictional=True,
        enrolment=None,
        levels=[level],
        spaces=spaces,
        doors=doors,
        connectors=(),
    )


def placed(plan: FloorPlan, n: int, seed: int) -> np.ndarray:
    """Return n places on a lattice over all spaces, drawn by a seed, float64[n, 2] (m)."""
    lattice = _lattice([Polygon(space.polygon) for space in plan.spaces], 0.9)
    return lattice[np.sort(np.random.default_rng(seed).permutation(len(lattice))[:n])]


def packed(plan: FloorPlan, n: int) -> np.ndarray:
    """Return n places 0.45 m apart, spine and corridors first, then cafeteria and gym: queues at once."""
    order = ("SPINE", "BW", "BE", "AW", "AE", "CAFETERIA", "GYM")
    shapes = {space.id: Polygon(space.polygon) for space in plan.spaces}
    return np.concatenate([_lattice([shapes[name]], 0.45) for name in order])[:n]


def _lattice(shapes: list[Polygon], pitch_m: float) -> np.ndarray:
    found = []
    for shape in shapes:
        inner = shape.buffer(-(BODY_M + 0.05))
        x0, y0, x1, y1 = inner.bounds
        gx, gy = np.meshgrid(np.arange(x0 + 1e-6, x1, pitch_m), np.arange(y0 + 1e-6, y1, pitch_m))
        inside = contains_xy(inner, gx.ravel(), gy.ravel())
        found.append(np.column_stack([gx.ravel()[inside], gy.ravel()[inside]]))
    return np.concatenate(found)


def _box(name: str, use: str, x0: float, y0: float, x1: float, y1: float) -> dict[str, object]:
    return {"id": name, "level": "1", "use": use, "polygon": [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]}


def _door(name: str, a: str, b: str, at: tuple[float, float], width_m: float, kind: str) -> dict[str, object]:
    return {"id": name, "level": "1", "between": [a, b], "at": at, "width": width_m, "kind": kind}
