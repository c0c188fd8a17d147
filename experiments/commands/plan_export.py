"""``firstminutes plan export``: a plan for GIS, CAD, pedestrian models and paper."""

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
    from experiments.commands.plan import load

    for path in export_plan(load(name), common.writable(output)):
        common.wrote(path)
