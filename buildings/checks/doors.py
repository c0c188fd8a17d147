"""E30 to W41: doors, where they stand and what their locks say."""

from __future__ import annotations

from collections.abc import Iterator

from shapely import LineString, STRtree

from buildings.checks.finding import Finding, error, listed, place, warning
from buildings.checks.site import Site
from buildings.plan import OUT, Door

_STEP_M = 0.05
_NARROW_M = 0.81
_WIDE_M = 4.0
_LEAFLESS = ("opening", "cubicle")
_SAME_WALL_M = 0.3
"""Doors whose lines are this near lie in the same opening (m)."""

_GROUND_M = 1.0
"""A door to the open air this far above the lowest level needs ground or stairs outside."""


def check_doors(site: Site) -> Iterator[Finding]:
    """Check every door by itself, and doors against each other."""
    for door in site.plan.doors:
        if door.width_m <= 0:
            yield error("E30", f"door '{door.id}' is {door.width_m:g} m wide; give its width.", (door.id,))
        elif (fault := _fault_of_sides(site, door)) is not None:
            yield fault
        else:
            yield from _width(site, door)
            yield from _lock(site, door)
            yield from _exit(site, door)
    yield from _overlapping(site)


def _fault_of_sides(site: Site, door: Door) -> Finding | None:
    """E31 to E34: a door that stands elsewhere than `between` says."""
    a, b = (site.inside(name) for name in door.between)
    if a == b == OUT and door.between[0] != door.between[1]:
        return None  # a gate between two pieces of ground
    if a == b:
        if door.kind == "cubicle":
            return None
        return error(
            "E33", f"door '{door.id}' has '{a}' on both sides; name the two spaces it joins.", (door.id,)
        )
    at = site.middle(door)
    for name in (a, b):
        if name != OUT and site.plan.space(name).level != door.level:
            return error(
                "E32",
                f"door '{door.id}' is on level '{door.level}', but its space '{name}' is on level "
                f"'{site.plan.space(name).level}'; correct one of them.",
                (door.id, name),
                at,
            )
    found = site.sides(door)
    if sorted(found) == sorted((a, b)):
        return None
    where = place(door.level, at)
    if found[0] == found[1]:
        hint = f" Nearest to it are {listed(site.nearest(door.level, at))}." if found[0] == OUT else ""
        stands = "in the open air" if found[0] == OUT else f"inside space '{found[0]}'"
        return error(
            "E31",
            f"door '{door.id}' {where} touches no wall between '{a}' and '{b}': it stands {stands}; move it "
            f"onto their wall or correct `between`.{hint}",
            (door.id, a, b),
            at,
        )
    names = " and ".join("the open air" if name == OUT else f"'{name}'" for name in found)
    return error(
        "E32",
        f"door '{door.id}' {where} is to join '{a}' and '{b}', but lies between {names}; correct `between` "
        "or move the door.",
        (door.id, a, b),
        at,
    )


def _width(site: Site, door: Door) -> Iterator[Finding]:
    """E34 to W36: the width against the shared wall and against people."""
    room = _shared_m(site, door)
    if door.width_m > room + 2 * _STEP_M:
        yield error(
            "E34",
            f"door '{door.id}' is {door.width_m:g} m wide, but the wall that its spaces share there has "
            f"room for {room:.2f} m; make it narrower or move it.",
            (door.id,),
            site.middle(door),
        )
    if door.kind not in _LEAFLESS and door.width_m < _NARROW_M:
        yield warning(
            "W35",
            f"door '{door.id}' is {door.width_m:g} m wide, less than the usual least clear width of "
            f"{_NARROW_M} m.",
            (door.id,),
        )
    if door.kind in ("interior", "exterior") and door.width_m > _WIDE_M:
        yield warning(
            "W36",
            f"door '{door.id}' is {door.width_m:g} m wide; is it an opening or several doors?",
            (door.id,),
        )


def _shared_m(site: Site, door: Door) -> float:
    """Return how wide a door in this middle could be before it leaves the wall of its spaces (m)."""
    sides = site.sides(door)
    steps = int(door.width_m / 2.0 / _STEP_M)
    least = steps
    for sign in (-1.0, 1.0):
        if site.sides(door, sign * steps * _STEP_M) != sides:
            off = (k for k in range(1, steps + 1) if site.sides(door, sign * k * _STEP_M) != sides)
            least = min(least, next(off, steps) - 1)
    return 2.0 * least * _STEP_M if least < steps else door.width_m


def _lock(site: Site, door: Door) -> Iterator[Finding]:
    """W38 and W39: what the lock says."""
    lock = door.lock
    if door.kind not in _LEAFLESS and (lock is None or lock.can_lock is None):
        yield warning(
            "W38",
            f"door '{door.id}' does not say whether it can be locked, so an assumption is used; give "
            "`lock.can_lock`.",
            (door.id,),
        )
    if lock is not None and lock.can_lock:
        sides = {*door.between, *(site.inside(name) for name in door.between)}
        elsewhere = [name for name in (*lock.from_, *lock.key_from) if name not in sides]
        if elsewhere:
            yield warning(
                "W39",
                f"door '{door.id}' can be locked from {listed(elsewhere)}, which is not beside it; name its "
                f"own spaces {listed(door.between)}.",
                (door.id,),
            )
        elif not (lock.from_ or lock.key_from):
            yield warning(
                "W39",
                f"door '{door.id}' can be locked, but from neither side; give `from` or `key_from`.",
                (door.id,),
            )


def _exit(site: Site, door: Door) -> Iterator[Finding]:
    """W40 and W41: the number of an exit, and doors that lead into the air."""
    if not any(site.plan.is_outside(name) for name in door.between):
        return
    if door.kind == "exterior" and not door.number:
        yield warning("W40", f"exterior door '{door.id}' has no number.", (door.id,))
    elevation = {level.id: level.elevation_m for level in site.plan.levels}
    if elevation[door.level] - min(elevation.values()) > _GROUND_M:
        yield warning(
            "W41",
            f"door '{door.id}' leads outside on level '{door.level}', {elevation[door.level]:g} m up; if "
            "there is no ground or stair, it is no exit: remove it.",
            (door.id,),
        )


def _overlapping(site: Site) -> Iterator[Finding]:
    """E37: two doors at one place, of which people would use neither; W37: two that touch."""
    doors = [door for door in site.plan.doors if door.width_m > 0]
    if len(doors) < 2:
        return
    lines = [LineString(site.plan.door_line(door)) for door in doors]
    for i, j in STRtree(lines).query(lines, predicate="dwithin", distance=0.02).T.tolist():
        if i < j and doors[i].level == doors[j].level:
            shared_m = lines[i].buffer(_SAME_WALL_M).intersection(lines[j]).length
            is_same = shared_m > min(lines[i].length, lines[j].length) / 2.0
            yield (error if is_same else warning)(
                "E37" if is_same else "W37",
                f"doors '{doors[i].id}' and '{doors[j].id}' overlap "
                f"{place(doors[i].level, site.middle(doors[i]))}; remove one or move it.",
                (doors[i].id, doors[j].id),
                site.middle(doors[i]),
            )
