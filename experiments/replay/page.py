"""The replay page: one HTML file that needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments.pages import html
from experiments.pages.words import handling_label
from experiments.replay.encoding import encode
from experiments.replay.film import Film, film_of
from experiments.replay.scene import Floor, ReplayRun, Scene, checked, scene_of
from sim import MODEL_VERSION
from sim.given import disclosure
from sim.record.recording import STEP_M
from sim.record.timeline import (
    ALL_CLEAR,
    COMMAND_ESTABLISHED,
    DISPATCH,
    EMS_PATIENT_CONTACT,
    EMS_STAGED,
    FIRST_CALL,
    FIRST_CONTACT,
    FIRST_ENTRY,
    FIRST_LE_ON_SCENE,
    LOCKDOWN_ANNOUNCED,
    ROOM_SECURED,
    THREAT_END,
    TITLES,
    Row,
)

if TYPE_CHECKING:
    from buildings.plan import FloorPlan

MARKS = (
    FIRST_CALL,
    DISPATCH,
    LOCKDOWN_ANNOUNCED,
    FIRST_LE_ON_SCENE,
    FIRST_ENTRY,
    FIRST_CONTACT,
    THREAT_END,
    EMS_STAGED,
    EMS_PATIENT_CONTACT,
    COMMAND_ESTABLISHED,
    ALL_CLEAR,
)
"""Events that the player knows by name: stamps on the strip and the line in words."""

PACKAGE = "experiments.replay"
SCRIPTS = ("recording.js", "words.js", "drawing.js", "player.js")
"""The player, in the order in which its parts need one another; one script in the page."""


class Stamp(NamedTuple):
    """When an event happened in one run, in the words of the table."""

    time_s: float
    clock: str
    detail: str


class EventLine(NamedTuple):
    """A row of the event table: what, and when it happened in each run."""

    title: str
    room: bool
    stamps: tuple[Stamp | None, ...]
    difference: str


def write_replay(
    plan: FloorPlan,
    runs: Sequence[ReplayRun],
    out: Path,
    *,
    title: str,
    facts: Mapping[str, str] | None = None,
    handling: str | None = None,
) -> None:
    """Write one self-contained page that plays one run, or two side by side.

    Parameters
    ----------
    plan : FloorPlan
        The building of the runs.
    runs : sequence of ReplayRun
        One run, or two of the same incident.
    out : Path
        The HTML file.
    title : str
        Headline.
    facts : mapping of str to str, optional
        What the header says besides building, people and model version, for example the seed.
    handling : str, optional
        Handling label, shown at the head and in print. A plan that is not in our library always has one:
        `words.HANDLING` when omitted.

    Raises
    ------
    RecordingError
        If the runs cannot be shown together on this plan.
    """
    runs = checked(runs)
    scene = scene_of(plan, runs)
    lines = event_lines(runs, scene.named)
    film = film_of(runs)
    page = html.template(PACKAGE, "player.html.j2").render(
        title=title,
        facts={**_facts(plan, runs, scene), **(facts or {})},
        handling=handling_label(handling, is_ours=scene.named),
        runs=runs,
        floors=[floor.name for floor in scene.floors],
        lines=lines,
        n_rooms=sum(line.room for line in lines),
        film=film,
        css=html.text_beside(PACKAGE, "player.css"),
        js="\n".join(html.text_beside(PACKAGE, name) for name in SCRIPTS),
        data=_data(runs, scene, film),
    )
    out.write_text(page, encoding="utf-8")


def clock(time_s: float) -> str:
    """Return a time as minutes and seconds, with hours from one hour on."""
    whole = int(time_s)
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def event_lines(runs: Sequence[ReplayRun], named: bool) -> list[EventLine]:
    """Return the stamps of all runs in one table, the same event of two runs in one row.

    Without `named` a row says nothing of places: names of wings belong to the owner of the plan.
    """
    paired: dict[tuple[str, str, int], list[Row | None]] = {}
    for column, run in enumerate(runs):
        seen: dict[tuple[str, str], int] = {}
        for row in run.timeline:
            about = (row.event, "" if row.event == ROOM_SECURED else row.who)
            seen[about] = seen.get(about, 0) + 1
            paired.setdefault((*about, seen[about]), [None] * len(runs))[column] = row
    lines = [_line(event, rows, named) for (event, _, _), rows in paired.items()]
    return sorted(lines, key=lambda line: min(stamp.time_s for stamp in line.stamps if stamp))


def _line(event: str, rows: Sequence[Row | None], named: bool) -> EventLine:
    """Return one row of the event table."""
    difference = ""
    if len(rows) == 2:
        first, second = rows
        if first is None or second is None:
            difference = "only one"
        elif round(abs(second.time_s - first.time_s)) == 0:
            difference = "same"
        else:
            later = second.time_s - first.time_s
            difference = f"{clock(abs(later))} {'later' if later > 0 else 'earlier'}"
    stamps = tuple(
        None if row is None else Stamp(row.time_s, clock(row.time_s), _detail(row, named)) for row in rows
    )
    return EventLine(TITLES[event], event == ROOM_SECURED, stamps, difference)


def _detail(row: Row, named: bool) -> str:
    """Return who, where and the note of a row."""
    return ", ".join(part for part in ((row.who, row.where, row.note) if named else (row.who,)) if part)


def _facts(plan: FloorPlan, runs: Sequence[ReplayRun], scene: Scene) -> dict[str, str]:
    """Return what the header says of every replay."""
    try:
        model = f"{version('firstminutes')}, model {MODEL_VERSION}"
    except PackageNotFoundError:
        model = MODEL_VERSION
    people = sum(kind != "officer" for kind in runs[0].recording.kinds)
    return {
        "Building": f"{plan.name} (fictional)" if disclosure.is_ours(plan) else plan.name,
        "People": f"{people:,}",
        "Floors": str(len(scene.floors)),
        "Model version": model,
    }


def _data(runs: Sequence[ReplayRun], scene: Scene, film: Film) -> dict[str, Any]:
    """Return what the player reads: plan in steps of the recording from its origin, and the frames."""
    first = runs[0].recording

    def flat(points: Sequence[tuple[float, float]]) -> list[int]:
        return [
            round((value - origin) / STEP_M)
            for x, y in points
            for value, origin in ((x, first.origin_x_m), (y, first.origin_y_m))
        ]

    def drawn(floor: Floor) -> dict[str, Any]:
        return {
            "name": floor.name,
            "rings": [flat(ring) for ring in floor.rings],
            "rooms": [
                {
                    "kind": room.kind,
                    "outline": flat(room.outline),
                    "name": room.name,
                    "at": flat([room.label_at]),
                }
                for room in floor.rooms
            ],
            "doors": [flat(line) for line in floor.doors],
        }

    return {
        "span": film.positions_s,
        "end": film.end_s,
        "film": film.length_s,
        "frame": first.frame_s,
        "box": flat([(scene.box[0], scene.box[1]), (scene.box[2], scene.box[3])]),
        "states": first.states,
        "floors": [drawn(floor) for floor in scene.floors],
        "runs": [
            {
                "label": run.label,
                "frames": run.recording.n_frames,
                "rows": len(run.recording.kinds),
                "teams": [k for k, kind in enumerate(run.recording.kinds) if kind == "officer"],
                "stamps": {name: _first(run, name) for name in MARKS},
                "titles": {name: TITLES[name] for name in MARKS},
                "data": encode(run.recording),
            }
            for run in runs
        ],
    }


def _first(run: ReplayRun, event: str) -> float | None:
    """Return when an event first happened."""
    return next((row.time_s for row in run.timeline if row.event == event), None)
