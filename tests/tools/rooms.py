"""The picture of the rooms of `sim/`, made from the imports: `python -m tests.tools.rooms` writes it anew."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from experiments.pages.life import life

REPO = Path(__file__).resolve().parents[2]
PAGE = REPO / "docs" / "development.md"
MARKS = {"rooms": "<!-- rooms: made from the imports by `make pages` -->\n", "life": "<!-- life -->\n"}
END = "<!-- end -->"


def rooms() -> list[str]:
    """Return the rooms and single files at the top level of `sim/`."""
    top = (REPO / "sim").iterdir()
    names = [path.stem for path in top if path.suffix == ".py" or (path / "__init__.py").is_file()]
    return sorted(name for name in names if name != "__init__")


def _imported(tree: ast.AST) -> Iterator[str]:
    """Yield what a file imports while it is loaded or run; what only a type checker reads is left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            yield from _imported(node)


def imports() -> dict[str, set[str]]:
    """Return the rooms that each room of `sim/` imports."""
    known = rooms()
    found: dict[str, set[str]] = {name: set() for name in known}
    for name in known:
        folder = REPO / "sim" / name
        for path in sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]:
            for whole in _imported(ast.parse(path.read_text(encoding="utf-8"))):
                parts = whole.split(".")
                if parts[0] == "sim" and len(parts) > 1 and parts[1] in known and parts[1] != name:
                    found[name].add(parts[1])
    return found


def picture() -> str:
    """Return the rooms from top to bottom, each with what it imports; a ring of imports is an error."""
    found = imports()
    order = list(TopologicalSorter({name: sorted(found[name]) for name in sorted(found)}).static_order())
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = 1 + max((depth[below] for below in found[name]), default=0)
    lines = []
    for name in sorted(order, key=lambda name: (-depth[name], name)):
        below = sorted(found[name], key=lambda other: (-depth[other], other))
        lines.append(f"{name:<11} <- {', '.join(below) or '(nothing of sim)'}")
    return "\n".join(lines)


def refreshed(text: str) -> str:
    """Return the page with the picture and the twelve lines of today."""
    for mark, made in ((MARKS["rooms"], picture()), (MARKS["life"], life())):
        begin, end = text.index(mark) + len(mark), text.index(END, text.index(mark))
        text = f"{text[:begin]}```text\n{made}\n```\n{text[end:]}"
    return text


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
