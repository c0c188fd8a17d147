"""What stops a run is taken out of an imported plan, piece by piece, and every piece is named.

The checks of plans are the judge: whatever they refuse is narrowed or left out, then they are asked again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import Any

from buildings.checks import Finding, check_plan
from buildings.importers.raw import Note
from buildings.plan import Connector, Door, FloorPlan, Space

_ROUNDS = 60
_NARROWER_M = 0.05
_LEAST_DOOR_M = 0.6
_DOORS = ("E30", "E31", "E32", "E33")
_SPACES = ("E20", "E21", "E22", "E23", "E61")


@dataclass
class Settled:
    """A plan that the checks accept, or what still stops it; and what was left out."""

    plan: FloorPlan
    notes: list[Note] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """Return what still stops a run."""
        return [one for one in self.findings if one.severity == "E"]


def settle(plan: FloorPlan) -> Settled:
    """Leave out of a plan what would stop a run, as long as most of it stays.

    Parameters
    ----------
    plan : FloorPlan
        A plan as it was assembled.
    """
    done = Settled(plan)
    for _ in range(_ROUNDS):
        done.findings = check_plan(done.plan)
        errors = done.errors
        lost = {name for one in errors if one.code == "E61" for name in one.ids}
        if any(one.code == "E51" for one in errors):
            errors = [one for one in errors if one.code != "E61"]  # whole levels first
        elif not errors or len(lost) > len(done.plan.spaces) / 2.0:
            break
        if sum(_mend(done, one) for one in errors) == 0:
            break
    return done


def _mend(done: Settled, found: Finding) -> bool:
    """Take one error out of a plan; tell whether anything could be done."""
    plan = done.plan
    spaces = {space.id: space for space in plan.spaces}
    doors = {door.id: door for door in plan.doors}
    connectors = {one.id: one for one in plan.connectors}
    first = found.ids[0] if found.ids else ""
    if found.code == "E34" and first in doors:
        _narrow(done, doors[first], found)
        return True
    if found.code == "E51":
        return _drop_level(done, first, found)
    if found.code == "E50" and first:
        done.plan = plan.model_copy(update={"levels": tuple(one for one in plan.levels if one.id != first)})
        return True
    if found.code == "E52" and first in connectors:
        _drop_connector(done, connectors[first], found)
        return True
    if found.code in _SPACES and any(name in spaces for name in found.ids):
        # Of two rooms that overlap the smaller goes.
        named = [spaces[name] for name in found.ids if name in spaces]
        _drop_spaces(done, [min(named, key=lambda space: _area(space))], found)
        return True
    if first in doors and found.code not in ("E11",):
        _drop_door(done, doors[first], found)
        return True
    return False


def _narrow(done: Settled, door: Door, found: Finding) -> None:
    """Take a little off both ends of a door that is wider than the wall it stands in."""
    width = round(door.width_m - _NARROWER_M, 3)
    if width < _LEAST_DOOR_M:
        _drop_door(done, door, found)
        return
    (x0, y0), (x1, y1) = done.plan.door_line(door)
    length = hypot(x1 - x0, y1 - y0)
    cut = min(0.5, _NARROWER_M / 2.0 / length) if length > 0.0 else 0.0
    dx, dy = (x1 - x0) * cut, (y1 - y0) * cut
    line = ((round(x0 + dx, 3), round(y0 + dy, 3)), (round(x1 - dx, 3), round(y1 - dy, 3)))
    if door.kind != "opening" and not any(
        note.kind == "width" and door.id in note.ids for note in done.notes
    ):
        sentence = (
            f"door '{door.id}' ({door.width_m:.2f} m) is wider than its place in the wall, and was narrowed."
        )
        done.notes.append(Note("width", sentence, door.level, _at(line), (door.id,)))
    changed = door.model_copy(update={"line": line, "width_m": width})
    doors = tuple(changed if one.id == door.id else one for one in done.plan.doors)
    done.plan = done.plan.model_copy(update={"doors": doors})


def _drop_door(done: Settled, door: Door, found: Finding) -> None:
    at = _at(done.plan.door_line(door))
    done.notes.append(
        Note("door", f"door '{door.id}' was left out: {found.message}", door.level, at, (door.id,))
    )
    doors = tuple(one for one in done.plan.doors if one.id != door.id)
    done.plan = done.plan.model_copy(update={"doors": doors})


def _drop_connector(done: Settled, connector: Connector, found: Finding) -> None:
    end = connector.ends[0]
    done.notes.append(
        Note("stairs", f"'{connector.id}' was left out: {found.message}", end.level, end.at, (connector.id,))
    )
    kept = tuple(one for one in done.plan.connectors if one.id != connector.id)
    done.plan = done.plan.model_copy(update={"connectors": kept})


def _drop_level(done: Settled, level: str, found: Finding) -> bool:
    """Leave out a level without stairs; where no level has any, the one with the most exits stays."""
    plan = done.plan
    if not any(one.id == level for one in plan.levels) or len(plan.levels) < 2:
        return True
    if not any(one.kind in ("stairs", "ramp") for one in plan.connectors):
        exits = {one.id: 0 for one in plan.levels}
        for door in plan.doors:
            exits[door.level] += any(plan.is_outside(side) for side in door.between)
        if max(exits, key=lambda name: exits[name]) == level:
            return True
    _drop_spaces(done, [space for space in plan.spaces if space.level == level], found)
    levels = tuple(one for one in done.plan.levels if one.id != level)
    done.plan = done.plan.model_copy(update={"levels": levels})
    return True


def _drop_spaces(done: Settled, spaces: list[Space], found: Finding) -> None:
    """Leave out rooms, with their doors and stairs, and keep what they were for whoever mends the plan."""
    plan, gone = done.plan, {space.id for space in spaces}
    for space in spaces:
        done.left_out.append({**space.model_dump(mode="json", exclude_none=True), "why": found.message})
        at = space.polygon[0]
        sentence = f"room '{space.id}' ({space.name or 'no name'}) was left out: {found.message}"
        done.notes.append(Note("left out", sentence, space.level, at, (space.id,)))
    done.plan = plan.model_copy(
        update={
            "spaces": tuple(one for one in plan.spaces if one.id not in gone),
            "doors": tuple(one for one in plan.doors if not gone & set(one.between)),
            "connectors": tuple(one for one in plan.connectors if not gone & {end.space for end in one.ends}),
        }
    )
    left = {space.level for space in done.plan.spaces}
    levels = tuple(one for one in done.plan.levels if one.id in left)
    done.plan = done.plan.model_copy(update={"levels": levels})


def _at(line: tuple[tuple[float, float], tuple[float, float]]) -> tuple[float, float]:
    (x0, y0), (x1, y1) = line
    return round((x0 + x1) / 2.0, 2), round((y0 + y1) / 2.0, 2)


def _area(space: Space) -> float:
    ring = space.polygon
    pairs = zip(ring, (*ring[1:], *ring[:1]), strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2.0
