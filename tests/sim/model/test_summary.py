"""The outcome of a run from its stamps: intervals by hand, and flags for what did not happen."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.model.summary import publish, publish_pair, summarise
from sim.record.timeline import LOCKDOWN_ANNOUNCED, TimelineLog


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
    incident = SimpleNamespace(
        harm=SimpleNamespace(patients=lambda: np.arange(patients), exposure_person_s=lambda _: exposure_s),
        log=log,
        people=SimpleNamespace(n=12),
        tick=20000,
    )
    return summarise(
        incident,
        dispatch=SimpleNamespace(
            report_tick=tick(1000), dispatch_tick=tick(2000), arrival_ticks=[4000, 6000] if happened else []
        ),
        responders=SimpleNamespace(entry_tick=tick(5000)),
        command=SimpleNamespace(in_place_tick=tick(7000)),
        medical=SimpleNamespace(staged_tick=tick(8000), first_care_s=lambda: care, first_ticks={}),
        collection=SimpleNamespace(last_out_s=lambda: last_out, hospital_ticks={}),
        recovery=SimpleNamespace(
            all_clear_tick=tick(10000), accounted_tick=tick(12000),
            released_median_s=lambda: 550.0 if happened else None, accounted_people=11,
        ),
        reunification=SimpleNamespace(start_tick=tick(13000), end_tick=tick(14000)),
        survival=SimpleNamespace(deaths_averted=lambda care, hospital: averted),
        ticks=(tick(6000), tick(end)),
        shares={30: (0.1, 0.0), 60: (0.2, 0.0), 300: (0.5, 0.25)},
        injury_events=injuries,
        responders_injured=wounded,
    )  # fmt: skip


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
    assert not found.start_to_contact_censored
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
        assert getattr(found, f"{name}_censored") is True
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
    assert (found.first_care_first_censored, found.first_care_median_censored) == flags


def test_harm_leaves_the_program_for_our_own_plans_once_it_is_over():
    full = outcome_of(patients=1, care=(480.0, 490.0), last_out=900.0)
    assert publish(full, library_plan=True) == full
    outside = publish(full, library_plan=False), False
    too_early = publish(outcome_of(end=None), library_plan=True), True
    for hidden, is_ours in (outside, too_early):
        assert hidden.exposure_person_s is hidden.injury_events is None
        assert hidden.responders_injured is hidden.survivable_deaths_averted is None
        assert hidden.first_care_first_s is hidden.first_care_median_s is hidden.last_patient_out_s is None
        assert hidden.last_patient_out_censored is is_ours
        assert hidden.first_care_first_censored is hidden.first_care_median_censored is is_ours
    assert publish(full, library_plan=False).start_to_contact_s == 300.0


def test_a_pair_shows_the_difference_of_its_harm():
    more = outcome_of(exposure_s=100.0, injuries=5, wounded=1, averted=0)
    less = outcome_of(exposure_s=40.0, injuries=2, wounded=0, averted=2)
    found = publish_pair(more, less, library_plan=True)
    assert (found.exposure_person_s_vs_baseline, found.injury_events_vs_baseline) == (60.0, 3)
    assert (found.responders_injured_vs_baseline, found.survivable_deaths_averted_vs_baseline) == (1, -2)
    assert (found.exposure_person_s, found.responders_injured) == (100.0, 1)
    outside = publish_pair(more, less, library_plan=False)
    assert outside == publish(more, library_plan=False)
    unfinished = outcome_of(end=None)
    for pair in ((more, unfinished), (unfinished, less)):
        assert publish_pair(*pair, library_plan=True).exposure_person_s_vs_baseline is None


def test_deaths_averted_that_are_not_known_yet_give_no_difference_and_hide_nothing_else():
    unknown, known = outcome_of(averted=None), outcome_of(averted=1)
    for pair in ((unknown, known), (known, unknown)):
        found = publish_pair(*pair, library_plan=True)
        assert found.survivable_deaths_averted_vs_baseline is None
        assert found.injury_events_vs_baseline == 0
