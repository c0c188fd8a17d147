"""Every rule that a plan must obey, as coded findings that a planner can act on.

Errors (E) protect a run: a plan with one is refused. Warnings (W) are things to look at. Codes are stable.
"""

from __future__ import annotations

from buildings.checks.doors import check_doors
from buildings.checks.finding import Finding
from buildings.checks.inner_walls import check_inner_walls
from buildings.checks.levels import check_levels
from buildings.checks.references import check_references
from buildings.checks.site import Site
from buildings.checks.sizes import check_sizes
from buildings.checks.spaces import check_outlines, check_spaces
from buildings.checks.ways import check_ways, ways_of
from buildings.checks.zones import check_zones
from buildings.plan import FloorPlan

__all__ = ["Finding", "check_plan"]


def check_plan(plan: FloorPlan) -> list[Finding]:
    """Check a plan.

    Parameters
    ----------
    plan : FloorPlan
        Any plan that has the right fields.

    Returns
    -------
    list of Finding
        Errors first, each group by code and ids. Ids are looked at first, then outlines, then the rest,
        because each rests on the one before.
    """
    found = list(check_references(plan))
    if not found:
        found = [*check_outlines(plan), *check_sizes(plan)]
        if not any(one.severity == "E" for one in found):
            site = Site(plan)
            found += check_inner_walls(site, ways_of(site))
            for check in (check_spaces, check_doors, check_levels, check_ways):
                found += check(site)
        found += check_zones(plan)
    return sorted(found, key=lambda one: (one.severity != "E", one.code, one.ids))
