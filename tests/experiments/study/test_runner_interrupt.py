"""Ctrl-C in a terminal: the whole process group gets it, and no finished chunk is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.study.results import Results
from tests.experiments.study.test_study import design, merged, run

ROOT = Path(__file__).parents[3]
HANGS_S = 300
"""After this long something hangs; nothing is measured by it."""
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, ".")
from experiments.study.runner import StudyInterrupted
from tests.experiments.study.test_study import design, run
if __name__ == "__main__":
    try:
        run(design(40), Path(sys.argv[1]), int(sys.argv[2]))
    except StudyInterrupted as stopped:
        print(stopped.done, stopped.total)
        sys.exit(130)
"""


def start(tmp_path: Path, workers: int, slow_s: float) -> tuple[subprocess.Popen[str], Path]:
    """Start a study of 40 replicates in a process group of its own, and wait for its first parts.

    It cannot end before there is a file `gate`, however long this process has to wait for its turn.
    """
    script, out = tmp_path / "study_script.py", tmp_path / "out"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(script), str(out), str(workers)],
        cwd=ROOT,
        env=os.environ | {"FAKE_ENGINE_SLOW_S": str(slow_s), "FAKE_ENGINE_GATE": f"{tmp_path / 'gate'}:20"},
        start_new_session=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + HANGS_S
    while len(list((out / "runs").glob("part-*.parquet"))) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process, out


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_finished_and_the_study_goes_on(tmp_path, workers):
    process, out = start(tmp_path, workers, 0.1)
    os.killpg(process.pid, signal.SIGINT)
    (tmp_path / "gate").touch()
    told, trouble = process.communicate(timeout=HANGS_S)

    assert process.returncode == 130, trouble
    assert trouble == ""
    done, total = map(int, told.split())
    assert total == 120
    assert 9 <= done < 120
    assert len(Results.open(out).outcomes()) == done
    assert not any(name.endswith(".tmp") for name in os.listdir(out / "runs"))
    run(design(40), out)
    run(design(40), tmp_path / "whole")
    assert merged(out) == merged(tmp_path / "whole")


def test_a_second_ctrl_c_stops_at_once(tmp_path):
    process, _ = start(tmp_path, 2, 0.4)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=HANGS_S)  # the gate stays shut: whoever waited for the chunks would hang

    assert process.returncode == 130
