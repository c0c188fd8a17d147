"""Officers: entry under a policy, contact teams, and a search through the real geometry.

When a team may enter is asked of an entry policy (`entry.py`). After entry a contact team goes to the wing
that the last delayed report named and searches it, then to the nearest unsearched space, at one aggregate
speed; teams never take the same space. An officer inside who sets out knows the wing at that time, and minds
later reports only.
That is all: there are no tactics here (docs/scope.md, rule 9).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.clock import to_seconds, to_ticks
from sim.incident import Incident
from sim.record.timeline import FIRST_ENTRY, TEAM_ENTRY
from sim.response.entry import ENTRY_POLICIES, EntryView
from sim.streams import Stream

MAX_TEAMS = 4
"""Contact teams that search; further officers are a count."""

_PASSED_THROUGH = frozenset({"corridor", "lobby", "vestibule", "stairs", "flight"})


@dataclass(slots=True)
class Team:
    """A contact team: its officers, where it is since `left_tick`, and the space it heads to.

    `wing` is its first goal, known since `wing_tick` where no report named it.
    """

    number: int
    size: int
    space: int
    x: float
    y: float
    goal: int = -1
    route_id: int = 0
    has_had_goal: bool = False
    wing: str = ""
    is_from_inside: bool = False
    is_held_up: bool = False
    wing_tick: int = -1
    left_tick: int = 0


class Responders:
    """Entry, search and contact of the officers of one incident.

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
        self._policy = ENTRY_POLICIES[str(incident.policy["entry.policy"])]
        self.teams: list[Team] = []
        self.teams_shown: list[Team] = []
        self.entry_tick: int | None = None
        self.first_arrival_tick: int | None = None
        self.officers_on_scene = 0
        self.searched: set[int] = set()
        self._claimed: set[int] = set()
        self._entered = 0
        self._order_s: float | None = None
        self._entry_due: int | None = None
        self._reported_wing, self._reported_tick = "", -1
        self._stopped = False
        self._n_inside = 0
        self._n_lost = 0
        self._rescue_ticks: int | None = None
        self._speed_mps = incident.parameters.value("move.officer_search")
        self._drawn_s = {
            "entry.immediate_delay": incident.drawn(
                "entry.immediate_delay", Stream.ENTRY_IMMEDIATE, "team 1"
            ),
            "entry.assess_delay": incident.drawn("entry.assess_delay", Stream.ENTRY_ASSESS, "team 1"),
            "entry.special_team_delay": incident.drawn(
                "entry.special_team_delay", Stream.ENTRY_SPECIAL, "team 1"
            ),
        }

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
        at_s = self._policy.entry_s(self.view())
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
            drawn_s=dict(self._drawn_s),
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

    def _show(self, team: Team) -> None:
        """Show a team from its entry on, the usual number of them."""
        if team.number - self._n_inside <= MAX_TEAMS:
            self.teams_shown.append(team)
            self._incident.occupants.show_responder(team.number, team.space, team.x, team.y)

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

    def first_in(self, is_in: Callable[[int], bool]) -> Team | None:
        """Return the first team that is able to act in a space of some kind now."""
        return next((t for t in self.teams if t.space >= 0 and not t.is_held_up and is_in(t.space)), None)

    def officer_wounded(self, team: Team, rescue_ticks: int) -> None:
        """Let one other officer bring the first of a team to cover; two or more others just go on."""
        if team.size > 2:
            return
        team.is_held_up, team.route_id = True, team.route_id + 1
        self._claimed.discard(team.goal)
        self.searched.discard(team.space)  # nobody has looked round there
        team.goal = -1
        if team.size == 2:
            self._incident.agenda.at(self._incident.tick + rescue_ticks, self._goes_on, team)
            return
        self._n_lost += not team.is_from_inside
        self._rescue_ticks = rescue_ticks
        if self.entry_tick is not None:
            self._follow_up()

    def _goes_on(self, team: Team) -> None:
        team.is_held_up = False
        self._entered_space(team)
        self._next_goal(team)

    def _is_back(self) -> None:
        """Let the officer who brought the wounded one to cover go in with the next team."""
        self._entered -= 1
        self._follow_up()

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
        team.route_id += 1
        if not left or self._stopped or team.is_held_up:
            team.goal = -1
            return
        field_m = nav.distances_to_spaces(team.space, team.x, team.y)
        team.goal = min(left, key=lambda s: (field_m[s], s))
        self._claimed.add(team.goal)
        self._set_out(team)

    def _set_out(self, team: Team) -> None:
        """Schedule every door crossing on the way to the goal: responders move by event along their path."""
        incident, speed = self._incident, self._speed_mps
        team.left_tick = incident.tick
        legs = incident.nav.legs(team.space, team.x, team.y, team.goal)
        for leg in legs:
            at = incident.tick + to_ticks(leg.distance_m / speed)
            incident.agenda.at(at, self._crosses, team, team.route_id, leg.space, leg.x, leg.y)
        end_m = legs[-1].distance_m if legs else 0.0
        incident.agenda.at(incident.tick + to_ticks(end_m / speed), self._reaches, team, team.route_id)

    def _crosses(self, team: Team, route_id: int, space: int, x: float, y: float) -> None:
        if route_id != team.route_id or self._stopped:
            return
        team.space, team.x, team.y, team.left_tick = space, x, y, self._incident.tick
        if team in self.teams_shown:
            self._incident.occupants.show_responder(team.number, space, x, y)
        self._entered_space(team)
        if space == team.goal and space in self.searched:
            self._reaches(team, route_id)  # a hall is searched from where one enters it

    def _entered_space(self, team: Team) -> None:
        if self._incident.nav.use[team.space] in _PASSED_THROUGH:
            self.searched.add(team.space)
        self._on_move()

    def _reaches(self, team: Team, route_id: int) -> None:
        if route_id != team.route_id or self._stopped:
            return
        team.has_had_goal = True
        nav = self._incident.nav
        check_s = 0.0
        if nav.use[team.goal] not in _PASSED_THROUGH:
            check_s = self._incident.drawn("search.room_check", Stream.ROOM_CHECK, nav.space_ids[team.goal])
        self._incident.agenda.at(self._incident.tick + to_ticks(check_s), self._checked, team, route_id)

    def _checked(self, team: Team, route_id: int) -> None:
        if route_id != team.route_id or self._stopped:
            return
        self.searched.add(team.goal)
        self._next_goal(team)

    @property
    def has_searched_all(self) -> bool:
        """Tell whether no indoor space is left."""
        return len(self.searched) >= len(self._incident.nav.indoor)


def report_lag(incident: Incident, number: int) -> int:
    """Draw how late a report reaches the officers (ticks): 1 is the first caller's, then one per move."""
    return incident.drawn_ticks("search.report_lag", Stream.REPORT_LAG, "report", number)


def wounding_report_lag(incident: Incident) -> int:
    """Draw how late the report of a wounded officer reaches the others (ticks).

    It has a key of its own: who is wounded depends on the policy, and a number among the other reports would
    shift the draws of all later ones against the other policies of the pair.
    """
    return incident.drawn_ticks("search.report_lag", Stream.REPORT_LAG, "first officer")
