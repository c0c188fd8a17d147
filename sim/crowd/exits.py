"""Which exit a person uses: the nearest by weighted way, or the one that is estimated to be quickest.

The estimate is the way (times the exit's weight) over the person's speed, plus the time in which those who
are nearer to that exit pass it, at `FLOW_PER_M_S`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.crowd.floor import Floor
from sim.crowd.input import positive
from sim.crowd.people import BY_CHOICE, Plans
from sim.crowd.ways import Ways
from sim.errors import CrowdError, closest

FLOW_PER_M_S = 1.2
"""Persons who pass an exit per metre of its clear width and second, as somebody in the queue would guess.

A choice of ours, a little below the 1.3 of the hydraulic model of egress for a level doorway at capacity
(SFPE Handbook of Fire Protection Engineering, "Employing the Hydraulic Model in Assessing Emergency
Movement")."""

LEAST_GAIN = 0.1
"""Another exit is taken only if that saves more than this share of the time."""


def weights_of(floor: Floor, given: Mapping[str, float] | None) -> NDArray[np.float64]:
    """Return the weight of every exit, in the order of names; 1 where none is given."""
    names = list(floor.exits)
    weights = np.ones(len(names))
    for name, value in (given or {}).items():
        if name not in names:
            raise CrowdError(
                f"exit_weights: there is no exit '{name}'.{closest(str(name), names)} There are: "
                f"{', '.join(names) or 'none'}."
            )
        weights[names.index(name)] = positive(f"exit_weights: '{name}'", value)
    return weights


class Exits:
    """Chooses exits for the people of one run.

    Parameters
    ----------
    floor : Floor
        The floor.
    plans : Plans
        The people; exits are their first destinations.
    ways : Ways
        Distances under the present state of the doors.
    weights : float64[n_exits]
        Factors on the ways' lengths.
    """

    def __init__(self, floor: Floor, plans: Plans, ways: Ways, weights: NDArray[np.float64]) -> None:
        self._plans, self._ways, self._weights = plans, ways, weights
        self._capacity = FLOW_PER_M_S * np.array([floor.exit_width_m(name) for name in floor.exits])

    def distances(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return everybody's distance to every exit that the person knows, float64[n_rows, n_exits] (m)."""
        people = self._plans.arrays
        space, x, y = people.space[rows], people.x[rows], people.y[rows]
        n_exits = len(self._weights)
        away = np.full((len(rows), n_exits), np.inf)
        for number in range(n_exits):
            away[:, number] = self._ways.distances(number, space, x, y)
        return np.where(self._plans.knows[rows], away, np.inf)

    def choose(
        self, rows: NDArray[np.int64], now: NDArray[np.int32], walking: NDArray[np.bool_]
    ) -> NDArray[np.int32]:
        """Return an exit for each row, -1 where none can be reached.

        Parameters
        ----------
        rows : int64[n]
            People whose last destination is open, no group cut in two.
        now : int32[n_people]
            The exit that everybody walks to, -1 for none.
        walking : bool[n_people]
            Who is on the way to the exit `now`.
        """
        away = self.distances(rows)
        cost = away * self._weights
        chooses = self._plans.kind[rows] == BY_CHOICE
        if chooses.any():
            cost /= self._plans.arrays.speed[rows][:, None]
            cost[chooses] += self._queues(rows[chooses], away[chooses], now, walking)
        cost = self._per_group(rows, cost)
        best: NDArray[np.int32] = np.argmin(cost, axis=1).astype(np.int32)
        least = cost[np.arange(len(rows)), best]
        held = np.maximum(now[rows], 0)
        before = np.where(now[rows] >= 0, cost[np.arange(len(rows)), held], np.inf)
        stays = chooses & (before < np.inf) & (least >= (1.0 - LEAST_GAIN) * before)
        best[stays] = now[rows][stays]
        best[~np.isfinite(least)] = -1
        return best

    def _queues(
        self,
        rows: NDArray[np.int64],
        away: NDArray[np.float64],
        now: NDArray[np.int32],
        walking: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """Return how long those ahead of each person take to pass each exit, float64[n_rows, n_exits] (s)."""
        people, wait = self._plans.arrays, np.zeros(away.shape)
        for number in range(away.shape[1]):
            there = np.flatnonzero(walking & (now == number))
            if not len(there):
                continue
            theirs = np.sort(
                self._ways.distances(number, people.space[there], people.x[there], people.y[there])
            )
            wait[:, number] = np.searchsorted(theirs, away[:, number], side="left") / self._capacity[number]
        return wait

    def _per_group(self, rows: NDArray[np.int64], cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the members of a group the mean cost of the group, so that they choose the same exit."""
        group = self._plans.group[rows]
        grouped = np.flatnonzero(group >= 0)
        if not len(grouped):
            return cost
        _, number = np.unique(group[grouped], return_inverse=True)
        total = np.zeros((int(number.max()) + 1, cost.shape[1]))
        np.add.at(total, number, cost[grouped])
        cost = cost.copy()
        cost[grouped] = (total / np.bincount(number)[:, None])[number]
        return cost


__all__ = ["Exits", "weights_of"]
