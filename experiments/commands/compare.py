"""``firstminutes compare``: the main job, from policies to table, figures, report and replay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.commands import common
from sim.errors import StudyError

if TYPE_CHECKING:
    from experiments.study.design import Arm, StudyDesign
    from experiments.study.results import Results


@click.command(short_help="Compare response policies on paired runs: table, figures, report, replay.")
@common.scenario_options
@click.option(
    "--policies",
    metavar="A,B,...",
    help=f"Policies of ours or TOML files.  [default: {common.DEFAULT_POLICIES}]",
)
@click.option("--baseline", metavar="NAME", default="", help="The one compared with.  [default: the first]")
@click.option(
    "--entry-delay",
    metavar="S,S,...",
    help="Run each policy with these plain delays of entry in seconds, such as 0,60,180,600.  "
    "[without --policies: immediate-entry]",
)
@click.option(
    "--sweep",
    metavar="LEVER=V,V,...",
    help="Run each policy at these levels of one lever; see `firstminutes list levers`.",
)
@click.option(
    "--probabilistic",
    is_flag=True,
    help="Probabilistic sensitivity analysis: draw weakly known parameters from their ranges in each run.",
)
@click.option("--runs", type=int, default=200, show_default=True, help="Paired runs per policy.")
@click.option(
    "--half-width",
    type=float,
    metavar="S",
    help="Stop when first contact is known to ± S seconds for every policy; --runs is then the most.",
)
@common.seed_option
@click.option("--out", type=click.Path(path_type=Path), help="Results folder.  [default: results/<study>]")
@click.option("--workers", type=int, default=0, help="Worker processes.  [default: one per core]")
@click.option("--handling", metavar="TEXT", help="Handling label on every page of the report and the replay.")
@click.option("--no-replay", is_flag=True, help="Write no replay.")
@click.option("--fresh", is_flag=True, help="Start anew: clears an earlier study from the folder.")
@click.option("--retry-failed", is_flag=True, help="Run failed runs again.")
@click.option("--start-method", hidden=True)
@click.pass_context
def compare(
    context: click.Context,
    building: str | None,
    scenario: str | None,
    day_part: str | None,
    arrival_minutes: float | None,
    horizon_minutes: float | None,
    policies: str | None,
    baseline: str,
    entry_delay: str | None,
    sweep: str | None,
    probabilistic: bool,
    runs: int,
    half_width: float | None,
    seed: int | None,
    out: Path | None,
    workers: int,
    handling: str | None,
    no_replay: bool,
    fresh: bool,
    retry_failed: bool,
    start_method: str | None,
) -> None:
    """Compare response policies: the same runs under each, and what differs.

    The folder of results is safe against Ctrl-C, crashes and power cuts: the same command goes on where it
    stopped and ends with the same rows.
    """
    from experiments.study.design import StudyDesign
    from experiments.study.runner import StudyInterrupted

    place = common.scenario_of(building, scenario, day_part, arrival_minutes, horizon_minutes)
    arms = arms_of(policies, entry_delay, sweep)
    if len(arms) < 2:
        raise StudyError(f"--policies: found one ({arms[0].label}); a comparison needs at least two.")
    design = StudyDesign(place, arms, runs=runs, seed=seed, baseline=baseline, probabilistic=probabilistic)
    folder = out or Path("results") / f"{Path(place.building).stem.split('.')[0]}-{design.fingerprint()[:8]}"
    introduce(design, folder, most=half_width is not None)
    options = {"start_method": start_method, "fresh": fresh, "retry_failed": retry_failed}
    try:
        results, stopped_words = run(design, folder, half_width, workers, options)
    except StudyInterrupted as stopped:
        again = common.command_line() if out else f"{common.command_line()} --out {common.relative(folder)}"
        click.echo(f"{stopped}. To go on:\n  {again}", err=True)
        context.exit(130)
    places = write_all(results, design, handling, no_replay)
    show(results)
    if stopped_words:
        click.echo(click.wrap_text(stopped_words, common.TABLE_WIDTH) + "\n")
    for what, path in places.items():
        click.echo(f"{what + ':':<28}{common.relative(path)}")
    failed = results.failed()
    if failed:
        asked_for = int(results.manifest["runs"]) * len(arms)
        click.echo(
            f"{failed} of {asked_for} runs failed; see {common.relative(folder / 'errors')}, "
            "and --retry-failed to run them again.",
            err=True,
        )
        context.exit(3)


def run(
    design: StudyDesign, folder: Path, half_width_s: float | None, workers: int, options: dict[str, Any]
) -> tuple[Results, str]:
    """Run the study, all of it or until it is known closely enough; return it and what to say of the stop."""
    from experiments.compare.stopping import run_until
    from experiments.study.folder import runs_on_disk
    from experiments.study.runner import run_study

    options = dict(options)

    def go_on(what: StudyDesign) -> Results:
        results = run_study(what, folder, workers, command=common.command_line(), **options)
        options["fresh"] = False  # what the first look has run is kept
        return results

    if half_width_s is None:
        return go_on(design), ""
    n_on_disk = 0 if options["fresh"] else runs_on_disk(folder)
    results, stop = run_until(design, half_width_s, go_on, n_on_disk)
    return results, stop.sentence()


def arms_of(policies: str | None, entry_delay: str | None, sweep: str | None) -> tuple[Arm, ...]:
    """Return the arms that the options describe."""
    from experiments.study import design

    default = common.DEFAULT_POLICIES if entry_delay is None and sweep is None else "immediate-entry"
    arms = design.arms_of(common.policies_of(policies or default))
    if entry_delay is not None:
        arms = design.delay_sweep(arms, common.numbers_of("--entry-delay", entry_delay))
    if sweep is not None:
        lever, found, values = sweep.partition("=")
        if not found:
            raise StudyError(f"--sweep: found {sweep!r}; write LEVER=V,V such as entry.team_size=2,4.")
        arms = design.sweep(
            arms, lever.strip(), [_level(item) for item in common.split_list("--sweep", values)]
        )
    return arms


def _level(text: str) -> Any:
    """Return a level of a lever as the value it names: a truth, a number or a word."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def introduce(design: StudyDesign, folder: Path, *, most: bool = False) -> None:
    """Say what is about to be run, on stderr; with a stopping rule the runs are the most there may be."""
    seed = f", seed {design.seed}" if design.is_ours else ", keyed by the content of the plan"
    click.echo(
        f"{'at most ' * most}{design.runs} paired runs of {len(design.arms)} policies: "
        f"{design.scenario.building}, {design.scenario.day_part}{seed}, "
        f"into {common.relative(folder)}",
        err=True,
    )
    if design.probabilistic:
        click.echo(drawn_words(design), err=True)


def drawn_words(design: StudyDesign) -> str:
    """Return a sentence on what a probabilistic study draws, and what it leaves as the scenario sets it."""
    from experiments.study.manifest import drawn_of

    kept = design.scenario.parameters.changed
    as_set = f"; as the scenario sets them: {', '.join(kept)}" if kept else ""
    return (
        f"Probabilistic sensitivity analysis: {len(drawn_of(design) or [])} weak parameters are drawn from "
        f"their ranges in each run, the same for every policy{as_set}."
    )


def show(results: Results) -> None:
    """Print the answer, the table, and how it was made."""
    from experiments.compare.comparison import METHODS, compare

    click.echo()
    common.echo_comparison(results, compare(results))
    click.echo()
    click.echo(click.wrap_text(METHODS, common.TABLE_WIDTH))
    if results.manifest.get("probabilistic"):
        click.echo("Weak parameters were drawn from their ranges in each run; the intervals include that.")
    click.echo(
        "Times hold under the model's stated assumptions; they compare policies, they predict nothing."
    )
    click.echo()


def write_all(
    results: Results, design: StudyDesign, handling: str | None, no_replay: bool
) -> dict[str, Path]:
    """Write figures, report and replay; return where everything lies.

    All is written before anything is printed, so that whoever pipes the table into `head` loses nothing.
    """
    from experiments.figures import write_figures
    from experiments.report import write_report

    root = results.root
    write_figures(results, root / "figures")
    write_report(results, root / "report.html", handling=handling)
    replay = None if no_replay else write_replay(results, design, handling)
    places = {
        "outcomes, one row per run": root / "outcomes.parquet",
        "manifest": root / "manifest.json",
        "figures": root / "figures",
        "REPORT": root / "report.html",
    }
    return places | ({"REPLAY, side by side": replay} if replay else {})


def write_replay(results: Results, design: StudyDesign, handling: str | None) -> Path | None:
    """Write the replay of the recorded runs beside the report."""
    from experiments.commands.incident import facts_of, replay_page
    from experiments.commands.recorded import replay_runs

    runs = replay_runs(results, results.recorded())
    if not runs:
        return None
    out = results.root / "replay.html"
    replay_page(design.scenario.plan, runs, out, handling, facts_of(design.scenario, design.seed, 0))
    return out
