"""A plan of ours written in other formats and imported again is the same plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ezdxf
import ezdxf.transform
import pytest
from ezdxf.math import Matrix44
from osm_models import write_osm
from shapely import Polygon, from_wkt

from buildings import library
from buildings.errors import PlanError
from buildings.exporters import export_plan
from buildings.importers import import_here
from buildings.plan import FloorPlan

SCHOOLS = ("elementary", "high-school")


def indoor(plan: FloorPlan, level: str | None = None) -> dict[str, Any]:
    return {
        space.id: space
        for space in plan.spaces
        if not plan.is_outside(space.id) and level in (None, space.level)
    }


def joins(plan: FloorPlan, level: str | None = None) -> list[tuple[str, ...]]:
    doors = [door for door in plan.doors if level in (None, door.level)]
    return sorted(tuple(sorted("OUT" if plan.is_outside(s) else s for s in door.between)) for door in doors)


def same(again: FloorPlan, plan: FloorPlan, level: str | None = None) -> None:
    assert set(indoor(again)) == set(indoor(plan, level))
    for name, space in indoor(plan, level).items():
        assert Polygon(again.space(name).polygon).area == pytest.approx(Polygon(space.polygon).area, rel=0.01)
        assert again.space(name).use == space.use
    assert joins(again) == joins(plan, level)
    widths = [sorted(d.width_m for d in again.doors)]
    widths.append(sorted(d.width_m for d in plan.doors if level in (None, d.level)))
    assert widths[0] == pytest.approx(widths[1], abs=0.01)
    if level is None:
        ends = [sorted(sorted(end.space for end in c.ends) for c in one.connectors) for one in (again, plan)]
        assert ends[0] == ends[1]
    assert not again.fictional


@pytest.mark.parametrize("ending", [".geojson", ".zip"])
@pytest.mark.parametrize("name", SCHOOLS)
@pytest.mark.parametrize("georef", [None, {"lon": -93.2, "lat": 44.9}])
def test_imdf(name: str, ending: str, georef: dict[str, float] | None, tmp_path: Path) -> None:
    plan = library.load(name).model_copy(update={"georef": georef})
    (path,) = export_plan(plan, tmp_path / f"school{ending}")
    done = import_here(path)
    same(done.plan, plan)
    assert done.report["can_be_run"]
    assert (done.plan.georef is None) == (georef is None)


@pytest.mark.parametrize(
    ("unit", "per_m", "header"), [("m", 1.0, 6), ("ft", 1 / 0.3048, 2), ("mm", 1000.0, 0)]
)
def test_dxf_in_any_unit_turned_and_far_away(unit: str, per_m: float, header: int, tmp_path: Path) -> None:
    plan = library.load("high-school")
    paths = export_plan(plan, tmp_path / "school.dxf")
    assert len(paths) == 2
    document = ezdxf.readfile(paths[0])
    moved = Matrix44.scale(per_m, per_m, per_m) @ Matrix44.z_rotate(0.6) @ Matrix44.translate(7e5, 3e6, 0.0)
    ezdxf.transform.inplace(list(document.modelspace()), moved)
    document.header["$INSUNITS"] = header
    document.saveas(paths[0])
    done = import_here(paths[0])
    assert done.report["unit"]["word"] == unit
    same(done.plan, plan, "1")


@pytest.mark.parametrize("name", SCHOOLS)
def test_rooms_are_found_between_the_walls_of_a_drawing(name: str, tmp_path: Path) -> None:
    """The outlines of rooms are taken out of the drawing: only double lines of walls and swings are left."""
    plan = library.load(name)
    path = export_plan(plan, tmp_path / "school.dxf")[0]
    document = ezdxf.readfile(path)
    for entity in document.modelspace().query('*[layer=="A-AREA"]'):
        document.modelspace().delete_entity(entity)
    for line in document.modelspace().query('LINE[layer=="A-DOOR"]'):
        document.modelspace().delete_entity(line)
    document.saveas(path)
    done = import_here(path)
    # Halls that an opening of three metres joins are one room between walls; every other room is found.
    wide = {
        side for door in plan.doors if door.kind == "opening" and door.width_m > 2.6 for side in door.between
    }
    wanted = {key: space for key, space in indoor(plan, "1").items() if key not in wide}
    found = indoor(done.plan)
    assert set(wanted) <= set(found)
    for key, space in wanted.items():
        assert Polygon(found[key].polygon).area == pytest.approx(Polygon(space.polygon).area, rel=0.01), key
    assert len(found) <= len(wanted) + len(wide)  # no gap was closed that is none
    leaves = [door for door in plan.doors if door.level == "1" and door.kind != "opening"]
    counts = done.report["counts"]
    assert (counts["doors"], counts["doors_linked"]) == (len(leaves), len(leaves))
    assert done.report["can_be_run"]


@pytest.mark.parametrize("name", SCHOOLS)
def test_osm(name: str, tmp_path: Path) -> None:
    plan = library.load(name)
    done = import_here(write_osm(plan, tmp_path / "school.osm"))
    same(done.plan, plan)
    assert done.report["can_be_run"]


def test_wkt_is_one_walkable_piece(tmp_path: Path) -> None:
    plan = library.load("elementary")
    (path,) = export_plan(plan, tmp_path / "ground.wkt")
    ground = from_wkt(path.read_text(encoding="utf-8"))
    assert ground.geom_type == "Polygon"
    assert ground.area == pytest.approx(sum(Polygon(s.polygon).area for s in indoor(plan).values()), rel=0.02)


def test_a_drawing_to_scale(tmp_path: Path) -> None:
    (path,) = export_plan(library.load("elementary"), tmp_path / "plan.svg")
    head = path.read_text(encoding="utf-8")[:2000]
    width_m = max(x for s in library.load("elementary").spaces for x, _ in s.polygon)
    points = float(head.split('width="')[1].split("pt")[0])
    assert points / 72 * 2.54 >= width_m * 0.9


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"allowed are \.geojson"):
        export_plan(library.load("elementary"), tmp_path / "plan.dgn")
