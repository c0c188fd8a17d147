"""The hazard: a duration, a fixed published rate and a dwell time, and nothing else.

It is an exogenous clock with a memoryless walk. It has no plan, aim, target or learning; nothing sets,
filters or reports where it starts or is. This file is the only one that knows its space, and gives out
no more than the answers that the rules of the response need (docs/scope.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import to_ticks
from sim.given import disclosure
from sim.given.names import ParameterName
from sim.given.parameters import ParameterTable
from sim.hazard.start import start_places
from sim.incident import Incident
from sim.kernels.sight import visible_spaces
from sim.kernels.types import SightArrays
from sim.streams import OpenDraws, Stream

Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HazardSpec:
    """All that can be said of a hazard: three names of fixed rows of the parameter table.

    Parameters
    ----------
    duration : ParameterName
        Row of the self-end time (s).
    rate : ParameterName
        Row of the exposure rate (events/min), fixed and published.
    dwell : ParameterName
        Row of the mean stay in a space (s).
    """

    duration: ParameterName = "hazard.self_end_time"
    rate: ParameterName = "hazard.exposure_rate"
    dwell: ParameterName = "hazard.dwell"


def _start(incident: Incident, draws: OpenDraws) -> int:
    """Draw the space that it starts in: a place with equal weights, then a space of it by area."""
    pool = start_places(incident.nav, is_ours=disclosure.is_ours(incident.scenario.plan))
    place = pool[int(draws.u(Stream.HAZARD_START, "hazard") * len(pool))]
    reach_m2 = np.cumsum(incident.nav.area_m2[place])
    u = draws.u(Stream.HAZARD_START_SPACE, "hazard")
    return place[int(np.searchsorted(reach_m2, u * reach_m2[-1], side="right"))]


class Hazard:
    """One hazard in one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    spec : HazardSpec
        The three rows that describe it.
    on_move : callable
        Called without arguments after it changed its space.
    on_end : callable
        Called without arguments when its own clock ends it.
    """

    def __init__(
        self,
        incident: Incident,
        spec: HazardSpec,
        on_move: Callable[[], None],
        on_end: Callable[[], None],
    ) -> None:
        self._incident = incident
        self._on_move, self._on_end = on_move, on_end
        table: ParameterTable = incident.parameters
        self._draws = draws = OpenDraws(incident.draws.key)
        self._mean_gap_s = 60.0 / table.value(spec.rate)
        self._dwell_s = table.value(spec.dwell)
        self._reference_people = table.value("hazard.reference_people")
        self._end_tick = max(
            1, to_ticks(float(table.quantile(spec.duration, draws.u(Stream.HAZARD_END, "hazard"))))
        )
        self._space = _start(incident, draws)
        self._visible = np.zeros(incident.nav.n_spaces, dtype=np.uint8)
        self._moves = 0
        self._candidates = 0
        self.is_active = False
        self.injury_events = 0

    def start(self) -> None:
        """Start its clocks: its own end, the walk and the candidate events."""
        # It came into a room through a door, so that room is not locked at the start: there is never a
        # hazard in a locked room, and a ring of a locked door can be ignored without exception.
        if self._incident.nav.is_room[self._space]:
            self._incident.doors.unlock_space(self._space)
        self.is_active = True
        self._incident.agenda.at(self._end_tick, self._self_end)
        self._look()
        self._wind_door_clocks()
        self._next_candidate(0.0)

    def is_in(self, space: int) -> bool:
        """Tell whether a space holds the hazard or, once it is over, held it when it ended."""
        return space == self._space

    def sight(self) -> SightArrays:
        """Return what the movement kernel needs to tell who is exposed."""
        nav, doors = self._incident.nav, self._incident.doors
        x, y = nav.inner_point(self._space)
        row = self._space if self.is_active else -1
        return SightArrays(self._visible, doors.see_through, x, y, row)

    def look_again(self) -> None:
        """Recompute which spaces are in sight after a door changed."""
        if self.is_active:
            self._look()

    def walking_distances_m(
        self,
        space: NDArray[np.int32],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        within_m: float = np.inf,
    ) -> Metres:
        """Return how far signs of it have to go to some points, doors muffling them (m).

        Parameters
        ----------
        space : int32[n]
            Rows of the spaces that the points lie in.
        x, y : float64[n]
            Positions (m).
        within_m : float
            Farther spaces are not looked at: points in them are infinitely far (m).

        Returns
        -------
        float64[n]
            Walking distances (m).
        """
        nav, doors = self._incident.nav, self._incident.doors
        muffle_m = self._incident.parameters.value("notify.door_muffle")
        extra = doors.closed.astype(np.float64) * muffle_m
        point = nav.inner_point(self._space)
        field = nav.field(nav.everywhere_passable(), [self._space], goal_point=point, door_extra=extra)
        here = space == self._space
        near = np.flatnonzero(~here & (nav.least_distances(field)[space] <= within_m))
        distances: Metres = np.full(len(space), np.inf)
        distances[near] = nav.distances(nav.everywhere_passable(), field, space[near], x[near], y[near])
        distances[here] = np.hypot(x[here] - point[0], y[here] - point[1])
        return distances

    def wing(self) -> str:
        """Return the wing that a report would name now; only reports to officers use it."""
        return self._incident.nav.wing[self._space]

    def stop(self) -> None:
        """End it, or contain it: no walk, no candidates and nobody exposed from here on."""
        if self.is_active:
            self.is_active = False
            self._incident.harm.refresh_exposure(self.sight())

    # -- the walk -----------------------------------------------------------------------------

    def _wind_door_clocks(self) -> None:
        """Start one keyed exponential clock per door that leads inside (mean dwell x number of doors)."""
        ways = self._incident.nav.inside_ways(self._space)
        for door, beyond in ways:
            self._wind(door, beyond, len(ways), self._moves, 0)

    def _wind(self, door: int, beyond: int, n_doors: int, visit: int, ring: int) -> None:
        incident = self._incident
        u = self._draws.u(Stream.HAZARD_DOOR, incident.nav.door_ids[door], visit * 4096 + ring)
        wait_s = -self._dwell_s * n_doors * float(np.log1p(-u))
        incident.agenda.at(
            incident.tick + max(1, to_ticks(wait_s)), self._ring, door, beyond, n_doors, visit, ring
        )

    def _ring(self, door: int, beyond: int, n_doors: int, visit: int, ring: int) -> None:
        if not self.is_active or visit != self._moves:
            return
        if self._incident.doors.locked[door]:
            self._wind(door, beyond, n_doors, visit, ring + 1)
            return
        self._space = beyond
        self._moves += 1
        self._look()
        self._wind_door_clocks()
        self._on_move()

    # -- exposure ------------------------------------------------------------------------------

    def _look(self) -> None:
        nav, doors = self._incident.nav, self._incident.doors
        x, y = nav.inner_point(self._space)
        visible_spaces(nav.arrays, doors.see_through, self._space, x, y, self._visible)
        self._incident.harm.refresh_exposure(self.sight())

    def _next_candidate(self, after_s: float) -> None:
        """Put down the next candidate of the keyed Poisson process; its times know no policy."""
        u = self._draws.u(Stream.HAZARD_CANDIDATE, "hazard", self._candidates)
        at_s = after_s - self._mean_gap_s * float(np.log1p(-u))
        self._incident.agenda.at(max(1, to_ticks(at_s)), self._candidate, self._candidates, at_s)
        self._candidates += 1

    def _candidate(self, number: int, at_s: float) -> None:
        if not self.is_active:
            return
        harm, draws = self._incident.harm, self._draws
        exposed = harm.exposed_rows()
        u = draws.u(Stream.HAZARD_COUNTS, "hazard", number)
        if u < min(1.0, len(exposed) / self._reference_people):
            numbers = draws.us(Stream.HAZARD_PICK, self._incident.people.id_hash[exposed], number)
            harm.injure(int(exposed[int(np.argmin(numbers))]))
            self.injury_events += 1
        self._next_candidate(at_s)

    def _self_end(self) -> None:
        if self.is_active:
            self.stop()
            self._on_end()
