"""``firstminutes results`` and ``firstminutes report``: what a results folder holds, in other forms."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from experiments.commands import common


@click.group(short_help="Show or export a results folder.")
def results() -> None:
    """Show or export a results folder."""


@results.command(short_help="Write one row per run to a file.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--to", "kind", type=click.Choice(["csv", "parquet", "xlsx"]), default="csv", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file.  [default: CSV to the terminal]"
)
def export(folder: Path, kind: str, output: Path | None) -> None:
    """Write one row per run, sorted by policy and replicate; an empty cell did not happen.

    A workbook (xlsx, for Excel and LibreOffice) holds the comparison as well; it needs the extra `office`.
    """
    from functools import partial

    from experiments.compare.workbook import write_workbook
    from experiments.study.results import Results

    found = Results.open(folder)
    if output is None and kind != "csv":
        raise click.UsageError(f"-o: a file of kind {kind} needs a name; give -o FILE.{kind}.")
    if output is None:
        with tempfile.TemporaryDirectory() as place:
            text = found.export_csv(Path(place) / "rows.csv").read_text(encoding="utf-8")
        sys.stdout.write(text)
        return
    common.writable(output)
    writers: dict[str, Callable[[Path], Path]] = {
        "csv": found.export_csv,
        "parquet": found.export_parquet,
        "xlsx": partial(write_workbook, found),
    }
    written = writers[kind](output)
    if not found.is_complete:
        click.echo("the study is not complete; these are the runs that are finished", err=True)
    common.wrote(written)


@results.command(short_help="Print the comparison of a results folder again.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--baseline", metavar="NAME", help="Compare with this policy.  [default: the study's]")
def show(folder: Path, baseline: str | None) -> None:
    """Print the comparison of a results folder again."""
    from experiments.compare.comparison import compare
    from experiments.study.results import Results

    found = Results.open(folder)
    common.echo_comparison(found, compare(found, baseline))


@click.command(short_help="Write the report of a results folder again.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="HTML page.  [default: DIR/report.html]"
)
@click.option("--handling", metavar="TEXT", help="Handling label on every page.")
def report(folder: Path, output: Path | None, handling: str | None) -> None:
    """Write the report of a results folder again."""
    from experiments.report import write_report
    from experiments.study.results import Results

    found = Results.open(folder)
    target = common.writable(output or folder / "report.html")
    write_report(found, target, handling=handling)
    common.wrote(target)
