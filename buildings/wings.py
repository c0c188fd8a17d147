"""Wings: how a level is divided for reports, for release and among teams."""

from __future__ import annotations

from collections import defaultdict
from math import hypot

from buildings.plan import FloorPlan, Space

MIN_ROOMS = 8
"""A wing has at least this many rooms, so that naming it points at no room."""

_HALLS = ("corridor", "lobby", "stairs", "vestibule")


def wings(plan: FloorPlan) -> dict[str, str]:
    """Return the wing of every indoor space.

    Zones of kind `wing` count; spaces without one go to the nearest corridor of their level. What has fewer
    than eight rooms merges with the nearest wing of its level, zones too, until every wing has eight or the
    level is one wing. A zone over several levels is a wing on each.

    Parameters
    ----------
    plan : FloorPlan
        A plan.

    Returns
    -------
    dict of str to str
        Wing id by space id.
    """
    zone_of: dict[str, str] = {}
    for zone in sorted(plan.zones, key=lambda zone: zone.id):
        if zone.kind == "wing":
            names = [space.id for space in plan.spaces] if zone.spaces == "all" else zone.spaces
            for name in names:
                zone_of.setdefault(name, zone.id)
    found: dict[tuple[str, str], list[str]] = {}
    for level in plan.levels:
        here = sorted(
            (space for space in plan.spaces if space.level == level.id and not plan.is_outside(space.id)),
            key=lambda space: space.id,
        )
        for name, members in _merged(_first(here, zone_of, level.id)).items():
            found[name, level.id] = [space.id for space in members]
    levels_of: dict[str, int] = defaultdict(int)
    for name, _ in found:
        levels_of[name] += 1
    return {
        space: name if levels_of[name] == 1 else f"{name}-{level}"
        for (name, level), members in found.items()
        for space in members
    }


def _first(spaces: list[Space], zone_of: dict[str, str], level: str) -> dict[str, list[Space]]:
    """Group the spaces of a level by their zones, and the rest by their nearest corridors."""
    groups: dict[str, list[Space]] = defaultdict(list)
    free = [space for space in spaces if space.id not in zone_of]
    halls = [space for space in free if space.use == "corridor"]
    for space in spaces:
        if space.id in zone_of:
            groups[zone_of[space.id]].append(space)
        elif halls:
            hall = min(halls, key=lambda one: (_apart(space, one), one.id))
            groups[f"W-{level}-{hall.id}"].append(space)
        else:
            groups[f"W-{level}"].append(space)
    return groups


def _merged(groups: dict[str, list[Space]]) -> dict[str, list[Space]]:
    """Merge the smallest group with the nearest until each has enough rooms."""
    groups = dict(groups)
    while len(groups) > 1:
        smallest = min(groups, key=lambda name: (_rooms(groups[name]), name))
        if _rooms(groups[smallest]) >= MIN_ROOMS:
            break
        x, y = _centre(groups[smallest])
        others = {name: _centre(members) for name, members in groups.items() if name != smallest}
        nearest = min(others, key=lambda name: (hypot(others[name][0] - x, others[name][1] - y), name))
        groups[nearest] = groups[nearest] + groups.pop(smallest)
    return groups


def _rooms(spaces: list[Space]) -> int:
    return sum(space.use not in _HALLS for space in spaces)


def _centre(spaces: list[Space]) -> tuple[float, float]:
    """Return the middle of the corners of some spaces (m)."""
    points = [point for space in spaces for point in space.polygon]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _apart(a: Space, b: Space) -> float:
    """Return the distance from the middle of one space to the other's polygon (m)."""
    from shapely import Point, Polygon

    return float(Polygon(b.polygon).distance(Point(_centre([a]))))
