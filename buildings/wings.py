"""Wings: how a level is divided for reports, for release and among teams."""

from __future__ import annotations

from math import hypot

from buildings.plan import FloorPlan, Space

MIN_ROOMS = 8
"""A wing has at least this many rooms, so that naming it points at no room."""

_HALLS = ("corridor", "lobby", "stairs", "vestibule")


def wings(plan: FloorPlan) -> dict[str, str]:
    """Return the wing of every indoor space.

    Zones of kind `wing` count; spaces without one go to the nearest corridor of their level, and corridors
    merge with the nearest until every wing has at least eight rooms (or the level has one wing).

    Parameters
    ----------
    plan : FloorPlan
        A plan.

    Returns
    -------
    dict of str to str
        Wing id by space id.
    """
    found: dict[str, str] = {}
    for zone in plan.zones:
        if zone.kind == "wing":
            names = [s.id for s in plan.spaces] if zone.spaces == "all" else zone.spaces
            found.update(dict.fromkeys(names, zone.id))
    for level in plan.levels:
        left = [
            s for s in plan.spaces if s.level == level.id and not plan.is_outside(s.id) and s.id not in found
        ]
        if left:
            found.update(_derived(left, level.id))
    return found


def _derived(spaces: list[Space], level: str) -> dict[str, str]:
    """Derive wings for the spaces of one level that belong to no zone."""
    halls = sorted((s for s in spaces if s.use == "corridor"), key=lambda s: s.id)
    if not halls:
        return {space.id: f"W-{level}" for space in spaces}
    group = {hall.id: hall.id for hall in halls}
    nearest = {space.id: min(halls, key=lambda h: (_apart(space, h), h.id)).id for space in spaces}
    centre = {hall.id: _centre(hall) for hall in halls}
    while len(set(group.values())) > 1:
        rooms = dict.fromkeys(set(group.values()), 0)
        for space in spaces:
            rooms[group[nearest[space.id]]] += space.use not in _HALLS
        smallest = min(rooms, key=lambda name: (rooms[name], name))
        if rooms[smallest] >= MIN_ROOMS:
            break
        x, y = centre[smallest]
        other = min(
            (name for name in rooms if name != smallest),
            key=lambda name: (hypot(centre[name][0] - x, centre[name][1] - y), name),
        )
        group = {hall: other if name == smallest else name for hall, name in group.items()}
    return {space.id: f"W-{level}-{group[nearest[space.id]]}" for space in spaces}


def _centre(space: Space) -> tuple[float, float]:
    n = len(space.polygon)
    return sum(x for x, _ in space.polygon) / n, sum(y for _, y in space.polygon) / n


def _apart(a: Space, b: Space) -> float:
    """Return the distance from the middle of one space to the other's outline (m)."""
    from shapely import Point, Polygon

    return float(Polygon(b.polygon).distance(Point(_centre(a))))
