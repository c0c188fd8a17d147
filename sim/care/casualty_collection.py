"""The way of patients out: carried to an ambulance by their team, or handed over at a collection point.

Without a casualty collection point (CCP) a team stays with its patient until an ambulance takes over. A
planned one is set up when patients outnumber teams (a mass casualty incident, MCI); once it works,
its own crews take over half-way and the team turns back at once. Nothing here knows where a patient lies.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.care.outcomes import WayOutOutcomes
from sim.clock import to_seconds, to_ticks
from sim.incident import Incident
from sim.record.timeline import FIRST_PATIENT_OUT, LAST_PATIENT_OUT
from sim.streams import Stream

FEW_AMBULANCES_S = 1800.0
"""For this long from the start of the incident (s) there are only `ems.ambulances` (its note: in the first
30 min); from then on mutual aid has an ambulance for every patient."""


class CasualtyCollection:
    """Carrying, collection point, ambulances and transport of one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    """

    def __init__(self, incident: Incident) -> None:
        self._incident = incident
        self.out_ticks: list[int] = []
        self.hospital_ticks: dict[int, int] | None = None

    def medics_inside(self, free_at: Sequence[int], patients: Sequence[int], cared: Sequence[int]) -> None:
        """Take every patient out, in the given order, once medics are inside (now).

        Parameters
        ----------
        free_at : sequence of int
            Tick from which each team of medics can carry.
        patients : sequence of int
            Rows of the patients.
        cared : sequence of int
            Tick at which first care of each patient is done.
        """
        works_at = self._works_at(len(patients), len(free_at))
        self.hospital_ticks = {}
        free_at = list(free_at)
        many_from = to_ticks(FEW_AMBULANCES_S)
        n_ambulances = int(self._incident.parameters.value("ems.ambulances"))
        ambulances = [self._incident.tick] * n_ambulances or [many_from]
        for number, (patient, done) in enumerate(zip(patients, cared, strict=True)):
            team, ambulance = int(np.argmin(free_at)), int(np.argmin(ambulances))
            start, carry_s = max(free_at[team], done), self._carry_s(patient)
            out = max(start + to_ticks(carry_s), min(ambulances[ambulance], many_from))
            away = self._round_trip(number)
            ambulances[ambulance] = out + away
            self.hospital_ticks[patient] = out + away // 2
            is_handed_over = works_at is not None and start >= works_at
            share = self._incident.parameters.value("ems.ccp_carry_share")
            free_at[team] = start + to_ticks(share * carry_s) if is_handed_over else out
            self.out_ticks.append(out)
        if self.out_ticks:
            agenda, stamp = self._incident.agenda, self._incident.stamp
            agenda.at(min(self.out_ticks), stamp, FIRST_PATIENT_OUT)
            agenda.at(max(self.out_ticks), stamp, LAST_PATIENT_OUT)

    def _works_at(self, n_patients: int, n_teams: int) -> int | None:
        """Return the tick from which a planned collection point works, None where none is set up."""
        if self._incident.policy["ems.ccp"] == "none" or n_patients <= n_teams:
            return None
        return self._incident.tick + self._incident.drawn_ticks("ems.ccp_setup", Stream.CCP_SETUP, "ccp")

    def _carry_s(self, patient: int) -> float:
        incident = self._incident
        return incident.drawn("ems.carry_out", Stream.CARRY_OUT, incident.people.entity(patient))

    def _round_trip(self, number: int) -> int:
        """Draw how long the number-th ambulance is away: to hospital and back (ticks)."""
        incident = self._incident
        transport_s = incident.drawn_travel_s("ems.transport", Stream.TRANSPORT, "ambulance", number)
        return to_ticks(2.0 * transport_s)

    def last_out_s(self) -> float | None:
        """Return when the last patient left the scene (s), None if that was not before the horizon."""
        if not self.out_ticks or max(self.out_ticks) > self._incident.horizon_tick:
            return None
        return to_seconds(max(self.out_ticks))

    def outcomes(self) -> WayOutOutcomes:
        """Return what the way of patients out is measured by."""
        return WayOutOutcomes(last_patient_out_s=self.last_out_s())
