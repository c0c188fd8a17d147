"""The lever `sro.hesitation`: a share of the officers inside hold for a drawn time before they go in."""

from __future__ import annotations

import numpy as np
import pytest
from paired import column, runs, small_scenario, stamps_s

from sim.clock import to_ticks
from sim.given.policies import load_policy
from sim.record.timeline import TEAM_ENTRY
from sim.run import run_incident
from sim.streams import Draws, RunKey, Stream
from tests.support.forced import forced

OFFICER = "school resource officer"
SHARES = (0.0, 0.2, 0.5, 1.0)


def sets_out_s(run):
    """Return when the officer inside sets out (s), None where there is no officer or contact came before."""
    found = stamps_s(run, TEAM_ENTRY, OFFICER)
    return found[0] if found else None


def hold_s(replicate):
    u = Draws(RunKey(9, replicate)).u(Stream.SRO_HOLD, "sro")
    return to_ticks(small_scenario().parameters.quantile("sro.hesitation", u)) / 20


def hesitates(replicate, share):
    return Draws(RunKey(9, replicate)).u(Stream.SRO_HESITATES, "sro") < share


@pytest.mark.parametrize("share", SHARES)
def test_who_hesitates_sets_out_later_by_exactly_the_drawn_hold(share):
    """And who does not hesitate has the same run, bit for bit."""
    held = 0
    pairs = zip(runs("sro-inside"), runs("sro-inside", sro__hesitation=share), strict=True)
    for replicate, (plain, run) in enumerate(pairs):
        if not hesitates(replicate, share):
            assert run == plain
            continue
        before, after = sets_out_s(plain), sets_out_s(run)
        if before is None:  # no officer here today, or nothing that reached one
            assert run == plain
        elif after is None:
            assert run.outcome.start_to_contact_s <= before + hold_s(replicate) + 1e-9
        else:
            assert after - before == pytest.approx(hold_s(replicate), abs=1e-9)
            held += 1
    assert held > 0 or share == 0.0


def test_the_runs_with_a_hold_grow_by_inclusion_with_the_share():
    plain = runs("sro-inside")
    changed = [
        {k for k, run in enumerate(runs("sro-inside", sro__hesitation=share)) if run != plain[k]}
        for share in SHARES
    ]
    assert changed[0] == set()
    assert changed[0] < changed[1] < changed[2] < changed[3]


def test_mean_time_to_contact_rises_with_the_share():
    """The statement of the lever table; it would be falsified by a mean that does not rise."""
    means = [np.mean(column("sro-inside", "start_to_contact_s", sro__hesitation=s)) for s in SHARES]
    assert (np.diff(means) > 0).all()


def test_whoever_holds_beyond_the_end_is_an_officer_outside():
    """The limit of the lever table: everybody holds, and for longer than any run."""
    scenario = forced(small_scenario(), {"sro.hesitation": 1e7})
    policy = load_policy("sro-inside").with_lever("sro.hesitation", 1.0)
    for replicate, outside in enumerate(runs("sro-outside")):
        run = run_incident(scenario, policy, RunKey(9, replicate))
        assert (run.outcome, run.timeline) == (outside.outcome, outside.timeline)


@pytest.mark.parametrize("base", ["no-sro", "sro-outside"])
def test_without_an_officer_inside_it_has_no_effect(base):
    assert runs(base, sro__hesitation=0.5) == runs(base)


def test_the_hold_is_a_parameter_and_the_share_a_lever():
    longer = small_scenario().with_(parameters={"sro.hesitation": 240.0})
    policy = load_policy("sro-inside").with_lever("sro.hesitation", 1.0)
    later = [sets_out_s(run_incident(longer, policy, RunKey(9, k))) for k in range(40)]
    sooner = [sets_out_s(run) for run in runs("sro-inside", sro__hesitation=1.0)]
    both = [(a, b) for a, b in zip(sooner, later, strict=False) if None not in (a, b)]
    assert len(both) >= 3
    assert all(b > a for a, b in both)
