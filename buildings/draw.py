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


_EXIT, _DOOR, _OPENING, _STAIRS = "#d55e00", "#0072b2", "white", "#5b4a8a"


def draw_plan(plan: FloorPlan, level_id: str, ax: Axes, *, names: bool = True, legend: bool = False) -> None:
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
    legend : bool
        Say at the right what colours and signs mean.
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
        colour = _EXIT if is_exit else _OPENING if door.kind == "opening" else _DOOR
        ax.plot([x0, x1], [y0, y1], color=colour, linewidth=2.2, solid_capstyle="butt", zorder=2)
        if is_exit and door.number and names:
            at = ((x0 + x1) / 2, (y0 + y1) / 2)
            nx, ny = _outwards(plan, door)
            ring = {"boxstyle": "circle,pad=0.15", "fc": "white", "ec": _EXIT, "lw": 0.6}
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
            ax.plot(x, y, marker="^", color=_STAIRS, markersize=4, zorder=3)
    ax.set_aspect("equal")
    ax.autoscale_view()
    for space in plan.spaces:
        if names and space.level == level_id and not plan.is_outside(space.id):
            _write_name(space, ax)
    ax.set_xlabel("metres")
    ax.set_ylabel("metres")
    if legend:
        _draw_legend(plan, level_id, ax)
    ax.set_title(next(level.name or level.id for level in plan.levels if level.id == level_id))


def _draw_legend(plan: FloorPlan, level_id: str, ax: Axes) -> None:
    """Say at the right of a drawing what its colours and signs mean: of those that are on this level."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    doors = [door for door in plan.doors if door.level == level_id]
    exits = [door for door in doors if any(plan.is_outside(side) for side in door.between)]
    inside = [door for door in doors if door not in exits]
    handles: list[Line2D | Patch] = []
    if exits:
        handles.append(Line2D([], [], color=_EXIT, lw=3, label="exit, with its number"))
    if any(door.kind != "opening" for door in inside):
        handles.append(Line2D([], [], color=_DOOR, lw=3, label="door"))
    if any(door.kind == "opening" for door in inside):
        handles.append(Patch(facecolor=_OPENING, edgecolor="black", lw=0.7, label="opening without a door"))
    if any(end.level == level_id for one in plan.connectors for end in one.ends):
        stairs = {"marker": "^", "color": _STAIRS, "ls": "none", "ms": 5}
        handles.append(Line2D([], [], label="stairs, ramp or lift", **stairs))  # type: ignore[arg-type]
    uses: dict[str, set[str]] = {}
    for space in plan.spaces:
        if space.level == level_id and not plan.is_outside(space.id):
            named = space.use if space.use in _FILL else "other room"
            uses.setdefault(_FILL.get(space.use, _OTHER), set()).add(named.replace("_", " "))
    handles += [
        Patch(facecolor=colour, edgecolor="black", lw=0.7, label=", ".join(sorted(names)))
        for colour, names in sorted(uses.items(), key=lambda one: min(one[1]))
    ]
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=7, frameon=False)


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
