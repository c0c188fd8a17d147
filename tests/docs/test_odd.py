"""docs/ODD.md says what the code is today, and names everything that it was asked for."""

from __future__ import annotations

import re

import numpy as np
import pytest

from experiments.evidence.odd import PAGE, TABLES, refreshed
from experiments.evidence.odd.code import levers_of, readers, sources
from experiments.evidence.odd.requirements import carriers, rows, status, where
from experiments.pages.markdown import cell
from sim.errors import StudyError
from sim.given.levers import LEVERS
from sim.given.policies import policy_names
from sim.given.rows import lever_rows
from sim.given.scenario_files import load_scenario
from sim.place.compile import compile_plan
from sim.place.doors import DOOR_COLUMNS, DoorState

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_committed_tables_are_those_of_the_code():
    """When this fails: `make pages`."""
    assert refreshed(TEXT) == TEXT


def test_a_table_that_is_missing_or_unknown_is_refused():
    with pytest.raises(StudyError, match="there must be each of"):
        refreshed(TEXT.replace("<!-- table: levers -->", "<!-- table: lever -->"))
    with pytest.raises(StudyError, match="there must be each of"):
        refreshed("")


def test_the_seven_elements_come_in_their_order():
    titles = re.findall(r"^## \d\. (.+)$", TEXT, re.MULTILINE)
    assert titles[:7] == [
        "Purpose and patterns",
        "Entities, state variables and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialization",
        "Input data",
        "Submodels",
    ]
    assert len(TABLES) == TEXT.count("<!-- table: ")


def test_every_file_that_reads_a_lever_is_described():
    """A concept that is added needs its sentences in section 7 too."""
    prose = re.sub(r"<!-- table: [a-z ]+ -->.*?<!-- end -->", "", TEXT, flags=re.DOTALL)
    readers = {name for name in sources() if levers_of(name)} - {
        "given/policies.py",
        "given/scenario.py",
        "run.py",
    }
    assert len(readers) > 5
    assert not [name for name in readers if name.rpartition("/")[2] not in prose]


@pytest.mark.parametrize("lever", LEVERS)
def test_every_lever_of_the_table_is_read_by_the_model(lever):
    assert readers(lever)
    assert f"| `{lever}` |" in TABLES["levers"]()


def test_the_variables_of_a_door_are_there():
    nav = compile_plan(load_scenario("elementary").plan)
    doors = DoorState(nav)
    arrays = {name for name, value in vars(doors).items() if isinstance(value, np.ndarray)}
    assert arrays == set(DOOR_COLUMNS)
    for name, (dtype, _) in DOOR_COLUMNS.items():
        assert getattr(doors, name).dtype.name == dtype


def test_a_requirement_is_modelled_when_all_that_carries_it_is():
    whole = {"carried_by": "entry.policy; preset immediate-entry; fact F08"}
    assert status(whole, []) == "modelled"
    assert status({"carried_by": "entry.policy; x"}, ["x"]).startswith("partly: ")
    assert status({"carried_by": "x; fact F01"}, ["x"]).startswith("not modelled: ")
    assert status({"carried_by": "scope: y"}, []) == "out of scope"
    assert where("preset sro-inside") == "shipped"
    assert where("preset no-such") == where("no.such") == ""
    assert "dispatch.py" in where("psap.split")
    assert "sro.py" in where("sro.presence_given_assigned"), "a lever sets this row"
    assert "compared" in where("entry.contact_time")


def test_every_row_has_an_answer():
    table = TABLES["requirements"]()
    for row in rows():
        lines = [line for line in table.splitlines() if cell(row["named_item"]) in line]
        assert lines, row
        answer = lines[0].split(" | ")[2]
        assert re.match("modelled|partly|not modelled|out of scope|held by a rule", answer), lines[0]
        assert carriers(row)


def test_the_page_names_every_requirement_lever_and_preset():
    for row in rows():
        assert f"| {row['seed']} | {cell(row['named_item'])} |" in TEXT
    for lever in lever_rows():
        assert f"| `{lever}` |" in TEXT
    for preset in policy_names():
        assert f"| `{preset}` |" in TEXT
