"""docs/development.md: its picture is that of the imports, its files exist, its recipes name real places."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from experiments.cli import cli
from experiments.pages.life import LIFE, life
from tests.tools import rooms

REPO = Path(__file__).resolve().parents[2]
TEXT = rooms.PAGE.read_text(encoding="utf-8")
ASKED = [
    "lock error",
    "first report",
    "team of n",
    "unified command",
    "rescue task force",
    "late knock",
    "stair speed",
    "run key",
    "stopping rule",
    "plan check",
    "replay player",
    "what may leave",
]


def test_the_picture_is_that_of_the_imports_and_the_twelve_lines_are_those_of_the_command():
    """When this fails: `make pages`."""
    assert rooms.refreshed(TEXT) == TEXT
    assert rooms.picture() in TEXT
    assert life() in TEXT


def test_run_explain_prints_the_life_of_an_incident_and_runs_nothing():
    told = CliRunner().invoke(cli, ["run", "--explain"])
    assert told.exit_code == 0
    assert told.output.strip() == life().strip()
    assert len(LIFE) == 12
    assert all((REPO / line.file).is_file() for line in LIFE)


@pytest.mark.parametrize("what", ASKED)
def test_where_is_what(what):
    (file,) = re.findall(rf"^\| {what} \| `([^`]+)` \|$", TEXT, re.MULTILINE)
    assert (REPO / file).is_file(), f"{what}: {file} is not there"


def test_every_file_that_is_named_exists():
    named = set(re.findall(r"`((?:buildings|sim|experiments|tests|docs|changelog\.d)/[\w./-]*)`", TEXT))
    assert len(named) > 20
    assert not [name for name in sorted(named) if not (REPO / name).exists() and name != "docs/api/"]


def test_the_picture_leaves_out_what_only_a_type_checker_reads(tmp_path, monkeypatch):
    for name, text in {
        "__init__": "",
        "top": "if TYPE_CHECKING:\n    import sim.low\nfrom sim.mid import x\n",
        "mid": "def f():\n    from sim import low\n",
        "low": "import numpy\n",
    }.items():
        (tmp_path / "sim").mkdir(exist_ok=True)
        (tmp_path / "sim" / f"{name}.py").write_text(text)
    monkeypatch.setattr(rooms, "REPO", tmp_path)
    assert rooms.imports() == {"top": {"mid"}, "mid": {"low"}, "low": set()}
    assert rooms.picture().splitlines()[0].startswith("top         <- mid")
    (tmp_path / "sim" / "low.py").write_text("import sim.top\n")
    with pytest.raises(ValueError, match="cycle"):
        rooms.picture()
