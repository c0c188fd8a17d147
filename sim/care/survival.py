"""Severity and survival of the injured: who can be saved at all, and until when.

An injury is minor, delayed, immediate or not survivable, as in triage. Without any care those die who are
not survivable, and a part of the immediate: the survivable class. It is made so large that its share of
these deaths is the published one, drawn once per run; that is the ceiling of all care. Whoever is in it
bleeds for a drawn time. First care (a bystander, an officer, a medic) slows the bleeding from then on; who
reaches hospital before the time is over lives. All others live or die whatever the response does.

Every draw is the person's own, so under two policies the same person has the same severity and the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.care.outcomes import SurvivalOutcomes
from sim.clock import to_seconds
from sim.incident import Incident
from sim.streams import OpenDraws, Stream


class Severity(IntEnum):
    """Categories of triage, in the order of the keyed number that decides."""

    MINOR = 0
    DELAYED = 1
    IMMEDIATE = 2
    NOT_SURVIVABLE = 3


class Survival:
    """Severity and survival of one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    """

    def __init__(self, incident: Incident) -> None:
        self._incident = incident
        table = incident.parameters
        shares = [table.table("medical.severity_share", category.name.lower()) for category in Severity]
        of_deaths = incident.drawn(
            "medical.survivable_share_of_deaths", Stream.SURVIVABLE_SHARE, "survivable class"
        )
        # s of the deaths are survivable if (class) : (not survivable) = s : (1 - s).
        survivable = of_deaths / (1.0 - of_deaths) * shares[Severity.NOT_SURVIVABLE]
        self._edges = np.cumsum(shares)[:-1]
        self._survivable_from = self._edges[-1] - min(survivable, shares[Severity.IMMEDIATE])

    def severity(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the severity that an injury of each person has or would have, a value of `Severity`."""
        return np.searchsorted(self._edges, self._numbers(rows), side="right").astype(np.int64)

    def is_survivable(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell who dies of an injury without care, and need not with it."""
        numbers = self._numbers(rows)
        found: NDArray[np.bool_] = (numbers >= self._survivable_from) & (numbers < self._edges[-1])
        return found

    def _numbers(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        draws = OpenDraws(self._incident.draws.key)
        return draws.us(Stream.SEVERITY, self._incident.people.id_hash[rows])

    def survivable_class(self) -> NDArray[np.int64]:
        """Return the rows of the injured who are in the survivable class."""
        rows = self._incident.harm.patients()
        return rows[self.is_survivable(rows)]

    def outcomes(
        self, care_ticks: Mapping[int, int], hospital_ticks: Mapping[int, int] | None
    ) -> SurvivalOutcomes:
        """Return who lives by the response; the ticks are those of `deaths_averted`."""
        return SurvivalOutcomes(survivable_deaths_averted=self.deaths_averted(care_ticks, hospital_ticks))

    def deaths_averted(
        self, care_ticks: Mapping[int, int], hospital_ticks: Mapping[int, int] | None
    ) -> int | None:
        """Return how many live who would have died without any care: never more than the survivable class.

        Parameters
        ----------
        care_ticks : mapping of int to int
            Tick of first care by row of the patient.
        hospital_ticks : mapping of int to int or None
            Tick of the arrival at hospital by row of the patient; None while no medics are inside, since
            nobody knows yet.

        Returns
        -------
        int or None
            Deaths averted (persons). None where it is not known, which does not depend on who is injured.
        """
        if hospital_ticks is None:
            return None
        rows = self.survivable_class().tolist()
        return sum(self._lives(row, care_ticks.get(row), hospital_ticks.get(row)) for row in rows)

    def _lives(self, row: int, care_tick: int | None, hospital_tick: int | None) -> bool:
        if hospital_tick is None:
            return False
        incident, injured = self._incident, self._incident.harm.injured_ticks[row]
        bleeding_s = incident.drawn(
            "medical.exsanguination_time", Stream.BLEEDING_TIME, incident.people.entity(row)
        )
        care_s = None if care_tick is None else to_seconds(care_tick - injured)
        until_s = lives_for_s(bleeding_s, care_s, incident.parameters.value("aid.slowdown"))
        return to_seconds(hospital_tick - injured) < until_s


def lives_for_s(bleeding_s: float, care_s: float | None, slowdown: float) -> float:
    """Return how long somebody of the survivable class lives without a hospital (s after the injury).

    Parameters
    ----------
    bleeding_s : float
        Time to bleed to death without any care (s after the injury).
    care_s : float or None
        First care (s after the injury), None without any; after death it comes too late.
    slowdown : float
        What care multiplies the time that is left with.
    """
    if care_s is None or care_s >= bleeding_s:
        return bleeding_s
    return care_s + slowdown * (bleeding_s - care_s)
