"""Exact shortest ways, independently of the product: shapely's geometry and a visibility graph of our own.

The free area of a disc is the walkable area eroded by its radius; a shortest way bends only at its reflex
vertices (arcs are cut into chords of a sixth of a quarter turn, which shortens an arc by 0.3 %).
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, Polygon, union_all

from buildings.plan import OUT


def walkable(plan, level):
    """Return the walkable area of a level: its spaces and the throats of its inner doors."""
    spaces = {s.id: Polygon(s.polygon) for s in plan.spaces if s.level == level and not plan.is_outside(s.id)}
    parts = list(spaces.values())
    for door in plan.doors:
        a, b = door.between
        if OUT in (a, b) or a not in spaces or b not in spaces or door.kind == "cubicle":
            continue
        (x0, y0), (x1, y1) = plan.door_line(door)
        length = np.hypot(x1 - x0, y1 - y0)
        share = min(door.width_m, length) / length / 2.0
        mx, my = (x0 + x1) / 2.0, (y0 + y1) / 2.0
        end0 = (mx + share * (x0 - x1), my + share * (y0 - y1))
        end1 = (mx - share * (x0 - x1), my - share * (y0 - y1))
        gap = max(spaces[a].distance(shapely.Point(mx, my)), spaces[b].distance(shapely.Point(mx, my)))
        if gap > 1e-9:
            throat = LineString([end0, end1]).buffer(gap + 1e-6, cap_style="flat")
            parts.append(throat)
    return union_all(parts, grid_size=1e-6)


def _rings(area):
    for part in shapely.get_parts(area):
        part = shapely.normalize(shapely.geometry.polygon.orient(part))
        part = shapely.geometry.polygon.orient(part)
        yield np.asarray(part.exterior.coords)[:-1]
        for hole in part.interiors:
            yield np.asarray(hole.coords)[:-1]


class ExactWays:
    """Shortest ways of a disc in an area.

    Parameters
    ----------
    area : shapely geometry
        Walkable area (m).
    radius_m : float
        Radius of the disc.
    """

    def __init__(self, area, radius_m):
        self.free = area.buffer(-radius_m, quad_segs=6)
        bends = []
        for ring in _rings(self.free):
            before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
            u, v = ring - before, after - ring
            bends.append(ring[u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0] < -1e-12])
        self.bends = np.concatenate(bends)
        self._room = self.free.buffer(1e-7)
        shapely.prepare(self._room)
        self._graph = self._lengths(self.bends, self.bends)

    def _lengths(self, a, b):
        """Return the lengths of the free lines between two lists of points, infinite where not free."""
        pairs = np.stack(np.broadcast_arrays(a[:, None, :], b[None, :, :]), axis=2).reshape(-1, 2, 2)
        length = np.hypot(*(pairs[:, 0] - pairs[:, 1]).T)
        free = np.zeros(len(pairs), dtype=bool)
        for k in range(0, len(pairs), 200_000):
            block = slice(k, k + 200_000)
            free[block] = shapely.covers(self._room, shapely.linestrings(pairs[block]))
        return np.where(free, length, np.inf).reshape(len(a), len(b))

    def holds(self, x, y):
        """Tell whether a disc fits at a point."""
        return bool(self.free.contains(shapely.Point(x, y)))

    def length(self, a, b):
        """Return the length of the shortest way between two points (m)."""
        ends = np.array([a, b], dtype=float)
        direct = self._lengths(ends[:1], ends[1:])[0, 0]
        if np.isfinite(direct):
            return float(direct)
        to_bends = self._lengths(ends, self.bends)
        n = len(self.bends)
        full = np.full((n + 2, n + 2), np.inf)
        full[:n, :n] = self._graph
        full[n:, :n], full[:n, n:] = to_bends, to_bends.T
        full[~np.isfinite(full)] = 0.0
        return float(dijkstra(csr_matrix(full), indices=n)[n + 1])
