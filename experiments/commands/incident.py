"""``firstminutes run`` and ``firstminutes replay``: single incidents, as a timeline and as pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.commands import common
from experiments.commands.recorded import from_folder, live_runs, simulate, two_of
from sim.errors import StudyError

if TYPE_CHECKING:
    from buildings.plan import FloorPlan
    from sim.given.policies import Policy
    from sim.given.scenario import Scenario

DEFAULT_PAIR = "immediate-entry,perimeter-1999"


def _explain(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from experiments.pages.life import life

        click.echo(life())
        context.exit()


@click.command(short_help="Run one incident and show its timeline.")
@click.option(
    "--explain",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Print the life of an incident in twelve lines, and the file of each; run nothing.",
)
@common.scenario_options
@click.option(
    "--policy", default="immediate-entry", show_default=True, metavar="NAME|FILE", help="The policy."
)
@common.seed_option
@click.option("--replicate", type=int, default=0, show_default=True, help="Which run of that seed.")
@click.option("--json", "as_json", is_flag=True, help="Print timeline and outcomes as JSON.")
@click.option("--replay", type=click.Path(path_type=Path), help="Write a replay page to this file.")
@click.option("--handling", metavar="TEXT", help="Handling label on the replay.")
def run(
    building: str | None,
    scenario: str | None,
    day_part: str | None,
    arrival_minutes: float | None,
    horizon_minutes: float | None,
    policy: str,
    seed: int | None,
    replicate: int,
    as_json: bool,
    replay: Path | None,
    handling: str | None,
) -> None:
    """Run one incident and show its timeline."""
    place = common.scenario_of(building, scenario, day_part, arrival_minutes, horizon_minutes)
    chosen = common.policies_of(policy)
    if len(chosen) != 1:
        raise StudyError(f"--policy: found {len(chosen)} policies; `run` takes one, `compare` many.")
    if replay is not None:
        common.writable(replay)
    (result,) = simulate(place, chosen, seed, replicate, record=replay is not None)
    outcome = outcome_of(result)
    if as_json:
        rows = [row._asdict() if hasattr(row, "_asdict") else vars(row) for row in result.timeline]
        number = key_words(place, seed, replicate)
        about = {"building": place.building, "policy": chosen[0].name, **number}
        click.echo(json.dumps({**about, "timeline": rows, "outcome": outcome}, indent=2))
    else:
        show(place, chosen[0], result, outcome)
    if replay is not None:
        facts = facts_of(place, seed, replicate)
        replay_page(place.plan, live_runs(chosen, [result]), replay, handling, facts)
        click.echo(f"wrote {common.relative(replay)}", err=as_json)


@click.command(short_help="Show the same incident under two policies side by side.")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@common.scenario_options
@click.option(
    "--policies",
    metavar="A,B",
    help="The two policies; with DIR two of its study.  [default: immediate-entry,perimeter-1999; with DIR "
    "the pair that is recorded]",
)
@common.seed_option
@click.option("--replicate", type=int, default=0, show_default=True, help="Which run of that seed.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("replay.html"),
    show_default=True,
    help="HTML page.",
)
@click.option("--gif", type=click.Path(path_type=Path), help="Write an animated GIF instead of the page.")
@click.option("--mp4", type=click.Path(path_type=Path), help="Write a video instead of the page.")
@click.option("--handling", metavar="TEXT", help="Handling label on the page.")
def replay(
    folder: Path | None,
    building: str | None,
    scenario: str | None,
    day_part: str | None,
    arrival_minutes: float | None,
    horizon_minutes: float | None,
    policies: str | None,
    seed: int | None,
    replicate: int,
    output: Path,
    gif: Path | None,
    mp4: Path | None,
    handling: str | None,
) -> None:
    """Show the same incident under two policies side by side.

    With DIR, runs of that results folder: the recorded pair, or the first run again under two of its
    policies. Without, a new pair of runs.
    """
    outputs = [path for path in (gif, mp4) if path is not None]
    for path in outputs or [output]:
        common.writable(path)
    if folder is not None:
        plan, runs = from_folder(folder, policies, building, scenario)
        facts = {}
    else:
        place = common.scenario_of(building, scenario, day_part, arrival_minutes, horizon_minutes)
        chosen = common.policies_of(policies or DEFAULT_PAIR)
        two_of([policy.name for policy in chosen])
        results = simulate(place, chosen, seed, replicate, record=True)
        plan, runs = place.plan, live_runs(chosen, results)
        facts = facts_of(place, seed, replicate)
    if not outputs:
        replay_page(plan, runs, output, handling, facts)
        common.wrote(output)
        return
    from experiments.replay import animation

    for film, write in ((gif, animation.write_gif), (mp4, animation.write_mp4)):
        if film is not None:
            write(plan, runs, film, handling=handling, show_progress=True)
            common.wrote(film)


def outcome_of(result: Any) -> dict[str, Any]:
    """Return the outcomes of one run; harm is left to paired comparisons."""
    from sim.view.outcome import OUTCOMES

    harm = {column.name for column in OUTCOMES if column.kind == "harm"}
    return {name: value for name, value in result.outcome.as_row().items() if name not in harm}


def show(place: Scenario, policy: Policy, result: Any, outcome: dict[str, Any]) -> None:
    """Print the timeline of one run and its shares secured."""
    from experiments.pages.table import timeline_table

    click.echo(f"{place.building}, {place.day_part}, {result.n_people} people, policy {policy.name}")
    click.echo(click.wrap_text(policy.plain_words, common.TABLE_WIDTH))
    click.echo()
    click.echo(timeline_table(result.timeline))
    click.echo()
    shares = [f"{100 * outcome[f'share_secured_{at}s']:.0f} % at {at} s" for at in (30, 60, 120, 300)]
    click.echo(f"Secured: {', '.join(shares)}")
    click.echo(
        "One draw of one incident; `firstminutes compare` says what differs between policies, and how surely."
    )


def key_words(place: Scenario, seed: int | None, replicate: int) -> dict[str, int]:
    """Return what chooses a run: seed and replicate, of a plan from outside the replicate alone."""
    from sim.given import disclosure

    key = disclosure.key_of(place, seed, replicate)
    return dict(key._asdict()) if disclosure.is_ours(place.plan) else {"replicate": replicate}


def facts_of(scenario: Scenario, seed: int | None, replicate: int) -> dict[str, str]:
    """Return what the head of a replay says beside the policies."""
    from sim.given import disclosure

    if not disclosure.is_ours(scenario.plan):
        return {"Scenario": scenario.name, "Run": str(replicate)}
    key = disclosure.key_of(scenario, seed, replicate)
    return {"Scenario": scenario.name, "Seed": f"{key.seed}, run {replicate}"}


def replay_page(
    plan: FloorPlan, runs: Sequence[Any], out: Path, handling: str | None, facts: Mapping[str, str]
) -> None:
    """Write a replay page."""
    from experiments.replay import write_replay

    write_replay(
        plan,
        runs,
        out,
        title=f"{plan.name}: {' and '.join(run.label for run in runs)}",
        facts=facts,
        handling=handling,
    )
