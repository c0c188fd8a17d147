"""The walkable ground and the walls of a level as polygons: what several exporters draw."""

from __future__ import annotations

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from buildings.plan import FloorPlan

WALL_M = 0.2
_REACH_M = 0.12


def rooms(plan: FloorPlan, level: str) -> list[Polygon]:
    """Return the indoor spaces of a level."""
    return [
        Polygon(space.polygon)
        for space in plan.spaces
        if space.level == level and not plan.is_outside(space.id)
    ]


def doorways(plan: FloorPlan, level: str) -> list[BaseGeometry]:
    """Return a rectangle through the wall for every door of a level, as wide as the door."""
    found: list[BaseGeometry] = []
    shapes = {space.id: Polygon(space.polygon) for space in plan.spaces}
    for door in plan.doors:
        if door.level == level:
            line = LineString(plan.door_line(door))
            sides = [shapes[side] for side in door.between if side in shapes and not plan.is_outside(side)]
            away = max((line.distance(side) for side in sides), default=WALL_M / 2.0)
            outside = len(sides) < 2
            found.append(line.buffer(away + (WALL_M if outside else _REACH_M), cap_style="flat"))
    return found


def walkable(plan: FloorPlan, level: str) -> BaseGeometry:
    """Return the ground that one can walk on: rooms and the doorways between them."""
    return shapely.union_all([*rooms(plan, level), *doorways(plan, level)], grid_size=1e-4)


def walls(plan: FloorPlan, level: str) -> BaseGeometry:
    """Return the ground under walls: what lies around rooms and is no doorway."""
    inside = shapely.union_all(rooms(plan, level), grid_size=1e-4)
    around = inside.buffer(WALL_M, join_style="mitre")
    cut = shapely.union_all(doorways(plan, level), grid_size=1e-4)
    return around.difference(inside).difference(cut)
