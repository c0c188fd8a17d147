"""Movement alone, without an incident: drills, egress studies, verification, outside test kits.

    from sim import crowd

    floor = crowd.Floor([(0, 0), (10, 0), (10, 5), (0, 5)], exits={"east": ((10, 2), (10, 3))})
    result = crowd.run(floor, [crowd.Person((1, 2.5), goal="east")])
    result.finish_s

Bare polygons and buildings are equal here. docs/howto/crowd.md is the page for users.
"""

from sim.crowd.floor import Floor
from sim.crowd.input import CHOICE, NEAREST, DoorEvent, On, Person, Stair, Zone, close, lock, unlock
from sim.crowd.input import open_ as open
from sim.crowd.result import Result, check_walls, run, scatter
from sim.errors import CrowdError, NoWayWarning

__all__ = [
    "CHOICE",
    "NEAREST",
    "CrowdError",
    "DoorEvent",
    "Floor",
    "NoWayWarning",
    "On",
    "Person",
    "Result",
    "Stair",
    "Zone",
    "check_walls",
    "close",
    "lock",
    "open",
    "run",
    "scatter",
    "unlock",
]
