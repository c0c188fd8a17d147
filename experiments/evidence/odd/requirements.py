"""What the source articles ask of the model, row by row: modelled where, not modelled, or out of scope.

The rows are data (`requirements.csv` beside this file). Whether a row is modelled is not written there: it
follows from which levers and parameters the code reads today.
"""

from __future__ import annotations

import csv
from pathlib import Path

from experiments.evidence.odd import code
from experiments.pages.markdown import table
from sim.given.parameters import ParameterTable
from sim.given.policies import policy_names
from sim.given.rows import lever_rows
from sim.given.scenario_files import scenario_names

_IN_WORDS = {
    "scope: prevention before onset is not modelled": "out of scope: the model begins with the first shot, "
    "and nothing in it can deter or prevent",
    "rule: the hazard is a duration, a rate and a dwell time and nothing else": "by rule: "
    "sim/hazard/hazard.py, held by tests/scope",
    "rule: no outcome is fixed at zero by an officer": "by rule: an officer changes times only "
    "(sim/response/sro.py)",
    "rule: aggregate search speed only": "by rule: one speed and one time per room (sim/response/teams.py)",
    "output: MSEL and inject timeline of a run": "not in this version: the tabletop exercise comes later; "
    "`firstminutes run` prints the timeline",
    "tool: import or trace of an own plan": "own plans as `*.plan.json` (buildings/files.py); importing "
    "other formats and tracing come later",
    "armed_staff": "out of scope: kept off, no lever and no preset has it",
    "sro.outside_hold": "modelled at its fixed level: an officer outside holds until contact "
    "(sim/response/sro.py)",
}
"""What is no lever and no parameter that a submodel reads, in words."""


def rows() -> list[dict[str, str]]:
    """Return the rows as the source articles ask for them."""
    text = Path(__file__).with_name("requirements.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def carriers(row: dict[str, str]) -> list[str]:
    """Return what carries a row: levers, parameters, presets, facts and rules."""
    return [part.strip() for part in row["carried_by"].split(";")]


def requirements() -> str:
    """Return the table of all rows with what carries each, and what of it is not in the model."""
    lines = []
    for row in rows():
        told = {carrier: where(carrier) for carrier in carriers(row)}
        missing = [carrier for carrier, place in told.items() if place == ""]
        here = [f"{name} ({place})" if place else "" for name, place in told.items()]
        lines.append([row["seed"], row["named_item"], status(row, missing), "; ".join(filter(None, here))])
    return table(["article", "what it names", "in the model", "where"], lines)


def status(row: dict[str, str], missing: list[str]) -> str:
    """Return one word or sentence on whether a row is in the model."""
    parts = carriers(row)
    if any(part.startswith("scope:") for part in parts):
        return "out of scope" if len(parts) <= 2 else "out of scope before the first shot"
    if any(part.startswith("output:") for part in parts):
        return "not modelled yet"
    if not missing:
        measured = [part for part in parts if not part.startswith(("rule:", "fact"))]
        if any(part.startswith("tool:") for part in parts):
            return "partly modelled"
        return "modelled" if measured else "held by a rule of scope"
    names = ", ".join(f"`{name}`" for name in missing)
    answers = [part for part in parts if part not in missing and not part.startswith(("fact", "preset"))]
    return f"{'partly' if answers else 'not modelled'}: no submodel of this version reads {names}"


def where(carrier: str) -> str:
    """Return where a carrier is found, an empty string if nothing in the code reads it."""
    kind, _, name = carrier.partition(" ")
    if carrier in _IN_WORDS:
        return _IN_WORDS[carrier]
    if kind == "fact":
        return "a published fact"
    if kind == "preset":
        return "shipped" if name in (*policy_names(), *scenario_names()) else ""
    parameters = ParameterTable.default()
    if carrier in parameters and parameters.row(carrier).role == "check":
        return "comes out of the submodels and is compared, never drawn"
    kind = lever_rows()[carrier]["block_or_lever"] if carrier in lever_rows() else ""
    if kind == "block":
        return "a block, set in a scenario"
    files = code.readers(carrier)
    return ", ".join(map(code.link, files))
