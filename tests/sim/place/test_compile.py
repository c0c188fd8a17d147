"""What a compiled plan is kept under: everything that has a part in making it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]
MAKERS = ["buildings/wings.py", "buildings/checks/spaces.py", "sim/streams.py", "sim/place/layout.py"]


def made_by(clone):
    found = subprocess.run(
        [sys.executable, "-c", "from sim.place.compile import MADE_BY; print(MADE_BY)"],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone)},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip()


def test_an_edit_of_whatever_makes_a_compiled_plan_gives_it_another_name(tmp_path):
    for folder in ("buildings", "sim"):
        shutil.copytree(REPO / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    seen = [made_by(REPO)]
    assert made_by(tmp_path) == seen[0], "another clone has the same"
    for name in MAKERS:
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write("# edited\n")
        seen.append(made_by(tmp_path))
    assert len(set(seen)) == len(seen)
    with (tmp_path / "sim" / "run.py").open("a", encoding="utf-8") as file:
        file.write("# has no part in it\n")
    assert made_by(tmp_path) == seen[-1]
