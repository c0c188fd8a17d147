"""Signs of the hazard: whom they reach where they are heard or seen, an officer inside among them."""

from __future__ import annotations

import numpy as np

from sim.alert.alerting import Alerting
from sim.hazard.hazard import Hazard
from sim.incident import Incident
from sim.response.security import SecurityOfficer
from sim.response.sro import SchoolResourceOfficer


class Signs:
    """Who hears or sees it, asked whenever it has moved.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    hazard : Hazard
        What the signs are of.
    alerting : Alerting
        The people whom they reach.
    sro, security : SchoolResourceOfficer, SecurityOfficer
        The officers inside whom they reach.
    """

    def __init__(
        self,
        incident: Incident,
        hazard: Hazard,
        alerting: Alerting,
        sro: SchoolResourceOfficer,
        security: SecurityOfficer,
    ) -> None:
        self._incident, self._hazard, self._alerting = incident, hazard, alerting
        self._sro, self._security = sro, security

    def spread(self) -> None:
        """Let signs reach whoever is within hearing or has them in sight."""
        if not self._hazard.is_active:
            return
        people = self._incident.people
        rows, distances_m = self._alerting.without_signs(), np.full(people.n, np.inf)
        distances_m[rows] = self._hazard.walking_distances_m(
            people.space[rows], people.x[rows], people.y[rows], self._alerting.hearing_m
        )
        self._alerting.signs(distances_m, people.arrays.exposed)
        if self._sro.is_inside:
            self._sro.signs(self._at_m(self._sro.space))
        if self._security.is_here:
            self._security.signs(self._at_m(self._security.space))

    def _at_m(self, space: int) -> float:
        """Return how far signs have to go to the inner point of a space (m)."""
        x, y = self._incident.nav.inner_point(space)
        here = np.array([space], dtype=np.int32)
        return float(self._hazard.walking_distances_m(here, np.array([x]), np.array([y]))[0])
