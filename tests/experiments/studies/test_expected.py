"""The expected signs follow from what the reference says in words, lever by lever."""

from __future__ import annotations

from collections import Counter

import pytest

from experiments.studies.expected import BASES, SIGNS, Base
from experiments.studies.levers import base_policy
from sim.given.levers import LEVERS
from sim.given.rows import lever_rows

CONTACT, ENTRY, COMMAND = "start_to_contact_s", "start_to_entry_s", "start_to_command_s"
REPORT, LOCKDOWN, DISPATCH = "start_to_report_s", "start_to_lockdown_s", "call_to_dispatch_s"
ARRIVAL, GO_IN, ALL_CLEAR = "call_to_first_le_s", "first_le_to_entry_s", "all_clear_s"
SECURED_60, SECURED_120, OUT_300 = "share_secured_60s", "share_secured_120s", "share_out_300s"
CARE = "first_care_median_s"

READ = [
    # lever, words of the reference, outcome, levels from its least to its most (levels in one set: no effect)
    ("sro.state", "contact earlier only when inside", CONTACT, ["inside", "none"]),
    ("sro.state", "outside-and-holding equals none for entry", ENTRY, [{"on_campus_outside", "none"}]),
    ("sro.coverage", "early contact rise from none to shared to every_school", CONTACT,
     ["every_school", "shared", "none"]),
    ("sro.presence", "time to contact falls with the share", CONTACT, [1.0, 0.8, 0.6, 0.4]),
    ("sro.hesitation", "time to contact rises with the share", CONTACT, [0.0, 0.2, 0.5]),
    ("security.officer", "report and lockdown not later", REPORT, ["unarmed", "none"]),
    ("security.officer", "report and lockdown not later", LOCKDOWN, ["unarmed", "none"]),
    ("patrol.response", "slow is later on arrival", ARRIVAL, ["fast", "slow"]),
    ("patrol.response", "slow is later on arrival, entry", ENTRY, ["fast", "slow"]),
    ("patrol.response", "slow is later on arrival, entry and contact", CONTACT, ["fast", "slow"]),
    ("district.pool", "more units never delay", ARRIVAL, [6, 2, 0]),
    ("district.dispatch_centre", "own centre dispatches sooner", DISPATCH, ["district_own", "county_psap"]),
    ("agency.size", "n-th arrival not later with a larger agency", GO_IN, ["large", "medium", "small"]),
    ("agency.size", "first arrival unchanged", ARRIVAL, [{"small", "medium", "large"}]),
    ("self_deployment", "managed shortens hand-over and release", ALL_CLEAR, ["managed", "unmanaged"]),
    ("self_deployment", "first arrival unchanged", ARRIVAL, [{"managed", "unmanaged"}]),
    ("entry.policy", "every other level delays entry", GO_IN,
     ["immediate", {"team_of_n", "assess", "contain_and_wait", "wait_for_command"}]),
    ("entry.policy", "delays entry and contact", CONTACT,
     ["immediate", {"team_of_n", "assess", "contain_and_wait"}]),
    ("entry.delay_s", "entry later by exactly the delay", GO_IN, [0, 60, 180, 600, 1800, 3600]),
    ("entry.delay_s", "contact later in the mean", CONTACT, [0, 60, 180, 600, 1800, 3600]),
    ("entry.team_size", "entry not earlier in any run for a larger n", GO_IN, [2, 3, 4, 5]),
    ("entry.wait_for_command", "true is never earlier", ENTRY, [False, True]),
    ("entry.access", "no_keys costs minutes", GO_IN, ["keys", "no_keys"]),
    ("notify.channel", "phone_chain is latest, then public_address, panic_alarm, detection", LOCKDOWN,
     ["detection", "panic_alarm", "public_address", "phone_chain"]),
    ("notify.channel", "earlier dispatch", REPORT, ["detection", "panic_alarm", "public_address"]),
    ("notify.channel", "earlier lockdown", SECURED_60,
     ["phone_chain", "public_address", "panic_alarm", "detection"]),
    ("notify.zones", "full not lower", SECURED_120, ["partial", "full"]),
    ("notify.alert_reach", "share secured rises with reach", SECURED_120, [0.8, 0.9, 0.99]),
    ("lockdown.authority", "wider authority not later", LOCKDOWN,
     ["any_staff", "office_team", "principal_only"]),
    ("lockdown.training", "lock errors fall with training", SECURED_120, ["none", "annual", "quarterly"]),
    ("drill.frequency", "reaction shortens with frequency", SECURED_120, ["none", "annual", "quarterly"]),
    ("lock.type", "share secured at 60 s rises in this order", SECURED_60,
     ["none", "keyed_outside", "push_button", "always_locked"]),
    ("locks.rule", "share secured at 60 s rises in this order", SECURED_60,
     ["none", "audit_average", "rule"]),
    ("exterior.doors", "changes nothing for officers with keys", GO_IN, [{"audit_average", "all_locked"}]),
    ("exterior.doors", "never lengthens leaving", OUT_300, [{"audit_average", "all_locked"}]),
    ("entrance.vestibule", "secured gives report and lockdown not later", REPORT, ["secured", "open"]),
    ("entrance.vestibule", "secured gives report and lockdown not later", LOCKDOWN, ["secured", "open"]),
    ("exit.option", "multi_option better when notice is early", OUT_300, ["lockdown_only", "multi_option"]),
    ("psap.split", "+20 to 40 s on dispatch", DISPATCH, [False, True]),
    ("psap.split", "and on first arrival", ARRIVAL, [False, True]),
    ("command.type", "unified: medics and release sooner", CARE, ["unified", "single"]),
    ("command.type", "unified: medics and release sooner", ALL_CLEAR, ["unified", "single"]),
    ("command.establish_time", "later with later command", COMMAND, [300, 900, 1800]),
    ("command.establish_time", "entry and medics later with later command", ENTRY, [300, 900, 1800]),
    ("command.joint", "release shorten in this order", ALL_CLEAR, ["joint_trained", "joint", "separate"]),
    ("joint_training", "shorter command and rescue task force delays", COMMAND, [True, False]),
    ("joint_training", "shorter command and rescue task force delays", CARE, [True, False]),
    ("ems.policy", "all_clear is latest, the other two give first care tens of minutes sooner", CARE,
     [{"escorted_rtf", "officer_first_aid"}, "all_clear"]),
    ("ems.staging", "first care not earlier with a longer way", CARE, [200, 400, 800]),
    ("ems.ccp", "planned gets the last patient out sooner", "last_patient_out_s", ["planned", "none"]),
    ("aid.bystander", "first care earlier in this order", CARE, ["kits_and_training", "kits", "none"]),
    ("recovery.release", "wing_by_wing releases the median pupil sooner", "released_median_s",
     ["wing_by_wing", "building_wide"]),
    ("reunification.plan", "planned starts sooner", "reunification_start_s", ["planned", "none"]),
]  # fmt: skip


def _read(lever, outcome, order):
    """Return the signs of an order of levels: +1 after the level of the base, -1 before it, 0 beside it."""
    own = base_policy(BASES.get(lever, Base()))[lever]
    groups = [levels if isinstance(levels, set) else {levels} for levels in order]
    (at,) = (number for number, levels in enumerate(groups) if own in levels)
    for number, levels in enumerate(groups):
        for level in levels - {own}:
            yield lever, level, outcome, (number > at) - (number < at)


@pytest.mark.parametrize("lever", LEVERS)
def test_the_signs_of_a_lever_are_those_of_the_words_of_the_reference(lever):
    rows = [row for row in READ if row[0] == lever]
    said = lever_rows()[lever]["expected_direction"]
    for _, words, outcome, _ in rows:
        assert words in said, (words, outcome)
    expected = [sign for _, _, outcome, order in rows for sign in _read(lever, outcome, order)]
    assert Counter(tuple(sign) for sign in SIGNS if sign.lever == lever) == Counter(expected)


def test_a_sign_is_less_nothing_or_more():
    assert {sign.sign for sign in SIGNS} == {-1, 0, 1}
    assert {row[0] for row in READ} == set(LEVERS)


@pytest.mark.parametrize("lever", LEVERS)
def test_the_base_of_a_lever_is_the_one_that_the_reference_names(lever):
    """ "base team-of-four: ..." or "base audit-average with command.type=unified: ..."."""
    base = BASES.get(lever, Base())
    named = " with ".join([base.preset, *(f"{name}={value}" for name, value in base.settings)])
    assert lever_rows()[lever]["expected_direction"].startswith(f"base {named}: ")
