"""Entry policies: when the first contact team may enter.

An entry policy is a small class that sees an `EntryView`, what officers on scene know and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class EntryView:
    """What officers on scene know when they ask whether to enter. Times are seconds since the start.

    Parameters
    ----------
    now_s : float
        The present time.
    officers_on_scene : int
        How many have arrived.
    first_arrival_s : float
        When the first of them arrived.
    command_order_s : float or None
        When command ordered entry, if it has.
    wanted_team : int
        Officers in a contact team under this policy.
    drawn_s : dict of str to float
        Delays of this run by name of their parameter: `entry.immediate_delay`, `entry.assess_delay`,
        `entry.special_team_delay`.
    """

    now_s: float
    officers_on_scene: int
    first_arrival_s: float
    command_order_s: float | None
    wanted_team: int
    drawn_s: dict[str, float] = field(default_factory=dict)


class EntryPolicy(Protocol):
    """When the first contact team may enter."""

    def entry_s(self, view: EntryView) -> float | None:
        """Return the time of entry (s), or None while officers wait for something to happen."""


class Immediate:
    """The first officer goes in at once, alone if need be."""

    def entry_s(self, view: EntryView) -> float | None:
        """Enter after the time it takes to get from the car to the door."""
        return view.first_arrival_s + view.drawn_s["entry.immediate_delay"]


class TeamOfN:
    """Wait until the team is complete, then go in together."""

    def entry_s(self, view: EntryView) -> float | None:
        """Enter when the n-th officer is there, after the same walk to the door."""
        if view.officers_on_scene < view.wanted_team:
            return None
        return view.now_s + view.drawn_s["entry.immediate_delay"]


class Assess:
    """Assess or detain outside before entry."""

    def entry_s(self, view: EntryView) -> float | None:
        """Enter after the time for assessing, and never sooner than an immediate entry."""
        return view.first_arrival_s + max(
            view.drawn_s["entry.assess_delay"], view.drawn_s["entry.immediate_delay"]
        )


class ContainAndWait:
    """Surround the building and wait for a special team."""

    def entry_s(self, view: EntryView) -> float | None:
        """Enter when the special team has assembled."""
        return view.first_arrival_s + max(
            view.drawn_s["entry.special_team_delay"], view.drawn_s["entry.immediate_delay"]
        )


ENTRY_POLICIES: dict[str, EntryPolicy] = {
    "immediate": Immediate(),
    "team_of_n": TeamOfN(),
    "assess": Assess(),
    "contain_and_wait": ContainAndWait(),
    "wait_for_command": Immediate(),
}
"""Entry policies by the level of `entry.policy`. Waiting for command is a gate on top of any of them."""
