"""``firstminutes plan export`` and ``anonymise``: a plan for other programs, and for other people."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.commands import common


@click.command("export", short_help="Write a plan for GIS, CAD, other models and paper.")
@click.argument("name", metavar="NAME|FILE")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file: .geojson, .zip (IMDF), .dxf, .wkt (JuPedSim), .svg or .pdf (1:100).",
)
def export(name: str, output: Path) -> None:
    """Write a plan for GIS, CAD, other pedestrian models and paper; levels of a drawing become files."""
    from buildings.exporters import export_plan

    for path in export_plan(common.plan_of(name), common.writable(output)):
        common.wrote(path)


@click.command("anonymise", short_help="Drop names, numbers and the place on earth.")
@click.argument("name", metavar="NAME|FILE")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The new plan.")
def anonymise(name: str, output: Path) -> None:
    """Drop names, door numbers, georeference and source of a plan; the outlines stay as they are."""
    from buildings import files
    from buildings.anonymous import anonymised

    files.write_plan(anonymised(common.plan_of(name)), common.writable(output))
    common.wrote(output)
