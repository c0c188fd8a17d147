"""The incident with one mechanism switched off, or with one input fixed: for the tests of facts only.

No option, policy or file leads here. What is varied is what `facts.csv` names: the ablations of the emergent
facts, the branch that F08 switches off, the whole durations of F03 (`hazard.school_durations`) and the
observed response times of F05. Nothing sets, filters or reads where the hazard is.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.clock import to_ticks
from sim.given.parameters import ParameterTable
from sim.given.scenario import Scenario
from sim.given.scenario_fields import MAX_HORIZON_S
from sim.model import ResponseModel
from sim.streams import Stream

PEOPLE_STAY = "people_stay"
"""People who are alerted neither leave nor lock (F10 with its lockdown off; ablation of F12 and F21)."""
CONTACT_ENDS_NOTHING = "contact_ends_nothing"
"""Contact is made and noted, and changes nothing (`hazard.end_on_officer_contact` = 0; F10, F11)."""
SCHOOL_DURATIONS = "school_durations"
"""Whole durations of school incidents; contact ends the others, not the standoffs (F03)."""
OBSERVED_TIMES = "observed_times"
"""The response times of one official timeline, and nothing else of that day (F05)."""

OFFICERS_UNHURT = "officers_unhurt"
"""No officer is wounded (F08 with its branch off)."""

MISCLASSIFIED = "misclassified"
"""Whatever falls silent while nobody is in command is taken for a barricaded subject (F07)."""
ANY_OFFICER_ORDERS = "any_officer_orders"
"""Nobody takes silence for a barricade, and any officer there may come to order entry (ablation of F07)."""

NOBODY_LEAVES = "nobody_leaves"
"""Nobody who may leave does (`exit.leave_share` = 0, outside its range; ablation of F17 and F18)."""

HOOKS = (
    PEOPLE_STAY,
    NOBODY_LEAVES,
    CONTACT_ENDS_NOTHING,
    SCHOOL_DURATIONS,
    OBSERVED_TIMES,
    OFFICERS_UNHURT,
    MISCLASSIFIED,
    ANY_OFFICER_ORDERS,
)

OBSERVED_S: dict[str, float] = {
    "psap.answer_delay": 0.0,
    "psap.processing_delay": 27.0,
    "patrol.response_total": 201.0,
    "entry.assess_delay": 347.0,
}
"""F05 (s): answer to broadcast, answer to first officer, officer to entry. State's Attorney's report."""


class HookedModel(ResponseModel):
    """An incident in which some hooks of this file are at work.

    Parameters
    ----------
    hooks : collection of str
        Names of `HOOKS`.
    """

    def __init__(self, *given: Any, hooks: tuple[str, ...] = (), **more: Any) -> None:
        unknown = set(hooks) - set(HOOKS)
        if unknown:
            raise ValueError(f"there is no hook {unknown}; there are {HOOKS}")
        self._hooks = hooks
        super().__init__(*given, **more)

    def _build(self, *, record: bool) -> None:
        profile_s = None
        if OBSERVED_TIMES in self._hooks:
            self.setting = _with_constants(self.setting, OBSERVED_S)
        if NOBODY_LEAVES in self._hooks:
            self.setting = _with_constants(self.setting, {"exit.leave_share": 0.0})
        if SCHOOL_DURATIONS in self._hooks:
            profile_s = _school_duration_s(self.setting.parameters, self.key)
            standoff = float(profile_s is None)
            self.setting = _with_constants(self.setting, {"hazard.standoff_probability": standoff})
        super()._build(record=record)
        if SCHOOL_DURATIONS in self._hooks:
            self._hazard._end_tick = to_ticks(MAX_HORIZON_S if profile_s is None else profile_s)
        if MISCLASSIFIED in self._hooks:
            vars(self._command)["misclassifies"] = _yes
        if ANY_OFFICER_ORDERS in self._hooks:
            vars(self._command)["misclassifies"] = _no
        if PEOPLE_STAY in self._hooks:
            self._alerting._on_group = _do_nothing
            self._alerting._on_person = _do_nothing
        if OFFICERS_UNHURT in self._hooks:
            vars(self._first_officer)["_chance"] = _zero

    def _officer_arrived(self, n_on_scene: int) -> None:
        super()._officer_arrived(n_on_scene)
        if ANY_OFFICER_ORDERS in self._hooks:  # each after a delay of its own: the earliest counts
            incident = self._incident
            wait = incident.drawn_ticks(
                "entry.command_wait", Stream.ENTRY_COMMAND_WAIT, f"officer {n_on_scene}"
            )
            incident.agenda.at(incident.tick + wait, self._command._order)

    def _check_contact(self) -> None:
        if CONTACT_ENDS_NOTHING not in self._hooks:
            super()._check_contact()
            return
        own = vars(self._hazard)  # an attribute of the object hides the method of its class
        own["stop"] = _do_nothing
        super()._check_contact()
        del own["stop"]

    def _contained_over(self) -> None:
        """Let nobody search, treat or release as long as contact has ended nothing."""
        if CONTACT_ENDS_NOTHING not in self._hooks or not self._hazard.is_active:
            super()._contained_over()

    def _hazard_ended(self) -> None:
        super()._hazard_ended()
        if CONTACT_ENDS_NOTHING in self._hooks and self._contact.tick is not None:
            self._contained_over()


def _do_nothing(*_: object) -> None:
    """Take anything and do nothing."""


def _zero(*_: object) -> float:
    """Take anything and return no chance at all."""
    return 0.0


def _yes() -> bool:
    return True


def _no() -> bool:
    return False


def _with_constants(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return the scenario with rows that always give these values; a scenario itself refuses such a table."""
    rows = scenario.parameters.rows
    for name, value in values.items():
        kind = rows[name].distribution if rows[name].distribution == "bernoulli" else "constant"
        rows[name] = replace(rows[name], distribution=kind, values={"value": value})
    changed = copy.copy(scenario)
    object.__setattr__(changed, "parameters", ParameterTable(rows, scenario.parameters.changed))
    return changed


def _school_duration_s(table: ParameterTable, key: tuple[int, int]) -> float | None:
    """Draw the whole duration of a school incident (s); None is a standoff, which contact only contains."""
    values = table.row("hazard.school_durations").values
    u = np.random.default_rng(list(key)).random()
    over_by = [(float(name), share) for name, share in values.items() if name != "standoff"]
    return next((time_s for time_s, share in sorted(over_by) if u < share), None)
