"""No result changes unnoticed: every run and walk of the baseline gives the row that is kept.

Where this fails after a change that was meant to change results: `make baseline`, look at the diff
of the two files, and write it into CHANGELOG.md under "results changed". Otherwise it is a bug.
"""

from __future__ import annotations

import pytest

from tests.baseline import runs, walks
from tests.baseline.kept import read

CASES = runs.cases()
RUNS, WALKS = read(runs.FILE), read(walks.FILE)


def test_the_files_have_every_case_and_no_other():
    assert list(RUNS) == [case.name for case in CASES]
    assert list(WALKS) == list(walks.WALKS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_run_gives_what_is_kept(case: runs.Case):
    assert runs.row_of(case) == RUNS[case.name]


@pytest.mark.parametrize("name", walks.WALKS)
def test_a_walk_gives_what_is_kept(name: str):
    assert walks.row_of(name) == WALKS[name]
