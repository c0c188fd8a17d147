"""Standing places of a plan that no way leads out of: whoever stands there stands there for ever."""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np

from sim.errors import NoWayWarning
from sim.place.navigation import Navigation


@lru_cache(maxsize=16)
def spaces_without_way(nav: Navigation) -> tuple[str, ...]:
    """Return the indoor spaces of which some standing place has no way out, even with all doors open.

    The checks of a plan see to it that every space has a door; a wall inside one can still enclose a part.
    """
    space = np.repeat(np.arange(nav.n_spaces, dtype=np.int32), np.diff(nav.spot_ptr))
    is_in = np.isin(space, nav.indoor)
    x, y = nav.spot_x[is_in], nav.spot_y[is_in]
    away_m = nav.distances(nav.everywhere_passable(), nav.field_out, space[is_in], x, y)
    return tuple(nav.space_ids[row] for row in np.unique(space[is_in][~np.isfinite(away_m)]))


def warn_of_no_way(nav: Navigation) -> None:
    """Name the spaces that somebody may stand in without a way out."""
    names = spaces_without_way(nav)
    if names:
        some = ("space " if len(names) == 1 else "spaces ") + ", ".join(names[:8])
        some += f" and {len(names) - 8} more" if len(names) > 8 else ""
        warnings.warn(
            f"plan: no way leads out of a part of {some}, even with all doors open; who stands there will "
            "stay: mend the walls that are drawn inside.",
            NoWayWarning,
            stacklevel=3,
        )
