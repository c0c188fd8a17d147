"""`firstminutes plan import`, and commands that take a model as their building."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ifc_models import write_ifc

from buildings import library
from buildings.files import read_plan
from buildings.importers import formats
from experiments.cli import main
from experiments.study.manifest import assumed_of


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ifc(library.load("elementary"), tmp_path_factory.mktemp("ifc") / "elementary.ifc")


def test_it_writes_a_plan_that_runs_and_a_report(
    school: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "my.plan.json"
    assert main(["plan", "import", str(school), "-o", str(out)]) == 0
    said = capfd.readouterr().out
    assert "68 of 68 doors joined to rooms" in said
    plan = read_plan(out)
    assert not plan.fictional
    teaching = [space for space in plan.spaces if space.use in ("classroom", "laboratory", "music")]
    assert plan.enrolment == 22 * len(teaching)
    assert any("were assumed" in line for line in plan.source["warnings"])
    page = (tmp_path / "my.import.html").read_text(encoding="utf-8")
    assert "handle it as sensitive" in page
    assert page.count("<svg") == len(plan.levels)


def test_json_is_the_report_and_nothing_else(
    school: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "import", str(school), "-o", str(tmp_path / "a.plan.json"), "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert report["counts"]["doors_linked"] == report["counts"]["doors"]
    assert [one["number"] for one in report["problems"]] == list(range(1, len(report["problems"]) + 1))


def test_a_drill_takes_a_model_and_says_what_was_assumed(
    school: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["drill", "--building", str(school), "--people", "20"]) == 0
    told = capfd.readouterr()
    assert "20 people, 20 out" in told.out
    assert "assumed: The file states no people" in " ".join(told.err.split())
    assert "do not say whether they lock" in told.err


def test_assumptions_of_a_plan_name_no_room(school: Path, tmp_path: Path) -> None:
    out = tmp_path / "my.plan.json"
    assert main(["plan", "import", str(school), "-o", str(out)]) == 0
    plan = read_plan(out)
    lines = assumed_of(plan)
    assert len(lines) >= 3
    assert not any(f"'{space.id}'" in line for line in lines for space in plan.spaces)
    assert assumed_of(library.load("elementary")) == []


def test_what_a_file_says_was_assumed_is_bounded() -> None:
    plan = library.load("elementary")
    loud = plan.model_copy(update={"source": {"assumed": ["x" * 9999] * 9999 + [3]}})
    assert len(assumed_of(loud)) == 20
    assert max(map(len, assumed_of(loud))) == 400


def test_an_absent_extra_is_one_sentence(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(formats.importlib.util, "find_spec", lambda name: None)
    assert main(["plan", "import", str(school), "-o", str(tmp_path / "a.plan.json")]) == 2
    assert 'pip install "firstminutes[ifc]"' in capfd.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "words"),
    [("plan.dwg", "save it as DXF"), ("plan.rvt", "export the model as IFC"), ("none.ifc", "no such file")],
)
def test_what_cannot_be_read_is_refused_with_advice(
    name: str, words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if not name.startswith("none"):
        (tmp_path / name).write_bytes(b"AC1027")
    for arguments in (
        ["plan", "import", str(tmp_path / name), "-o", str(tmp_path / "out.plan.json")],
        ["drill", "--building", str(tmp_path / name)],
    ):
        assert main(arguments) == 2
        err = capfd.readouterr().err
        assert words in err
        assert "Traceback" not in err
    assert not (tmp_path / "out.plan.json").exists()
