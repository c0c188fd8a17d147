"""Self-deployment: units that come without an assignment, and what they cost a hand-over of command.

Of all units on scene a share came without an assignment: a large one where nobody manages it, a small one
where dispatch assigns and a staging area holds the others. Each unit above the span of control, assigned or
not, lengthens the hand-over of command and the order to enter. Arrivals and search know nothing of them: they
are a count.
"""

from __future__ import annotations

from sim.clock import to_ticks
from sim.incident import Incident
from sim.streams import Stream


def units_on_scene(incident: Incident, n_assigned: int) -> float:
    """Return how many units are on scene, those without an assignment included.

    Parameters
    ----------
    n_assigned : int
        Units that were sent and have arrived.

    Returns
    -------
    float
        `n_assigned / (1 - share)`, and no more than came to the whole incident (`patrol.total_responders`).
    """
    managed = incident.policy["self_deployment"] == "managed"
    share = incident.parameters.value("self_deploy.share_managed" if managed else "self_deploy.share")
    total = incident.drawn("patrol.total_responders", Stream.TOTAL_RESPONDERS, "incident")
    wanted = n_assigned / (1.0 - share) if share < 1.0 else total
    return max(float(n_assigned), min(wanted, total))


def overload_factor(incident: Incident, n_assigned: int) -> float:
    """Return what the units above the span of control multiply delays of command with; 1 while none is."""
    table = incident.parameters
    above = max(0.0, units_on_scene(incident, n_assigned) - table.value("command.span"))
    return 1.0 + table.value("command.overload") * above


def handover_ticks(incident: Incident, n_assigned: int) -> int:
    """Return how long passing command to a unified command takes (ticks)."""
    delay_s = incident.drawn("command.handover_delay", Stream.COMMAND_HANDOVER, "command")
    return to_ticks(delay_s * overload_factor(incident, n_assigned))
