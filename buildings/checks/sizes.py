"""E11 to W13: sizes that no building has, with the unit that would fit."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from buildings.checks.finding import Finding, error, warning
from buildings.plan import FloorPlan

_PER_METRE = {"feet": 1 / 0.3048, "inches": 1 / 0.0254, "centimetres": 100.0, "millimetres": 1000.0}
_DOOR_M = 0.915
_MANY_DOORS = 0.6, 2.5
_STOREY_M = 2.2, 8.0
_ROOM_M2 = 20_000.0
_FAR_M = 5_000.0


def check_sizes(plan: FloorPlan) -> Iterator[Finding]:
    """Check that lengths look like metres."""
    yield from _door_widths(plan)
    for level in plan.levels:
        if not _STOREY_M[0] <= level.height_m <= _STOREY_M[1]:
            yield warning(
                "W11",
                f"level '{level.id}' is {level.height_m:g} m high, where {_STOREY_M[0]:g} to "
                f"{_STOREY_M[1]:g} m is "
                "usual; is that in metres?",
                (level.id,),
            )
    for space in plan.spaces:
        if not plan.is_outside(space.id) and (area := _area(space.polygon)) > _ROOM_M2:
            yield warning(
                "W11",
                f"space '{space.id}' has {area:,.0f} m2; are its coordinates in feet or millimetres?",
                (space.id,),
            )
    yield from _extent(plan)


def _door_widths(plan: FloorPlan) -> Iterator[Finding]:
    widths = [door.width_m for door in plan.doors if door.kind not in ("opening", "overhead", "gate")]
    widths = [width for width in widths if width > 0]
    if not widths or _MANY_DOORS[0] <= median(widths) <= _MANY_DOORS[1]:
        return
    ratio = median(widths) / _DOOR_M
    unit = min(_PER_METRE, key=lambda name: abs(_PER_METRE[name] / ratio - 1.0))
    factor = _PER_METRE[unit]
    # Within a quarter of a unit's factor the plan is surely in that unit; else the doors are only odd.
    sure = abs(factor / ratio - 1.0) < 0.25
    yield (error if sure else warning)(
        "E11" if sure else "W11",
        f"the median door is {median(widths):g} m wide, where {_MANY_DOORS[0]:g} to {_MANY_DOORS[1]:g} m "
        "is usual: "
        f'are these {unit}? Lengths must be metres (divide by {factor:.4g}) or feet with "units": "ft".',
    )


def _extent(plan: FloorPlan) -> Iterator[Finding]:
    points = [point for space in plan.spaces for point in space.polygon]
    if not points:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    extent = max(max(xs) - min(xs), max(ys) - min(ys))
    if extent > _FAR_M:
        yield error(
            "E11", f"the plan is {extent:,.0f} m across; 5 km is the most. Are its lengths really in metres?"
        )
    elif extent > 1_000.0:
        yield warning(
            "W11",
            f"the plan is {extent:,.0f} m across; are its lengths in feet (divide by 3.281) or millimetres "
            "(divide by 1000)?",
        )
    if max(map(abs, xs)) <= 180.0 and max(map(abs, ys)) <= 180.0 and extent < 0.1:
        yield warning("W12", "the coordinates look like degrees; give local metres.")
    if max(max(map(abs, xs)), max(map(abs, ys))) > _FAR_M:
        yield warning("W13", "the plan lies more than 5 km from its origin; subtract a local origin.")


def _area(ring: tuple[tuple[float, float], ...]) -> float:
    pairs = zip(ring, (*ring[1:], *ring[:1]), strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2.0
