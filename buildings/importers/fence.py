"""Reading a file from outside in a process of its own: bounded in time and memory, and free to crash.

Readers of drawings are large libraries, partly in C++: a broken file may take one down or keep it busy for
ever. Then the reader's process ends, and the user gets a sentence.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from buildings.errors import PlanError
from buildings.files import parse_plan
from buildings.importers.report import Imported

MOST_MEMORY = 1024**3
_SLACK = 5.0
"""A busy machine may take this many times the computing time by the clock."""

_REFUSED = 3


def fenced(path: Path, unit: str | None, seconds: float) -> Imported:
    """Import a file in a child process; see `import_plan`."""
    with tempfile.TemporaryDirectory(prefix="firstminutes-") as folder:
        target = Path(folder) / "imported.json"
        command = [
            sys.executable,
            "-m",
            "buildings.importers.fence",
            str(path),
            str(target),
            unit or "",
            str(seconds),
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(part for part in sys.path if part),
            "OPENBLAS_NUM_THREADS": "1",  # its threads reserve memory that would count
        }
        try:
            done = subprocess.run(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=seconds * _SLACK + 20.0, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise PlanError(_too_long(path, seconds)) from None
        try:
            answer = json.loads(target.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            answer = {}
    if done.returncode == 0 and "plan" in answer:
        return Imported(parse_plan(answer["plan"], str(path)), answer["report"])
    if done.returncode == _REFUSED and "refused" in answer:
        raise PlanError(answer["refused"])
    if done.returncode == -24 or done.returncode == 128 + 24:  # SIGXCPU
        raise PlanError(_too_long(path, seconds))
    why = answer.get("defect", f"code {done.returncode}")
    raise PlanError(
        f"{path}: the file cannot be read: its reader stopped ({why}); "
        "it is damaged or larger than it looks: export it anew, one building without furniture."
    )


def _too_long(path: Path, seconds: float) -> str:
    return (
        f"{path}: reading took more than {seconds:g} seconds of computing; export one building without "
        "furniture and equipment, or allow more time with --seconds."
    )


def _bound(seconds: float) -> None:
    """Bound this process's time and memory, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only bound
        return
    whole = max(1, int(seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


def main(arguments: list[str]) -> int:
    """Import a file and write plan and report, or the reason why not, as JSON."""
    path, target, unit, seconds = arguments
    _bound(float(seconds))
    from buildings.importers import import_here

    code = 0
    try:
        done = import_here(path, unit=unit or None)
        answer = {"plan": json.dumps(done.plan.as_file()), "report": done.report}
    except PlanError as problem:
        answer, code = {"refused": str(problem)}, _REFUSED
    except MemoryError:
        answer, code = {"defect": f"it needs more than {MOST_MEMORY // 2**20} MB of memory"}, 1
    except RecursionError:
        answer, code = {"defect": "it is nested too deeply"}, 1
    except Exception as problem:
        answer, code = {"defect": f"{type(problem).__name__}: {str(problem)[:160]}"}, 1
    Path(target).write_text(json.dumps(answer), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
