"""What a study keeps of a plan from outside: chunks of pairs and no single run (docs/scope.md, rule 6).

A chunk is twenty pairs. It holds rows of times and shares, sorted by their values, so that no row says which
run it was; sums of exposure and injury events for each two policies; shares secured over time, sorted at each
time; and how many pairs failed and why. A pair that failed under one policy is left out under all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sim.given.disclosure import CHUNK
from sim.view.outcome import NEEDS_PATIENT, OUTCOMES, Outcome, censored_name

RESPONSE = tuple(c.name for c in OUTCOMES if c.kind in ("interval", "share") and c.name not in NEEDS_PATIENT)
"""Outcomes that are kept pair by pair: times and shares. None of them needs a patient."""
_KEPT = {*RESPONSE, *map(censored_name, RESPONSE)}
HARM = ("exposure_person_s", "injury_events")
"""Outcomes of which a chunk keeps sums."""
CURVE_STEP_S = 10.0

ROW_COLUMNS = {"chunk": "BIGINT", "policy": "VARCHAR", "pair": "BIGINT"}
CURVE_COLUMNS = {"chunk": "BIGINT", "policy": "VARCHAR", "t_s": "DOUBLE", "share_secured": "DOUBLE"}
FAILURE_COLUMNS = {"chunk": "BIGINT", "reason": "VARCHAR", "pairs": "BIGINT"}
HARM_COLUMNS = {
    "chunk": "BIGINT",
    "outcome": "VARCHAR",
    "policy_a": "VARCHAR",
    "policy_b": "VARCHAR",
    "n": "BIGINT",
    "a": "DOUBLE",
    "b": "DOUBLE",
    "a2": "DOUBLE",
    "b2": "DOUBLE",
    "ab": "DOUBLE",
}
Row = dict[str, Any]


@dataclass
class KeptChunk:
    """The tables of one chunk, by the name of their folder."""

    number: int
    runs: list[Row] = field(default_factory=list)
    curves: list[Row] = field(default_factory=list)
    harm: list[Row] = field(default_factory=list)
    failures: list[Row] = field(default_factory=list)


def response_columns(types: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of a row with their SQL types, out of those of all outcomes."""
    return ROW_COLUMNS | {name: kind for name, kind in types.items() if name in _KEPT}


def keep(
    number: int,
    labels: Sequence[str],
    pairs: Sequence[Sequence[tuple[Outcome, Sequence[float]]]],
    reasons: Mapping[str, int],
) -> KeptChunk:
    """Return what is kept of a chunk.

    Parameters
    ----------
    number : int
        Number of the chunk.
    labels : sequence of str
        Policies.
    pairs : sequence of sequence of (Outcome, shares)
        Full outcome and share secured over time, per pair that did not fail and policy.
    reasons : mapping of str to int
        How many pairs failed, by reason.
    """
    kept = KeptChunk(number)
    rows = sorted(([_response(outcome) for outcome, _ in pair] for pair in pairs), key=_by_value)
    for place, row in enumerate(rows):
        for label, values in zip(labels, row, strict=True):
            kept.runs.append({"chunk": number, "policy": label, "pair": CHUNK * number + place, **values})
    for column, label in enumerate(labels):
        kept.curves += _sorted_curves(number, label, [pair[column][1] for pair in pairs])
    for name in HARM:
        kept.harm += _sums(number, labels, name, [[outcome for outcome, _ in pair] for pair in pairs])
    kept.failures = [{"chunk": number, "reason": why, "pairs": n} for why, n in sorted(reasons.items())]
    return kept


def _response(outcome: Outcome) -> Row:
    row = outcome.as_row()
    return {
        name: value for name, value in row.items() if name in RESPONSE or name in map(censored_name, RESPONSE)
    }


def _by_value(row: Sequence[Row]) -> list[tuple[bool, float]]:
    values = (value for of_policy in row for value in of_policy.values())
    return [(value is None, 0.0 if value is None else float(value)) for value in values]


def _sorted_curves(number: int, label: str, curves: Sequence[Sequence[float]]) -> list[Row]:
    """Return the shares secured at each time, sorted: no run is a line, and quantiles need no more."""
    steps = max(map(len, curves), default=0)
    return [
        {"chunk": number, "policy": label, "t_s": CURVE_STEP_S * step, "share_secured": share}
        for step in range(steps)
        for share in sorted(float(curve[step]) for curve in curves if step < len(curve))
    ]


def _sums(number: int, labels: Sequence[str], name: str, pairs: Sequence[Sequence[Outcome]]) -> list[Row]:
    """Return the sums of a whole chunk for each two policies; nothing where one run of it has no number.

    A sum over a part of the chunk, beside that of a longer horizon, would be the harm of single runs.
    """
    values: list[list[Any]] = [
        [None if o.harm_censored else getattr(o, name) for o in pair] for pair in pairs
    ]
    if len(values) < CHUNK or any(value is None for pair in values for value in pair):
        return []
    found = []
    for i, j in combinations(range(len(labels)), 2):
        a, b = [float(pair[i]) for pair in values], [float(pair[j]) for pair in values]
        sums = {
            "a": sum(a),
            "b": sum(b),
            "a2": sum(x * x for x in a),
            "b2": sum(y * y for y in b),
            "ab": sum(x * y for x, y in zip(a, b, strict=True)),
        }
        named = {"chunk": number, "outcome": name, "policy_a": labels[i], "policy_b": labels[j]}
        found.append(named | {"n": len(values)} | sums)
    return found
