"""Hard plans for tests: random rooms with many corners, doors on any face, on one or two levels."""

from __future__ import annotations

import random

from plans import HALF_WALL_M, door, plan
from shapely import Polygon, box, union_all
from shapely.geometry.polygon import orient

from buildings.plan import OUT

CELL_M = 3.0


def maze_plan(seed, nx=5, ny=4, levels=1):
    """Return a plan of random polyominoes (L, T, U, S shapes) that are all joined, with one to three exits.

    The upper level, where there is one, has the same rooms and hangs on one or two stairs.
    """
    rng = random.Random(seed)
    regions = _regions(nx, ny, rng)
    spaces, doors, connectors = [], [], []
    for level in range(1, levels + 1):
        for name, cells in regions.items():
            space = {"id": f"{name}.{level}", "level": str(level), "use": "classroom", "capacity": 8}
            spaces.append({**space, "polygon": _ring(cells)})
        doors += _joins(regions, nx, ny, level, rng)
    doors += _exits(regions, nx, ny, rng)
    if levels == 2:
        connectors = _stairs(regions, nx, rng)
    return plan(spaces, doors, name=f"maze {seed}", levels=levels, connectors=connectors)


def _regions(nx, ny, rng):
    """Grow regions cell by cell; a region never closes a ring, so that its outline is one polygon."""
    owner: dict[tuple[int, int], str] = {}
    cells = [(i, j) for i in range(nx) for j in range(ny)]
    rng.shuffle(cells)
    regions: dict[str, list[tuple[int, int]]] = {}
    for start in cells:
        if start in owner:
            continue
        name = f"R{len(regions)}"
        mine, size = [start], rng.randint(1, 8)
        owner[start] = name
        while len(mine) < size:
            edge = [c for m in mine for c in _around(m) if c in cells and c not in owner]
            edge = [c for c in edge if _is_simple([*mine, c])]
            if not edge:
                break
            cell = rng.choice(edge)
            owner[cell] = name
            mine.append(cell)
        regions[name] = mine
    return regions


def _around(cell):
    i, j = cell
    return [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]


def _shape(cells):
    area = union_all([box(i * CELL_M, j * CELL_M, (i + 1) * CELL_M, (j + 1) * CELL_M) for i, j in cells])
    return area.buffer(-HALF_WALL_M, join_style="mitre")


def _is_simple(cells):
    shape = _shape(cells)
    return isinstance(shape, Polygon) and not shape.interiors


def _ring(cells):
    ring = list(orient(_shape(cells).simplify(1e-9)).exterior.coords)[:-1]
    return [(round(x, 3), round(y, 3)) for x, y in ring]


def _owner(regions):
    return {cell: name for name, cells in regions.items() for cell in cells}


def _joins(regions, nx, ny, level, rng):
    owner = _owner(regions)
    walls = []
    for i in range(nx):
        for j in range(ny):
            for cell, at in (((i + 1, j), (i + 1, j + 0.5)), ((i, j + 1), (i + 0.5, j + 1))):
                if cell in owner and owner[cell] != owner[i, j]:
                    walls.append((owner[i, j], owner[cell], (at[0] * CELL_M, at[1] * CELL_M)))
    rng.shuffle(walls)
    group = {name: name for name in regions}
    doors = []
    for number, (a, b, at) in enumerate(walls):
        if group[a] != group[b] or rng.random() < 0.3:
            old, new = group[a], group[b]
            group = {name: new if g == old else g for name, g in group.items()}
            ends = f"{a}.{level}", f"{b}.{level}", (round(at[0], 3), round(at[1], 3))
            width, kind = rng.choice([0.8, 0.915, 1.83]), rng.choice(["interior", "opening"])
            doors.append(door(f"D{number}.{level}", *ends, width, kind, str(level)))
    return doors


def _exits(regions, nx, ny, rng):
    owner = _owner(regions)
    places = [((i, 0), ((i + 0.5) * CELL_M, 0.0)) for i in range(nx)]
    places += [((0, j), (0.0, (j + 0.5) * CELL_M)) for j in range(ny)]
    places += [((i, ny - 1), ((i + 0.5) * CELL_M, ny * CELL_M)) for i in range(nx)]
    chosen = rng.sample(places, rng.randint(1, 3))
    return [
        door(f"X{k}", f"{owner[cell]}.1", OUT, at, rng.choice([0.8, 1.0, 1.8]), "exterior")
        for k, (cell, at) in enumerate(chosen)
    ]


def _stairs(regions, nx, rng):
    """Hang the upper level on stairs, whose ends lie on the outer wall of cells at the right-hand edge."""
    owner = _owner(regions)
    rows = sorted({j for i, j in owner if i == nx - 1})
    found = []
    for number, j in enumerate(rng.sample(rows, min(len(rows), rng.randint(1, 2)))):
        name, at = owner[nx - 1, j], (round(nx * CELL_M - HALF_WALL_M, 3), (j + 0.5) * CELL_M)
        ends = [{"level": str(k), "space": f"{name}.{k}", "at": at} for k in (1, 2)]
        found.append({"id": f"ST{number}", "kind": "stairs", "width": 1.5, "length": 6.0, "ends": ends})
    return found
