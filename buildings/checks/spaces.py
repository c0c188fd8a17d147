"""E20 to W27: the outlines of spaces, one by one and against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from shapely import Polygon, STRtree
from shapely.validation import explain_validity

from buildings.checks.finding import Finding, error, listed, warning
from buildings.checks.site import Site
from buildings.plan import FloorPlan, Space

OVERLAP_M2 = 0.1
CLASSROOM_M2_PER_PERSON = 1.858
"""20 net square feet per person, the occupant load of a classroom."""

MIN_INDOOR = 8
"""Where a plan has as many spaces, so many are indoors: few would narrow where an incident can begin, which
no edit of uses may (docs/scope.md, rule 1; `sim.hazard.hazard.MIN_START_SPACES`)."""

_NARROW_M = 0.6


def check_outlines(plan: FloorPlan) -> Iterator[Finding]:
    """Check the outline of every space: what later checks rest on."""
    for space in plan.spaces:
        distinct = len(set(space.polygon))
        if distinct < 3:
            yield error(
                "E20",
                f"space '{space.id}' on level '{space.level}' has {distinct} distinct points; an outline "
                "needs three.",
                (space.id,),
            )
            continue
        polygon = Polygon(space.polygon)
        if polygon.area < 1e-6 and polygon.convex_hull.area < 1e-6:
            yield error(
                "E22",
                f"the points of space '{space.id}' on level '{space.level}' lie on one line; redraw it.",
                (space.id,),
                space.polygon[0],
            )
        elif not polygon.is_valid:
            reason = explain_validity(polygon)
            yield error(
                "E21",
                f"the outline of space '{space.id}' on level '{space.level}' crosses or touches itself "
                f"({reason}); put its points in order around the room.",
                (space.id,),
                space.polygon[0],
            )


def check_spaces(site: Site) -> Iterator[Finding]:
    """Check sizes, capacities and uses of spaces, and their overlaps."""
    if len(site.indoor) < MIN_INDOOR <= len(site.plan.spaces):
        yield error(
            "E29",
            f"the plan has {len(site.plan.spaces)} spaces and only {len(site.indoor)} of them indoors; "
            f"a plan of {MIN_INDOOR} spaces or more has at least {MIN_INDOOR} indoors: check their use, "
            "or leave spaces in the open out.",
        )
    for space in site.indoor:
        yield from _single(space, site.shape[space.id])
    for level in site.plan.levels:
        yield from _overlaps(site, level.id)


def _single(space: Space, polygon: Polygon) -> Iterator[Finding]:
    if polygon.area < 1.0:
        yield warning("W24", f"space '{space.id}' has only {polygon.area:.2f} m2; is it a room?", (space.id,))
    elif polygon.buffer(-_NARROW_M / 2).is_empty:
        yield warning(
            "W24",
            f"space '{space.id}' is narrower than {_NARROW_M:g} m; nobody can stand in it.",
            (space.id,),
        )
    fit = int(polygon.area / CLASSROOM_M2_PER_PERSON)
    if space.use == "classroom" and space.capacity is not None and space.capacity > fit:
        yield warning(
            "W26",
            f"classroom '{space.id}' is to hold {space.capacity} people on {polygon.area:.0f} m2; 20 net "
            f"square feet each allow {fit}.",
            (space.id,),
        )
    if "use" not in space.model_fields_set:
        yield warning(
            "W27", f"space '{space.id}' has no use; 'other' is taken, so give it the use it has.", (space.id,)
        )


def _overlaps(site: Site, level: str) -> Iterator[Finding]:
    spaces = site.on_level(level)
    if len(spaces) < 2:
        return
    shapes = [site.shape[space.id] for space in spaces]
    covers: dict[str, list[str]] = defaultdict(list)
    for i, j in STRtree(shapes).query(shapes, predicate="intersects").T.tolist():
        if i >= j or (area := shapes[i].intersection(shapes[j]).area) <= OVERLAP_M2:
            continue
        a, b = spaces[i].id, spaces[j].id
        at = shapes[i].intersection(shapes[j]).representative_point()
        yield error(
            "E23",
            f"spaces '{a}' and '{b}' on level '{level}' overlap by {area:.1f} m2 near ({at.x:.2f}, "
            f"{at.y:.2f}); move the outline of one.",
            (a, b),
            (at.x, at.y),
        )
        for k, m in ((i, j), (j, i)):
            if area > 0.9 * shapes[m].area:
                covers[spaces[k].id].append(spaces[m].id)
    for name, others in covers.items():
        if len(others) > 1:
            yield warning(
                "W25",
                f"space '{name}' covers {listed(others)}: if it is a zone or a gross area and no room, "
                "remove it.",
                (name,),
            )
