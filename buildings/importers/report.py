"""What an import found, guessed and left out: as JSON for programs, and as warnings of the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from buildings.importers import occupancy
from buildings.importers.assemble import Assembled
from buildings.importers.doors import Link
from buildings.importers.raw import Note
from buildings.importers.settle import Settled
from buildings.plan import FloorPlan

_MOST_WARNINGS = 200
_WORDS = {
    "use": "uses of rooms",
    "exit": "exits",
    "width": "widths",
    "door": "doors",
    "space": "outlines of rooms",
    "rooms": "rooms from walls",
    "left out": "rooms left out",
    "level": "levels",
    "people": "number of people",
    "lost": "elements without a shape",
    "opening": "openings",
    "file": "the file",
    "unit": "the unit",
}


@dataclass(frozen=True)
class Imported:
    """An imported plan and the report on how it came about.

    Attributes
    ----------
    plan : FloorPlan
        In metres; `plan.source` holds the unit, the origin, all warnings and what was left out.
    report : dict
        Everything that was found, in plain values: what `--json` prints.
    """

    plan: FloorPlan
    report: dict[str, Any]


def imported(file_name: str, found: Assembled, done: Settled) -> Imported:
    """Put plan and report together."""
    people, told = occupancy.assumed(found.levels, done.plan)
    notes = [*found.notes, *done.notes, told]
    unit = found.unit
    source = {
        "made_by": "import",
        "format": found.raw.format,
        "file": file_name,
        "unit": {"word": unit.word, "metres": unit.metres, "confirmed": unit.confirmed, "why": unit.why},
        "origin_m": list(found.raw.origin),
        "warnings": [note.sentence for note in notes][:_MOST_WARNINGS],
    }
    source["assumed"] = _assumed(found, done, told)
    if done.left_out:
        source["left_out"] = done.left_out
    plan = done.plan.model_copy(update={"source": source, "enrolment": people})
    report = {
        "format": "firstminutes-import",
        "version": 1,
        **{key: source[key] for key in ("file", "unit", "origin_m")},
        "file_format": found.raw.format,
        "counts": _counts(found, done),
        "levels": [
            {
                "id": storey.id, "name": storey.name, "elevation_m": storey.elevation,
                "rooms": len(storey.rooms),
            }
            for storey in found.levels
        ],
        "doors": [_door(one) for one in found.links],
        "connectors": [one.model_dump(mode="json", by_alias=True) for one in plan.connectors],
        "problems": [
            {"number": number, "kind": note.kind, "sentence": note.sentence, "level": note.level,
             "at": list(note.at) if note.at else None, "ids": list(note.ids)}
            for number, note in enumerate(notes, 1)
        ],
        "left_out": done.left_out,
        "check": [
            {"code": one.code, "severity": one.severity, "sentence": one.message, "ids": list(one.ids)}
            for one in done.findings
        ],
        "can_be_run": not done.errors,
    }  # fmt: skip
    return Imported(plan, report)


def _assumed(found: Assembled, done: Settled, people: Note) -> list[str]:
    """Return what a reader of results must know, without a name of a room: reports print it."""
    kinds = Counter(note.kind for note in (*found.notes, *done.notes))
    derived = sum(room.derived for storey in found.levels for room in storey.rooms)
    unit = found.unit
    lines = [
        f"The plan was made from a file ({found.raw.format}); its unit is {unit.why}"
        + ("." if unit.confirmed else ", and nobody has confirmed it."),
        people.sentence[0].upper() + people.sentence[1:],
    ]
    counted = (
        ("use", "rooms had no use that could be told from words; halls were told by their doors"),
        ("width", "widths of doors were measured or made narrower"),
        ("left out", "rooms were left out, because nobody can reach them or no stairs reach their level"),
        ("door", "doors were left out, or join other rooms than the file says"),
        ("stairs", "stairs could not be joined to two levels"),
    )
    lines += [f"{kinds[kind]} {words}." for kind, words in counted if kinds[kind]]
    if derived:
        lines.append(f"{derived} rooms were derived from walls.")
    if found.flights:
        lines.append("Widths and lengths of stairs are guesses from their outlines and heights.")
    return lines


def _door(one: Link) -> dict[str, Any]:
    return {
        "id": one.door.id,
        "name": one.door.name,
        "kind": one.door.kind,
        "class": one.kind,
        "level": one.storey.id if one.storey else None,
        "at": [round(value, 3) for value in one.middle],
        "width_m": round(one.width, 3),
        "rooms": [room.id for room in one.rooms],
    }


def _counts(found: Assembled, done: Settled) -> dict[str, Any]:
    doors = [one for one in found.links if one.door.kind == "door"]
    kinds = Counter(one.kind for one in doors)
    spaces = {space.id for space in found.raw.spaces}
    rooms = [room for storey in found.levels for room in storey.rooms]
    kept = {space.id for space in done.plan.spaces}
    reached = _reached(found)
    stated = [one for one in doors if one.door.joins]
    return {
        "spaces": len(found.raw.spaces),
        "spaces_reached": len(
            {room.raw_id for room in rooms if room.raw_id in spaces and room.id in reached}
        ),
        "rooms_derived": sum(room.derived and room.id in kept for room in rooms),
        "rooms_in_plan": len(kept),
        "levels": len(done.plan.levels),
        "doors": len(doors),
        "doors_linked": sum(kinds[kind] for kind in ("two", "exit", "balcony", "same")),
        "doors_by_class": {kind: kinds[kind] for kind in ("two", "exit", "balcony", "same", "void", "none")},
        "doors_related_in_file": len(stated),
        "doors_agreeing": sum(_agrees(one) for one in stated),
        "openings": sum(one.door.kind == "opening" and one.sides is not None for one in found.links),
        "exits": sum(done.plan.is_outside(side) for door in done.plan.doors for side in door.between),
        "stairs": len(found.raw.stairs),
        "stairs_joined": len(found.flights),
        "lost": found.raw.lost,
    }


def _agrees(one: Link) -> bool:
    beside = {room.raw_id for room in one.rooms}
    return beside <= set(one.door.joins) if one.kind != "two" else set(one.door.joins) >= beside


def _reached(found: Assembled) -> set[str]:
    """Return the rooms that can be walked to from outside, by doors, openings and stairs."""
    ways: dict[str, set[str]] = {}
    for one in found.links:
        if one.sides is not None and one.kind != "balcony":
            a, b = one.sides
            ways.setdefault(a, set()).add(b)
            ways.setdefault(b, set()).add(a)
    for flight in found.flights:
        (_, low, _), (_, high, _) = flight.ends
        ways.setdefault(low.id, set()).add(high.id)
        ways.setdefault(high.id, set()).add(low.id)
    seen, queue = {"OUT"}, ["OUT"]
    while queue:
        for name in ways.get(queue.pop(), set()) - seen:
            seen.add(name)
            queue.append(name)
    return seen - {"OUT"}


def sentences(report: dict[str, Any]) -> list[str]:
    """Return what a terminal says of an import: what came in, what was guessed, what to do."""
    counts, unit = report["counts"], report["unit"]
    told = [
        f"{report['file_format']}: {counts['rooms_in_plan']} rooms on "
        f"{counts['levels']} levels"
        + (f" ({counts['rooms_derived']} of them derived from walls)" if counts["rooms_derived"] else "")
        + f", {counts['doors_linked']} of {counts['doors']} doors joined to rooms, {counts['exits']} exits, "
        f"{counts['stairs_joined']} stairs.",
        f"Unit: {unit['why']}" + ("." if unit["confirmed"] else "; not confirmed."),
    ]
    if counts["spaces"] > counts["spaces_reached"]:
        told.append(
            f"{counts['spaces_reached']} of {counts['spaces']} spaces can be reached from outside; the "
            "others were left out or wait for a door."
        )
    kinds = Counter(one["kind"] for one in report["problems"])
    if kinds:
        listed = ", ".join(f"{_WORDS.get(kind, kind)} ({number})" for kind, number in kinds.items())
        told.append(f"Look at what was guessed, changed or left out: {listed}.")
    errors = [one["sentence"] for one in report["check"] if one["severity"] == "E"]
    if errors:
        told.append(
            f"The plan cannot be run yet: {errors[0]}"
            + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else "")
        )
    return told
