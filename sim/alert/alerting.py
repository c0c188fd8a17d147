"""Alerting: who recognises an emergency, who tells whom, and when a Lockdown is announced.

Four ways lead to an alert: signs seen or heard (within a walking distance that closed doors lengthen), word
of mouth inside a room group, the announcement, and whoever heard it next door (`word_of_mouth.py`). Groups
act together: a class waits for its teacher.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from sim.alert.outcomes import LockdownOutcomes
from sim.alert.word_of_mouth import told_ticks
from sim.clock import TICKS_PER_S, to_ticks
from sim.incident import Incident
from sim.people.population import Role, State
from sim.record.timeline import LOCKDOWN_ANNOUNCED
from sim.streams import Stream

_OFFICE_USES = ("office", "reception")


class Alerting:
    """Alerts of room groups and of people who belong to no group at the start.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_group : callable
        Called with the row of a group when its leader knows.
    on_person : callable
        Called with the row of a person without a group when that person knows.
    on_announcement : callable
        Called without arguments when the Lockdown is announced: whom else it reaches.
    """

    def __init__(
        self,
        incident: Incident,
        on_group: Callable[[int], None],
        on_person: Callable[[int], None],
        on_announcement: Callable[[], None],
    ) -> None:
        self._incident = incident
        self._on_group, self._on_person = on_group, on_person
        self._on_announcement = on_announcement
        people, draws, table = incident.people, incident.draws, incident.parameters
        self._hearing_m = table.value("notify.hearing_range")
        delay_s = np.asarray(
            table.quantile("notify.recognise_delay", draws.us(Stream.RECOGNISE, people.id_hash))
        )
        # Nobody knows at once, whatever a scenario sets: the first second says nothing of where it is.
        self._recognise = np.maximum(np.round(delay_s * TICKS_PER_S), TICKS_PER_S).astype(np.int64)
        self._has_signs = np.zeros(people.n, dtype=np.bool_)
        self._group_alerted = np.zeros(people.n_groups, dtype=np.bool_)
        self._office_knows = False
        self._announced = False
        office = [row for row in incident.nav.indoor if incident.nav.use[row] in _OFFICE_USES]
        self._is_office = (people.role == Role.STAFF) & np.isin(people.home, office)

    def start(self) -> None:
        """Let the reception of a secured vestibule notice that something is wrong at its doors."""
        if self._incident.policy["entrance.vestibule"] == "secured":
            delay = self._incident.drawn_ticks(
                "entrance.reception_notice", Stream.RECEPTION_NOTICE, "reception"
            )
            self._incident.agenda.at(delay, self.office_learns)

    # -- signs ---------------------------------------------------------------------------------

    @property
    def hearing_m(self) -> float:
        """How far off (m) signs are heard."""
        return self._hearing_m

    def has_signs(self, rows: np.ndarray) -> bool:
        """Tell whether signs have reached any of some people."""
        return bool(self._has_signs[rows].any())

    def without_signs(self) -> np.ndarray:
        """Return the rows of the people inside whom no signs have reached so far."""
        return np.flatnonzero(~self._has_signs & (self._incident.people.state != State.OUT))

    def signs(self, distances_m: np.ndarray, exposed: np.ndarray) -> None:
        """Let everybody within hearing, and everybody with a line of sight, begin to recognise.

        Parameters
        ----------
        distances_m : float64[n_people]
            Walking distance to the signs, doors muffling them; infinite for whoever has signs already.
        exposed : uint8[n_people]
            Who has them in sight.
        """
        people = self._incident.people
        new = ((distances_m <= self._hearing_m) | (exposed > 0)) & ~self._has_signs
        new &= people.state != State.OUT
        self._has_signs |= new
        due = self._incident.tick + self._recognise
        for group in np.unique(people.group[new & (people.group >= 0)]):
            rows = people.members[group]
            rows = rows[new[rows]]
            first = rows[int(np.argmin(due[rows]))]
            self._incident.agenda.at(int(due[first]), self._group_member_knows, int(group), int(first))
        for row in np.flatnonzero(new & (people.group < 0)):
            self._incident.agenda.at(int(due[row]), self._person_knows, int(row))
        office = np.flatnonzero(new & self._is_office)
        if len(office):
            self._incident.agenda.at(int(due[office].min()), self.office_learns)

    def _group_member_knows(self, group: int, row: int) -> None:
        people = self._incident.people
        if self._group_alerted[group]:
            return
        leader = int(people.leader[group])
        if row in (leader, -1) or leader < 0:
            self._alert_group(group)
        else:
            self._tell_group(group)
        self._call_office(row)

    def _tell_group(self, group: int) -> None:
        who = int(self._incident.people.group_hash[group])
        delay = self._incident.drawn_ticks("notify.tell_delay", Stream.TELL, who)
        self._incident.agenda.at(self._incident.tick + delay, self._alert_group, group)

    def tell_inside(self, space: int) -> None:
        """Let somebody who knows tell the people of a space face to face."""
        people = self._incident.people
        for group in np.flatnonzero(people.group_home == space):
            if not self._group_alerted[group] and len(people.members[group]):
                self._tell_group(int(group))
        unaware = (people.space == space) & (people.group < 0) & (people.alerted_tick < 0)
        for row in np.flatnonzero(unaware & (people.state != State.OUT)):
            delay = self._incident.drawn_ticks("notify.tell_delay", Stream.TELL, people.entity(int(row)))
            self._incident.agenda.at(self._incident.tick + delay, self._person_knows, int(row))

    def _alert_group(self, group: int) -> None:
        if not self._group_alerted[group]:
            self._group_alerted[group] = True
            self._mark(self._incident.people.members[group])
            self._on_group(group)

    def _person_knows(self, row: int) -> None:
        people = self._incident.people
        if people.alerted_tick[row] < 0:
            self._mark(np.array([row]))
            self._on_person(row)
            if people.role[row] == Role.STAFF:
                self._call_office(row)

    def _mark(self, rows: np.ndarray) -> None:
        people = self._incident.people
        rows = rows[people.alerted_tick[rows] < 0]
        people.alerted_tick[rows] = self._incident.tick
        unaware = rows[people.state[rows] == State.UNAWARE]
        self._incident.walkers.set_state(unaware, State.ALERTED)

    # -- office and announcement -----------------------------------------------------------------

    def _call_office(self, row: int) -> None:
        """Let a member of staff who recognised tell the office."""
        if not self._office_knows and self._incident.people.role[row] == Role.STAFF:
            delay = self._incident.drawn_ticks(
                "notify.office_call", Stream.OFFICE_CALL, self._incident.people.entity(row)
            )
            self._incident.agenda.at(self._incident.tick + delay, self.office_learns)

    def office_learns(self) -> None:
        """Start the way from the office's knowledge to the announcement (once)."""
        if self._office_knows:
            return
        self._office_knows = True
        incident = self._incident
        if incident.policy["notify.channel"] == "detection":
            return  # the detector announces; see dispatch
        authority = str(incident.policy["lockdown.authority"])
        delay = incident.drawn_ticks("lockdown.announce_delay", Stream.ANNOUNCE, "office")
        if incident.draws.u(Stream.DECIDER, "office") >= incident.parameters.table(
            "lockdown.decider_reachable", authority
        ):
            delay += incident.drawn_ticks("lockdown.find_decider", Stream.FIND_DECIDER, "office")
        incident.agenda.at(incident.tick + delay, self.announce)

    def announce(self) -> None:
        """Announce the Lockdown over the policy's channel (once)."""
        if self._announced:
            return
        self._announced = True
        self._incident.stamp(LOCKDOWN_ANNOUNCED, who="school office")
        self._on_announcement()
        groups, loose = self._unaware()
        if self._incident.policy["notify.channel"] == "phone_chain":
            groups, heard = {}, self._phone_chain()  # every room is on the list
            for space in loose.keys() & heard.keys():
                self._incident.agenda.at(heard[space], self._space_learns, [], loose.pop(space))
        else:
            heard = self._public_address()
            here = [space for space in heard if space in groups or space in loose]
            for space in here:
                self._space_learns(groups.pop(space, []), loose.pop(space, []))
        self._next_door_tells(heard, groups, loose)

    def _unaware(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """Return by space the groups, and the people without a group, who do not know yet."""
        people = self._incident.people
        groups: dict[int, list[int]] = defaultdict(list)
        for group in range(people.n_groups):
            if not self._group_alerted[group] and len(people.members[group]):
                groups[int(people.group_home[group])].append(group)
        loose: dict[int, list[int]] = defaultdict(list)
        rows = (people.group < 0) & (people.alerted_tick < 0) & (people.state != State.OUT)
        for row in np.flatnonzero(rows):
            loose[int(people.space[row])].append(int(row))
        return groups, loose

    def _space_learns(self, groups: list[int], rows: list[int]) -> None:
        for group in groups:
            self._reach_group(group)
        for row in rows:
            if self._incident.people.state[row] != State.OUT:
                self._person_knows(row)

    def _next_door_tells(
        self, heard: dict[int, int], groups: dict[int, list[int]], loose: dict[int, list[int]]
    ) -> None:
        """Let those whom the announcement misses be told by those next door whom it reaches."""
        incident = self._incident
        people, nav = incident.people, incident.nav
        here = set(people.space[people.state != State.OUT].tolist())
        told = told_ticks(
            nav,
            {space: tick for space, tick in heard.items() if space in here},
            groups.keys() | loose.keys(),
            lambda space: incident.drawn_ticks("notify.tell_delay", Stream.TELL, int(nav.space_hash[space])),
        )
        for space, tick in told.items():
            incident.agenda.at(tick, self._space_learns, groups.get(space, []), loose.get(space, []))

    def _public_address(self) -> dict[int, int]:
        """Return the spaces in which it is heard, one draw each, with the present tick."""
        incident = self._incident
        is_full = incident.policy["notify.zones"] == "full"
        coverage = 1.0 if is_full else incident.parameters.value("notify.pa_coverage")
        hears = incident.draws.us(Stream.PA_HEARD, incident.nav.space_hash) < coverage
        return dict.fromkeys(np.flatnonzero(hears).tolist(), incident.tick)

    def _reach_group(self, group: int) -> None:
        people = self._incident.people
        leader = int(people.leader[group])
        reach = self._incident.policy.number("notify.alert_reach")
        if leader >= 0 and self._incident.draws.u(Stream.ALERT_REACH, people.entity(leader)) < reach:
            self._alert_group(group)
        else:
            self._tell_group(group)

    def _phone_chain(self) -> dict[int, int]:
        """Call one room after another, in the order of the hash of their ids; return when each is called."""
        incident = self._incident
        people, nav = incident.people, incident.nav
        order = sorted(range(people.n_groups), key=lambda g: (int(nav.space_hash[people.group_home[g]]), g))
        due = incident.tick
        called: dict[int, int] = {}
        for group in order:
            home = int(people.group_home[group])
            due += to_ticks(incident.drawn("notify.phone_hop", Stream.PHONE_HOP, int(nav.space_hash[home])))
            incident.agenda.at(due, self._alert_group, group)
            called.setdefault(home, due)
        return called

    def outcomes(self) -> LockdownOutcomes:
        """Return what the announcement is measured by."""
        return LockdownOutcomes(start_to_lockdown_s=self._incident.log.first_s(LOCKDOWN_ANNOUNCED))
