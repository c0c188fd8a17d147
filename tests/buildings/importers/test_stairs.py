"""Flights of stairs: how wide, and where on the edges of rooms they begin."""

from __future__ import annotations

import pytest
from shapely import LineString, Point, Polygon, box

from buildings.importers.doors import Link
from buildings.importers.floors import Room, Storey
from buildings.importers.raw import RawDoor, RawStair
from buildings.importers.stairs import flights


def two_floors(low: Polygon, high: Polygon) -> list[Storey]:
    return [
        Storey(z, [Room(name, shape, z, name, use="corridor")], id=name)
        for name, z, shape in (("1", 0.0, low), ("2", 3.0, high))
    ]


@pytest.mark.parametrize(
    ("footprint", "width"),
    [
        (box(0, 0, 1.2, 4.0), 1.2),  # straight
        (box(0, 0, 2.6, 4.0), 1.2),  # turns back: two runs and what is between
        (box(0, 0, 4.0, 1.2).union(box(0, 0, 1.2, 4.0)), 1.2),  # an L
    ],
)
def test_the_width_of_a_run(footprint: Polygon, width: float) -> None:
    levels = two_floors(box(-5, -5, 10, 10), box(-5, -5, 10, 10))
    (one,), notes = flights([RawStair("s", footprint, 0.0, 3.9)], levels, [])
    assert one.width == pytest.approx(width, abs=0.05)
    assert not notes


def test_a_flight_is_no_wider_than_its_edge_and_clear_of_doors() -> None:
    room = Polygon([(0, 0), (6, 0), (6, 1.1), (4, 1.1), (4, 3), (0, 3)])
    levels = two_floors(room, room)
    line = ((2.0, -0.1), (3.0, -0.1))
    door = Link(RawDoor("d", line, 0.0), levels[0], "exit", (levels[0].rooms[0],), line, 1.0)
    (one,), _ = flights([RawStair("s", box(3, 0, 6, 1), 0.0, 3.0, width=1.8)], levels, [door])
    for storey, _, at in one.ends:
        edges = zip(room.exterior.coords, room.exterior.coords[1:], strict=False)
        edge = min((LineString(pair) for pair in edges), key=lambda line: line.distance(Point(at)))
        assert one.width <= edge.length
        if storey is levels[0]:
            assert LineString(line).distance(Point(at)) - one.width / 2.0 >= 0.5


def test_a_railing_above_the_upper_floor_and_a_stair_to_nowhere() -> None:
    levels = two_floors(box(0, 0, 5, 5), box(0, 0, 5, 5))
    found, _ = flights([RawStair("s", box(1, 1, 2, 4), 0.0, 4.1)], levels, [])
    assert [room.id for _, room, _ in found[0].ends] == ["1", "2"]
    found, notes = flights([RawStair("s", box(50, 1, 52, 4), 0.0, 3.0)], levels, [])
    assert not found
    assert "join no two levels" in notes[0].sentence
