"""No result changes unnoticed: every run of the baseline gives the row that is kept, to the last bit.

Where this fails after a change that was meant to change results: `make baseline`, look at the diff
of `outcomes.csv`, and write it into CHANGELOG.md under "results changed". Otherwise it is a bug.
"""

from __future__ import annotations

import pytest

from tests.baseline.runs import Case, cases, read, row_of

CASES = cases()
KEPT = read()


def test_the_file_has_every_case_and_no_other():
    assert list(KEPT) == [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_run_gives_what_is_kept(case: Case):
    assert row_of(case) == KEPT[case.name]
