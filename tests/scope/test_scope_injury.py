"""docs/scope.md, rule 5: nothing public tells an injured person from others at rest, nor when it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import COLUMNS, State
from sim.record.timeline import THREAT_END
from sim.run import run_incident, run_paired
from sim.streams import RunKey
from sim.view.agents import Occupant
from sim.view.outcome import HARM_CENSORED, HARM_LEVELS, NEEDS_PATIENT

Walk = Callable[[Any], Iterator[tuple[str, Any]]]
EMPTY_UNTIL_OVER = (
    *HARM_LEVELS,
    *(f"{name}_vs_baseline" for name in HARM_LEVELS),
    *NEEDS_PATIENT,
)
KEY = RunKey(5, 0)
"""A run in which two people are injured before the threat is over."""


def _stepped(seconds: int) -> ResponseModel:
    model = ResponseModel(load_scenario(building="elementary"), "immediate-entry", rng=5, record=True)
    for _ in range(seconds):
        model.step()
    return model


def _seen(model: ResponseModel, row: int, public: Walk) -> dict[str, Any]:
    """Everything public about one person: columns, the agent, counts, a frame of the recording."""
    agent = next(agent for agent in model.agents_by_type[Occupant] if agent.row == row)
    seen: dict[str, Any] = {name: model.column(name)[row].item() for name in COLUMNS}
    # The agent's way back to its model is walked elsewhere.
    seen |= {f"agent{path}": value for path, value in public(agent) if not path.startswith(".model")}
    seen |= {name: getattr(model, name) for name in model.datacollector.model_reporters}
    seen["outcome"] = repr(model.outcome())
    return {path: value for path, value in seen.items() if isinstance(value, str | int | float | tuple)}


@pytest.mark.parametrize(
    ("seconds", "state"), [(1, State.UNAWARE), (40, State.ALERTED), (60, State.SHELTERED)]
)
def test_an_injury_of_somebody_at_rest_changes_nothing_that_is_shown(
    seconds: int, state: State, public: Walk
) -> None:
    model = _stepped(seconds)
    people = model._people
    at_rest = np.flatnonzero((people.state == state) & (people.arrays.moving == 0))
    assert len(at_rest), "choose a time at which somebody is"
    row = int(at_rest[0])
    before = _seen(model, row, public)
    assert {"state", "x", "agent.state_name", "n_moving", "n_unaware"} <= set(before)
    model._incident.harm.injure(row)
    assert row in model._incident.harm.patients()
    assert _seen(model, row, public) == before


def test_a_walker_who_is_injured_is_a_person_at_rest() -> None:
    model = _stepped(20)
    people = model._people
    while not (walkers := np.flatnonzero((people.state == State.MOVING) & (people.arrays.moving == 1))).size:
        model.step()
    row = int(walkers[0])
    model._incident.harm.injure(row)
    assert State(model.column("state")[row].item()) is State.SHELTERED
    assert people.arrays.moving[row] == 0


def test_an_alert_reaches_the_injured_like_the_others_of_their_class() -> None:
    """Whoever is hurt before the alert stays unaware till then, then looks like classmates at rest."""
    model = _stepped(1)
    people = model._people
    group = next(rows for rows in people.members if len(rows) > 3 and (people.state[rows] == 0).all())
    model._incident.harm.injure(int(group[1]))
    shown = set()
    for _ in range(300):
        model.step()
        state, alerted = model.column("state")[group], model.column("alerted_tick")[group]
        assert (alerted == alerted[0]).all()
        if alerted[0] >= 0:
            shown.add(State(state[1].item()))
        else:
            assert (state == State.UNAWARE).all()
    assert State.UNAWARE not in shown
    assert shown <= {State.SHELTERED, State.SECURED}


def test_nothing_about_a_person_says_since_when_or_how_fast_just_now() -> None:
    for name in ("state_since", "speed"):
        assert name not in COLUMNS
        assert not hasattr(Occupant, name)


# -- harm is told at the end or not at all ---------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Any:
    return run_incident(load_scenario(building="elementary", horizon_s=1800.0), _policy(), KEY)


def _policy() -> Any:
    return load_policy("immediate-entry")


def _end_s(result: Any) -> float | None:
    return next((row.time_s for row in result.timeline if row.event == THREAT_END), None)


def test_rising_horizons_tell_no_time_of_an_injury(whole: Any) -> None:
    """A run cut before the threat is over has no harm in it, whatever had happened by then."""
    assert whole.outcome.injury_events >= 1, "choose a seed in which somebody is injured"
    end_s = _end_s(whole)
    assert end_s is not None
    told = []
    for horizon_s in np.linspace(0.1, 1.0, 4) * (end_s - 1.0):
        scenario = load_scenario(building="elementary", horizon_s=float(round(horizon_s)))
        outcome = run_incident(scenario, _policy(), KEY).outcome
        assert outcome.harm_censored
        told.append(tuple(outcome.as_row()[name] for name in EMPTY_UNTIL_OVER))
        told.append((outcome.is_censored("first_care_first_s"), outcome.is_censored("first_care_median_s")))
    assert set(told[0::2]) == {(None,) * len(EMPTY_UNTIL_OVER)}
    assert set(told[1::2]) == {(True, True)}
    after = load_scenario(building="elementary", horizon_s=float(end_s + 1.0))
    outcome = run_incident(after, _policy(), KEY).outcome
    assert not outcome.harm_censored
    # Deaths averted are known later, once medics are inside.
    known = [name for name in HARM_LEVELS if name != "survivable_deaths_averted"]
    assert [getattr(outcome, name) for name in known] == [getattr(whole.outcome, name) for name in known]
    assert outcome.survivable_deaths_averted is None


def test_a_model_that_is_stopped_early_tells_no_harm(whole: Any) -> None:
    """Nor does Mesa's `running` flag, which anybody may clear."""
    model = ResponseModel(load_scenario(building="elementary"), "immediate-entry", rng=KEY.seed)
    model.advance(int(20 * ((_end_s(whole) or 0.0) - 2.0)))
    assert model._hazard.injury_events >= 1
    model.running = False
    assert all(model.outcome().as_row()[name] is None for name in EMPTY_UNTIL_OVER)


def test_a_pair_of_which_one_is_cut_gives_no_difference(whole: Any) -> None:
    """On any plan: the difference to a finished baseline would be a running count."""
    from sim.model.summary import publish_pair

    full = replace(whole.outcome, changes={})
    cut = replace(full, **{HARM_CENSORED: True})
    for library_plan in (True, False):
        for outcome, baseline in ((cut, full), (full, cut)):
            published = publish_pair(outcome, baseline, library_plan=library_plan)
            assert published.changes.get("exposure_person_s") is None
            assert published.changes.get("injury_events") is None
        both = publish_pair(full, full, library_plan=library_plan)
        assert both.changes.get("exposure_person_s") == (0.0 if library_plan else None)


def test_a_study_counts_the_runs_that_were_cut(tmp_path: Any) -> None:
    from experiments.compare.comparison import compare
    from experiments.study.design import StudyDesign, arms_of
    from experiments.study.runner import run_study

    scenario = load_scenario(building="elementary", horizon_s=40.0)
    design = StudyDesign(scenario, arms_of([_policy(), load_policy("perimeter-1999")]), runs=2)
    results = run_study(design, tmp_path / "out", 1, progress=False)
    assert results.outcomes()[HARM_CENSORED].all()
    (harm,) = compare(results, outcomes=["injury_events_vs_baseline"])
    assert (harm.n_pairs, harm.n_censored, harm.diff_mean) == (0, 2, None)


def test_two_policies_of_one_key_share_harm_columns_only_at_the_end() -> None:
    scenario = load_scenario(building="elementary", horizon_s=30.0)
    for result in run_paired(scenario, [_policy(), load_policy("perimeter-1999")], KEY):
        assert all(result.outcome.as_row()[name] is None for name in EMPTY_UNTIL_OVER)
