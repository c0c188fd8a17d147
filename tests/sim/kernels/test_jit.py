"""Compiled code: never stale after an edit anywhere, one signature per kernel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from plans import grid_plan
from walks import evacuation

import sim.kernels
from sim.kernels import _jit, cells, fields, movement, sight
from sim.kernels.heap import pop

OUTER = """
from sim.kernels._jit import kernel
from sim.kernels.inner import inner

@kernel
def outer(x: float) -> float:
    return inner(x) + 1.0
"""
INNER = """
from sim.kernels._jit import kernel

@kernel
def inner(x: float) -> float:
    return {factor} * x
"""


def run_outer(folder, cache):
    """Run a small kernel of a copied package in a fresh process; return its result and the caches."""
    found = subprocess.run(
        [sys.executable, "-c", "from sim.kernels.outer import outer; print(outer(3.0))"],
        cwd=folder,
        env={**os.environ, "FIRSTMINUTES_CACHE": str(cache), "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(found.stdout), sorted(path.name for path in cache.glob("numba-*"))


def test_an_edit_of_a_called_kernel_in_another_file_is_seen(tmp_path):
    kernels = tmp_path / "sim" / "kernels"
    kernels.mkdir(parents=True)
    for folder in (kernels.parent, kernels):
        (folder / "__init__.py").write_text("")
    shutil.copy(Path(sim.kernels.__path__[0]) / "_jit.py", kernels)
    (kernels / "outer.py").write_text(OUTER)
    (kernels / "inner.py").write_text(INNER.format(factor="2.0"))
    cache = tmp_path / "cache"
    first, folders = run_outer(tmp_path, cache)
    assert first == 7.0
    assert len(folders) == 1
    (kernels / "inner.py").write_text(INNER.format(factor="5.0"))
    second, folders = run_outer(tmp_path, cache)
    assert second == 16.0
    assert len(folders) == 2


def test_the_hash_covers_every_kernel_file_and_its_name(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    first = _jit.source_hash(tmp_path)
    (tmp_path / "b.py").write_text("")
    second = _jit.source_hash(tmp_path)
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    assert len({first, second, _jit.source_hash(tmp_path)}) == 3


def test_the_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("FIRSTMINUTES_CACHE", str(tmp_path / "here"))
    assert _jit.cache_folder() == tmp_path / "here"
    monkeypatch.delenv("FIRSTMINUTES_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform != "win32":
        assert _jit.cache_folder() == tmp_path / "firstminutes"


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
