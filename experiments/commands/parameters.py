"""``firstminutes parameters``: every number of the model with its source, and the page of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from experiments.commands import common


@click.command(short_help="Show every number of the model with unit, range, source and evidence.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, to the terminal.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the page (Markdown) to this file instead."
)
def parameters(as_json: bool, output: Path | None) -> None:
    """Show every number of the model: value, distribution, unit, range, role, source and evidence."""
    from experiments.pages import parameters as table
    from experiments.pages.table import layout

    if output is not None:
        common.writable(output).write_text(table.page(), encoding="utf-8", newline="\n")
        common.wrote(output)
    if as_json:
        click.echo(json.dumps(table.records(), indent=2, ensure_ascii=False))
    elif output is None:
        width = shutil.get_terminal_size((110, 24)).columns
        click.echo(layout(table.terminal_rows(), width=width, narrow=table.NARROW))
