"""What walkers meet on their way, passed on to whoever sent them."""

from __future__ import annotations

from sim.people.population import People, State
from sim.people.walkers import Event
from sim.protection.locks import Locks
from sim.protection.refuge import Refuge


def pass_on(event: Event, people: People, refuge: Refuge, locks: Locks) -> None:
    """Pass on what a walker met: the goal, or a way that is locked now."""
    if event.kind == "arrived":
        row = event.row
        at_door = refuge.arrived(row) or locks.arrived(row)
        if not at_door and people.state[row] == State.SHELTERED:
            refuge.settle(row)
    elif event.kind == "blocked" and event.door >= 0:
        refuge.knock(event.row, event.door)
    elif event.kind == "blocked":
        refuge.seek_shelter(event.row)
