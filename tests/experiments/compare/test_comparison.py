"""Paired statistics against answers worked out by hand, and intervals that cover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.compare import comparison as statistics
from experiments.compare.answer import answers
from experiments.compare.comparison import compare
from experiments.pages.table import comparison_table
from experiments.pages.words import difference, sentence, span
from experiments.study.design import Arm, StudyDesign
from experiments.study.results import Results, outcome_column
from experiments.study.runner import run_study
from sim.errors import StudyError
from tests.experiments.fake_engine import ENGINE, FakePolicy, FakeScenario


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    policies = (
        FakePolicy("at once"),
        FakePolicy("same"),
        FakePolicy("later", 60.0),
        FakePolicy("never", 1e5),
    )
    arms = tuple(Arm(policy.name, policy) for policy in policies)
    design = StudyDesign(FakeScenario(), arms, runs=30, model_version="test")
    return run_study(design, tmp_path_factory.mktemp("study") / "out", 1, progress=False, engine=ENGINE)


def one(results: Results, policy: str, outcome: str, **kwargs: str) -> statistics.Comparison:
    (found,) = [c for c in compare(results, outcomes=[outcome], **kwargs) if c.policy == policy]
    return found


def test_a_fixed_delay_is_the_difference_in_every_pair(results):
    found = one(results, "later", "start_to_entry_s")

    assert (found.diff_mean, found.diff_median) == pytest.approx((60.0, 60.0))
    assert found.diff_low == pytest.approx(60.0)
    assert found.diff_high == pytest.approx(60.0)
    assert found.n_pairs == 30
    assert found.share_worse == 1.0
    assert found.share_worse_low == pytest.approx(30 / (30 + 1.959964**2))  # Wilson at 30 of 30
    assert found.is_clear


def test_equal_policies_differ_by_exactly_zero_in_every_outcome(results):
    for found in compare(results):
        if found.policy == "same" and found.n_pairs:
            assert found.diff_mean == found.diff_low == found.diff_high == 0.0, found.outcome
            assert not found.is_clear


def test_the_other_way_round_changes_the_sign_only(results):
    there = one(results, "later", "start_to_contact_s")
    back = one(results, "at once", "start_to_contact_s", baseline="later")

    assert back.diff_median == pytest.approx(-there.diff_median)
    assert back.share_worse == 0.0


def test_what_never_happens_is_counted_and_not_averaged(results):
    found = one(results, "never", "start_to_contact_s")

    assert (found.n_pairs, found.only_baseline, found.only_policy, found.neither) == (0, 30, 0, 0)
    assert found.diff_mean is None
    assert found.policy_median is None
    assert found.n_censored == 30
    assert found.share_worse == 1.0


def test_harm_is_a_difference_only_and_has_no_level(results):
    found = one(results, "later", "exposure_person_s_vs_baseline")

    assert found.diff_mean == pytest.approx(60.0)
    assert found.baseline_median is None
    assert found.policy_median is None
    with pytest.raises(StudyError, match="exposure_person_s_vs_baseline"):
        results.paired("exposure_person_s")
    assert "exposure_person_s" not in {c.outcome for c in compare(results)}


def test_harm_that_is_not_known_yet_is_counted_run_by_run(results):
    """The threat is over in all runs; deaths averted are known later, and here in none."""
    exposure = one(results, "later", "exposure_person_s_vs_baseline")
    averted = one(results, "later", "survivable_deaths_averted_vs_baseline")
    assert (exposure.n_pairs, exposure.n_censored) == (30, 0)
    assert (averted.n_pairs, averted.n_censored) == (0, 30)


def test_an_unknown_outcome_or_policy_is_refused_by_name(results):
    with pytest.raises(StudyError, match="deaths"):
        compare(results, outcomes=["deaths"])
    with pytest.raises(StudyError, match="nobody"):
        compare(results, baseline="nobody")


def test_policies_keep_their_order_whatever_the_harm(results):
    order = list(dict.fromkeys(c.policy for c in compare(results)))
    assert order == ["same", "later", "never"]


def test_kaplan_meier_median_by_hand():
    # Six runs, two of them censored at 100 s: survival 5/6, 4/6, 3/6 at the third event.
    assert statistics.kaplan_meier_median(np.array([10.0, 20.0, 30.0, 40.0]), 2, 100.0) == 30.0
    assert statistics.kaplan_meier_median(np.array([10.0, 20.0]), 4, 100.0) is None
    assert statistics.kaplan_meier_median(np.array([]), 4, 100.0) is None


def test_wilson_by_hand():
    # 9 of 40, z = 1.959964: centre (9 + z**2 / 2) / (40 + z**2), half width as in Wilson 1927.
    z2, n, k = 1.959964**2, 40, 9
    centre = (k + z2 / 2) / (n + z2)
    half = z2**0.5 / (n + z2) * (k * (n - k) / n + z2 / 4) ** 0.5
    assert statistics.share_interval(k, n) == pytest.approx((0.225, centre - half, centre + half), abs=1e-6)
    assert statistics.share_interval(0, 0) == (None, None, None)


def test_few_pairs_give_no_false_interval():
    assert statistics.mean_interval(np.array([3.0])) == (3.0, None, None)
    assert statistics.median_interval(np.array([1.0, 2.0, 3.0])) == (2.0, None, None)
    assert statistics.mean_interval(np.arange(1.0, 6.0)) == (3.0, None, None)
    assert statistics.mean_interval(np.full(5, 60.0)) == (60.0, None, None)
    assert statistics.mean_interval(np.full(6, 60.0)) == (60.0, 60.0, 60.0)
    assert statistics.mean_interval(np.zeros(2)) == (0.0, 0.0, 0.0)
    assert statistics.mean_interval(np.zeros(1)) == (0.0, None, None)
    half = 2.570582 * 3.5**0.5 / 6**0.5  # t with 5 degrees of freedom
    assert statistics.mean_interval(np.arange(1.0, 7.0)) == pytest.approx((3.5, 3.5 - half, 3.5 + half))


def test_mean_intervals_cover_for_small_samples():
    # Student's t on normal samples of 10 covers in 95 % of all samples; 2,000 of them stay within 0.93-0.965.
    rng = np.random.default_rng(3)
    intervals = [statistics.mean_interval(rng.normal(5.0, 2.0, 10)) for _ in range(2000)]
    assert 0.93 <= np.mean([low <= 5.0 <= high for _, low, high in intervals]) <= 0.965


def test_an_interval_of_a_skewed_mean_reaches_further_on_the_long_side():
    """BCa, not symmetric about the mean as Student's t is; below twenty values it is t."""
    values = np.random.default_rng(8).lognormal(0.0, 1.5, 40)
    mean, low, high = statistics.mean_interval(values)
    assert high - mean > 1.3 * (mean - low)
    few = statistics.mean_interval(values[:19])
    assert few[2] - few[0] == pytest.approx(few[0] - few[1])


def test_bootstrap_intervals_cover_a_skewed_mean():
    # BCa on gamma(2) samples of 60: 150 samples leave a standard error of 1.8 points around 95 %.
    rng = np.random.default_rng(4)
    intervals = [statistics.mean_interval(rng.gamma(2.0, 1.0, 60)) for _ in range(150)]
    assert np.mean([low <= 2.0 <= high for _, low, high in intervals]) >= 0.89


@pytest.mark.parametrize(("outcome", "share_worse"), [("share_secured_60s", 0.75), ("all_clear_s", 0.25)])
def test_worse_is_lower_for_shares_and_later_for_times(results, outcome, share_worse):
    """Of four pairs the policy has the lower value in three: worse for a share secured, better for a time."""
    pairs = pd.DataFrame(
        {
            "value": [0.1, 0.2, 0.3, 0.8],
            "baseline_value": [0.2, 0.4, 0.6, 0.4],
            "difference": [-0.1, -0.2, -0.3, 0.4],
            "censored": False,
            "baseline_censored": False,
        }
    )
    found = statistics._one(results, outcome_column(outcome), "later", "at once", pairs)
    assert found.share_worse == share_worse


def test_the_answer_in_words(results):
    same, later, never = answers(results, compare(results))

    assert "First contact 60 s later:" in later.sentences()[0]
    assert "means of 30 pairs (in every pair)" in later.sentences()[0]
    assert "first contact (the same in all 30 pairs)" in same.sentences()[0]
    assert never.sentences()[0] == "First contact happened in no run; under at once in 30."


def test_the_two_means_of_a_row_differ_by_just_the_difference(results):
    """Levels of other runs, or another statistic than the difference, would be misread."""
    for found in compare(results):
        if found.n_pairs and found.kind != "harm":
            assert found.policy_mean - found.baseline_mean == pytest.approx(found.diff_mean, abs=1e-9)
        else:
            assert found.policy_mean is None
            assert found.baseline_mean is None


def test_table_shows_policies_side_by_side_without_levels_of_harm(results):
    text = comparison_table(results, compare(results))

    assert text.index("same, compared with at once") < text.index("later, compared with at once")
    line = next(line for line in text.splitlines() if line.startswith("Exposure, change to baseline"))
    assert "no difference in any pair" in line
    assert max(map(len, text.splitlines())) <= 130


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (0.7, "1 s"),
        (-0.7, "-1 s"),
        (119.9, "120 s"),
        (119.96, "2.0 min"),
        (312.0, "5.2 min"),
        (7500.0, "2 h 05 min"),
        (None, "not reached"),
    ],
)
def test_spans_of_time(seconds, text):
    assert span(seconds) == text


def test_differences_carry_their_sign():
    assert difference(312.0, "s") == "+5.2 min"
    assert difference(-312.0, "s") == "-5.2 min"
    assert difference(0.125, "1") == "+12.5 pt"
    assert difference(None, "s") == "–"


def test_what_is_written_as_zero_has_no_sign():
    assert [difference(number, "s") for number in (-0.3, -0.5, 0.0, 0.3)] == ["0 s"] * 4
    assert difference(-0.0001, "1") == "0.0 pt"
    assert difference(-0.01, "people") == "0.0"
    assert difference(-0.6, "s") == "-1 s"


def test_a_mean_near_zero_reads_right(results):
    found = one(results, "same", "start_to_contact_s")

    wide = sentence(replace(found, diff_low=-5.0, diff_high=0.0))
    assert "shows no clear difference, at the same time: " in wide
    assert "means of 30 pairs (95 % interval 0 to 5 s earlier)" in wide
    small = replace(found, diff_mean=0.2, diff_low=0.1, diff_high=0.3)
    assert "less than 1 s later" in sentence(small)


def test_the_card_and_the_table_have_one_verdict(results):
    """A median whose interval touches zero beside a mean that is clear: both places go by the mean."""
    found = replace(
        one(results, "same", "start_to_contact_s"),
        diff_mean=12.0, diff_low=4.0, diff_high=20.0,
        diff_median=0.0, diff_median_low=0.0, diff_median_high=0.0,
    )  # fmt: skip
    assert found.is_clear
    assert "no clear difference" not in sentence(found)
    assert "12 s later" in sentence(found)
