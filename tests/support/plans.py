"""Small plans for tests: grids of rooms with random walls, doors, stairs and exits, always valid."""

from __future__ import annotations

import random

from buildings.plan import OUT, FloorPlan

HALF_WALL_M = 0.1


def box(name, use, x0, y0, x1, y1, level="1", **more):
    """Return a rectangular space by the centre lines of its walls."""
    h = HALF_WALL_M
    ring = [(x0 + h, y0 + h), (x1 - h, y0 + h), (x1 - h, y1 - h), (x0 + h, y1 - h)]
    return {"id": name, "level": level, "use": use, "polygon": ring, **more}


def door(name, a, b, at, width=0.915, kind="interior", level="1", **more):
    """Return a door at the middle of a wall."""
    return {"id": name, "level": level, "between": (a, b), "at": at, "width": width, "kind": kind, **more}


def plan(spaces, doors, *, name="test plan", enrolment=None, levels=1, connectors=(), **more):
    """Return a plan of one or more levels, 4 m apart."""
    return FloorPlan(
        name=name,
        fictional=True,
        enrolment=enrolment,
        levels=[{"id": str(k + 1), "elevation": 4.0 * k, "height": 4.0} for k in range(levels)],
        spaces=spaces,
        doors=doors,
        connectors=connectors,
        **more,
    )


def room_with_exit(width_m=8.0, depth_m=5.0, exit_m=1.0):
    """Return one room with an exit in the middle of its short wall."""
    return plan(
        [box("R", "classroom", 0.0, 0.0, width_m, depth_m)],
        [door("X", "R", OUT, (width_m, depth_m / 2), exit_m, "exterior")],
    )


def corridor(length_m=40.0, width_m=2.0):
    """Return a corridor with an exit at its far end."""
    return plan(
        [box("C", "corridor", 0.0, 0.0, length_m, width_m + 0.2)],
        [door("X", "C", OUT, (length_m, width_m / 2 + 0.1), 1.2, "exterior")],
    )


def grid_plan(seed, nx=3, ny=3):
    """Return a grid of rooms of random sizes, joined by a random spanning tree, some more doors, and exits.

    Every second seed has L-shaped rooms too, so that ways bend inside a room.
    """
    rng = random.Random(seed)
    xs, ys = [0.0], [0.0]
    for edges, n in ((xs, nx), (ys, ny)):
        for _ in range(n):
            edges.append(round(edges[-1] + rng.uniform(4.0, 9.0), 2))
    use = ["classroom", "corridor", "office"]
    spaces = [
        box(f"R{i}{j}", rng.choice(use), xs[i], ys[j], xs[i + 1], ys[j + 1], capacity=12)
        for i in range(nx)
        for j in range(ny)
    ]
    if seed % 2:
        spaces = [_notched(space, rng) for space in spaces]
    return plan(spaces, [*_tree_doors(xs, ys, rng), *_exits(xs, ys, rng)], name=f"grid {seed}", enrolment=20)


def _notched(space, rng):
    """Cut a corner out of a room where that leaves the middles of its walls alone."""
    if rng.random() < 0.5:
        return space
    (x0, y0), (x1, _), (_, y1), _ = space["polygon"]
    w, h = (x1 - x0) * 0.25, (y1 - y0) * 0.25
    ring = [(x0, y0), (x1, y0), (x1, y1 - h), (x1 - w, y1 - h), (x1 - w, y1), (x0, y1)]
    return {**space, "polygon": [(round(x, 3), round(y, 3)) for x, y in ring]}


def _tree_doors(xs, ys, rng):
    nx, ny = len(xs) - 1, len(ys) - 1
    walls = []
    for i in range(nx):
        for j in range(ny):
            middle_x, middle_y = (xs[i] + xs[i + 1]) / 2, (ys[j] + ys[j + 1]) / 2
            if i + 1 < nx:
                walls.append((f"R{i}{j}", f"R{i + 1}{j}", (xs[i + 1], middle_y)))
            if j + 1 < ny:
                walls.append((f"R{i}{j}", f"R{i}{j + 1}", (middle_x, ys[j + 1])))
    rng.shuffle(walls)
    group = {name: name for a, b, _ in walls for name in (a, b)}
    doors = []
    for number, (a, b, at) in enumerate(walls):
        if group[a] != group[b] or rng.random() < 0.25:
            old, new = group[a], group[b]
            group = {name: new if g == old else g for name, g in group.items()}
            kind = rng.choice(["interior", "interior", "opening"])
            doors.append(door(f"D{number}", a, b, at, rng.choice([0.915, 1.2, 1.83]), kind))
    return doors


def _exits(xs, ys, rng):
    first = (xs[0], (ys[0] + ys[1]) / 2)
    exits = [door("X0", "R00", OUT, first, 0.915, "exterior", number="1")]
    if rng.random() < 0.5:
        last = f"R{len(xs) - 2}{len(ys) - 2}"
        exits.append(door("X1", last, OUT, ((xs[-2] + xs[-1]) / 2, ys[-1]), 1.2, "exterior", number="2"))
    return exits
