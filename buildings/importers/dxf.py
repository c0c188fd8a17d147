"""DXF by ezdxf: rooms from area outlines, else from the lines of walls; doors from swings, gaps and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from pathlib import Path
from statistics import median
from typing import Any

from shapely import LineString, Point, Polygon, STRtree

from buildings.errors import PlanError
from buildings.importers import dxf_walls, uses
from buildings.importers.dxf_walls import Gap, Segment
from buildings.importers.raw import Raw, RawDoor, RawLevel, RawSpace, RawWall, Xy
from buildings.importers.units import UNITS_M

_INSUNITS = {1: "in", 2: "ft", 4: "mm", 5: "cm", 6: "m"}
_NOT = re.compile(
    r"^S-|foot|found|stem|retain|demo|clng|ceil|patt|hatch|dim|fire|roof|beam|furn|fixt|case", re.I
)
_WALL = re.compile(r"wall|wand\b|w[aä]nde|muro|\bmur|partition|tabique|cloison", re.I)
_DOOR = re.compile(r"door|opening|t[uü]e?r(en)?\b|puerta|porte|glaz|wind|fenst|header|ventana|jamb", re.I)
_AREA = re.compile(r"area|room|space|raum|zone|\brm\b|recinto|\bpi[eè]ce", re.I)
_IDENTITY = re.compile(r"area-iden|room-?num|rm-?num", re.I)
_SIZE = re.compile(r"^(\d{1,2})(\d)(\d)(\d)\b(.*)$")
_NUMBER = re.compile(r"^[A-Z]{0,2}-?\d{2,4}[A-Z]?$")
_NO_NAME = re.compile(r"\d\s*'|\d\s*\"|^[\d.,\s'\"x×-]+$|m2|m²|sq\.? ?ft|\bSF\b|^.$", re.I)
_MOST = 400_000
_ARC_DEGREES = 40.0, 190.0


@dataclass
class _Drawing:
    """Lines by what their layers say, swings, texts and closed outlines, in units of the drawing."""

    walls: list[Segment] = field(default_factory=list)
    doors: list[Segment] = field(default_factory=list)
    other: list[Segment] = field(default_factory=list)
    swings: list[tuple[Xy, float, Xy, Xy]] = field(default_factory=list)
    areas: list[Polygon] = field(default_factory=list)
    texts: list[tuple[str, Xy]] = field(default_factory=list)
    numbers: list[tuple[str, Xy]] = field(default_factory=list)
    layers: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Raw:
    """Read a DXF file: one level, in units of the drawing.

    Parameters
    ----------
    path : Path
        A `.dxf` file.

    Raises
    ------
    PlanError
        If it is no DXF file, or holds no lines.
    """
    document = _open(path)
    drawing = _Drawing()
    for count, (entity, layer) in enumerate(_entities(document.modelspace(), 0)):
        if count > _MOST:
            raise PlanError(f"{path}: the drawing has more than {_MOST:,} lines; export one floor of it.")
        _take(drawing, entity, layer)
    if not drawing.walls and not drawing.areas:
        drawing.walls, drawing.other = drawing.other, []
    if not drawing.walls and not drawing.areas:
        raise PlanError(f"{path}: the drawing has no lines in its model space; export the floor plan itself.")
    word = _INSUNITS.get(int(document.header.get("$INSUNITS", 0)))
    unit_m = UNITS_M[word] if word else None
    raw = Raw("DXF", path.stem, unit_m, f"{word}, as the header says" if word else "nothing")
    used = ", ".join(sorted({role for role in drawing.layers.values() if role != "other"}))
    names = ", ".join(sorted(layer for layer, role in drawing.layers.items() if role != "other")[:12])
    raw.note("layers", f"layers read as {used or 'walls, for want of a name'}: {names or 'all'}.")
    _near_zero(raw, drawing)
    m = 1.0 / _guess(drawing, unit_m)
    if len(drawing.areas) >= 2:
        _from_areas(raw, drawing, m)
    else:
        _from_lines(raw, drawing, m)
    raw.levels = [RawLevel("Floor", 0.0)]
    return raw


def _open(path: Path) -> Any:
    from ezdxf import recover
    from ezdxf.lldxf.const import DXFError

    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"AC10"):
        raise PlanError(f"{path}: this is a DWG file under another name; save it as DXF.")
    if not head.startswith(b"AutoCAD Binary DXF") and b"\x00" in head:
        raise PlanError(f"{path}: this is no DXF file; save the drawing as DXF.")
    try:
        document, _ = recover.readfile(str(path))
    except (DXFError, OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        why = (str(problem).splitlines() or [type(problem).__name__])[0][:120]
        raise PlanError(f"{path}: the file cannot be read as DXF ({why}); save the drawing anew.") from None
    return document


def _entities(container: Any, depth: int) -> Iterator[tuple[Any, str]]:
    """Return all drawn entities with their layers, blocks taken apart."""
    for entity in container:
        layer = str(entity.dxf.get("layer", "0"))
        if entity.dxftype() == "INSERT":
            if depth < 4 and not _NOT.search(_plain(layer)):
                for part, inner in _entities(_parts(entity), depth + 1):
                    yield part, layer if inner == "0" else inner
        else:
            yield entity, layer


def _parts(insert: Any) -> Iterator[Any]:
    try:
        yield from insert.virtual_entities()
    except Exception:  # a block that refers to nothing, or turns inside out
        return


def _plain(layer: str) -> str:
    """Return the name of a layer without the drawing it was bound from."""
    return re.split(r"\$\d+\$|\|", layer)[-1]


def _role(layer: str) -> str:
    name = _plain(layer)
    if _NOT.search(name):
        return "none"
    for role, pattern in (("wall", _WALL), ("door", _DOOR), ("area", _AREA)):
        if pattern.search(name):
            return f"{role}s"
    return "other"


def _take(drawing: _Drawing, entity: Any, layer: str) -> None:
    kind = entity.dxftype()
    if kind in ("TEXT", "MTEXT", "ATTRIB"):
        _take_text(drawing, entity, kind, layer)
        return
    role = _role(layer)
    if role == "none" or kind not in ("LINE", "LWPOLYLINE", "POLYLINE", "ARC"):
        return
    if role != "other":
        drawing.layers[_plain(layer)] = role
    points = _points(entity, kind)
    if kind == "ARC":
        sweep = (entity.dxf.end_angle - entity.dxf.start_angle) % 360.0
        if role in ("doors", "other") and _ARC_DEGREES[0] <= sweep <= _ARC_DEGREES[1] and points:
            center = (float(entity.dxf.center.x), float(entity.dxf.center.y))
            drawing.swings.append((center, float(entity.dxf.radius), points[0], points[-1]))
            return
        if role == "doors":
            return
    if role == "areas":
        if kind in ("LWPOLYLINE", "POLYLINE") and entity.is_closed and len(points) >= 4:
            drawing.areas.append(Polygon(points))
        return
    group = {"walls": drawing.walls, "doors": drawing.doors}.get(role, drawing.other)
    group.extend(pairwise(points))


def _points(entity: Any, kind: str) -> list[Xy]:
    """Return an entity as points on the ground; curves become short straight pieces."""
    if kind == "LINE":
        vertices = [entity.dxf.start, entity.dxf.end]
    else:
        from ezdxf import path as paths

        try:
            drawn = paths.make_path(entity)
            size = max(drawn.bbox().size.x, drawn.bbox().size.y) if len(drawn) else 0.0
            vertices = list(drawn.flattening(max(size / 200.0, 1e-6)))
        except Exception:  # no path: a mesh, or nothing at all
            return []
    points = [(float(v.x), float(v.y)) for v in vertices]
    return [point for point in points if all(abs(value) < 1e12 for value in point)]


def _take_text(drawing: _Drawing, entity: Any, kind: str, layer: str) -> None:
    text = entity.plain_text() if kind == "MTEXT" else str(entity.dxf.get("text", ""))
    text = re.sub(r"%%[uUoO]", "", text).strip()
    at = entity.dxf.get("insert")
    if text and at is not None:
        height = float(entity.dxf.get("char_height" if kind == "MTEXT" else "height", 0.0) or 0.0)
        # A text begins at its left end: its middle is more surely in the room that it names.
        shift = (
            0.3 * height * len(text.splitlines()[0])
            if kind == "TEXT" and not entity.dxf.get("halign")
            else 0.0
        )
        if _IDENTITY.search(layer):
            number, _, text = text.partition("\n")
            drawing.numbers.append((number.strip()[:40], (float(at.x), float(at.y))))
        drawing.texts.append((text[:120], (float(at.x) + shift, float(at.y) + 0.5 * height)))


def _near_zero(raw: Raw, drawing: _Drawing) -> None:
    """Subtract a whole origin near the drawing, so that no digit is lost."""
    points = [a for a, _ in drawing.walls] or [_ring(area)[0] for area in drawing.areas]
    ox, oy = (float(round(median(values))) for values in zip(*points, strict=True))
    if hypot(ox, oy) < 10_000.0:
        return
    raw.origin = (ox, oy, 0.0)

    def moved(at: Xy) -> Xy:
        return at[0] - ox, at[1] - oy

    for name in ("walls", "doors", "other"):
        setattr(drawing, name, [(moved(a), moved(b)) for a, b in getattr(drawing, name)])
    drawing.swings = [(moved(c), r, moved(s), moved(e)) for c, r, s, e in drawing.swings]
    drawing.areas = [Polygon([moved(p) for p in _ring(area)]) for area in drawing.areas]
    drawing.texts = [(text, moved(at)) for text, at in drawing.texts]
    drawing.numbers = [(text, moved(at)) for text, at in drawing.numbers]


def _ring(area: Polygon) -> list[Xy]:
    return [(point[0], point[1]) for point in area.exterior.coords]


def _guess(drawing: _Drawing, stated: float | None) -> float:
    """Return metres per unit, good enough for thresholds: by the swings of doors, else by the extent."""
    radii = [radius for _, radius, _, _ in drawing.swings]
    if radii:
        fits = [one for one in UNITS_M.values() if 0.55 <= median(radii) * one <= 1.3]
        if fits:
            return stated if stated in fits else fits[0]
    points = [p for one in drawing.walls for p in one] or [p for a in drawing.areas for p in _ring(a)]
    across = max(max(values) - min(values) for values in zip(*points, strict=True))
    order = [stated] if stated is not None else []
    for one in [*order, *UNITS_M.values()]:
        if 8.0 <= across * one <= 400.0:
            return one
    return stated or 1.0


def _from_areas(raw: Raw, drawing: _Drawing, m: float) -> None:
    """Take closed outlines on area layers as rooms, swings and short lines on door layers as doors."""
    for number, area in enumerate(drawing.areas):
        raw.spaces.append(_space(f"R{number + 1}", area, drawing))
    tree = STRtree(drawing.areas)
    for line in drawing.doors:
        if 0.5 * m <= hypot(line[1][0] - line[0][0], line[1][1] - line[0][1]) <= 6.0 * m:
            raw.doors.append(_door(raw, line, 0.3 * m, "door" if _has_swing(drawing, line, m) else "opening"))
    for centre, radius, start, end in drawing.swings:
        beside = [one for one in raw.doors if LineString(one.line).distance(Point(centre)) < 0.15 * m]
        if beside:
            continue
        # Closed, the leaf lies in its wall; open, it stands in a room.
        chords = [(centre, start), (centre, end)]
        inside = [len(tree.query(LineString(chord).centroid, predicate="intersects")) for chord in chords]
        raw.doors.append(_door(raw, chords[inside.index(min(inside))], 0.3 * m, "door", radius))


def _has_swing(drawing: _Drawing, line: Segment, m: float) -> bool:
    drawn = LineString(line)
    return any(drawn.distance(Point(centre)) < 0.15 * m for centre, _, _, _ in drawing.swings)


def _from_lines(raw: Raw, drawing: _Drawing, m: float) -> None:
    """Derive rooms from wall lines whose gaps are closed, and doors from the gaps."""
    sizes = [(size, at) for text, at in drawing.texts if (size := _door_size(text)) is not None]
    wide = [at for _, at in sizes] + [centre for centre, _, _, _ in drawing.swings]
    lines = [*drawing.walls, *drawing.doors]
    closed = dxf_walls.gaps(drawing.walls, lines, m, wide)
    standing = dxf_walls.beside_walls(drawing.doors, drawing.walls, closed, m)
    found = dxf_walls.faces([*drawing.walls, *standing], closed, m)
    rooms = STRtree(found.rooms) if found.rooms else None
    for number, room in enumerate(found.rooms):
        raw.spaces.append(_space(f"R{number + 1}", room, drawing))
    raw.walls = [RawWall(wall, 0.0, 2.5 * m) for wall in found.walls]
    for gap in closed:
        gap.swing = any(
            gap.rectangle.distance(Point(centre)) < 0.4 * m and 0.4 * gap.length < radius < 1.25 * gap.length
            for centre, radius, _, _ in drawing.swings
        )
        near = min(sizes, key=lambda one: gap.rectangle.distance(Point(one[1])), default=None)
        told = near is not None and gap.rectangle.distance(Point(near[1])) < 0.9 * m
        is_door = told and near is not None and near[0] and 0.6 < near[0] * 12 * 0.0254 * m / gap.length < 1.5
        sides = _sides(gap, rooms, m)
        if gap.swing or is_door:
            raw.doors.append(_door(raw, gap.line, gap.thickness, "door"))
        elif sides == 2:
            raw.doors.append(_door(raw, gap.line, gap.thickness, "opening"))
            x, y = gap.rectangle.centroid.x / m, gap.rectangle.centroid.y / m
            raw.note(
                "opening",
                f"a gap of {gap.length / m:.2f} m between two rooms, without a swing, was taken as an "
                "opening.",
                (round(x, 2), round(y, 2)),
            )


def _sides(gap: Gap, rooms: STRtree | None, m: float) -> int:
    """Return how many different rooms lie on the two sides of a gap."""
    if rooms is None:
        return 0
    (x0, y0), (x1, y1) = gap.line
    x, y, length = (x0 + x1) / 2.0, (y0 + y1) / 2.0, gap.length
    reach = gap.thickness / 2.0 + 0.15 * m
    nx, ny = -(y1 - y0) / length * reach, (x1 - x0) / length * reach
    found = set()
    for sign in (1.0, -1.0):
        hits = rooms.query(Point(x + sign * nx, y + sign * ny), predicate="intersects")
        found |= {int(hit) for hit in hits[:1]}
    return len(found)


def _door_size(text: str) -> float | None:
    """Return the feet of width that a size tells ("2668" is 2'6" by 6'8"), 0 for a window, else None."""
    size = _SIZE.match(text)
    if not size or len(text) > 20:
        return None
    feet, inches, high, high_inches, rest = size.groups()
    if re.search(r"\bXO\b|\bSH\b|\bFX\b|\bOX", rest) or int(high) * 12 + int(high_inches) < 72:
        return 0.0
    return int(feet) + int(inches) / 12.0


def _door(raw: Raw, line: Segment, across: float, kind: Any, width: float | None = None) -> RawDoor:
    length = hypot(line[1][0] - line[0][0], line[1][1] - line[0][1])
    return RawDoor(f"D{len(raw.doors) + 1}", line, 0.0, across, width=width or length, kind=kind)


def _space(name: str, area: Polygon, drawing: _Drawing) -> RawSpace:
    """Return a room with the texts that stand in it: a number, a name, words for its use."""
    inside = [text for text, at in drawing.texts if area.contains(Point(at))]
    lines = [line.strip() for text in inside for line in text.splitlines() if 1 < len(line.strip()) <= 40]
    told_number = next((text for text, at in drawing.numbers if area.contains(Point(at))), None)
    number = told_number or next(
        (line for line in lines if _NUMBER.fullmatch(line) and _door_size(line) is None), None
    )
    names = [
        line for line in lines if not _NO_NAME.search(line) and _door_size(line) is None and line != number
    ]
    told = [line for line in names if uses.use_of(line)]
    label = next(iter(told), next(iter(names), None))
    return RawSpace(name, area, 0.0, name=label or number, words="\n".join([*told, *names]), number=number)
