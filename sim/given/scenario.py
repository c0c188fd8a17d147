"""What is given: the building, the part of the day, the area, the horizon, the numbers of the place.

A scenario has no field for the hazard. Venue, day part and area are blocks: policies are compared within
a scenario, never across.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from json import dumps
from typing import Any

from buildings.plan import FloorPlan
from sim.errors import ScenarioError, closest
from sim.given import scenario_fields as fields
from sim.given.building import load_building, venue_of
from sim.given.levers import Level, read_levers
from sim.given.parameters import ParameterTable
from sim.given.toml_files import flatten

KEYS = (
    "name",
    "plain_words",
    "building",
    "venue",
    "day_part",
    "area",
    "horizon_s",
    "arrival_minutes",
    "parameters",
    "levers",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """The place in which policies are compared.

    Parameters
    ----------
    building : str
        Name of a library building or path of a plan file.
    plan : FloorPlan
        The plan itself.
    venue : str
        "elementary" or "high": speeds and supervision.
    lever_settings : mapping
        Lever levels that the place sets; policies are applied on top.
    arrival_median_s : float or None
        An agency's own median from report to first arrival (s); the spread stays.
    """

    name: str
    plain_words: str
    building: str
    plan: FloorPlan
    venue: str = "high"
    day_part: str = "class"
    area: str = "urban"
    horizon_s: float = 28800.0
    parameters: ParameterTable = field(default_factory=ParameterTable.default)
    lever_settings: Mapping[str, Level] = field(default_factory=dict)
    arrival_median_s: float | None = None

    @property
    def enrolment(self) -> int:
        """Pupils, as the plan states them; without a statement the classrooms' capacities."""
        if self.plan.enrolment is not None:
            return self.plan.enrolment
        return sum(space.capacity or 0 for space in self.plan.spaces if space.use == "classroom")

    @property
    def staff(self) -> int | None:
        """Teachers, where the plan states them."""
        return self.plan.staff

    def __post_init__(self) -> None:
        """Refuse a parameter table that was not made by `with_values`: fixed rows stay what they are.

        Raises
        ------
        ScenarioError
            If a fixed row differs from the shipped table.
        """
        shipped = ParameterTable.default().with_values(self.parameters.changed)
        if (
            type(self.parameters) is not ParameterTable
            or shipped.fingerprint() != self.parameters.fingerprint()
        ):
            raise ScenarioError(
                "scenario: its parameter table differs from the shipped one in rows that are fixed; "
                "change sweepable rows with `with_values`."
            )

    def __deepcopy__(self, memo: object) -> Scenario:
        """Return the scenario itself: it is frozen, and copies of a model share it."""
        return self

    def with_(self, **changes: Any) -> Scenario:
        """Return a scenario with other values, checked like those of a file.

        Parameters
        ----------
        **changes
            Fields of the scenario; `building` loads its plan, `arrival_minutes` sets the agency's median, and
            `parameters` may be a mapping of names to central values.

        Raises
        ------
        ScenarioError
            If there is no such field, or a value is impossible.
        """
        allowed = ("plan", *KEYS)
        for key in changes:
            if key not in allowed:
                raise ScenarioError(
                    f"scenario '{self.name}': there is no '{key}'; allowed are {', '.join(allowed)}."
                    f"{closest(key, allowed)}"
                )
        where, new = f"scenario '{self.name}'", dict(changes)
        if "building" in new and "plan" not in new:
            new["plan"] = load_building(new["building"])
            new.setdefault("venue", venue_of(new["building"]))
        for key, check in fields.CHECKS.items():
            if key in new:
                new[key] = check(new[key], where)
        if "levers" in new:
            new["lever_settings"] = read_levers(new.pop("levers"), where)
        if not isinstance(new.get("parameters", self.parameters), ParameterTable):
            new["parameters"] = self.parameters.with_values(flatten(new["parameters"]), where)
        minutes = new.pop("arrival_minutes", None)
        changed = replace(self, **new)
        return changed if minutes is None else changed.with_arrival(minutes, where)

    def with_arrival(self, minutes: object, where: str) -> Scenario:
        """Set the median of the response that the place has, fast or slow; the spread stays."""
        median_s = fields.arrival_s(minutes, where)
        slow = self.lever_settings.get("patrol.response") == "slow"
        name = "patrol.response_total_slow" if slow else "patrol.response_total"
        low, high = self.parameters.row(name).allowed_range() or (median_s, median_s)
        if not low <= median_s <= high:
            raise ScenarioError(
                f"{where}: `arrival_minutes` is {median_s / 60:g}; where patrol.response is "
                f"{'slow' if slow else 'fast'}, allowed is {low / 60:.2g} to {high / 60:.2g} minutes"
                f"{'' if slow else '; a slower agency sets the lever patrol.response = slow first'}."
            )
        table = self.parameters.with_values({name: median_s}, where)
        return replace(self, parameters=table, arrival_median_s=median_s)

    def fingerprint(self) -> str:
        """Return a hash of everything that can change a result; names do not count."""
        content = {
            "plan": self.plan.content_hash(),
            "venue": self.venue,
            "day_part": self.day_part,
            "area": self.area,
            "horizon_s": self.horizon_s,
            "parameters": self.parameters.fingerprint(),
            "levers": dict(self.lever_settings),
        }
        return sha256(dumps(content, sort_keys=True).encode()).hexdigest()[:32]
