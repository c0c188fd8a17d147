"""Positions and states of one run at a fixed rate, quantised: what a replay shows and nothing more.

There is no row for a hazard and no state for an injury: an injured person is a person at rest. A recording
is one random draw, and nothing adds recordings up. States are those of `People.shown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from sim.clock import TICKS_PER_S
from sim.errors import RecordingError
from sim.people.population import State

if TYPE_CHECKING:
    from sim.people.population import People
    from sim.place.compile import Navigation

FRAME_S = 0.5
STEP_M = 0.05
"""Positions are whole steps of this size from the recording's origin (m)."""

STATES = tuple(state.name.lower() for state in State)
"""Names of the state codes, in order."""

N_TEAM_ROWS = 5
"""Rows kept for contact teams, after the people."""


@dataclass(frozen=True, eq=False)
class Recording:
    """A recording: one row per person or contact team, one column of frames each.

    Attributes
    ----------
    x, y : int16[n_frames, n_rows]
        Position in steps of `STEP_M` from the origin.
    level : int8[n_frames, n_rows]
        Row of the level, -1 when not in the building.
    state : int8[n_frames, n_rows]
        Index into `states`.
    kinds : tuple of str
        pupil, staff, visitor or officer, per row.
    """

    x: NDArray[np.int16]
    y: NDArray[np.int16]
    level: NDArray[np.int8]
    state: NDArray[np.int8]
    kinds: tuple[str, ...]
    levels: tuple[str, ...]
    origin_x_m: float
    origin_y_m: float
    library_plan: bool
    frame_s: float = FRAME_S
    states: tuple[str, ...] = STATES

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return int(self.x.shape[0])

    @property
    def duration_s(self) -> float:
        """Time of the last frame (s)."""
        return max(0, self.n_frames - 1) * self.frame_s

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recording) and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("x", "y", "level", "state", "kinds", "levels")
        )

    def save(self, path: Path | str) -> None:
        """Write the recording to an `.npz` file."""
        np.savez_compressed(
            path,
            x=self.x,
            y=self.y,
            level=self.level,
            state=self.state,
            kinds=np.array(self.kinds),
            levels=np.array(self.levels),
            states=np.array(self.states),
            frame=np.array([self.origin_x_m, self.origin_y_m, self.frame_s, float(self.library_plan)]),
        )

    @staticmethod
    def load(path: Path | str) -> Recording:
        """Read a recording.

        Raises
        ------
        RecordingError
            If the file is not one.
        """
        try:
            # The file is opened here: numpy leaves it open when its content is broken.
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as content:
                origin_x, origin_y, frame_s, library = (float(v) for v in content["frame"])
                return Recording(
                    x=content["x"],
                    y=content["y"],
                    level=content["level"],
                    state=content["state"],
                    kinds=tuple(str(v) for v in content["kinds"]),
                    levels=tuple(str(v) for v in content["levels"]),
                    states=tuple(str(v) for v in content["states"]),
                    origin_x_m=origin_x,
                    origin_y_m=origin_y,
                    frame_s=frame_s,
                    library_plan=bool(library),
                )
        except (OSError, EOFError, KeyError, TypeError, ValueError, BadZipFile) as problem:
            raise RecordingError(
                f"{path}: this is not a recording ({problem}); run the study again."
            ) from None


class Recorder:
    """Takes frames during a run.

    Parameters
    ----------
    nav : Navigation
        Compiled plan.
    kinds : tuple of str
        Kind of each row, people first.

    Raises
    ------
    RecordingError
        If the plan is too large for positions in 16 bits.
    """

    every_ticks = round(FRAME_S * TICKS_PER_S)

    def __init__(self, nav: Navigation, kinds: tuple[str, ...]) -> None:
        x0, x1, y0, y1 = nav.bounds
        if max(x1 - x0, y1 - y0) / STEP_M > np.iinfo(np.int16).max:
            raise RecordingError(
                f"recording: found a plan {max(x1 - x0, y1 - y0):.0f} m long; at most "
                f"{np.iinfo(np.int16).max * STEP_M:.0f} m can be recorded."
            )
        self._nav, self._kinds = nav, kinds
        self._frames: list[
            tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int8], NDArray[np.int8]]
        ] = []

    @staticmethod
    def of(nav: Navigation, people: People) -> Recorder:
        """Return a recorder for the people of a run and the contact teams that may come."""
        names = ("pupil", "staff", "visitor")
        return Recorder(nav, tuple(names[role] for role in people.role) + ("officer",) * N_TEAM_ROWS)

    def frame(self, nav: Navigation, people: People, teams: Mapping[int, tuple[int, float, float]]) -> None:
        """Take a frame.

        Parameters
        ----------
        nav : Navigation
            Compiled plan.
        people : People
            The people as they are now.
        teams : mapping of int to (space, x, y)
            Contact teams by number, from 1.
        """
        n = people.n
        rows = n + N_TEAM_ROWS
        x, y = np.zeros(rows), np.zeros(rows)
        level, state = np.full(rows, -1, dtype=np.int8), np.full(rows, State.RESPONDER, dtype=np.int8)
        x[:n], y[:n], state[:n] = people.x, people.y, people.shown()
        level[:n] = np.where(state[:n] == State.OUT, -1, nav.space_level[people.space])
        for row in map(int, np.flatnonzero(np.isin(people.space, list(nav.flight_ends)))):
            if state[row] != State.OUT:
                shown = nav.draw_xy(int(people.space[row]), people.x[row], people.y[row])
                level[row], x[row], y[row] = np.int8(shown[0]), shown[1], shown[2]
        for number, (space, tx, ty) in teams.items():
            if 1 <= number <= N_TEAM_ROWS:
                row = n + number - 1
                shown = nav.draw_xy(space, tx, ty)
                level[row], x[row], y[row] = np.int8(shown[0]), shown[1], shown[2]
        here = level >= 0
        unseen = np.flatnonzero((people.state == State.OUT) & (state[:n] != State.OUT))
        x0, _, y0, _ = nav.bounds
        self._frames.append(
            (
                np.where(here, np.round((x - x0) / STEP_M), 0).astype(np.int16),
                np.where(here, np.round((y - y0) / STEP_M), 0).astype(np.int16),
                level,
                state,
            )
        )
        if unseen.size and len(self._frames) > 1:  # out, and not shown as such yet: where they were seen last
            (x0_steps, y0_steps, level0, _), (x_steps, y_steps, level1, _) = self._frames[-2:]
            x_steps[unseen], y_steps[unseen], level1[unseen] = (
                x0_steps[unseen],
                y0_steps[unseen],
                level0[unseen],
            )

    def finish(self, library_plan: bool) -> Recording:
        """Return the recording of the frames so far."""
        columns = [np.stack([frame[k] for frame in self._frames]) for k in range(4)]
        x0, _, y0, _ = self._nav.bounds
        return Recording(
            x=columns[0].astype(np.int16),
            y=columns[1].astype(np.int16),
            level=columns[2].astype(np.int8),
            state=columns[3].astype(np.int8),
            kinds=self._kinds,
            levels=tuple(self._nav.level_ids),
            origin_x_m=x0,
            origin_y_m=y0,
            library_plan=library_plan,
        )
