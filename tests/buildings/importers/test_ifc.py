"""IFC: plans of ours written as models in any unit, place and turn come back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from ifc_models import HEIGHT_M, Model, write_ifc
from shapely import Polygon

from buildings import library
from buildings.errors import PlanError
from buildings.importers import import_here, import_plan
from buildings.plan import FloorPlan

HEAD = (
    b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n"
    b"FILE_SCHEMA(('%s'));\nENDSEC;\nDATA;\n"
)
TAIL = b"ENDSEC;\nEND-ISO-10303-21;\n"

WAYS = [
    {"schema": "IFC4"},
    {"schema": "IFC2X3", "unit": "mm", "turned_degrees": 30.0},
    {"schema": "IFC4X3", "unit": "ft", "moved": (123_456.5, 5_400_000.25)},
]


def joins(plan: FloorPlan) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(door.between)) for door in plan.doors)


@pytest.mark.parametrize(("name", "how"), [("elementary", how) for how in WAYS] + [("high-school", WAYS[1])])
def test_a_school_comes_back_as_it_was(name: str, how: dict[str, object], tmp_path: Path) -> None:
    plan = library.load(name)
    done = import_here(write_ifc(plan, tmp_path / "school.ifc", **how))
    again, counts = done.plan, done.report["counts"]
    indoor = {space.id: space for space in plan.spaces if not plan.is_outside(space.id)}
    assert {space.id for space in again.spaces} == set(indoor)
    for space in again.spaces:
        assert Polygon(space.polygon).area == pytest.approx(Polygon(indoor[space.id].polygon).area, rel=0.01)
        assert space.use == indoor[space.id].use
    assert joins(again) == joins(plan)
    widths = [sorted(door.width_m for door in one.doors) for one in (again, plan)]
    assert widths[0] == pytest.approx(widths[1], abs=0.01)
    assert counts["doors_linked"] == counts["doors"]
    ends = [sorted(sorted(end.space for end in c.ends) for c in one.connectors) for one in (again, plan)]
    assert ends[0] == ends[1]
    assert done.report["can_be_run"]
    assert not again.fictional


def two_rooms(model: Model, door_m: float = 0.9) -> Model:
    """Two rooms with a door between them, and one that leads out."""
    model.storey("Ground", 0.0)
    for name, x in (("1", 0.0), ("2", 5.2)):
        model.block("IfcSpace", name, [(x, 0), (x + 5, 0), (x + 5, 4), (x, 4)], 0.0, HEIGHT_M)
    for name, line in (("inner", ((5.1, 1), (5.1, 1 + door_m))), ("outer", ((1, -0.1), (1 + door_m, -0.1)))):
        wall = model.band("IfcWall", "wall", line, 0.2, 0.0, HEIGHT_M, longer=1.0)
        hole = model.band("IfcOpeningElement", "hole", line, 0.2, 0.0, 2.1)
        model.void(wall, hole, model.band("IfcDoor", name, line, 0.05, 0.0, 2.1))
    return model


def test_doors_without_a_width_are_measured_and_said(tmp_path: Path) -> None:
    done = import_here(two_rooms(Model()).save(tmp_path / "two.ifc"))
    assert [door.width_m for door in done.plan.doors] == pytest.approx([0.9, 0.9])
    told = done.plan.source["warnings"]
    assert sum("states no width" in one for one in told) == 2
    assert joins(done.plan) == [("1", "2"), ("1", "OUT")]


def test_a_unit_that_cannot_be_is_found(tmp_path: Path) -> None:
    """A model in millimetres whose file says metres: the doors would be 900 m wide."""
    model = Model()
    model.unit_m = 0.001
    done = import_here(two_rooms(model).save(tmp_path / "wrong.ifc"))
    assert done.report["unit"]["word"] == "mm"
    assert not done.report["unit"]["confirmed"]
    assert any("confirm with --unit mm" in one for one in done.plan.source["warnings"])
    assert [Polygon(space.polygon).area for space in done.plan.spaces] == pytest.approx([20.0, 20.0])
    confirmed = import_here(tmp_path / "wrong.ifc", unit="mm")
    assert confirmed.report["unit"]["confirmed"]


def test_open_plan_is_joined_and_a_wall_is_not(tmp_path: Path) -> None:
    model = two_rooms(Model())
    model.block("IfcSpace", "3", [(0, 4), (5, 4), (5, 8), (0, 8)], 0.0, HEIGHT_M)
    model.block("IfcSpace", "4", [(5.1, 4.1), (10.2, 4.1), (10.2, 8), (5.1, 8)], 0.0, HEIGHT_M)
    model.band("IfcWall", "thin", ((5.05, 4), (5.05, 8)), 0.1, 0.0, HEIGHT_M)
    done = import_here(model.save(tmp_path / "open.ifc"))
    assert ("1", "3") in joins(done.plan)
    assert ("3", "4") not in joins(done.plan)


def test_rooms_between_walls_are_found_where_there_is_no_space(tmp_path: Path) -> None:
    model = Model()
    model.storey("Ground", 0.0)
    for number, line in enumerate(
        [((0, 0), (8, 0)), ((8, 0), (8, 5)), ((8, 5), (0, 5)), ((0, 5), (0, 0)), ((4, 0), (4, 5))]
    ):
        wall = model.band("IfcWall", f"wall {number}", line, 0.2, 0.0, HEIGHT_M, longer=0.1)
        if number in (0, 4):
            cut = ((1.0, 0.0), (1.9, 0.0)) if number == 0 else ((4.0, 1.0), (4.0, 1.9))
            hole = model.band("IfcOpeningElement", "hole", cut, 0.2, 0.0, 2.1)
            model.void(wall, hole, model.band("IfcDoor", f"door {number}", cut, 0.05, 0.0, 2.1))
    done = import_here(model.save(tmp_path / "walls.ifc"))
    assert done.report["counts"]["rooms_derived"] == 2
    assert [Polygon(s.polygon).area for s in done.plan.spaces] == pytest.approx([3.8 * 4.8] * 2, rel=0.01)
    assert done.report["counts"]["doors_linked"] == 2
    assert done.report["counts"]["exits"] == 1


def test_a_zone_over_rooms_is_dropped_and_said(tmp_path: Path) -> None:
    model = two_rooms(Model())
    model.block("IfcSpace", "GFA", [(-0.2, -0.2), (10.4, -0.2), (10.4, 4.2), (-0.2, 4.2)], 0.0, HEIGHT_M)
    done = import_here(model.save(tmp_path / "zone.ifc"))
    assert {space.id for space in done.plan.spaces} == {"1", "2"}
    assert any("a zone, left out" in one for one in done.plan.source["warnings"])


def test_a_room_without_a_door_is_left_out_and_kept_aside(tmp_path: Path) -> None:
    model = two_rooms(Model())
    model.block("IfcSpace", "3", [(0, 6), (5, 6), (5, 9), (0, 9)], 0.0, HEIGHT_M)
    done = import_here(model.save(tmp_path / "lost.ifc"))
    assert {space.id for space in done.plan.spaces} == {"1", "2"}
    assert [one["id"] for one in done.plan.source["left_out"]] == ["3"]
    assert done.report["can_be_run"]


def test_a_room_around_a_core_is_cut_in_two(tmp_path: Path) -> None:
    model = two_rooms(Model())
    c = "IfcSpace"
    ring = [(20, 0), (30, 0), (30, 10), (20, 10)]
    model.block(c, "core", [(23, 3), (27, 3), (27, 7), (23, 7)], 0.0, HEIGHT_M)
    model.block(c, "ring", ring, 0.0, HEIGHT_M)
    for name, line in (("in", ((25, 2.95), (25.9, 2.95))), ("out", ((25, -0.1), (25.9, -0.1)))):
        wall = model.band("IfcWall", "wall", line, 0.1, 0.0, HEIGHT_M, longer=0.2)
        hole = model.band("IfcOpeningElement", "hole", line, 0.1, 0.0, 2.1)
        model.void(wall, hole, model.band("IfcDoor", name, line, 0.05, 0.0, 2.1))
    done = import_here(model.save(tmp_path / "ring.ifc"))
    area = sum(Polygon(s.polygon).area for s in done.plan.spaces if s.id.startswith("ring"))
    assert area == pytest.approx(84.0, rel=0.01)
    assert done.report["can_be_run"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02" * 500, "no IFC file"),
        (HEAD % b"IFC2X_FINAL" + TAIL, "IFC2X_FINAL"),
        (
            HEAD % b"IFC4" + TAIL,
            "no spaces",
        ),
        (b"ISO-10303-21;\nHEADER;\n", "cannot be read"),
    ],
)
def test_what_is_no_model_is_refused_in_a_sentence(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.ifc"
    path.write_bytes(content)
    with pytest.raises(PlanError, match=words) as error:
        import_plan(path)
    assert "\n" not in str(error.value)


def test_a_model_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole = two_rooms(Model()).save(tmp_path / "two.ifc").read_bytes()
    for share in (0.3, 0.6, 0.8, 0.95):
        path = tmp_path / "cut.ifc"
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(PlanError, match=r"cut off|cannot be read as IFC"):
            import_plan(path)


def test_a_leaf_drawn_open_and_a_door_without_a_shape_are_joined(tmp_path: Path) -> None:
    model = Model()
    model.storey("Ground", 0.0)
    for name, x in (("1", 0.0), ("2", 5.2)):
        model.block("IfcSpace", name, [(x, 0), (x + 5, 0), (x + 5, 4), (x, 4)], 0.0, HEIGHT_M)
    model.band("IfcWall", "between", ((5.1, 0), (5.1, 4)), 0.2, 0.0, HEIGHT_M)
    # The leaf stands at right angles to its wall: the box around the door reaches 0.9 m into a room.
    leaf = [(5.05, 1.0), (5.05, 1.9), (4.15, 1.9), (4.15, 1.0)]
    model.block("IfcDoor", "open leaf", leaf, 0.0, 2.1, OverallWidth=0.9)
    shapeless = model.band("IfcDoor", "no shape", ((1.0, -0.1), (1.9, -0.1)), 0.1, 0.0, 2.1, OverallWidth=0.9)
    shapeless.Representation = None
    done = import_here(model.save(tmp_path / "doors.ifc"))
    assert joins(done.plan) == [("1", "2"), ("1", "OUT")]
    assert any("laid by its placement" in line for line in done.plan.source["warnings"])


@pytest.mark.parametrize("ground", [0.0, 230.0])
def test_doors_of_a_cellar_do_not_make_the_entrance_a_balcony(ground: float, tmp_path: Path) -> None:
    model = Model()
    for name, z in (("Keller", ground - 3.0), ("Erdgeschoss", ground)):
        model.storey(name, z)
        number = name[0]
        model.block("IfcSpace", number, [(0, 0), (5, 0), (5, 4), (0, 4)], z, z + HEIGHT_M)
        line = ((1, -0.1), (2, -0.1))
        wall = model.band("IfcWall", "wall", line, 0.2, z, z + HEIGHT_M, longer=1.0)
        hole = model.band("IfcOpeningElement", "hole", line, 0.2, z, z + 2.1)
        model.void(wall, hole, model.band("IfcDoor", name, line, 0.05, z, z + 2.1))
    model.band("IfcStair", "stair", ((4.0, 1.0), (4.0, 3.0)), 1.2, ground - 3.0, ground + 1.0)
    done = import_here(model.save(tmp_path / "cellar.ifc"))
    assert done.report["counts"]["doors_by_class"]["exit"] == 2
    assert done.report["counts"]["stairs_joined"] == 1
    assert done.report["can_be_run"]
