"""docs/scope.md, rules 5 and 6: harm has no place in any output, and no level outside our own buildings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from buildings.wings import wings
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.record import timeline
from sim.record.recording import Recording
from sim.run import run_paired
from sim.view.outcome import HARM_LEVELS, NEEDS_PATIENT, OUTCOMES, TYPES, Outcome, censored_name, versus

HARM_EVENTS = {
    timeline.FIRST_CONTACT,
    timeline.THREAT_END,
    timeline.RESPONDER_WOUNDED,
    *timeline.PATIENT_EVENTS,
    timeline.INCIDENT_START,
}
HARM_WORD = re.compile(
    r"injur|hurt|expos|victim|casualt|wound|dead|kill|hazard|shot|shooter|threat", re.IGNORECASE
)
KNOWN_AT_ONCE = [name for name in HARM_LEVELS if name != "survivable_deaths_averted"]
"""Deaths averted are known later than the rest, once medics are inside."""
STATES = ("unaware", "alerted", "moving", "sheltered", "secured", "leaving", "out", "responder")
KINDS = {"pupil", "staff", "visitor", "officer", "medic"}


@pytest.fixture(scope="module")
def plan() -> Any:
    return load_scenario(building="elementary").plan


# -- timelines --------------------------------------------------------------------------------------


def test_timeline_rows_have_five_fields(pair: list[Any]) -> None:
    assert timeline.Row._fields == ("time_s", "event", "who", "where", "note")
    assert all(len(result.timeline) > 5 for result in pair)


def test_harm_has_no_place_in_a_timeline(pair: list[Any]) -> None:
    events = {row.event for result in pair for row in result.timeline}
    assert timeline.FIRST_CONTACT in events
    for result in pair:
        for row in result.timeline:
            if row.event in HARM_EVENTS or HARM_WORD.search(row.event):
                assert row.where == "", row


def test_no_single_injury_or_exposure_is_an_event(pair: list[Any]) -> None:
    names = {value for name, value in vars(timeline).items() if name.isupper() and isinstance(value, str)}
    names |= {row.event for result in pair for row in result.timeline}
    assert not [
        name for name in names if re.search(r"injur|expos|casualt|victim|candidate|hazard", name, re.I)
    ]


def test_where_is_a_wing_of_at_least_eight_rooms_or_nothing(pair: list[Any], plan: Any) -> None:
    rooms = Counter(wings(plan).values())
    for result in pair:
        for row in result.timeline:
            assert row.where == "" or rooms[row.where] >= 8, row


def test_no_text_of_a_timeline_names_a_room_or_a_door(pair: list[Any], plan: Any) -> None:
    names = {thing.id for things in (plan.spaces, plan.doors, plan.connectors) for thing in things}
    names |= {space.name for space in plan.spaces if space.name}
    pattern = re.compile(
        r"(?<![\w-])(" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")(?![\w-])"
    )
    for result in pair:
        for row in result.timeline:
            assert not pattern.search(f"{row.who} | {row.note}"), row


# -- recordings -------------------------------------------------------------------------------------


def test_a_recording_has_no_field_for_harm() -> None:
    names = (
        {field.name for field in fields(Recording)} if hasattr(Recording, "__dataclass_fields__") else set()
    )
    names |= set(getattr(Recording, "_fields", ()))
    assert names
    assert not [name for name in names if HARM_WORD.search(name)]


def test_a_recording_has_a_row_per_person_and_responder_only(pair: list[Any]) -> None:
    for result in pair:
        recording = result.recording
        counts = Counter(recording.kinds)
        assert set(counts) <= KINDS, set(counts) - KINDS
        assert counts["pupil"] + counts["staff"] + counts["visitor"] == result.n_people
        assert len(recording.kinds) == recording.x.shape[1] == recording.state.shape[1]


def test_states_of_a_recording_are_the_eight_and_say_nothing_of_harm(pair: list[Any]) -> None:
    for result in pair:
        recording = result.recording
        assert tuple(recording.states) == STATES
        assert set(np.unique(recording.state)) <= set(range(-1, len(STATES)))


def test_state_names_in_the_product_say_nothing_of_harm() -> None:
    from sim.people.population import State

    assert [state.name.lower() for state in State] == list(STATES)


def test_a_saved_recording_holds_the_same_and_no_more(pair: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "one.npz"
    pair[0].recording.save(file)
    with np.load(file, allow_pickle=False) as stored:
        assert not [name for name in stored.files if HARM_WORD.search(name)]
        texts = [str(stored[name]) for name in stored.files if stored[name].dtype.kind in "US"]
    assert not [text for text in texts if re.search("hazard|injur|expos", text, re.I)]


# -- tables -----------------------------------------------------------------------------------------


def test_outcome_columns_are_numbers_without_a_place(pair: list[Any]) -> None:
    allowed = {column.name for column in OUTCOMES}
    allowed |= {
        column.name.removesuffix("_s") + "_censored" for column in OUTCOMES if column.kind == "interval"
    }
    assert set(TYPES) == set(pair[0].outcome.as_row()) == allowed | {"harm_censored"}
    own = {"harm_censored", "is_care_due", "changes"}
    assert {field.name for field in fields(Outcome)} - own == {c.name for c in OUTCOMES} - set(
        map(versus, HARM_LEVELS)
    )
    for result in pair:
        for name, value in result.outcome.as_row().items():
            assert value is None or isinstance(value, bool | int | float), name
            assert not re.search(r"room|door|space|wing|level|zone|where|_x$|_y$", name)


def test_harm_columns_are_only_ever_better_lower_or_no_objective() -> None:
    harm = [column for column in OUTCOMES if column.kind == "harm"]
    assert {column.name for column in harm} == {
        *HARM_LEVELS,
        *(f"{name}_vs_baseline" for name in HARM_LEVELS),
    }
    # Deaths averted rise with the number of the injured too: to maximise them would be to want more of both.
    averted = {"survivable_deaths_averted", "survivable_deaths_averted_vs_baseline"}
    for column in harm:
        assert column.better == (None if column.name in averted else "lower"), column.name


def test_own_buildings_show_levels_and_differences(pair: list[Any]) -> None:
    base, other = (result.outcome for result in pair)
    assert set(HARM_LEVELS) >= {"injury_events", "responders_injured", "survivable_deaths_averted"}
    for name in KNOWN_AT_ONCE:
        assert base.changes.get(name) == 0
        difference = getattr(other, name) - getattr(base, name)
        assert other.changes.get(name) == pytest.approx(difference)


@pytest.mark.parametrize("change", ["another name", "one pupil more"])
def test_any_other_plan_shows_no_level_of_harm(tmp_path: Path, change: str) -> None:
    """Told by content hash: neither the name nor `fictional: true` makes a plan ours."""
    import json

    from buildings.files import write_plan
    from buildings.library import load
    from sim.given.disclosure import is_ours

    file = tmp_path / "elementary.plan.json"
    write_plan(load("elementary"), file)
    data = json.loads(file.read_text(encoding="utf-8"))
    if change == "another name":
        data["name"] = "Another name"
    else:
        data["enrolment"] -= 1
    file.write_text(json.dumps(data), encoding="utf-8")
    scenario = load_scenario(building=str(file), horizon_s=900.0)
    if is_ours(scenario.plan):
        assert change == "another name"  # a display name is no content
        return
    results = run_paired(
        scenario,
        [load_policy("immediate-entry"), load_policy("perimeter-1999")],
        0,
        record=["immediate-entry"],
    )
    for result in results:
        for name in HARM_LEVELS:
            assert getattr(result.outcome, name) is None
        assert result.outcome.changes == {}
        assert all(row.where == "" for row in result.timeline), "a plan from outside shows no wing"
    assert results[0].recording is not None
    assert results[0].recording.library_plan is False


def test_no_way_of_running_a_plan_from_outside_gives_a_level_of_harm() -> None:
    """A single run, a model at its end and a timeline say no more than a pair does."""
    from sim.model import ResponseModel
    from sim.run import run_incident

    ours = load_scenario(building="elementary", horizon_s=1800.0)
    plan = ours.plan.model_copy(update={"enrolment": 400, "fictional": True})
    policy = load_policy("immediate-entry")
    models = [ResponseModel(ours.with_(plan=plan), policy, replicate=replicate) for replicate in range(3)]
    for model in models:
        model.run()
    replicate, model = max(enumerate(models), key=lambda one: one[1]._hazard.injury_events)
    assert model._hazard.injury_events >= 1, "choose another plan, in which somebody is injured"
    single = run_incident(ours.with_(plan=plan), policy, replicate)
    for outcome in (single.outcome, model.outcome()):
        row = outcome.as_row()
        assert [row[name] for name in (*HARM_LEVELS, *NEEDS_PATIENT)] == [None] * 7
        assert not any(row[censored_name(name)] for name in NEEDS_PATIENT)
    assert single.outcome.changes == {}
    for rows in (single.timeline, model.timeline):
        assert not timeline.OURS_ONLY & {row.event for row in rows}


def test_a_study_records_two_incidents_of_at_most_twenty() -> None:
    from experiments.study.design import StudyDesign, arms_of

    names = ["immediate-entry", "team-of-four", "perimeter-1999", "delayed-command"]
    arms = arms_of([load_policy(name) for name in names])
    design = StudyDesign(load_scenario(building="elementary"), arms, runs=5)
    assert len(design.recorded_labels) == 2
