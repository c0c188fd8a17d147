"""A scenario with parameters beyond their range, for tests of limits: no scenario takes such a table."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from sim.given.parameters import ParameterTable
from sim.given.scenario import Scenario


def forced_table(values: Mapping[str, float]) -> ParameterTable:
    """Return the shipped table with other central values, whatever their range."""
    rows = ParameterTable.default().rows
    return ParameterTable(
        {**rows, **{name: rows[name].with_central(value) for name, value in values.items()}}
    )


def forced(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return the scenario with other central values, whatever their range."""
    changed = copy.copy(scenario)
    object.__setattr__(changed, "parameters", forced_table(values))
    return changed
