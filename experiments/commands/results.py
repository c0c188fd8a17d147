"""``firstminutes results`` and ``firstminutes report``: what a results folder holds, in other forms."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from experiments.commands import common


@click.group(short_help="Show or export a results folder.")
def results() -> None:
    """Show or export a results folder."""


@results.command(short_help="Write one row per run to a file.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--to", "kind", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file.  [default: CSV to the terminal]"
)
def export(folder: Path, kind: str, output: Path | None) -> None:
    """Write one row per run, sorted by policy and replicate; an empty cell did not happen."""
    from experiments.study.results import Results

    found = Results.open(folder)
    if output is None and kind == "parquet":
        raise click.UsageError("-o: a Parquet file needs a name; give -o FILE.")
    if output is None:
        with tempfile.TemporaryDirectory() as place:
            text = found.export_csv(Path(place) / "rows.csv").read_text(encoding="utf-8")
        sys.stdout.write(text)
        return
    common.writable(output)
    written = found.export_csv(output) if kind == "csv" else found.export_parquet(output)
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
