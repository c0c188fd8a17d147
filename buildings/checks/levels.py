"""E50 to W54: levels, and the stairs, ramps and elevators between them."""

from __future__ import annotations

from collections.abc import Iterator
from math import radians, sin

from shapely import Point

from buildings.checks.finding import Finding, error, warning
from buildings.checks.site import Site
from buildings.plan import Connector

WALKED = ("stairs", "ramp")
"""Kinds of connector that people walk on; elevators stand still in an emergency."""

_EDGE_M = 1.5
_STEEPEST_DEGREES = 45.0


def check_levels(site: Site) -> Iterator[Finding]:
    """Check that every level has rooms and a way up or down, and that connectors end at their spaces."""
    plan = site.plan
    if not plan.levels:
        yield error("E50", "the plan has no level; add one with its rooms.")
    for level in plan.levels:
        if not site.on_level(level.id):
            yield error(
                "E50", f"level '{level.id}' has no indoor space; remove it or draw its rooms.", (level.id,)
            )
    walked = {end.level for c in plan.connectors if c.kind in WALKED for end in c.ends}
    for level in plan.levels if len(plan.levels) > 1 else ():
        if level.id not in walked:
            yield error(
                "E51", f"no stairs or ramp reach level '{level.id}'; add a connector to it.", (level.id,)
            )
    heights = [level.elevation_m for level in plan.levels]
    if heights != sorted(heights):
        yield warning("W53", "the levels are not listed from the lowest to the highest; check elevations.")
    for connector in plan.connectors:
        yield from _ends(site, connector)
        yield from _slope(site, connector)


def _ends(site: Site, connector: Connector) -> Iterator[Finding]:
    low, high = connector.ends
    if low.level == high.level:
        yield error(
            "E52",
            f"both ends of connector '{connector.id}' are on level '{low.level}'; give the level of each "
            "end.",
            (connector.id,),
        )
    for end in connector.ends:
        space = site.plan.space(end.space)
        if site.plan.is_outside(end.space):
            yield error(
                "E52",
                f"connector '{connector.id}' ends in '{end.space}', which is open air; it must end in an "
                "indoor space.",
                (connector.id, end.space),
                end.at,
            )
            continue
        if space.level != end.level:
            yield error(
                "E52",
                f"connector '{connector.id}' ends on level '{end.level}' in space '{end.space}', which is "
                f"on level '{space.level}'; correct one of them.",
                (connector.id, end.space),
                end.at,
            )
        away = site.shape[end.space].exterior.distance(Point(end.at))
        if away > _EDGE_M:
            yield error(
                "E52",
                f"connector '{connector.id}' ends {away:.1f} m from the edge of space '{end.space}'; put "
                "that end on an edge of the space.",
                (connector.id, end.space),
                end.at,
            )


def _slope(site: Site, connector: Connector) -> Iterator[Finding]:
    elevation = {level.id: level.elevation_m for level in site.plan.levels}
    low, high = (elevation[end.level] for end in connector.ends)
    rise = abs(high - low)
    if connector.kind in WALKED and rise > connector.length_m * sin(radians(_STEEPEST_DEGREES)):
        yield warning(
            "W54",
            f"{connector.kind} '{connector.id}' rise {rise:g} m over {connector.length_m:g} m of slope, "
            "more than 45 degrees; `length` is measured on the slope, landings included.",
            (connector.id,),
        )
