"""What tables, report and progress say of one comparison, number by number."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from experiments.compare.comparison import Comparison
from experiments.pages.table import _interval, comparison_table
from experiments.pages.words import difference, sentence, span, value
from experiments.report.page import change, sure
from experiments.study import progress
from experiments.study.progress import Progress

PLAIN = Comparison(
    outcome="start_to_contact_s", title="Start to first contact", unit="s", kind="interval", better="lower",
    policy="four", baseline="one", n_pairs=20, only_policy=0, only_baseline=0, neither=0,
    baseline_median=100.0, policy_median=160.0, diff_mean=60.0, diff_low=45.0, diff_high=75.0,
    diff_median=61.0, diff_median_low=40.0, diff_median_high=80.0, share_worse=0.9, share_worse_low=0.7,
    share_worse_high=0.97, n_censored=0,
)  # fmt: skip


def words(**changes):
    return replace(PLAIN, **changes)


def test_how_sure_a_difference_is_in_three_numbers():
    found = sure(PLAIN)
    assert found[:2] == ("four", 20)
    assert "+40 s to +80 s" in found
    assert "90 % (70 to 97 %)" in found
    assert not any("Few pairs" in str(part) for part in found)
    assert any("Few pairs: 20 or more" in str(part) for part in sure(words(n_pairs=19)))


@pytest.mark.parametrize("missing", ["diff_median_low", "diff_median_high"])
def test_an_interval_needs_both_of_its_ends(missing):
    assert "none" in sure(words(**{missing: None}))
    assert "none" not in sure(PLAIN)


@pytest.mark.parametrize("missing", ["share_worse", "share_worse_low", "share_worse_high"])
def test_a_share_needs_both_ends_of_its_interval(missing):
    assert "–" in sure(words(**{missing: None}))


@pytest.mark.parametrize(
    ("changes", "report", "table"),
    [
        ({}, "+60 s (+45 s to +75 s)", "+60 s (+45 s to +75 s)"),
        ({"diff_low": -5.0}, "+60 s (-5 s to +75 s)", "+60 s (-5 s to +75 s), not clear"),
        ({"diff_low": 60.0, "diff_high": 60.0}, "+60 s in every pair", "+60 s in every pair"),
        ({"diff_mean": 0.0, "diff_low": 0.0, "diff_high": 0.0}, *["no difference in any pair"] * 2),
        ({"diff_low": None, "diff_high": None}, "+60 s", "+60 s"),
        ({"diff_low": None}, "+60 s", "+60 s"),
        ({"diff_high": None}, "+60 s", "+60 s"),
        ({"diff_mean": None, "diff_low": None, "diff_high": None}, "–", "–"),
    ],
)  # fmt: skip
def test_a_change_with_its_interval(changes, report, table):
    found = words(**changes)
    assert change(found) == report
    assert _interval(found) == table


def test_the_table_of_a_policy_leaves_out_what_never_applies_and_counts_what_did_not_happen():
    class Labels:
        labels = ("one", "four")

    rows = [
        PLAIN,
        words(outcome="start_to_entry_s", title="Entry", n_censored=3, policy_median=None),
        words(outcome="all_clear_s", title="All-clear", n_pairs=0, policy_median=None),
        words(outcome="first_care_median_s", title="Care", n_pairs=0, policy_median=None, only_baseline=2),
    ]
    lines = comparison_table(Labels(), rows).splitlines()
    ends = [line.index(" 20") + 3 for line in lines if " 20" in line]
    assert set(ends) == {lines[1].index("pairs") + 5}, "pairs stand flush right below their head"
    assert lines[0] == "four, compared with one"
    cells = [re.split(r"\s{2,}", line.strip()) for line in lines[3:]]
    assert [row[0] for row in cells] == ["Entry", "Start to first contact", "Care"]
    assert cells[0][1:] == ["–", "100 s", "+60 s (+45 s to +75 s)", "20", "3"]
    assert cells[1][1:] == ["2.7 min", "100 s", "+60 s (+45 s to +75 s)", "20"]


PAIRS = "under one in the mean of 20 pairs of runs"
SENTENCES = [
    ({}, f"60 s later than {PAIRS} (95 % interval 45 s to 75 s later)."),
    (
        {"diff_mean": -60.0, "diff_low": -80.0, "diff_high": -40.0},
        f"60 s earlier than {PAIRS} (95 % interval 40 s to 80 s earlier).",
    ),
    (
        {"diff_low": -5.0},
        f"no clear difference: 60 s later than {PAIRS} (95 % interval 5 s earlier to 75 s later).",
    ),
    ({"diff_low": 0.0}, "no clear difference: 60 s later than"),
    ({"diff_mean": -60.0, "diff_low": -80.0, "diff_high": 0.0}, "no clear difference: 60 s"),
    ({"diff_low": None}, "too few for an interval."),
    ({"diff_high": None}, "too few for an interval."),
    (
        {"diff_mean": None, "neither": 2},
        "no pair in which both happened. In 2 under neither by the end of the run.",
    ),
    (
        {"only_baseline": 1, "only_policy": 3},
        "In 1 more it happened under one only; in 3 more it happened under four only.",
    ),
    (
        {"diff_mean": 0.0, "diff_low": 0.0, "diff_high": 0.0},
        "is the same as under one in all 20 pairs of runs.",
    ),
    ({"diff_low": 0.3}, "0 s to 75 s later"),
    ({"diff_mean": -60.0, "diff_low": -80.0, "diff_high": -0.2}, "80 s earlier to 0 s"),
    (
        {"diff_low": -0.2, "diff_high": 0.4, "diff_mean": 0.1},
        f"less than 1 s later than {PAIRS} (95 % interval within 1 s of no difference)",
    ),
]


@pytest.mark.parametrize(("changes", "text"), SENTENCES)
def test_a_sentence_says_the_difference_its_direction_and_what_it_leaves_out(changes, text):
    found = sentence(words(**changes))
    assert found.startswith("four: first contact ")
    assert text in found


def test_lengths_of_time_shares_and_counts_in_words():
    assert [span(s) for s in (119.9, 120.0, 7169.0, 7170.0, 7500.0)] == [
        "120 s", "2.0 min", "119.5 min", "2 h 00 min", "2 h 05 min"
    ]  # fmt: skip
    assert [span(s) for s in (-0.4, -0.6, -90.0)] == ["0 s", "-1 s", "-90 s"]
    assert [value(n, "1") for n in (0.125, None)] == ["12 %", "–"]
    assert [value(n, "persons") for n in (99.96, 100.4, 12345.0)] == ["100.0", "100", "12,345"]
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
