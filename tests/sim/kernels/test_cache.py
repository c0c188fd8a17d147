"""What is compiled is kept once per content: never stale, never twice, never in a folder of the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim.kernels
from sim.kernels import _cache
from sim.kernels._cache import Compilation, cache_folder, hash_of

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
RUN = """
from sim.kernels.outer import outer
print(outer(3.0), sum(outer.stats.cache_hits.values()), sum(outer.stats.cache_misses.values()))
"""
VARIABLES = ("FIRSTMINUTES_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE")
posix = pytest.mark.skipif(sys.platform == "win32", reason="variables of POSIX systems")


def small_package(clone, factor="2.0"):
    """Write a package with two kernels and our decorator."""
    kernels = clone / "sim" / "kernels"
    kernels.mkdir(parents=True)
    for folder in (kernels.parent, kernels):
        (folder / "__init__.py").write_text("")
    for name in ("_jit.py", "_cache.py"):
        shutil.copy(Path(sim.kernels.__path__[0]) / name, kernels)
    (kernels / "outer.py").write_text(OUTER)
    (kernels / "inner.py").write_text(INNER.format(factor=factor))
    return clone


def run_outer(clone, **variables):
    """Run the small package in a fresh process: result, hits and misses of the cache, and what it says."""
    env = {name: value for name, value in os.environ.items() if name not in ("FIRSTMINUTES_CACHE",)}
    found = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=clone,
        env={**env, "PYTHONPATH": str(clone), **{name: str(value) for name, value in variables.items()}},
        capture_output=True,
        text=True,
        check=True,
    )
    result, hits, misses = found.stdout.split()
    return float(result), int(hits), int(misses), found.stderr


def test_another_clone_of_the_same_version_compiles_nothing_again(tmp_path):
    cache = tmp_path / "cache"
    first = run_outer(small_package(tmp_path / "a"), FIRSTMINUTES_CACHE=cache)
    other = small_package(tmp_path / "somewhere" / "else")
    for source in other.rglob("*.py"):
        os.utime(source, (1e9, 1e9))
    second = run_outer(other, FIRSTMINUTES_CACHE=cache)
    assert first[:3] == (7.0, 0, 1)
    assert second[:3] == (7.0, 1, 0)
    assert "compiling the model for this machine" in first[3]
    assert second[3] == "", "nothing is compiled, so nothing is said"


def test_an_edit_of_a_called_kernel_in_another_file_is_seen(tmp_path):
    clone, cache = small_package(tmp_path / "a"), tmp_path / "cache"
    assert run_outer(clone, FIRSTMINUTES_CACHE=cache)[:3] == (7.0, 0, 1)
    (clone / "sim" / "kernels" / "inner.py").write_text(INNER.format(factor="5.0"))
    assert run_outer(clone, FIRSTMINUTES_CACHE=cache)[:3] == (16.0, 0, 1)
    assert len(list(cache.glob("kernels-*"))) == 2


def test_a_torn_file_is_compiled_again(tmp_path):
    clone, cache = small_package(tmp_path / "a"), tmp_path / "cache"
    run_outer(clone, FIRSTMINUTES_CACHE=cache)
    for path in [*cache.rglob("*.nbi"), *cache.rglob("*.nbc")]:
        path.write_bytes(path.read_bytes()[:20])
    assert run_outer(clone, FIRSTMINUTES_CACHE=cache)[:3] == (7.0, 0, 1)
    assert run_outer(clone, FIRSTMINUTES_CACHE=cache)[:3] == (7.0, 1, 0)


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    result = run_outer(small_package(tmp_path / "a"), FIRSTMINUTES_CACHE=blocked)
    assert result[:3] == (7.0, 0, 1)


@posix
@pytest.mark.parametrize("named", ["", "relative/folder"])
def test_nothing_lands_in_the_working_folder(named, tmp_path):
    clone = small_package(tmp_path / "a")
    before = {path for path in clone.rglob("*") if "__pycache__" not in path.parts}
    run_outer(clone, XDG_CACHE_HOME=named, HOME=tmp_path / "home")
    assert {path for path in clone.rglob("*") if "__pycache__" not in path.parts} == before
    assert list((tmp_path / "home" / ".cache" / "firstminutes").glob("kernels-*/*.nbi"))


@posix
def test_the_folder_is_the_named_one_then_the_users_then_a_temporary_one(monkeypatch, tmp_path):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FIRSTMINUTES_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIRSTMINUTES_CACHE", "here")
    assert cache_folder() == tmp_path / "here"
    monkeypatch.setenv("FIRSTMINUTES_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "firstminutes"
    for unset in ("", "xdg"):
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        assert cache_folder() == tmp_path / "home" / ".cache" / "firstminutes"


@posix
def test_without_a_usable_home_it_is_a_temporary_folder_of_the_user_alone(monkeypatch, tmp_path):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(_cache.tempfile, "gettempdir", lambda: str(tmp_path))
    own = tmp_path / f"firstminutes-{os.getuid()}"

    def no_home():
        raise RuntimeError("Could not determine home directory.")

    with monkeypatch.context() as patch:
        patch.setattr(_cache.Path, "home", no_home)
        assert cache_folder() == own
    assert own.stat().st_mode & 0o777 == 0o700
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("HOME", str(blocked / "nobody"))
    assert cache_folder() == own
    own.rmdir()
    planted = tmp_path / "planted"
    planted.mkdir()
    own.symlink_to(planted)
    assert cache_folder() not in (own, planted)


def test_the_hash_is_of_names_contents_and_versions_and_not_of_the_place(tmp_path):
    (tmp_path / "x" / "rooms").mkdir(parents=True)
    folder = tmp_path / "x" / "rooms"
    (folder / "a.py").write_text("x = 1\n")
    seen = [hash_of([folder])]
    shutil.copytree(folder, tmp_path / "y" / "rooms")
    assert hash_of([tmp_path / "y" / "rooms"]) == seen[0]
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("made")
    assert hash_of([folder]) == seen[0]
    seen.append(hash_of([folder], ["numpy 1"]))
    (folder / "b.py").write_text("")
    seen.append(hash_of([folder]))
    (folder / "b.py").rename(folder / "c.py")
    seen.append(hash_of([folder]))
    (folder / "deeper").mkdir()
    (folder / "deeper" / "table.csv").write_text("1")
    seen.append(hash_of([folder]))
    assert len(set(seen)) == len(seen)


def test_a_long_compilation_is_said_once_and_then_how_far_it_is(monkeypatch, capsys):
    now = [100.0]
    monkeypatch.setattr(_cache.time, "monotonic", lambda: now[0])
    for is_first, said_at in ((True, 0), (False, 4)):
        what = Compilation(is_first=is_first)
        what.total = 70
        lines = []
        for second in range(36):
            now[0] = 100.0 + second
            what.begins()
            what.done += 1
            lines += [(second, line) for line in capsys.readouterr().err.splitlines()]
        assert [second for second, _ in lines] == [said_at, said_at + 16, said_at + 32][: len(lines)]
        assert len(lines) >= 2
        assert "compiling the model for this machine" in lines[0][1]
        assert lines[1][1].endswith(f"compiled {said_at + 16} of about 70 parts.")
