"""The incident clock: an integer number of ticks, and an agenda of what happens at which tick.

Every time in a run is an integer tick, so a delay that a policy adds shifts what follows by exactly
that delay, and running second by second or from event to event gives the same bits.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any, Self

TICK_S = 0.05
"""Length of one tick (s). docs/performance.md holds the convergence table, and what it still misses."""

TICKS_PER_S = 20


def to_ticks(duration_s: float) -> int:
    """Return the whole number of ticks nearest to a duration.

    Parameters
    ----------
    duration_s : float
        Duration (s), not negative.

    Returns
    -------
    int
        Ticks of `TICK_S` seconds.
    """
    return round(duration_s * TICKS_PER_S)


def to_seconds(tick: int) -> float:
    """Return the time of a tick in seconds since the start of the incident."""
    return tick / TICKS_PER_S


def interval_s(start: int | None, tick: int | None) -> float | None:
    """Return the interval between two ticks (s), None where one of them is missing."""
    return None if start is None or tick is None else to_seconds(tick - start)


class Due(list[Any]):
    """One entry of an agenda, a handle to whoever put it down: tick, number, action and arguments.

    A list, because a heap compares its entries thousands of times in a run and lists compare in C.
    """

    @classmethod
    def of(cls, tick: int, number: int, action: Callable[..., None], arguments: tuple[Any, ...]) -> Self:
        """Return an entry; numbers differ, so that actions are never compared."""
        return cls((tick, number, action, arguments))

    def cancel(self) -> None:
        """Take it off the agenda; what has been carried out already stays so."""
        self[2] = None


class Agenda:
    """What is due, in order of tick and, within a tick, in the order in which it was put down.

    Records hold strong references to their callbacks: a queue of weak references silently drops local
    functions (Mesa's own event list does).
    """

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._numbers = count()

    def __len__(self) -> int:
        return sum(entry[2] is not None for entry in self._heap)

    def at(self, tick: int, action: Callable[..., None], *arguments: Any) -> Due:
        """Put down `action(*arguments)` for a tick; return the entry, which can be cancelled.

        Actions are bound methods or functions, and arguments values: a closure would keep the parts of the
        model that it was made in, and a copy of the model would act on the original.
        """
        entry = Due.of(tick, next(self._numbers), action, arguments)
        heapq.heappush(self._heap, entry)
        return entry

    def next_tick(self, limit: int) -> int:
        """Return the tick of the earliest entry, or `limit` when that comes first."""
        while self._heap and self._heap[0][2] is None:
            heapq.heappop(self._heap)
        return min(self._heap[0][0], limit) if self._heap else limit

    def run_due(self, tick: int) -> None:
        """Carry out everything that is due by `tick`, also what these actions put down for it."""
        while self._heap and self._heap[0][0] <= tick:
            _, _, action, arguments = heapq.heappop(self._heap)
            if action is not None:
                action(*arguments)
