"""GeoPackage, shapefile and file geodatabase, written by GDAL: units and details in metres or feet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyogrio.raw import write
from shapely import LineString, Polygon

from buildings import library
from buildings.errors import PlanError
from buildings.exporters import export_plan
from buildings.importers import import_here, import_plan
from buildings.plan import FloorPlan

PER_M = {"m": 1.0, "ft": 1 / 0.3048}


def layer(path: Path, name: str, shapes: list[Any], fields: dict[str, list[Any]], driver: str) -> None:
    data = [np.array(values, dtype=object) for values in fields.values()]
    write(
        path, shapely.to_wkb(np.array(shapes, dtype=object)), data, np.array(list(fields), dtype=object),
        geometry_type=shapes[0].geom_type, driver=driver, layer=name, crs="EPSG:26915", append=path.exists(),
    )  # fmt: skip


def write_rooms(plan: FloorPlan, path: Path, unit: str, driver: str) -> Path:
    def grown(shape: Any) -> Any:
        return shapely.transform(shape, lambda points: points * PER_M[unit] + 500_000.0)

    spaces = [space for space in plan.spaces if not plan.is_outside(space.id)]
    floors = {one.id: str(number) for number, one in enumerate(plan.levels)}
    rooms = {
        "UNIT_ID": [space.id for space in spaces],
        "NAME": [space.name or space.id for space in spaces],
        "USE_TYPE": [space.use for space in spaces],
        "VERTICAL_ORDER": [floors[space.level] for space in spaces],
    }
    layer(path, "Units", [grown(Polygon(space.polygon)) for space in spaces], rooms, driver)
    if driver != "ESRI Shapefile":
        doors = {
            "USE_TYPE": ["Door" for _ in plan.doors],
            "VERTICAL_ORDER": [floors[door.level] for door in plan.doors],
        }
        layer(path, "Details", [grown(LineString(plan.door_line(d))) for d in plan.doors], doors, driver)
    return path


@pytest.mark.parametrize(("unit", "driver", "name"), [
    ("m", "GPKG", "a.gpkg"), ("ft", "GPKG", "b.gpkg"), ("m", "OpenFileGDB", "c.gdb"),
])  # fmt: skip
def test_units_and_details_of_a_geodatabase(unit: str, driver: str, name: str, tmp_path: Path) -> None:
    plan = library.load("elementary")
    done = import_here(write_rooms(plan, tmp_path / name, unit, driver))
    assert done.report["unit"]["word"] == unit
    assert not done.report["unit"]["confirmed"]
    assert len(done.plan.spaces) == 57
    areas = [
        sorted(Polygon(s.polygon).area for s in one.spaces if s.use != "outdoors")
        for one in (done.plan, plan)
    ]
    assert areas[0] == pytest.approx(areas[1], rel=0.01)
    assert done.report["counts"]["doors_linked"] == len(plan.doors)
    assert done.report["can_be_run"]


@pytest.mark.filterwarnings("ignore:Normalized/laundered")
def test_a_shapefile_of_rooms_alone_waits_for_its_doors(tmp_path: Path) -> None:
    done = import_here(write_rooms(library.load("elementary"), tmp_path / "rooms.shp", "m", "ESRI Shapefile"))
    assert len(done.plan.spaces) == 57
    assert not done.report["can_be_run"]


def test_gdal_reads_what_we_write(tmp_path: Path) -> None:
    plan = library.load("elementary").model_copy(update={"georef": {"lon": -93.2, "lat": 44.9}})
    (path,) = export_plan(plan, tmp_path / "school.geojson")
    about = pyogrio.read_info(path)
    assert about["crs"] == "EPSG:4326"
    assert about["total_bounds"] == pytest.approx([-93.2, 44.9, -93.2, 44.9], abs=0.01)
    assert about["features"] == 57 + len(plan.doors) + len(plan.levels)


@pytest.mark.parametrize("name", ["bad.gpkg", "bad.shp"])
def test_what_gdal_cannot_read_is_one_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"SQLite format 3\x00" + b"\xff" * 3000)
    with pytest.raises(PlanError, match=r"cannot be read") as error:
        import_plan(tmp_path / name)
    assert "\n" not in str(error.value)
