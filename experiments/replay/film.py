"""The clock of a replay: positions at their own pace, then the rest of the timeline in compressed time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.record.timeline import ALL_CLEAR, EMS_PATIENT_CONTACT

if TYPE_CHECKING:
    from experiments.replay.scene import ReplayRun

TAIL_SHARE = 0.25
TAIL_LEAST_S = 60.0
"""What follows the positions takes a quarter of their length, and at least a minute of the film's seconds."""


@dataclass(frozen=True)
class Film:
    """How the seconds of the film lie over the seconds of the incident.

    Attributes
    ----------
    positions_s : float
        Until here both clocks are one (s).
    end_s : float
        Time of the incident at which the film ends (s).
    length_s : float
        Length of the film (s).
    """

    positions_s: float
    end_s: float
    length_s: float

    def time_s(self, film_s: float) -> float:
        """Return the time of the incident at a second of the film."""
        if film_s <= self.positions_s or self.length_s <= self.positions_s:
            return film_s
        part = (film_s - self.positions_s) / (self.length_s - self.positions_s)
        return self.positions_s + part * (self.end_s - self.positions_s)


def film_of(runs: Sequence[ReplayRun]) -> Film:
    """Return the film of some runs: it ends with the last all-clear and the last first care among them.

    Positions end a while after first contact; what a policy changes afterwards would not be seen without it.
    """
    positions_s = max((run.recording.duration_s for run in runs), default=0.0)
    last_s = max(
        (row.time_s for run in runs for row in run.timeline if row.event in (ALL_CLEAR, EMS_PATIENT_CONTACT)),
        default=0.0,
    )
    if last_s <= positions_s:
        return Film(positions_s, positions_s, positions_s)
    return Film(positions_s, last_s, positions_s + max(TAIL_LEAST_S, TAIL_SHARE * positions_s))
