"""How each fact reads its runs: made-up runs, the same ones always, must give the numbers that are kept.

The made-up values lie on the edges that facts ask about (60 s, 300 s, 720 s, ...), so that an edge that
moves, or one that no longer counts, is seen. After a change that is meant:
`python -m tests.facts.test_pinned_measures`.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from experiments.evidence.facts.batch import Runs
from experiments.evidence.facts.kit import DOCUMENT
from experiments.evidence.facts.table import FACTS

FILE = Path(__file__).with_name("pinned_measures.json")
N = 60
TIMES_S = (
    0.0,
    28.0,
    59.0,
    60.0,
    61.0,
    120.0,
    150.0,
    300.0,
    301.0,
    480.0,
    600.0,
    720.0,
    900.0,
    2700.0,
    np.nan,
)
COUNTS = (0.0, 1.0, 2.0, 3.0, 5.0)
MEASURED = [one for one in FACTS if one.role != DOCUMENT]


class MadeUp(dict):
    """A table of runs that has every column that is asked for."""

    def __init__(self, name: str, *, is_finite: bool) -> None:
        super().__init__()
        self.name, self.is_finite = name, is_finite

    def __missing__(self, column: str) -> np.ndarray:
        seed = int.from_bytes(blake2b(f"{self.name}, {column}".encode(), digest_size=8).digest(), "little")
        values = TIMES_S if column.endswith("_s") else COUNTS
        values = [value for value in values if not (self.is_finite and np.isnan(value))]
        self[column] = np.random.default_rng(seed).choice(values, N)
        return self[column]


class MadeUpRuns(Runs):
    """Runs that nobody ran."""

    def __init__(self, *, is_finite: bool) -> None:
        super().__init__(lambda batch, replicates: [])
        self.is_finite = is_finite

    def get(self, batch, n):
        measure = getattr(batch.measure, "__name__", "")
        levers = sorted((name, str(level)) for name, level in batch.levers)
        parts = (batch.policy, levers, batch.scenario, batch.building, batch.parameters, batch.hooks, measure)
        return MadeUp(repr(parts), is_finite=self.is_finite)


def read(one) -> dict[str, list]:
    """Return what a fact reads off the made-up runs: its numbers, also where all happens, and its figure."""
    runs, happened = MadeUpRuns(is_finite=False), MadeUpRuns(is_finite=True)
    numbers = [*one.test.measure(runs, N), *one.test.measure(happened, N)]
    lines = () if one.test.figure is None else one.test.figure(runs, N).lines
    return {
        "numbers": [[np.nan if end is None else float(end) for end in number] for number in numbers],
        "figure": [[line.label, float(np.sum(line.x)), float(np.sum(line.y))] for line in lines],
    }


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: one.id)
@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning", "ignore:All-NaN:RuntimeWarning")
def test_a_fact_reads_its_runs_as_before(one):
    kept = json.loads(FILE.read_text(encoding="utf-8"))[one.id]
    found = read(one)
    assert [line[0] for line in found["figure"]] == [line[0] for line in kept["figure"]]
    for now, then in zip(
        [*found["numbers"], *(line[1:] for line in found["figure"])],
        [*kept["numbers"], *(line[1:] for line in kept["figure"])],
        strict=True,
    ):
        assert now == pytest.approx(then, rel=1e-9, nan_ok=True)


if __name__ == "__main__":
    kept = {one.id: read(one) for one in MEASURED}
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
