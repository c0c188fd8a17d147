"""Figures look as they did when somebody looked at them: sizes, places, widths and colours.

After a change that is meant, look at the figures, then:
`python -m tests.experiments.figures.test_figures_look`.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from buildings import library
from buildings.draw import draw_plan
from experiments.evidence.verification.kit import Figure as Drawing
from experiments.evidence.verification.kit import Line
from experiments.evidence.verification.page import draw
from experiments.figures import draw_figures
from experiments.studies import officer, tornado
from tests.experiments.figures.test_figures import study_of
from tests.support.look import look_of

FILE = Path(__file__).with_name("figure_look.json")
WHAT = ("study of 2", "study of 4", "study of 6", "plans", "studies", "pages")


def looks(what: str, folder: Path) -> dict[str, dict[str, list[float]]]:
    """Return what the figures of a kind look like, by their names."""
    if what.startswith("study of"):
        drawn = draw_figures(study_of(folder / "out", int(what[-1])))
        return {one.name: look_of(one.figure) for one in drawn}
    if what == "plans":
        return {
            f"{name} {level.id}": _plan(name, level.id)
            for name in library.names()
            for level in library.load(name).levels
        }
    return _saved(_studies if what == "studies" else _pages, folder)


def _plan(name: str, level: str) -> dict[str, list[float]]:
    figure = Figure(figsize=(11.7, 8.3))
    draw_plan(library.load(name), level, figure.add_subplot())
    return look_of(figure)


def _saved(draw_all, folder: Path) -> dict[str, dict[str, list[float]]]:
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", lambda self, path, **_: found.update({path.stem: look_of(self)}))
        draw_all(folder)
    return found


def _studies(folder: Path) -> None:
    levels = [(-40.0, -60.0, -20.0), (3.0, 1.0, 5.0), (0.5, -1.0, 2.0)]
    for unit in ("s", "1"):
        rows = [
            SimpleNamespace(
                outcome="all_clear_s", policy=f"x={k}", unit=unit, better="lower", n_pairs=9,
                diff_mean=mean / 50, diff_low=low / 50, diff_high=high / 50, is_clear=low > 0 or high < 0,
            )
            for k, (mean, low, high) in enumerate(levels)
        ]  # fmt: skip
        tornado.draw_tornado(rows, "All-clear", folder / f"tornado {unit}.png")
    officer._draw(dict(zip(officer.LOCKDOWN, levels, strict=False)), folder / "officer.png")


def _pages(folder: Path) -> None:
    lines = (Line("ours", [1.0, 2.0], [3.0, 5.0]), Line("theirs", [1.0, 2.5], [2.0, 4.0], is_data=True))
    draw("Flow", Drawing("width (m)", "flow (1/s)", lines), folder / "page.png")


@pytest.mark.parametrize("what", WHAT)
def test_figures_look_as_they_did(what, tmp_path):
    kept = json.loads(FILE.read_text(encoding="utf-8"))[what]
    found = looks(what, tmp_path)
    assert list(found) == list(kept)
    for name, look in found.items():
        for kind, numbers in look.items():
            assert numbers == pytest.approx(kept[name][kind], rel=1e-5, abs=1e-3), (name, kind)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        kept = {what: looks(what, Path(place) / what) for what in WHAT}
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
