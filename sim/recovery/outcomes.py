"""What the recovery is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.record.declared import count, info, interval


@dataclass(frozen=True, kw_only=True)
class RecoveryOutcomes:
    """All-clear and release."""

    all_clear_s: Annotated[float | None, interval("Start to all-clear")]
    released_median_s: Annotated[float | None, interval("Start to release, median occupant")]
    accounted_s: Annotated[float | None, interval("Start to everybody accounted for")]


@dataclass(frozen=True, kw_only=True)
class ReunificationOutcomes:
    """The hand-over of pupils."""

    reunification_start_s: Annotated[float | None, interval("Start to reunification opens")]
    reunification_end_s: Annotated[float | None, interval("Start to reunification over")]


@dataclass(frozen=True, kw_only=True)
class HeadCountOutcomes:
    """Who was there, and who was counted."""

    people: Annotated[int, info("People present at the start", "persons")]
    accounted_people: Annotated[int, count("People accounted for", "persons")]
