"""What several commands share: their options, and turning options into a scenario and policies."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.errors import StudyError

if TYPE_CHECKING:
    from buildings.plan import FloorPlan
    from experiments.compare.comparison import Comparison
    from experiments.study.results import Results
    from sim.given.policies import Policy
    from sim.given.scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])

TABLE_WIDTH = 110
_PAGE_OF = {"verify": "verification", "validate": "validation"}
DEFAULT_BUILDING = "high-school"
DEFAULT_POLICIES = "immediate-entry,team-of-four,perimeter-1999,delayed-command"


def scenario_options(command: F) -> F:
    """Add the options that say where and when an incident happens."""
    options = (
        click.option(
            "--building",
            metavar="NAME|FILE",
            help=f"A building of ours, a *.plan.json, or a model to import.  [default: {DEFAULT_BUILDING}]",
        ),
        click.option("--scenario", metavar="NAME|FILE", help="A scenario of ours or a TOML file."),
        click.option("--day-part", metavar="NAME", help="class, passing, lunch ...  [default: class]"),
        click.option(
            "--arrival-minutes",
            type=float,
            metavar="M",
            help="Your agency's median minutes from report to arrival; the spread stays.",
        ),
        click.option(
            "--horizon-minutes",
            type=float,
            metavar="M",
            help="Minutes after which a run ends in any case.  [default: 480]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


seed_option = click.option(
    "--seed",
    type=int,
    help="Study seed; a plan of your own is keyed by its content and takes none.  [default: 1]",
)


def scenario_of(
    building: str | None,
    scenario: str | None,
    day_part: str | None,
    arrival_minutes: float | None,
    horizon_minutes: float | None,
) -> Scenario:
    """Return the scenario that the options describe."""
    if building is None and scenario is None:
        building = DEFAULT_BUILDING
    return load(
        scenario,
        building,
        day_part=day_part,
        arrival_minutes=arrival_minutes,
        horizon_s=None if horizon_minutes is None else 60.0 * horizon_minutes,
    )


def load(scenario: str | None, building: str | None, **values: Any) -> Scenario:
    """Return a scenario of ours or of a file, in a building of ours, of a plan file, or of a model."""
    from buildings.importers import is_foreign
    from sim.given.scenario_files import load_scenario

    if building is None or not is_foreign(building):
        return load_scenario(scenario, building=building, **values)
    place = load_scenario(scenario, building=None if scenario else DEFAULT_BUILDING, **values)
    return _imported(place, building, keep_venue=scenario is not None)


def _imported(place: Scenario, building: str, *, keep_venue: bool) -> Scenario:
    """Return a scenario in a building that is imported here and now, and say what was assumed of it."""
    from buildings.importers import import_plan
    from experiments.study.manifest import assumed_of
    from sim.given.building import venue_of

    click.echo(f"reading {building} ...", err=True)
    done = import_plan(building)
    errors = [one["sentence"] for one in done.report["check"] if one["severity"] == "E"]
    if errors:
        raise StudyError(
            f"{building}: {errors[0]} Make a plan of it with `firstminutes plan import {Path(building).name} "
            "-o OUT.plan.json`, mend that, and give the plan."
        )
    for line in assumed_of(done.plan):
        click.echo(click.wrap_text(f"assumed: {line}", TABLE_WIDTH, subsequent_indent="  "), err=True)
    venue = place.venue if keep_venue else venue_of(building)
    return replace(place, plan=done.plan, building=building, venue=venue)


def policies_of(text: str) -> list[Policy]:
    """Return the policies of a comma-separated list of names and TOML files."""
    from sim.given.policies import load_policies

    return load_policies(split_list("--policies", text))


def refuse_outside_clone(command: str, root: Path = Path(__file__).parents[2]) -> None:
    """Refuse a command that measures the repository itself where only the wheel is installed.

    Parameters
    ----------
    command : str
        The command's name.
    root : Path
        Folder that holds the packages; in a clone the pages and the tests lie beside them.
    """
    if not (root / "docs" / f"{_PAGE_OF[command]}.md").is_file() or not (root / "tests").is_dir():
        raise StudyError(
            f"{command}: runs from a clone of the repository, and this is an installed package; clone the "
            f"repository and call `python -m firstminutes {command}` there."
        )


def worker_count(workers: int) -> int:
    """Return how many worker processes `--workers` means; 0 is one per core that this process may use."""
    from experiments.study.runner import cores

    if workers < 0:
        raise StudyError(f"--workers: found {workers}; allowed are whole numbers from 0 (one per core).")
    return workers or cores()


def split_list(option: str, text: str) -> list[str]:
    """Return the items of a comma-separated list."""
    items = [item.strip() for item in text.split(",") if item.strip()]
    if not items:
        raise StudyError(f"{option}: the list is empty; write for example {option} A,B.")
    return items


def numbers_of(option: str, text: str) -> list[float]:
    """Return the numbers of a comma-separated list, or say of every item that is none."""
    found, wrong = [], []
    for item in split_list(option, text):
        try:
            found.append(float(item))
        except ValueError:
            wrong.append(repr(item))
    if wrong:
        raise StudyError(
            f"{option}: found {' and '.join(wrong)}; allowed are numbers such as {option} 0,60,180."
        )
    return found


def command_line(arguments: Sequence[str] | None = None) -> str:
    """Return this process's command line as one can paste it again, without ``--fresh``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return shlex.join(["firstminutes", *(item for item in given if item != "--fresh")])


def echo_comparison(results: Results, comparisons: Sequence[Comparison]) -> None:
    """Print the answer in sentences, what stands beside it, and the table."""
    from experiments.compare.answer import answers, beside
    from experiments.compare.harm import harm_lines
    from experiments.pages.table import comparison_table

    for answer in answers(results, comparisons):
        click.echo(f"{answer.policy}, compared with {answer.baseline}:")
        for sentence in answer.sentences():
            click.echo(click.wrap_text(sentence, TABLE_WIDTH, "  ", "    "))
    click.echo()
    for sentence in beside(results):
        click.echo(click.wrap_text(sentence, TABLE_WIDTH, "", "  "))
    click.echo()
    click.echo(comparison_table(results, comparisons))
    for line in harm_lines(results, comparisons[0].baseline if comparisons else None):
        click.echo("\n" + click.wrap_text(line, TABLE_WIDTH, "", "  "))


def wrote(path: Path, *, err: bool = False) -> None:
    """Say that a file was written, relative to where we are; on stderr where stdout is data."""
    click.echo(f"wrote {relative(path)}", err=err)


def relative(path: Path) -> str:
    """Return a path relative to the working folder where that is shorter."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def writable(path: Path) -> Path:
    """Return the path of a file to be written, with its folder made, or say why it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise StudyError(f"{path}: is a folder; give the name of a file.")
    except OSError as error:
        raise StudyError(f"{path.parent}: cannot be made ({error.strerror}); give another place.") from None
    return path


def plan_of(name: str) -> FloorPlan:
    """Return a plan of ours by its name, or one from a file."""
    from buildings import files, library

    plan: FloorPlan = library.load(name) if name in library.names() else files.read_plan(Path(name))
    return plan
