"""Compiles bare polygons: cuts every level into spaces and portals and joins the levels by stairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from shapely.geometry.base import BaseGeometry

from sim.crowd.input import LEAST_STAIR_M, On, Stair, point_of, positive
from sim.crowd.overlay import Drawn, Opening, Pieces, cut
from sim.errors import CrowdError, closest
from sim.place.arrays import bounds_of, compile_layout, flight_tables
from sim.place.layout import FlightEnd, Layout, LayoutSpace, Portal, Side, edge_frame, lay_flight
from sim.place.navigation import Navigation

_STAIR_REACH_M = 1.5
"""An end of a stair is put on the nearest edge, if that is no further away than this (m)."""


class StairFactors(NamedTuple):
    """Factors on the walking speed on every stair of a floor, up and down."""

    up: float
    down: float


@dataclass(frozen=True)
class CompiledFloor:
    """A floor's layout and arrays, and which portals and spaces belong to each name."""

    layout: Layout
    nav: Navigation
    exits: dict[str, tuple[int, ...]]
    doors: dict[str, tuple[int, ...]]
    areas: dict[str, tuple[int, ...]]
    stairs: StairFactors
    walkable: dict[str, BaseGeometry]


def on_level(first: str, names: Sequence[str], what: str, thing: Any) -> tuple[str, Any]:
    """Return the level and the thing itself."""
    if not isinstance(thing, On):
        return first, thing
    if str(thing.level) not in names:
        raise CrowdError(
            f"{what}: there is no level '{thing.level}'.{closest(str(thing.level), names)} There are: "
            f"{', '.join(names)}."
        )
    return str(thing.level), thing.thing


def compile_bare(
    floors: Mapping[str, BaseGeometry], drawn: Mapping[str, Drawn], stairs: Sequence[Stair]
) -> CompiledFloor:
    """Cut every level, join them by stairs, and compile."""
    names = sorted(floors)
    levels = {name: cut(floors[name], drawn[name]) for name in names}
    offset, spaces = {}, list[LayoutSpace]()
    for number, name in enumerate(names):
        offset[name] = len(spaces)
        for k, piece in enumerate(levels[name].pieces):
            label = "+".join((name, *piece.areas)) + f"#{k}"
            spaces.append(LayoutSpace(label, piece.polygon, number, piece.speed_factor))
    outside = len(spaces) + len(stairs)
    portals, owner = list[Portal](), list[str]()
    for name in names:
        for opening in levels[name].openings:
            portals.append(_portal(f"{name}:{len(portals)}", opening, offset[name], outside))
            owner.append(opening.name)
    flights = []
    for number, stair in enumerate(stairs):
        ends = _stair_ends(stair, names, levels, offset)
        strip, flight, both = lay_flight(
            stair.name, number, len(spaces), len(names), stair.length_m, stair.width_m, ends
        )
        spaces.append(strip)
        portals.extend(both)
        flights.append(flight)
    layout = Layout(len(names), tuple(spaces), tuple(portals), flights=tuple(flights))
    rows = {
        name: tuple(k for k, own in enumerate(owner) if own == name)
        for name in (*_named(drawn, "exits"), *_named(drawn, "doors"))
    }
    return CompiledFloor(
        layout=layout,
        nav=_navigation(layout, tuple(names)),
        exits={name: rows[name] for name in _named(drawn, "exits")},
        doors=rows,
        areas={name: _rows_of(name, names, levels, offset) for name in _named(drawn, "areas")},
        stairs=_stair_factors(stairs),
        walkable=dict(floors),
    )


def _named(drawn: Mapping[str, Drawn], kind: str) -> list[str]:
    """Return the names of all things of a kind on all levels, sorted."""
    return sorted(name for one in drawn.values() for name in getattr(one, kind))


def _rows_of(
    area: str, names: Sequence[str], levels: Mapping[str, Pieces], offset: Mapping[str, int]
) -> tuple[int, ...]:
    """Return the spaces that make up an area."""
    return tuple(
        offset[level] + k
        for level in names
        for k, piece in enumerate(levels[level].pieces)
        if area in piece.areas
    )


def _portal(name: str, opening: Opening, offset: int, outside: int) -> Portal:
    """Return an opening as a portal without depth."""
    (x0, y0), (x1, y1) = opening.edge
    length = float(np.hypot(x1 - x0, y1 - y0))
    nx, ny = (y1 - y0) / length, -(x1 - x0) / length  # the space lies to the left of its edge
    x, y = (x0 + x1) / 2.0, (y0 + y1) / 2.0
    beyond = outside if opening.b < 0 else offset + opening.b
    return Portal(
        name, (Side(offset + opening.a, x, y, nx, ny, 0.0), Side(beyond, x, y, -nx, -ny, 0.0)), length
    )


def _stair_ends(
    stair: Stair, names: Sequence[str], levels: Mapping[str, Pieces], offset: Mapping[str, int]
) -> tuple[FlightEnd, FlightEnd]:
    """Return where a stair opens on its two levels."""
    what = f"stair '{stair.name}'"
    positive(f"{what}: width_m", stair.width_m)
    if positive(f"{what}: length_m", stair.length_m) < LEAST_STAIR_M:
        raise CrowdError(
            f"{what}: length_m: found {stair.length_m:g}; a stair is at least a step long "
            f"({LEAST_STAIR_M:g} m)."
        )
    ends = []
    for word, given in (("low", stair.low), ("high", stair.high)):
        try:
            level, thing = given
        except (TypeError, ValueError):
            raise CrowdError(f'{what}: {word} is {given!r}; write ("level", (x, y)).') from None
        level, _ = on_level(names[0], names, what, On(str(level), None))
        at = point_of(f"{what}: {word}", thing)
        fitting = [
            (row, edge)
            for row, edge in levels[level].walls
            if np.hypot(edge[1][0] - edge[0][0], edge[1][1] - edge[0][1]) >= stair.width_m - 1e-6
        ]
        near = sorted((edge_frame([edge], at, stair.width_m), row) for row, edge in fitting)
        if not near or near[0][0][0] > _STAIR_REACH_M:
            raise CrowdError(
                f"{what}: no edge of level '{level}' that is {stair.width_m:g} m long lies within "
                f"{_STAIR_REACH_M:g} m of its {word} end ({at[0]:g}, {at[1]:g}); put the end on such an edge."
            )
        (_, x, y, nx, ny), row = near[0]
        ends.append(FlightEnd(offset[level] + row, list(names).index(level), x, y, nx, ny))
    return ends[0], ends[1]


def _stair_factors(stairs: Sequence[Stair]) -> StairFactors:
    """Return the factors of all stairs of a floor; they have to agree."""
    for stair in stairs:
        positive(f"stair '{stair.name}': up_factor", stair.up_factor)
        positive(f"stair '{stair.name}': down_factor", stair.down_factor)
        if (stair.up_factor, stair.down_factor) != (stairs[0].up_factor, stairs[0].down_factor):
            raise CrowdError(
                f"stair '{stair.name}': its factors differ from those of '{stairs[0].name}'; give all stairs "
                "of a floor the same up_factor and down_factor."
            )
    return StairFactors(stairs[0].up_factor, stairs[0].down_factor) if stairs else StairFactors(1.0, 1.0)


def _navigation(layout: Layout, levels: tuple[str, ...]) -> Navigation:
    """Return a layout compiled, without any meaning of rooms and locks."""
    n_doors, n, rows = len(layout.portals), layout.n_spaces, range(layout.n_spaces)
    ends, origin = flight_tables(layout)
    ids = [space.id for space in layout.spaces]
    use = ["flight" if layout.n_flat <= row < layout.outside else "other" for row in rows]
    nothing = np.zeros(n_doors, dtype=np.uint8)
    area = np.array([*(space.polygon.area for space in layout.spaces), 0.0])
    return Navigation(
        content_hash=sha256(repr([(s.id, s.polygon.wkt) for s in layout.spaces]).encode()).hexdigest(),
        arrays=compile_layout(layout),
        space_ids=(*ids, "OUT"),
        door_ids=tuple(portal.id for portal in layout.portals),
        level_ids=levels,
        use=(*use[:-1], "outside"),
        wing=("",) * n,
        capacity=(0,) * n,
        area_m2=area,
        space_level=np.array([*layout.sheets[: layout.n_flat], *[0] * (n - layout.n_flat)], dtype=np.int32),
        can_lock=nothing + 1,
        has_leaf=nothing + 1,
        normally_closed=nothing,
        glazed=nothing,
        free_egress=np.zeros((n_doors, 2), dtype=np.uint8),
        spot_ptr=np.zeros(n + 1, dtype=np.int32),
        spot_x=np.zeros(0),
        spot_y=np.zeros(0),
        hide_order=np.zeros(0, dtype=np.int32),
        flight_ends=ends,
        flight_origin=origin,
        bounds=bounds_of(layout),
    )
