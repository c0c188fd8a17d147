"""The names that mypy checks are those of the shipped tables."""

from __future__ import annotations

from typing import get_args

from sim.given import names
from sim.given.levers import LEVERS
from sim.given.parameters import ParameterTable, set_by
from sim.given.rows import lever_rows
from tests.tools.write_names import PAGE, text


def test_the_committed_names_are_those_of_the_tables():
    """When this fails: `make names`."""
    assert PAGE.read_text(encoding="utf-8") == text()


def test_every_lever_and_every_parameter_has_its_name_once():
    table = ParameterTable.default()
    assert get_args(names.LeverName) == tuple(LEVERS)
    both = [*get_args(names.ParameterName), *get_args(names.TableName)]
    assert sorted(both) == sorted(table.rows)
    assert {row.name for row in table if row.distribution == "table"} == set(get_args(names.TableName))


def test_a_lever_sets_a_parameter_that_there_is():
    table = ParameterTable.default()
    sets = {row["lever"]: row["sets"] for row in lever_rows().values() if row["sets"]}
    assert sets["entry.team_size"] == "entry.team_of"
    for lever, parameter in sets.items():
        assert set_by(table.row(parameter)) == f"lever {lever}"
