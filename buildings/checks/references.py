"""E03 to E05: ids used twice, references to what the plan does not have, doors without a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from buildings.checks.finding import Finding, error, near
from buildings.plan import OUT, FloorPlan


def check_references(plan: FloorPlan) -> Iterator[Finding]:
    """Check that ids are unique and known."""
    yield from _unique(plan)
    levels, spaces = {level.id for level in plan.levels}, {space.id for space in plan.spaces}
    for space in plan.spaces:
        yield from _known(f"space '{space.id}'", "level", (space.level,), levels)
        if space.id == OUT:
            yield error("E04", f"a space has the id '{OUT}', which is the word for the open air; rename it.")
    for door in plan.doors:
        who = f"door '{door.id}'"
        yield from _known(who, "level", (door.level,), levels)
        beside = door.lock.from_ + door.lock.key_from if door.lock else ()
        yield from _known(who, "space", (*door.between, *beside), spaces | {OUT})
        if door.at is None and door.line is None:
            yield error("E03", f"{who} has no place; give `at` or `line` in metres.", (door.id,))
    for connector in plan.connectors:
        who = f"connector '{connector.id}'"
        yield from _known(who, "level", [end.level for end in connector.ends], levels)
        yield from _known(who, "space", [end.space for end in connector.ends], spaces)
    for zone in plan.zones:
        yield from _known(f"zone '{zone.id}'", "space", () if zone.spaces == "all" else zone.spaces, spaces)
    for number, wall in enumerate(() if plan.walls == "between_spaces" else plan.walls):
        yield from _known(f"wall {number + 1}", "level", (wall.level,), levels)


def _unique(plan: FloorPlan) -> Iterator[Finding]:
    for what, parts in (
        ("level", plan.levels),
        ("space", plan.spaces),
        ("door", plan.doors),
        ("connector", plan.connectors),
        ("zone", plan.zones),
    ):
        for name, times in Counter(part.id for part in parts).items():
            if times > 1:
                yield error("E04", f"{what} id '{name}' is used {times} times; give each its own.", (name,))


def _known(who: str, what: str, names: tuple[str, ...] | list[str], known: set[str]) -> Iterator[Finding]:
    for name in dict.fromkeys(names):
        if name not in known:
            hint = near(name, known) or f" Correct the name or add the {what}."
            yield error("E05", f"{who} names {what} '{name}', which the plan does not have.{hint}", (name,))
