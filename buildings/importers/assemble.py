"""From what a file holds to a plan that runs: the one assembler behind every importer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from buildings.errors import PlanError
from buildings.importers import doors as joined
from buildings.importers import openings, rooms, stairs, units, uses
from buildings.importers.doors import Ground, Link
from buildings.importers.floors import Storey, storeys
from buildings.importers.planned import planned
from buildings.importers.raw import Note, Raw, RawSpace, Xy
from buildings.plan import FloorPlan

MOST_PARTS = 20_000


@dataclass
class Assembled:
    """A plan as the file has it, before anything is left out that would stop a run."""

    raw: Raw
    unit: units.Unit
    plan: FloorPlan
    levels: list[Storey]
    links: list[Link]
    flights: list[stairs.Flight]
    notes: list[Note] = field(default_factory=list)


def assemble(raw: Raw, unit: str | None = None) -> Assembled:
    """Make a plan of what was read.

    Parameters
    ----------
    raw : Raw
        What an importer read; changed.
    unit : str, optional
        The unit that the user confirms.

    Raises
    ------
    PlanError
        If there is nothing in it that could be a room.
    """
    if max(len(raw.spaces), len(raw.walls), len(raw.doors), len(raw.stairs)) > MOST_PARTS:
        raise PlanError(
            f"the file has more than {MOST_PARTS:,} rooms, walls or doors; export one building of it."
        )
    taken_unit = units.settle(raw, unit)
    found, notes = rooms.from_spaces(raw)
    levels, more = storeys(raw, found)
    notes += more
    links = _joined(raw, levels, notes)
    for storey in levels:
        storey.rooms = [room for room in storey.rooms if room.polygon.area > 0.0]
    if not any(storey.rooms for storey in levels):
        raise PlanError(
            "no room was found: there is no space in the file, and its walls do not close; export rooms "
            "(IfcSpace, room outlines), or draw them."
        )
    links = joined.without_windows(links)
    joined.grounded(links, raw.ground)
    _give_uses(levels, links, notes)
    for storey in levels:
        links += openings.open_ways(storey, links, walls_known=bool(raw.walls))
    flights, lost = stairs.flights(raw.stairs, levels, links)
    notes += lost
    notes += [note for one in links for note in _link_notes(one)]
    plan = planned(raw, levels, links, flights)
    return Assembled(raw, taken_unit, plan, levels, links, flights, [*raw.notes, *notes])


def _joined(raw: Raw, levels: list[Storey], notes: list[Note]) -> list[Link]:
    """Join doors to rooms, deriving from walls the rooms that levels or single doors lack; in place."""
    for storey in levels:
        notes += rooms.without_overlaps(storey)
        if not storey.rooms:
            storey.rooms = rooms.from_walls(storey)
            notes.append(
                Note("rooms", f"{len(storey.rooms)} rooms of level {storey.id} were derived from its walls: "
                     "the file has none there.", storey.id)
            )  # fmt: skip
    yards = [space for space in raw.spaces if rooms.in_the_open(space)]
    grounds = [Ground(storey, _open_air(storey, yards)) for storey in levels]
    links = [joined.link(door, grounds) for door in raw.doors]
    for storey in levels:
        storey_has_hole = any(one.kind in ("void", "none") and one.storey in (storey, None) for one in links)
        if storey_has_hole and not all(room.derived for room in storey.rooms):
            _fill(storey, raw, notes)
    grounds = [Ground(storey, _open_air(storey, yards)) for storey in levels]
    return [joined.link(door, grounds) for door in raw.doors]


def _open_air(storey: Storey, yards: list[RawSpace]) -> BaseGeometry | None:
    """Return the yards, porches and balconies of a level: a door to one of them leads outside."""
    near = [yard.polygon for yard in yards if abs(yard.floor - storey.elevation) < 1.0]
    return shapely.union_all(near, grid_size=1e-3).buffer(0.3) if near else None


def _fill(storey: Storey, raw: Raw, notes: list[Note]) -> None:
    """Add the rooms between walls that a door leads to and the file does not name; in place."""
    candidates = rooms.from_walls(storey)
    if not candidates:
        return
    trial = Ground(Storey(storey.elevation, [*storey.rooms, *candidates], storey.walls, storey.id))
    wanted = {
        id(room)
        for door in raw.doors
        for one in (joined.link(door, [trial]),)
        if one.kind in ("two", "exit")
        for room in one.rooms
        if room.derived
    }
    for room in candidates:
        if id(room) in wanted:
            storey.rooms.append(room)
            at = room.polygon.representative_point()
            notes.append(
                Note("rooms", f"room '{room.id}' ({room.polygon.area:.0f} m2) was derived from the walls "
                     "around it: a door leads there, and the file has no space.", storey.id,
                     (round(at.x, 2), round(at.y, 2)), (room.id,))
            )  # fmt: skip


def _give_uses(levels: list[Storey], links: list[Link], notes: list[Note]) -> None:
    """Give every room a use: from its words, else a hall where many doors meet, else `other`; in place."""
    doors: Counter[int] = Counter()
    for one in links:
        if one.kind in ("two", "exit"):
            doors.update({id(room) for room in one.rooms})
    for storey in levels:
        for room in storey.rooms:
            told = uses.use_of(room.words) if room.words else None
            if told is not None and told not in ("outdoors",):
                room.use, room.guessed = told, True
            else:
                room.use = "corridor" if doors[id(room)] >= 4 else "other"
                kind = "as a hall, because many doors meet there" if room.use == "corridor" else "as 'other'"
                at = room.polygon.representative_point()
                notes.append(
                    Note("use", f"room '{room.id}' ({room.name or 'no name'}) was taken {kind}; "
                         "give its use.", storey.id, (round(at.x, 2), round(at.y, 2)), (room.id,))
                )  # fmt: skip


def _link_notes(one: Link) -> list[Note]:
    """Say what is odd about one door."""
    level, at = one.storey.id if one.storey else None, tuple(round(v, 2) for v in one.middle)
    where: tuple[str | None, Xy, tuple[str, ...]] = (level, (at[0], at[1]), (one.door.id,))
    name = one.door.name or one.door.id
    if one.kind == "none":
        return [Note("door", f"door '{name}' lies beside no room, and was left out.", *where)]
    if one.kind == "void":
        room = one.rooms[0].id
        sentence = (
            f"door '{name}' leads from '{room}' to a part of the building without a room, and was left out."
        )
        return [Note("door", sentence, *where)]
    if one.kind == "same":
        sentence = f"door '{name}' has '{one.rooms[0].id}' on both sides (a cubicle?), and was left out."
        return [Note("door", sentence, *where)]
    found = []
    if one.kind == "balcony":
        found.append(
            Note("exit", f"door '{name}' leads outside above the ground: taken as a balcony, and left out; "
                 "add it where there are stairs or ground.", *where)
        )  # fmt: skip
    if one.kind == "exit":
        found.append(Note("exit", f"door '{name}' from '{one.rooms[0].id}' was taken as an exit.", *where))
    outside = one.kind in ("exit", "balcony")
    if one.door.external is not None and one.door.external != outside:
        says = "an outer" if one.door.external else "an inner"
        found.append(
            Note("exit", f"the file calls door '{name}' {says} door; its place says otherwise.", *where)
        )
    raw_ids = {room.raw_id for room in one.rooms if room.raw_id}
    if len(one.door.joins) in (1, 2) and not outside and not set(one.door.joins) <= raw_ids:
        found.append(
            Note("door", f"the file relates door '{name}' to other rooms than lie beside it.", *where)
        )
    if one.door.kind == "door" and one.door.width is None:
        found.append(
            Note("width", f"door '{name}' states no width; {one.width:.2f} m were measured.", *where)
        )
    return found
