"""The outcome of a run from its stamps: intervals by hand, and flags for what did not happen."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.alert.alerting import Alerting
from sim.care.casualty_collection import CasualtyCollection
from sim.care.medical import Medical
from sim.care.survival import Survival
from sim.hazard.outcomes import HarmOutcomes
from sim.hazard.wounded_officer import WoundedOfficer
from sim.model.contact import Contact
from sim.model.summary import publish, publish_pair, summarise
from sim.record.timeline import LOCKDOWN_ANNOUNCED, TimelineLog
from sim.recovery.recovery import Recovery
from sim.recovery.reunification import Reunification
from sim.response.command import Command
from sim.response.dispatch import Dispatch
from sim.response.teams import Responders
from sim.view.observation import Notes
from sim.view.outcome import OUTCOMES, TYPES


def outcome_of(
    *, patients=0, care=(None, None), last_out=None, happened=True, end=9000, exposure_s=40.0, injuries=2,
    wounded=0, averted=0,
):  # fmt: skip
    """Return the outcome of a run with a stamp every 50 s (20 ticks a second), or with none at all."""

    def tick(value):
        return value if happened else None

    log = TimelineLog()
    for time_s in (75.0, 90.0) if happened else ():  # the first one counts
        log.add(time_s, LOCKDOWN_ANNOUNCED)
    incident = part(log=log, people=part(n=12))
    dispatch = part(
        report_tick=tick(1000), dispatch_tick=tick(2000), arrival_ticks=[4000, 6000] if happened else []
    )
    recovery = part(
        _incident=incident,
        all_clear_tick=tick(10000),
        accounted_tick=tick(12000),
        released_median_s=lambda: 550.0 if happened else None,
        accounted_people=11,
    )
    parts = [
        Dispatch.call_outcomes(dispatch),
        Alerting.outcomes(part(_incident=incident)),
        Dispatch.arrival_outcomes(dispatch),
        Responders.outcomes(part(first_arrival_tick=tick(4000), entry_tick=tick(5000))),
        Contact.outcomes(part(tick=tick(6000)), tick(end)),
        Command.outcomes(part(in_place_tick=tick(7000))),
        Medical.outcomes(part(staged_tick=tick(8000), first_care_s=lambda: care)),
        CasualtyCollection.outcomes(part(last_out_s=lambda: last_out)),
        Recovery.outcomes(recovery),
        Recovery.head_count(recovery),
        Reunification.outcomes(part(start_tick=tick(13000), end_tick=tick(14000))),
        Notes.outcomes(part(shares={30: (0.1, 0.0), 60: (0.2, 0.0), 300: (0.5, 0.25)})),
        HarmOutcomes(exposure_person_s=exposure_s, injury_events=injuries),
        WoundedOfficer.outcomes(part(n_wounded=wounded)),
        Survival.outcomes(part(deaths_averted=lambda care, hospital: averted), {}, {}),
    ]
    return summarise(parts, is_over=tick(end) is not None, is_care_due=patients > 0)


def part(**noted):
    """A part of a model that has noted this and that."""
    return SimpleNamespace(**noted)


def test_intervals_are_differences_of_stamps():
    found = outcome_of()
    expected = {
        "start_to_report": 50.0, "start_to_lockdown": 75.0, "call_to_dispatch": 50.0,
        "call_to_first_le": 150.0,
        "start_to_first_le": 200.0, "first_le_to_entry": 50.0, "start_to_entry": 250.0,
        "start_to_contact": 300.0, "start_to_end": 450.0, "start_to_command": 350.0, "ems_staged": 400.0,
        "all_clear": 500.0, "released_median": 550.0, "accounted": 600.0, "reunification_start": 650.0,
        "reunification_end": 700.0,
    }  # fmt: skip
    assert {name: getattr(found, f"{name}_s") for name in expected} == expected
    assert not found.is_censored("start_to_contact_s")
    assert not found.harm_censored
    assert (found.people, found.accounted_people) == (12, 11)


def test_what_never_happened_is_none_with_its_flag():
    found = outcome_of(happened=False)
    for name in (
        "start_to_report",
        "start_to_first_le",
        "first_le_to_entry",
        "start_to_contact",
        "all_clear",
    ):
        assert getattr(found, f"{name}_s") is None
        assert found.is_censored(f"{name}_s") is True
    assert found.harm_censored


def test_shares_are_those_of_their_second_and_of_who_is_out():
    found = outcome_of()
    shares = [getattr(found, f"share_secured_{second}s") for second in (30, 60, 120, 300)]
    assert shares == [0.1, 0.2, 0.0, 0.5]
    assert found.share_out_300s == 0.25


@pytest.mark.parametrize(
    ("patients", "care", "flags"),
    [
        (0, (None, None), (False, False)),
        (1, (None, None), (True, True)),
        (1, (480.0, None), (False, True)),
        (5, (480.0, 490.0), (False, False)),
    ],
)
def test_care_is_censored_only_where_somebody_needs_it(patients, care, flags):
    found = outcome_of(patients=patients, care=care)
    assert (found.first_care_first_s, found.first_care_median_s) == care
    assert (found.is_censored("first_care_first_s"), found.is_censored("first_care_median_s")) == flags


def test_harm_leaves_the_program_for_our_own_plans_once_it_is_over():
    full = outcome_of(patients=1, care=(480.0, 490.0), last_out=900.0)
    assert publish(full, library_plan=True) == full
    outside = publish(full, library_plan=False), False
    too_early = publish(outcome_of(end=None), library_plan=True), True
    for hidden, is_ours in (outside, too_early):
        assert hidden.exposure_person_s is hidden.injury_events is None
        assert hidden.responders_injured is hidden.survivable_deaths_averted is None
        assert hidden.first_care_first_s is hidden.first_care_median_s is hidden.last_patient_out_s is None
        assert hidden.is_censored("last_patient_out_s") is is_ours
        assert (
            hidden.is_censored("first_care_first_s") is hidden.is_censored("first_care_median_s") is is_ours
        )
    assert publish(full, library_plan=False).start_to_contact_s == 300.0


def test_a_pair_shows_the_difference_of_its_harm():
    more = outcome_of(exposure_s=100.0, injuries=5, wounded=1, averted=0)
    less = outcome_of(exposure_s=40.0, injuries=2, wounded=0, averted=2)
    found = publish_pair(more, less, library_plan=True)
    assert (found.changes["exposure_person_s"], found.changes["injury_events"]) == (60.0, 3)
    assert (found.changes["responders_injured"], found.changes["survivable_deaths_averted"]) == (1, -2)
    assert (found.exposure_person_s, found.responders_injured) == (100.0, 1)
    outside = publish_pair(more, less, library_plan=False)
    assert outside == publish(more, library_plan=False)
    unfinished = outcome_of(end=None)
    for pair in ((more, unfinished), (unfinished, less)):
        assert publish_pair(*pair, library_plan=True).changes.get("exposure_person_s") is None


def test_deaths_averted_that_are_not_known_yet_give_no_difference_and_hide_nothing_else():
    unknown, known = outcome_of(averted=None), outcome_of(averted=1)
    for pair in ((unknown, known), (known, unknown)):
        found = publish_pair(*pair, library_plan=True)
        assert found.changes.get("survivable_deaths_averted") is None
        assert found.changes.get("injury_events") == 0


def test_a_row_has_every_declared_outcome_with_its_flag_and_its_type():
    """Columns, flags and types follow from what the rooms declare; nothing is listed twice."""
    row = outcome_of(patients=1, care=(480.0, 490.0), last_out=900.0).as_row()
    assert list(row) == list(TYPES)
    assert {column.name for column in OUTCOMES} < set(row)
    for name, value in row.items():
        assert value is None or type(value) in (TYPES[name], int), name
    assert [name for name, kind in TYPES.items() if kind is bool] == [
        name for name in row if name.endswith("_censored")
    ]
    assert {TYPES[name] for name in ("people", "injury_events", "injury_events_vs_baseline")} == {int}
    assert {TYPES[name] for name in ("all_clear_s", "share_out_300s", "exposure_person_s")} == {float}
