"""Random bare floors for tests: cells of random sizes, an exit anywhere, overlapping areas, a move."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from shapely import Point, box, union_all
from shapely.affinity import affine_transform, rotate

from sim import crowd

N_PLACES = 12


@dataclass(frozen=True)
class Drawn:
    """What a seed draws: the floor with everything on it, places to walk between, and where it is moved."""

    area: object
    exit_line: tuple
    areas: dict
    zones: list
    places: list
    degrees: float
    shift: tuple

    @cached_property
    def _matrix(self):
        c, s = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        return [c, -s, s, c, *self.shift]

    def there(self, point):
        """Return where a point is after the move."""
        a, b, c, d, dx, dy = self._matrix
        return a * point[0] + b * point[1] + dx, c * point[0] + d * point[1] + dy

    def floor(self, *, is_moved, is_cut):
        """Return the floor, where it was drawn or moved, bare or cut up by its areas and zones."""
        there = self.there if is_moved else tuple
        shape = (lambda thing: affine_transform(thing, self._matrix)) if is_moved else (lambda thing: thing)
        areas = {name: shape(one) for name, one in self.areas.items()} if is_cut else {}
        zones = [crowd.Zone(shape(one), 0.7) for one in self.zones] if is_cut else []
        exits = {"e": tuple(there(end) for end in self.exit_line)}
        return crowd.Floor(shape(self.area), exits=exits, areas=areas, zones=zones)


def draw_floor(seed):
    """Return what a seed draws."""
    rng = random.Random(seed)
    area = _cells(rng, rng.randint(2, 9))
    exit_line = _exit(rng, area)
    x0, y0, x1, y1 = area.bounds

    def patch():
        while True:
            x, y = rng.uniform(x0, x1), rng.uniform(y0, y1)
            shape = box(x, y, x + rng.uniform(0.5, 5.0), y + rng.uniform(0.5, 5.0))
            if rng.random() < 0.4:
                shape = rotate(shape, rng.uniform(0.0, 90.0))
            if rng.random() < 0.2:
                shape = Point(x, y).buffer(rng.uniform(0.5, 2.0), quad_segs=4)
            if shape.intersection(area).area > 0.2:
                return shape

    areas = {f"a{k}": patch() for k in range(rng.randint(0, 3))}
    zones = [patch() for _ in range(rng.randint(0, 2))]
    places = []
    while len(places) < N_PLACES:
        place = (rng.uniform(x0, x1), rng.uniform(y0, y1))
        if area.covers(Point(place)):
            places.append(place)
    degrees, shift = rng.uniform(0.0, 360.0), (rng.uniform(-1000.0, 1000.0), rng.uniform(-1000.0, 1000.0))
    return Drawn(area, exit_line, areas, zones, places, degrees, shift)


def _cells(rng, n):
    """Return cells of a grid of random sizes that hang together."""
    cells = {(0, 0)}
    while len(cells) < n:
        i, j = rng.choice(sorted(cells))
        di, dj = rng.choice([(1, 0), (-1, 0), (0, 1), (0, -1)])
        cells.add((i + di, j + dj))
    xs, ys = ([0.0, *accumulate(rng.uniform(2.0, 5.0) for _ in range(20))] for _ in range(2))
    return union_all([box(xs[i + 10], ys[j + 10], xs[i + 11], ys[j + 11]) for i, j in cells])


def _exit(rng, area):
    """Return an exit somewhere on an edge of the floor, at most the whole of it."""
    rings = [area.exterior, *area.interiors]
    edges = [edge for ring in rings for edge in pairwise(ring.coords) if math.dist(*edge) > 1.6]
    start, end = rng.choice(edges)
    length = math.dist(start, end)
    width = rng.uniform(0.8, min(length, 3.0))
    first = rng.uniform(0.0, length - width)

    def along(m):
        share = m / length
        return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])

    return along(first), along(first + width)
