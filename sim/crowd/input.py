"""What is given to a crowd: people, zones, stairs, events at doors, and things on other levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from shapely import LineString, Polygon, force_2d
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from sim.errors import CrowdError
from sim.people.population import BODY_RADIUS_M

NEAREST, CHOICE = "nearest", "choice"
"""Goals that are no name: the nearest exit, and the person's own choice of exit."""

MAX_COORDINATE_M = 1e7
MAX_EXTENT_M = 5000.0
"""No floor is longer than this (m), as `plan check` has it: a drawing in millimetres or feet is refused."""

LEAST_STAIR_M = 0.3
"""No stair is shorter than a step (m): a typing slip, or another unit."""

SAME_PLACE_M = 0.01
"""Two people whose middles are nearer than this stand in the same place (m)."""

Point = tuple[float, float]


@dataclass(frozen=True)
class On:
    """A thing on a named level: `On("1", polygon)`, `On("1", (x, y))`. Without it a thing is on the first."""

    level: str
    thing: Any


@dataclass(frozen=True)
class Zone:
    """A part of the floor that slows everybody down, or lets them go faster.

    Parameters
    ----------
    polygon : shapely Polygon or sequence of points
        The zone (m).
    speed_factor : float
        Factor on the walking speed inside; speeds are normal again outside.
    """

    polygon: Any
    speed_factor: float


@dataclass(frozen=True)
class Stair:
    """A stair between points on two levels; each end is put on the nearest edge of the walkable area.

    Parameters
    ----------
    name : str
        Its name.
    low, high : tuple
        Level and point (m) of either end: `("0", (x, y))`.
    width_m, length_m : float
        Clear width, and walking length along the slope (m).
    up_factor, down_factor : float
        Factors on the walking speed going up and down.
    """

    name: str
    low: tuple[str, Point]
    high: tuple[str, Point]
    width_m: float
    length_m: float
    up_factor: float = 0.5
    down_factor: float = 0.75


@dataclass(frozen=True)
class Person:
    """One person.

    Parameters
    ----------
    at : tuple of float
        Where the person stands at first (m).
    goal : str, tuple, On or None
        Name of an exit or area, or a point; None or "nearest" for the nearest exit by walking distance,
        "choice" for the person's own choice by distance and congestion.
    speed_mps, radius_m : float
        Free walking speed (m/s) and radius of the body (m).
    start_s : float
        When the person sets out (s).
    level : str, optional
        Level of `at`; the first when omitted.
    via : sequence
        Areas and points to be walked to before the goal, in this order.
    group : str, optional
        Name of a group that stays together.
    knows : collection of str, optional
        The only exits that the person may use; all when omitted.
    """

    at: Point
    goal: Any = None
    speed_mps: float = 1.3
    radius_m: float = BODY_RADIUS_M
    start_s: float = 0.0
    level: str | None = None
    via: Sequence[Any] = ()
    group: str | None = None
    knows: frozenset[str] | set[str] | Sequence[str] | None = None


class DoorEvent(NamedTuple):
    """What happens to a door or an exit: "close", "open", "lock" or "unlock", its name, and when (s)."""

    action: str
    name: str
    at_s: float


def close(name: str, at_s: float) -> DoorEvent:
    """Return the closing of a door or exit at a time (s): from then on nobody passes it."""
    return DoorEvent("close", name, at_s)


def open_(name: str, at_s: float) -> DoorEvent:
    """Return the opening of a door or exit at a time (s); one that is locked stays shut until unlocked."""
    return DoorEvent("open", name, at_s)


def lock(name: str, at_s: float) -> DoorEvent:
    """Return the locking of a door or exit at a time (s): only who has free egress still passes."""
    return DoorEvent("lock", name, at_s)


def unlock(name: str, at_s: float) -> DoorEvent:
    """Return the unlocking of a door or exit at a time (s): it is as open or closed as it was before."""
    return DoorEvent("unlock", name, at_s)


def is_point(thing: Any) -> bool:
    """Tell whether something is a pair of numbers."""
    try:
        return len(thing) == 2 and all(isinstance(float(v), float) for v in thing)
    except (TypeError, ValueError):
        return False


def point_of(what: str, thing: Any) -> Point:
    """Return a point as two finite floats (m), or say what is wrong with it."""
    if isinstance(thing, str) or not is_point(thing):
        raise CrowdError(f"{what}: found {thing!r}; a point is (x, y) in metres.")
    x, y = float(thing[0]), float(thing[1])
    if not (abs(x) <= MAX_COORDINATE_M and abs(y) <= MAX_COORDINATE_M):
        raise CrowdError(f"{what}: found ({x}, {y}); coordinates are finite numbers of metres.")
    return x, y


def some_of(names: Sequence[str], most: int = 12) -> str:
    """Return the first of the names that there are, for a message."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "") if names else "none"


def positive(what: str, value: Any, *, allow_zero: bool = False) -> float:
    """Return a finite number above zero (or not below it), or say what is wrong with it."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not isfinite(number) or number < 0.0 or (number == 0.0 and not allow_zero):
        allowed = "not negative" if allow_zero else "above 0"
        raise CrowdError(f"{what}: found {value!r}; allowed is a finite number {allowed}.")
    return number


def whole(what: str, value: Any) -> int:
    """Return a whole number from 0, or say what is wrong with it."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise CrowdError(f"{what}: found {value!r}; allowed are whole numbers from 0.")
    return int(value)


def area_of(what: str, thing: Any) -> Polygon | MultiPolygon:
    """Return a polygon from shapely or from a list of points (m), or say what is wrong with it."""
    if isinstance(thing, BaseGeometry):
        shape = force_2d(thing)
    else:
        try:
            ring = [point_of(what, point) for point in thing]
            shape = Polygon(ring)
        except (TypeError, ValueError):
            raise CrowdError(f"{what}: found {thing!r}; give a polygon or at least three points.") from None
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty:
        raise CrowdError(f"{what}: found a {shape.geom_type}; give a polygon with an area.")
    if not shape.is_valid:
        raise CrowdError(f"{what}: the polygon is not valid ({explain_validity(shape)}); mend its outline.")
    if not shape.area > 0.0 or max(map(abs, shape.bounds)) > MAX_COORDINATE_M:
        raise CrowdError(f"{what}: the polygon has no area, or no finite one; give it in metres.")
    x0, y0, x1, y1 = shape.bounds
    if max(x1 - x0, y1 - y0) > MAX_EXTENT_M:
        raise CrowdError(
            f"{what}: it is {max(x1 - x0, y1 - y0):.0f} m long; allowed are at most {MAX_EXTENT_M:.0f} m. "
            "Is it drawn in millimetres? Give it in metres."
        )
    return shape


def line_of(what: str, thing: Any) -> LineString:
    """Return a straight line from two points (m) or from shapely, or say what is wrong with it."""
    points = force_2d(thing).coords if isinstance(thing, LineString) else thing
    try:
        ends = [point_of(what, point) for point in points]
    except TypeError:
        ends = []
    if len(ends) != 2 or ends[0] == ends[1]:
        raise CrowdError(f"{what}: found {thing!r}; a line is ((x0, y0), (x1, y1)), two points apart.")
    return LineString(ends)


def is_line(thing: Any) -> bool:
    """Tell whether an exit is given as a line rather than as an area."""
    if isinstance(thing, BaseGeometry):
        return isinstance(thing, LineString)
    try:
        return len(thing) == 2 and all(is_point(point) for point in thing)
    except TypeError:
        return False


def check_names(*groups: Mapping[Any, Any]) -> None:
    """See that no name is used twice or has a meaning of its own."""
    seen: dict[str, str] = {}
    for kind, group in zip(("exit", "area", "door"), groups, strict=True):
        for name in group:
            if not isinstance(name, str) or not name or name in (NEAREST, CHOICE):
                raise CrowdError(
                    f"{kind} {name!r}: a name is a text, not empty, and not '{NEAREST}' or '{CHOICE}'."
                )
            if name in seen:
                raise CrowdError(
                    f"{kind} '{name}': there is already a thing of that name ({seen[name]}); rename one."
                )
            seen[name] = kind
