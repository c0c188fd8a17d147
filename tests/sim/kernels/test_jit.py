"""Compiled code: one signature per kernel, and what happens where nothing is compiled."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from plans import grid_plan
from walks import evacuation

from sim.kernels import _jit, cells, fields, movement, sight
from sim.kernels.heap import pop


@pytest.mark.parametrize(
    "kernel",
    [movement.advance, cells.place_all_at_rest, fields.solve_field, sight.visible_spaces],
    ids=lambda kernel: kernel.__name__,
)
def test_a_kernel_that_python_calls_is_compiled_once(kernel):
    """A second signature (a strided view, an int32 row) would cost seconds of compilation, unseen."""
    evacuation(grid_plan(3, 2, 2), 8, 1, limit_s=120.0)
    assert len(kernel.signatures) <= 1


def test_the_machine_code_of_a_kernel_does_what_the_kernel_does_and_adds_no_signature():
    keys, heap = np.array([1.0, 3.0, 2.0, 9.0, 7.0]), np.arange(5)
    others = keys.copy(), heap.copy()
    assert pop(heap, keys, 5) == 4
    code = _jit.machine_code(pop, others[1], others[0], 5)
    assert code(others[1], others[0], 5) == 4
    assert (others[1] == heap).all()
    assert (others[0] == keys).all()
    assert code is not pop
    assert len(pop.signatures) == 1


def test_without_compilation_walking_is_refused_in_one_sentence():
    found = subprocess.run(
        [sys.executable, "-m", "firstminutes", "run"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 2
    assert found.stderr.splitlines() == [
        "firstminutes: NUMBA_DISABLE_JIT is set: people walk in compiled code only; unset it and run again."
    ]
