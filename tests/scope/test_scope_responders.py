"""What is shown of contact teams tells neither who was wounded nor where (docs/scope.md, rules 5 and 6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.errors import PolicyError
from sim.given.policies import load_policy
from sim.given.scenario import Scenario
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.model.summary import publish_pair
from sim.record.timeline import TEAM_ENTRY
from sim.response.search import MAX_TEAMS
from sim.run import run_incident, run_paired
from sim.streams import RunKey
from sim.view.agents import ContactTeam


def _scenario(*, is_ours: bool) -> Scenario:
    ours = load_scenario(building="elementary", horizon_s=1200.0)
    return ours if is_ours else ours.with_(plan=ours.plan.model_copy(update={"name": "Another school"}))


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_team_has_a_place_on_our_own_plans_only(is_ours: bool) -> None:
    model = ResponseModel(_scenario(is_ours=is_ours), "sro-inside", rng=4)
    seen: set[object] = set()
    while model.running and model.elapsed_s < 600:
        model.step()
        seen |= {team.position for team in model.agents_by_type.get(ContactTeam, ())}
    assert seen
    assert bool(seen - {None}) == is_ours


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_recording_shows_officers_on_our_own_plans_only(is_ours: bool) -> None:
    result = run_incident(_scenario(is_ours=is_ours), load_policy("sro-inside"), RunKey(4, 0), record=True)
    assert result.recording is not None
    officers = [row for row, kind in enumerate(result.recording.kinds) if kind == "officer"]
    assert bool((result.recording.level[:, officers] >= 0).any()) == is_ours


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


def test_people_who_leave_and_people_who_stay_are_not_recorded_side_by_side() -> None:
    stay = load_policy("immediate-entry")
    leave = stay.with_lever("exit.option", "multi_option", label="leave")
    scenario, key = _scenario(is_ours=True), RunKey(4, 0)
    with pytest.raises(PolicyError, match=r"^recording: .*exit\.option"):
        run_paired(scenario, [stay, leave], key, record=[stay.name, leave.name])
    one, other = run_paired(scenario, [stay, leave], key, record=[leave.name])
    assert one.recording is None
    assert other.recording is not None


@pytest.mark.parametrize(
    ("entry_s", "is_ours", "expected"), [(30.0, False, 1), (None, False, None), (None, True, 1)]
)
def test_a_baseline_that_never_goes_in_gives_no_difference_of_wounded_officers(
    entry_s: float | None, is_ours: bool, expected: int | None
) -> None:
    full = replace(ResponseModel("elementary", "immediate-entry", rng=5).outcome(), harm_censored=False)
    baseline = replace(full, start_to_entry_s=entry_s, responders_injured=0, injury_events=5)
    outcome = replace(full, start_to_entry_s=30.0, responders_injured=1, injury_events=3)
    published = publish_pair(outcome, baseline, library_plan=is_ours)
    assert published.responders_injured_vs_baseline == expected
    assert published.injury_events_vs_baseline == -2
