"""Tables and progress lines: what a reader of a terminal sees."""

from __future__ import annotations

from experiments.pages.table import layout, timeline_table
from experiments.pages.words import clock
from experiments.study.progress import Progress
from tests.experiments.fake_engine import FakeRow


def test_columns_line_up_and_numbers_are_flush_right():
    assert layout([["a", "n"], ["long name", "5"], ["b", "1234"]], right=(1,)).splitlines() == [
        "a             n",
        "---------  ----",
        "long name     5",
        "b          1234",
    ]


def test_a_long_last_column_is_broken_into_lines_that_fit():
    text = layout([["a", "words"], ["x", "word " * 30]], width=60)
    assert max(map(len, text.splitlines())) <= 60
    assert text.count("word") == 31


def test_a_timeline_counts_the_rooms_of_a_wing_instead_of_listing_them():
    rows = [FakeRow(0.0, "INCIDENT_START", "", "", "")]
    rows += [FakeRow(20.0 + number, "ROOM_SECURED", "teacher", "wing A", "") for number in range(12)]
    rows += [
        FakeRow(25.0, "ROOM_SECURED", "teacher", "wing B", ""),
        FakeRow(3725.0, "ALL_CLEAR", "", "", "by command"),
    ]
    lines = timeline_table(rows).splitlines()

    assert len(lines) == 2 + 4
    assert lines[3].split() == [
        "00:20",
        "room",
        "secured",
        "teacher",
        "wing",
        "A",
        "12",
        "times",
        "until",
        "00:31",
    ]
    assert lines[5].split() == ["1:02:05", "all", "clear", "by", "command"]


def test_clock():
    assert [clock(at) for at in (0.0, 59.99, 61.0, 3600.0)] == ["00:00", "00:59", "01:01", "1:00:00"]


def test_progress_without_a_terminal_is_a_line_per_tenth(capsys):
    with Progress(40, 10) as progress:
        for _ in range(30):
            progress.advance(1)
    lines = capsys.readouterr().err.splitlines()

    assert lines[0] == "10 of 40 runs are on disk already"
    assert [line.split(" %")[0] for line in lines[1:]] == ["30", "40", "50", "60", "70", "80", "90", "100"]


def test_quiet_progress_says_nothing(capsys):
    with Progress(4, 2, enabled=False) as progress:
        progress.advance(2)
        progress.say("hello")
    assert capsys.readouterr().err == ""
