"""What is shown of contact teams tells neither who was wounded nor where (docs/scope.md, rules 5 and 6)."""

from __future__ import annotations

import pytest

from sim.given import disclosure
from sim.given.policies import load_policy
from sim.given.scenario import Scenario
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.record.timeline import FIRST_CONTACT, FIRST_ENTRY, TEAM_ENTRY, THREAT_END
from sim.response.search import MAX_TEAMS
from sim.run import _ModelOfStudy, run_incident, run_paired
from sim.streams import RunKey
from sim.view.agents import ContactTeam


def _scenario(*, is_ours: bool) -> Scenario:
    ours = load_scenario(building="elementary", horizon_s=1200.0)
    return ours if is_ours else ours.with_(plan=ours.plan.model_copy(update={"name": "Another school"}))


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_recording_shows_officers_from_entry_on(is_ours: bool) -> None:
    place, shown = _scenario(is_ours=is_ours), 0
    for replicate in range(3):
        key = RunKey(4, replicate) if is_ours else replicate
        result = run_incident(place, load_policy("sro-inside"), key, record=True)
        assert result.recording is not None
        officers = [row for row, kind in enumerate(result.recording.kinds) if kind == "officer"]
        shown += bool((result.recording.level[:, officers] >= 0).any())
    assert shown


def test_a_team_of_an_outside_plan_that_vanishes_need_not_be_wounded() -> None:
    """In most runs nobody is wounded and the teams are gone before first contact all the same."""
    place, gone, n = _scenario(is_ours=False), 0, 0
    for replicate in range(20):
        key = RunKey(disclosure.seed_of(place, None), replicate)
        model = _ModelOfStudy(place, "immediate-entry", rng=key.seed, replicate=key.replicate)
        vars(model._first_officer)["_chance"] = lambda _size: 0.0
        while model.running and not {row.event for row in model.timeline} & {FIRST_CONTACT, THREAT_END}:
            model.step()
            seen = bool(model._incident.shown.now())
        if FIRST_ENTRY in {row.event for row in model.timeline}:
            n, gone = n + 1, gone + (not seen or model._incident.shown._is_hidden)
    assert n >= 4
    assert gone >= n / 3


def _always_wounded(replicate: int) -> ResponseModel:
    model = ResponseModel("elementary", "immediate-entry", rng=5, replicate=replicate)
    vars(model._first_officer)["_chance"] = lambda _size: 1.0
    return model


def test_no_more_teams_are_shown_or_stamped_when_an_officer_is_wounded() -> None:
    wounded = beyond = 0
    for replicate in range(40):
        early, late = _always_wounded(replicate), _always_wounded(replicate)
        assert not early.agents_by_type.get(ContactTeam, ())  # a look before the run
        for model in (early, late):
            model.run()
        shown = [len(model.agents_by_type.get(ContactTeam, ())) for model in (early, late)]
        assert shown[0] == shown[1] <= MAX_TEAMS
        assert sum(row.event == TEAM_ENTRY for row in late.timeline) < MAX_TEAMS
        wounded += late._first_officer.n_wounded
        beyond += len(late._responders.teams) > MAX_TEAMS
    assert wounded
    assert beyond


def test_people_who_leave_and_people_who_stay_may_stand_side_by_side() -> None:
    """The comparison that trainers ask for; what is seen of who leaves is told in test_scope_outside."""
    stay = load_policy("immediate-entry")
    leave = stay.with_lever("exit.option", "multi_option", label="leave")
    for is_ours in (True, False):
        scenario = _scenario(is_ours=is_ours)
        pair = run_paired(scenario, [stay, leave], 0, record=[stay.name, leave.name])
        assert all(result.recording is not None for result in pair)
