"""What an importer hands over: spaces, walls, doors and stairs as the file has them, before any guess.

Every format ends here, and nothing after this file knows a format. Lengths and heights are in the unit of
the file; `unit_m` is what the file says of it. Whoever reads geometry subtracts `origin` first, so that
polygons lie near zero and no digit is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from shapely.geometry.base import BaseGeometry

Xy = tuple[float, float]


class Note(NamedTuple):
    """One thing that the importer found, guessed or left out: what about, a sentence, and where."""

    kind: str
    sentence: str
    level: str | None = None
    at: Xy | None = None
    ids: tuple[str, ...] = ()


@dataclass
class RawSpace:
    """A room or a corridor; `floor` is the height of its floor.

    `words` is all text that may tell its use, the surest line first.
    """

    id: str
    polygon: BaseGeometry
    floor: float
    height: float | None = None
    name: str | None = None
    words: str = ""
    number: str | None = None
    outdoors: bool = False


@dataclass
class RawWall:
    """The footprint of a wall, openings not cut out, and its range of heights."""

    polygon: BaseGeometry
    bottom: float
    top: float


@dataclass
class RawDoor:
    """A door or an opening without a leaf.

    `line` runs along the wall through the middle of the door; `across` is how far the door reaches to either
    side of that line together (its wall's thickness, or a little more). `joins` are the spaces that the file
    itself relates to the door, for a cross-check only.
    """

    id: str
    line: tuple[Xy, Xy]
    floor: float
    across: float = 0.0
    height: float | None = None
    width: float | None = None
    kind: Literal["door", "opening"] = "door"
    name: str | None = None
    joins: tuple[str, ...] = ()
    external: bool | None = None
    glazed: bool = False
    number: str | None = None


@dataclass
class RawStair:
    """Stairs, a ramp or an elevator: its footprint and its range of heights."""

    id: str
    polygon: BaseGeometry
    bottom: float
    top: float
    kind: Literal["stairs", "ramp", "elevator"] = "stairs"
    width: float | None = None
    name: str | None = None


@dataclass
class RawLevel:
    """A storey as the file names it."""

    name: str
    elevation: float


@dataclass
class Raw:
    """The content of one file."""

    format: str
    name: str
    unit_m: float | None
    unit_said: str
    spaces: list[RawSpace] = field(default_factory=list)
    walls: list[RawWall] = field(default_factory=list)
    doors: list[RawDoor] = field(default_factory=list)
    stairs: list[RawStair] = field(default_factory=list)
    levels: list[RawLevel] = field(default_factory=list)
    ground: float | None = None
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    georef: dict[str, float] | None = None
    door_size_m: float | None = None
    notes: list[Note] = field(default_factory=list)
    lost: int = 0
    closed: bool = False
    """Whether walls may be closed at doors: false where walls come from lines with gaps (a drawing)."""

    def note(self, kind: str, sentence: str, at: Xy | None = None, ids: tuple[str, ...] = ()) -> None:
        """Keep a finding of the reader."""
        self.notes.append(Note(kind, sentence, None, at, ids))
