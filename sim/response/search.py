"""Contact teams inside: where they go, and the search through the real geometry.

A team goes to the wing that the last delayed report named and searches it, then to the nearest unsearched
space, at one aggregate speed; teams never take the same space. An officer inside who sets out knows the wing
at that time, and minds later reports only. That is all: there are no tactics here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.clock import Due, to_seconds, to_ticks
from sim.incident import Incident
from sim.record.timeline import TEAM_ENTRY
from sim.streams import Stream

MAX_TEAMS = 4
"""Contact teams that search; further officers are a count."""

_PASSED_THROUGH = frozenset({"corridor", "lobby", "vestibule", "stairs", "flight"})


@dataclass(slots=True)
class Team:
    """A contact team: its officers, where it is since `left_tick`, and the space it heads to.

    `wing` is its first goal, known since `wing_tick` where no report named it; `due` is what it is going to
    do on its way, taken off the agenda where it turns to another goal.
    """

    number: int
    size: int
    space: int
    x: float
    y: float
    goal: int = -1
    has_had_goal: bool = False
    wing: str = ""
    is_from_inside: bool = False
    is_held_up: bool = False
    wing_tick: int = -1
    left_tick: int = 0
    due: list[Due] = field(default_factory=list)

    def forget_way(self) -> None:
        """Take what it was going to do on its way off the agenda."""
        for entry in self.due:
            entry.cancel()
        self.due.clear()


class Search:
    """The contact teams of one incident that are inside, or about to be.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_move : callable
        Called without arguments whenever a team entered a space.
    """

    def __init__(self, incident: Incident, on_move: Callable[[], None]) -> None:
        self._incident = incident
        self._on_move = on_move
        self.teams: list[Team] = []
        self.teams_shown: list[Team] = []
        self.searched: set[int] = set()
        self._claimed: set[int] = set()
        self._reported_wing, self._reported_tick = "", -1
        self._stopped = False
        self._n_inside = 0

    # -- setting out -------------------------------------------------------------------------------

    def join_inside(self, space: int, x: float, y: float, wing: str, who: str) -> None:
        """Let an officer who is inside already set out, as a team of one, towards the wing of the signs."""
        if self._stopped:
            return
        team = Team(
            len(self.teams) + 1, 1, space, x, y, wing=wing, wing_tick=self._incident.tick, is_from_inside=True
        )
        self.teams.append(team)
        self._n_inside += 1
        self._incident.stamp(TEAM_ENTRY, who=who)
        self._show(team)
        self._entered_space(team)
        self._next_goal(team)

    def _show(self, team: Team) -> None:
        """Show a team from its entry on, the usual number of them."""
        if team.number - self._n_inside <= MAX_TEAMS:
            self.teams_shown.append(team)
            self._incident.shown.show(team.number, team.space, team.x, team.y)

    # -- information and search ------------------------------------------------------------------

    def hear_report(self, wing: str, sent_tick: int | None = None) -> None:
        """Take a delayed report of the wing; it counts for first goals only, and the one sent last counts."""
        sent_tick = self._incident.tick if sent_tick is None else sent_tick
        if sent_tick < self._reported_tick:
            return
        self._reported_wing, self._reported_tick = wing, sent_tick
        for team in self.teams:
            if team.space >= 0 and not (team.has_had_goal or team.is_held_up or self._stopped):
                self._turn(team)

    def _turn(self, team: Team) -> None:
        """Let a team change its way where it is, if it is not on the way to the wing it now knows of."""
        nav = self._incident.nav
        if team.goal >= 0 and nav.wing[team.goal] == self._first_wing(team):
            return
        if team.goal >= 0:
            walked_m = to_seconds(self._incident.tick - team.left_tick) * self._speed_mps
            team.x, team.y = nav.on_the_way(team.space, team.x, team.y, team.goal, walked_m)
        self._next_goal(team)

    def _first_wing(self, team: Team) -> str:
        """Return the wing that a team goes to first: of the last report, or of what it knows since later."""
        return team.wing if team.wing_tick > self._reported_tick else self._reported_wing

    def stop(self) -> None:
        """Contact was made: teams stop searching."""
        self._stopped = True
        for team in self.teams:
            team.forget_way()

    def first_in(self, is_in: Callable[[int], bool]) -> Team | None:
        """Return the first team that is able to act in a space of some kind now."""
        return next((t for t in self.teams if t.space >= 0 and not t.is_held_up and is_in(t.space)), None)

    def _hold_up(self, team: Team) -> None:
        """Let a team stay where it is; nobody has looked round there."""
        team.is_held_up = True
        team.forget_way()
        self._claimed.discard(team.goal)
        self.searched.discard(team.space)
        team.goal = -1

    def _goes_on(self, team: Team) -> None:
        team.is_held_up = False
        self._entered_space(team)
        self._next_goal(team)

    def _next_goal(self, team: Team) -> None:
        """Choose the nearest unsearched space, of the wing that is the first goal as long as it has one."""
        nav = self._incident.nav
        if team.goal >= 0:
            self._claimed.discard(team.goal)
        if self.has_searched_all:
            self.searched.clear()  # nothing found: search once more from the start
        left = [s for s in nav.indoor if s not in self.searched and s not in self._claimed]
        if not team.has_had_goal:
            team.wing = self._first_wing(team)
        inside = [s for s in left if nav.wing[s] == team.wing] if team.wing else []
        if team.has_had_goal and not inside:
            team.wing = ""  # searched
        left = inside or left
        team.forget_way()
        if not left or self._stopped or team.is_held_up:
            team.goal = -1
            return
        field_m = nav.distances_to_spaces(team.space, team.x, team.y)
        team.goal = min(left, key=lambda s: (field_m[s], s))
        self._claimed.add(team.goal)
        self._set_out(team)

    @property
    def _speed_mps(self) -> float:
        return self._incident.parameters.value("move.officer_search")

    def _set_out(self, team: Team) -> None:
        """Schedule every door crossing on the way to the goal: responders move by event along their path."""
        incident, speed = self._incident, self._speed_mps
        team.left_tick = incident.tick
        legs = incident.nav.legs(team.space, team.x, team.y, team.goal)
        for leg in legs:
            at = incident.tick + to_ticks(leg.distance_m / speed)
            team.due.append(incident.agenda.at(at, self._crosses, team, leg.space, leg.x, leg.y))
        end_m = legs[-1].distance_m
        at = incident.tick + to_ticks(end_m / speed)
        team.due.append(incident.agenda.at(at, self._reaches, team))

    def _crosses(self, team: Team, space: int, x: float, y: float) -> None:
        team.space, team.x, team.y, team.left_tick = space, x, y, self._incident.tick
        if team in self.teams_shown:
            self._incident.shown.show(team.number, space, x, y)
        self._entered_space(team)
        if space == team.goal and space in self.searched:
            self._reaches(team)  # a hall is searched from where one enters it

    def _entered_space(self, team: Team) -> None:
        if self._incident.nav.use[team.space] in _PASSED_THROUGH:
            self.searched.add(team.space)
        self._on_move()

    def _reaches(self, team: Team) -> None:
        team.has_had_goal = True
        nav = self._incident.nav
        check_s = 0.0
        if nav.use[team.goal] not in _PASSED_THROUGH:
            check_s = self._incident.drawn("search.room_check", Stream.ROOM_CHECK, nav.space_ids[team.goal])
        at = self._incident.tick + to_ticks(check_s)
        team.due.append(self._incident.agenda.at(at, self._checked, team))

    def _checked(self, team: Team) -> None:
        self.searched.add(team.goal)
        self._next_goal(team)

    @property
    def has_searched_all(self) -> bool:
        """Tell whether no indoor space is left."""
        return self.searched.issuperset(self._incident.nav.indoor)  # flights are entered too


def report_lag(incident: Incident, number: int) -> int:
    """Draw how late a report reaches the officers (ticks): 1 is the first caller's, then one per move."""
    return incident.drawn_ticks("search.report_lag", Stream.REPORT_LAG, "report", number)


def wounding_report_lag(incident: Incident) -> int:
    """Draw how late the report of a wounded officer reaches the others (ticks).

    It has a key of its own: who is wounded depends on the policy, and a number among the other reports would
    shift the draws of all later ones against the other policies of the pair.
    """
    return incident.drawn_ticks("search.report_lag", Stream.REPORT_LAG, "first officer")
