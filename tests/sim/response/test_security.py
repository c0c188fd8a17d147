"""The lever `security.officer`: unarmed notices and reports sooner, without contact; a guard goes in."""

from __future__ import annotations

import numpy as np
import pytest
from paired import N_KEYS, column, runs, small_scenario, stamps_s

from sim.errors import PolicyError
from sim.given.levers import LEVERS
from sim.given.policies import load_policy
from sim.model import ResponseModel
from sim.record.timeline import FIRST_CALL, FIRST_CONTACT, FIRST_ENTRY, TEAM_ENTRY
from sim.response.search import MAX_TEAMS
from sim.streams import Stream

UNARMED = {"security__officer": "unarmed"}
CHANNELS = ("phone_chain", "public_address", "panic_alarm", "detection")


@pytest.mark.parametrize("channel", CHANNELS)
def test_report_and_lockdown_are_later_in_no_run(channel):
    """The lever table asks for the mean; a second way to a first report can delay no run at all."""
    for name in ("start_to_report_s", "start_to_lockdown_s"):
        without = column("audit-average", name, notify__channel=channel)
        unarmed = column("audit-average", name, notify__channel=channel, **UNARMED)
        assert all(b <= a for a, b in zip(without, unarmed, strict=True))
        assert sum(b < a for a, b in zip(without, unarmed, strict=True)) > 5 or channel == "detection"


def test_report_and_lockdown_come_sooner_in_the_mean():
    """It would be falsified by a later report."""
    for name in ("start_to_report_s", "start_to_lockdown_s"):
        change = np.subtract(column("audit-average", name, **UNARMED), column("audit-average", name))
        assert change.mean() + 2.6 * change.std() / np.sqrt(N_KEYS) < 0


def test_an_unarmed_officer_never_makes_contact():
    """It would be falsified by any contact without an officer who entered."""
    without, unarmed = runs("audit-average"), runs("audit-average", **UNARMED)
    for a, b in zip(without, unarmed, strict=True):
        entry, contact = stamps_s(b, FIRST_ENTRY), stamps_s(b, FIRST_CONTACT)
        assert entry
        assert all(entry[0] <= second for second in contact)
        assert {row.who for row in b.timeline if row.event in (FIRST_ENTRY, TEAM_ENTRY)} <= {
            f"contact team {number}" for number in range(1, MAX_TEAMS + 1)
        }
        assert {row.who for row in b.timeline} <= {row.who for row in a.timeline} | {
            "security officer",
            *(f"officer {k}" for k in range(1, 13)),
            *(f"contact team {k}" for k in range(1, MAX_TEAMS + 1)),
        }


def test_the_team_that_comes_in_for_a_wounded_officer_is_in_no_row():
    """So that the list of teams above is a rule, and not the luck of the keys."""
    beyond = 0
    for replicate in range(20):
        model = ResponseModel(small_scenario(), "audit-average", rng=9, replicate=replicate, **UNARMED)
        vars(model._first_officer)["_chance"] = lambda size: 1.0
        model.run()
        beyond += len(model._responders.teams) > MAX_TEAMS
        assert {row.who for row in model.timeline if row.event == TEAM_ENTRY} <= {
            f"contact team {number}" for number in range(2, MAX_TEAMS + 1)
        }
    assert beyond


def test_nobody_makes_contact_while_no_officer_comes():
    model = ResponseModel(small_scenario(), "audit-average", rng=9, patrol__response="slow", **UNARMED)
    while not model._dispatch.arrival_ticks:
        model.step()
    assert model._contact.tick is None
    assert model._responders.teams == []
    assert model._responders.officers_on_scene == 1


def test_the_police_come_sooner_by_exactly_as_much_as_the_report():
    """The officer changes when the report is made and nothing of what follows from it."""
    by_officer = 0
    for a, b in zip(runs("audit-average"), runs("audit-average", **UNARMED), strict=True):
        assert b.outcome.call_to_dispatch_s == a.outcome.call_to_dispatch_s
        assert b.outcome.call_to_first_le_s == a.outcome.call_to_first_le_s
        (call,) = [row for row in b.timeline if row.event == FIRST_CALL]
        assert (call.who == "security officer") == (
            b.outcome.start_to_report_s < a.outcome.start_to_report_s
        ) or b.outcome.start_to_report_s == a.outcome.start_to_report_s
        by_officer += call.who == "security officer"
    assert 0 < by_officer < N_KEYS


def test_signs_beyond_hearing_are_not_noticed_and_nearer_ones_once():
    model = ResponseModel(small_scenario(), "audit-average", rng=9, **UNARMED)
    officer, hearing_m = model._security, model.setting.parameters.value("notify.hearing_range")
    officer._has_noticed = False
    before = len(model._incident.agenda)
    officer.signs(hearing_m + 0.1)
    assert len(model._incident.agenda) == before
    officer.signs(hearing_m)
    officer.signs(0.0)
    assert len(model._incident.agenda) == before + 1


def test_a_longer_notice_never_brings_the_report_forward():
    slower = small_scenario().with_(parameters={"security.notice_delay": 40.0})
    policy = load_policy("audit-average").with_lever("security.officer", "unarmed")
    for k in range(30):
        model = ResponseModel(slower, policy, rng=9, replicate=k)
        model.run()
        assert model.outcome().start_to_report_s >= column("audit-average", "start_to_report_s", **UNARMED)[k]


def test_the_neutral_level_changes_no_bit():
    assert runs("audit-average", security__officer="none") == runs("audit-average")


def test_an_armed_guard_reports_like_an_unarmed_officer_and_then_goes_in():
    went = 0
    for unarmed, guard in zip(
        runs("audit-average", **UNARMED), runs("audit-average", security__officer="armed_guard"), strict=True
    ):
        assert guard.outcome.start_to_report_s == unarmed.outcome.start_to_report_s
        entered = stamps_s(guard, TEAM_ENTRY, "armed guard")
        assert not stamps_s(unarmed, TEAM_ENTRY, "armed guard")
        assert len(entered) <= 1
        for time_s in entered:
            went += 1
            assert time_s >= guard.outcome.start_to_report_s
    assert went > N_KEYS // 2


def test_an_armed_guard_brings_contact_forward_and_it_is_not_always_made_by_the_guard():
    name = "start_to_contact_s"
    alone, guarded = (
        column("audit-average", name),
        column("audit-average", name, security__officer="armed_guard"),
    )
    assert sum(b < a for a, b in zip(alone, guarded, strict=True)) > N_KEYS // 4
    assert sum(guarded) < sum(alone)
    others = [
        run
        for run in runs("audit-average", security__officer="armed_guard")
        if run.outcome.start_to_entry_s is not None
        and run.outcome.start_to_contact_s > run.outcome.start_to_entry_s
    ]
    assert others


def test_an_armed_guard_takes_the_reaction_of_an_officer_and_a_draw_of_its_own():
    policy = load_policy("audit-average").with_lever("security.officer", "armed_guard")
    for replicate in range(10):
        model = ResponseModel(small_scenario(), policy, rng=9, replicate=replicate)
        went = []
        vars(model._security)["_on_go"] = lambda *_, log=went, of=model: log.append(of._incident.tick)
        noticed = []
        vars(model._security)["_on_notice"] = lambda log=noticed, of=model: log.append(of._incident.tick)
        model._security.signs(0.0)
        model.run()
        incident = model._incident
        reaction = incident.drawn_ticks("sro.reaction", Stream.GUARD_REACTION, "security")
        assert [tick - reaction for tick in went] == noticed
        assert reaction != incident.drawn_ticks("sro.reaction", Stream.SRO_REACTION, "sro")


def test_an_armed_guard_is_a_role_that_a_policy_may_set_and_no_level_of_a_study_of_levers():
    assert LEVERS["security.officer"].levels == ("none", "unarmed")
    with pytest.raises(PolicyError, match="no level 'armed'; allowed are none, unarmed, armed_guard"):
        load_policy("audit-average").with_lever("security.officer", "armed")
