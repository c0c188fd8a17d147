"""Progress of a study or an animation: a bar on a terminal, a line per ten per cent elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any


class Progress:
    """Counts finished runs on stderr.

    Parameters
    ----------
    total : int
        Runs of the whole study.
    done : int
        Runs that were on disk already.
    enabled : bool
        Whether to show anything.
    what : str
        What is counted, in the plural.
    """

    def __init__(self, total: int, done: int = 0, *, enabled: bool = True, what: str = "runs") -> None:
        self.total = total
        self.done = done
        self.failed = 0
        self._enabled, self._what = enabled, what
        self._bar: Any = None
        self._begun = time.monotonic()
        self._tenth = 10 * done // max(total, 1)
        self._at_start = done

    def __enter__(self) -> Progress:
        if not self._enabled:
            return self
        if self.done:
            self.say(f"{self.done} of {self.total} {self._what} are on disk already")
        if sys.stderr.isatty() and self.done < self.total:
            from tqdm import tqdm

            self._bar = tqdm(
                total=self.total,
                initial=self.done,
                unit=f" {self._what}",
                file=sys.stderr,
                smoothing=0.05,
                dynamic_ncols=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def begin(self) -> None:
        """Begin to count the time per run: what went before, such as compiling, is no run."""
        self._begun = time.monotonic()

    def advance(self, runs: int, *, failed: int = 0) -> None:
        """Count some more runs."""
        runs = min(runs, self.total - self.done)
        self.done += runs
        self.failed += failed
        if self._bar is not None:
            self._bar.update(runs)
            if self.failed:
                self._bar.set_postfix_str(f"{self.failed} failed")
            return
        tenth = 10 * self.done // max(self.total, 1)
        if self._enabled and tenth > self._tenth:
            self._tenth = tenth
            self.say(f"{10 * tenth} % ({self.done} of {self.total} {self._what}{self._left()})")

    def _left(self) -> str:
        new = self.done - self._at_start
        if self.done >= self.total or new <= 0:
            return ""
        seconds = (time.monotonic() - self._begun) / new * (self.total - self.done)
        return f", about {seconds:.0f} s to go"

    def say(self, text: str) -> None:
        """Print one line without disturbing the bar."""
        if not self._enabled:
            return
        if self._bar is not None:
            self._bar.write(text, file=sys.stderr)
        else:
            print(text, file=sys.stderr, flush=True)
