"""The answer of a report at a glance, in each of the ways in which a comparison can come out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from experiments.report.page import _base_median, _glance
from tests.experiments.test_comparison_words import PLAIN

SAME = "in time to first contact, compared with the baseline"


@pytest.mark.parametrize(
    ("changes", "big", "small"),
    [
        ({"diff_low": -1.0}, "No clear difference", SAME),
        ({"diff_low": 0.0}, "No clear difference", SAME),
        (
            {"diff_high": 0.0, "diff_low": -9.0, "diff_mean": -5.0},
            "No clear difference",
            SAME,
        ),
        ({"diff_low": None}, "Too few runs", "to say how"),
        ({"diff_high": None}, "Too few runs", "to say how"),
        ({"diff_mean": 0.0, "diff_low": 0.0, "diff_high": 0.0}, "No difference", SAME),
        ({"diff_mean": None, "n_pairs": 0, "neither": 20}, "Cannot be compared", "with one"),
        ({"diff_mean": None, "n_pairs": 0, "only_baseline": 7}, "Not reached", "under one in 7"),
        ({"diff_mean": None, "n_pairs": 0, "only_baseline": 7, "only_policy": 1}, "Cannot be", "with one"),
    ],
)
def test_the_answer_at_a_glance(changes, big, small):
    found = _glance(replace(PLAIN, **changes))
    assert found[0].startswith(big)
    assert small in found[1]


def test_a_clear_difference_says_how_much_and_in_which_direction():
    later = " ".join(_glance(PLAIN))
    assert "60 s" in later
    assert "later" in later
    earlier = replace(PLAIN, diff_mean=-61.0, diff_low=-80.0, diff_high=-40.0)
    assert "earlier" in " ".join(_glance(earlier))
    assert "later" not in " ".join(_glance(earlier))


def test_the_median_of_the_baseline_is_that_of_the_headline():
    """Minutes and seconds of another outcome, before it or after it, would be read as those of contact."""
    other = replace(PLAIN, outcome="start_to_entry_s", baseline_median=33.0)
    later = replace(PLAIN, policy="third", baseline_median=44.0)
    for comparisons in ([PLAIN, other], [other, PLAIN], [other, PLAIN, later]):
        assert _base_median(comparisons) == "100 s"
    for comparisons in ([other], [], [replace(PLAIN, baseline_median=None), other]):
        assert _base_median(comparisons) == "not reached"
