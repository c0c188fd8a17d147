"""Drives a crowd without an incident, and looks at every tick."""

from __future__ import annotations

import numpy as np

from sim.given.parameters import ParameterTable
from sim.kernels.types import PeopleArrays, SightArrays
from sim.people.population import People
from sim.people.walkers import Walkers
from sim.place.compile import compile_plan
from sim.place.doors import DoorState


def no_sight(nav):
    """Return a point of sight that sees nobody."""
    none = np.zeros(nav.n_spaces, dtype=np.uint8)
    return SightArrays(none, np.zeros(nav.n_doors, dtype=np.uint8), 0.0, 0.0, -1)


def people_at(nav, places, speed=1.3, radius=0.2):
    """Return people at rest at places (space row, x, y)."""
    n = len(places)
    arrays = PeopleArrays.new(n)
    arrays.space[:] = [space for space, _, _ in places]
    arrays.x[:] = [x for _, x, _ in places]
    arrays.y[:] = [y for _, _, y in places]
    arrays.speed[:], arrays.radius[:] = speed, radius
    walk = np.broadcast_to(np.asarray(speed, dtype=float), (n,)).copy()
    none = np.zeros(n, dtype=np.int32)
    return People(
        arrays, np.arange(n, dtype=np.uint64), none.astype(np.int8), none - 1, none - 1, walk, walk.copy(),
        none.astype(np.int64) - 1, [], np.zeros(0, dtype=np.int64), none[:0], none[:0].astype(np.uint64), n,
    )  # fmt: skip


def crowd_of(nav, people):
    """Return a crowd with all doors unlocked."""
    return Walkers(nav, people, DoorState(nav), ParameterTable.default())


def spread(nav, n, seed=0, spaces=None):
    """Return n places spread over the standing places of a plan."""
    rng = np.random.default_rng(seed)
    rows = spaces if spaces is not None else nav.indoor
    spots = [
        (s, nav.spot_x[k], nav.spot_y[k]) for s in rows for k in range(nav.spot_ptr[s], nav.spot_ptr[s + 1])
    ]
    chosen = rng.permutation(len(spots))[:n]
    return [spots[k] for k in chosen]


def evacuation(plan, n, seed=0, speed=1.3, limit_s=1800.0, watch=None, spaces=None):
    """Send n people out; return (people, seconds until the last is out or None)."""
    nav = compile_plan(plan)
    people = people_at(nav, spread(nav, n, seed, spaces), speed)
    crowd = crowd_of(nav, people)
    crowd.walk_out(np.arange(people.n))
    tick, sight = 0, no_sight(nav)
    step = 1 if watch else 200
    while tick < limit_s * 20:
        tick, _ = crowd.advance(tick, tick + step, sight)
        if watch:
            watch(nav, people, crowd)
        if (people.arrays.out_tick >= 0).all():
            return people, crowd, people.arrays.out_tick.max() / 20.0
    return people, crowd, None
