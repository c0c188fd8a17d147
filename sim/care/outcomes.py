"""What care is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.record.declared import harm, interval


@dataclass(frozen=True, kw_only=True)
class CareOutcomes:
    """Staging and first care."""

    ems_staged_s: Annotated[float | None, interval("Start to medics staged")]
    first_care_first_s: Annotated[
        float | None, interval("Start to first care, first patient", needs_patient=True)
    ]
    first_care_median_s: Annotated[
        float | None, interval("Start to first care, median patient", needs_patient=True)
    ]


@dataclass(frozen=True, kw_only=True)
class WayOutOutcomes:
    """The way of patients out."""

    last_patient_out_s: Annotated[float | None, interval("Start to last patient out", needs_patient=True)]


@dataclass(frozen=True, kw_only=True)
class SurvivalOutcomes:
    """Who lives by the response.

    `survivable_deaths_averted` is how many reach hospital alive who would have died without any care, never
    more than the survivable class; it is known once medics are inside, and missing till then. It has no
    better side: it rises with better care, and with more people who need it. It is no objective.
    """

    survivable_deaths_averted: Annotated[int | None, harm("Survivable deaths averted", "persons", None)]
