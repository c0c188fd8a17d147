"""``firstminutes drill``: everybody walks out, or to a room that can be locked; no incident."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from experiments.commands import common
from sim.errors import StudyError

if TYPE_CHECKING:
    from sim.drills import Drill

EVACUATION, LOCKDOWN = "evacuation", "lockdown"


@click.command(short_help="Let everybody walk out, or to a room that can be locked.")
@click.option(
    "--building",
    default=common.DEFAULT_BUILDING,
    show_default=True,
    metavar="NAME|FILE",
    help="A building of ours or a *.plan.json file.",
)
@click.option(
    "--mode",
    type=click.Choice((EVACUATION, LOCKDOWN)),
    default=EVACUATION,
    show_default=True,
    help="Walk out, or to the nearest room that can be locked.",
)
@click.option("--people", type=int, metavar="N", help="So many people, spread out, instead of its own.")
@click.option("--seed", type=int, default=1, show_default=True, help="Who is where, and how fast.")
@click.option(
    "--trajectory",
    type=click.Path(path_type=Path),
    metavar="FILE.sqlite",
    help="Write JuPedSim's file of trajectories, one per level, for PedPy.",
)
def drill(
    building: str,
    mode: str,
    people: int | None,
    seed: int,
    trajectory: Path | None,
) -> None:
    """Let everybody walk out, or to the nearest room that can be locked. No incident; all set out at once."""
    from sim.drills import run_drill

    place = common.scenario_of(building, None, None, None, None)
    if people is not None and people < 1:
        raise StudyError(f"--people: found {people}; allowed are whole numbers from 1.")
    if seed < 0:
        raise StudyError(f"--seed: found {seed}; allowed are whole numbers from 0.")
    if trajectory is not None:
        common.writable(trajectory)
    done = run_drill(place, mode, people, seed)
    _show(place.building, done)
    if trajectory is not None:
        _write(trajectory, done)


def _show(name: str, done: Drill) -> None:
    """Print the times of a drill."""
    import numpy as np

    finish, n = done.finish_s, len(done.result.finish_s)
    what = "out" if done.mode == EVACUATION else "in a room that can be locked"
    click.echo(f"{done.mode} drill, {name}: {n} people, {len(finish)} {what}")
    if len(finish):
        rows = (
            ("first", finish[0]),
            ("median", np.median(finish)),
            ("95 %", np.quantile(finish, 0.95)),
            ("last", finish[-1]),
        )
        for word, seconds in rows:
            click.echo(f"  {word:<8}{seconds:8.1f} s")
    if done.mode == EVACUATION:
        for exit_name, count in done.by_exit.items():
            click.echo(f"  by {exit_name}: {count}")
    if done.result.n_inside:
        click.echo(f"  {done.result.n_inside} had not got there after {done.result.end_s:.0f} s")


def _write(path: Path, done: Drill) -> None:
    """Write the trajectories, one file per level where there are several."""
    levels = done.result.floor.levels
    used = set(done.result.frames["level"])
    for level in [level for level in levels if level in used]:
        target = path if len(levels) == 1 else path.with_name(f"{path.stem}-{level}{path.suffix}")
        done.result.to_jupedsim_sqlite(target, level=level)
        common.wrote(target)
