"""Scenario files: the shipped ones by name, and those that people write (TOML)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, closest, together
from sim.given import scenario_fields as fields
from sim.given.building import load_building, venue_of
from sim.given.levers import read_levers
from sim.given.parameters import ParameterTable
from sim.given.scenario import KEYS, Scenario
from sim.given.toml_files import read_toml, refuse_policy


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
        elif key not in KEYS:
            wrong.append(f"{where}: unknown key '{key}'; allowed are {', '.join(KEYS)}.{closest(key, KEYS)}")
    if wrong:
        raise ScenarioError(together(wrong))
    building = content.get("building", "high-school")
    if not isinstance(building, str):
        raise ScenarioError(
            f"{where}: `building` is {building!r}; give a library name or the path of a plan in quotes."
        )
    scenario = Scenario(
        name=fields.text("name", content.get("name", Path(where).stem), where),
        plain_words=fields.text("plain_words", content.get("plain_words", ""), where),
        building=building,
        plan=load_building(building, folder),
        venue=fields.venue(content.get("venue", venue_of(building)), where),
        day_part=fields.day_part(content.get("day_part", "class"), where),
        area=fields.area(content.get("area", "urban"), where),
        horizon_s=fields.horizon_s(content.get("horizon_s", 28800.0), where),
        parameters=ParameterTable.default().with_values(
            fields.table("parameters", content, where), f"{where}: [parameters]"
        ),
        lever_settings=read_levers(fields.table("levers", content, where), f"{where}: [levers]"),
    )
    if "arrival_minutes" in content:
        scenario = scenario.with_arrival(content["arrival_minutes"], where)
    if scenario.enrolment <= 0 and not scenario.staff:
        raise ScenarioError(
            f"{where}: there is nobody in the building: {building} states no pupils; give `enrolment` in it."
        )
    return scenario
