"""``firstminutes drill``: everybody walks out, or to a room that can be locked; no incident."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    help="A building of ours, a *.plan.json file, or a model to import.",
)
@click.option(
    "--mode",
    type=click.Choice((EVACUATION, LOCKDOWN)),
    default=EVACUATION,
    show_default=True,
    help="Walk out, or to the nearest room that can be locked.",
)
@click.option("--day-part", metavar="NAME", help="class, passing, lunch ...  [default: class]")
@click.option("--people", type=int, metavar="N", help="So many people, spread out, instead of its own.")
@click.option("--seed", type=int, default=1, show_default=True, help="Who is where, and how fast.")
@click.option("--json", "as_json", is_flag=True, help="Print the times as JSON.")
@click.option(
    "--csv", "table", type=click.Path(path_type=Path), help="Write one row per person to this file."
)
@click.option(
    "--figure", type=click.Path(path_type=Path), help="Draw who had got there when (PNG, SVG, PDF)."
)
@click.option(
    "--trajectory",
    type=click.Path(path_type=Path),
    metavar="FILE.sqlite",
    help="Write JuPedSim's file of trajectories, one per level, for PedPy.",
)
def drill(
    building: str,
    mode: str,
    day_part: str | None,
    people: int | None,
    seed: int,
    as_json: bool,
    table: Path | None,
    figure: Path | None,
    trajectory: Path | None,
) -> None:
    """Let everybody walk out, or to the nearest room that can be locked. No incident; all set out at once.

    Exits have the numbers of the drawing (`firstminutes plan draw`), where the plan gives them one.
    """
    from experiments.figures import drill as pages
    from sim.drills import run_drill

    place = common.scenario_of(building, None, day_part, None, None)
    if people is not None and people < 1:
        raise StudyError(f"--people: found {people}; allowed are whole numbers from 1.")
    if seed < 0:
        raise StudyError(f"--seed: found {seed}; allowed are whole numbers from 0.")
    for path in (table, figure, trajectory):
        if path is not None:
            common.writable(path)
    done = run_drill(place, mode, people, seed)
    about = {"building": Path(place.building).name, "day_part": place.day_part, "seed": seed}
    names = pages.exit_names(place.plan)
    if as_json:
        click.echo(json.dumps(about | _times(done, names), indent=2))
    else:
        _show(about | _times(done, names))
    if table is not None:
        pages.write_table(done, names, table)
        common.wrote(table, err=as_json)
    if figure is not None:
        pages.write_figure(done, names, f"{about['building']}, {place.day_part.replace('_', ' ')}", figure)
        common.wrote(figure, err=as_json)
    if trajectory is not None:
        _write(trajectory, done, err=as_json)


def _times(done: Drill, names: dict[str, str]) -> dict[str, Any]:
    """Return the times of a drill, and how many used each exit."""
    import numpy as np

    finish = done.finish_s
    times: dict[str, float | None] = dict.fromkeys(("first_s", "median_s", "q95_s", "last_s"))
    if len(finish):
        found = (finish[0], np.median(finish), np.quantile(finish, 0.95), finish[-1])
        times = {name: round(float(seconds), 2) for name, seconds in zip(times, found, strict=True)}
    return {
        "mode": done.mode,
        "people": len(done.result.finish_s),
        "got_there": len(finish),
        **times,
        "by_exit": {names.get(name, name): n for name, n in done.by_exit.items()} if _is_out(done) else {},
        "end_s": round(float(done.result.end_s), 2),
    }


def _is_out(done: Drill) -> bool:
    return done.mode == EVACUATION


def _show(found: dict[str, Any]) -> None:
    """Print the times of a drill."""
    what = "out" if found["mode"] == EVACUATION else "in a room that can be locked"
    click.echo(
        f"{found['mode']} drill, {found['building']}, {found['day_part']}: {found['people']} people, "
        f"{found['got_there']} {what}"
    )
    for word, name in (("first", "first_s"), ("median", "median_s"), ("95 %", "q95_s"), ("last", "last_s")):
        if found[name] is not None:
            click.echo(f"  {word:<8}{found[name]:8.1f} s")
    for exit_name, count in sorted(found["by_exit"].items(), key=lambda one: _numbers_in(one[0])):
        click.echo(f"  by {exit_name}: {count}")
    if found["people"] > found["got_there"]:
        click.echo(f"  {found['people'] - found['got_there']} had not got there after {found['end_s']:.0f} s")


def _numbers_in(name: str) -> tuple[Any, ...]:
    """Return a name so that exit 10 comes after exit 9."""
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name))


def _write(path: Path, done: Drill, *, err: bool) -> None:
    """Write the trajectories, one file per level where there are several."""
    levels = done.result.floor.levels
    used = set(done.result.frames["level"])
    for level in [level for level in levels if level in used]:
        target = path if len(levels) == 1 else path.with_name(f"{path.stem}-{level}{path.suffix}")
        done.result.to_jupedsim_sqlite(target, level=level)
        common.wrote(target, err=err)
