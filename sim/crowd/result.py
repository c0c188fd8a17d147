"""One run of a crowd from people to trajectories: what `sim.crowd.run` takes, does and gives."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from shapely import contains_xy, linestrings

from sim.crowd.doors import check_event
from sim.crowd.exits import weights_of
from sim.crowd.floor import Floor
from sim.crowd.input import (
    DoorEvent,
    Person,
    Point,
    area_of,
    positive,
    whole,
)
from sim.crowd.loop import CrowdRun, Sample
from sim.crowd.no_way import sentence
from sim.crowd.people import plan_people
from sim.errors import CrowdError, NoWayWarning
from sim.people.movement_model import TIME_GAP_S
from sim.streams import Draws, RunKey, Stream

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("id", "time_s", "x_m", "y_m", "level")
MAX_TICK_S = 0.5
_SCATTER_WALL_M = 0.2


@dataclass(frozen=True, eq=False)
class Result:
    """What a run gave.

    Parameters
    ----------
    finish_s : float64[n]
        When each left or reached the last goal (s), nan if not.
    exit_name : list
        The exit that each left by, None for nobody's.
    n_inside : int
        People who had not finished at the end.
    path_m : float64[n]
        Walked length (m), summed up every quarter of a second.
    conflicts : int
        How often somebody who stood still for long was let through with a smaller body.
    every_s, end_s : float
        Interval of the trajectories, and the time at which the run ended (s).
    """

    floor: Floor
    finish_s: NDArray[np.float64]
    exit_name: list[str | None]
    n_inside: int
    path_m: NDArray[np.float64]
    conflicts: int
    every_s: float
    end_s: float
    _samples: list[Sample]
    _tick_s: float

    @cached_property
    def spaces(self) -> NDArray[np.int32]:
        """Row of the space of each row of `array`, int32[n_rows]."""
        return np.concatenate([s.space for s in self._samples]) if self._samples else np.zeros(0, np.int32)

    @cached_property
    def array(self) -> NDArray[np.float64]:
        """Trajectories: float64[n_rows, 5] of id, time (s), x, y (m) and number of the level.

        Rows of one time after the other; a person has rows only while inside. On a stair, positions lie on
        the line between its ends.
        """
        if not self._samples:
            return np.zeros((0, 5))
        who = np.concatenate([s.rows for s in self._samples]).astype(np.float64)
        time = np.concatenate([np.full(len(s.rows), s.tick * self._tick_s) for s in self._samples])
        x, y, level = self.floor.positions(
            self.spaces,
            np.concatenate([s.x for s in self._samples]),
            np.concatenate([s.y for s in self._samples]),
        )
        return np.column_stack([who, np.round(time, 9), x, y, level.astype(np.float64)])

    @cached_property
    def frames(self) -> pd.DataFrame:
        """Trajectories as a table of id, time_s, x_m, y_m and level (its name)."""
        import pandas as pd

        rows = self.array
        table = {"id": rows[:, 0].astype(np.int64)}
        names = np.array(self.floor.levels, dtype=object)
        frame = pd.DataFrame({**table, "time_s": rows[:, 1], "x_m": rows[:, 2], "y_m": rows[:, 3]})
        frame["level"] = names[rows[:, 4].astype(np.int64)] if len(rows) else np.array([], dtype=object)
        return frame

    def to_jupedsim_sqlite(self, path: str | Path, level: str | None = None) -> None:
        """Write the trajectories of one level as JuPedSim does (sqlite, version 2), for PedPy and others."""
        from sim.crowd.trajectories import write_jupedsim_sqlite

        name = self._level(level)
        write_jupedsim_sqlite(path, self.frames, self.floor.walkable(name), self.every_s, level=name)

    def to_text(self, path: str | Path, level: str | None = None) -> None:
        """Write the trajectories of one level as text: id, frame, x, y, z (m)."""
        from sim.crowd.trajectories import write_text

        write_text(path, self.frames, self.every_s, level=self._level(level))

    def _level(self, level: str | None) -> str | None:
        """Return the level to write: the named one, or the only one that anybody was on."""
        if level is not None:
            return self.floor.levels[self.floor.level_of("level", level)]
        used = np.unique(self.array[:, 4]).astype(np.int64)
        return self.floor.levels[used[0]] if len(used) == 1 else None


def run(
    floor: Floor,
    people: Sequence[Person],
    *,
    until_s: float = 600.0,
    every_s: float = 0.5,
    seed: int = 1,
    tick_s: float = 0.05,
    events: Sequence[DoorEvent] = (),
    exit_weights: Mapping[str, float] | None = None,
    time_gap_s: float = TIME_GAP_S,
) -> Result:
    """Let people walk on a floor.

    Parameters
    ----------
    floor : Floor
        The floor; it can be used for many runs.
    people : sequence of Person
        The people; an id is an index into this.
    until_s : float
        The run ends at this time (s), or at the first sample when all have left or reached their last goal.
    every_s : float
        Interval of the trajectories (s), a multiple of `tick_s`.
    seed : int
        Decides who looks for another exit when; the same seed gives the same bytes.
    tick_s : float
        Time step (s).
    events : sequence of DoorEvent
        What happens to doors and exits: `close`, `open`, `lock`, `unlock`.
    exit_weights : mapping
        Factors on the way to an exit where people choose; above 1 is less liked.
    time_gap_s : float
        Time gap that people keep to whoever is ahead (s).

    Returns
    -------
    Result
        Times, exits, lengths and trajectories.

    Warns
    -----
    NoWayWarning
        If somebody has no way to a goal even with all doors open; the people are named.
    """
    until_s, tick_s = positive("until_s", until_s), positive("tick_s", tick_s)
    every, seed = _ticks_between(every_s, tick_s), whole("seed", seed)
    time_gap_s = positive("time_gap_s", time_gap_s)
    plans = plan_people(floor, people)
    weights = weights_of(floor, exit_weights)
    for event in events:
        check_event(floor, event)
    ordered = sorted(events, key=lambda event: (event.at_s, event.name))
    one = CrowdRun(floor, plans, weights, ordered, tick_s, time_gap_s, every, int(seed))
    if len(one.without_way):
        warnings.warn(sentence(floor, plans, one.without_way), NoWayWarning, stacklevel=2)
    one.run(until_s)
    return _result(floor, one, every * tick_s, tick_s)


def _ticks_between(every_s: float, tick_s: float) -> int:
    """Return the ticks from one sample of the trajectories to the next."""
    if tick_s > MAX_TICK_S:
        raise CrowdError(f"tick_s: found {tick_s:g}; allowed are steps of at most {MAX_TICK_S:g} s.")
    every = round(positive("every_s", every_s) / tick_s)
    if every < 1 or abs(every * tick_s - every_s) > 1e-9 * max(1.0, every_s):
        raise CrowdError(f"every_s: found {every_s:g}; give a whole multiple of tick_s ({tick_s:g} s).")
    return every


def _result(floor: Floor, one: CrowdRun, every_s: float, tick_s: float) -> Result:
    name_of = {door: name for name, doors in floor.exits.items() for door in doors}
    finish = np.where(one.finish_tick >= 0, np.round(one.finish_tick * tick_s, 9), np.nan)
    return Result(
        floor=floor,
        finish_s=finish,
        exit_name=[name_of.get(int(door)) for door in one.exit_row],
        n_inside=int((one.finish_tick < 0).sum()),
        path_m=one.path_m,
        conflicts=one.conflicts,
        every_s=every_s,
        end_s=round(one.tick * tick_s, 9),
        _samples=one.samples,
        _tick_s=tick_s,
    )


def scatter(polygon: Any, n: int, seed: int, spacing_m: float = 0.45) -> list[Point]:
    """Return n places in a polygon, at least a spacing apart and 0.2 m off its edge.

    Parameters
    ----------
    polygon : shapely Polygon or sequence of points
        Where to stand (m).
    n : int
        Number of places.
    seed : int
        The same seed gives the same places.
    spacing_m : float
        Least distance from middle to middle (m).

    Raises
    ------
    CrowdError
        If the polygon does not hold so many.
    """
    shape = area_of("scatter", polygon)
    spacing = positive("scatter: spacing_m", spacing_m)
    n = whole("scatter: n", n)
    seed = whole("scatter: seed", seed)
    if seed >= 2**64:
        raise CrowdError(f"scatter: seed: found {seed}; allowed is a whole number below 2**64.")
    draws = Draws(RunKey(seed, 0))
    x0, y0, x1, y1 = shape.bounds
    # Rows of a hexagonal lattice, shifted by the seed: dense enough for a crowd, and never too near.
    shift = draws.us(Stream.CROWD_PLACE, np.arange(2, dtype=np.uint64), 1)
    high = spacing * np.sqrt(3.0) / 2.0
    rows = np.arange(y0 - high * shift[1], y1 + high, high)
    xs = [
        np.arange(x0 - spacing * (shift[0] + 0.5 * (k % 2)), x1 + spacing, spacing) for k in range(len(rows))
    ]
    x, y = np.concatenate(xs), np.repeat(rows, [len(row) for row in xs])
    inside = contains_xy(shape.buffer(-_SCATTER_WALL_M), x, y)
    x, y = x[inside], y[inside]
    if n > len(x):
        raise CrowdError(
            f"scatter: {n} people do not fit at {spacing:g} m; the polygon holds {len(x)}: take fewer, or a "
            "smaller spacing_m."
        )
    order = np.argsort(draws.us(Stream.CROWD_PLACE, np.arange(len(x), dtype=np.uint64)), kind="stable")[:n]
    return [(float(x[k]), float(y[k])) for k in order]


def check_walls(result: Result, floor: Floor) -> int:
    """Return how many steps of the trajectories cross a wall; stairs are left out.

    Exact where the run had `every_s` equal to `tick_s`; with longer intervals a straight line from sample to
    sample may cut a corner that the person walked around.
    """
    rows = result.array
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    rows, spaces = rows[order], result.spaces[order]
    on_level = spaces < floor.layout.n_flat
    same = (rows[1:, 0] == rows[:-1, 0]) & (rows[1:, 4] == rows[:-1, 4]) & on_level[1:] & on_level[:-1]
    same &= (rows[1:, 2:4] != rows[:-1, 2:4]).any(axis=1)
    count = 0
    for level, walls in enumerate(floor.wall_trees):
        mine = np.flatnonzero(same & (rows[:-1, 4] == level))
        if len(mine) and len(walls.geometries):
            steps = linestrings(np.stack([rows[mine, 2:4], rows[mine + 1, 2:4]], axis=1))
            count += len(np.unique(walls.query(steps, predicate="intersects")[0]))
    return count
