"""E60 to W66: ways out and ways between rooms."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from math import dist, inf
from typing import NamedTuple

from buildings.checks.finding import Finding, error, listed, warning
from buildings.checks.levels import WALKED
from buildings.checks.site import Site
from buildings.checks.spaces import CLASSROOM_M2_PER_PERSON
from buildings.plan import OUT, Point, Space

_HALLS = ("corridor", "lobby", "vestibule", "stairs", "elevator")
_ANCILLARY = ("storage", "restroom", "locker_room", "mechanical", "other")
"""Rooms that may well be entered through another room."""

_ONE_DOOR_PERSONS = 49
_TRAVEL_M = 76.0
"""250 ft, the usual longest way to an exit in a building with sprinklers."""

_DEAD_END_M = 15.2
"""50 ft."""

_HALL_WIDTH_M = 4.5
"""A wider corridor counts as a room that people gather in, not as a corridor with a dead end."""


class Crossing(NamedTuple):
    """A door, or a connector that people walk on: its two ends (space or OUT, place in m) and length (m)."""

    ends: tuple[tuple[str, Point], tuple[str, Point]]
    length_m: float


BODY_M = 0.36
"""Width of a body (m), twice the radius that people walk with: nobody passes a narrower door."""


def passes_body(width_m: float) -> bool:
    """Tell whether somebody fits through an opening."""
    return width_m >= BODY_M


Ways = dict[str, list[tuple[Crossing, int]]]
"""Per indoor space: the crossings that lead out of it, each with the number of its end in the space."""


def check_ways(site: Site) -> Iterator[Finding]:
    """Check that everybody can get out, and everywhere."""
    ways = ways_of(site)
    if not any(OUT in onward(out) for out in ways.values()):
        narrow = [
            door.id for door in site.plan.doors if OUT in door.between and not passes_body(door.width_m)
        ]
        yield error(
            "E60",
            f"no exit lets a body pass: {listed(narrow)} must be at least {BODY_M:g} m wide; widen it."
            if narrow
            else "the plan has no exit; add a door between a space and 'OUT'.",
        )
        return
    reached = _reach([name for name, out in ways.items() if OUT in onward(out)], ways)
    lost = [space for space in site.indoor if space.id not in reached]
    for space in lost:
        yield _unreachable(site, space, reached)
    if not lost:
        yield from _pieces(ways)
    for space in site.indoor:
        yield from _behind_a_room(site, space, ways[space.id])
        yield from _one_door(site, space, ways[space.id])
        yield from _dead_end(site, space, ways[space.id])
    yield from _far(site, ways)


def onward(out: list[tuple[Crossing, int]]) -> list[str]:
    """Return where each way leads."""
    return [crossing.ends[1 - k][0] for crossing, k in out]


def ways_of(site: Site) -> Ways:
    """Return the doors and connectors that a body passes, by the indoor spaces they lead out of."""
    ways: Ways = {space.id: [] for space in site.indoor}
    crossings = []
    for door in site.plan.doors:
        a, b = (site.inside(name) for name in door.between)
        if a != b and door.kind != "cubicle" and passes_body(door.width_m):
            at = site.middle(door)
            crossings.append(Crossing(((a, at), (b, at)), 0.0))
    for connector in site.plan.connectors:
        low, high = connector.ends
        if connector.kind in WALKED and OUT not in (site.inside(low.space), site.inside(high.space)):
            crossings.append(Crossing(((low.space, low.at), (high.space, high.at)), connector.length_m))
    for crossing in crossings:
        for k, (name, _) in enumerate(crossing.ends):
            if name != OUT:
                ways[name].append((crossing, k))
    return ways


def _reach(start: list[str], ways: Ways) -> set[str]:
    """Return every indoor space that is joined to one of these, indoors."""
    seen, queue = set(start), deque(start)
    while queue:
        for name in set(onward(ways[queue.popleft()])) - seen - {OUT}:
            seen.add(name)
            queue.append(name)
    return seen


def _unreachable(site: Site, space: Space, reached: set[str]) -> Finding:
    shape = site.shape[space.id]
    near = sorted(
        (shape.distance(site.shape[other.id]), other.id)
        for other in site.on_level(space.level)
        if other.id in reached
    )
    hint = (
        f" Is a door to '{near[0][1]}' ({near[0][0]:.1f} m away) missing?" if near else " Add a door to it."
    )
    at = shape.representative_point()
    return error(
        "E61",
        f"space '{space.id}' on level '{space.level}' cannot be reached from outside.{hint}",
        (space.id,),
        (at.x, at.y),
    )


def _pieces(ways: Ways) -> Iterator[Finding]:
    """W66: parts of a building that are joined by the open air only."""
    left, pieces = sorted(ways), []
    while left:
        piece = _reach([left[0]], ways)
        pieces.append(sorted(piece))
        left = [name for name in left if name not in piece]
    if len(pieces) > 1:
        smallest = min(pieces, key=len)
        yield warning(
            "W66",
            f"the building falls into {len(pieces)} parts with no way between them indoors; the smallest is "
            f"{listed(smallest)}. Is a door missing?",
            tuple(smallest),
        )


def _behind_a_room(site: Site, space: Space, out: list[tuple[Crossing, int]]) -> Iterator[Finding]:
    """W62: a room whose only way is through another room."""
    through = sorted(set(onward(out)))
    if not through or space.use in _HALLS + _ANCILLARY:
        return
    if all(name != OUT and site.plan.space(name).use not in _HALLS for name in through):
        yield warning(
            "W62",
            f"the only way from room '{space.id}' leads through {listed(through)}; is a door to a hall "
            "missing?",
            (space.id,),
        )


def _one_door(site: Site, space: Space, out: list[tuple[Crossing, int]]) -> Iterator[Finding]:
    """W63: more than 49 people and one door."""
    persons = space.capacity
    if persons is None:
        area = site.shape[space.id].area
        persons = int(area / CLASSROOM_M2_PER_PERSON) if space.use == "classroom" else 0
    if persons > _ONE_DOOR_PERSONS and len(out) == 1:
        yield warning(
            "W63",
            f"'{space.id}' holds {persons} people and has one door; above {_ONE_DOOR_PERSONS} it needs two.",
            (space.id,),
        )


def _dead_end(site: Site, space: Space, out: list[tuple[Crossing, int]]) -> Iterator[Finding]:
    """W65: a corridor with one way on that is long."""
    if space.use != "corridor" or not site.shape[space.id].buffer(-_HALL_WIDTH_M / 2).is_empty:
        return
    on = [
        crossing.ends[k][1]
        for (crossing, k), name in zip(out, onward(out), strict=True)
        if name == OUT or site.plan.space(name).use in _HALLS
    ]
    deep = max(dist(on[0], corner) for corner in space.polygon) if len(on) == 1 else 0.0
    if deep > _DEAD_END_M:
        yield warning(
            "W65",
            f"corridor '{space.id}' is a dead end of {deep:.0f} m; beyond {_DEAD_END_M:g} m (50 ft) it "
            "needs a second way on.",
            (space.id,),
        )


def _far(site: Site, ways: Ways) -> Iterator[Finding]:
    """W64: rooms whose farthest corner is a long walk from the nearest exit."""
    left = _left_to_exit(site, ways)
    for space in site.indoor:
        ends = [(crossing.ends[k][1], left[crossing, k]) for crossing, k in ways[space.id]]
        if not ends or space.use == "stairs":
            continue
        walk = max(min(dist(corner, at) + rest for at, rest in ends) for corner in space.polygon)
        if _TRAVEL_M < walk < inf:
            yield warning(
                "W64",
                f"from the farthest corner of '{space.id}' it is at least {walk:.0f} m to the nearest exit; "
                f"{_TRAVEL_M:g} m (250 ft) is the usual limit with sprinklers.",
                (space.id,),
            )


def _left_to_exit(site: Site, ways: Ways) -> dict[tuple[Crossing, int], float]:
    """Return the walk to the nearest exit from each end of each crossing (m).

    In a space people walk straight from door to door, which is a lower bound where a room bends. As in
    building codes, the door of an enclosed stair counts as an exit.
    """
    left: dict[tuple[Crossing, int], float] = {}
    queue: list[tuple[float, int, tuple[Crossing, int]]] = []

    def offer(walk: float, end: tuple[Crossing, int]) -> None:
        if walk < left.get(end, inf):
            left[end] = walk
            heapq.heappush(queue, (walk, len(left), end))

    for out in ways.values():
        for crossing, k in out:
            left.setdefault((crossing, k), inf)
            beyond = crossing.ends[1 - k][0]
            if beyond == OUT or site.plan.space(beyond).use == "stairs":
                offer(0.0, (crossing, k))
    while queue:
        walk, _, (crossing, k) = heapq.heappop(queue)
        if walk > left[crossing, k]:
            continue
        space, at = crossing.ends[k]
        if crossing.ends[1 - k][0] != OUT:
            offer(walk + crossing.length_m, (crossing, 1 - k))
        for other, m in ways[space]:
            offer(walk + dist(at, other.ends[m][1]), (other, m))
    return left
