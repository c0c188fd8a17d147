"""``firstminutes plan import``: a plan from a building model or a drawing, with a report on every guess."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from experiments.commands import common


@click.command("import", short_help="Make a plan of a building model or a drawing.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="OUT.plan.json",
    help="The plan.",
)
@click.option(
    "--unit", metavar="UNIT", help="The unit of its lengths: m, ft, in, cm or mm.  [default: found]"
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE.html",
    help="The report.  [default: beside the plan]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--seconds",
    type=click.FloatRange(1.0, 3600.0),
    default=60.0,
    show_default=True,
    help="Computing time for reading.",
)
def import_(
    file: Path, output: Path, unit: str | None, report: Path | None, as_json: bool, seconds: float
) -> None:
    """Make a plan of a building model or a drawing, and a report on what was found, guessed and left out."""
    from buildings import files
    from buildings.importers import import_plan, sentences
    from buildings.importers.page import page

    common.writable(output)
    beside = common.writable(report or output.with_name(f"{output.name.split('.')[0]}.import.html"))
    if not as_json:
        click.echo(f"reading {file} ...", err=True)
    done = import_plan(file, unit=unit, seconds=seconds)
    html = page(done)
    files.write_plan(done.plan, output)
    _write(beside, html)
    if as_json:
        click.echo(json.dumps(done.report, indent=2))
        return
    for sentence in sentences(done.report):
        click.echo(click.wrap_text(sentence, common.TABLE_WIDTH))
    common.wrote(output)
    common.wrote(beside)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partly = path.with_name(f".{path.name}.part")
    partly.write_text(text, encoding="utf-8")
    os.replace(partly, path)
