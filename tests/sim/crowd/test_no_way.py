"""People without a way are named before anybody walks; people with one are never named."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from floors import hall, two_levels
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import box as room
from plans import door, plan
from shapely import LineString, Point, box, union_all
from shapely.affinity import rotate, translate

from buildings.plan import OUT
from sim import crowd

Person = crowd.Person
TWO_HALLS = union_all([box(0, 0, 5, 5), box(10, 0, 15, 5)])


def two_halls(**more):
    """Return two halls with nothing between them, an exit in the right-hand one."""
    return crowd.Floor(TWO_HALLS, exits={"east": ((15, 2), (15, 3))}, **more)


@pytest.mark.parametrize("goal", [None, "nearest", "choice", "east", "shop", (12, 4), crowd.On("0", (12, 4))])
def test_who_has_no_way_is_named_in_one_sentence_with_the_place_and_what_to_do(goal):
    floor = two_halls(areas={"shop": box(13, 0, 15, 1)})
    people = [Person((11, 2), goal), Person((2, 3.5), goal)]
    with pytest.warns(crowd.NoWayWarning) as caught:
        crowd.run(floor, people, until_s=1.0)
    assert [str(one.message) for one in caught] == [
        "person 1 has no way to the goal, even with all doors open, and will stay inside (at (2, 3.5) on "
        "level '0'); join that part of the floor with the goal, or give another goal."
    ]
    assert caught[0].filename == __file__


def test_of_many_the_first_are_named_and_the_rest_is_counted():
    people = [Person((1, 0.3 + 0.4 * k)) for k in range(10)]
    with pytest.warns(crowd.NoWayWarning, match=r"persons 0, 1, 2, 3, 4, 5, 6, 7 and 2 more have no way"):
        crowd.run(two_halls(), people, until_s=1.0)


def test_a_stop_without_a_way_is_named_too():
    with pytest.warns(crowd.NoWayWarning, match="person 0 has no way"):
        crowd.run(two_halls(), [Person((11, 2), "east", via=[(2, 2)])], until_s=1.0)


def test_who_knows_only_an_exit_without_a_way_or_none_is_named():
    floor = crowd.Floor(TWO_HALLS, exits={"east": ((15, 2), (15, 3)), "west": ((0, 2), (0, 3))})
    people = [
        Person((2, 2), knows={"east"}),
        Person((2, 3), knows={"west"}),
        Person((2, 4), "choice", knows=()),
    ]
    with pytest.warns(crowd.NoWayWarning, match="persons 0, 2 have no way"):
        result = crowd.run(floor, people, until_s=20.0)
    assert np.isfinite(result.finish_s).tolist() == [False, True, False]


def test_a_level_that_nothing_leads_to_is_named():
    floors = {"0": box(0, 0, 20, 10), "1": box(0, 0, 20, 10)}
    floor = crowd.Floor(floors, exits={"east": ((20, 4), (20, 6))})
    with pytest.warns(crowd.NoWayWarning, match=r"at \(3, 5\) on level '1'"):
        crowd.run(floor, [Person((3, 5), level="1")], until_s=1.0)


def test_a_room_of_a_building_without_a_door_is_named():
    spaces = [room("A", "classroom", 0, 0, 6, 6), room("B", "classroom", 6, 0, 12, 6)]
    floor = crowd.Floor.of_building(plan(spaces, [door("X", "A", OUT, (0, 3), 1.0, "exterior")]))
    with pytest.warns(crowd.NoWayWarning, match="person 1 has no way"):
        crowd.run(floor, [Person((3, 3)), Person((9, 3))], until_s=1.0)


def test_nobody_is_named_for_a_door_that_is_only_shut():
    floor = hall(doors={"d": ((10, 0), (10, 10))})
    result = crowd.run(floor, [Person((5, 5))], events=[crowd.close("d", 0.0)], until_s=5.0)
    assert result.n_inside == 1


def test_nobody_is_named_on_joined_levels_nor_who_is_there_already():
    floor = two_levels(areas={"shop": box(0, 0, 5, 10)})
    people = [Person((3, 5), level="1"), Person((2, 2), "shop"), Person((2, 3), (2, 3))]
    assert crowd.run(floor, people).n_inside == 0


L_SHAPE = union_all([box(0, 0, 12, 2), box(10, 0, 12, 12), box(0, 0, 0.6, 12)])
ON_THE_EDGE = [
    (0, 0),
    (12, 0),
    (12, 12),
    (10, 2),
    (0.6, 2),
    (0.6, 12),
    (0, 5),
    (0.6, 5),
    (5, 0),
    (5, 2),
    (0, 1e-3),
]


@pytest.mark.parametrize("at", ON_THE_EDGE)
def test_who_stands_on_a_wall_or_in_a_corner_walks_off_it(at):
    floor = crowd.Floor(L_SHAPE, exits={"e": ((10, 12), (12, 12))})
    result = crowd.run(floor, [Person(at), Person((11, 6), at)], until_s=60.0)
    assert result.n_inside == 0
    assert floor.distance_m(at, "e") < 40.0
    assert floor.distance_m((11, 6), at) < 40.0


@settings(max_examples=30)
@given(
    x=st.floats(0.0, 12.0),
    y=st.floats(0.0, 12.0),
    degrees=st.floats(0.0, 360.0),
    off_m=st.floats(-900.0, 900.0),
)
def test_wherever_somebody_stands_on_one_floor_there_is_a_way(x, y, degrees, off_m):
    if not L_SHAPE.buffer(-1e-5).covers(Point(x, y)):
        return

    def there(shape):
        return translate(rotate(shape, degrees, origin=(0, 0)), off_m, -off_m)

    exit_line = there(LineString([(10, 12), (12, 12)]))
    floor = crowd.Floor(there(L_SHAPE), exits={"e": exit_line})
    at = there(Point(x, y))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        crowd.run(floor, [Person((at.x, at.y))], until_s=1.0, every_s=1.0)
