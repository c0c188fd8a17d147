"""OSM Simple Indoor Tagging (`.osm`) by defusedxml: rooms, doors as nodes of their walls, stairs by level."""

from __future__ import annotations

import re
from itertools import pairwise
from math import cos, hypot, isfinite, radians
from pathlib import Path
from typing import Any

from shapely import LineString, Polygon

from buildings.errors import PlanError
from buildings.importers.raw import Raw, RawDoor, RawSpace, RawStair, Xy

_MOST_NODES = 1_000_000
_STOREY_M = 3.6
_DOOR_M = 0.9
_ROOMS = ("room", "corridor", "area")
_M_PER_DEGREE = 111_319.49, 110_574.0


def read(path: Path) -> Raw:
    """Read an OSM file with indoor tags.

    Parameters
    ----------
    path : Path
        An `.osm` file (XML).

    Raises
    ------
    PlanError
        If it is no OSM file, declares entities, or holds no indoor room.
    """
    nodes, ways = _content(path)
    if not nodes:
        raise PlanError(f"{path}: there is no node in it; download or export the building again.")
    lons, lats = [at[0] for at, _ in nodes.values()], [at[1] for at, _ in nodes.values()]
    lon, lat = (min(lons) + max(lons)) / 2.0, (min(lats) + max(lats)) / 2.0
    kx, ky = _M_PER_DEGREE[0] * cos(radians(lat)), _M_PER_DEGREE[1]
    places = {name: ((at[0] - lon) * kx, (at[1] - lat) * ky) for name, (at, _) in nodes.items()}
    raw = Raw("OSM", path.stem, 1.0, "degrees, brought to metres")
    raw.georef = {"lon": lon, "lat": lat} if abs(lon) + abs(lat) > 0.01 else None
    edges: dict[str, list[tuple[str, str, float]]] = {}
    for name, (refs, tags) in ways.items():
        if tags.get("indoor") in _ROOMS or (tags.get("highway") == "elevator"):
            _room(raw, name, refs, tags, places, edges)
        elif tags.get("highway") == "steps" or tags.get("conveying"):
            _steps(raw, name, refs, tags, places)
    if not raw.spaces:
        raise PlanError(
            f"{path}: there is no indoor=room, corridor or area in it; only such plans can be imported."
        )
    if len({space.floor for space in raw.spaces}) > 1:
        raw.note("level", f"levels have no height; {_STOREY_M:g} m from floor to floor were assumed.")
    for name, (_, tags) in nodes.items():
        if "door" in tags or "entrance" in tags:
            _door(raw, name, tags, places, edges)
    return raw


def _content(
    path: Path,
) -> tuple[dict[str, tuple[Xy, dict[str, str]]], dict[str, tuple[list[str], dict[str, str]]]]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    nodes: dict[str, tuple[Xy, dict[str, str]]] = {}
    ways: dict[str, tuple[list[str], dict[str, str]]] = {}
    try:
        for _, element in iterparse(str(path)):
            if element.tag == "node":
                at = _degrees(element)
                if at is not None:
                    nodes[element.get("id", "")] = (at, _tags(element))
            elif element.tag == "way":
                refs = [child.get("ref", "") for child in element if child.tag == "nd"]
                ways[element.get("id", "")] = (refs, _tags(element))
            if element.tag in ("node", "way", "relation"):
                element.clear()
            if len(nodes) > _MOST_NODES:
                raise PlanError(f"{path}: it has more than {_MOST_NODES:,} nodes; export the building alone.")
    except DefusedXmlException:
        raise PlanError(f"{path}: the file declares entities, which no plan needs; it is not read.") from None
    except (ParseError, ValueError, LookupError, RecursionError) as problem:
        raise PlanError(f"{path}: this is no OSM file, or it is cut off ({str(problem)[:80]}).") from None
    return nodes, ways


def _tags(element: Any) -> dict[str, str]:
    return {child.get("k", ""): child.get("v", "")[:200] for child in element if child.tag == "tag"}


def _degrees(element: Any) -> Xy | None:
    try:
        lon, lat = float(element.get("lon", "nan")), float(element.get("lat", "nan"))
    except ValueError:
        return None
    return (lon, lat) if isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 else None


def _levels(tags: dict[str, str]) -> list[float]:
    """Return the levels of a feature: `level=0;1`, `level=0-2`, and `repeat_on`."""
    found: list[float] = []
    for text in (tags.get("level", "0"), tags.get("repeat_on", "")):
        for part in text.split(";"):
            span = re.fullmatch(r"\s*(-?\d+)\s*-\s*(-?\d+)\s*", part)
            if span and abs(int(span[2]) - int(span[1])) < 100:
                low, high = sorted((int(span[1]), int(span[2])))
                found += [float(level) for level in range(low, high + 1)]
            elif re.fullmatch(r"\s*-?\d{1,2}(\.\d+)?\s*", part):
                found.append(float(part))
    return sorted(set(found)) or [0.0]


def _room(
    raw: Raw, name: str, refs: list[str], tags: dict[str, str], places: dict[str, Xy],
    edges: dict[str, list[tuple[str, str, float]]],
) -> None:  # fmt: skip
    ring = [ref for ref in refs if ref in places]
    if len(ring) < 4 or ring[0] != ring[-1]:
        raw.note("space", f"way {name[:40]} is no closed outline, and was left out.")
        return
    polygon = Polygon([places[ref] for ref in ring])
    levels = _levels(tags)
    walked = "stairs" in (tags.get("room"), tags.get("indoor")) or tags.get("stairs") == "yes"
    lift = tags.get("highway") == "elevator" or tags.get("room") == "elevator"
    words = [
        tags.get("room", ""),
        "corridor" if tags.get("indoor") == "corridor" else "",
        tags.get("name", ""),
    ]
    for level in levels:
        number = tags.get("ref") if len(levels) == 1 else None
        raw.spaces.append(
            RawSpace(f"{name}@{level:g}", polygon, level * _STOREY_M, name=tags.get("name") or None,
                     words="\n".join(word for word in words if word), number=number)
        )  # fmt: skip
        for a, b in pairwise(ring):
            for one, other in ((a, b), (b, a)):
                edges.setdefault(one, []).append((one, other, level))
    if (walked or lift) and len(levels) > 1:
        heights = [level * _STOREY_M for level in levels]
        raw.stairs.append(
            RawStair(f"S{name}", polygon, min(heights), max(heights), "elevator" if lift else "stairs")
        )


def _steps(raw: Raw, name: str, refs: list[str], tags: dict[str, str], places: dict[str, Xy]) -> None:
    """Take a line of steps between levels as stairs."""
    line = [places[ref] for ref in refs if ref in places]
    heights = [level * _STOREY_M for level in _levels(tags)]
    if len(line) >= 2 and len(heights) >= 2:
        footprint = LineString(line).buffer(0.5)
        width = _metres(tags.get("width", ""))
        raw.stairs.append(RawStair(f"S{name}", footprint, min(heights), max(heights), width=width))


def _metres(text: str) -> float | None:
    stated = re.match(r"\s*(\d+(?:\.\d+)?)\s*(m|cm|)\s*$", text)
    return float(stated[1]) * (0.01 if stated[2] == "cm" else 1.0) if stated else None


def _door(
    raw: Raw,
    name: str,
    tags: dict[str, str],
    places: dict[str, Xy],
    edges: dict[str, list[tuple[str, str, float]]],
) -> None:
    """Lay a door along the wall that its node is part of; its width is stated or assumed."""
    here = edges.get(name)
    if not here:
        return
    stated = _metres(tags.get("width", ""))
    width = stated or _DOOR_M
    if stated is None:
        raw.note("width", f"door {name[:40]} states no width; {_DOOR_M} m were assumed.", places[name])
    x, y = places[name]
    _, other, _ = max(here, key=lambda edge: hypot(places[edge[1]][0] - x, places[edge[1]][1] - y))
    dx, dy = places[other][0] - x, places[other][1] - y
    length = hypot(dx, dy)
    if length < 1e-6:
        return
    ux, uy = dx / length * width / 2.0, dy / length * width / 2.0
    drawn = (
        _levels(tags) if "level" in tags or "repeat_on" in tags else sorted({level for _, _, level in here})
    )
    for level in drawn:
        raw.doors.append(
            RawDoor(
                f"{name}@{level:g}", ((x - ux, y - uy), (x + ux, y + uy)), level * _STOREY_M, 0.3,
                width=width, kind="opening" if tags.get("door") == "no" else "door",
                name=tags.get("name") or None, number=tags.get("ref") or None,
            )
        )  # fmt: skip
