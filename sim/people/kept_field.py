"""A field of distances that is kept while doors change: mended after some were shut, else searched anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.fields import mend_field, solve_field
from sim.place.navigation import Navigation
from sim.place.waypoints import BODY_MARGIN_M

_NO_POINT = (-1, 0.0, 0.0)


class KeptField:
    """The field of the ways to the nearest of some spaces, and how it was found.

    Parameters
    ----------
    nav : Navigation
        The compiled plan.
    goals : uint8[n_spaces]
        1 for destinations.
    """

    def __init__(self, nav: Navigation, goals: NDArray[np.uint8]) -> None:
        self._nav, self._goals = nav, goals.copy()
        self._passable: NDArray[np.uint8] | None = None
        self._tree, self._n_reached = nav.empty_tree(), 0
        self._no_extra = np.zeros(nav.n_doors)

    def refresh(self, passable: NDArray[np.uint8], out: NDArray[np.float64]) -> None:
        """Bring the field up to date, which must be as the last call left it.

        Parameters
        ----------
        passable : uint8[n_doors, 2]
            1 where somebody on that side may pass.
        out : float64[n_waypoints + 2 n_doors + 3]
            The field (sim.kernels.fields); mutated.
        """
        if self._passable is None or (passable > self._passable).any():
            arguments = self._goals, _NO_POINT, self._no_extra, BODY_MARGIN_M
            self._n_reached = solve_field(self._nav.arrays, passable, *arguments, out, self._tree)
        else:
            self._n_reached = mend_field(self._nav.arrays, passable, out, self._tree, self._n_reached)
        self._passable = passable.copy()
