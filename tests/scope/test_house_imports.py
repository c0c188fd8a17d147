"""Imports that import-linter cannot see: parts of a package, and what is imported while a module loads."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SIM = sorted((REPO / "sim").rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_only_app_draws_with_mesa() -> None:
    for path in SIM:
        if path.name != "app.py":
            names = [n for n in _imports(path) if n.startswith(("mesa.visualization", "solara", "reacton"))]
            assert not names, f"{path}: {names}"


def test_behaviour_uses_keyed_draws_only() -> None:
    """No generator with a state in `sim`: every draw is a function of its key."""
    for path in SIM:
        text = path.read_text(encoding="utf-8")
        assert "random" not in {name.split(".")[0] for name in _imports(path)}, path
        assert "np.random." not in text.replace("np.random.Philox", ""), path
        assert ".shuffle_do(" not in text, path


def test_help_answers_quickly() -> None:
    """The best of three, with room for a busy machine (alone it stays under 0.3 s)."""
    best = min(_seconds(["-m", "firstminutes", "--help"]) for _ in range(3))
    idle = min(_seconds(["-c", "pass"]) for _ in range(3))
    assert best - idle < 0.6, f"--help took {best:.2f} s"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, firstminutes, experiments.cli\n"
        "heavy = {'matplotlib', 'scipy', 'duckdb', 'mesa', 'pydantic', 'numba', 'pandas', 'shapely'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "[]"


def _seconds(args: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *args], cwd=REPO, check=True, capture_output=True)
    return time.perf_counter() - started
