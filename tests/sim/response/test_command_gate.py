"""Command at the gate of entry: silence taken for a barricade, the stall, the order; a unified command."""

from __future__ import annotations

import pytest
from paired import column, runs, small_scenario

from experiments.evidence.facts.hooks import ANY_OFFICER_ORDERS, MISCLASSIFIED, HookedModel
from sim.care.medical import Medical
from sim.clock import TICK_S, Agenda, to_ticks
from sim.given.policies import load_policy
from sim.model import ResponseModel
from sim.response.command import Command
from sim.response.deployment import units_on_scene
from sim.streams import Stream

GATED = {"entry__policy": "wait_for_command"}
NOBODY = {"command__type": "none", **GATED}


def model(*hooks, replicate=0, **levers):
    policy = load_policy("audit-average")
    for name, value in levers.items():
        policy = policy.with_lever(name.replace("__", "."), value)
    return HookedModel(small_scenario(), policy, rng=9, replicate=replicate, hooks=hooks)


def command_of(**levers):
    """Return a command of its own in an incident that stands still at 100 s, and the ticks of its orders."""
    incident = ResponseModel(small_scenario(), "audit-average", rng=9, **levers)._incident
    incident.tick, orders = to_ticks(100.0), []
    return incident, Command(incident, lambda: orders.append(incident.tick)), orders


def misclassified(incident):
    return [row.time_s for row in incident.log.rows() if row.event == "MISCLASSIFIED"]


def carry_on(incident, until_s=8 * 3600.0):
    """Carry out what the agenda holds, tick by tick."""
    while incident.tick < (until := to_ticks(until_s)):
        incident.tick = incident.agenda.next_tick(until)
        incident.agenda.run_due(incident.tick)


@pytest.mark.parametrize("replicate", range(8))
def test_officers_who_come_into_silence_judge_it_when_they_are_there(replicate):
    run = model(MISCLASSIFIED, replicate=replicate, **NOBODY)
    run.run()
    rows = {row.event: row.time_s for row in reversed(run.timeline)}
    assert rows["MISCLASSIFIED"] == max(rows["FIRST_LE_ON_SCENE"], rows["THREAT_END"])


@pytest.mark.parametrize("replicate", range(8))
def test_the_stall_counts_from_the_misclassification_and_holds_any_number_of_officers(replicate):
    small, large = (
        model(MISCLASSIFIED, replicate=replicate, **NOBODY, agency__size=size) for size in ("small", "large")
    )
    entries = []
    for run in (small, large):
        run.run()
        rows = {row.event: row.time_s for row in reversed(run.timeline)}
        entries.append(rows["FIRST_ENTRY"])
        stall_s = run._incident.drawn("stall.end", Stream.STALL_END, "command")
        assert run._command.order_tick == pytest.approx(to_ticks(rows["MISCLASSIFIED"] + stall_s), abs=1)
    assert entries[0] == entries[1]


def test_without_the_stall_the_earliest_order_of_more_officers_is_no_later():
    sooner = 0
    for replicate in range(25):
        orders = []
        for size in ("small", "large"):
            run = model(ANY_OFFICER_ORDERS, replicate=replicate, **NOBODY, agency__size=size)
            run.run()
            incident = run._incident
            arrivals = run._dispatch.arrival_ticks
            waits = [
                incident.drawn_ticks("entry.command_wait", Stream.ENTRY_COMMAND_WAIT, f"officer {n + 1}")
                for n in range(len(arrivals))
            ]
            assert run._command.order_tick == min(a + w for a, w in zip(arrivals, waits, strict=True))
            orders.append(run._command.order_tick)
        assert orders[1] <= orders[0]
        sooner += orders[1] < orders[0]
    assert sooner > 0


def test_a_commander_waits_out_the_stall_and_who_commands_already_is_not_misled():
    stamped = 0
    for replicate in range(20):
        run = model(MISCLASSIFIED, replicate=replicate, **GATED)
        run.run()
        command, incident = run._command, run._incident
        times = stamps_of(run, "MISCLASSIFIED")
        silent = stamps_of(run, "THREAT_END")[0]
        first = stamps_of(run, "FIRST_LE_ON_SCENE")[0]
        stamped += bool(times)
        if times:
            assert times == [max(silent, first)]
            assert times[0] < command.established_tick * TICK_S
            stall_s = incident.drawn("stall.end", Stream.STALL_END, "command")
            assert command.order_tick >= to_ticks(times[0] + stall_s) - 1
        else:
            assert silent >= command.established_tick * TICK_S
    assert stamped > 10


def test_a_silence_after_the_order_to_enter_is_judged_by_nobody():
    """Without a commander the stall alone ends the wait; who has gone in sees for oneself."""
    incident, command, orders = command_of(**NOBODY)
    vars(command)["misclassifies"] = lambda: True
    command.officer_arrived(1)
    carry_on(incident, 100.0 + incident.drawn("stall.end", Stream.STALL_END, "command") + 1.0)
    assert orders == [command.order_tick]
    assert command.established_tick is None
    command.contact_lost()
    assert misclassified(incident) == []
    assert command._stalled_until == 0
    incident, before, _ = command_of(**NOBODY)
    vars(before)["misclassifies"] = lambda: True
    before.officer_arrived(1)
    before.contact_lost()
    assert misclassified(incident) == [100.0]


def stamps_of(run, event):
    return [row.time_s for row in run.timeline if row.event == event]


def test_units_above_the_span_lengthen_the_order_to_enter_as_the_table_says():
    for n in (1, 12):
        incident, command, orders = command_of(**GATED)
        for k in range(n):
            command.officer_arrived(k + 1)
        carry_on(incident)
        above = max(0.0, units_on_scene(incident, n) - 5.0)
        wait_s = incident.drawn("entry.command_wait", Stream.ENTRY_COMMAND_WAIT, "command")
        assert orders == [command.established_tick + to_ticks(wait_s * (1.0 + 0.02 * above))]
        assert (above > 0) == (n == 12)


def test_managed_self_deployment_brings_the_order_forward():
    unmanaged = column("audit-average", "start_to_entry_s", **GATED)
    managed = column("audit-average", "start_to_entry_s", **GATED, self_deployment="managed")
    assert all(b <= a for a, b in zip(unmanaged, managed, strict=True))
    assert sum(managed) < sum(unmanaged)


def test_a_unified_command_in_place_releases_counts_and_forms_sooner_by_its_multiplier():
    incident, command, _ = command_of(command__type="unified")
    assert command.unified_factor() == command.roll_call_factor() == 1.0
    command.officer_arrived(1)
    carry_on(
        incident, 100.0 + (incident.drawn("command.establish_time", Stream.COMMAND_ESTABLISH, "command"))
    )
    assert command.established_tick is not None
    assert command.unified_factor() == 1.0  # the first commander's, until it has taken over
    carry_on(incident)
    assert command.unified_factor() == command.roll_call_factor() == 0.85
    single, other, _ = command_of(command__type="single")
    other.officer_arrived(1)
    carry_on(single)
    assert other.unified_factor() == 1.0


def test_medics_and_release_come_no_later_under_a_unified_command():
    """The lever table: medics and release sooner. Order of entry is the first commander's in both."""
    levers = {**GATED, "ems__policy": "escorted_rtf"}
    single = runs("audit-average", **levers)
    unified = runs("audit-average", **levers, command__type="unified")
    sooner = 0
    for a, b in zip(single, unified, strict=True):
        assert b.outcome.start_to_entry_s == a.outcome.start_to_entry_s
        assert b.outcome.all_clear_s == a.outcome.all_clear_s
        for name in ("released_median_s", "accounted_s"):
            before, after = getattr(a.outcome, name), getattr(b.outcome, name)
            assert after <= before
            sooner += after < before
    assert sooner > len(single)


def test_the_rescue_task_force_forms_sooner_by_the_factor_that_it_is_given():
    cared = []
    for factor in (1.0, 0.85):
        incident, _, _ = command_of(ems__policy="escorted_rtf")
        incident.agenda = Agenda()
        medical = Medical(incident, lambda *_: None, lambda given=factor: given)
        medical._care = lambda *_, of=incident: cared.append(of.tick)
        medical.contact_made()
        carry_on(incident)
    form_s = incident.drawn("ems.rtf_form_delay", Stream.RTF_FORM, "rescue task force")
    assert cared[0] - cared[1] == pytest.approx(0.15 * form_s / TICK_S, abs=1)
