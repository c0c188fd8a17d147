"""How many people a plan is for, where the file does not say: an assumption, listed as one."""

from __future__ import annotations

from buildings.importers.floors import Storey
from buildings.importers.raw import Note
from buildings.plan import FloorPlan

_CLASS = 22
"""Pupils per classroom; no more than its area allows."""

_CLASSROOM_M2 = 1.9
_OFFICE_M2 = 14.0
"""150 ft2 per person, the occupant load of offices, for buildings without classrooms."""

_TEACHING = ("classroom", "laboratory", "music")
_WORKING = ("office", "reception", "library", "other")


def assumed(levels: list[Storey], plan: FloorPlan) -> tuple[int, Note]:
    """Return how many people a plan is taken to be for, and the note that says so."""
    kept = {space.id for space in plan.spaces}
    rooms = [room for storey in levels for room in storey.rooms if room.id in kept]
    teaching = [room.polygon.area for room in rooms if room.use in _TEACHING]
    if teaching:
        people = sum(min(_CLASS, int(area / _CLASSROOM_M2)) for area in teaching)
        how = f"up to {_CLASS} in each of {len(teaching)} classrooms"
    else:
        working = sum(room.polygon.area for room in rooms if room.use in _WORKING)
        people = int(working / _OFFICE_M2)
        how = f"one for every {_OFFICE_M2:g} m2 of its rooms, as it has no classroom"
    people = max(people, 1)
    return people, Note(
        "people", f"the file states no people; {people} were assumed ({how}): give `enrolment`."
    )
