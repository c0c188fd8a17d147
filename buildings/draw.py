"""A plan on a Matplotlib Axes: rooms by use, doors by kind, exits with their numbers."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from buildings.plan import Door, FloorPlan, Space

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FILL = {
    "corridor": "#f4f1e8",
    "lobby": "#f4f1e8",
    "vestibule": "#e8e1cf",
    "stairs": "#d9d2e6",
    "classroom": "#dce9f5",
    "laboratory": "#cfe3ee",
    "music": "#cfe3ee",
    "library": "#d7ead7",
    "gym": "#f7e3d0",
    "cafeteria": "#f9ecc9",
    "auditorium": "#f3d9d9",
}
"""Pale fills per use; in print they read as greys with the walls in black."""

_OTHER = "#ececec"
_LEGIBLE = 5.5
"""Smallest font size (points) at which a name stays flat in one line."""

_NARROW_M = 4.0
"""A name may stand upright in a space that is this narrow, or three times as high as wide."""

_NUMBER_AWAY = 8.0
"""From an exit to its number, outwards (points)."""


def draw_plan(plan: FloorPlan, level_id: str, ax: Axes, *, names: bool = True) -> None:
    """Draw one level of a plan.

    Parameters
    ----------
    plan : FloorPlan
        The plan.
    level_id : str
        Id of the level.
    ax : Axes
        Where to draw; the axes are set to equal scale in metres.
    names : bool
        Write the names of rooms that are large enough to hold them.
    """
    for space in plan.spaces:
        if space.level != level_id or plan.is_outside(space.id):
            continue
        xs, ys = zip(*space.polygon, strict=True)
        ax.fill(xs, ys, facecolor=_FILL.get(space.use, _OTHER), edgecolor="black", linewidth=0.7, zorder=1)
    for door in plan.doors:
        if door.level != level_id:
            continue
        (x0, y0), (x1, y1) = plan.door_line(door)
        is_exit = any(plan.is_outside(side) for side in door.between)
        colour = "#d55e00" if is_exit else "white" if door.kind == "opening" else "#0072b2"
        ax.plot([x0, x1], [y0, y1], color=colour, linewidth=2.2, solid_capstyle="butt", zorder=2)
        if is_exit and door.number and names:
            at = ((x0 + x1) / 2, (y0 + y1) / 2)
            nx, ny = _outwards(plan, door)
            ring = {"boxstyle": "circle,pad=0.15", "fc": "white", "ec": "#d55e00", "lw": 0.6}
            ax.annotate(
                door.number,
                at,
                xytext=(nx * _NUMBER_AWAY, ny * _NUMBER_AWAY),
                textcoords="offset points",
                ha="center",
                va="center",
                fontsize=6,
                color="#a04000",
                bbox=ring,
                zorder=3,
            )
    for connector in plan.connectors:
        ends = [end.at for end in connector.ends if end.level == level_id]
        for x, y in ends:
            ax.plot(x, y, marker="^", color="#5b4a8a", markersize=4, zorder=3)
    ax.set_aspect("equal")
    ax.autoscale_view()
    for space in plan.spaces:
        if names and space.level == level_id and not plan.is_outside(space.id):
            _write_name(space, ax)
    ax.set_xlabel("metres")
    ax.set_title(next(level.name or level.id for level in plan.levels if level.id == level_id))


def _outwards(plan: FloorPlan, door: Door) -> tuple[float, float]:
    """Return the unit direction across a door, away from the middle of its indoor space."""
    (x0, y0), (x1, y1) = plan.door_line(door)
    length = max(1e-9, hypot(x1 - x0, y1 - y0))
    nx, ny = (y0 - y1) / length, (x1 - x0) / length
    for name in door.between:
        if not plan.is_outside(name):
            xs, ys = zip(*plan.space(name).polygon, strict=True)
            away = (x0 + x1 - min(xs) - max(xs)) * nx + (y0 + y1 - min(ys) - max(ys)) * ny
            return (nx, ny) if away >= 0.0 else (-nx, -ny)
    return nx, ny


def _write_name(space: Space, ax: Axes) -> None:
    """Write the name of a space where it is legible: flat, else in two lines, else upright if narrow."""
    xs, ys = zip(*space.polygon, strict=True)
    points_per_m = (
        ax.get_window_extent().width * 72.0 / ax.figure.dpi / max(1e-9, ax.get_xlim()[1] - ax.get_xlim()[0])
    )
    width, height = ((max(side) - min(side)) * points_per_m for side in (xs, ys))
    text = space.name or space.id
    narrow = width < height and (max(xs) - min(xs) <= _NARROW_M or height > 3.0 * width)
    ways = [
        (_size(lines, *room), lines, rotation)
        for room, rotation in (((width, height), 0), ((height, width), 90))[: 2 if narrow else 1]
        for lines in (text, _in_two_lines(text))
    ]
    legible = (way for way in ways if way[0] >= _LEGIBLE)
    size, lines, rotation = next(legible, None) or max(ways, key=lambda way: way[0])
    if size >= 3.0:
        ax.text(
            (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, lines, fontsize=size, ha="center", va="center",
            rotation=rotation, zorder=3, clip_on=True,
        )  # fmt: skip


def _size(text: str, length: float, across: float) -> float:
    """Return the font size at which a text fits into a box; all in points."""
    lines = text.split("\n")
    return min(7.0, 1.5 * length / max(4, *map(len, lines)), 0.7 * across / len(lines))


def _in_two_lines(text: str) -> str:
    """Break a text at the blank nearest to its middle, if it has one."""
    blanks = [k for k, letter in enumerate(text) if letter == " "]
    if not blanks:
        return text
    k = min(blanks, key=lambda k: abs(2 * k - len(text)))
    return f"{text[:k]}\n{text[k + 1 :]}"
