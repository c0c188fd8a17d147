"""docs/scope.md, rule 6: on a plan from outside nobody stands out until the building has been told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from buildings import library
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import State
from sim.record.timeline import LOCKDOWN_ANNOUNCED
from sim.run import run_incident

SEEN_BEFORE = {State.UNAWARE, State.MOVING, State.OUT}
POLICY = load_policy("immediate-entry").with_lever("exit.option", "multi_option")


@pytest.fixture(scope="module")
def place() -> Any:
    plan = library.load("elementary").model_copy(update={"enrolment": 400})
    return load_scenario("elementary", horizon_s=600.0).with_(plan=plan)


def test_a_recording_shows_people_who_leave_as_people_who_move_until_then(place: Any) -> None:
    left = 0
    for replicate in range(3):
        run = run_incident(place, POLICY, replicate, record=True)
        told_s = next(row.time_s for row in run.timeline if row.event == LOCKDOWN_ANNOUNCED)
        recording = run.recording
        assert recording is not None
        n_before = int(np.ceil(told_s / recording.frame_s))
        before, after = recording.state[:n_before], recording.state[n_before + 1 :]
        officers = np.array([kind == "officer" for kind in recording.kinds])
        assert set(np.unique(before[:, ~officers])) <= SEEN_BEFORE
        # Whoever is out keeps a place until then: nobody vanishes at an exit.
        assert (recording.level[0, ~officers] == recording.level[:n_before, ~officers]).mean() > 0.9
        gone = (recording.level[:n_before, ~officers] < 0).any(axis=0)
        assert (gone == (recording.level[0, ~officers] < 0)).all()
        left += int((after == State.LEAVING).any())
    assert left


def test_columns_and_agents_say_no_more(place: Any) -> None:
    model = ResponseModel(place, POLICY)
    real: set[int] = set()
    while LOCKDOWN_ANNOUNCED not in {row.event for row in model.timeline}:
        assert set(np.unique(model.column("state"))) <= SEEN_BEFORE
        assert set(np.unique(model.column("alerted_tick"))) == {-1}
        real |= set(np.unique(model._people.state).tolist())
        model.step()
    assert State.SECURED in real or State.SHELTERED in real or State.LEAVING in real
    told = model._people.told_tick
    alerted = model.column("alerted_tick")
    assert told > 0
    assert set(np.unique(alerted[alerted < told])) <= {-1}
    assert (model._people.alerted_tick < told).any()
    assert {agent.state for agent in model.agents} - SEEN_BEFORE


def test_a_shipped_plan_shows_states_from_the_start() -> None:
    model = ResponseModel("elementary", POLICY, rng=5)
    while LOCKDOWN_ANNOUNCED not in {row.event for row in model.timeline}:
        model.step()
        if not set(np.unique(model.column("state"))) <= SEEN_BEFORE:
            return
    raise AssertionError("nobody was seen to shelter or lock")
