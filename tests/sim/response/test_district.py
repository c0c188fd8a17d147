"""The levers `district.pool` and `district.dispatch_centre`: more units, and who sends whom when."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from paired import N_KEYS, column, runs, small_scenario, stamps_s

from sim.clock import to_ticks
from sim.errors import PolicyError
from sim.given.policies import load_policy
from sim.model import ResponseModel
from sim.record.timeline import CALL_ANSWERED, DISPATCH, FIRST_LE_ON_SCENE, OFFICER_ON_SCENE
from sim.run import run_incident
from sim.streams import Draws, RunKey, Stream

OWN = {"district__dispatch_centre": "district_own"}
CENTRE = "district dispatch centre"
LEVELS = (0, 2, 6)


def arrivals_s(run):
    """Return the times of all arrivals of a run (s), first to last."""
    return stamps_s(run, FIRST_LE_ON_SCENE) + stamps_s(run, OFFICER_ON_SCENE)


def relay_s(replicate):
    u = Draws(RunKey(9, replicate)).u(Stream.DISTRICT_RELAY, "district")
    return to_ticks(small_scenario().parameters.quantile("district.relay_delay", u)) / 20


def processing_s(replicate):
    u = Draws(RunKey(9, replicate)).u(Stream.PSAP_PROCESSING, "psap")
    return to_ticks(small_scenario().parameters.quantile("psap.processing_delay", u)) / 20


def never_later(more, fewer):
    """Tell whether no k-th arrival that both runs saw is later in the first."""
    return all(a <= b for a, b in zip(arrivals_s(more), arrivals_s(fewer), strict=False))


# -- the pool ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("centre", ["county_psap", "district_own"])
def test_more_units_never_delay_the_kth_arrival_nor_entry_of_a_full_team(centre):
    """The statement of the lever table, in every one of the paired runs."""
    levels = [runs("team-of-four", district__dispatch_centre=centre, district__pool=n) for n in LEVELS]
    for fewer, more in pairwise(levels):
        assert all(never_later(b, a) for a, b in zip(fewer, more, strict=True))
        entries = [
            (a.outcome.start_to_entry_s, b.outcome.start_to_entry_s) for a, b in zip(fewer, more, strict=True)
        ]
        assert all(b <= a for a, b in entries)
        assert sum(b < a for a, b in entries) > 5
    sooner = [arrivals_s(b)[3] < arrivals_s(a)[3] for a, b in zip(levels[0], levels[2], strict=True)]
    assert sum(sooner) > 5


def test_neither_report_nor_dispatch_nor_lockdown_know_the_pool():
    for name in ("start_to_report_s", "call_to_dispatch_s", "start_to_lockdown_s", "ems_staged_s"):
        assert column("team-of-four", name, district__pool=6) == column("team-of-four", name)


@pytest.mark.parametrize("centre", ["county_psap", "district_own"])
@pytest.mark.parametrize("area", ["urban", "rural"])
def test_every_unit_is_sent_once_and_travels_its_own_way(centre, area):
    """The first report at 50 s, an empty agenda: what is put down for when."""
    scenario = small_scenario().with_(area=area)
    levers = {"district__dispatch_centre": centre}
    with_pool, without = (
        ResponseModel(scenario, "audit-average", rng=5, district__pool=n, **levers) for n in (6, 0)
    )
    due = [put_down(model) for model in (with_pool, without)]
    own = (Counter(due[0]["_arrive"]) - Counter(due[1]["_arrive"])).elements()
    draws, table = Draws(with_pool.key), scenario.parameters

    def ticks(name, stream, entity, factor=1.0):
        return to_ticks(factor * table.quantile(name, draws.u(stream, entity)))

    relay = ticks("district.relay_delay", Stream.DISTRICT_RELAY, "district")
    county = put_down(ResponseModel(scenario, "audit-average", rng=5))["_dispatch"][0]
    relayed = due[1]["_dispatch"]
    sent = county + relay
    if centre == "district_own":
        sent = ticks("district.dispatch_delay", Stream.DISTRICT_DISPATCH, "district")
    factor = table.table("area.travel_multiplier", area)
    travel = [
        ticks("district.travel", Stream.DISTRICT_TRAVEL, f"district unit {k}", factor) for k in range(1, 7)
    ]
    assert sorted(own) == sorted(sent + one for one in travel)
    assert len(due[0]["_arrive"]) == len(due[1]["_arrive"]) + 6
    assert due[0]["_dispatch"] == sorted(relayed + [sent] * (centre == "district_own"))


def put_down(model):
    """Let the first report come at 50 s; return what is due after it, by name (ticks)."""
    incident, due = model._incident, {}

    class Diary:
        def at(self, tick, action, *_):
            due.setdefault(getattr(action, "__name__", ""), []).append(tick - 1000)

    incident.agenda, incident.tick = Diary(), 1000
    model._dispatch.report("first report")
    return {name: sorted(ticks) for name, ticks in due.items()}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-1, "allowed is 0 to 100"),
        (101, "allowed is 0 to 100"),
        (1.5, "a whole number"),
        ("two", "needs a number"),
    ],
)
def test_an_impossible_pool_is_refused_in_a_sentence(value, words):
    with pytest.raises(PolicyError, match=f"lever 'district.pool' .*{words}"):
        load_policy("audit-average").with_lever("district.pool", value)


# -- the centre -------------------------------------------------------------------------------------


def test_an_own_centre_with_units_dispatches_sooner_in_the_mean():
    """It would be falsified by a centre that dispatches later."""
    county = column("audit-average", "call_to_dispatch_s", district__pool=6)
    own = column("audit-average", "call_to_dispatch_s", district__pool=6, **OWN)
    change = np.subtract(own, county)
    assert change.mean() + 2.6 * change.std() / np.sqrt(N_KEYS) < 0


def test_own_units_come_sooner_by_their_own_centre_in_the_mean():
    """The same units with the same travel: only the way to their dispatch differs."""
    sooner = []
    for k in range(100):
        firsts = []
        for centre in ("county_psap", "district_own"):
            levers = {"district__dispatch_centre": centre}
            models = [
                ResponseModel(
                    small_scenario(), "audit-average", rng=9, replicate=k, district__pool=n, **levers
                )
                for n in (6, 0)
            ]
            with_pool, without = (put_down(model)["_arrive"] for model in models)
            firsts.append(min((Counter(with_pool) - Counter(without)).elements()))
        sooner.append(firsts[1] - firsts[0])
    assert np.mean(sooner) + 2.6 * np.std(sooner) / 10 < 0


def test_the_relay_stands_in_for_the_countys_processing():
    """So county units come no later than after a direct call plus the relay, in every run."""
    for k, (direct, relayed) in enumerate(
        zip(runs("audit-average"), runs("audit-average", **OWN), strict=True)
    ):
        shift = relay_s(k) - processing_s(k)
        for event, expected in ((CALL_ANSWERED, relay_s(k)), (DISPATCH, shift), (FIRST_LE_ON_SCENE, shift)):
            (sooner,), (later,) = stamps_s(direct, event), stamps_s(relayed, event)
            assert later - sooner == pytest.approx(expected, abs=1e-9)
        for sooner, later in zip(arrivals_s(direct), arrivals_s(relayed), strict=False):
            assert later <= sooner + relay_s(k) + 1e-9
        assert direct.outcome.ems_staged_s == relayed.outcome.ems_staged_s


@pytest.mark.parametrize("patrol", ["fast", "slow"])
def test_the_first_officer_comes_sooner_by_an_own_centre_in_the_mean(patrol):
    """It would be falsified by an own centre with own units that is later."""
    levers = {"patrol__response": patrol, "district__pool": 6}
    county = column("audit-average", "call_to_first_le_s", **levers)
    change = np.subtract(column("audit-average", "call_to_first_le_s", **levers, **OWN), county)
    assert change.mean() + 2.0 * change.std() / np.sqrt(N_KEYS) < 0


def test_who_dispatches_first_is_the_dispatch():
    for run in runs("audit-average", district__pool=6, **OWN):
        stamps = {row.who: row.time_s for row in run.timeline if row.event == DISPATCH}
        assert set(stamps) <= {"PSAP", CENTRE}
        first = min(stamps.values()) - run.outcome.start_to_report_s
        assert run.outcome.call_to_dispatch_s == pytest.approx(first, abs=1e-9)


def test_a_split_centre_adds_its_transfer_behind_the_relay():
    joined = runs("audit-average", **OWN)
    for a, b in zip(joined, runs("audit-average", psap__split=True, **OWN), strict=True):
        assert b.outcome.call_to_dispatch_s - a.outcome.call_to_dispatch_s == pytest.approx(28.0, abs=1e-9)


def test_the_neutral_levels_change_no_bit():
    neutral = runs("audit-average", district__pool=0, district__dispatch_centre="county_psap")
    assert neutral == runs("audit-average")


def test_delays_of_the_district_are_not_read_without_one():
    scenario = small_scenario().with_(
        parameters={"district.relay_delay": 60.0, "district.dispatch_delay": 40.0, "district.travel": 840.0}
    )
    policy = load_policy("audit-average")
    for k in range(20):
        run = run_incident(scenario, policy, RunKey(9, k))
        assert run == runs("audit-average")[k]
