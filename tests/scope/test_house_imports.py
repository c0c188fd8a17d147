"""Imports that import-linter cannot see: parts of a package, and what is imported while a module loads."""

from __future__ import annotations

import ast
import subprocess
import sys
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


def test_help_imports_nothing_heavy() -> None:
    """What makes `--help` slow is what it imports, and that does not hang on how busy a machine is."""
    code = (
        "import sys, firstminutes, experiments.cli\n"
        "heavy = {'matplotlib', 'scipy', 'duckdb', 'mesa', 'pydantic', 'numba', 'pandas', 'shapely'}\n"
        "print(sorted(heavy & set(sys.modules)), len(sys.modules) < 250)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "[] True"
