"""``firstminutes policy`` and ``firstminutes scenario``: start, check and describe such files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from experiments.commands import common
from sim.errors import FirstMinutesError, StudyError, together

_FILES = click.argument("names", nargs=-1, required=True, metavar="FILE...")
_SCHEMA_OUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file.  [default: the terminal]"
)


@click.group(short_help="Start, check and describe response policies.")
def policy() -> None:
    """Start, check and describe response policies (TOML files with levels of levers)."""


@click.group(short_help="Start, check and describe scenarios.")
def scenario() -> None:
    """Start, check and describe scenarios (TOML files: building, day part, area, numbers of the place)."""


@policy.command("new", short_help="Write a policy file with every lever in comments.")
@click.argument("output", type=click.Path(path_type=Path), metavar="FILE.toml")
@click.option(
    "--like", default="audit-average", show_default=True, metavar="NAME", help="Begin with this one."
)
def new_policy(output: Path, like: str) -> None:
    """Write a policy file as a start for your own: every lever with its words, levels and range."""
    from experiments.pages.templates import policy_text
    from sim.given.policies import load_policy

    begun = load_policy(like)
    _write_new(output, policy_text(begun, output.stem))


@scenario.command("new", short_help="Write a scenario file with everything that may be set in comments.")
@click.argument("output", type=click.Path(path_type=Path), metavar="FILE.toml")
@click.option("--like", default="default", show_default=True, metavar="NAME", help="Begin with this one.")
def new_scenario(output: Path, like: str) -> None:
    """Write a scenario file as a start for your own."""
    from experiments.pages.templates import scenario_text
    from sim.given.scenario_files import load_scenario

    begun = load_scenario(like)
    _write_new(output, scenario_text(begun, output.stem))


@policy.command("check", short_help="Say what is wrong with policies.")
@_FILES
def check_policy(names: tuple[str, ...]) -> None:
    """Say all that is wrong with policies, and what they set; exit code 2 when one cannot be used."""
    from sim.given.levers import word
    from sim.given.policies import load_policy

    def words(name: str) -> str:
        found = load_policy(name)
        levels = ", ".join(f"{lever} = {word(level)}" for lever, level in found.settings.items())
        return f"{found.name}; it sets {levels or 'no lever'}"

    _check(names, words)


@scenario.command("check", short_help="Say what is wrong with scenarios.")
@_FILES
def check_scenario(names: tuple[str, ...]) -> None:
    """Say all that is wrong with scenarios and their plans; exit code 2 when one cannot be used."""
    from sim.given.scenario_files import load_scenario

    def words(name: str) -> str:
        found = load_scenario(name)
        set_here = [*found.lever_settings, *found.parameters.changed]
        changed = f"; it sets {', '.join(set_here)}" if set_here else ""
        return f"{found.building}, {found.day_part}, {found.area}{changed}"

    _check(names, words)


@policy.command("schema", short_help="Print the JSON Schema of a policy file.")
@_SCHEMA_OUT
def policy_schema(output: Path | None) -> None:
    """Print the JSON Schema of a policy file, for editors that complete and check."""
    from experiments.pages.schema import policy_json_schema

    echo_schema(policy_json_schema(), output)


@scenario.command("schema", short_help="Print the JSON Schema of a scenario file.")
@_SCHEMA_OUT
def scenario_schema(output: Path | None) -> None:
    """Print the JSON Schema of a scenario file, for editors that complete and check."""
    from experiments.pages.schema import scenario_json_schema

    echo_schema(scenario_json_schema(), output)


def echo_schema(schema: dict[str, Any], output: Path | None) -> None:
    """Write a JSON Schema to a file, or to the terminal."""
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    common.writable(output).write_text(text, encoding="utf-8")
    common.wrote(output)


def _write_new(output: Path, text: str) -> None:
    if output.suffix.lower() != ".toml":
        raise StudyError(f"{output}: the name of the file has to end in .toml.")
    if output.exists():
        raise StudyError(f"{output}: exists and is not overwritten; give another name.")
    common.writable(output).write_text(text, encoding="utf-8")
    common.wrote(output)


def _check(names: tuple[str, ...], words: Callable[[str], str]) -> None:
    wrong = []
    for name in names:
        try:
            click.echo(f"{name}: can be used ({words(name)})")
        except FirstMinutesError as error:
            wrong.append(str(error))
    if wrong:
        raise StudyError(together(wrong))
