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
from tests.experiments.test_study import design, merged, run

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, ".")
from experiments.study.runner import StudyInterrupted
from tests.experiments.test_study import design, run
if __name__ == "__main__":
    try:
        run(design(40), Path(sys.argv[1]), int(sys.argv[2]))
    except StudyInterrupted as stopped:
        print(stopped.done, stopped.total)
        sys.exit(130)
"""


def start(tmp_path: Path, workers: int, slow_s: float) -> tuple[subprocess.Popen[str], Path]:
    """Start a study of 40 slow replicates in a process group of its own, and wait for its first parts."""
    script, out = tmp_path / "study_script.py", tmp_path / "out"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(script), str(out), str(workers)],
        cwd=ROOT,
        env=os.environ | {"FAKE_ENGINE_SLOW_S": str(slow_s)},
        start_new_session=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while len(list((out / "runs").glob("part-*.parquet"))) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process, out


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_finished_and_the_study_goes_on(tmp_path, workers):
    process, out = start(tmp_path, workers, 0.1)
    os.killpg(process.pid, signal.SIGINT)
    told, trouble = process.communicate(timeout=20)

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
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)

    assert process.returncode == 130
    assert time.monotonic() - begun < 5
