"""A plan with the shapely polygons of its spaces: what the checks of geometry share."""

from __future__ import annotations

from math import hypot

from shapely import Point, Polygon, STRtree

from buildings.plan import OUT, Door, FloorPlan, Space

PROBE_M = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5)
"""How far from a door's mid-line its spaces are looked for (m): up to half of a wall of 1 m."""


class Site:
    """A plan whose ids are sound and whose polygons are valid."""

    def __init__(self, plan: FloorPlan) -> None:
        self.plan = plan
        self.shape = {space.id: Polygon(space.polygon) for space in plan.spaces}
        self.indoor = [space for space in plan.spaces if not plan.is_outside(space.id)]
        self._on_level = {
            level.id: [space for space in self.indoor if space.level == level.id] for level in plan.levels
        }
        self._trees = {
            level: STRtree([self.shape[space.id] for space in spaces])
            for level, spaces in self._on_level.items()
        }

    def on_level(self, level: str) -> list[Space]:
        """Return the indoor spaces of a level."""
        return self._on_level[level]

    def inside(self, name: str) -> str:
        """Return the id of a space, or OUT for all open air."""
        return OUT if self.plan.is_outside(name) else name

    def at(self, level: str, x: float, y: float) -> str | None:
        """Return the indoor space of a level that holds a point."""
        spaces = self._on_level[level]
        hits = self._trees[level].query(Point(x, y), predicate="intersects")
        return min((spaces[k].id for k in hits), default=None)

    def nearest(self, level: str, at: tuple[float, float], most: int = 2) -> list[str]:
        """Return the ids of the indoor spaces of a level nearest to a point."""
        spaces = self._on_level[level]
        found = sorted((self.shape[space.id].distance(Point(at)), space.id) for space in spaces)
        return [name for _, name in found[:most]]

    def middle(self, door: Door) -> tuple[float, float]:
        """Return the middle of a door (m)."""
        (x0, y0), (x1, y1) = self.plan.door_line(door)
        return (x0 + x1) / 2.0, (y0 + y1) / 2.0

    def sides(self, door: Door, along_m: float = 0.0) -> tuple[str, str]:
        """Return what lies on the two sides of a door's line, at its middle or so far along it (m)."""
        (x0, y0), (x1, y1) = self.plan.door_line(door)
        length = hypot(x1 - x0, y1 - y0)
        ux, uy = ((x1 - x0) / length, (y1 - y0) / length) if length > 0.0 else (1.0, 0.0)
        x, y = (x0 + x1) / 2.0 + along_m * ux, (y0 + y1) / 2.0 + along_m * uy
        left, right = self._look(door.level, x, y, -uy, ux), self._look(door.level, x, y, uy, -ux)
        return left, right

    def _look(self, level: str, x: float, y: float, nx: float, ny: float) -> str:
        for away in PROBE_M:
            if (name := self.at(level, x + away * nx, y + away * ny)) is not None:
                return name
        return OUT
