"""Officers: who arrives, when a team may enter, and who follows.

When a team may enter is asked of an entry policy (`entry.py`); where teams go once inside is `search.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.clock import interval_s, to_seconds, to_ticks
from sim.given.names import ParameterName
from sim.incident import Incident
from sim.record.timeline import FIRST_ENTRY, TEAM_ENTRY
from sim.response.entry import ENTRY_POLICIES, EntryView
from sim.response.outcomes import EntryOutcomes
from sim.response.search import MAX_TEAMS, Search, Team
from sim.streams import Stream

_DRAWN: dict[ParameterName, Stream] = {
    "entry.immediate_delay": Stream.ENTRY_IMMEDIATE,
    "entry.assess_delay": Stream.ENTRY_ASSESS,
    "entry.special_team_delay": Stream.ENTRY_SPECIAL,
}
"""Delays that an entry policy may ask for, and the streams they are drawn from."""


class Responders(Search):
    """Entry, search and contact of the officers of one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_move : callable
        Called without arguments whenever a team entered a space.
    """

    def __init__(self, incident: Incident, on_move: Callable[[], None]) -> None:
        super().__init__(incident, on_move)
        self.entry_tick: int | None = None
        self.first_arrival_tick: int | None = None
        self.officers_on_scene = 0
        self._entered = 0
        self._order_s: float | None = None
        self._entry_due: int | None = None
        self._n_lost = 0
        self._rescue_ticks: int | None = None

    # -- arrival and entry ---------------------------------------------------------------------

    def officer_arrives(self, n_on_scene: int) -> None:
        """Count an officer and ask again whether a team may enter."""
        self.officers_on_scene = n_on_scene
        if self.first_arrival_tick is None:
            self.first_arrival_tick = self._incident.tick
        if self.entry_tick is None:
            self._ask()
        else:
            self._follow_up()

    def command_orders(self) -> None:
        """Note that command ordered entry."""
        self._order_s = self._incident.now_s
        self._ask()

    def _ask(self) -> None:
        """Ask the policy for the time of entry and put it down once it is known."""
        if self._entry_due is not None or self.first_arrival_tick is None:
            return
        incident = self._incident
        gated = incident.policy.waits_for_command
        if gated and self._order_s is None:
            return
        at_s = ENTRY_POLICIES[str(incident.policy["entry.policy"])].entry_s(self.view())
        if at_s is None:
            return
        if gated and self._order_s is not None:
            at_s = max(at_s, self._order_s)
        at_tick = max(incident.tick, to_ticks(at_s)) + to_ticks(incident.policy.number("entry.delay_s"))
        self._entry_due = at_tick + to_ticks(self._access_delay_s())
        incident.agenda.at(self._entry_due, self._enter)

    def view(self) -> EntryView:
        """Return the frozen view of what officers on scene know now."""
        incident = self._incident
        is_team = incident.policy["entry.policy"] == "team_of_n"
        return EntryView(
            now_s=incident.now_s,
            officers_on_scene=self.officers_on_scene,
            first_arrival_s=to_seconds(self.first_arrival_tick or 0),
            command_order_s=self._order_s,
            wanted_team=int(incident.policy.number("entry.team_size")) if is_team else 1,
            drawn_s={name: incident.drawn(name, stream, "team 1") for name, stream in _DRAWN.items()},
        )

    def _access_delay_s(self) -> float:
        """Return what a locked perimeter costs officers without a key (s)."""
        incident = self._incident
        if incident.policy["entry.access"] == "keys":
            return 0.0
        audited = incident.policy["exterior.doors"] == "audit_average"
        one_open = incident.draws.u(Stream.EXTERIOR_UNLOCKED, "campus") < incident.parameters.value(
            "door.exterior_unlocked"
        )
        if audited and one_open and incident.policy["entrance.vestibule"] == "open":
            return 0.0
        return incident.drawn("entry.access_delay_locked", Stream.ACCESS_DELAY, "campus")

    def _enter(self) -> None:
        self.entry_tick = self._incident.tick
        self._incident.stamp(FIRST_ENTRY, who="contact team 1")
        self._start_team(max(1, min(self.officers_on_scene, self.view().wanted_team)))
        self._follow_up()

    def _follow_up(self) -> None:
        """Send further teams in while complete ones are there, up to `MAX_TEAMS`."""
        if self._rescue_ticks is not None and self.officers_on_scene > self._entered:
            self._entered += 1
            self._incident.agenda.at(self._incident.tick + self._rescue_ticks, self._is_back)
            self._rescue_ticks = None
        size, n_out = self.view().wanted_team, self._n_inside + self._n_lost
        while len(self.teams) - n_out < MAX_TEAMS and self.officers_on_scene - self._entered >= size:
            number = len(self.teams) + 1
            draw = f"team {number - self._n_inside}"
            delay = self._incident.drawn_ticks("entry.immediate_delay", Stream.ENTRY_IMMEDIATE, draw)
            self._entered += size
            self.teams.append(Team(number, size, -1, 0.0, 0.0))
            self._incident.agenda.at(self._incident.tick + delay, self._team_enters, self.teams[-1])

    def _start_team(self, size: int) -> None:
        self._entered += size
        self.teams.append(Team(len(self.teams) + 1, size, -1, 0.0, 0.0))
        self._place(self.teams[-1])

    def _team_enters(self, team: Team) -> None:
        if not self._stopped:
            # One more than usual comes only where an officer was wounded, and that is nobody's to see.
            if team.number - self._n_inside <= MAX_TEAMS:
                self._incident.stamp(TEAM_ENTRY, who=f"contact team {team.number}")
            self._place(team)

    def _place(self, team: Team) -> None:
        """Put a team inside the main entrance and give it its first goal."""
        nav = self._incident.nav
        door = nav.main_entrance
        team.space, team.x, team.y = nav.inside_of(door)
        self._show(team)
        self._entered_space(team)
        self._next_goal(team)

    # -- a wounded officer -------------------------------------------------------------------------

    def officer_wounded(self, team: Team, rescue_ticks: int) -> None:
        """Let one other officer bring the first of a team to cover; two or more others just go on."""
        if team.size > 2:
            return
        self._hold_up(team)
        if team.size == 2:
            self._incident.agenda.at(self._incident.tick + rescue_ticks, self._goes_on, team)
            return
        self._n_lost += not team.is_from_inside
        self._rescue_ticks = rescue_ticks
        if self.entry_tick is not None:
            self._follow_up()

    def _is_back(self) -> None:
        """Let the officer who brought the wounded one to cover go in with the next team."""
        self._entered -= 1
        self._follow_up()

    def outcomes(self) -> EntryOutcomes:
        """Return what the first entry is measured by."""
        return EntryOutcomes(
            first_le_to_entry_s=interval_s(self.first_arrival_tick, self.entry_tick),
            start_to_entry_s=interval_s(0, self.entry_tick),
        )
