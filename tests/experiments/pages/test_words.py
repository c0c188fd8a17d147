"""What tables, report and progress say of one comparison, number by number."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from experiments.compare.comparison import Comparison
from experiments.pages.table import _doubt, comparison_table
from experiments.pages.words import change, difference, scale_for, scale_of, sentence, span
from experiments.report.page import sure
from experiments.study import progress
from experiments.study.progress import Progress

PLAIN = Comparison(
    outcome="start_to_contact_s", title="Start to first contact", unit="s", kind="interval", better="lower",
    policy="four", baseline="one", n_pairs=20, only_policy=0, only_baseline=0, neither=0,
    baseline_mean=100.0, policy_mean=160.0, baseline_median=100.0, policy_median=160.0,
    diff_mean=60.0, diff_low=45.0, diff_high=75.0,
    diff_median=61.0, diff_median_low=40.0, diff_median_high=80.0, share_worse=0.9, share_worse_low=0.7,
    share_worse_high=0.97, n_censored=0,
)  # fmt: skip


NEVER = {"diff_mean": None, "n_pairs": 0, "baseline_mean": None, "policy_mean": None}


def words(**changes):
    return replace(PLAIN, **changes)


def test_how_sure_a_difference_is_in_three_numbers():
    found = sure(PLAIN)
    assert found[:4] == ("four", "First contact", 20, "+60 s (+45 to +75)")
    assert "90 % (70 to 97 %)" in found
    assert not any("Few pairs" in str(part) for part in found)
    assert any("Few pairs: 20 or more" in str(part) for part in sure(words(n_pairs=19)))


@pytest.mark.parametrize("missing", ["share_worse", "share_worse_low", "share_worse_high"])
def test_a_share_needs_both_ends_of_its_interval(missing):
    assert "–" in sure(words(**{missing: None}))


@pytest.mark.parametrize(
    ("changes", "report", "doubt"),
    [
        ({}, "+60 s (+45 to +75)", ""),
        ({"diff_low": -5.0}, "+60 s (-5 to +75)", ", not clear"),
        ({"diff_low": 60.0, "diff_high": 60.0}, "+60 s in every pair", ""),
        ({"diff_mean": 0.0, "diff_low": 0.0, "diff_high": 0.0}, "no difference in any pair", ""),
        ({"diff_low": None, "diff_high": None}, "+60 s", ""),
        ({"diff_low": None}, "+60 s", ""),
        ({"diff_high": None}, "+60 s", ""),
        ({"diff_mean": None, "diff_low": None, "diff_high": None}, "–", ""),
    ],
)  # fmt: skip
def test_a_change_with_its_interval(changes, report, doubt):
    found = words(**changes)
    assert change(found) == report
    assert _doubt(found) == doubt


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, ("160 s", "100 s", "+60 s (+45 to +75)")),
        ({"policy_mean": 700.0, "baseline_mean": 640.0}, ("11.7 min", "10.7 min", "+1.0 min (+0.8 to +1.2)")),
        ({"policy_mean": 404.0, "baseline_mean": 400.0, "diff_mean": 4.0, "diff_low": 1.0, "diff_high": 7.0},
         ("404 s", "400 s", "+4 s (+1 to +7)")),
        ({"policy_mean": 7200.0, "baseline_mean": 60.0, "diff_mean": 7140.0, "diff_low": 6000.0,
          "diff_high": 9000.0}, ("120.0 min", "1.0 min", "+119.0 min (+100.0 to +150.0)")),
        ({"unit": "1", "policy_mean": 0.5, "baseline_mean": 0.25, "diff_mean": 0.25, "diff_low": 0.1,
          "diff_high": 0.4}, ("50.0 %", "25.0 %", "+25.0 points (+10.0 to +40.0)")),
        ({"unit": "person s", "kind": "harm", "policy_mean": None, "baseline_mean": None, "diff_mean": 1234.0,
          "diff_low": 50.0, "diff_high": 2000.0}, ("–", "–", "+1,234 person-seconds (+50 to +2,000)")),
    ],
)  # fmt: skip
def test_a_row_has_one_unit_for_levels_difference_and_interval(changes, row):
    found = words(**changes)
    scale = scale_of(found)
    assert (scale.level(found.policy_mean), scale.level(found.baseline_mean), change(found)) == row


def test_the_table_of_a_policy_leaves_out_what_never_applies_and_counts_what_did_not_happen():
    class Labels:
        labels = ("one", "four")

    rows = [
        PLAIN,
        words(
            outcome="start_to_entry_s", title="Start to entry", n_censored=3, policy_mean=None,
            baseline_median=90.0,
        ),
        words(outcome="all_clear_s", title="All-clear", n_pairs=0, policy_median=None),
        words(
            outcome="first_care_median_s", title="Care", n_pairs=0, policy_median=None, only_baseline=2,
            baseline_median=None,
        ),
    ]  # fmt: skip
    lines = comparison_table(Labels(), rows).splitlines()
    ends = [line.rindex(" 20") + 3 for line in lines if " 20" in line]
    assert set(ends) == {lines[1].rindex("pairs") + 5}, "pairs stand flush right below their head"
    assert lines[0] == "four, compared with one"
    cells = [re.split(r"\s{2,}", line.strip()) for line in lines[3:]]
    assert [row[0] for row in cells] == ["Entry", "First contact", "Care"]
    assert cells[0][1:] == ["–", "100 s", "+60 s (+45 to +75)", "20", "3"]
    assert cells[1][1:] == ["160 s", "100 s", "+60 s (+45 to +75)", "20"]


LEVELS = "160 s instead of 100 s, means of 20 pairs"
SENTENCES = [
    ({}, f"60 s later: {LEVELS} (95 % interval 45 to 75 s later)."),
    (
        {"diff_mean": -60.0, "diff_low": -80.0, "diff_high": -40.0},
        f"60 s earlier: {LEVELS} (95 % interval 40 to 80 s earlier).",
    ),
    (
        {"diff_low": -5.0},
        f"shows no clear difference, 60 s later: {LEVELS} (95 % interval 5 s earlier to 75 s later).",
    ),
    ({"diff_low": 0.0}, "no clear difference, 60 s later"),
    ({"diff_mean": -60.0, "diff_low": -80.0, "diff_high": 0.0}, "no clear difference, 60 s"),
    ({"diff_low": None}, "too few for an interval."),
    ({"diff_high": None}, "too few for an interval."),
    ({"diff_low": 60.0, "diff_high": 60.0}, f"60 s later: {LEVELS} (in every pair)."),
    (
        NEVER | {"neither": 2},
        "cannot be compared with one: no pair in which both happened. In 2 under neither by the end of",
    ),
    (NEVER | {"only_baseline": 7, "neither": 1}, "happened in no run; under one in 7. In 1 under neither"),
    (
        {"only_baseline": 1, "only_policy": 3},
        "In 1 more it happened under one only; in 3 more it happened under four only.",
    ),
    (
        {"diff_mean": 0.0, "diff_low": 0.0, "diff_high": 0.0},
        "is the same as under one in all 20 pairs: 2.7 min.",
    ),
    ({"diff_low": 0.3}, "0 to 75 s later"),
    ({"diff_mean": -60.0, "diff_low": -80.0, "diff_high": -0.2}, "0 to 80 s earlier"),
    (
        {"diff_low": -0.2, "diff_high": 0.4, "diff_mean": 0.1},
        f"less than 1 s later: {LEVELS} (95 % interval within 1 s of no difference)",
    ),
    (
        {"policy_mean": 900.0, "diff_low": -0.2, "diff_high": 0.4, "diff_mean": 0.1},
        "less than 0.1 min later: 15.0 min instead of 1.7 min",
    ),
]


@pytest.mark.parametrize(("changes", "text"), SENTENCES)
def test_a_sentence_says_the_difference_its_direction_both_levels_and_what_it_leaves_out(changes, text):
    found = sentence(words(**changes))
    assert found.startswith("First contact ")
    assert text in found


def test_lengths_of_time_shares_and_counts_in_words():
    assert [span(s) for s in (119.9, 120.0, 7169.0, 7170.0, 7500.0)] == [
        "120 s", "2.0 min", "119.5 min", "2 h 00 min", "2 h 05 min"
    ]  # fmt: skip
    assert [span(s) for s in (-0.4, -0.6, -90.0)] == ["0 s", "-1 s", "-90 s"]
    assert [scale_for("1", 1.0).level(n) for n in (0.125, None)] == ["12.5 %", "–"]
    assert [scale_for("persons", n).level(n) for n in (99.9, 100.4, 12345.0)] == [
        "99.9 people", "100 people", "12,345 people"
    ]  # fmt: skip
    assert scale_for("events", 3.25).signed(-0.01) == "0.0"
    assert [difference(n, "1") for n in (0.1234, -0.0001)] == ["+12.3 pt", "0.0 pt"]
    assert difference(-3.25, "persons") == "-3.2"


# -- progress --------------------------------------------------------------------------------------


class Terminal:
    """Stands for a terminal and for the bar on it."""

    def __init__(self, monkeypatch, is_terminal=True):
        import tqdm

        self.bars, self.shown = [], []
        monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: is_terminal, raising=False)
        monkeypatch.setattr(tqdm, "tqdm", self._bar)

    def _bar(self, **options):
        self.bars.append(options)
        return self

    def update(self, runs):
        self.shown.append(runs)

    def set_postfix_str(self, text):
        self.shown.append(text)

    def write(self, text, file):
        self.shown.append(text)

    def close(self):
        self.shown.append("closed")


def test_a_terminal_gets_a_bar_that_begins_with_what_is_done(monkeypatch):
    terminal = Terminal(monkeypatch)
    with Progress(40, 10) as shown:
        shown.advance(4)
        shown.advance(2, failed=1)
        shown.advance(99)
    (options,) = terminal.bars
    assert (options["total"], options["initial"]) == (40, 10)
    assert terminal.shown == [4, 2, "1 failed", 24, "1 failed", "closed"]


def test_a_study_that_is_done_and_one_that_nobody_watches_get_no_bar(monkeypatch, capsys):
    for total, done, is_terminal in ((40, 40, True), (40, 10, False)):
        terminal = Terminal(monkeypatch, is_terminal)
        with Progress(total, done):
            pass
        assert terminal.bars == []
    assert capsys.readouterr().err.splitlines()[0] == "40 of 40 runs are on disk already"


def test_the_rest_of_the_time_is_told_from_the_runs_of_this_call(monkeypatch, capsys):
    """Ten of thirty new runs in 50 s: twenty more take about 100 s; at the end nothing is left."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with Progress(40, 10) as shown:
        now[0] += 50.0
        shown.advance(10)
        shown.advance(20)
    lines = capsys.readouterr().err.splitlines()[1:]
    assert lines == ["50 % (20 of 40 runs, about 100 s to go)", "100 % (40 of 40 runs)"]
