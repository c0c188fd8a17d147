"""DXF: rooms between double lines of walls, doors by swings, the unit by the size of doors."""

from __future__ import annotations

import random
from math import cos, radians, sin
from pathlib import Path

import ezdxf
import pytest
from shapely import Polygon

from buildings.errors import PlanError
from buildings.importers import import_here, import_plan

PER_M = {"m": 1.0, "mm": 1000.0, "in": 1 / 0.0254, "ft": 1 / 0.3048}
HEADER = {"m": 6, "mm": 4, "in": 1, "ft": 2, "none": 0}
T = 0.15


class Sheet:
    """A drawing of walls in metres, written in a unit, turned and moved."""

    def __init__(self, unit: str, header: str, turned_degrees: float = 0.0, moved: float = 0.0) -> None:
        self.document = ezdxf.new("R2010")
        self.document.header["$INSUNITS"] = HEADER[header]
        self.space = self.document.modelspace()
        self.k, self.turn, self.moved = PER_M[unit], radians(turned_degrees), moved

    def at(self, x: float, y: float) -> tuple[float, float]:
        c, s = cos(self.turn), sin(self.turn)
        return self.k * (c * x - s * y + self.moved), self.k * (s * x + c * y + self.moved)

    def line(self, a: tuple[float, float], b: tuple[float, float], layer: str = "A-WALL") -> None:
        self.space.add_line(self.at(*a), self.at(*b), dxfattribs={"layer": layer})

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A piece of wall: four lines."""
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
            self.line(a, b)

    def swing(self, hinge: tuple[float, float], radius: float, start: float) -> None:
        turn = start + self.turn * 57.29577951308232
        self.space.add_arc(
            self.at(*hinge), radius * self.k, turn, turn + 90.0, dxfattribs={"layer": "A-DOOR"}
        )

    def text(self, words: str, x: float, y: float) -> None:
        self.space.add_text(words, height=0.2 * self.k).set_placement(self.at(x, y))

    def save(self, path: Path) -> Path:
        self.document.saveas(path)
        return path


def two_rooms(sheet: Sheet) -> Sheet:
    """Two rooms of 5 x 4 m: a door of 0.9 m between them, one of 1 m to the outside, a window."""
    s = sheet
    s.box(-T, -T, 1.0, 0.0)
    s.box(2.0, -T, 10.15 + T, 0.0)  # a gap of 1 m for the outer door
    s.box(-T, 4.0, 3.0, 4.0 + T)
    s.box(4.2, 4.0, 10.15 + T, 4.0 + T)  # a gap of 1.2 m: a window
    s.line((3.0, 4.07), (4.2, 4.07), "A-GLAZ")
    s.box(-T, 0.0, 0.0, 4.0)
    s.box(10.15, 0.0, 10.15 + T, 4.0)
    s.box(5.0, 0.0, 5.15, 1.0)
    s.box(5.0, 1.9, 5.15, 4.0)
    s.swing((5.0, 1.0), 0.9, 90.0)
    s.swing((1.0, 0.0), 1.0, 0.0)
    s.text("CLASSROOM 101", 1.5, 2.5)
    s.text("OFFICE", 7.0, 2.5)
    return s


@pytest.mark.parametrize(
    ("unit", "header", "turned", "moved"),
    [("m", "m", 0.0, 0.0), ("mm", "mm", 30.0, 0.0), ("in", "mm", 0.0, 0.0), ("ft", "none", 17.0, 90_000.0)],
)
def test_walls_become_rooms_in_any_unit_turn_and_place(
    unit: str, header: str, turned: float, moved: float, tmp_path: Path
) -> None:
    path = two_rooms(Sheet(unit, header, turned, moved)).save(tmp_path / "two.dxf")
    done = import_here(path)
    assert done.report["unit"]["word"] == unit
    assert done.report["unit"]["confirmed"] == (unit == header)
    uses = {space.use: space for space in done.plan.spaces}
    assert set(uses) == {"classroom", "office"}
    assert Polygon(uses["classroom"].polygon).area == pytest.approx(20.0, rel=0.01)
    assert Polygon(uses["office"].polygon).area == pytest.approx(20.0, rel=0.01)
    doors = {door.kind: door for door in done.plan.doors}
    assert len(done.plan.doors) == 2
    assert doors["interior"].width_m == pytest.approx(0.9, abs=0.01)
    assert doors["exterior"].width_m == pytest.approx(1.0, abs=0.01)
    assert done.report["can_be_run"]


def test_a_gap_without_a_swing_is_an_opening_to_confirm(tmp_path: Path) -> None:
    sheet = two_rooms(Sheet("m", "m"))
    for arc in sheet.space.query("ARC"):
        if arc.dxf.radius == 0.9:
            sheet.space.delete_entity(arc)
    done = import_here(sheet.save(tmp_path / "gap.dxf"))
    assert {door.kind for door in done.plan.doors} == {"opening", "exterior"}
    assert any("was taken as an opening" in line for line in done.plan.source["warnings"])


def test_outlines_on_an_area_layer_are_the_rooms(tmp_path: Path) -> None:
    sheet = Sheet("ft", "ft")
    for x in (0.0, 6.2):
        ring = [sheet.at(*p) for p in ((x, 0), (x + 6, 0), (x + 6, 4), (x, 4))]
        sheet.space.add_lwpolyline(ring, close=True, dxfattribs={"layer": "xref$0$A-AREA"})
    sheet.line((6.1, 1.0), (6.1, 1.9), "A-DOOR")
    sheet.swing((6.1, 1.0), 0.9, 0.0)
    sheet.swing((2.0, -0.1), 0.9, 0.0)
    sheet.text("LIBRARY", 2.0, 2.0)
    done = import_here(sheet.save(tmp_path / "areas.dxf"))
    assert {round(Polygon(space.polygon).area, 1) for space in done.plan.spaces} == {24.0}
    assert sorted(door.kind for door in done.plan.doors) == ["exterior", "interior"]
    assert "library" in {space.use for space in done.plan.spaces}


def test_a_block_that_holds_itself_many_times_is_refused(tmp_path: Path) -> None:
    sheet = two_rooms(Sheet("m", "m"))
    for depth in range(4):
        block = sheet.document.blocks.new(f"B{depth}")
        for k in range(40):
            if depth == 0:
                block.add_line((0, k), (1, k))
            else:
                block.add_blockref(f"B{depth - 1}", (k, 0))
    sheet.space.add_blockref("B3", (0, 0))
    path = sheet.save(tmp_path / "bomb.dxf")
    with pytest.raises(PlanError, match=r"more than|did not|too|took"):
        import_plan(path)


@pytest.mark.parametrize(
    "content", [b"AC1027\x00\x00", b"\x00" * 400, b"no drawing at all\n" * 20, b"0\nSECTION\n"]
)
def test_what_is_no_drawing_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.dxf"
    path.write_bytes(content)
    with pytest.raises(PlanError) as error:
        import_here(path)
    assert "\n" not in str(error.value)


def test_a_drawing_with_broken_lines_gives_a_plan_or_a_sentence(tmp_path: Path) -> None:
    lines = two_rooms(Sheet("m", "m")).save(tmp_path / "two.dxf").read_text(encoding="utf-8").splitlines()
    draw = random.Random(1)
    refused = 0
    for _ in range(25):
        broken = list(lines)
        for _ in range(3):
            broken[draw.randrange(len(broken))] = draw.choice(["nan", "1e308", "-5", "", "x"])
        path = tmp_path / "broken.dxf"
        path.write_text("\n".join(broken), encoding="utf-8")
        try:
            import_here(path)
        except PlanError as error:
            refused += "\n" not in str(error)
    assert refused < 25
