"""E61 and W67: what inner walls do to ways: rooms that they cut off, and walls that stand in no space.

The graph of doors alone takes a space as open from door to door. Here a space with inner walls falls into the
parts that a body can walk between.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from shapely import LineString, MultiPolygon, Point, Polygon, union_all
from shapely.geometry.base import BaseGeometry

from buildings.checks.finding import Finding, error, place, warning
from buildings.checks.site import Site
from buildings.checks.ways import BODY_M, Crossing, Ways
from buildings.plan import OUT, Wall

_LEAST_PART_M2 = 0.5
"""A part smaller than this is a corner behind a wall, where nobody stands."""

_STRAY_M = 0.3
"""A wall may reach so far out of the spaces, into the thickness of outer walls."""

Part = tuple[str, int]


def check_inner_walls(site: Site, ways: Ways) -> Iterator[Finding]:
    """Check that nobody is walled off, and that every wall stands in a space."""
    if site.plan.walls == "between_spaces":
        return
    walls = {level.id: [w for w in site.plan.walls if w.level == level.id] for level in site.plan.levels}
    for level, there in walls.items():
        shapes = [site.shape[space.id] for space in site.plan.spaces if space.level == level]
        for wall in there:
            yield from _stray(wall, union_all(shapes))
    yield from _cut_off(site, ways, walls)


def _stray(wall: Wall, spaces: BaseGeometry) -> Iterator[Finding]:
    """W67: a wall that stands in no space stops nobody, over a door for example."""
    line = LineString(wall.line)
    outside_m = line.difference(spaces).length
    if outside_m > max(_STRAY_M, line.length / 2.0):
        yield warning(
            "W67",
            f"the inner wall {place(wall.level, wall.line[0])} lies outside of every space for "
            f"{outside_m:.1f} m and stops nobody there; move it into a space, or leave it out.",
            (),
            wall.line[0],
        )


def _cut_off(site: Site, ways: Ways, walls: dict[str, list[Wall]]) -> Iterator[Finding]:
    """E61: a part of a space that has no way out on foot although the doors alone would have one."""
    parts = {space.id: _parts(site.shape[space.id], walls[space.level]) for space in site.indoor}
    if all(len(found) == 1 for found in parts.values()):
        return
    reached = _reached(ways, parts)
    for space in site.indoor:
        for number, part in enumerate(parts[space.id]):
            if ways[space.id] and (space.id, number) not in reached:
                at = part.representative_point()
                yield error(
                    "E61",
                    f"space '{space.id}' on level '{space.level}' cannot be reached from outside, or only "
                    f"in part: an inner wall cuts off {place(space.level, (at.x, at.y))}. Leave a gap of at "
                    f"least {BODY_M:g} m in the wall, or add a door.",
                    (space.id,),
                    (at.x, at.y),
                )


def _parts(shape: Polygon, walls: list[Wall]) -> list[Polygon]:
    """Return the parts of a space that a body cannot walk between."""
    lines = [line for wall in walls if (line := LineString(wall.line)).intersects(shape)]
    if not lines:
        return [shape]
    left = shape.buffer(-BODY_M / 2.0).difference(union_all(lines).buffer(BODY_M / 2.0))
    pieces = left.geoms if isinstance(left, MultiPolygon) else [left]
    found = [one for one in pieces if isinstance(one, Polygon) and one.area >= _LEAST_PART_M2]
    return found or [shape]


def _reached(ways: Ways, parts: dict[str, list[Polygon]]) -> set[Part]:
    """Return the parts with a way to the open air."""

    def part_of(crossing: Crossing, end: int) -> Part:
        name, at = crossing.ends[end]
        return name, min(range(len(parts[name])), key=lambda k: parts[name][k].distance(Point(at)))

    exits: set[Part] = set()
    beside: dict[Part, set[Part]] = {}
    for out in ways.values():
        for crossing, k in out:
            here = part_of(crossing, k)
            if crossing.ends[1 - k][0] == OUT:
                exits.add(here)
            else:
                beside.setdefault(here, set()).add(part_of(crossing, 1 - k))
    seen, queue = set(exits), deque(exits)
    while queue:
        for other in beside.get(queue.popleft(), set()) - seen:
            seen.add(other)
            queue.append(other)
    return seen
