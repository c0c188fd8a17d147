"""Who is in open sight of a fixed point and for how long: accounts that change at changes, never per tick."""

from __future__ import annotations

from sim.kernels._jit import kernel
from sim.kernels.sight import can_see
from sim.kernels.types import NavArrays, PeopleArrays, SightArrays

SECURED, OUT = 4, 6


@kernel
def see_one(nav: NavArrays, people: PeopleArrays, sight: SightArrays, row: int, tick: int) -> None:
    """Re-evaluate whether a person is in open sight of the fixed point, and keep the account of time."""
    value = 0
    state = people.state[row]
    if sight.space >= 0 and state != SECURED and state != OUT and people.may_walk[row] == 1:
        visible = sight.visible[people.space[row]]
        if visible == 2 or (
            visible == 1
            and can_see(
                nav,
                sight.see_through,
                sight.space,
                sight.x,
                sight.y,
                people.space[row],
                people.x[row],
                people.y[row],
            )
        ):
            value = 1
    if value != people.exposed[row]:
        if value == 1:
            people.exposed_since[row] = tick
        else:
            people.exposed_ticks[row] += tick - people.exposed_since[row]
        people.exposed[row] = value


@kernel
def see_all(nav: NavArrays, people: PeopleArrays, sight: SightArrays, tick: int) -> None:
    """Re-evaluate everybody after the fixed point, a door or a state changed."""
    for row in range(people.x.shape[0]):
        if people.exposed[row] == 1 or (sight.space >= 0 and sight.visible[people.space[row]] > 0):
            see_one(nav, people, sight, row, tick)
