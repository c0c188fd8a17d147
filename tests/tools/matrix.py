"""`make matrix`: the other Pythons with the Mesa that belongs to each, and the built wheel on its own.

For every Python from 3.11 to 3.14 that this machine has: an environment of its own with the committed lock
(Mesa 3.3 on 3.11, Mesa 3.5 from 3.12 on), a fast subset of the tests, and the same rows from worker processes
started by `spawn` and by `forkserver`. Then the wheel: built once, installed with pip into an empty
environment outside the repository (as pipx does), where a comparison must work with workers started by
`spawn`, with the rows of the clone, and where what runs from a clone only says so. `--wheel`: only that.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
VERSIONS = {"3.11": "3.3", "3.12": "3.5", "3.13": "3.5", "3.14": "3.5"}
"""Python -> the Mesa that the lock must give it."""

SUBSET = ["tests/baseline", "tests/buildings", "tests/sim", "tests/scope", "tests/whole"]
"""Folders of fast tests in which a Python or a Mesa could make a difference (those that exist are run)."""

COMPARE = [
    "--building",
    "elementary",
    "--policies",
    "immediate-entry,perimeter-1999",
    "--runs",
    "4",
    "--seed",
    "1",
]

ROWS = """
from pathlib import Path
import sys
import firstminutes as fm

if __name__ == "__main__":
    arms = fm.arms_of([fm.load_policy(name) for name in ("immediate-entry", "perimeter-1999")])
    design = fm.StudyDesign(fm.load_scenario(building="elementary"), arms, runs=4, seed=1)
    fm.run_study(design, Path(sys.argv[2]), workers=2, progress=False, start_method=sys.argv[1])
"""
"""Four paired runs by two workers, the start method and the folder given on the command line."""


class Row:
    """One line of the matrix: a Python and what held on it."""

    def __init__(self, version: str, interpreter: Path, folder: Path) -> None:
        self.version = version
        self.interpreter = interpreter
        self.folder = folder / version
        self.python = self.folder / "venv" / "bin" / "python"
        self.results: list[tuple[str, bool]] = []

    def step(self, name: str, args: list[str], cwd: Path) -> bool:
        """Run one step, print how it went, and its output when it failed."""
        started = time.monotonic()
        # A wheel must find nothing of the clone, and no other environment may leak in.
        env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
        done = subprocess.run(args, cwd=cwd, env=env, text=True, capture_output=True, check=False)
        good = done.returncode == 0
        mark = "ok  " if good else "FAIL"
        print(f"  {mark} {self.version}  {name} ({time.monotonic() - started:.0f} s)", flush=True)
        if not good:
            print(done.stdout[-3000:], done.stderr[-3000:], sep="\n")
        self.results.append((name, good))
        return good

    def claim(self, name: str, good: bool) -> None:
        """Note something that was looked up."""
        print(f"  {'ok  ' if good else 'FAIL'} {self.version}  {name}", flush=True)
        self.results.append((name, good))


def main() -> int:
    """Run the rows and say what failed."""
    args = _arguments()
    pythons = find_pythons(args.only)
    print("Pythons found:", ", ".join(f"{v} ({p})" for v, p in pythons.items()) or "none")
    for version in VERSIONS.keys() - pythons.keys() if not args.only else ():
        print(f"  no Python {version} on this machine: not tried")
    with tempfile.TemporaryDirectory(prefix="firstminutes-matrix-") as name:
        folder = Path(name)
        wheel = build_wheel(folder)
        run = run_wheel_alone if args.wheel else run_row
        rows = [run(Row(version, path, folder), wheel) for version, path in pythons.items()]
    failed = [f"{row.version}: {step}" for row in rows for step, good in row.results if not good]
    n_good = sum(good for row in rows for _, good in row.results)
    print(f"\n{n_good} passed, {len(failed)} failed")
    print("\n".join(failed))
    return int(bool(failed) or not rows)


def find_pythons(only: list[str] | None) -> dict[str, Path]:
    """Look for the interpreters on the path, in pyenv's folder and in uv's list."""
    found: dict[str, Path] = {}
    for version in only or sorted(VERSIONS):
        for candidate in _candidates(version):
            probe = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
            try:
                done = subprocess.run(
                    [str(candidate), "-c", probe], text=True, capture_output=True, check=False
                )
            except OSError:
                continue
            if done.returncode == 0 and done.stdout.split()[0] == version:
                found[version] = Path(done.stdout.split(maxsplit=1)[1].strip())
                break
    return found


def _candidates(version: str) -> list[Path]:
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)
    if shutil.which(f"python{version}"):
        candidates.append(Path(str(shutil.which(f"python{version}"))))
    if shutil.which("uv"):
        command = ["uv", "python", "find", "--no-python-downloads", "--system", version]
        done = subprocess.run(command, text=True, capture_output=True, check=False)
        candidates += [Path(line) for line in done.stdout.split("\n") if line.strip()]
    return candidates


def build_wheel(folder: Path) -> Path:
    """Build the wheel from a clean copy, as a release would be."""
    copy = folder / "source"
    ignore = shutil.ignore_patterns(
        ".git", ".venv*", "__pycache__", ".*_cache", "build", "dist", "demo-results"
    )
    shutil.copytree(REPO, copy, ignore=ignore)
    if shutil.which("uv"):
        command = ["uv", "build", "--quiet", "--wheel", "--out-dir", str(folder / "dist"), str(copy)]
    else:
        _venv(Path(sys.executable), folder / "build-venv")
        pip = [str(folder / "build-venv" / "bin" / "python"), "-m", "pip"]
        command = [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder / "dist"), str(copy)]
    subprocess.run(command, check=True)
    return next((folder / "dist").glob("*.whl"))


def run_row(row: Row, wheel: Path) -> Row:
    """Everything for one Python; a row stops where the rest would be meaningless."""
    row.folder.mkdir()
    _venv(row.interpreter, row.folder / "venv")
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = str(REPO / "requirements-browser.lock")
    if not row.step("the lock installs", [str(row.python), *install, "-r", lock], row.folder):
        return row
    mesa = _output(row.python, "import mesa; print(mesa.__version__)")
    row.claim(f"it holds Mesa {VERSIONS[row.version]} ({mesa})", mesa.startswith(VERSIONS[row.version]))
    subset = [name for name in SUBSET if (REPO / name).is_dir()]
    quiet = ["-q", "-p", "no:cacheprovider", "-m", "not browser and not slow"]
    row.step("tests", [str(row.python), "-m", "pytest", *quiet, "-n", "2", *subset], REPO)
    run_wheel(row, wheel)
    return row


def run_wheel(row: Row, wheel: Path) -> None:
    """Install the wheel into an empty environment, compare there, and start workers both ways."""
    empty = row.folder / "empty"
    empty.mkdir()
    _venv(row.interpreter, row.folder / "wheel-venv")
    python = row.folder / "wheel-venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # The lock as constraint: the same versions as tested, yet only what the wheel itself asks for.
    constrained = [*install, "-c", str(REPO / "requirements.lock"), str(wheel)]
    if not row.step("the wheel installs into an empty environment", constrained, empty):
        return
    command = [str(row.folder / "wheel-venv" / "bin" / "firstminutes")]
    by_spawn = ["--start-method", "spawn", "--workers", "2", "--out", "results"]
    if row.step(
        "a comparison from the wheel, workers by spawn", [*command, "compare", *COMPARE, *by_spawn], empty
    ):
        files = ("outcomes.parquet", "report.html", "replay.html", "manifest.json")
        row.claim("it left " + ", ".join(files), all((empty / "results" / name).is_file() for name in files))
    clone = [str(row.python), "-m", "firstminutes", "compare", *COMPARE, "--no-replay", "--workers", "1"]
    if row.python.exists() and row.step(
        "the same from the clone", [*clone, "--out", str(empty / "clone")], REPO
    ):
        row.claim(
            "wheel and clone give the same rows", _digest(empty / "results") == _digest(empty / "clone")
        )
    for name in ("verify", "validate"):
        said = subprocess.run([*command, name], cwd=empty, text=True, capture_output=True, check=False)
        row.claim(
            f"{name} says that it runs from a clone",
            said.returncode == 2 and "clone" in said.stderr and "Traceback" not in said.stderr,
        )
    script = empty / "rows.py"
    script.write_text(ROWS, encoding="utf-8")
    digests = set()
    for method in ("spawn", "forkserver"):
        if row.step(f"workers by {method}", [str(python), str(script), method, f"by-{method}"], empty):
            digests.add(_digest(empty / f"by-{method}"))
    row.claim("spawn and forkserver give the same rows", len(digests) == 1)


def run_wheel_alone(row: Row, wheel: Path) -> Row:
    """Only what concerns the wheel, beside the environment of the clone that runs this."""
    row.folder.mkdir()
    row.python = Path(sys.executable)
    run_wheel(row, wheel)
    return row


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "outcomes.parquet").read_bytes()).hexdigest()


def _venv(interpreter: Path, folder: Path) -> None:
    subprocess.run([str(interpreter), "-m", "venv", str(folder)], check=True)


def _output(python: Path, code: str) -> str:
    done = subprocess.run([str(python), "-c", code], text=True, capture_output=True, check=False)
    return done.stdout.strip()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", metavar="VERSION", help="just this Python (3.12)")
    parser.add_argument("--wheel", action="store_true", help="just the wheel, with the present environment")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
