"""Who leaves under `exit.option = multi_option`: classes with a near exit that no signs have reached."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import TICKS_PER_S
from sim.model import ResponseModel
from sim.policies import load_policy
from sim.population import State


def leaving_at_180_s(signs, option="multi_option"):
    """Return how many are out or on the way out at 180 s, with an answer to whether signs reached a class."""
    policy = load_policy("audit-average").with_lever("exit.option", option)
    model = ResponseModel("elementary", policy, rng=3)
    if signs is not None:
        model._lockdown.ask_for_signs(signs)
    while model._incident.tick < 180 * TICKS_PER_S:
        model.step()
    return int(np.isin(model._people.arrays.state, [State.LEAVING, State.OUT]).sum())


def test_classes_that_signs_have_reached_do_not_leave():
    nobody_has, as_it_is = leaving_at_180_s(lambda rows: False), leaving_at_180_s(None)
    everybody_has = leaving_at_180_s(lambda rows: True)
    assert everybody_has == leaving_at_180_s(None, "lockdown_only")
    assert everybody_has < as_it_is <= nobody_has


@pytest.mark.parametrize("after_s", [0, 10])
def test_a_class_that_hears_signs_while_it_gets_ready_locks_down_after_all(after_s):
    """Ready to leave at first; signs come before it sets out, and its teacher goes to the doors."""
    model = ResponseModel("elementary", "audit-average", rng=3)
    lockdown, people = model._lockdown, model._people
    group = next(g for g in range(len(people.leader)) if people.leader[g] >= 0)
    lockdown.ask_for_signs(lambda rows: after_s == 10)
    lockdown._group_leaves(group)
    states = set(people.arrays.state[people.members[group]].tolist())
    assert (State.LEAVING in states) == (after_s == 0)
