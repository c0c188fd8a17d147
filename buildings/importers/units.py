"""The unit of a file: what it says, held against the size of its doors and of the building."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from buildings.errors import PlanError
from buildings.importers.raw import Raw, RawSpace, RawStair, RawWall, Xy

UNITS_M = {"m": 1.0, "ft": 0.3048, "in": 0.0254, "cm": 0.01, "mm": 0.001}
"""Metres per unit, by the words that `--unit` takes."""

_WORDS = {"m": "metres", "ft": "feet", "in": "inches", "cm": "centimetres", "mm": "millimetres"}
WORDS = {word: unit for unit, word in _WORDS.items()}
"""Units by their names in full."""
_DOOR_M = 0.6, 2.0
"""The median door of a building is this wide."""

_USUAL_DOOR_M = 0.9
_ROOM_M2 = 2.0, 400.0
"""The median room has this area."""

_ACROSS_M = 3.0, 3_000.0
"""A building is this wide."""

FARTHEST_M = 1e6


class Unit(NamedTuple):
    """The unit taken: its word, metres per unit of the file, and how sure that is."""

    word: str
    metres: float
    confirmed: bool
    why: str


def settle(raw: Raw, said: str | None = None) -> Unit:
    """Find the unit of a file and bring all of `raw` to metres, in place.

    Parameters
    ----------
    raw : Raw
        What was read; changed.
    said : str, optional
        The unit that the user gives; then nothing is guessed, and what does not fit is a note.

    Raises
    ------
    PlanError
        If the content has no size that any unit would make a building.
    """
    if said is not None and said not in UNITS_M:
        raise PlanError(f"--unit: found {said!r}; allowed are {', '.join(UNITS_M)}.")
    across = _across(raw)
    fits = [word for word, metres in UNITS_M.items() if _fits(raw, across, metres)]
    stated = raw.unit_m
    if said is not None:
        unit = Unit(said, UNITS_M[said], True, f"{_WORDS[said]}, as you said")
        if said not in fits and _widths(raw):
            raw.note("unit", f"in {_WORDS[said]} {_evidence(raw, across, UNITS_M[said])}; is the unit right?")
    elif stated is not None and (_fits(raw, across, stated) or not fits):
        word = next((w for w, m in UNITS_M.items() if abs(m - stated) < 1e-3 * stated), "unit")
        unit = Unit(word, stated, _fits(raw, across, stated), raw.unit_said)
        if not unit.confirmed:
            raw.note(
                "unit",
                f"the unit is taken as the file says ({raw.unit_said}), but with it "
                f"{_evidence(raw, across, stated)}; say --unit {'|'.join(UNITS_M)} if that is wrong.",
            )
    elif fits:
        word = min(fits, key=lambda name: _oddness(raw, UNITS_M[name]))
        metres = UNITS_M[word]
        unit = Unit(word, metres, False, f"{_WORDS[word]}, found from the sizes of doors and rooms")
        claim = "the file states no unit" if stated is None else f"the file states {raw.unit_said}"
        beside = "" if stated is None else f" (with what it states {_evidence(raw, across, stated)})"
        raw.note(
            "unit",
            f"{claim}{beside}; {_WORDS[word]} were taken, with which {_evidence(raw, across, metres)}: "
            f"confirm with --unit {word}.",
        )
    else:
        raise PlanError(
            f"the unit cannot be told: the file states none, and it is {across:g} units across; say "
            f"--unit {'|'.join(UNITS_M)}."
        )
    if not 0.0 < across * unit.metres <= 2.0 * _ACROSS_M[1]:
        raise PlanError(
            f"the plan is {across * unit.metres:,.3g} m across in {_WORDS.get(unit.word, 'its unit')}, "
            f"which is no building; say --unit {'|'.join(UNITS_M)}, or export the building alone."
        )
    if unit.metres != 1.0:
        _scale(raw, unit.metres)
    return unit


def _shapes(raw: Raw) -> list[BaseGeometry]:
    parts: list[RawSpace | RawWall | RawStair] = [*raw.spaces, *raw.walls, *raw.stairs]
    return [part.polygon for part in parts]


def _across(raw: Raw) -> float:
    bounds = shapely.total_bounds([shape for shape in _shapes(raw) if not shape.is_empty])
    across = float(max(bounds[2] - bounds[0], bounds[3] - bounds[1]))
    if not across >= 0.0:
        raise PlanError("the file holds no outline of a room or wall; is this a floor plan?")
    return across


def _widths(raw: Raw) -> list[float]:
    """Return the widths of doors in units of the file, where it draws or states any."""
    own = [door.width or _length(door.line) for door in raw.doors if door.kind == "door"]
    return [width for width in own if width > 0.0]


def _length(line: tuple[Xy, Xy]) -> float:
    (x0, y0), (x1, y1) = line
    return float(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)


def _areas(raw: Raw) -> list[float]:
    return [space.polygon.area for space in raw.spaces if space.polygon.area > 0.0]


def _fits(raw: Raw, across: float, metres: float) -> bool:
    if not _ACROSS_M[0] <= across * metres <= _ACROSS_M[1]:
        return False
    widths, areas = _widths(raw), _areas(raw)
    if widths:
        return _DOOR_M[0] <= median(widths) * metres <= _DOOR_M[1]
    return not areas or _ROOM_M2[0] <= median(areas) * metres**2 <= _ROOM_M2[1]


def _oddness(raw: Raw, metres: float) -> float:
    widths, areas = _widths(raw), _areas(raw)
    ratio = median(widths) * metres / _USUAL_DOOR_M if widths else 1.0
    if not widths and areas:
        ratio = (median(areas) * metres**2 / 40.0) ** 0.5
    return max(ratio, 1.0 / ratio)


def _evidence(raw: Raw, across: float, metres: float) -> str:
    widths = _widths(raw)
    door = f"the median door is {median(widths) * metres:.3g} m wide and " if widths else ""
    return f"{door}the plan {across * metres:.3g} m across"


def _scale(raw: Raw, metres: float) -> None:
    """Bring every length of `raw` to metres."""

    def scaled(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda points: points * metres)

    length: Callable[[float | None], float | None] = lambda v: None if v is None else v * metres  # noqa: E731
    for space in raw.spaces:
        space.polygon, space.floor = scaled(space.polygon), space.floor * metres
        space.height = length(space.height)
    for wall in raw.walls:
        wall.polygon, wall.bottom, wall.top = scaled(wall.polygon), wall.bottom * metres, wall.top * metres
    for door in raw.doors:
        (x0, y0), (x1, y1) = door.line
        door.line = ((x0 * metres, y0 * metres), (x1 * metres, y1 * metres))
        door.floor, door.across = door.floor * metres, door.across * metres
        door.width, door.height = length(door.width), length(door.height)
    for stair in raw.stairs:
        stair.polygon, stair.width = scaled(stair.polygon), length(stair.width)
        stair.bottom, stair.top = stair.bottom * metres, stair.top * metres
    for level in raw.levels:
        level.elevation *= metres
    raw.ground = length(raw.ground)
    raw.origin = (raw.origin[0] * metres, raw.origin[1] * metres, raw.origin[2] * metres)
    raw.unit_m = 1.0
