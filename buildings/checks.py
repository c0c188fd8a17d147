"""Every rule that a plan must obey, as coded findings that a planner can act on.

Errors (E) protect a run: a plan with one is refused. Warnings (W) are things to look at. Codes are stable.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from math import hypot
from statistics import median
from typing import Literal, NamedTuple

from shapely import Point, Polygon, STRtree
from shapely.validation import explain_validity

from buildings.plan import OUT, Door, FloorPlan

OVERLAP_M2 = 0.1
TOUCH_M = 0.5
"""A door's middle lies at most this far from each of its spaces (half a thick wall)."""


class Finding(NamedTuple):
    """One problem: code, severity, a sentence with what to do, the ids concerned and where (m)."""

    code: str
    severity: Literal["E", "W"]
    message: str
    ids: tuple[str, ...] = ()
    at: tuple[float, float] | None = None


def check_plan(plan: FloorPlan) -> list[Finding]:
    """Check a plan.

    Parameters
    ----------
    plan : FloorPlan
        Any plan that has the right fields.

    Returns
    -------
    list of Finding
        Errors first; geometry and graph are only looked at once ids are sound.
    """
    found = [*_ids(plan)]
    if not found:
        found = [*_units(plan), *_spaces(plan)]
        if not any(f.code in ("E20", "E21", "E22") for f in found):
            found += [*_doors(plan), *_connectors(plan), *_graph(plan), *_rooms(plan)]
    return sorted(found, key=lambda f: (f.severity != "E", f.code))


def _near(name: str, known: Iterable[str]) -> str:
    match = get_close_matches(name, list(known), n=1)
    return f" Did you mean '{match[0]}'?" if match else ""


# -- ids ---------------------------------------------------------------------------------------------------


def _ids(plan: FloorPlan) -> Iterator[Finding]:
    """E04 and E05: ids used twice, and references to unknown ids."""
    for what, parts in (
        ("level", plan.levels),
        ("space", plan.spaces),
        ("door", plan.doors),
        ("connector", plan.connectors),
        ("zone", plan.zones),
    ):
        for name, times in Counter(part.id for part in parts).items():
            if times > 1:
                yield Finding(
                    "E04", "E", f"{what} id '{name}' is used {times} times; give each its own.", (name,)
                )
    levels, spaces = {level.id for level in plan.levels}, {space.id for space in plan.spaces}
    for space in plan.spaces:
        if space.level not in levels:
            yield _unknown(f"space '{space.id}'", "level", space.level, levels)
    for door in plan.doors:
        if door.level not in levels:
            yield _unknown(f"door '{door.id}'", "level", door.level, levels)
        listed = door.lock.from_ + door.lock.key_from if door.lock else ()
        for name in (*door.between, *listed):
            if name != OUT and name not in spaces:
                yield _unknown(f"door '{door.id}'", "space", name, spaces)
        if door.at is None and door.line is None:
            yield Finding(
                "E03", "E", f"door '{door.id}' has no place; give `at` or `line` in metres.", (door.id,)
            )
    for connector in plan.connectors:
        for end in connector.ends:
            if end.level not in levels:
                yield _unknown(f"connector '{connector.id}'", "level", end.level, levels)
            if end.space not in spaces:
                yield _unknown(f"connector '{connector.id}'", "space", end.space, spaces)
    for zone in plan.zones:
        for name in () if zone.spaces == "all" else zone.spaces:
            if name not in spaces:
                yield _unknown(f"zone '{zone.id}'", "space", name, spaces)


def _unknown(who: str, what: str, name: str, known: set[str]) -> Finding:
    return Finding(
        "E05", "E", f"{who} names {what} '{name}', which the plan does not have.{_near(name, known)}", (name,)
    )


# -- units -------------------------------------------------------------------------------------------------


def _units(plan: FloorPlan) -> Iterator[Finding]:
    """E11 to W13: sizes that no building has, with the factor that would fit."""
    widths = [door.width_m for door in plan.doors if door.kind != "opening" and door.width_m > 0]
    if widths and not 0.6 <= median(widths) <= 2.5:
        yield _scale(f"the median door is {median(widths):g} m wide", median(widths) / 0.915)
    points = [point for space in plan.spaces for point in space.polygon]
    if points:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        extent = max(max(xs) - min(xs), max(ys) - min(ys))
        if extent > 1000.0:
            yield _scale(f"the plan is {extent:,.0f} m across", extent / 100.0)
        if max(map(abs, xs)) <= 180.0 and extent < 0.1:
            yield Finding("W12", "W", "coordinates look like degrees; give local metres.")
        if max(max(map(abs, xs)), max(map(abs, ys))) > 5000.0:
            yield Finding(
                "W13", "W", "the plan lies more than 5 km from its origin; subtract a local origin."
            )


def _scale(what: str, ratio: float) -> Finding:
    units = {"feet": 1 / 0.3048, "inches": 1 / 0.0254, "millimetres": 1000.0, "centimetres": 100.0}
    name = min(units, key=lambda unit: abs(units[unit] / ratio - 1.0))
    return Finding(
        "E11",
        "E",
        f'{what}: are these {name}? Lengths must be metres (divide by {units[name]:.4g}) or units "ft".',
    )


# -- spaces ------------------------------------------------------------------------------------------------


def _spaces(plan: FloorPlan) -> Iterator[Finding]:
    """E20 to W27: shapes of single spaces, and overlaps."""
    for space in plan.spaces:
        distinct = list(dict.fromkeys(space.polygon))
        if len(distinct) < 3:
            yield Finding(
                "E20",
                "E",
                f"space '{space.id}' has {len(distinct)} distinct points; it needs three.",
                (space.id,),
            )
            continue
        polygon = Polygon(space.polygon)
        if not polygon.is_valid:
            reason = explain_validity(polygon)
            yield Finding(
                "E21",
                "E",
                f"the outline of space '{space.id}' crosses itself ({reason}); redraw it.",
                (space.id,),
            )
        elif polygon.area < 1e-6:
            yield Finding("E22", "E", f"space '{space.id}' has no area; redraw it.", (space.id,))
        elif not plan.is_outside(space.id):
            if polygon.area < 1.0:
                yield Finding("W24", "W", f"space '{space.id}' has only {polygon.area:.2f} m2.", (space.id,))
            if (
                space.capacity is not None
                and space.use == "classroom"
                and space.capacity > polygon.area / 1.858
            ):
                yield Finding(
                    "W26",
                    "W",
                    f"classroom '{space.id}' is to hold {space.capacity} people on {polygon.area:.0f} m2; 20 net square "
                    f"feet each allow {int(polygon.area / 1.858)}.",
                    (space.id,),
                )
    yield from _overlaps(plan)


def _overlaps(plan: FloorPlan) -> Iterator[Finding]:
    for level in plan.levels:
        here = [
            s
            for s in plan.spaces
            if s.level == level.id and len(set(s.polygon)) >= 3 and not plan.is_outside(s.id)
        ]
        shapes = [Polygon(space.polygon) for space in here]
        sound = [k for k, shape in enumerate(shapes) if shape.is_valid]
        tree = STRtree([shapes[k] for k in sound])
        for i in sound:
            for j in (sound[m] for m in tree.query(shapes[i])):
                if i < j and (area := shapes[i].intersection(shapes[j]).area) > OVERLAP_M2:
                    a, b = here[i].id, here[j].id
                    yield Finding(
                        "E23",
                        "E",
                        f"spaces '{a}' and '{b}' overlap by {area:.1f} m2; move one of their outlines.",
                        (a, b),
                    )


# -- doors and connectors --------------------------------------------------------------------------------------


def _doors(plan: FloorPlan) -> Iterator[Finding]:
    """E30 to W40: single doors."""
    shapes = {space.id: Polygon(space.polygon) for space in plan.spaces}
    for door in plan.doors:
        yield from _door(plan, door, shapes)


def _door(plan: FloorPlan, door: Door, shapes: dict[str, Polygon]) -> Iterator[Finding]:
    a, b = door.between
    if door.width_m <= 0:
        yield Finding(
            "E30", "E", f"door '{door.id}' is {door.width_m:g} m wide; give its clear width.", (door.id,)
        )
        return
    if a == b and door.kind != "cubicle":
        yield Finding(
            "E33", "E", f"door '{door.id}' has space '{a}' on both sides; name the two it joins.", (door.id,)
        )
        return
    if plan.is_outside(a) and plan.is_outside(b):
        return
    (x0, y0), (x1, y1) = plan.door_line(door)
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    for name in (a, b):
        if name == OUT or plan.is_outside(name):
            continue
        gap = shapes[name].distance(Point(middle))
        if gap > TOUCH_M or plan.space(name).level != door.level:
            near = sorted(
                (shape.distance(Point(middle)), other)
                for other, shape in shapes.items()
                if plan.space(other).level == door.level
            )
            hint = f" Nearest to it are {', '.join(repr(other) for _, other in near[:2])}." if near else ""
            yield Finding(
                "E31",
                "E",
                f"door '{door.id}' at ({middle[0]:.2f}, {middle[1]:.2f}) touches no wall of space '{name}' (it is "
                f"{gap:.2f} m away); move the door or correct `between`.{hint}",
                (door.id, name),
                middle,
            )
    length = hypot(x1 - x0, y1 - y0)
    if door.line is not None and door.width_m > length + 0.05:
        yield Finding(
            "E34",
            "E",
            f"door '{door.id}' is wider ({door.width_m:g} m) than its line ({length:.2f} m).",
            (door.id,),
        )
    if door.kind != "opening" and door.width_m < 0.81:
        yield Finding("W35", "W", f"door '{door.id}' is only {door.width_m:g} m wide.", (door.id,))
    if door.kind != "opening" and (door.lock is None or door.lock.can_lock is None):
        yield Finding(
            "W38",
            "W",
            f"door '{door.id}': it is not said whether it can be locked; an assumption is used.",
            (door.id,),
        )
    if door.kind == "exterior" and not door.number:
        yield Finding("W40", "W", f"exterior door '{door.id}' has no number.", (door.id,))


def _connectors(plan: FloorPlan) -> Iterator[Finding]:
    """E50 to E52: levels that nothing reaches, and ends of stairs away from their space."""
    for level in plan.levels:
        if not any(space.level == level.id for space in plan.spaces):
            yield Finding(
                "E50", "E", f"level '{level.id}' has no space; remove it or draw its rooms.", (level.id,)
            )
    used = {end.level for c in plan.connectors for end in c.ends}
    if len(plan.levels) > 1:
        for level in plan.levels:
            if level.id not in used:
                yield Finding(
                    "E51", "E", f"no stairs reach level '{level.id}'; add a connector.", (level.id,)
                )
    for connector in plan.connectors:
        for end in connector.ends:
            edge = Polygon(plan.space(end.space).polygon).exterior
            away = edge.distance(Point(end.at))
            if away > 1.5 or plan.space(end.space).level != end.level:
                yield Finding(
                    "E52",
                    "E",
                    f"connector '{connector.id}' ends {away:.1f} m from the edge of space '{end.space}'; put its end on "
                    "an edge of that space, on the same level.",
                    (connector.id, end.space),
                    end.at,
                )


# -- graph -----------------------------------------------------------------------------------------------------


def _graph(plan: FloorPlan) -> Iterator[Finding]:
    """E60 and E61: a way out, and a way to every room."""
    indoor = [space.id for space in plan.spaces if not plan.is_outside(space.id)]
    links: dict[str, set[str]] = {name: set() for name in [*indoor, OUT]}
    for door in plan.doors:
        a, b = (OUT if plan.is_outside(name) else name for name in door.between)
        links[a].add(b)
        links[b].add(a)
    for connector in plan.connectors:
        a, b = (end.space for end in connector.ends)
        links[a].add(b)
        links[b].add(a)
    if not links[OUT]:
        yield Finding("E60", "E", "the plan has no exit; add a door between a space and 'OUT'.")
        return
    seen, queue = {OUT}, deque([OUT])
    while queue:
        for name in links[queue.popleft()] - seen:
            seen.add(name)
            queue.append(name)
    for name in indoor:
        if name not in seen:
            yield _unreachable(plan, name, seen)


def _unreachable(plan: FloorPlan, name: str, seen: set[str]) -> Finding:
    space = plan.space(name)
    shape = Polygon(space.polygon)
    near = sorted(
        (shape.distance(Polygon(other.polygon)), other.id)
        for other in plan.spaces
        if other.id in seen and other.level == space.level and not plan.is_outside(other.id)
    )
    hint = f" Is a door to '{near[0][1]}' missing ({near[0][0]:.1f} m away)?" if near else ""
    return Finding("E61", "E", f"space '{name}' cannot be reached from outside.{hint}", (name,))


def _rooms(plan: FloorPlan) -> Iterator[Finding]:
    """W63 and W71: large classrooms with one door, and plans of real places."""
    doors = Counter(name for door in plan.doors for name in door.between)
    for space in plan.spaces:
        if space.use == "classroom" and (space.capacity or 0) > 49 and doors[space.id] < 2:
            yield Finding(
                "W63", "W", f"classroom '{space.id}' holds more than 49 people and has one door.", (space.id,)
            )
    if plan.georef is not None and not plan.fictional:
        yield Finding("W71", "W", "this file describes a real place: handle it as sensitive.")
