"""W70 and W71: zones, and plans of real places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from buildings.checks.finding import Finding, listed, warning
from buildings.plan import FloorPlan


def check_zones(plan: FloorPlan) -> Iterator[Finding]:
    """Check that zones hold spaces, each at most one of a kind, and that a real place is said to be one."""
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for zone in plan.zones:
        names = [space.id for space in plan.spaces] if zone.spaces == "all" else list(zone.spaces)
        if not names:
            yield warning("W70", f"zone '{zone.id}' has no space; remove it or list its spaces.", (zone.id,))
        for name in names:
            holders[zone.kind, name].append(zone.id)
    for (kind, name), zones in holders.items():
        if len(zones) > 1:
            yield warning(
                "W70",
                f"space '{name}' is in {len(zones)} zones of kind {kind} ({listed(zones)}); keep it in one.",
                (name, *zones),
            )
    if plan.georef is not None and not plan.fictional:
        yield warning("W71", "this file describes a real place: handle it as sensitive.")
