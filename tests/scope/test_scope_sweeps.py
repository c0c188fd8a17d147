"""docs/scope.md, rule 3: sweeps and overrides name response levers and sweepable parameters, nothing else."""

from __future__ import annotations

import csv
import pickle
import re
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest

from sim.errors import FirstMinutesError, PolicyError
from sim.given.parameters import ParameterTable, set_by
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


OWN = {
    "patrol.response_total", "patrol.response_total_slow", "district.travel", "psap.answer_delay",
    "psap.processing_delay", "psap.transfer_delay", "district.dispatch_delay", "lockdown.announce_delay",
    "lockdown.teacher_reaction", "lock.time_push_button", "lock.time_keyed_outside", "ems.arrival",
    "ems.staging_distance", "ems.ambulances", "district.pool_units", "agency.units",
}  # fmt: skip
"""What an agency measures for itself; one more is a decision about scope."""


def test_own_rows_are_the_listed_ones() -> None:
    assert {row.name for row in ParameterTable.default() if row.own == "yes"} == OWN
    for row in ParameterTable.default():
        assert row.own in ("yes", "no")
        assert row.own == "no" or row.sweepable == "yes", row.name


@pytest.mark.parametrize("name", NUMBERS)
def test_an_override_stays_in_its_range(name: str) -> None:
    """Beyond it a sweep is refused and an override is, by name; at its ends both are taken."""
    table = ParameterTable.default()
    row = table.row(name)
    factor = 4.0 if name in OWN else 1.0
    low, high = row.low, row.high
    assert low is not None
    assert high is not None
    ends = (0.0 if row.is_count and name in OWN else low / factor, high * factor)
    for end, beyond in zip(
        ends, (ends[0] - 0.01 * high, ends[1] + (1.0 if row.is_count else 0.01 * high)), strict=True
    ):
        for refused in (lambda v: table.with_values({name: v}), lambda v: sweep_refusal(name, [v])):
            if name not in LEVERS:
                with pytest.raises(FirstMinutesError, match=re.escape(name)):
                    refused(beyond)
        if set_by(row) == "scenario":
            assert table.with_values({name: end}).value(name) == pytest.approx(end)


@pytest.mark.parametrize(
    ("name", "value"), [("lock.error_keyed", 1.0), ("psap.answer_delay", 100000.0), ("exit.leave_share", 0.0)]
)
def test_what_only_an_adversary_could_cause_is_refused(name: str, value: float) -> None:
    with pytest.raises(FirstMinutesError, match=rf"'{re.escape(name)}' .*outside of its range"):
        ParameterTable.default().with_values({name: value})


def test_every_row_that_can_be_overridden_has_a_range() -> None:
    """A table whose entries have no range is fixed, entry by entry."""
    for row in ParameterTable.default():
        entries = list(row.values) if row.distribution == "table" else [""]
        for entry in entries:
            if set_by(row) == "scenario":
                assert row.allowed_range(entry) is not None, (row.name, entry)
            elif entry:
                with pytest.raises(FirstMinutesError, match=re.escape(row.name)):
                    ParameterTable.default().with_values({f"{row.name}.{entry}": row.values[entry]})


@pytest.mark.parametrize("name", sorted(row.name for row in ParameterTable.default()))
def test_the_numbers_of_a_row_are_read_only(name: str) -> None:
    """One assignment would change the hazard of every later run of the process, in silence."""
    for values in (
        ParameterTable.default().row(name).values,
        pickle.loads(pickle.dumps(ParameterTable.default().row(name))).values,
        replace(ParameterTable.default().row(name), note="").values,
    ):
        for key in [*values, "value"]:
            with pytest.raises(TypeError):
                values[key] = 50.0  # type: ignore[index]
    with pytest.raises((FrozenInstanceError, AttributeError)):
        ParameterTable.default().row(name).values = {}  # type: ignore[misc]


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
