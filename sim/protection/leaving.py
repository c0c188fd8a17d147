"""The multi-option response: who leaves instead of locking down, when, and which way.

`exit.option = multi_option` stands for what is taught as "avoid, deny, defend" or "run, hide" (T. Briggs'
active-shooter ABM, twbriggs.com) and as ALICE (Jonson, Moon & Hendry 2020, J School Violence 19(2)):

- who has the danger in the own space or in sight gets out of its sight, each for oneself: by an exit that is
  near, else into the nearest open room out of its sight, else by an exit farther off;
- a class that hears signs leaves by a near exit if its way leads away from them, and locks down otherwise;
- a class that was told, and hears nothing, leaves by a near exit.

How many do so (`exit.leave_share`) and how soon (`lockdown.teacher_reaction`) are weak assumptions. People
know no more than they hear and see now. Whom they avoid is in no view and in no output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import TICKS_PER_S, to_ticks
from sim.incident import Incident
from sim.kernels.sight import can_see
from sim.kernels.types import SightArrays
from sim.people.ways import EXIT
from sim.streams import OpenDraws, Stream

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


class Senses(NamedTuple):
    """What people may ask about what they hear and see.

    Parameters
    ----------
    has_signs : callable
        Whether signs have reached any of some people.
    signs_m : callable
        How far signs have to go to points (space, x, y), doors muffling them (m).
    sight : callable
        From where people are in open sight now.
    """

    has_signs: Callable[[Rows], bool]
    signs_m: Callable[[NDArray[np.int32], Floats, Floats], Floats]
    sight: Callable[[], SightArrays]


class Leaving:
    """Who leaves in one incident.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    senses : Senses
        What people hear and see.
    on_go : callable
        Called with the rows of people who get out of sight, whatever they were doing.
    """

    def __init__(self, incident: Incident, senses: Senses, on_go: Callable[[Rows], None]) -> None:
        self._incident, self._senses, self._on_go = incident, senses, on_go
        n = incident.people.n
        self._may_act, self._saw = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        self._n_decisions = np.zeros(n, dtype=np.int64)
        self._seen_from = -1
        self._ways: dict[tuple[int, bytes], tuple[int, int]] = {}
        self._u = OpenDraws(incident.draws.key).us(Stream.LEAVE_PERSON, incident.people.id_hash)

    @property
    def _is_taught(self) -> bool:
        return self._incident.policy["exit.option"] == "multi_option"

    def start(self) -> None:
        """Let people look round every second from now on."""
        if self._is_taught:
            self._look_round()

    # -- who has the danger in sight ---------------------------------------------------------------

    def those_who_stay(self, rows: Rows) -> Rows:
        """Let those of some people who have the danger in sight get away; return the others."""
        if not self._is_taught:
            return rows
        self._may_act[rows] = True
        gone = self._get_away(rows[self._sees()[rows] & self._would_go()[rows]])
        return rows[~np.isin(rows, gone)]

    def _sees(self) -> NDArray[np.bool_]:
        exposed: NDArray[np.bool_] = self._incident.people.arrays.exposed > 0
        return exposed

    def _would_go(self) -> NDArray[np.bool_]:
        would: NDArray[np.bool_] = self._u < self._incident.parameters.value("exit.leave_share")
        return would

    def _look_round(self) -> None:
        """Let whoever has come in sight since the last look, or sees it elsewhere, react to it."""
        incident, seen_from = self._incident, self._senses.sight().space
        if seen_from < 0:
            return  # it is over
        sees = self._sees()
        rows = np.flatnonzero(sees & self._may_act)
        if len(rows):  # mostly nobody
            would_go = self._would_go()[rows]
            rows = rows[would_go & ~self._saw[rows]] if seen_from == self._seen_from else rows[would_go]
        self._saw, self._seen_from = sees, seen_from
        for row in rows:
            incident.agenda.at(incident.tick + self._reaction_ticks(int(row)), self._acts, int(row))
        incident.agenda.at(incident.tick + TICKS_PER_S, self._look_round)

    def _reaction_ticks(self, row: int) -> int:
        incident = self._incident
        number = int(self._n_decisions[row])
        self._n_decisions[row] += 1
        who = incident.people.entity(row)
        reaction_s = incident.drawn("lockdown.teacher_reaction", Stream.LEAVE_REACTION, who, number)
        return to_ticks(reaction_factor(incident) * reaction_s)

    def _acts(self, row: int) -> None:
        rows = np.array([row])
        if self._sees()[row] and self._incident.walkers.can_act(rows)[0]:
            self._get_away(rows)

    def _get_away(self, rows: Rows) -> Rows:
        """Send people out of sight; return the rows of those who have a way."""
        if not len(rows):
            return rows
        out, room = self._ways_clear()
        gone = [int(row) for row in rows if self._sets_out(int(row), out, room)]
        return np.array(gone, dtype=np.int64)

    def _sets_out(self, row: int, out: int, room: int) -> bool:
        """Send one person by a near exit, else to a room, else by any exit; tell whether there is a way."""
        walkers, one = self._incident.walkers, np.array([row])
        exit_m = walkers.ways.distance_m(out, row)
        choices = [(out, exit_m), (room, walkers.ways.distance_m(room, row))]
        if not self._is_near(exit_m):
            choices.reverse()
        for way, far_m in choices:
            if np.isfinite(far_m) and self._gets_clear(row, way):
                self._on_go(one)
                if way == out:
                    walkers.walk_out(one, out)
                else:
                    walkers.walk_to_shelter(row, room)
                return True
        return False

    def _gets_clear(self, row: int, way: int) -> bool:
        """Tell whether a way gets no nearer to what one sees; out of its own space any way does."""
        arrays = self._incident.people.arrays
        space, x, y = int(arrays.space[row]), float(arrays.x[row]), float(arrays.y[row])
        if space == self._senses.sight().space:
            return True
        here = np.array([[space, x, y, 0.0, -1.0]])
        return self._leads_away(np.concatenate([here, self._incident.walkers.ways.way(way, space, x, y)]))

    # -- who hears signs, or was told -------------------------------------------------------------------

    def way_of_group(self, group: int) -> int | None:
        """Return the number of the way by which a group leaves together, None for one that does not."""
        incident = self._incident
        if not self._is_taught:
            return None
        space, members = int(incident.people.group_home[group]), incident.people.members[group]
        u = incident.draws.u(Stream.LEAVE_GROUP, int(incident.people.group_hash[group]))
        if u >= incident.parameters.value("exit.leave_share") or self._sees()[members].any():
            return None
        way: int | None = EXIT
        if self._senses.has_signs(members):
            way = self._way_from_signs(space)
        ways = incident.walkers.ways
        return way if way is not None and self._is_near(ways.exit_distance_m(space, way)) else None

    def _way_from_signs(self, space: int) -> int | None:
        """Return a way out of a room that leads away from the signs heard there, None without one.

        Whoever hears none now does not know where they come from; whoever sees from the door what they are
        from does not pass it.
        """
        incident, sight = self._incident, self._senses.sight()
        if sight.space < 0:
            return None
        x, y = incident.nav.inner_point(space)
        heard_m = self._senses.signs_m(np.array([space], dtype=np.int32), np.array([x]), np.array([y]))[0]
        if heard_m > incident.parameters.value("notify.hearing_range"):
            return None
        out, _ = self._ways_clear()
        way = incident.walkers.ways.way(out, space, x, y)
        beyond = way[int(np.argmax(way[:, 4] >= 0)) :] if len(way) else way
        if not len(beyond) or not self._leads_away(beyond):
            return None
        return None if self._is_in_sight(int(beyond[0, 0]), int(beyond[0, 4]) // 2, sight) else out

    def _is_in_sight(self, space: int, door: int, sight: SightArrays) -> bool:
        """Tell whether what people avoid is in sight of somebody who has passed a door into a space.

        Half a metre in: to a point in the door itself the door's own line is in the way.
        """
        nav = self._incident.nav
        from_here = nav.arrays, sight.see_through, sight.space, sight.x, sight.y
        return sight.visible[space] > 0 and bool(can_see(*from_here, space, *nav.door_stand(door, space)))

    def _is_near(self, exit_m: float) -> bool:
        return exit_m <= self._incident.parameters.value("exit.near_distance")

    # -- ways -------------------------------------------------------------------------------------------

    def _leads_away(self, way: Floats) -> bool:
        """Tell whether signs are nowhere nearer on a way than at its first point."""
        signs_m = self._senses.signs_m(way[:, 0].astype(np.int32), way[:, 1].copy(), way[:, 2].copy())
        return bool((signs_m >= signs_m[0]).all())

    def _ways_clear(self) -> tuple[int, int]:
        """Return the numbers of the ways out, and to a room out of sight, that keep clear of it."""
        sight = self._senses.sight()
        key = sight.space, sight.visible.tobytes()
        if key not in self._ways:
            self._ways[key] = self._incident.walkers.ways.add_ways(sight.space, sight.visible)
        return self._ways[key]


def reaction_factor(incident: Incident) -> float:
    """Return what practice in drills multiplies reaction times with."""
    return incident.parameters.table("drill.reaction_multiplier", str(incident.policy["drill.frequency"]))
