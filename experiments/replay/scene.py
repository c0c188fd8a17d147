"""The plan as a replay draws it, and the runs it shows: shapes only, names only for shipped plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely import Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from sim.errors import RecordingError
from sim.given import disclosure
from sim.record.recording import Recording
from sim.record.timeline import Timeline

if TYPE_CHECKING:
    from buildings.plan import FloorPlan, Space

Point = tuple[float, float]

WALL_M = 0.3
"""Half the widest gap between rooms that is drawn as a wall (m)."""
MARGIN_M = 3.0
"""Ground shown around the building (m)."""

_CORRIDORS = ("corridor", "lobby", "vestibule")
_STAIRS = ("stairs", "elevator")


@dataclass(frozen=True, eq=False)
class ReplayRun:
    """One run to show: name and plain words of its policy, what was recorded, and its stamps."""

    label: str
    plain_words: str
    recording: Recording
    timeline: Timeline


@dataclass(frozen=True)
class Room:
    """A space as drawn: outline, kind (room, corridor, stairs, ground), name or nothing."""

    outline: tuple[Point, ...]
    kind: str
    name: str
    label_at: Point


@dataclass(frozen=True)
class Floor:
    """A level as drawn: outline of the building with its walls, rooms, door openings (m)."""

    name: str
    rings: tuple[tuple[Point, ...], ...]
    rooms: tuple[Room, ...]
    doors: tuple[tuple[Point, Point], ...]


@dataclass(frozen=True)
class Scene:
    """All floors in the order of the recording, and the box (x0, y0, x1, y1) that shows the building (m)."""

    floors: tuple[Floor, ...]
    box: tuple[float, float, float, float]
    named: bool


def checked(runs: Sequence[ReplayRun]) -> tuple[ReplayRun, ...]:
    """Return the runs if they can be shown beside each other.

    Raises
    ------
    RecordingError
        If there are none or more than two, or they are not recordings of one place.
    """
    if not 1 <= len(runs) <= 2:
        raise RecordingError(f"replay: found {len(runs)} runs; a page shows one run or two side by side.")
    first = runs[0].recording
    for run in runs:
        recording = run.recording
        if recording.n_frames == 0:
            raise RecordingError(f"replay of {run.label}: the recording is empty; run the study again.")
        place = (recording.levels, recording.origin_x_m, recording.origin_y_m, recording.frame_s)
        if place != (first.levels, first.origin_x_m, first.origin_y_m, first.frame_s):
            raise RecordingError(f"replay of {run.label}: this run was recorded in another building.")
    return tuple(runs)


def scene_of(plan: FloorPlan, runs: Sequence[ReplayRun]) -> Scene:
    """Return what is drawn of a plan.

    Names are taken only when the recordings and the plan's own content say that it is a shipped building.

    Raises
    ------
    RecordingError
        If the runs were recorded in another building.
    """
    ids = runs[0].recording.levels
    if set(ids) != {level.id for level in plan.levels}:
        raise RecordingError(f"replay: the recording's levels {', '.join(ids)} are not those of {plan.name}.")
    named = all(run.recording.library_plan for run in runs) and disclosure.is_ours(plan)
    titles = {level.id: level.name for level in plan.levels}
    floors = tuple(
        _floor(plan, level, (titles[level] if named else None) or f"Floor {number}", named)
        for number, level in enumerate(ids, start=1)
    )
    corners = [corner for floor in floors for ring in floor.rings for corner in ring]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    box = (min(xs) - MARGIN_M, min(ys) - MARGIN_M, max(xs) + MARGIN_M, max(ys) + MARGIN_M)
    return Scene(floors, box, named)


def _floor(plan: FloorPlan, level: str, name: str, named: bool) -> Floor:
    """Return one level as drawn."""
    spaces = [space for space in plan.spaces if space.level == level]
    indoor = [space for space in spaces if not plan.is_outside(space.id)]
    walls = unary_union([Polygon(space.polygon) for space in indoor]).buffer(WALL_M, join_style="mitre")
    return Floor(
        name=name,
        rings=_rings(walls),
        rooms=tuple(_room(space, plan.is_outside(space.id), named) for space in spaces),
        doors=tuple(plan.door_line(door) for door in plan.doors if door.level == level),
    )


def _room(space: Space, outside: bool, named: bool) -> Room:
    """Return one space as drawn."""
    kind = "room"
    if outside:
        kind = "ground"
    elif space.use in _CORRIDORS:
        kind = "corridor"
    elif space.use in _STAIRS:
        kind = "stairs"
    middle = Polygon(space.polygon).representative_point()
    name = (space.name or space.use.replace("_", " ")) if named and not outside else ""
    return Room(space.polygon, kind, name, (middle.x, middle.y))


def _rings(shape: BaseGeometry) -> tuple[tuple[Point, ...], ...]:
    """Return all rings of a polygon or several; holes are told by the even-odd rule."""
    rings: list[tuple[Point, ...]] = []
    for part in getattr(shape, "geoms", [shape]):
        if isinstance(part, Polygon) and not part.is_empty:
            outlines = (part.exterior, *part.interiors)
            rings.extend(tuple((float(x), float(y)) for x, y in ring.coords) for ring in outlines)
    return tuple(rings)
