"""The generated tables of docs/ODD.md, one function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.evidence.odd import code
from experiments.pages.markdown import table
from sim.given.levers import LEVERS, word
from sim.given.parameters import ParameterTable, set_by
from sim.given.policies import load_policy, policy_names
from sim.given.rows import lever_rows
from sim.given.scenario_files import load_scenario, scenario_names
from sim.people.population import COLUMNS, Role, State
from sim.place.doors import DOOR_COLUMNS
from sim.record.timeline import TITLES
from sim.streams import Stream
from sim.view.outcome import OUTCOMES


def _names(words: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in words)


def _links(names: Sequence[str]) -> str:
    return ", ".join(map(code.link, names))


def people() -> str:
    """Return the state variables of a person."""
    rows = [[f"`{name}`", meaning, unit, dtype] for name, (dtype, unit, meaning) in COLUMNS.items()]
    return table(["variable", "meaning", "unit", "type"], rows)


def roles_and_states() -> str:
    """Return the roles and the states that there are."""
    rows = [["role", ", ".join(role.name.lower() for role in Role)]]
    return table(["what", "values"], [*rows, ["state", ", ".join(state.name.lower() for state in State)]])


def doors() -> str:
    """Return the state variables of a door."""
    rows = [[f"`{name}`", meaning, dtype] for name, (dtype, meaning) in DOOR_COLUMNS.items()]
    return table(["variable", "meaning", "type"], rows)


def submodels() -> str:
    """Return every file that draws, or reads a parameter or a lever."""
    rows = []
    for name in code.sources():
        found = (code.levers_of(name), code.parameters_of(name), code.streams_of(name))
        if any(found):
            rows.append([code.link(name), code.summary(name), *map(_names, found)])
    return table(["file", "what it is", "levers", "parameters", "random decisions"], rows)


def streams() -> str:
    """Return the numbered list of random decisions, with the files that take them."""
    rows = [
        [
            str(int(stream)),
            f"`{stream.name}`",
            _links([n for n in code.sources() if stream.name in code.streams_of(n)]),
        ]
        for stream in Stream
    ]
    return table(["number", "decision", "taken in"], rows)


def levers() -> str:
    """Return the levers that can be set."""
    rows = [
        [
            f"`{lever.name}`",
            ", ".join(map(word, lever.levels)),
            word(lever.neutral),
            lever.unit,
            _names(lever.outcomes),
            lever.direction,
            _links(code.readers(lever.name)),
        ]
        for lever in LEVERS.values()
    ]
    head = ["lever", "levels", "neutral", "unit", "outcomes it acts on", "expected", "read in"]
    return table(head, rows)


def blocks() -> str:
    """Return the blocks: what a study holds one of each of."""
    rows = [
        [f"`{name}`", row["levels"], row["neutral_level"], row["expected_direction"]]
        for name, row in lever_rows().items()
        if row["block_or_lever"] == "block"
    ]
    return table(["block", "values", "default", "what it does"], rows)


def presets() -> str:
    """Return the shipped policies and scenarios."""
    rows = []
    for name in policy_names():
        policy = load_policy(name)
        file = f"[{name}.toml](../sim/data/policies/{name}.toml)"
        rows.append([f"`{name}`", "policy", policy.plain_words, file])
    for name in scenario_names():
        file = f"[{name}.toml](../sim/data/scenarios/{name}.toml)"
        rows.append([f"`{name}`", "scenario", load_scenario(name).plain_words, file])
    return table(["preset", "kind", "in plain words", "modelled in"], rows)


def outcomes() -> str:
    """Return the outcome columns."""
    rows = [
        [f"`{column.name}`", column.title, column.unit, column.kind, column.better or "neither"]
        for column in OUTCOMES
    ]
    return table(["outcome", "what", "unit", "kind", "better"], rows)


def stamps() -> str:
    """Return the events of a timeline."""
    return table(["stamp", "in words"], [[f"`{name}`", title] for name, title in TITLES.items()])


def parameters() -> str:
    """Return how many rows of the parameter table are set in which way."""
    ways: dict[str, list[str]] = {"scenario": [], "lever": [], "fixed": [], "unused": []}
    weak: dict[str, int] = dict.fromkeys(ways, 0)
    for row in ParameterTable.default():
        way = set_by(row).split()[0]
        ways[way].append(row.name)
        weak[way] += row.evidence == "weak"
    meaning = {
        "scenario": "a scenario may override it",
        "lever": "a policy sets it",
        "fixed": "nobody can change it",
        "unused": "nothing in this version reads it, so an override is refused",
    }
    rows = [[meaning[way], str(len(names)), str(weak[way])] for way, names in ways.items()]
    return table(["rows that", "number", "with weak evidence"], rows)


TABLES: dict[str, Callable[[], str]] = {
    "people": people,
    "roles and states": roles_and_states,
    "doors": doors,
    "submodels": submodels,
    "streams": streams,
    "levers": levers,
    "blocks": blocks,
    "presets": presets,
    "outcomes": outcomes,
    "stamps": stamps,
    "parameters": parameters,
}
"""Every table by the name in its comment."""
