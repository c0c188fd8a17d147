"""A model is a value: a copy taken at any tick and its original both end as if nobody had copied."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict

import pytest

from buildings import library
from sim.given.policies import policy_names
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel

N_COPIES = 10


def model_of(building, policy, horizon_s, **more):
    scenario = load_scenario("default").with_(building=building, horizon_s=horizon_s)
    return ResponseModel(scenario, policy, rng=11, replicate=2, **more)


def end_of(model):
    """Return all that a run leaves, as values that compare by their bits."""
    outcome = model.run()
    arrays = {name: column.tobytes() for name, column in vars_of(model._people.arrays).items()}
    return repr(asdict(outcome)), tuple(model.timeline), arrays


def vars_of(arrays):
    return arrays._asdict() if hasattr(arrays, "_asdict") else vars(arrays)


def check(building, policy, horizon_s):
    """Take copies at ten ticks of one run, then end them from the last to the first, and the original."""
    expected = end_of(model_of(building, policy, horizon_s))
    model, copies = model_of(building, policy, horizon_s), []
    end_tick = model._incident.horizon_tick
    for number in range(N_COPIES):
        model.advance(1 + number * end_tick // (2 * N_COPIES) + number)
        copies.append(model.copy())
    early = copies.pop(0)
    assert end_of(early) == expected  # before its original went on
    assert end_of(model) == expected
    for one in reversed(copies):
        assert one.nav is model.nav
        assert end_of(one) == expected


@pytest.mark.parametrize("policy", policy_names())
def test_copies_and_originals_end_alike_in_the_first_minutes(policy):
    check("elementary", policy, 1200.0)


def test_copies_of_the_high_school_end_alike_when_people_may_leave():
    check("high-school", "audit-average", 400.0)


@pytest.mark.slow
@pytest.mark.parametrize("building", library.names())
@pytest.mark.parametrize("policy", policy_names())
def test_copies_and_originals_end_alike_to_the_end_of_reunification(building, policy):
    check(building, policy, 8 * 3600.0)


@pytest.mark.parametrize("make", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_model_that_mesa_looked_at_can_be_copied(make):
    model = model_of("elementary", "audit-average", 600.0, record=True, exit__option="multi_option")
    for _ in range(100):
        model.step()
    assert len(model.agents) > 100
    other = make(model)
    assert end_of(other) == end_of(model)
    assert len(other.agents) == len(model.agents)
    rows = other.datacollector.get_model_vars_dataframe()
    assert rows.equals(model.datacollector.get_model_vars_dataframe())


def test_nothing_in_the_agenda_or_between_parts_is_a_closure():
    """What a copy would share with its original."""
    model = model_of("elementary", "audit-average", 600.0)
    model.advance(2000)
    for entry in model._incident.agenda._heap:
        assert entry[2] is None or entry[2].__name__ != "<lambda>"
    for part in vars(model).values():
        for value in vars(part).values() if hasattr(part, "__dict__") else ():
            assert getattr(value, "__name__", "") != "<lambda>"
