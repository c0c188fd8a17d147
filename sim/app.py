"""The live Mesa page: the only file that imports Solara and `mesa.visualization` (extra `live`).

`firstminutes live` serves it. It shows people by state and contact teams on the plan, level by level, and
the counts over time. It shows no hazard and no injury: an injured person is a person at rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import solara
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from sim.given.policies import policy_names
from sim.given.scenario_files import scenario_names
from sim.model import ResponseModel
from sim.people.population import State
from sim.view.agents import ContactTeam

_STYLE = {
    State.UNAWARE: ("#999999", "o", "unaware"),
    State.MOVING: ("#56b4e9", "o", "moving"),
    State.SHELTERED: ("#cc79a7", "s", "sheltered"),
    State.SECURED: ("#009e73", "s", "secured"),
    State.LEAVING: ("#0072b2", "^", "leaving"),
}
"""Okabe-Ito colours, doubled by shape, as in the replay."""


def _walls(model: ResponseModel) -> list[list[list[tuple[float, float]]]]:
    """Return the wall segments of every level (m)."""
    arrays = model.nav.arrays
    levels: list[list[list[tuple[float, float]]]] = [[] for _ in model.nav.level_ids]
    for wall in np.flatnonzero(arrays.wall_door < 0):
        sheet = int(arrays.space_sheet[arrays.wall_space[wall]])
        if sheet < len(levels):
            ends = [
                (float(arrays.wall_x0[wall]), float(arrays.wall_y0[wall])),
                (float(arrays.wall_x1[wall]), float(arrays.wall_y1[wall])),
            ]
            levels[sheet].append(ends)
    return levels


def draw(model: ResponseModel) -> Figure:
    """Return a figure of where everybody is now, one panel per level."""
    nav = model.nav
    x, y, space, state = (model.column(name) for name in ("x", "y", "space", "state"))
    level = nav.space_level[space]
    for row in np.flatnonzero(np.isin(space, list(nav.flight_ends))):
        level[row], x[row], y[row] = nav.draw_xy(int(space[row]), x[row], y[row])
    figure = Figure(figsize=(8.0, 5.2 * len(nav.level_ids)), layout="constrained")
    axes = np.atleast_1d(figure.subplots(len(nav.level_ids), 1))
    teams = list(model.agents_by_type.get(ContactTeam, []))
    for number, (ax, walls) in enumerate(zip(axes, _walls(model), strict=True)):
        ax.add_collection(LineCollection(walls, colors="black", linewidths=0.6))
        for code, (colour, marker, label) in _STYLE.items():
            here = (level == number) & (state == code)
            ax.scatter(x[here], y[here], s=9, c=colour, marker=marker, label=label)
        places = [team.position for team in teams if team.level == number]
        if places:
            ax.scatter(*zip(*places, strict=True), s=60, c="black", marker="^", label="contact team")
        ax.set_aspect("equal")
        ax.set_axis_off()
        ax.autoscale_view()
        ax.set_title(f"Level {nav.level_ids[number]}")
    axes[0].legend(loc="upper right", fontsize=8)
    figure.suptitle(f"{model.elapsed_s:.0f} s - a simulation, not a prediction")
    return figure


@solara.component  # type: ignore[untyped-decorator, unused-ignore]
def PlanView(model: ResponseModel) -> None:  # noqa: N802 (Solara components are named like classes)
    """Show the plan with everybody on it, redrawn at every step."""
    update_counter.get()
    solara.FigureMatplotlib(draw(model), format="png", bbox_inches=None)


def _parameters() -> dict[str, Any]:
    return {
        "scenario": {
            "type": "Select",
            "value": "elementary",
            "values": scenario_names(),
            "label": "Scenario",
        },
        "policy": {
            "type": "Select",
            "value": "immediate-entry",
            "values": policy_names(),
            "label": "Policy",
        },
        "rng": {"type": "SliderInt", "value": 1, "min": 1, "max": 100, "step": 1, "label": "Seed"},
    }


def build_page() -> Any:
    """Return the page as a Solara element."""
    return SolaraViz(
        ResponseModel("elementary", "immediate-entry", rng=1),
        components=[
            PlanView,
            make_plot_component({"n_secured": "#009e73", "n_unaware": "#999999", "n_moving": "#56b4e9"}),
        ],
        model_params=_parameters(),
        name="First Minutes",
        play_interval=100,
    )


page = build_page()
