"""A building by its name or its file, as scenarios and commands name it."""

from __future__ import annotations

from pathlib import Path

from buildings import library
from buildings.files import read_plan
from buildings.plan import FloorPlan
from sim.errors import ScenarioError, closest


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
