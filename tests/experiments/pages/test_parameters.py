"""The table of parameters as people read it: in a terminal, as JSON and as the committed page."""

from __future__ import annotations

import json
from pathlib import Path

from experiments import cli
from sim.given.parameters import ParameterTable, set_by

PAGE = Path(__file__).resolve().parents[3] / "docs" / "parameters.md"
TABLE = ParameterTable.default()


def test_the_committed_page_is_what_the_code_writes(tmp_path, capsys):
    """When this fails: `make pages`."""
    assert cli.main(["parameters", "-o", str(tmp_path / "new" / "page.md")]) == 0
    assert "page.md" in capsys.readouterr().out
    assert (tmp_path / "new" / "page.md").read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")


def test_the_page_has_every_row_once_with_its_source():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for row in TABLE:
        (line,) = [line for line in lines if line.startswith(f"| `{row.name}` |")]
        cells = [cell.strip() for cell in line.replace("\\|", "/").strip("|").split(" | ")]
        assert len(cells) == 11, row.name
        assert (cells[2], cells[5], cells[6], cells[9]) == (
            row.distribution,
            row.role,
            row.sweepable,
            row.evidence,
        )


def test_json_holds_numbers(capsys):
    assert cli.main(["parameters", "--json"]) == 0
    rows = {row["parameter"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(TABLE.rows)
    row = rows["patrol.response_total"]
    assert row["value"]["median"] == TABLE.value("patrol.response_total") == 180.0
    assert (row["low"], row["high"]) == (150.0, 210.0)
    assert (row["unit"], row["sweepable"], row["set_by"]) == ("s", "yes", "scenario")
    assert rows["entry.policy"]["value"][0] == "immediate"


def test_the_terminal_shows_the_same_under_both_names(capsys):
    assert cli.main(["parameters"]) == 0
    shown = capsys.readouterr().out
    assert cli.main(["list", "parameters"]) == 0
    assert capsys.readouterr().out == shown
    assert all(row.name in shown for row in TABLE)
    assert cli.main(["list", "parameters", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(TABLE.rows)


def test_the_page_needs_a_file_and_not_a_folder(tmp_path, capsys):
    assert cli.main(["parameters", "-o", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_who_sets_a_row():
    assert set_by(TABLE.row("hazard.dwell")) == "fixed"
    assert set_by(TABLE.row("day_part")) == "fixed"
    assert set_by(TABLE.row("entry.team_of")) == "lever entry.team_size"
    assert set_by(TABLE.row("lock.type")) == "lever lock.type"
    assert set_by(TABLE.row("move.adult_walk")) == "scenario"
