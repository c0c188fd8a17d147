"""``firstminutes list``: what there is to choose from."""

from __future__ import annotations

import json
import shutil

import click


@click.command(name="list", short_help="List buildings, policies, scenarios, levers or parameters.")
@click.argument("what", type=click.Choice(["buildings", "policies", "scenarios", "levers", "parameters"]))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(what: str, as_json: bool) -> None:
    """List buildings, policies, scenarios, levers or parameters."""
    from experiments.pages.parameters import NARROW, terminal_rows
    from experiments.pages.table import layout

    rows = {
        "buildings": _buildings,
        "policies": _policies,
        "scenarios": _scenarios,
        "levers": _levers,
        "parameters": terminal_rows,
    }[what]()
    if as_json:
        head, *rest = rows
        click.echo(json.dumps([dict(zip(head, row, strict=True)) for row in rest], indent=2))
    else:
        narrow = NARROW if what == "parameters" else {}
        click.echo(layout(rows, width=shutil.get_terminal_size((110, 24)).columns, narrow=narrow))


def _buildings() -> list[list[str]]:
    import numpy as np

    from buildings import library
    from sim.given.scenario_files import load_scenario
    from sim.people.population import Role
    from sim.people.roster import build_roster
    from sim.place.compile import compile_plan

    rows = [["building", "levels", "spaces", "doors", "pupils", "staff"]]
    for name in library.names():
        plan = library.load(name)
        # A plan may leave the number of staff to the model: teachers by pupils, others by offices.
        role = build_roster(compile_plan(plan), load_scenario(building=name)).role
        people = (int(np.sum(role == Role.PUPIL)), int(np.sum(role == Role.STAFF)))
        counts = (len(plan.levels), len(plan.spaces), len(plan.doors), *people)
        rows.append([name, *map(str, counts)])
    return rows


def _policies() -> list[list[str]]:
    from sim.given.policies import load_policy, policy_names

    return [["policy", "in words"], *([name, load_policy(name).plain_words] for name in policy_names())]


def _scenarios() -> list[list[str]]:
    from sim.given.scenario_files import load_scenario, scenario_names

    return [["scenario", "in words"], *([name, load_scenario(name).plain_words] for name in scenario_names())]


def _levers() -> list[list[str]]:
    from sim.given.levers import LEVERS, word

    rows = [["lever", "levels", "neutral", "unit"]]
    rows += [
        [lever.name, " ".join(map(word, lever.levels)), word(lever.neutral), lever.unit]
        for lever in LEVERS.values()
    ]
    return rows
