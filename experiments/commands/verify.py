"""``firstminutes verify``: the published movement tests, and their page."""

from __future__ import annotations

import json
from pathlib import Path

import click

from experiments.commands import common


@click.command(short_help="Run the movement tests of RiMEA, IMO, NIST and ISO.")
@click.option("--only", metavar="A,B", help="Only these tests, for example 'RiMEA 4,IMO 8'; no page.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("docs/verification.md"),
    show_default=True,
    help="The page; its figures go to img/verification beside it.",
)
@click.option("--workers", type=int, default=0, help="Worker processes.  [default: one per core]")
@click.option("--json", "as_json", is_flag=True, help="As JSON, to the terminal; no page.")
def verify(only: str | None, output: Path, workers: int, as_json: bool) -> None:
    """Run the published tests of movement, print what each found, and write the page. A miss is shown."""
    common.refuse_outside_clone("verify")
    from experiments.evidence.verification.checks import Row, chosen, run_checks
    from experiments.evidence.verification.page import write_page

    workers = common.worker_count(workers)
    checks = chosen([] if only is None else common.split_list("--only", only))
    if only is None and not as_json:
        common.writable(output)

    def show(row: Row) -> None:
        line = f"{row.found.verdict:<8} {row.check.id:<12} {row.check.title}: {row.found.value}"
        click.echo(line, err=as_json)

    rows = run_checks(checks, workers, show)
    if as_json:
        found = [
            {
                "id": row.check.id,
                "title": row.check.title,
                "criterion": row.check.criterion,
                "value": row.found.value,
                "verdict": row.found.verdict,
                "note": row.found.note,
            }
            for row in rows
        ]
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    missed = sum(row.found.verdict == "miss" for row in rows)
    click.echo(f"{len(rows)} tests, {missed} missed")
    if only is None:
        for path in write_page(rows, output):
            common.wrote(path)
