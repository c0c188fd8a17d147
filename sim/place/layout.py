"""A floor as spaces and portals: what a building's plan and bare polygons both become before compiling.

Knows shapely and nothing of buildings. A space is a polygon (m, holes allowed) on a sheet; a portal joins two
spaces, or a space and the open air, and has a frame on each side. A stair is a flight: a strip on a sheet of
its own whose two ends map onto the edges of the spaces that it joins.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot

from shapely import LineString, Polygon

FLIGHT_GAP_M = 10.0
"""Distance between the strips of two flights on their sheet (m)."""

End = tuple[int, float, float]


@dataclass(frozen=True)
class Side:
    """One side of a portal.

    Parameters
    ----------
    space : int
        Row of the space; the number of spaces for the open air.
    x, y : float
        Middle of the mid-line, in the coordinates of that space's sheet (m).
    nx, ny : float
        Unit normal from the space through the portal.
    depth : float
        From the space's face to the mid-line (m).
    """

    space: int
    x: float
    y: float
    nx: float
    ny: float
    depth: float


@dataclass(frozen=True)
class Portal:
    """A way between two spaces. `width` is its clear width (m); what it means is up to who made it."""

    id: str
    sides: tuple[Side, Side]
    width: float


@dataclass(frozen=True)
class LayoutSpace:
    """A space: name, walkable polygon without door throats (m), sheet, and factor on everybody's speed."""

    id: str
    polygon: Polygon
    sheet: int
    speed_factor: float = 1.0


@dataclass(frozen=True)
class InnerWall:
    """A wall that stands free in a space: its row, its line (m), and 1 where it hides what is behind it."""

    space: int
    line: LineString
    opaque: int


@dataclass(frozen=True)
class Flight:
    """Where the strip of a stair lies: its row, both ends as (level, x, y), its origin and its length (m)."""

    space: int
    low: End
    high: End
    y0: float
    length: float


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything geometric about a floor. Spaces in the order of rows, flights last; then the open air.

    Sheets 0 to n_levels - 1 are the levels; the next one holds all flights, and the last the open air.
    """

    n_levels: int
    spaces: tuple[LayoutSpace, ...]
    portals: tuple[Portal, ...]
    inner_walls: tuple[InnerWall, ...] = ()
    flights: tuple[Flight, ...] = ()

    @property
    def outside(self) -> int:
        """Row of the open air."""
        return len(self.spaces)

    @property
    def n_spaces(self) -> int:
        """Number of spaces, flights and the open air included."""
        return len(self.spaces) + 1

    @property
    def n_flat(self) -> int:
        """Number of spaces that are no flights."""
        return len(self.spaces) - len(self.flights)

    @cached_property
    def sheets(self) -> tuple[int, ...]:
        """Sheet of every space, the open air included."""
        return (*(space.sheet for space in self.spaces), self.n_levels + 1)

    @cached_property
    def speed_factors(self) -> tuple[float, ...]:
        """Factor on the walking speed in every space, the open air included."""
        return (*(space.speed_factor for space in self.spaces), 1.0)


@dataclass(frozen=True)
class FlightEnd:
    """One end of a stair: the space it opens to, that space's level, and the frame of the opening there."""

    space: int
    level: int
    x: float
    y: float
    nx: float
    ny: float


def lay_flight(
    name: str, number: int, row: int, sheet: int, length: float, width: float, ends: Sequence[FlightEnd]
) -> tuple[LayoutSpace, Flight, tuple[Portal, Portal]]:
    """Return a stair as a strip on the sheet of flights, with a portal at its low and at its high end.

    Parameters
    ----------
    name : str
        The stair's name.
    number : int
        How many flights lie on the sheet already.
    row, sheet : int
        Row and sheet of the strip.
    length, width : float
        Walking length and clear width (m).
    ends : sequence of FlightEnd
        The low end and the high end.
    """
    y0 = number * FLIGHT_GAP_M
    strip = Polygon([(0, y0), (length, y0), (length, y0 + width), (0, y0 + width)])
    low, high = ends
    portals = []
    for end, x, nx in ((low, 0.0, -1.0), (high, length, 1.0)):
        there = Side(end.space, end.x, end.y, end.nx, end.ny, 0.0)
        here = Side(row, x, y0 + width / 2.0, nx, 0.0, 0.0)
        portals.append(Portal(f"{name}:{'low' if nx < 0 else 'high'}", (there, here), width))
    flight = Flight(row, (low.level, low.x, low.y), (high.level, high.x, high.y), y0, length)
    return LayoutSpace(name, strip, sheet), flight, (portals[0], portals[1])


def edge_frame(
    edges: Iterable[tuple[tuple[float, ...], tuple[float, ...]]], at: tuple[float, float], width: float
) -> tuple[float, float, float, float, float]:
    """Return where an opening of a width lies on the edge nearest to a point.

    Parameters
    ----------
    edges : iterable of segments
        Edges with the walkable side on their left (m).
    at : tuple of float
        The point (m).
    width : float
        Width of the opening (m); it stays within its edge where the edge is long enough.

    Returns
    -------
    tuple of float
        Distance from the point (m), middle of the opening (m), and the outward unit normal.
    """
    best = (float("inf"), 0.0, 0.0, 0.0, 0.0)
    for (x0, y0), (x1, y1) in edges:
        length = hypot(x1 - x0, y1 - y0)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        half = min(width / 2.0, length / 2.0)
        along = min(max((at[0] - x0) * ux + (at[1] - y0) * uy, half), length - half)
        fx, fy = x0 + along * ux, y0 + along * uy
        away = hypot(at[0] - fx, at[1] - fy)
        if away < best[0]:
            best = (away, fx, fy, uy, -ux)  # the walkable side is on the left: outward is to the right
    return best


def ring_edges(polygon: Polygon) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Return the edges of a polygon's outline in its own order (m)."""
    return list(itertools.pairwise(polygon.exterior.coords))
