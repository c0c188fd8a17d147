"""Incident command: when an incident commander, or a unified command, is established, and its gate.

Under `entry.wait_for_command` nobody enters before command is established and has ordered entry. While
nobody is in command, officers on scene may take an event that has fallen silent for a barricaded subject;
everybody waits then, however many they are, until somebody orders entry after all (`stall.end`). A unified
command takes over from the first commander; once it is in place the rescue task force forms sooner and rooms
are released and counted sooner, because nobody waits for another agency's word. A command post that the
school resource team (SRT) sits in (`command.joint`) takes over, orders entry and calls the roll faster;
agencies that train together establish it faster.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.clock import interval_s, to_ticks
from sim.incident import Incident
from sim.record.timeline import COMMAND_ESTABLISHED, MISCLASSIFIED
from sim.response.deployment import handover_ticks, overload_factor
from sim.response.outcomes import CommandOutcomes
from sim.streams import Stream


class Command:
    """Incident command of one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_order : callable
        Called without arguments when command orders entry.
    """

    def __init__(self, incident: Incident, on_order: Callable[[], None]) -> None:
        self._incident = incident
        self._on_order = on_order
        self.established_tick: int | None = None
        self.in_place_tick: int | None = None
        self.order_tick: int | None = None
        self._n_officers = 0
        self._is_silent = False
        self._stalled_until = 0

    def officer_arrived(self, n_on_scene: int) -> None:
        """Count an officer whom command will have to lead; the first one starts the clock."""
        self._n_officers = n_on_scene
        if n_on_scene == 1:
            self.first_officer_arrived()
            self._judge()

    def first_officer_arrived(self) -> None:
        """Start the clock of establishment; without a commander the gate opens only after the stall."""
        incident = self._incident
        if incident.policy["command.type"] == "none":
            stall = incident.drawn_ticks("stall.end", Stream.STALL_END, "command")
            incident.agenda.at(incident.tick + stall, self._order)
            return
        median_s = incident.policy.number("command.establish_time")
        default_s = incident.parameters.value("command.establish_time")
        drawn_s = incident.drawn("command.establish_time", Stream.COMMAND_ESTABLISH, "command")
        delay_s = drawn_s * median_s / default_s * incident.training_factor()
        incident.agenda.at(incident.tick + to_ticks(delay_s), self._establish)

    def contact_lost(self) -> None:
        """Note that the event fell silent; officers on scene judge that now, others when they arrive."""
        self._is_silent = True
        self._judge()

    def _judge(self) -> None:
        """Take a silent event for a barricaded subject, if nobody is in command to know better."""
        incident = self._incident
        if not self._is_silent or not self._n_officers or self.established_tick is not None:
            return
        if not incident.policy.waits_for_command or self.order_tick is not None:
            return
        if self.misclassifies():
            incident.stamp(MISCLASSIFIED, who="officers on scene")
            self._stalled_until = incident.tick + incident.drawn_ticks(
                "stall.end", Stream.STALL_END, "command"
            )

    def misclassifies(self) -> bool:
        """Tell whether this silence is taken for a barricade."""
        share = self._incident.parameters.value("command.misclassify_barricade")
        return self._incident.draws.u(Stream.MISCLASSIFY, "command") < share

    def _establish(self) -> None:
        incident = self._incident
        self.established_tick = incident.tick
        incident.stamp(COMMAND_ESTABLISHED, who="incident commander")
        if incident.policy["command.type"] == "unified":
            due = incident.tick + round(handover_ticks(incident, self._n_officers) * self.joint_factor())
            incident.agenda.at(due, self._take_over)
        else:
            self.in_place_tick = incident.tick
        wait_s = incident.drawn("entry.command_wait", Stream.ENTRY_COMMAND_WAIT, "command")
        wait = to_ticks(wait_s * self.joint_factor() * overload_factor(incident, self._n_officers))
        incident.agenda.at(incident.tick + wait, self._order)

    def _take_over(self) -> None:
        self.in_place_tick = self._incident.tick
        self._incident.stamp(COMMAND_ESTABLISHED, who="unified command")

    def joint_factor(self) -> float:
        """Return what `command.joint` multiplies the delays of a command post with; 1 while there is none."""
        if self.established_tick is None:
            return 1.0
        incident = self._incident
        return incident.parameters.table("command.joint_multiplier", str(incident.policy["command.joint"]))

    def unified_factor(self) -> float:
        """Return what a unified command in place multiplies delays between agencies with; else 1."""
        incident = self._incident
        if incident.policy["command.type"] != "unified" or self.in_place_tick is None:
            return 1.0
        return incident.parameters.value("command.unified_multiplier")

    def roll_call_factor(self) -> float:
        """Return what the command post multiplies the time of a roll call with."""
        return self.joint_factor() * self.unified_factor()

    def _order(self) -> None:
        """Order entry, unless everybody waits for what is taken for a barricaded subject."""
        if self.order_tick is not None:
            return
        if self._incident.tick < self._stalled_until:
            self._incident.agenda.at(self._stalled_until, self._order)
            return
        self.order_tick = self._incident.tick
        self._on_order()

    def outcomes(self) -> CommandOutcomes:
        """Return what incident command is measured by."""
        return CommandOutcomes(start_to_command_s=interval_s(0, self.in_place_tick))
