"""A drill on paper: exits by their numbers, JSON, a row per person, and the curve of the exits."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from buildings import library
from experiments import cli
from experiments.figures import drill as pages
from sim.drills import EVACUATION, run_drill
from sim.given.scenario_files import load_scenario


@pytest.fixture(scope="module")
def done():
    return run_drill(load_scenario(building="elementary"), EVACUATION, seed=2, every_s=5.0)


def test_exits_have_the_numbers_of_the_drawing():
    plan = library.load("high-school")
    names = pages.exit_names(plan)
    drawn = {door.number for door in plan.doors if door.number}
    assert {name.removeprefix("exit ") for name in names.values()} == drawn
    assert len(set(names.values())) == len(names)


def test_the_table_has_a_row_per_person_in_the_order_of_arrival(done, tmp_path):
    pages.write_table(done, {"D-SPINE": "=1+1"}, tmp_path / "d.csv")
    with (tmp_path / "d.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["finish_s"]) for row in rows] == pytest.approx(done.finish_s.tolist(), abs=0.005)
    assert len({row["person"] for row in rows}) == len(done.result.finish_s)
    used = [row["exit"] for row in rows]
    assert used.count("'=1+1") == done.by_exit["D-SPINE"] > 0
    assert "=1+1" not in used


def test_the_curves_of_the_exits_add_up_to_everybody(done, tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    kept = []
    monkeypatch.setattr(Figure, "savefig", lambda self, *_args, **_more: kept.append(self))
    pages.write_figure(
        done, pages.exit_names(library.load("elementary")), "elementary, class", tmp_path / "d.png"
    )
    (ax,) = kept[0].axes
    everybody, *exits = (line for line in ax.lines if ": " in str(line.get_label()))
    assert len(exits) == min(len(done.by_exit), pages.MOST_EXITS)
    assert everybody.get_ydata()[-1] == len(done.finish_s)
    assert sum(line.get_ydata()[-1] for line in exits) == len(done.finish_s)
    assert everybody.get_xdata()[1:-1] == pytest.approx(np.sort(done.finish_s))


def test_the_command_has_a_day_part_json_table_and_figure(tmp_path, capsys):
    options = ["--people", "20", "--day-part", "lunch", "--json"]
    files = ["--csv", str(tmp_path / "d.csv"), "--figure", str(tmp_path / "d.svg")]
    assert cli.main(["drill", "--building", "elementary", *options, *files]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["people"], told["got_there"], told["day_part"]) == (20, 20, "lunch")
    assert sum(told["by_exit"].values()) == 20
    assert all(name.startswith("exit ") for name in told["by_exit"])
    assert told["first_s"] <= told["median_s"] <= told["q95_s"] <= told["last_s"]
    assert len((tmp_path / "d.csv").read_text(encoding="utf-8-sig").splitlines()) == 21
    assert "<svg" in (tmp_path / "d.svg").read_text(encoding="utf-8")
    assert cli.main(["drill", "--building", "elementary", "--day-part", "lunchtime"]) == 2
    assert "Did you mean 'lunch'?" in capsys.readouterr().err
    assert cli.main(["drill", "--people", "5", "--figure", str(tmp_path / "d.xyz")]) == 2
    assert "d.xyz" in capsys.readouterr().err
