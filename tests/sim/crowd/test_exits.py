"""The choice of an exit, from made-up distances: the least time, the queue ahead, when to turn round."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.crowd.exits import FLOW_PER_M_S, Exits
from sim.crowd.people import BY_CHOICE, FIXED


class ByTable:
    """Distances of persons to exits from a table: a person's row is the person's space."""

    def __init__(self, away):
        self.away = np.array(away, dtype=float)

    def distances(self, number, space, x, y):
        return self.away[space, number]


def chooser(away, *, kind=BY_CHOICE, weights=None, group=None, knows=None, width_m=1.0):
    """Return exits of a width for people at 1 m/s who are so far from them (m)."""
    n, n_exits = np.shape(away)
    people = SimpleNamespace(space=np.arange(n), x=np.zeros(n), y=np.zeros(n), speed=np.ones(n))
    plans = SimpleNamespace(
        arrays=people,
        kind=np.full(n, kind),
        group=np.full(n, -1) if group is None else np.array(group),
        knows=np.ones((n, n_exits), dtype=bool) if knows is None else np.array(knows),
    )
    floor = SimpleNamespace(exits=dict.fromkeys(range(n_exits)), exit_width_m=lambda _: width_m)
    return Exits(floor, plans, ByTable(away), np.ones(n_exits) if weights is None else np.array(weights))


def choose(exits, rows, now, walking=()):
    n = len(exits._plans.kind)
    mask = np.zeros(n, dtype=bool)
    mask[list(walking)] = True
    return exits.choose(np.array(rows), np.array(now, dtype=np.int32), mask).tolist()


def test_who_has_no_exit_yet_takes_the_one_that_takes_least_time():
    assert choose(chooser([[30, 20, 25]]), [0], [-1]) == [1]
    assert choose(chooser([[30, 20, 25]], weights=[0.5, 1.0, 1.0]), [0], [-1]) == [0]
    assert choose(chooser([[30, 20, 25]], knows=[[True, False, True]]), [0], [-1]) == [2]


def test_another_exit_must_save_more_than_a_tenth_of_the_time():
    """Of 100 s: 91 s and 90 s are not worth turning round for, 89 s are."""
    for other, chosen in ((91, 0), (90, 0), (89, 1)):
        assert choose(chooser([[100, other]]), [0], [0]) == [chosen]
    assert choose(chooser([[100, 99]]), [0], [-1]) == [1]


def test_who_goes_to_the_nearest_turns_for_any_gain_and_leaves_a_closed_exit():
    assert choose(chooser([[100, 99]], kind=FIXED), [0], [0]) == [1]
    assert choose(chooser([[np.inf, 99]]), [0], [0]) == [1]
    assert choose(chooser([[np.inf, np.inf]]), [0], [0]) == [-1]


def test_those_who_are_nearer_to_an_exit_are_waited_for():
    """Twelve ahead at an exit 1 m wide take 10 s: 50 m and that queue are more than 59 m, less than 61 m."""
    assert pytest.approx(1.2) == FLOW_PER_M_S
    for other, chosen in ((59.0, 1), (61.0, 0)):
        away = [[50.0, other], *[[10.0, 99.0]] * 12, *[[55.0, 99.0]] * 30]
        now = [-1] + [0] * 42
        assert choose(chooser(away), [0], now, range(1, 43)) == [chosen]
    wide = chooser([[50.0, 59.0], *[[10.0, 99.0]] * 12], width_m=2.0)
    assert choose(wide, [0], [-1] + [0] * 12, range(1, 13)) == [0]
    idle = chooser([[50.0, 59.0], *[[10.0, 99.0]] * 12])
    assert choose(idle, [0], [-1] + [0] * 12) == [0]


def test_a_group_takes_the_exit_that_is_best_in_its_mean():
    """10 m and 40 m to the one exit, 20 m and 20 m to the other; alone, they would part."""
    away = [[10, 20], [40, 20], [10, 20]]
    assert choose(chooser(away, kind=FIXED, group=[5, 5, -1]), [0, 1, 2], [-1] * 3) == [1, 1, 0]
    assert choose(chooser(away, kind=FIXED), [0, 1, 2], [-1] * 3) == [0, 1, 0]
    assert choose(chooser(away, kind=FIXED, group=[5, 5, 7]), [2], [-1] * 3) == [0]
