"""`make quick`: the tests of the rooms that changed since the branch left `main`, in under a minute.

A changed file calls the tests of its room; tests that are slow, need a browser or run the whole model are
left to `make test`. Where a room has more tests than fit into a minute, those named after the changed
modules come first and the rest is stopped, and said.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
LIMIT_S = 55.0


def changed(base: str) -> list[str]:
    """Return the files that differ from the commit where this branch left `base`, new ones included."""
    found = _git("merge-base", base, "HEAD") or ["HEAD"]
    return sorted(
        {*_git("diff", "--name-only", found[0]), *_git("ls-files", "--others", "--exclude-standard")}
    )


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=REPO, text=True, capture_output=True, check=False)
    return done.stdout.split() if done.returncode == 0 else []


def what_to_run(files: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the test files of changed modules, and the folders of tests of their rooms.

    Parameters
    ----------
    files : iterable of str
        Paths from the root of the repository.
    """
    first: set[str] = set()
    rooms: set[str] = set()
    for name in files:
        path = Path(name)
        if path.parts[0] == "tests":
            if path.name.startswith("test_"):
                first.add(name)
            elif path.parent != Path("tests/support"):
                rooms.add(path.parent.as_posix())
        elif path.parts[0] in ("buildings", "sim", "experiments"):
            folder = Path("tests", *path.parts[:-1])
            first |= {
                f"{folder.as_posix()}/{test.name}" for test in (REPO / folder).glob(f"test_{path.stem}*.py")
            }
            if len(path.parts) > 2:
                rooms.add(folder.as_posix())
        elif path.suffix in (".md", ".toml", ".csv", ".cff", ".json"):
            rooms.add("tests/docs")
    there = [name for name in sorted(first) if (REPO / name).is_file()]
    return there, [name for name in sorted(rooms) if any((REPO / name).rglob("test_*.py"))]


def main() -> int:
    """Run them and return the exit code."""
    first, rooms = what_to_run(changed(sys.argv[1] if len(sys.argv) > 1 else "main"))
    if not first and not rooms:
        print("make quick: nothing changed that has a room of tests; `make test` runs all.")
        return 0
    begun = time.monotonic()
    for names in (first, rooms):
        left = LIMIT_S - (time.monotonic() - begun)
        if not names:
            continue
        print(f"make quick: {' '.join(names)}", flush=True)
        known = [f"--deselect={name}" for name in first if names is rooms]
        chosen = ["-m", "not slow and not browser", *known]
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "2", *chosen, *names]
        try:
            code = subprocess.run(command, cwd=REPO, timeout=max(left, 1.0), check=False).returncode
        except subprocess.TimeoutExpired:
            print(f"make quick: stopped after {LIMIT_S:.0f} s; `make test` runs the rest.")
            return 0
        if code not in (0, 5):  # 5: nothing was left to run
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
