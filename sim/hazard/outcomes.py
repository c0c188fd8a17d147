"""What the hazard did, in numbers without a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.record.declared import harm


@dataclass(frozen=True, kw_only=True)
class HarmOutcomes:
    """Exposure of everybody inside, added up, and the candidates that counted."""

    exposure_person_s: Annotated[float | None, harm("Exposure", "person s")]
    injury_events: Annotated[int | None, harm("Injury events", "events")]


@dataclass(frozen=True, kw_only=True)
class OfficerOutcomes:
    """Officers wounded."""

    responders_injured: Annotated[int | None, harm("Responders injured", "persons")]
