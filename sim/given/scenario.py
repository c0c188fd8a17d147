"""What is given: the building, the part of the day, the area, the horizon, the numbers of the place.

A scenario has no field for the hazard. Venue, day part and area are blocks: policies are compared within
a scenario, never across.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.resources import files
from json import dumps
from pathlib import Path
from typing import Any

from buildings import library
from buildings.files import read_plan
from buildings.plan import FloorPlan
from sim.errors import ScenarioError, closest, together
from sim.given.levers import Level, read_levers
from sim.given.parameters import ParameterTable
from sim.given.toml_files import flatten, read_toml, refuse_policy

DAY_PARTS = ("class", "passing", "lunch", "before_school", "after_school", "evening_event", "night")
AREAS = ("urban", "rural")
MAX_HORIZON_S = 7 * 24 * 3600.0
VENUES = ("elementary", "high")
_KEYS = (
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
        allowed = ("plan", *_KEYS)
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
        for key, check in _CHECKS.items():
            if key in new:
                new[key] = check(new[key], where)
        if "levers" in new:
            new["lever_settings"] = read_levers(new.pop("levers"), where)
        if not isinstance(new.get("parameters", self.parameters), ParameterTable):
            new["parameters"] = self.parameters.with_values(flatten(new["parameters"]), where)
        minutes = new.pop("arrival_minutes", None)
        changed = replace(self, **new)
        return changed if minutes is None else changed._with_arrival(minutes, where)

    def _with_arrival(self, minutes: object, where: str) -> Scenario:
        """Set the median of the response that the place has, fast or slow; the spread stays."""
        median_s = _arrival_s(minutes, where)
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


def is_library(scenario: Scenario) -> bool:
    """Tell whether a scenario's plan is a shipped one, whatever a subclass says of itself."""
    return library.is_library_plan(scenario.plan)


def scenario_names() -> list[str]:
    """Return the names of the shipped scenarios, the default first."""
    names = sorted(
        path.name.removesuffix(".toml") for path in files("sim").joinpath("data", "scenarios").iterdir()
    )
    return ["default", *[name for name in names if name != "default"]]


def load_scenario(
    name_or_path: str | Path | None = None,
    *,
    building: str | None = None,
    day_part: str | None = None,
    horizon_s: float | None = None,
    arrival_minutes: float | None = None,
) -> Scenario:
    """Load a scenario by name or from a TOML file; options replace single values of it.

    Raises
    ------
    ScenarioError
        If there is no such scenario, or a value is impossible.
    PlanError
        If the plan cannot be used.
    """
    text = "default" if name_or_path is None else str(name_or_path)
    if text in scenario_names():
        source = files("sim").joinpath("data", "scenarios", f"{text}.toml")
        content, where = tomllib.loads(source.read_text(encoding="utf-8")), f"scenario '{text}'"
    elif text.endswith(".toml") or Path(text).is_file():
        content, where = read_toml(Path(text), ScenarioError), text
    else:
        names = scenario_names()
        raise ScenarioError(
            f"there is no scenario '{text}'.{closest(text, names)} There are: {', '.join(names)}; "
            "or give the path of a scenario file (.toml)."
        )
    options = {
        "building": building,
        "day_part": day_part,
        "horizon_s": horizon_s,
        "arrival_minutes": arrival_minutes,
    }
    own, given = content, {key: value for key, value in options.items() if value is not None}
    if building is not None and building != content.get("building"):
        content = {key: value for key, value in content.items() if key != "venue"}
    folder = Path(text).parent if building is None else None
    scenario = read_scenario({**content, **given}, where, folder)
    if text == where:
        refuse_policy(own, where)
    return scenario


def read_scenario(content: Mapping[str, Any], where: str, folder: Path | None = None) -> Scenario:
    """Turn the content of a scenario file into a scenario.

    Parameters
    ----------
    content : mapping
        Keys and values of the file.
    where : str
        The file, for the messages.
    folder : Path or None
        Folder that a plan file is looked for in first.

    Raises
    ------
    ScenarioError
        If a key is unknown or a value impossible.
    """
    wrong = []
    for key in content:
        if key.strip().lower().startswith("hazard"):
            wrong.append(f"{where}: '{key}' belongs to the hazard, which is fixed and cannot be set.")
        elif key not in _KEYS:
            wrong.append(
                f"{where}: unknown key '{key}'; allowed are {', '.join(_KEYS)}.{closest(key, _KEYS)}"
            )
    if wrong:
        raise ScenarioError(together(wrong))
    building = content.get("building", "high-school")
    if not isinstance(building, str):
        raise ScenarioError(
            f"{where}: `building` is {building!r}; give a library name or the path of a plan in quotes."
        )
    scenario = Scenario(
        name=_text("name", content.get("name", Path(where).stem), where),
        plain_words=_text("plain_words", content.get("plain_words", ""), where),
        building=building,
        plan=load_building(building, folder),
        venue=_venue(content.get("venue", venue_of(building)), where),
        day_part=_day_part(content.get("day_part", "class"), where),
        area=_area(content.get("area", "urban"), where),
        horizon_s=_horizon_s(content.get("horizon_s", 28800.0), where),
        parameters=ParameterTable.default().with_values(
            _table("parameters", content, where), f"{where}: [parameters]"
        ),
        lever_settings=read_levers(_table("levers", content, where), f"{where}: [levers]"),
    )
    if "arrival_minutes" in content:
        scenario = scenario._with_arrival(content["arrival_minutes"], where)
    if scenario.enrolment <= 0 and not scenario.staff:
        raise ScenarioError(
            f"{where}: there is nobody in the building: {building} states no pupils; give `enrolment` in it."
        )
    return scenario


def load_building(building: str, folder: Path | None = None) -> FloorPlan:
    """Load a plan by its library name or from a file, looked for in `folder` first."""
    if building in library.names():
        return library.load(building)
    beside = Path(building) if folder is None else folder / building
    path = beside if beside.is_file() else Path(building)
    if building.endswith(".json") or path.is_file():
        return read_plan(path)
    raise ScenarioError(
        f"there is no building '{building}'.{closest(building, library.names())} There are: "
        f"{', '.join(library.names())}; or give the path of a plan file (.plan.json)."
    )


def venue_of(building: str) -> str:
    """Return the venue that the name of a building or of its file tells; a high school without a word."""
    return "elementary" if "elementary" in Path(building).name.lower() else "high"


def _one_of(key: str, value: object, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise ScenarioError(
            f"{where}: `{key}` is {value!r}; allowed are {', '.join(allowed)}.{closest(str(value), allowed)}"
        )
    return str(value)


def _horizon_s(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1.0 <= value <= MAX_HORIZON_S:
        raise ScenarioError(
            f"{where}: `horizon_s` is {value!r}; give seconds between 1 and {MAX_HORIZON_S:.0f}."
        )
    return float(value)


def _arrival_s(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 < value <= 600.0:
        raise ScenarioError(
            f"{where}: `arrival_minutes` is {value!r}; give the median minutes from report to arrival, "
            "above 0 and up to 600."
        )
    return 60.0 * float(value)


def _text(key: str, value: object, where: str) -> str:
    if not isinstance(value, str):
        raise ScenarioError(f"{where}: `{key}` is {value!r}; give a text in quotes.")
    return value


def _table(key: str, content: Mapping[str, Any], where: str) -> dict[str, Any]:
    value = content.get(key, {})
    if not isinstance(value, dict):
        raise ScenarioError(f"{where}: `{key}` is {value!r}; write a table `[{key}]` with one name per line.")
    return flatten(value)


def _venue(value: object, where: str) -> str:
    return _one_of("venue", value, VENUES, where)


def _day_part(value: object, where: str) -> str:
    return _one_of("day_part", value, DAY_PARTS, where)


def _area(value: object, where: str) -> str:
    return _one_of("area", value, AREAS, where)


_CHECKS: dict[str, Callable[[object, str], object]] = {
    "venue": _venue,
    "day_part": _day_part,
    "area": _area,
    "horizon_s": _horizon_s,
}
"""Checks of single fields, the same for a file and for `Scenario.with_`."""
