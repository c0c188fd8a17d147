"""``firstminutes validate``: the published facts beside the simulation, and their page."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.commands import common
from sim.errors import StudyError

if TYPE_CHECKING:
    from experiments.evidence.facts.kit import Fact
    from experiments.evidence.facts.table import Found

FEWEST_RUNS = 2


@click.command(short_help="Measure the published facts in the simulation.")
@click.option("--only", metavar="A,B", help="Only these facts, for example F01,F05; no page.")
@click.option("--runs", type=int, metavar="N", help="Runs of each arm.  [default: as each fact states]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The page; its figures go to img/validation beside it.  [default: docs/validation.md]",
)
@click.option("--workers", type=int, default=0, help="Worker processes.  [default: one per core]")
@click.option("--json", "as_json", is_flag=True, help="As JSON, to the terminal; no page.")
def validate(only: str | None, runs: int | None, output: Path | None, workers: int, as_json: bool) -> None:
    """Measure facts F01 to F22 with the simulation and write the page. A miss is shown.

    Facts of role emergent are the evidence: each is measured again with its mechanism switched off, where it
    must fail.
    """
    common.refuse_outside_clone("validate")
    from experiments.evidence.facts.batch import Runs, in_processes
    from experiments.evidence.facts.page import write_page
    from experiments.evidence.facts.table import chosen, find

    workers = common.worker_count(workers)
    if runs is not None and runs < FEWEST_RUNS:
        raise StudyError(f"--runs: found {runs}; allowed are whole numbers from {FEWEST_RUNS}.")
    if as_json and output is not None:
        raise StudyError("--json writes to the terminal and --output writes a page; give one of them.")
    facts = chosen([] if only is None else common.split_list("--only", only))
    page = output or (Path("docs/validation.md") if only is None and not as_json else None)
    if page is not None:
        common.writable(page)
    _say_before(facts, runs, workers)
    found = []
    with in_processes(workers) as run_many:
        pool = Runs(run_many, runs)
        for fact in facts:
            found.append(find(fact, pool, ablate=not as_json))
            click.echo(_line(found[-1]), err=as_json)
    if as_json:
        click.echo(json.dumps([_record(one) for one in found], indent=2, ensure_ascii=False))
        return
    missed = sum(one.within is False for one in found)
    click.echo(f"{len(found)} facts, {missed} missed, {sum(one.took_s for one in found):.0f} s")
    if page is not None:
        for path in write_page(found, page):
            common.wrote(path)


def _say_before(facts: Sequence[Fact], runs: int | None, workers: int) -> None:
    """Say on stderr how long it will take at least, and whether the runs are too few to judge by."""
    from experiments.study import estimate

    measured = [fact for fact in facts if fact.test.measure is not None]
    few = [f"{fact.id} ({fact.n})" for fact in measured if runs is not None and runs < fact.n]
    if few:
        told = (
            f"--runs {runs}: fewer than these facts state: {', '.join(few)}. Intervals are wide and a "
            "verdict says little; leave --runs out to judge."
        )
        click.echo(click.wrap_text(told, common.TABLE_WIDTH), err=True)
    # Every fact has two arms as a rule, and each of its mechanisms is switched off once.
    total = sum((runs or fact.n) * 2 * (1 + len(fact.test.ablations)) for fact in measured)
    told = estimate.words(total, estimate.probe_s(), workers) if measured else ""
    if told:
        click.echo(told, err=True)


def _line(found: Found) -> str:
    parts = "; ".join(f"{part.tolerance.what} {part.words}" for part in found.parts)
    off = {None: "", True: "; fails without its mechanism", False: "; HOLDS without its mechanism"}
    said = parts or found.fact.test.not_yet or "stated in the documents"
    few = (
        f"; {found.n} runs of {found.fact.n}: too few to judge"
        if found.parts and found.n < found.fact.n
        else ""
    )
    return f"{found.verdict:<8} {found.fact.id}  {found.fact.role}: {said}{off[found.fails_without]}{few}"


def _record(found: Found) -> dict[str, Any]:
    simulated, low, high = (None if end is None or not math.isfinite(end) else end for end in found.headline)
    return {
        "id": found.fact.id,
        "fact": found.fact.words,
        "role": found.fact.role,
        "published": found.fact.published,
        "simulated": simulated,
        "low": low,
        "high": high,
        "within": found.within,
    }
