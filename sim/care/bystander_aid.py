"""Bystander aid: bleeding control by whoever is beside a patient, with a kit and perhaps with training.

Under `aid.bystander = kits` some rooms have a bleeding-control kit; under `kits_and_training` some of the
staff have learned to use it and begin sooner. Somebody helps once they are not exposed themselves. Aid is
first care and nothing else: it changes neither who is hurt nor what the medics do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.clock import to_ticks
from sim.incident import Incident
from sim.people.population import Role, State
from sim.streams import Stream


class BystanderAid:
    """First care by bystanders in one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_care : callable
        Called with a patient's row when a bystander begins care.
    """

    def __init__(self, incident: Incident, on_care: Callable[[int], None]) -> None:
        self._incident, self._on_care = incident, on_care
        self._begun: set[int] = set()

    @property
    def _level(self) -> str:
        return str(self._incident.policy["aid.bystander"])

    def look_round(self) -> None:
        """Let people turn to the patients beside them, where it is quiet now and a kit is in the room."""
        if self._level == "none":
            return
        incident = self._incident
        for row in map(int, incident.harm.patients()):
            if row not in self._begun:
                helpers = self._helpers(row)
                if len(helpers) and self._has_kit(int(incident.people.space[row])):
                    self._begun.add(row)
                    delay_s = self._delay_s(row, self._has_trained(helpers))
                    incident.agenda.at(incident.tick + to_ticks(delay_s), self._on_care, row)

    def _helpers(self, patient: int) -> np.ndarray:
        """Return the rows of the uninjured people in a patient's space who are not exposed now."""
        people, arrays = self._incident.people, self._incident.people.arrays
        beside = people.space == people.space[patient]
        able = (arrays.may_walk == 1) & (arrays.exposed == 0) & (people.state != State.OUT)
        return np.flatnonzero(beside & able)

    def _has_kit(self, space: int) -> bool:
        incident = self._incident
        u = incident.draws.u(Stream.BYSTANDER_KIT, incident.nav.space_ids[space])
        return u < incident.parameters.value("aid.kit_share")

    def _has_trained(self, helpers: np.ndarray) -> bool:
        """Tell whether one of the helpers is a member of staff who has been trained."""
        if self._level != "kits_and_training":
            return False
        people = self._incident.people
        staff = helpers[people.role[helpers] == Role.STAFF]
        numbers = self._incident.draws.us(Stream.BYSTANDER_TRAINED, people.id_hash[staff])
        return bool((numbers < self._incident.parameters.value("aid.trained_share")).any())

    def _delay_s(self, patient: int, is_trained: bool) -> float:
        """Draw the time to first care (s): one number per patient, so that training only shortens it."""
        incident = self._incident
        u = incident.draws.u(Stream.BYSTANDER_START, incident.people.entity(patient))
        untrained_s = float(incident.parameters.quantile("aid.start_delay", u))
        if not is_trained:
            return untrained_s
        return min(untrained_s, float(incident.parameters.quantile("aid.start_delay_trained", u)))
