"""Files that people write, as a start: policy and scenario with everything that may be set, in comments.

A line that begins with # is a comment of TOML. What may be set stands in such a line with its default; who
takes the # away sets it.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from experiments.pages.lever_words import groups, level_words, lever_words
from experiments.pages.schema import arrival_minutes, settable_rows
from sim.given.levers import LEVERS, Level, Lever, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.given.policies import Policy
    from sim.given.scenario import Scenario

WIDTH = 100

_POLICY_HEAD = (
    "A response policy for First Minutes: what a place does, as levels of response levers. Take the # away "
    "from a lever to set it. What is not set stays as the scenario sets it, or else as it is given here."
)
_SCENARIO_HEAD = (
    "A scenario for First Minutes: the place in which policies are compared. Take the # away from a line to "
    "set it."
)


def policy_text(policy: Policy, name: str) -> str:
    """Return a policy file in which every lever stands with its words; what the policy sets is set.

    Parameters
    ----------
    policy : Policy
        What it begins with.
    name : str
        Its name in tables and figures.
    """
    lines = [
        *_comment(_POLICY_HEAD),
        f"name = {quoted(name)}",
        "# What it means, for a reader who was not in the room:",
        f"plain_words = {quoted(policy.plain_words)}",
        "",
        "[levers]",
        *_levers(policy.settings),
    ]
    return "\n".join(lines) + "\n"


def scenario_text(scenario: Scenario, name: str) -> str:
    """Return a scenario file in which everything that may be set stands with its words.

    Parameters
    ----------
    scenario : Scenario
        What it begins with.
    name : str
        Its name.
    """
    from sim.given.scenario_fields import AREAS, DAY_PARTS, MAX_HORIZON_S, VENUES

    ranges = ", ".join(
        f"{low:.1f} to {high:.0f} where patrol.response is {level}"
        for level, (low, high) in arrival_minutes().items()
    )
    lines = [
        *_comment(_SCENARIO_HEAD),
        f"name = {quoted(name)}",
        f"plain_words = {quoted(scenario.plain_words)}",
        "",
        "# A building of ours (firstminutes list buildings) or the path of a plan from this file's folder.",
        f"building = {quoted(scenario.building)}",
        f"# Speeds and supervision: {' or '.join(VENUES)}; without a word the name of the building tells.",
        f"# venue = {quoted(scenario.venue)}",
        "# " + ", ".join(DAY_PARTS),
        f"day_part = {quoted(scenario.day_part)}",
        f"# {' or '.join(AREAS)}: how far later units and ambulances have to come.",
        f"area = {quoted(scenario.area)}",
        f"# Seconds after which a run ends in any case, 1 to {MAX_HORIZON_S:.0f}.",
        f"horizon_s = {scenario.horizon_s:g}",
        "# Your agency's own median minutes from report to arrival; the spread stays.",
        f"# Allowed: {ranges}.",
        "# arrival_minutes = 7.5",
        "",
        *_comment(
            "Numbers of the place. Those that an agency measures for itself are listed here; `firstminutes "
            "parameters` has the others that may be changed. A value is the central one: the spread stays."
        ),
        "[parameters]",
        *_measured(),
        *(f"{quoted(name)} = {value:g}" for name, value in scenario.parameters.changed.items()),
        "",
        "# What the place does under every policy; a policy that sets a lever wins.",
        "[levers]",
        *_levers(scenario.lever_settings),
    ]
    return "\n".join(lines) + "\n"


def _measured() -> list[str]:
    """Return lines of the numbers that an agency measures for itself, with unit and range."""
    lines = []
    for name, row, entry in settable_rows():
        allowed = row.allowed_range(entry)
        if row.own != "yes" or allowed is None:
            continue
        value = row.values[entry] if entry else row.central
        about = f"{lever_words(name)} In {row.unit}, {allowed[0]:g} to {allowed[1]:g}."
        lines += ["", *_comment(about), f"# {quoted(name)} = {value:g}"]
    return lines


def range_words(lever: Lever) -> str:
    """Return which values a number may have."""
    whole = "whole number, " if lever.is_whole else ""
    unit = "a share" if lever.unit == "1" else lever.unit
    return f"{whole}{lever.low or 0:g} to {lever.high or 0:g} ({unit})"


def quoted(text: str) -> str:
    """Return a text as a string of TOML."""
    from json import dumps

    return dumps(text, ensure_ascii=False)


def _levers(settings: Mapping[str, Level]) -> list[str]:
    lines = []
    for title, names in groups().items():
        lines += ["", f"# ---- {title} ----"]
        for name in names:
            lines += ["", *_lever(LEVERS[name], settings.get(name))]
    return lines


def _lever(lever: Lever, level: Level | None) -> list[str]:
    """Return the lines of one lever; it is set where a level is given."""
    lines = _comment(lever_words(lever.name))
    if lever.kind == "number":
        lines += _comment(f"A number: {range_words(lever)}. Sweeps use {', '.join(map(word, lever.levels))}.")
    else:
        for one in lever.accepted:
            words = level_words(lever.name, one)
            lines += _comment(f"  {word(one)}" + (f": {words}" if words else ""))
    sign = "# " if level is None else ""
    return [*lines, f"{sign}{quoted(lever.name)} = {_value(lever.neutral if level is None else level)}"]


def _value(level: Any) -> str:
    return quoted(level) if isinstance(level, str) else word(level)


def _comment(text: str) -> list[str]:
    indent = "#   " if text.startswith("  ") else "# "
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent,
        subsequent_indent="#     " if indent == "#   " else "# ",
    )
