"""Joint command and joint training: paired on the same keys, in the direction of the lever table."""

from __future__ import annotations

import pytest
from paired import elementary_outcomes

from sim.clock import TICK_S

JOINT = ("separate", "joint", "joint_trained")


def test_a_joint_command_post_accounts_for_everybody_sooner_in_this_order():
    by_level = [elementary_outcomes(command__type="unified", command__joint=level) for level in JOINT]
    for separate, joint, trained in zip(*by_level, strict=True):
        assert trained.accounted_s <= joint.accounted_s <= separate.accounted_s
        assert trained.start_to_command_s < joint.start_to_command_s < separate.start_to_command_s
        assert trained.reunification_start_s <= joint.reunification_start_s <= separate.reunification_start_s
        assert trained.all_clear_s == joint.all_clear_s == separate.all_clear_s
    for column in ("accounted_s", "reunification_start_s"):
        sums = [sum(getattr(o, column) for o in runs) for runs in by_level]
        assert sums[0] > sums[1] > sums[2]


def test_a_joint_command_post_orders_entry_sooner_in_this_order():
    policy = {"command__type": "unified", "entry__policy": "wait_for_command"}
    by_level = [elementary_outcomes(**policy, command__joint=level) for level in JOINT]
    for runs in zip(*by_level, strict=True):
        entries = [o.start_to_entry_s for o in runs]
        assert entries == sorted(entries, reverse=True)
    sums = [sum(o.start_to_entry_s for o in runs) for runs in by_level]
    assert sums[0] > sums[1] > sums[2]


def test_without_a_command_post_there_is_nothing_to_sit_in():
    separate, trained = (
        elementary_outcomes(command__type="none", command__joint=level, entry__wait_for_command=True)
        for level in ("separate", "joint_trained")
    )
    assert separate == trained


def test_joint_training_shortens_command_by_its_published_share_in_every_pair():
    apart, together = (
        elementary_outcomes(ems__policy="escorted_rtf", joint_training=level) for level in (False, True)
    )
    for before, after in zip(apart, together, strict=True):
        assert after.start_to_first_le_s == before.start_to_first_le_s
        took_s = [o.start_to_command_s - o.start_to_first_le_s for o in (before, after)]
        assert took_s[1] == pytest.approx(0.7 * took_s[0], abs=TICK_S)
        assert after.start_to_entry_s == before.start_to_entry_s


def test_joint_training_brings_the_rescue_task_force_sooner():
    apart, together = (
        elementary_outcomes(ems__policy="escorted_rtf", joint_training=trained) for trained in (False, True)
    )
    pairs = [(a, b) for a, b in zip(apart, together, strict=True) if a.first_care_first_s is not None]
    assert len(pairs) > 20
    for before, after in pairs:
        assert after.first_care_first_s < before.first_care_first_s
        assert after.first_care_median_s < before.first_care_median_s
        assert after.all_clear_s == before.all_clear_s
