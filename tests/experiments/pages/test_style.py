"""The settings of the house for every figure, and the lengths of the lines of title and caption."""

from __future__ import annotations

from types import SimpleNamespace

import matplotlib
import pytest
from matplotlib.figure import Figure

from experiments import figures
from experiments.pages.style import GRID, INK, QUIET, house_style

HOUSE = {
    "font.family": ["sans-serif"],
    "font.size": 8.5,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.edgecolor": "#595959",
    "axes.labelcolor": "#1a1a1a",
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": "#1a1a1a",
    "text.parse_math": False,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.color": "#1a1a1a",
    "ytick.color": "#1a1a1a",
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "grid.color": "#d9d9d9",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "figure.dpi": 100.0,
    "savefig.dpi": 160.0,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "firstminutes",
}
"""A figure changes its bytes with any of these; where one is changed, all figures are drawn again."""


def test_the_house_style_is_this_table_and_matplotlibs_own_settings():
    with matplotlib.rc_context({"font.size": 20.0, "axes.grid": True}):
        with house_style():
            found = dict(matplotlib.rcParams)
        assert matplotlib.rcParams["font.size"] == 20.0  # the reader's own settings are back
    assert {name: found[name] for name in HOUSE} == HOUSE
    default = {name: value for name, value in matplotlib.rcParamsDefault.items() if name != "backend"}
    assert {name for name, value in default.items() if found[name] != value} <= set(HOUSE)
    assert (INK, QUIET, GRID) == ("#1a1a1a", "#595959", "#d9d9d9")


# -- words outside the edges ------------------------------------------------------------------------


def written(title="A title.", caption="A caption."):
    """Return title and caption as written, and the area that holds them, for a drawing of 7.2 by 3 inches."""
    figure = Figure(figsize=(7.2, 3.0))
    area = figures._write_words(SimpleNamespace(figure=figure, title=title, caption=caption))
    above, below = figure.texts
    return above, below, area


def letters(*words):
    """Return a sentence whose words have so many letters."""
    return " ".join("x" * n for n in words)


@pytest.mark.parametrize(("last", "lines"), [(38, 1), (39, 2)])
def test_a_line_of_a_title_holds_78_letters(last, lines):
    above, _, _ = written(title=letters(39, last))
    assert len(above.get_text().splitlines()) == lines
    assert (above.get_fontsize(), above.get_fontweight()) == (11.0, "bold")


def test_a_title_has_two_lines_and_ends_in_dots_where_it_is_longer():
    above, _, _ = written(title=letters(70, 70, 70))
    first, second = above.get_text().splitlines()
    assert first == letters(70)
    assert second == f"{letters(70)} [...]"
    assert written(title="One\n  two")[0].get_text() == "One two"


@pytest.mark.parametrize(("last", "lines"), [(61, 1), (62, 2)])
def test_a_line_of_a_caption_holds_122_letters(last, lines):
    _, below, _ = written(caption=letters(60, last))
    assert len(below.get_text().splitlines()) == lines
    assert (below.get_fontsize(), below.get_color()) == (8.0, QUIET)


@pytest.mark.parametrize(
    ("title", "caption", "above", "below"),
    [
        (letters(5), letters(5), 0.39, 0.345),
        (letters(70, 70), letters(5), 0.58, 0.345),
        (letters(5), letters(100, 100, 100), 0.39, 0.635),
    ],
)
def test_the_picture_grows_by_the_lines_of_its_words(title, caption, above, below):
    """0.2 in and 0.19 in a line above, 0.2 in and 0.145 in a line below; 0.06 in lie left of the words."""
    top, foot, area = written(title, caption)
    assert area.extents.tolist() == pytest.approx([0.0, -below, 7.2, 3.0 + above])
    assert top.get_position() == pytest.approx((0.06 / 7.2, 1.0 + (above - 0.08) / 3.0))
    assert foot.get_position() == pytest.approx((0.06 / 7.2, -0.1 / 3.0))
    assert (top.get_va(), foot.get_va()) == ("top", "top")
