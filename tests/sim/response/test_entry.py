"""Entry policies: when the first team may enter, from what officers on scene know."""

from __future__ import annotations

import pytest

from sim.response.entry import ENTRY_POLICIES, EntryView


def view(immediate_s, assess_s, special_s, **more):
    """Return what officers know at 500 s, of whom the first came at 400 s."""
    known = {"now_s": 500.0, "officers_on_scene": 2, "first_arrival_s": 400.0, "command_order_s": None}
    delays = {
        "entry.immediate_delay": immediate_s,
        "entry.assess_delay": assess_s,
        "entry.special_team_delay": special_s,
    }
    return EntryView(**{**known, "wanted_team": 2, **more}, drawn_s=delays)


@pytest.mark.parametrize(
    ("policy", "entry_s"),
    [
        ("immediate", 420.0),
        ("wait_for_command", 420.0),
        ("team_of_n", 520.0),
        ("assess", 490.0),
        ("contain_and_wait", 3400.0),
    ],
)
def test_the_time_of_entry(policy, entry_s):
    assert ENTRY_POLICIES[policy].entry_s(view(20.0, 90.0, 3000.0)) == entry_s


@pytest.mark.parametrize("policy", ["assess", "contain_and_wait"])
def test_nobody_enters_sooner_than_one_gets_to_the_door(policy):
    """Neither a short assessment nor a special team that is there at once carries one from car to door."""
    assert ENTRY_POLICIES[policy].entry_s(view(20.0, 5.0, 5.0)) == 420.0


def test_an_incomplete_team_waits():
    assert ENTRY_POLICIES["team_of_n"].entry_s(view(20.0, 90.0, 3000.0, wanted_team=3)) is None
