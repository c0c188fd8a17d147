"""Plans written as OSM Simple Indoor Tagging: a door is a node in the outline of a room."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

from shapely import LineString, Point

from buildings.plan import OUT, FloorPlan

SCALE = 111_319.49, 110_574.0
"""Metres per degree at 0 N 0 E."""


def write_osm(plan: FloorPlan, path: Path) -> Path:
    """Write rooms as closed ways, doors as nodes of one of them, stairs as rooms over two levels."""
    nodes: list[str] = []
    ways: list[str] = []
    ordinal = {level.id: number for number, level in enumerate(plan.levels)}

    def node(x: float, y: float, **tags: object) -> int:
        inner = "".join(f"<tag k={quoteattr(k)} v={quoteattr(str(v))}/>" for k, v in tags.items())
        at = f'lon="{x / SCALE[0]:.10f}" lat="{y / SCALE[1]:.10f}"'
        nodes.append(f'<node id="{len(nodes) + 1}" {at}>{inner}</node>')
        return len(nodes)

    for space in plan.spaces:
        if plan.is_outside(space.id):
            continue
        ring = [*space.polygon, space.polygon[0]]
        placed: list[tuple[float, int]] = []
        outline = LineString(ring)
        for number, point in enumerate(space.polygon):
            along = LineString(ring[: number + 1]).length if number else 0.0
            placed.append((along, node(*point)))
        for door in plan.doors:
            first = next(side for side in door.between if side != OUT and not plan.is_outside(side))
            if first == space.id:
                (x0, y0), (x1, y1) = plan.door_line(door)
                along = outline.project(Point((x0 + x1) / 2.0, (y0 + y1) / 2.0))
                at = outline.interpolate(along)
                kind = "no" if door.kind == "opening" else "hinged"
                placed.append((along, node(at.x, at.y, door=kind, width=door.width_m)))
        refs = [ref for _, ref in sorted(placed)]
        inner = "".join(f'<nd ref="{ref}"/>' for ref in [*refs, refs[0]])
        tags = {
            "indoor": "corridor" if space.use == "corridor" else "room",
            "room": space.use,
            "ref": space.id,
        }
        tags["level"] = str(ordinal[space.level])
        inner += "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
        ways.append(f'<way id="{len(ways) + 1}">{inner}</way>')
    for one in plan.connectors:
        refs = [node(*end.at) for end in one.ends]
        levels = ";".join(str(ordinal[end.level]) for end in one.ends)
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        inner += f'<tag k="highway" v="steps"/><tag k="level" v="{levels}"/>'
        ways.append(f'<way id="{len(ways) + 1}">{inner}</way>')
    body = "\n".join([*nodes, *ways])
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{body}\n</osm>\n', encoding="utf-8"
    )
    return path
