"""``firstminutes plan``: check, draw and start floor plans, and edit their doors as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from experiments.commands import common, plan_export, plan_import
from experiments.commands.given import echo_schema
from sim.errors import StudyError

if TYPE_CHECKING:
    pass

A4_LANDSCAPE_INCHES = (11.7, 8.3)


@click.group(short_help="Check, draw and make floor plans.")
def plan() -> None:
    """Check, draw and make floor plans (*.plan.json)."""


plan.add_command(plan_import.import_)
plan.add_command(plan_export.export)
plan.add_command(plan_export.anonymise)


@plan.command(short_help="Say what is wrong with a plan.")
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
def check(names: tuple[str, ...]) -> None:
    """Say what is wrong with a plan, in sentences a planner can act on; exit code 2 when it cannot be run."""
    from buildings.checks import check_plan

    for name in names:
        found = common.plan_of(name)
        findings = check_plan(found)
        for finding in findings:
            click.echo(f"{name}: {finding.severity} {finding.code}: {finding.message}")
        errors = sum(finding.severity == "E" for finding in findings)
        if errors:
            raise StudyError(f"{name}: {errors} errors; the plan cannot be run until they are mended.")
        click.echo(
            f"{name}: can be run ({len(found.levels)} levels, {len(found.spaces)} spaces, "
            f"{len(found.doors)} doors, {len(findings)} warnings)"
        )


@plan.command(short_help="Draw a plan, one picture per level.")
@click.argument("name", metavar="NAME|FILE")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="PNG, SVG or PDF.  [default: NAME.png]")
@click.option("--level", metavar="ID", help="Only this level.")
@click.option("--no-names", is_flag=True, help="Without names of rooms.")
def draw(name: str, output: Path | None, level: str | None, no_names: bool) -> None:
    """Draw a plan, one picture per level."""
    from matplotlib.figure import Figure

    from buildings.draw import draw_plan

    found = common.plan_of(name)
    ids = [one.id for one in found.levels]
    if level is not None and level not in ids:
        raise StudyError(f"--level: found {level!r}; this plan has {', '.join(ids)}.")
    target = common.writable(output or Path(f"{Path(name).name.split('.')[0]}.png"))
    for one in [level] if level else ids:
        figure = Figure(figsize=A4_LANDSCAPE_INCHES, layout="constrained")
        draw_plan(found, one, figure.add_subplot(), names=not no_names, legend=True)
        path = target if level or len(ids) == 1 else target.with_stem(f"{target.stem}-{one}")
        try:
            figure.savefig(path, dpi=150)
        except ValueError as error:
            raise StudyError(f"{path}: {str(error).rstrip('.')}.") from None
        common.wrote(path)


@plan.command(short_help="Write the doors as a table, or read such a table back.")
@click.argument("name", metavar="NAME|FILE")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The CSV, or the new plan."
)
@click.option(
    "--apply", "table", type=click.Path(path_type=Path), help="A CSV whose doors replace the plan's."
)
def doors(name: str, output: Path, table: Path | None) -> None:
    """Write the doors of a plan as a CSV table; with --apply, the plan with the doors of such a table."""
    from buildings import files

    found = common.plan_of(name)
    common.writable(output)
    if table is None:
        # The mark at the front tells spreadsheets that the text is UTF-8.
        output.write_text(files.door_table(found), encoding="utf-8-sig", newline="")
    else:
        text = table.read_text(encoding="utf-8-sig")
        files.write_plan(files.with_door_table(found, text, str(table)), output)
    common.wrote(output)


@plan.command(short_help="Print the JSON Schema of the plan format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file.  [default: the terminal]")
def schema(output: Path | None) -> None:
    """Print the JSON Schema of the plan format, for editors that complete and check."""
    from buildings.files import plan_json_schema

    echo_schema(plan_json_schema(), output)


@plan.command(short_help="Write a plan of ours as a start for your own.")
@click.argument("output", type=click.Path(path_type=Path), metavar="FILE.plan.json")
@click.option(
    "--like", default="high-school", show_default=True, metavar="NAME", help="Which building of ours."
)
def new(output: Path, like: str) -> None:
    """Write a plan of ours to a file, as a start for your own."""
    from buildings import files, library

    if like not in library.names():
        raise StudyError(f"--like: found {like!r}; allowed: {', '.join(library.names())}.")
    if output.exists():
        raise StudyError(f"{output}: exists and is not overwritten; give another name.")
    files.write_plan(library.load(like), common.writable(output))
    common.wrote(output)
