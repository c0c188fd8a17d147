"""A plan on a Matplotlib Axes: rooms by use, doors by kind, exits with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buildings.plan import FloorPlan, Space

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
            ring = {"boxstyle": "circle,pad=0.15", "fc": "white", "ec": "#d55e00", "lw": 0.6}
            ax.annotate(
                door.number,
                at,
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


def _write_name(space: Space, ax: Axes) -> None:
    xs, ys = zip(*space.polygon, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    text = space.name or space.id
    upright = width >= height or width > 4.0
    points_per_m = (
        ax.get_window_extent().width * 72.0 / ax.figure.dpi / max(1e-9, ax.get_xlim()[1] - ax.get_xlim()[0])
    )
    room, other = (width, height) if upright else (height, width)
    size = min(7.0, 1.5 * room * points_per_m / max(4, len(text)), 0.7 * other * points_per_m)
    if size >= 3.0:
        ax.text(
            (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, text, fontsize=size, ha="center", va="center",
            rotation=0 if upright else 90, zorder=3, clip_on=True,
        )  # fmt: skip
