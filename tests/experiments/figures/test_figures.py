"""Figures: the same bytes every time, nothing clipped, what never happened is said, no harm."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes

from experiments.compare.comparison import compare, kaplan_meier_median
from experiments.figures import MILESTONES, PAIRED, Study, dkw, draw_figures, write_figures
from experiments.figures.paired import _draw_panels
from experiments.pages.style import TICKS_S, broken, looks
from experiments.study.design import Arm, StudyDesign
from experiments.study.results import Results
from experiments.study.runner import run_study
from sim.view.outcome import OUTCOMES
from tests.experiments.fake_engine import ENGINE, FakePolicy, FakeScenario

NAMES = (
    ("at once", 0.0),
    ("<b>later</b> & $x_1$, a name as long as a label may be, for what they try", 60.0),
    ("never", 1e5),
    ("wait for command, second county special team", 2900.0),
    ("Größe_of_team 4 (mutual aid)", 300.0),
    ("one-word-that-has-no-space-in-it-and-is-much-too-long-to-fit", -20.0),
)


def study_of(folder, n: int, runs: int = 24) -> Results:
    arms = tuple(Arm(name, FakePolicy(name, delay)) for name, delay in NAMES[:n])
    design = StudyDesign(FakeScenario(), arms, runs=runs, model_version="test")
    return run_study(design, folder, 1, progress=False, engine=ENGINE)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return study_of(tmp_path_factory.mktemp("study") / "out", 4)


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    write_figures(results, folder)
    return folder


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_figure_has_a_drawing_a_picture_and_its_numbers(folder):
    names = {"timeline", "paired", "ecdf", "secured"}

    assert {path.name for path in folder.iterdir()} == {
        f"{name}.{end}" for name in names for end in ("svg", "png", "csv")
    }


def test_the_same_results_give_the_same_bytes_without_a_date(results, folder, tmp_path):
    for path in write_figures(results, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
    for path in folder.glob("*.svg"):
        assert "<dc:date" not in path.read_text(encoding="utf-8")


def test_names_are_text_in_the_drawing(folder):
    svg = (folder / "ecdf.svg").read_text(encoding="utf-8")

    ElementTree.fromstring(svg)
    assert "<b>" not in svg
    assert "&lt;b&gt;later&lt;/b&gt; &amp; $x_1$" in svg


@pytest.fixture(scope="module", params=[(2, False), (4, False), (6, False), (2, True), (6, True)])
def laid_out(request, tmp_path_factory):
    n, narrow = request.param
    drawn = draw_figures(study_of(tmp_path_factory.mktemp("study") / "out", n), narrow=narrow)
    for figure in drawn:
        figure.figure.draw_without_rendering()
    return drawn


def test_no_text_is_clipped(laid_out):
    for drawn in laid_out:
        width, height = drawn.figure.bbox.width, drawn.figure.bbox.height
        texts = [text for ax in drawn.figure.axes for text in (ax.title, ax.xaxis.label, *ax.texts)]
        texts += [text for ax in drawn.figure.axes for text in ax.get_yticklabels()]
        texts += [text for legend in drawn.figure.legends for text in legend.get_texts()]
        for text in texts:
            if text.get_text():
                box = text.get_window_extent()
                inside = box.x0 >= -1 and box.x1 <= width + 1 and box.y0 >= -1 and box.y1 <= height + 1
                assert inside, (drawn.name, text.get_text())


def test_a_figure_for_a_phone_is_narrow_and_has_one_panel_per_row(results):
    for wide, narrow in zip(draw_figures(results), draw_figures(results, narrow=True), strict=True):
        assert narrow.figure.get_figwidth() < 0.6 * wide.figure.get_figwidth()
        assert {ax.get_subplotspec().get_gridspec().ncols for ax in narrow.figure.axes} == {1}
        assert narrow.table.equals(wide.table)
        assert narrow.alt == wide.alt


def test_a_legend_covers_no_plot(laid_out):
    for drawn in laid_out:
        for legend in drawn.figure.legends:
            for ax in drawn.figure.axes:
                assert not legend.get_window_extent().overlaps(ax.get_tightbbox()), drawn.name


def test_a_curve_of_what_never_happened_stays_at_zero(results, folder):
    rows = [r for r in rows_of(folder / "ecdf.csv") if r["policy"] == "never" and r["time"] == "contact"]

    assert [float(row["share_of_runs"]) for row in rows] == [0.0]
    assert "no contact in 24 of 24" in (folder / "ecdf.svg").read_text(encoding="utf-8")


def test_a_curve_of_what_always_happened_reaches_one(folder):
    rows = [r for r in rows_of(folder / "ecdf.csv") if r["policy"] == "at once" and r["time"] == "contact"]

    assert float(rows[-1]["share_of_runs"]) == pytest.approx(1.0)


def test_the_timeline_counts_what_did_not_happen(folder):
    rows = {(row["milestone"], row["policy"]): row for row in rows_of(folder / "timeline.csv")}

    assert float(rows["First contact", "never"]["share_not_happened"]) == 1.0
    assert math.isinf(float(rows["First contact", "never"]["q0.5_s"]))
    assert float(rows["First contact", "at once"]["share_not_happened"]) == 0.0


def test_medians_of_the_timeline_are_those_of_the_tables(results):
    study = Study(results, [])
    contact = next(m for m in MILESTONES if m.title == "First contact")
    for label in results.labels:
        times = study.times(label, contact)
        expected = kaplan_meier_median(
            times[np.isfinite(times)], int(np.isinf(times).sum()), results.horizon_s
        )
        found = float(np.quantile(times, 0.5, method="inverted_cdf"))
        assert found == pytest.approx(expected if expected is not None else math.inf)


def test_paired_differences_are_those_of_the_comparison(folder):
    rows = {(row["outcome"], row["policy"]): row for row in rows_of(folder / "paired.csv")}
    found = rows["start_to_entry_s", NAMES[1][0]]

    assert float(found["mean_difference"]) == pytest.approx(60.0)
    assert found["n_pairs"] == "24"


def test_harm_is_in_no_figure(folder):
    assert not {column.name for column in OUTCOMES if column.kind == "harm"} & set(PAIRED)
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert "exposure" not in text
        assert "injury" not in text


def test_captions_say_n_interval_and_building(results):
    drawn = {figure.name: figure for figure in draw_figures(results)}

    for figure in drawn.values():
        assert "n = 24 paired runs" in figure.caption
        assert "Building: high-school" in figure.caption
    assert "95 % interval" in drawn["paired"].caption
    assert "BCa" in drawn["paired"].caption


def test_looks_of_many_policies_differ():
    labels = [f"policy {number}" for number in range(20)]

    assert len(set(looks(labels, labels[3]).values())) == 20
    assert looks(labels, labels[3])[labels[3]].colour == "#000000"


def test_broken_keeps_every_line_within_the_width():
    for name, _ in NAMES:
        lines = broken(name, 20, 2).split("\n")
        assert len(lines) <= 2
        assert max(map(len, lines)) <= 20


def test_the_axis_has_seconds_and_hours():
    names = [name for _, name in TICKS_S]

    assert names[:7] == ["10 s", "30 s", "1 min", "5 min", "20 min", "1 h", "4 h"]


def test_band_of_a_whole_curve():
    assert dkw(200) == pytest.approx(math.sqrt(math.log(40) / 400))
    assert dkw(0) == 1.0


def test_a_policy_without_a_pair_says_so_in_its_row(folder):
    assert "did not happen: 24 of 24" in (folder / "paired.svg").read_text(encoding="utf-8")


def test_every_drawing_says_its_main_result_with_names_as_text(folder):
    for path in folder.glob("*.svg"):
        root = ElementTree.parse(path).getroot()
        (words,) = root.findall("{http://www.w3.org/2000/svg}desc")
        assert words.text is not None
        assert "<b>later</b> & $x_1$" in words.text
        assert root.get("aria-describedby") == words.get("id")


@pytest.mark.parametrize(("low", "high", "n_lines"), [(1.0, 3.0, 1), (None, 3.0, 0), (1.0, None, 0)])
def test_an_interval_is_drawn_where_it_has_both_ends(results, monkeypatch, low, high, n_lines):
    drawn, study = [], Study(results, [])
    one = next(c for c in compare(results) if c.outcome == "start_to_entry_s" and c.policy == NAMES[1][0])
    monkeypatch.setattr(Axes, "hlines", lambda _self, y, x0, x1, **_: drawn.append((x0, x1)))
    _draw_panels(study, [[replace(one, diff_low=low, diff_high=high)]], [one.policy])
    assert len(drawn) == n_lines


def test_medians_of_a_comparison_are_those_of_the_runs(results):
    by_key = {(c.outcome, c.policy): c for c in compare(results)}
    rows = results.outcomes()
    for label in (NAMES[1][0], NAMES[3][0]):
        entry = rows[rows["policy"] == label]["start_to_entry_s"].dropna()
        assert len(entry) == 24
        found = by_key["start_to_entry_s", label].policy_median
        assert found == pytest.approx(float(np.sort(entry)[11]))


def test_the_numbers_of_the_paired_figure_are_of_its_own_outcomes(tmp_path):
    drawn = next(one for one in draw_figures(study_of(tmp_path / "out", 2)) if one.name == "paired")
    assert len(drawn.table)
    assert set(drawn.table["outcome"]) <= set(PAIRED)
