"""The lever `self_deployment`: units without an assignment make the hand-over of command longer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from paired import N_KEYS, column, runs, small_scenario, stamps_s

from sim.clock import to_ticks
from sim.given.policies import load_policy, policy_names
from sim.model import ResponseModel
from sim.record.timeline import COMMAND_ESTABLISHED
from sim.response.deployment import handover_ticks, units_on_scene
from sim.run import run_incident
from sim.streams import Draws, RunKey, Stream
from tests.support.forced import forced

UNIFIED = {"command__type": "unified"}
MANAGED = {**UNIFIED, "self_deployment": "managed"}


def incident(**levers):
    return ResponseModel(small_scenario(), "audit-average", rng=9, replicate=2, **levers)._incident


def test_managed_shortens_the_hand_over_in_every_run_where_units_exceed_the_span():
    """It would be falsified by a longer hand-over."""
    unmanaged = column("audit-average", "start_to_command_s", **UNIFIED)
    managed = column("audit-average", "start_to_command_s", **MANAGED)
    pairs = [(a, b) for a, b in zip(unmanaged, managed, strict=True) if None not in (a, b)]
    assert all(b <= a for a, b in pairs)
    assert np.mean([b < a for a, b in pairs]) > 0.7
    assert len(pairs) > N_KEYS / 2


HURRIED = ("released_median_s", "accounted_s", "reunification_start_s", "reunification_end_s")
"""What a unified command in place shortens on a plan from outside, where care is not told."""


def test_all_but_the_hand_over_and_what_it_hurries_is_unchanged():
    """First arrival is in the lever table. Release and roll call come sooner exactly where it decides.

    That is where the hand-over is over before the all-clear only with managed self-deployment: seldom, even
    with a command of 5 min and a slow search.
    """
    place = small_scenario().with_(parameters={"search.full_clear_rate": 3.0})
    policy = load_policy("audit-average").with_lever("command.type", "unified")
    policy = policy.with_lever("command.establish_time", 300)
    decided = 0
    for k in range(N_KEYS):
        a, b = (
            run_incident(place, policy.with_lever("self_deployment", level), RunKey(9, k)).outcome
            for level in ("unmanaged", "managed")
        )
        free = {"start_to_command_s": a.start_to_command_s}
        for name in HURRIED:
            before, after = getattr(a, name), getattr(b, name)
            assert after <= before
            free[name] = before
        assert replace(b, **free) == a
        in_place_s = [
            math.inf if one.start_to_command_s is None else one.start_to_command_s for one in (a, b)
        ]
        is_decided = in_place_s[1] <= a.all_clear_s < in_place_s[0]
        assert (b.released_median_s < a.released_median_s) is is_decided
        assert (b.accounted_s < a.accounted_s) is is_decided
        decided += is_decided
    assert decided > 1


@pytest.mark.parametrize("kind", ["none", "single"])
def test_without_a_hand_over_it_has_no_effect(kind):
    unmanaged = runs("audit-average", command__type=kind)
    assert runs("audit-average", command__type=kind, self_deployment="managed") == unmanaged


def test_a_unified_command_takes_over_from_the_first_commander():
    """The first commander comes when the single one would; the hand-over is the table's own delay, longer."""
    handed = 0
    for single, unified in zip(runs("audit-average"), runs("audit-average", **UNIFIED), strict=True):
        first = stamps_s(unified, COMMAND_ESTABLISHED, "incident commander")
        assert first == stamps_s(single, COMMAND_ESTABLISHED, "incident commander")
        second = stamps_s(unified, COMMAND_ESTABLISHED, "unified command")
        assert unified.outcome.start_to_command_s == (second[0] if second else None)
        handed += bool(second) and second[0] > first[0]
    assert handed > N_KEYS / 2


@pytest.mark.parametrize("n", [0, 1, 5, 12, 60])
def test_units_and_hand_over_are_the_formula(n):
    draws = Draws(incident().draws.key)
    table = small_scenario().parameters
    total = table.quantile("patrol.total_responders", draws.u(Stream.TOTAL_RESPONDERS, "incident"))
    drawn_s = table.quantile("command.handover_delay", draws.u(Stream.COMMAND_HANDOVER, "command"))
    for level, share in (("unmanaged", 0.6), ("managed", 0.1)):
        one = incident(self_deployment=level)
        units = max(n, min(n / (1 - share), total))
        assert units_on_scene(one, n) == pytest.approx(units)
        expected = drawn_s * (1 + 0.02 * max(0.0, units - 5))
        assert handover_ticks(one, n) == to_ticks(expected)


def test_more_units_never_shorten_the_hand_over():
    for level in ("managed", "unmanaged"):
        one = incident(self_deployment=level)
        assert (np.diff([handover_ticks(one, n) for n in range(100)]) >= 0).all()


def test_a_share_of_one_is_everybody_who_came():
    scenario = forced(small_scenario(), {"self_deploy.share": 1.0})
    one = ResponseModel(scenario, "audit-average", rng=9, replicate=2)._incident
    total = one.drawn("patrol.total_responders", Stream.TOTAL_RESPONDERS, "incident")
    assert units_on_scene(one, 3) == max(3.0, total)


@pytest.mark.parametrize("base", policy_names())
def test_the_neutral_level_changes_no_bit(base):
    assert runs(base, 5, self_deployment="unmanaged") == runs(base, 5)
