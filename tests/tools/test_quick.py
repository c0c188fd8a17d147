"""`make quick`: which tests a change calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.quick import what_to_run

REPO = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("changed", "first", "rooms"),
    [
        (["sim/kernels/fields.py"], [], ["tests/sim/kernels"]),
        (["sim/streams.py"], ["tests/sim/test_streams.py"], []),
        (
            ["sim/place/compile.py", "README.md"],
            ["tests/sim/place/test_compile.py"],
            ["tests/docs", "tests/sim/place"],
        ),
        (["tests/scope/test_scope_sweeps.py"], ["tests/scope/test_scope_sweeps.py"], []),
        (["tests/scope/conftest.py"], [], ["tests/scope"]),
        (["sim/nowhere/gone.py", "tests/sim/test_gone.py", "tests/support/plans.py", "LICENSE"], [], []),
    ],
)
def test_a_change_calls_the_what_to_run_its_module_first_and_of_its_room_then(changed, first, rooms):
    assert what_to_run(changed) == (first, rooms)
