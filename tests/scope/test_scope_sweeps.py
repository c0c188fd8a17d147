"""docs/scope.md, rule 3: sweeps and overrides name response levers and sweepable parameters, nothing else."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from sim.errors import FirstMinutesError, PolicyError
from sim.given.parameters import ParameterTable
from sim.given.policies import LEVERS, load_policy, sweep_refusal

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "sim" / "data"


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PARAMETERS = _csv("parameters.csv")
FIXED = sorted(row["name"] for row in PARAMETERS if row["sweepable"] != "yes")
NUMBERS = sorted(
    row["name"] for row in PARAMETERS if row["sweepable"] == "yes" and row["role"] in {"drawn", "constant"}
)
BLOCKS = sorted(row["lever"] for row in _csv("policy_levers.csv") if row["block_or_lever"] == "block")
HAZARD = [
    "hazard", "hazard.rate", "hazard.duration", "hazard.dwell", "hazard.start", "hazard.space",
    "HAZARD.RATE", " hazard.rate", "hazard__rate",
    *[name for name in FIXED if name.startswith("hazard.")],
]  # fmt: skip
INVENTED = [
    "",
    "seed",
    "start",
    "start_space",
    "where",
    "space",
    "room",
    "door",
    "zone",
    "level",
    "__class__",
    "*",
]


@pytest.mark.parametrize("name", [*HAZARD, *BLOCKS, *INVENTED])
def test_refused_by_name(name: str) -> None:
    with pytest.raises(PolicyError) as refusal:
        sweep_refusal(name)
    assert name in str(refusal.value)


@pytest.mark.parametrize("name", [name for name in FIXED if name not in LEVERS])
def test_fixed_parameters_are_refused_by_name(name: str) -> None:
    with pytest.raises(FirstMinutesError, match=re.escape(name)):
        sweep_refusal(name)
    with pytest.raises(FirstMinutesError, match=re.escape(name)):
        ParameterTable.default().with_values({name: 1.0})


@pytest.mark.parametrize("building", ["elementary", "high-school"])
def test_ids_of_the_building_are_refused(building: str) -> None:
    from buildings.library import load

    plan = load(building)
    for things in (plan.spaces, plan.doors, plan.levels, plan.connectors, plan.zones):
        for thing in things:
            for name in (thing.id, f"space.{thing.id}", f"door.{thing.id}"):
                with pytest.raises(PolicyError, match=re.escape(name)):
                    sweep_refusal(name)


def test_the_allow_list_is_allowed() -> None:
    """A guard that refuses everything would pass the tests above."""
    assert "entry.delay_s" in LEVERS
    for name in LEVERS:
        sweep_refusal(name)
    assert "dispatch.answer" in NUMBERS or len(NUMBERS) > 20
    for name in set(NUMBERS) - {row["lever"] for row in _csv("policy_levers.csv")}:
        sweep_refusal(name)


def test_levers_are_those_of_the_published_list() -> None:
    listed = {row["lever"] for row in _csv("policy_levers.csv") if row["block_or_lever"] == "lever"}
    assert set(LEVERS) <= listed


@pytest.mark.parametrize("name", ["hazard.rate", "venue", "A101", "lockdown.false_alarms"])
def test_a_policy_takes_no_other_lever(name: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(name)):
        load_policy("immediate-entry").with_lever(name, 1)


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("levers", '"hazard.rate" = 2.0'),
        ("levers", '"hazard.exposure_rate" = 2.0'),
        ("hazard", "rate = 2.0"),
        ("start", 'space = "A101"'),
    ],
)
def test_a_policy_file_takes_no_other_key(tmp_path: Path, table: str, line: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'name = "mine"\nplain_words = "Mine."\n\n[{table}]\n{line}\n', encoding="utf-8")
    with pytest.raises(FirstMinutesError, match=r"hazard|start"):
        load_policy(str(file))


@pytest.mark.parametrize(
    "line",
    [
        'start = "A101"', 'start_space = "A101"', 'hazard = "A101"', 'origin = "A101"',
        "[hazard]\nrate = 2.0",
        '[parameters]\n"hazard.exposure_rate" = 2.0', '[parameters]\n"hazard.dwell" = 5',
    ],
)  # fmt: skip
def test_a_scenario_file_takes_no_hazard(tmp_path: Path, line: str) -> None:
    from sim.given.scenario_files import load_scenario

    file = tmp_path / "mine.toml"
    good = 'name = "mine"\nplain_words = "Mine."\nbuilding = "elementary"\n'
    file.write_text(good, encoding="utf-8")
    load_scenario(str(file))
    file.write_text(good + line + "\n", encoding="utf-8")
    with pytest.raises(FirstMinutesError, match=line.strip("[").split()[0].strip('"[]')):
        load_scenario(str(file))


@pytest.mark.parametrize("key", ["hazard", "start", "start_weight", "threat"])
def test_a_plan_file_takes_no_hazard(tmp_path: Path, key: str) -> None:
    import json

    from buildings.files import read_plan, write_plan
    from buildings.library import load

    file = tmp_path / "mine.plan.json"
    write_plan(load("elementary"), file)
    read_plan(file)
    for place in ("plan", "space"):
        write_plan(load("elementary"), file)
        data: Any = json.loads(file.read_text(encoding="utf-8"))
        (data if place == "plan" else data["spaces"][0])[key] = 1
        file.write_text(json.dumps(data), encoding="utf-8")
        with pytest.raises(FirstMinutesError, match=key):
            read_plan(file)
