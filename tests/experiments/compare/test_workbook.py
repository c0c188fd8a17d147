"""What spreadsheets open: no cell is a formula, numbers are numbers, a missing program is one sentence."""

from __future__ import annotations

import csv
import sys

import pytest

from experiments import cli
from experiments.compare.workbook import write_workbook
from experiments.pages.cells import FORMULA_BEGINS, plain_cell
from sim.errors import StudyError
from tests.experiments.report.test_report import study_of

EVIL = ("=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "\tx")


@pytest.fixture(scope="module", params=["outside", "library school"])
def results(request, tmp_path_factory):
    names = tuple((name, 60.0 * k) for k, name in enumerate(EVIL[:4]))
    return study_of(tmp_path_factory.mktemp("study") / "out", request.param, names)


def test_a_text_that_begins_like_a_formula_gets_an_apostrophe():
    assert [plain_cell(text) for text in EVIL] == [f"'{text}" for text in EVIL]
    assert [plain_cell(text) for text in ("", "team-of-four", "a=b", "'x")] == [
        "",
        "team-of-four",
        "a=b",
        "'x",
    ]


def test_no_cell_of_a_table_of_runs_is_a_formula_and_negative_numbers_stay_numbers(results, tmp_path):
    with results.export_csv(tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["policy"] for row in rows} == {f"'{name}" for name in EVIL[:4]}
    for row in rows:
        for value in row.values():
            assert not value.startswith(FORMULA_BEGINS) or float(value) < 0


def test_a_workbook_has_the_comparison_the_runs_and_where_it_comes_from(results, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(write_workbook(results, tmp_path / "x.xlsx"))
    assert book.sheetnames == ["Comparison", "Runs", "About"]
    for sheet in book:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    head, *rows = [[cell.value for cell in row] for row in book["Runs"].iter_rows()]
    frame = results.outcomes()
    assert head == results.export_columns()
    assert len(rows) == len(frame)
    entry = head.index("start_to_entry_s")
    assert [row[entry] for row in rows] == pytest.approx(frame["start_to_entry_s"].tolist())
    contact = [row[head.index("all_clear_s")] for row in rows]
    assert contact == [None] * len(rows), "what did not happen is an empty cell"
    kinds = [cell.value for cell in book["Comparison"]["D"]][1:]
    assert "start_to_contact_s" in kinds
    assert ("exposure_person_s_vs_baseline" in kinds) == results.is_ours
    assert not results.is_ours or "first_care_median_s" in kinds


def test_without_openpyxl_it_is_one_sentence_and_no_file(results, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(StudyError, match=r"pip install firstminutes\[office\].*--to csv"):
        write_workbook(results, tmp_path / "x.xlsx")
    assert cli.main(["results", "export", str(results.root), "--to", "xlsx"]) == 2
    assert "needs a name" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
