"""The lever `security.officer`: an unarmed officer notices and reports sooner, and never makes contact."""

from __future__ import annotations

import numpy as np
import pytest
from paired import N_KEYS, column, runs, small_scenario, stamps_s

from sim.errors import PolicyError
from sim.model import ResponseModel
from sim.policies import load_policy
from sim.timeline import FIRST_CALL, FIRST_CONTACT, FIRST_ENTRY, TEAM_ENTRY

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
            f"contact team {number}" for number in range(1, 5)
        }
        assert {row.who for row in b.timeline} <= {row.who for row in a.timeline} | {
            "security officer",
            *(f"officer {k}" for k in range(1, 13)),
            *(f"contact team {k}" for k in range(1, 5)),
        }


def test_nobody_makes_contact_while_no_officer_comes():
    model = ResponseModel(small_scenario(), "audit-average", rng=9, patrol__response="slow", **UNARMED)
    while not model._dispatch.arrival_ticks:
        model.step()
    assert model._contact_tick is None
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


def test_an_armed_guard_is_no_level():
    with pytest.raises(PolicyError, match="no level 'armed_guard'; allowed are none, unarmed"):
        load_policy("audit-average").with_lever("security.officer", "armed_guard")
