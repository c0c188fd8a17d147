"""The model as Mesa users expect it: agents, DataCollector, batch_run, on whatever Mesa is installed."""

from __future__ import annotations

import inspect
import re
import threading
import warnings
from types import SimpleNamespace

import mesa
import numpy as np
import pytest

from sim.errors import FirstMinutesError, ParameterError
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import State
from sim.view.agents import ContactTeam, Occupant
from sim.view.mesa_base import WholeRowCollector


@pytest.fixture
def model():
    return ResponseModel("elementary", "immediate-entry", rng=2)


def test_agents_are_real_agents_over_the_arrays(model):
    occupants = model.agents_by_type[Occupant]
    assert len(occupants) == len(model.column("state"))
    assert all(isinstance(agent, mesa.Agent) for agent in occupants)
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)
    agent = next(iter(occupants))
    agent.walk_mps = 0.75
    assert model.column("walk_mps")[agent.row] == 0.75
    assert isinstance(agent.x, float)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 1e6, -1e6, "3", None, True], ids=lambda value: repr(value)
)
@pytest.mark.parametrize("name", ["x", "y", "walk_mps"])
def test_what_no_person_can_be_at_is_refused_when_it_is_set(model, name, value):
    before = model.column(name).copy()
    with pytest.raises(ParameterError, match=rf"^agent \d+: {name} cannot be set to .*\.$"):
        model.agents_by_type[Occupant].set(name, value)
    np.testing.assert_array_equal(model.column(name), before)


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.049, 4.01])
def test_a_speed_at_which_nobody_walks_is_refused(model, value):
    with pytest.raises(ParameterError, match=r"people walk at 0\.05 to 4 m/s"):
        model.agents_by_type[Occupant].set("walk_mps", value)


def test_a_person_can_be_moved_within_the_room_and_not_out_of_it(model):
    agent = next(agent for agent in model.agents_by_type[Occupant] if agent.role.name == "STAFF")
    x, y = agent.x, agent.y
    agent.x, agent.y = np.float64(x + 0.01), y - 0.01
    assert (agent.x, agent.y) == (x + 0.01, y - 0.01)
    for far_m in (-40.0, 40.0):
        with pytest.raises(ParameterError, match="within the space"):
            agent.x = x + far_m


def test_agent_set_methods_see_the_arrays(model):
    for _ in range(60):
        model.step()
    occupants = model.agents_by_type[Occupant]
    counted = {name: len(group) for name, group in occupants.groupby("state_name")}
    states = model.column("state")
    assert counted == {State(s).name.lower(): int((states == s).sum()) for s in np.unique(states)}
    assert len(occupants.select(lambda a: a.state is State.SECURED)) == model.n_secured
    assert occupants.agg("walk_mps", np.mean) == pytest.approx(model.column("walk_mps").mean())


def test_a_step_is_a_second_and_collects_once(model):
    for _ in range(5):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["elapsed_s"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert model.elapsed_s == 5.0
    for name in model.datacollector.model_reporters:
        assert hasattr(model, name)


def test_batch_run_works_with_policies_and_seeds():
    parameters = {"scenario": "elementary", "policy": ["immediate-entry", "perimeter-1999"]}
    has_rng = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"rng": [1, 2]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        rows = mesa.batch_run(
            ResponseModel,
            parameters if has_rng else {**parameters, **seeds},
            max_steps=3,
            data_collection_period=-1,
            display_progress=False,
            **(seeds if has_rng else {}),
        )
    assert [row["policy"] for row in rows].count("immediate-entry") == 2
    assert len(rows) == 4
    assert all(row["elapsed_s"] >= 3.0 for row in rows)


def test_a_seed_from_a_text_field_is_the_same_seed():
    assert ResponseModel("elementary", rng="4").key == ResponseModel("elementary", rng=4).key


def batch(parameters, iterations=1, max_steps=3):
    """Return the last row of every run of a batch, whatever Mesa asks for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        return mesa.batch_run(
            Keyed, parameters, iterations=iterations, max_steps=max_steps, display_progress=False
        )


class Keyed(ResponseModel):
    """A model that collects its key."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.datacollector.model_reporters |= {"seed_taken": lambda model: model.key.seed}
        self.datacollector.model_vars["seed_taken"] = []


def test_iterations_of_a_batch_are_as_many_incidents():
    """Case F20: Mesa passes no number of the iteration on."""
    rows = batch({"building": "elementary"}, iterations=4)
    assert len(rows) == 4
    assert len({row["seed_taken"] for row in rows}) == 4
    again = ResponseModel("elementary", rng=rows[0]["seed_taken"])
    assert again.key == (rows[0]["seed_taken"], 0)


def test_a_seed_or_a_replicate_makes_the_incident_the_same_for_all():
    keys = [ResponseModel("elementary", **given).key for given in ({"seed": 7}, {"rng": 7}, {"replicate": 2})]
    assert keys == [(7, 0), (7, 0), (1, 2)]
    one, other = ResponseModel("elementary"), ResponseModel("elementary")
    assert one.key != other.key
    assert not np.array_equal(one.column("x"), other.column("x"))


def test_a_plan_from_outside_is_never_drawn_afresh(elementary_from_outside):
    assert ResponseModel(elementary_from_outside).key == ResponseModel(elementary_from_outside).key


@pytest.fixture
def elementary_from_outside():
    scenario = load_scenario("elementary")
    levels = tuple(level.model_copy(update={"name": f"{level.name} floor"}) for level in scenario.plan.levels)
    return scenario.with_(plan=scenario.plan.model_copy(update={"levels": levels}))


def test_a_scenario_is_given_field_by_field():
    model = ResponseModel(building="elementary", day_part="lunch", horizon_s=900, seed=3)
    assert (model.setting.building, model.setting.day_part) == ("elementary", "lunch")
    assert (model.setting.venue, model.setting.horizon_s) == ("elementary", 900.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bilding": "elementary"}, "Did you mean 'building'"),
        ({"replicates": 3}, "Did you mean 'replicate'"),
        ({"entry__polcy": 3}, "Did you mean 'entry.policy'"),
        ({"day_part": "lunchtime"}, "Did you mean 'lunch'"),
        ({"rng": 1, "seed": 1}, "two names of one number"),
        ({"seed": -1}, "whole numbers from 0"),
        ({"seed": 2**70}, "whole numbers from 0"),
        ({"rng": 1.5}, "whole numbers from 0"),
        ({"replicate": "two"}, "whole numbers from 0"),
    ],
)
def test_what_a_model_does_not_take_is_said_in_a_sentence(given, said):
    with pytest.raises(FirstMinutesError, match=re.escape(said)):
        ResponseModel(**given)


def test_steps_are_the_seconds_of_the_run_however_it_was_run():
    """Case F33: 0 steps after 6,760 s, and a row more for every step after the end."""
    strode, stepped = (ResponseModel("elementary", rng=2, horizon_s=240.05) for _ in range(2))
    strode.run()
    while stepped.running:
        stepped.step()
    assert strode.steps == stepped.steps == 241
    assert strode.elapsed_s == stepped.elapsed_s == 240.05
    for model in (strode, stepped):
        rows = len(model.datacollector.get_model_vars_dataframe())
        model.step()
        assert (model.steps, model.elapsed_s) == (241, 240.05)
        assert len(model.datacollector.get_model_vars_dataframe()) == rows


def test_stopping_is_mesas_running_flag():
    model = ResponseModel("elementary", rng=1)
    model._incident.horizon_tick = 40
    model.step()
    assert model.running
    model.step()
    assert not model.running


def test_agents_are_made_at_the_first_look_and_change_nothing():
    """Looked at from the start or only at the end: the same agents, teams after people, the same run."""
    looked, unseen = (ResponseModel("elementary", "immediate-entry", rng=2) for _ in range(2))
    assert len(looked.agents) == len(looked.column("state"))
    for model in (looked, unseen):
        model.advance(20 * 1500)
    assert not unseen._shows_agents
    shown = [[(type(agent), agent.unique_id) for agent in model.agents] for model in (looked, unseen)]
    assert len(shown[1]) > len(unseen.column("state")), "choose a seed in which a team is inside"
    assert [kind for kind, _ in shown[0]] == [kind for kind, _ in shown[1]]
    assert [number for _, number in shown[1]] == list(range(1, len(shown[1]) + 1))
    assert set(unseen.agent_types) == {Occupant, ContactTeam}
    assert np.array_equal(looked.column("x"), unseen.column("x"))
    unseen.remove_all_agents()
    assert len(unseen.agents) == 0


def test_the_table_of_a_run_is_read_between_rows_only():
    """A page reads it from another thread: while a row is being collected the reader waits."""
    collecting, go_on, read = threading.Event(), threading.Event(), threading.Event()

    def slow(_model):
        collecting.set()
        go_on.wait(10)
        return 1

    collector = WholeRowCollector(model_reporters={"first": lambda _model: 0, "second": slow})
    model = SimpleNamespace(time=0.0)  # Mesa 3.5 notes the time of a row
    writer = threading.Thread(target=collector.collect, args=(model,))
    reader = threading.Thread(target=lambda: (collector.get_model_vars_dataframe(), read.set()))
    writer.start()
    assert collecting.wait(10)
    reader.start()
    assert not read.wait(0.2)
    go_on.set()
    writer.join(10)
    reader.join(10)
    assert read.is_set()
    assert collector.get_model_vars_dataframe().to_dict("list") == {"first": [0], "second": [1]}
