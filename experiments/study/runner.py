"""Run a study, or go on with one: paired runs in parallel, every finished chunk on disk.

The first replicate runs in this process: it proves the inputs before anything is spent on them, compiles
the kernels once for all workers, and is the run that the replay shows. The rest goes to worker processes in
chunks of about two seconds. The same command after a crash, a kill or Ctrl-C does what is missing and
nothing twice.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from experiments.study import estimate, worker
from experiments.study.chunks import Chunks
from experiments.study.design import StudyDesign
from experiments.study.folder import StudyFolder, file_stems
from experiments.study.manifest import drawn_table, manifest_of
from experiments.study.parts import sql_types, write_atomic
from experiments.study.progress import Progress
from experiments.study.results import Results, timeline_bytes
from sim.errors import FirstMinutesError, StudyError
from sim.given.disclosure import CHUNK

ENGINE = "sim.run"
CHUNK_S = 2.0
CHUNK_HERE_S = 0.5  # without workers Ctrl-C waits for the chunk, so it is a short one
MOST_REPLICATES = 50


class StudyInterrupted(FirstMinutesError):  # noqa: N818 - no error, a request
    """Ctrl-C: what is finished is on disk.

    Attributes
    ----------
    done, total : int
        Runs on disk and runs of the whole study.
    """

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"{done} of {total} runs are finished and kept")
        self.done = done
        self.total = total


def run_study(
    design: StudyDesign,
    out: Path | str,
    workers: int = 0,
    progress: bool = True,
    *,
    start_method: str | None = None,
    fresh: bool = False,
    retry_failed: bool = False,
    command: str = "",
    engine: str = ENGINE,
) -> Results:
    """Run what is missing of a study and return its results.

    Parameters
    ----------
    design : StudyDesign
        What to run.
    out : Path or str
        Results folder; made when missing, continued when it holds this study, refused when another.
    workers : int
        Worker processes; 0 for one per core, 1 for none but this process. The rows are the same.
    progress : bool
        Whether to show progress on stderr.
    start_method : {"forkserver", "spawn"}, optional
        How worker processes start; forkserver where the system has it.
    fresh : bool
        Clear the folder's study first, whatever it is.
    retry_failed : bool
        Run failed runs again.
    command : str
        The command line, for the manifest.
    engine : str
        Module with ``run_paired`` and ``warm_up``; tests put a small one here.

    Raises
    ------
    StudyInterrupted
        After Ctrl-C, with all finished chunks kept.
    """
    if workers < 0:
        raise StudyError(f"workers: found {workers}; allowed is 0 (one per core) or more.")
    folder = StudyFolder(Path(out))
    folder.prepare(manifest_of(design, command), fresh=fresh)
    job = _Job(design, folder, engine, workers or cores(), start_method, retry_failed)
    job.run(progress)
    return Results.open(folder.root)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class _Job:
    """One call of ``run_study``: what is missing, who runs it, and writing what comes back."""

    def __init__(
        self,
        design: StudyDesign,
        folder: StudyFolder,
        engine: str,
        workers: int,
        start_method: str | None,
        retry_failed: bool,
    ) -> None:
        from sim.view.outcome import TYPES

        self.design = design
        self.folder = folder
        self.engine = engine
        self.workers = workers
        self.start_method = start_method
        self.columns = sql_types(TYPES)
        self.stems = file_stems(design.labels)
        self.ids: dict[tuple[str, int], str] = {}
        self.chunks = None if design.is_ours else Chunks(folder.root, design.fingerprint(), self.columns)
        self.missing = self._missing(retry_failed)
        self.stopping = False

    def _missing(self, retry_failed: bool) -> list[int]:
        """Return the replicates that are not on disk, in order; of a plan from outside whole chunks."""
        if self.chunks is not None:
            done = self.chunks.finished(retry_failed=retry_failed)
            return [k for k in range(self.design.runs) if k // CHUNK not in done]
        self.ids = self.design.run_ids(range(self.design.runs))
        finished = self.folder.finished(self.ids.values(), retry_failed=retry_failed)
        return sorted({rep for (_, rep), run_id in self.ids.items() if run_id not in finished})

    @property
    def total(self) -> int:
        return self.design.runs * len(self.design.arms)

    @property
    def done(self) -> int:
        return self.total - len(self.missing) * len(self.design.arms)

    def run(self, progress: bool) -> None:
        with Progress(self.total, self.done, enabled=progress) as self.progress:
            try:
                self._run_first()
                with self._ctrl_c_waits():
                    if self.workers == 1 or len(self.missing) <= 1:
                        self._run_here()
                    else:
                        self._run_in_workers()
            except KeyboardInterrupt:
                raise StudyInterrupted(self.done, self.total) from None
        if self.missing:
            raise StudyInterrupted(self.done, self.total)
        if self.chunks is not None:
            self.chunks.merge(range(self.design.runs // CHUNK))
            return
        self.folder.merge(self.ids.values())
        if self.design.probabilistic:
            self.folder.write_drawn(drawn_table(self.design))

    def _run_first(self) -> None:
        """Run the first replicate here, when it is missing, with the recordings of the study."""
        if not self.missing:
            return
        self.folder.unmerge()
        self.progress.say("loading the model")
        importlib.import_module(self.engine).warm_up()
        self.progress.begin()
        if self.missing[0] == 0:
            recorded = self.design.recorded_labels
            begun = time.monotonic()
            self._keep(worker.run_chunk(self.engine, self.design, [0], recorded, strict=True))
            run_s = (time.monotonic() - begun) / len(self.design.arms)
            told = estimate.words(len(self.missing) * len(self.design.arms), run_s, self.workers)
            if told:
                self.progress.say(told)

    def _run_here(self) -> None:
        size = self._size(1)
        while self.missing and not self.stopping:
            chunk = worker.run_chunk(self.engine, self.design, self.missing[:size])
            self._keep(chunk)
            size = self._size(_replicates_per_chunk(chunk, CHUNK_HERE_S))

    def _size(self, replicates: int) -> int:
        """Return how many replicates are run at a time: of a plan from outside a whole chunk."""
        return replicates if self.chunks is None else CHUNK

    def _run_in_workers(self) -> None:
        waiting = list(reversed(self.missing))
        size = 1
        running: set[Future[worker.Chunk]] = set()
        others = set(multiprocessing.active_children())
        pool = self._pool(min(self.workers, len(waiting)))
        try:
            while waiting or running:
                while waiting and not self.stopping and len(running) < 2 * self.workers:
                    # The last chunks are small, so that no worker idles for long at the end.
                    size_now = self._size(max(1, min(size, len(waiting) // (2 * self.workers))))
                    chunk = [waiting.pop() for _ in range(size_now)]
                    with _no_ctrl_c_for_children():
                        running.add(pool.submit(worker.work, chunk))
                if self.stopping:
                    running -= {future for future in running if future.cancel()}
                    if not running:
                        return
                finished, running = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    self._keep(future.result())
                    size = _replicates_per_chunk(future.result(), CHUNK_S)
        except (BrokenProcessPool, BrokenPipeError, EOFError):
            raise StudyError(
                f"{self.folder.root}: a worker process died (out of memory, or a script without "
                "`if __name__ == '__main__':`); finished runs are kept, try again with --workers 1."
            ) from None
        except KeyboardInterrupt:
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _pool(self, workers: int) -> ProcessPoolExecutor:
        methods = multiprocessing.get_all_start_methods()
        method = self.start_method or ("forkserver" if "forkserver" in methods else "spawn")
        if method not in methods or method == "fork":
            raise StudyError(f"start method: found {method!r}; allowed here: spawn" + _or_forkserver(methods))
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            preload = ["experiments.study.worker", self.engine]
            # The server compiles once, or reads the cache once, for all workers that are forked from it.
            context.set_forkserver_preload(
                preload + (["experiments.study.warm"] if self.engine == ENGINE else [])
            )
        return ProcessPoolExecutor(
            workers, context, initializer=worker.start_worker, initargs=(self.engine, self.design)
        )

    def _keep(self, chunk: worker.Chunk) -> None:
        """Write one finished chunk and everything that belongs to it."""
        for run_id, trace in chunk.traces.items():
            self.folder.write_error(run_id, trace)
        for (label, replicate), (timeline, recording) in chunk.recorded.items():
            name = f"{self.stems[label]}-{replicate}"
            write_atomic(self.folder.root / "timelines" / f"{name}.csv", timeline_bytes(timeline))
            self.folder.write_recording(name, recording)
        if chunk.people:
            self.folder.note_people(chunk.people)
        if self.chunks is None:
            self.folder.write_part(chunk.replicates, chunk.rows, chunk.curves, self.columns)
        elif chunk.kept is None:
            return  # the first replicate of a plan from outside: run for its recordings, again in its chunk
        else:
            self.chunks.write(chunk.kept)
        gone = set(chunk.replicates)
        self.missing = [replicate for replicate in self.missing if replicate not in gone]
        failed = len(chunk.traces) + len(self.design.arms) * sum(
            row["pairs"] for row in (chunk.kept.failures if chunk.kept else ())
        )
        self.progress.advance(len(chunk.replicates) * len(self.design.arms), failed=failed)

    @contextlib.contextmanager
    def _ctrl_c_waits(self) -> Iterator[None]:
        """Let the first Ctrl-C finish the running chunks; a second one stops at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def on_signal(_signal: int, _frame: Any) -> None:
            if self.stopping:
                raise KeyboardInterrupt
            self.stopping = True
            self.progress.say("stopping: the running chunks are finished first; Ctrl-C again stops at once")

        before = signal.signal(signal.SIGINT, on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _no_ctrl_c_for_children() -> Iterator[None]:
    """Start processes that are deaf to Ctrl-C from their first moment and use one thread each.

    A terminal sends Ctrl-C to the whole group; a worker that is still importing would die of it and take the
    pool along. The signal is held back here, not lost.
    """
    saved = {name: os.environ.get(name) for name in worker.ONE_THREAD}
    os.environ.update(worker.ONE_THREAD)
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is not None:
        mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if mask is not None:
            mask(signal.SIG_UNBLOCK, {signal.SIGINT})
        for name, value in saved.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _replicates_per_chunk(last: worker.Chunk, seconds: float) -> int:
    """Return how many replicates make a chunk of this length at the pace of the last one."""
    pace = max(last.seconds / len(last.replicates), 1e-6)
    return max(1, min(MOST_REPLICATES, int(seconds / pace)))


def _or_forkserver(methods: list[str]) -> str:
    return " or forkserver." if "forkserver" in methods else "."
