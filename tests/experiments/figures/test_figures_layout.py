"""Where things stand in the figures: axes, rows, bars, panels and legends, from made-up studies."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from experiments import figures
from experiments.figures.common import new_figure, percent
from experiments.figures.ecdf import _steps
from experiments.figures.paired import _scale
from experiments.figures.timeline import _bar
from experiments.pages.style import GRID, QUIET, looks, time_axis
from experiments.study.design import Arm, StudyDesign
from experiments.study.runner import run_study
from tests.experiments.fake_engine import ENGINE, FakePolicy, FakeScenario

LONG = "waits for the officers of the neighbouring cou and goes in with them"
"""Up to "cou" it has 46 letters: a line of a letter more than 45 would hold a word more."""


def drawn(folder, *delays):
    """Return the figures of a study of policies that enter so much later than the first."""
    names = ["first", LONG, "third", "fourth"]
    arms = tuple(Arm(n, FakePolicy(n, d)) for n, d in zip(names, delays, strict=False))
    design = StudyDesign(FakeScenario(), arms, runs=24, model_version="test")
    results = run_study(design, folder / "out", 1, progress=False, engine=ENGINE)
    return {one.name: one for one in figures.draw_figures(results)}


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """Four policies: at once, a minute later, never within the hour, five minutes later."""
    return drawn(tmp_path_factory.mktemp("four"), 0.0, 60.0, 1e5, 300.0)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two policies, the second of which never makes contact."""
    return drawn(tmp_path_factory.mktemp("two"), 0.0, 1e5)


# -- the axis of time ------------------------------------------------------------------------------


def axis(*limits, **more):
    ax = Figure().add_subplot()
    time_axis(ax, *limits, **more)
    return ax, [label.get_text() for label in ax.get_xticklabels()]


@pytest.mark.parametrize(
    ("last_s", "first_s", "limits", "first", "last"),
    [
        (3600.0, 10.0, (10.0, 3672.0), "10 s", "1 h"),
        (3601.0, 10.0, (10.0, 14688.0), "10 s", "4 h"),
        (14400.0, 45.0, (30.0, 14688.0), "30 s", "4 h"),
        (1.0, 10.0, (10.0, 61.2), "10 s", "1 min"),
        (250.0, 700.0, (60.0, 306.0), "1 min", "5 min"),
        (28000.0, 2.0, (10.0, 29376.0), "10 s", "8 h"),
        (40000.0, 10.0, (10.0, 40800.0), "10 s", "8 h"),
    ],
)
def test_the_axis_begins_at_a_tick_and_ends_just_beyond_one(last_s, first_s, limits, first, last):
    ax, names = axis(last_s, first_s)
    assert ax.get_xlim() == pytest.approx(limits)
    assert (names[0], names[-1]) == (first, last)
    assert ax.get_xscale() == "log"
    assert len(ax.get_xticks(minor=True)) == 0


def test_ticks_that_would_stand_too_near_are_left_out():
    """From 10 s to 8 h a quarter of the axis is a factor of 7.3."""
    assert axis(28800.0, gap=0.25)[1] == ["10 s", "5 min", "1 h", "8 h"]
    assert len(axis(28800.0)[1]) == 8


# -- the timeline ----------------------------------------------------------------------------------


def test_a_step_that_differs_has_a_lane_per_policy_and_its_name_in_their_middle(four):
    """Only entry and contact happen and come first: four lanes each, one for every other step, 0.65 between
    steps.
    """
    (ax,) = four["timeline"].figure.axes
    assert ax.get_yticks() == pytest.approx(
        [1.5, 4.65 + 1.5, 9.3, 10.95, 12.6, 14.25, 15.9, 17.55, 19.2, 20.85]
    )
    low, high = ax.get_ylim()
    assert (low, high) == pytest.approx((22.5 - 0.82, -0.82))


def test_every_second_step_of_the_timeline_has_a_grey_ground(four):
    (ax,) = four["timeline"].figure.axes
    grounds = sorted((patch.get_y(), patch.get_y() + patch.get_height()) for patch in ax.patches)
    expected = [
        (top - 0.82, top + n - 0.18) for top, n in ((0, 4), (9.3, 1), (12.6, 1), (15.9, 1), (19.2, 1))
    ]
    assert np.array(grounds) == pytest.approx(np.array(expected))


def test_a_step_that_is_the_same_under_all_policies_is_one_grey_bar(tmp_path):
    (ax,) = drawn(tmp_path, 0.0, 0.0)["timeline"].figure.axes
    markers = [line for line in ax.lines if line.get_marker() != "None" and line.get_ydata()[0] == 0.0]
    assert [line.get_color() for line in markers] == [QUIET]
    assert len(ax.texts) == 1 + 10


def bar(**quantiles):
    """Return what is drawn of a bar at 2 on an axis from 10 s to an hour."""
    ax = Figure().add_subplot()
    time_axis(ax, 3600.0)
    _bar(ax, 2.0, pd.Series(quantiles), looks(["a"], "a")["a"])
    lines = [segment.tolist() for one in ax.collections for segment in one.get_segments() if len(segment)]
    return ax, lines


def test_the_bars_of_the_timeline_end_at_their_quantiles():
    numbers = {"q0.05_s": 20.0, "q0.25_s": 40.0, "q0.5_s": 60.0, "q0.75_s": 90.0, "q0.95_s": 300.0}
    ax, lines = bar(**numbers, share_not_happened=0.0)
    assert lines[:2] == [[[20, 2], [300, 2]], [[40, 2], [90, 2]]]
    assert lines[2] == [[60, pytest.approx(1.56)], [60, pytest.approx(2.44)]]
    thin, thick, _ = (one.get_linewidth()[0] for one in ax.collections if isinstance(one, LineCollection))
    assert thick > 3 * thin
    (marker,) = ax.lines
    assert marker.get_xydata().tolist() == [[60.0, 2.0]]
    (text,) = ax.texts
    assert text.get_text() == "0 %"
    assert text.get_position()[0] > 1.0
    assert text.get_color() == QUIET


def test_what_did_not_happen_runs_off_the_right_edge_without_a_marker():
    """The axis ends at 3672 s; what never happened is drawn to a fifth beyond it."""
    numbers = {"q0.05_s": 5.0, "q0.25_s": 40.0, "q0.5_s": np.inf, "q0.75_s": np.inf, "q0.95_s": np.inf}
    ax, lines = bar(**numbers, share_not_happened=0.6)
    assert lines[0] == [[10, 2], [pytest.approx(3672 * 1.2), 2]]
    assert lines[1] == [[40, 2], [pytest.approx(3672 * 1.2), 2]]
    assert len(lines) == 2
    assert not ax.lines
    (text,) = ax.texts
    assert text.get_text() == "60 %"
    assert text.get_color() != QUIET


def test_a_step_without_a_run_shows_a_dash_and_no_bar():
    numbers = dict.fromkeys(("q0.05_s", "q0.25_s", "q0.5_s", "q0.75_s", "q0.95_s"), np.nan)
    ax, lines = bar(**numbers, share_not_happened=np.nan)
    assert all(x > ax.get_xlim()[1] for line in lines for x, _ in line)
    assert [text.get_text() for text in ax.texts] == ["–"]


# -- distributions ---------------------------------------------------------------------------------


def test_the_steps_of_a_distribution_count_what_never_happened_below_the_line():
    x, y = _steps(np.array([300.0, 100.0, np.inf, 100.0]))
    assert x[1:] == [100.0, 300.0]
    assert x[0] < 1.0
    assert y == [0.0, 0.5, 0.75]
    assert _steps(np.zeros(0))[1] == [0.0]


def test_the_curves_of_two_times_stand_side_by_side_and_run_to_the_edge(four):
    entry, contact = four["ecdf"].figure.axes
    assert (entry.get_gridspec().nrows, entry.get_gridspec().ncols) == (1, 2)
    for ax in (entry, contact):
        assert len(ax.lines) == 4
        assert all(line.get_xdata()[-1] == ax.get_xlim()[1] for line in ax.lines)
        assert ax.get_ylim()[0] < 0.0
        assert ax.get_ylim()[1] == pytest.approx(1.02)
        assert ax.get_yticks().tolist() == [0, 0.25, 0.5, 0.75, 1]
    names = [label.get_text() for label in entry.get_yticklabels()]
    assert names == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    assert [line.get_ydata()[-1] for line in contact.lines] == pytest.approx([1, 1, 0, 1])
    assert [line.get_ydata()[-1] for line in entry.lines] == pytest.approx([1] * 4)


# -- paired differences ----------------------------------------------------------------------------


def markers_of(ax):
    """Return (x, y, whether filled) of the markers of a panel."""
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]), line.get_markerfacecolor() != "white")
        for line in ax.lines
        if line.get_marker() not in ("None", None, "")
    ]


def test_differences_stand_at_their_means_in_minutes_from_the_top(four):
    """Later by one minute, by 100,000 s and by five minutes in every pair."""
    entry = four["paired"].figure.axes[0]
    assert np.array(markers_of(entry)) == pytest.approx(
        np.array([(1.0, 0, True), (1e5 / 60, 1, True), (5.0, 2, True)], dtype=float)
    )
    bars = [segment for one in entry.collections for segment in one.get_segments()]
    assert [round(float(x), 6) for bar in bars for x, _ in bar] == [
        pytest.approx(x, abs=1e-3) for x in (1, 1, 1e5 / 60, 1e5 / 60, 5, 5)
    ]
    assert entry.get_ylim() == pytest.approx((2.6, -0.6))
    assert entry.get_yticks().tolist() == [0, 1, 2]
    low, high = entry.get_xlim()
    assert low < 0.0 < 1e5 / 60 < high
    assert [text.get_position()[0] > 1.0 for text in entry.texts] == [True] * 3
    assert entry.texts[0].get_text().endswith("n=24")


def test_panels_stand_two_in_a_row_and_names_at_the_left_only(four, two):
    left, right = four["paired"].figure.axes
    assert (left.get_gridspec().nrows, left.get_gridspec().ncols) == (1, 2)
    assert "".join(label.get_text() for label in left.get_yticklabels()).startswith("waits")
    assert {label.get_text() for label in right.get_yticklabels()} == {""}
    alone, empty = two["paired"].figure.axes
    assert alone.get_gridspec().nrows == 1
    assert (alone.axison, empty.axison) == (True, False)


def test_a_panel_is_in_minutes_from_two_minutes_on():
    def found(*ends, unit="s"):
        return [SimpleNamespace(unit=unit, diff_mean=ends[0], diff_low=ends[1], diff_high=ends[2])]

    assert _scale(found(60.0, -119.0, 119.0))[0].factor == 1.0
    assert "seconds" in _scale(found(60.0, None, None))[1]
    assert _scale(found(60.0, -120.0, 90.0))[0].factor == pytest.approx(1 / 60)
    assert "minutes" in _scale(found(60.0, 50.0, 180.0))[1]
    assert _scale(found(0.1, 0.0, 0.2, unit="1"))[0].factor == 100.0


# -- people secured --------------------------------------------------------------------------------


def curves_of(n):
    """Return a study of n policies: eleven runs each, in which 0 %, 10 %, ... 100 % are secured, twice."""
    labels = tuple(f"policy {k}" for k in range(n))
    rows = [
        (label, run, t_s, (run / 10) * (1.0 - 0.1 * k))
        for k, label in enumerate(labels)
        for run in range(11)
        for t_s in (0.0, 300.0, 600.0)
    ]
    curves = pd.DataFrame(rows, columns=["policy", "replicate", "t_s", "share_secured"])
    results = SimpleNamespace(curves=lambda: curves, baseline=labels[0])
    return SimpleNamespace(
        results=results,
        labels=labels,
        looks=looks(labels, labels[0]),
        facts="",
        narrow=False,
        figure=new_figure,
    )


@pytest.mark.parametrize(
    ("n", "shape"), [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (7, (3, 3))]
)
def test_panels_of_people_secured_fill_a_grid(n, shape):
    figure = figures.secured(curves_of(n)).figure
    grid = figure.axes[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == shape
    shown = [ax for ax in figure.axes if ax.axison]
    assert [ax.get_title() for ax in shown] == (
        [f"policy {k}" for k in range(n)] if n > 1 else ["The same under all 1 policies"]
    )
    lowest = [ax.get_xlabel() != "" for ax in shown]
    assert lowest == [place + shape[1] >= n for place in range(n)]


def test_bands_and_lines_of_people_secured_are_quantiles_over_minutes():
    one = figures.secured(curves_of(2))
    first, second = one.figure.axes
    assert first.lines[0].get_xydata().tolist() == [[0, 0.5], [5, 0.5], [10, 0.5]]
    assert len(first.lines) == 1
    own, base = second.lines
    assert own.get_ydata() == pytest.approx([0.45] * 3)
    assert base.get_xydata().tolist() == [[0, 0.5], [5, 0.5], [10, 0.5]]
    light, dark = (band.get_paths()[0].vertices[:, 1] for band in first.collections)
    assert (light.min(), light.max()) == pytest.approx((0.05, 0.95))
    assert (dark.min(), dark.max()) == pytest.approx((0.25, 0.75))
    assert all(band.get_linewidth()[0] == 0 for band in first.collections)
    assert first.get_xlim() == pytest.approx((0, 10))
    assert first.get_ylim() == pytest.approx((0, 1.02))
    assert "50 % under policy 0, 45 % under policy 1" in one.alt
    assert first.xaxis.get_gridlines()[0].get_color() == GRID


def test_a_figure_grows_with_what_it_shows(four, two):
    """Rows of panels are some two inches high each; every lane and every name adds to the others."""
    one, other, third = (figures.secured(curves_of(n)).figure.get_size_inches() for n in (3, 4, 7))
    assert one[0] == other[0] == third[0]
    assert other[1] - one[1] == pytest.approx(third[1] - other[1])
    assert 1.8 < other[1] - one[1] < 2.6
    for name in ("timeline", "paired", "ecdf"):
        assert two[name].figure.get_size_inches()[1] < four[name].figure.get_size_inches()[1] < 12.0


# -- words -----------------------------------------------------------------------------------------


def test_names_in_a_legend_are_broken_into_lines_of_at_most_45_letters(four):
    (legend,) = four["timeline"].figure.legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[1].split("\n") == ["waits for the officers of the neighbouring", "cou and goes in with them"]
    (legend,) = four["ecdf"].figure.legends
    name, _, words = legend.get_texts()[2].get_text().partition(": ")
    assert name == "third"
    assert words == "no contact in 24 of 24"
    long = legend.get_texts()[1].get_text().partition(": ")[0]
    assert long.endswith("…")
    assert 50 < len(long) <= 60


def test_a_share_is_nothing_or_all_only_when_it_is_exactly_that():
    shares = (0.0, 0.001, 0.0049, 0.006, 0.5, 0.994, 0.996, 1.0)
    assert [percent(share) for share in shares] == [
        "0 %", "<1 %", "<1 %", "1 %", "50 %", "99 %", ">99 %", "100 %"
    ]  # fmt: skip


def test_after_six_others_colours_begin_again_with_other_lines_and_markers():
    found = looks([f"policy {k}" for k in range(9)], "policy 0")
    first, again = found["policy 1"], found["policy 7"]
    assert first.colour == again.colour
    assert first.line != again.line
    assert first.marker != again.marker
    assert len({look.colour for look in list(found.values())[:7]}) == 7
    assert to_rgba(found["policy 0"].colour) == (0, 0, 0, 1)
    assert found["policy 0"][1:] == ("-", "o")


def test_title_and_caption_stand_beside_the_drawing_and_inside_the_picture(four):
    for one in four.values():
        frame = figures._write_words(one)
        figure, dpi = one.figure, one.figure.dpi
        title, caption = (
            next(text for text in figure.texts if text.get_text().startswith(words[:20]))
            for words in (one.title, one.caption)
        )
        width, height = figure.get_size_inches()
        for text in (title, caption):
            box = text.get_window_extent()
            assert frame.x0 <= box.x0 / dpi <= 0.2
            assert box.x1 / dpi <= frame.x1 == width
            assert frame.y0 <= box.y0 / dpi
            assert box.y1 / dpi <= frame.y1
        assert title.get_window_extent().y0 / dpi >= height
        assert caption.get_window_extent().y1 / dpi <= 0.0
        assert frame.height - height < 2.0
