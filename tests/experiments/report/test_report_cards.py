"""The answer of a report at a glance, in each of the ways in which a comparison can come out."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from experiments.compare.answer import answers, beside, not_clear, share_over_before_arrival, surety
from experiments.report.page import _change, card
from tests.experiments.pages.test_words import PLAIN

NEVER = {"diff_mean": None, "n_pairs": 0, "baseline_mean": None, "policy_mean": None}


def study(levers=({}, {}), end=(10.0, 400.0), arrival=(200.0, 200.0)):
    rows = pd.DataFrame(
        {"policy": label, "status": "ok", "start_to_end_s": e, "start_to_first_le_s": a}
        for label in ("one", "four")
        for e, a in zip(end, arrival, strict=True)
    )
    policies = [
        {"label": label, "plain_words": f"Words of {label}.", "levers": found}
        for label, found in zip(("one", "four"), levers, strict=True)
    ]
    return SimpleNamespace(
        labels=("one", "four"), baseline="one", manifest={"policies": policies},
        outcomes=lambda: rows,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"diff_low": -1.0}, "60 s later; 95 % interval -1 to +75 s"),
        ({"diff_low": 0.0}, "60 s later; 95 % interval 0 to +75 s"),
        ({"diff_high": 0.0, "diff_low": -9.0, "diff_mean": -5.0}, "5 s earlier; 95 % interval -9 to 0 s"),
        ({"diff_low": None}, "too few runs"),
        ({"diff_high": None}, "too few runs"),
        ({"diff_mean": 0.0, "diff_low": 0.0, "diff_high": 0.0}, "the same in all 20 pairs"),
        (NEVER | {"neither": 20}, "no pair in which both happened"),
        (NEVER | {"only_baseline": 5}, "no pair in which both happened"),
        (NEVER | {"only_baseline": 7, "only_policy": 1}, "no pair in which both happened"),
    ],
)
def test_what_is_not_clear_is_no_headline(changes, words):
    found = replace(PLAIN, **changes)
    assert surety(found) == 0.0
    assert not_clear(found) == f"first contact ({words})"


def test_a_clear_difference_says_how_much_in_which_direction_and_both_levels_in_one_unit():
    found = _change(PLAIN)
    assert found.glance == "First contact 60\u00a0s later"
    assert found.numbers.replace("\u00a0", " ") == (
        "160 s instead of 100 s, means of 20 pairs (95 % interval 45 to 75 s later)."
    )
    earlier = replace(PLAIN, diff_mean=-61.0, diff_low=-80.0, diff_high=-40.0)
    assert "earlier" in _change(earlier).glance


def test_what_happens_in_no_run_under_a_policy_is_said_first():
    never = replace(PLAIN, **NEVER, only_baseline=7)
    assert surety(never) > surety(PLAIN) > 0.0
    assert "not reached" in _change(never).glance
    assert "in 7 runs" in _change(never).numbers


def test_the_surest_change_stands_first_not_always_contact():
    sure = replace(PLAIN, outcome="all_clear_s", title="Start to all-clear", diff_low=59.0, diff_high=61.0)
    same = replace(PLAIN, outcome="start_to_lockdown_s", diff_mean=0.0, diff_low=0.0, diff_high=0.0)
    entry = replace(PLAIN, outcome="start_to_entry_s", diff_low=60.0, diff_high=60.0)
    (found,) = answers(study(), [same, entry, PLAIN, sure])
    assert [c.outcome for c in found.clear] == ["all_clear_s", "start_to_contact_s"]
    assert [c.outcome for c in found.unclear] == ["start_to_lockdown_s"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"diff_low": -1.0}, "No clear difference"),
        ({"diff_mean": 0.0, "diff_low": 0.0, "diff_high": 0.0}, "No difference"),
        ({"n_pairs": 3, "diff_low": None, "diff_high": None}, "Too few runs"),
        (NEVER | {"neither": 20, "n_censored": 20}, "Nothing to compare"),
    ],
)
def test_where_nothing_is_clear_the_glance_says_why(changes, words):
    (answer,) = answers(study(), [replace(PLAIN, **changes)])
    assert card(study(), answer).none == words


def test_care_is_in_no_answer_on_a_plan_from_outside():
    care = replace(PLAIN, outcome="first_care_median_s")
    assert answers(study(), [care])[0].clear == (care,)


def test_the_share_of_runs_over_before_an_officer_arrived():
    """Over at 10 s and at 400 s; officers at 200 s, or never; what does not end is not over."""
    nan = float("nan")
    assert share_over_before_arrival(study(), "four") == 0.5
    assert share_over_before_arrival(study(arrival=(200.0, nan)), "four") == 1.0
    assert share_over_before_arrival(study(end=(nan, 400.0)), "four") == 0.0
    assert share_over_before_arrival(study(end=(200.0, nan)), "four") == 0.0


def test_what_medics_wait_for_stands_beside_the_answer_and_once_where_it_is_the_same():
    clear, escort = {"ems.policy": "all_clear"}, {"ems.policy": "escorted_rtf"}
    alike = study(levers=(clear, clear))
    (answer,) = answers(alike, [PLAIN])
    assert "Under every policy: medics wait for the all-clear." in beside(alike)
    assert card(alike, answer).beside == ()
    apart = study(levers=(clear, escort))
    assert "Under one: medics wait for the all-clear." in beside(apart)
    assert any("under escort" in line for line in card(apart, answer).beside)
    assert any("50\u00a0% of the runs" in line for line in card(apart, answer).beside)
