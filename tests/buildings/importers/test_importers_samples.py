"""Real models from outside, which are not in the repository: at least what a prototype reached in each."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from shapely import Polygon

from buildings.errors import PlanError
from buildings.importers import import_plan

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "plans"
PLANS = Path(os.environ.get("FIRSTMINUTES_SAMPLE_PLANS") or BESIDE)
"""A folder with the public models that are named below."""

pytestmark = pytest.mark.skipif(
    not PLANS.is_dir(), reason="no sample plans beside the clone, and FIRSTMINUTES_SAMPLE_PLANS names none"
)

REACHED = {
    "duplex_apartment": (14, 14, 20, 21),
    "institute_var2": (77, 77, 80, 82),
    "fzk_haus": (5, 5, 7, 7),
    "bimwhale_large_building": (18, 18, 8, 8),
    "bimwhale_tall_building": (5, 5, 3, 3),
    "renga_house": (17, 19, 12, 13),
}
"""Doors joined, of so many; spaces reached, of so many."""


def expected(name: str) -> dict[str, Any]:
    content = json.loads((PLANS / "expected.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = content["files"][name]
    return found


@pytest.mark.parametrize("name", REACHED)
def test_a_model_is_joined_as_well_as_a_prototype_did(name: str) -> None:
    linked, doors, reached, spaces = REACHED[name]
    done = import_plan(PLANS / "ifc" / f"{name}.ifc")
    counts = done.report["counts"]
    assert (counts["doors"], counts["spaces"]) == (doors, spaces)
    assert counts["doors_linked"] >= linked
    assert counts["spaces_reached"] >= reached
    assert counts["lost"] == 0
    assert counts["doors_agreeing"] >= 0.97 * counts["doors_related_in_file"]
    assert done.report["can_be_run"]
    # Door by door: what a prototype joined, and was looked at, is joined to the same rooms.
    if name == "renga_house":
        return
    here = {one["id"]: set(one["rooms"]) for one in done.report["doors"]}
    numbers = {room.split("|")[0] for room in expected(name)["space_area_m2"]}
    for one in expected(name)["door_links"]:
        if set(one["spaces"]) <= numbers and len(numbers) == spaces:
            assert here[one["door"]] == set(one["spaces"]), one


def test_an_old_schema_is_refused_with_advice() -> None:
    with pytest.raises(PlanError, match=r"IFC2X_FINAL.*export it as IFC2x3 or IFC4"):
        import_plan(PLANS / "ifc" / "fjk_project_ifc2x_unsupported.ifc")


def test_a_drawing_in_inches_that_says_millimetres() -> None:
    done = import_plan(PLANS / "dxf" / "us_house_floorplan.dxf")
    assert done.report["unit"]["word"] == "in"
    assert not done.report["unit"]["confirmed"]
    labelled = {space.id: space for space in done.plan.spaces if space.name}
    assert len(labelled) >= 13
    areas = {space.name: Polygon(space.polygon).area for space in labelled.values()}
    for name, area in (("MASTER", 17.8), ("BEDROOM 2", 13.9), ("BEDROOM 3", 13.8)):
        assert areas[name] == pytest.approx(area, rel=0.06)  # against the dimensions written in the drawing
    assert done.report["can_be_run"]
