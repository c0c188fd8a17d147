"""Medical care: medics in staging, the rescue task force, and first care per patient.

Under `ems.policy = all_clear` medics wait in staging until the building is declared clear; officers may
give first aid after contact; a rescue task force (RTF) works in the warm zone under escort. The teams of
medics give first care to everybody before they carry anybody out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.care.outcomes import CareOutcomes
from sim.clock import TICKS_PER_S, interval_s, to_seconds, to_ticks
from sim.incident import Incident
from sim.record.timeline import EMS_PATIENT_CONTACT, EMS_STAGED
from sim.streams import Stream


class Medical:
    """Staging and first care of one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_inside : callable
        Called when medics are inside: tick at which each team is done with first care, rows of the patients
        in the order in which they are reached, and tick at which first care of each is done.
    command_factor : callable
        Returns what the command multiplies the forming of the rescue task force with; always 1 without one.
    """

    def __init__(
        self,
        incident: Incident,
        on_inside: Callable[[Sequence[int], Sequence[int], Sequence[int]], None],
        command_factor: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self._incident, self._on_inside = incident, on_inside
        self._command_factor = command_factor
        self.staged_tick: int | None = None
        self.care_ticks: list[int] = []
        self.first_ticks: dict[int, int] = {}
        self._has_begun = self._are_medics_inside = False
        self._order: list[int] = []
        self._cared_ticks: list[int] = []

    def reported(self) -> None:
        """Start the way of the ambulances at the first report."""
        incident = self._incident
        delay_s = incident.drawn_travel_s("ems.arrival", Stream.EMS_ARRIVAL, "ems")
        incident.agenda.at(incident.tick + to_ticks(delay_s), self._stage)

    def _stage(self) -> None:
        self.staged_tick = self._incident.tick
        self._incident.stamp(EMS_STAGED, who="medics")

    def contact_made(self) -> None:
        """Start first care by officers or by the rescue task force, where the policy has one."""
        incident = self._incident
        level = incident.policy["ems.policy"]
        if level == "officer_first_aid":
            delay = incident.drawn_ticks("aid.officer_start_delay", Stream.FIRST_AID, "officers")
            incident.agenda.at(incident.tick + delay, self._care, "officers", 1)
        elif level == "escorted_rtf":
            form_s = incident.drawn("ems.rtf_form_delay", Stream.RTF_FORM, "rescue task force")
            delay = to_ticks(form_s * incident.training_factor() * self._command_factor())
            staged = self.staged_tick if self.staged_tick is not None else incident.tick
            due = max(incident.tick, staged) + delay + self._walk_ticks()
            incident.agenda.at(due, self._care, "rescue task force", self._n_teams())

    def all_clear(self) -> None:
        """Let the medics in from staging, unless the rescue task force went in before."""
        if self._has_begun and self._incident.policy["ems.policy"] != "officer_first_aid":
            return
        staged = self.staged_tick if self.staged_tick is not None else self._incident.tick
        due = max(self._incident.tick, staged) + self._walk_ticks()
        self._incident.agenda.at(due, self._care, "medics", self._n_teams())

    def _walk_ticks(self) -> int:
        """Return how long medics walk from the staging area, at the mean speed of adults (ticks)."""
        distance_m = self._incident.policy.number("ems.staging")
        return to_ticks(distance_m / self._incident.parameters.value("move.adult_walk"))

    def _n_teams(self) -> int:
        return int(self._incident.parameters.value("ems.teams"))

    def _care(self, who: str, n_teams: int) -> None:
        """Let teams reach patients one after another; medics then carry them out in the same order."""
        free_at = [self._incident.tick] * n_teams
        if not self._has_begun:
            self._has_begun = True
            self._reach_patients(free_at)
            if self.care_ticks:
                self._incident.agenda.at(self.care_ticks[0], self._stamp_care, who)
        if who != "officers" and not self._are_medics_inside:
            self._are_medics_inside = True
            self._on_inside(free_at, self._order, self._cared_ticks)

    def _reach_patients(self, free_at: list[int]) -> None:
        """Give first care in the order of the patients' keyed numbers, by the team that is free first."""
        incident = self._incident
        patients = incident.harm.patients()
        numbers = incident.draws.us(Stream.CASUALTY_HANDLING, incident.people.id_hash[patients])
        handling_s = np.asarray(incident.parameters.quantile("ems.casualty_handling", numbers))
        # An order of its own: by the numbers of the handling times the shortest would come first.
        order = incident.draws.us(Stream.CARE_ORDER, incident.people.id_hash[patients])
        for k in np.argsort(order, kind="stable"):
            team = int(np.argmin(free_at))
            self.care_ticks.append(free_at[team])
            self._first_care(int(patients[k]), free_at[team])
            free_at[team] += to_ticks(float(handling_s[k]))
            self._order.append(int(patients[k]))
            self._cared_ticks.append(free_at[team])

    def bystander_cares(self, patient: int) -> None:
        """Note that somebody beside a patient has begun care now; the medics still come to that patient."""
        self._first_care(patient, self._incident.tick)

    def _first_care(self, patient: int, tick: int) -> None:
        self.first_ticks[patient] = min(tick, self.first_ticks.get(patient, tick))

    def _stamp_care(self, who: str) -> None:
        self._incident.stamp(EMS_PATIENT_CONTACT, who=who)

    def first_care_s(self) -> tuple[float | None, float | None]:
        """Return the times of first care of the first and of the median patient (s), None without any."""
        first = list(self.first_ticks.values())
        done = [tick for tick in first if tick <= self._incident.horizon_tick]
        if not done:
            return None, None
        median = None
        n_patients = len(self._incident.harm.patients())
        if len(done) * 2 > n_patients:
            later = [self._incident.horizon_tick + 1] * (n_patients - len(first))
            median = float(np.median(first + later)) / TICKS_PER_S
        return to_seconds(min(done)), median

    def outcomes(self) -> CareOutcomes:
        """Return what staging and first care are measured by."""
        first_s, median_s = self.first_care_s()
        return CareOutcomes(
            ems_staged_s=interval_s(0, self.staged_tick),
            first_care_first_s=first_s,
            first_care_median_s=median_s,
        )
