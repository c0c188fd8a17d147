"""The part of a study that runs inside worker processes: replicates in, rows out.

Nothing here touches the disk, and the result of a replicate depends on the design and its number only, so
that any number of workers in any order gives the same rows.
"""

from __future__ import annotations

import importlib
import os
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.study import outside
from experiments.study.design import Arm, StudyDesign
from sim.errors import FirstMinutesError
from sim.given import disclosure
from sim.view.outcome import HARM_LEVELS, versus

# One thread per process: the runs are what is parallel.
ONE_THREAD = {
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass
class Chunk:
    """What a few replicates of all arms gave.

    Attributes
    ----------
    replicates : list of int
        Replicates in this chunk.
    rows : list of dict
        One row per (arm, replicate): ``run_id, policy, replicate, status, error`` and the outcome columns.
    curves : list of tuple
        ``(policy, replicate, shares)`` with the share secured every 10 s.
    traces : dict
        Where each failed run failed, by run id.
    recorded : dict
        ``(timeline, recording)`` by (policy, replicate), for the few runs that are recorded.
    people : int
        People in the building, 0 when every run failed.
    seconds : float
        Wall time of the chunk.
    kept : KeptChunk or None
        What is kept of a plan from outside, in the place of rows, curves and traces.
    """

    replicates: list[int]
    rows: list[dict[str, Any]] = field(default_factory=list)
    curves: list[tuple[str, int, tuple[float, ...]]] = field(default_factory=list)
    traces: dict[str, str] = field(default_factory=dict)
    recorded: dict[tuple[str, int], tuple[Any, Any]] = field(default_factory=dict)
    people: int = 0
    seconds: float = 0.0
    kept: outside.KeptChunk | None = None


def run_chunk(
    engine: str,
    design: StudyDesign,
    replicates: Sequence[int],
    recorded: Sequence[str] = (),
    *,
    strict: bool = False,
) -> Chunk:
    """Run some replicates of all arms.

    Parameters
    ----------
    engine : str
        Module with ``run_paired``, by name so that worker processes can import it.
    design : StudyDesign
        The study.
    replicates : sequence of int
        Which replicates.
    recorded : sequence of str
        Labels of the arms whose runs are recorded here.
    strict : bool
        Raise our own errors, which say what is wrong with the input, instead of noting a failed run.
    """
    if not design.is_ours:
        return _run_outside(engine, design, replicates, recorded, strict=strict)
    begun = time.perf_counter()
    chunk = Chunk(list(replicates))
    ids = design.run_ids(replicates)
    for replicate in replicates:
        for arm, tried in zip(
            design.baseline_first, _run_replicate(engine, design, replicate, recorded, strict), strict=True
        ):
            run_id = ids[arm.label, replicate]
            row: dict[str, Any] = {"run_id": run_id, "policy": arm.label, "replicate": replicate}
            result = tried.result
            row |= {"status": "error" if result is None else "ok", "error": tried.error or None}
            chunk.rows.append(row)
            if result is None:
                chunk.traces[run_id] = tried.trace
                continue
            row |= result.outcome.as_row()
            if not tried.has_baseline:
                row |= dict.fromkeys(map(versus, HARM_LEVELS))
            chunk.people = max(chunk.people, int(result.n_people))
            chunk.curves.append((arm.label, replicate, tuple(float(share) for share in result.curve)))
            if result.recording is not None and arm.label in recorded:
                chunk.recorded[arm.label, replicate] = (result.timeline, result.recording)
    chunk.seconds = time.perf_counter() - begun
    return chunk


def _run_outside(
    engine: str, design: StudyDesign, replicates: Sequence[int], recorded: Sequence[str], *, strict: bool
) -> Chunk:
    """Run some replicates of a plan from outside and keep what may be kept, if they are a whole chunk."""
    begun = time.perf_counter()
    chunk, pairs, reasons = Chunk(list(replicates)), [], Counter[str]()
    run_for_study = importlib.import_module(engine).run_for_study
    arms = [*design.baseline_first]
    for replicate in replicates:
        try:
            results = run_for_study(
                design.scenario_of(replicate),
                [arm.policy for arm in arms],
                design.key(replicate),
                record={arm.policy.name for arm in arms if arm.label in recorded},
            )
        except Exception as error:
            if strict and isinstance(error, FirstMinutesError):
                raise
            reasons[_failed(error).error] += 1
            continue
        pairs.append([(result.outcome, result.curve) for result in results])
        chunk.people = max(chunk.people, int(results[0].n_people))
        for arm, result in zip(arms, results, strict=True):
            if result.recording is not None and arm.label in recorded:
                chunk.recorded[arm.label, replicate] = (result.timeline, result.recording)
    number, rest = divmod(replicates[0], disclosure.CHUNK)
    if rest == 0 and len(replicates) == disclosure.CHUNK:
        chunk.kept = outside.keep(number, [arm.label for arm in arms], pairs, reasons)
    chunk.seconds = time.perf_counter() - begun
    return chunk


@dataclass(frozen=True)
class _Tried:
    """One arm of one replicate: its result, or why there is none."""

    result: Any = None
    error: str = ""
    trace: str = ""
    has_baseline: bool = True


def _run_replicate(
    engine: str, design: StudyDesign, replicate: int, recorded: Sequence[str], strict: bool
) -> list[_Tried]:
    """Run all arms of one replicate, in the order of ``baseline_first``."""
    arms = design.baseline_first
    try:
        return [_Tried(result) for result in _paired(engine, design, arms, replicate, recorded)]
    except Exception as error:
        if strict and isinstance(error, FirstMinutesError):
            raise
        if len(arms) == 1:
            return [_failed(error)]
    # Somebody failed: run the arms apart, so that only those that fail are lost.
    tried: list[_Tried] = []
    for arm in arms:
        has_baseline = not tried or tried[0].result is not None
        pair = (arms[0], arm) if tried and has_baseline else (arm,)
        try:
            result = _paired(engine, design, pair, replicate, recorded)[-1]
            tried.append(_Tried(result, has_baseline=has_baseline))
        except Exception as error:
            tried.append(_failed(error))
    return tried


def _paired(
    engine: str, design: StudyDesign, arms: Sequence[Arm], replicate: int, recorded: Sequence[str]
) -> list[Any]:
    run_paired = importlib.import_module(engine).run_paired
    return list(
        run_paired(
            design.scenario_of(replicate),
            [arm.policy for arm in arms],
            design.key(replicate),
            record={arm.policy.name for arm in arms if arm.label in recorded},
        )
    )


def _failed(error: BaseException) -> _Tried:
    """Return a failed run: one line on the error, and where in the code it arose.

    Only our own sentences keep their text: another error's message may quote values of the run, such as
    the space in which something happened, and harm has no place.
    """
    frames = traceback.extract_tb(error.__traceback__)
    trace = "".join(f"{Path(f.filename).name}:{f.lineno} in {f.name}\n" for f in frames)
    last = frames[-1] if frames else None
    where = f" at {Path(last.filename).name}:{last.lineno} in {last.name}" if last else ""
    text = str(error) if isinstance(error, FirstMinutesError) else f"{type(error).__name__}{where}"
    return _Tried(error=text, trace=f"{trace}{type(error).__name__}\n")


# -- worker processes ------------------------------------------------------------------------------------

_WORK: tuple[str, StudyDesign] | None = None


def start_worker(engine: str, design: StudyDesign) -> None:
    """Prepare a worker process: one thread, deaf to Ctrl-C, gone when its parent is gone."""
    global _WORK
    os.environ.update(ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    importlib.import_module(engine).warm_up()
    _WORK = (engine, design)


def work(replicates: list[int]) -> Chunk:
    """Run one chunk in a prepared worker process."""
    if _WORK is None:
        raise RuntimeError("work() needs start_worker() first")
    engine, design = _WORK
    return run_chunk(engine, design, replicates)


def _follow_parent() -> None:
    """End this process when the study's process is gone, killed ones included."""
    import multiprocessing
    from multiprocessing.connection import wait

    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
