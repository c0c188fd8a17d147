"""Floors and people with one fault each, after faults that others reported in public."""

from __future__ import annotations

import math

import pytest
from shapely import Polygon, box
from shapely.geometry import Polygon as Ring

from sim import crowd
from sim.errors import CrowdError

HALL = box(0, 0, 20, 5)
EAST = ((20.0, 1.0), (20.0, 3.0))


def test_people_at_one_point_are_named():
    floor = crowd.Floor(HALL, exits={"e": EAST})
    with pytest.raises(CrowdError, match="persons 0 and 1 stand at the same place"):
        crowd.run(floor, [crowd.Person((5.0, 2.5))] * 200, until_s=10)


def test_heights_of_a_drawing_are_dropped():
    flat = crowd.Floor(HALL, exits={"e": EAST})
    high = Ring([(x, y, 3.2) for x, y in HALL.exterior.coords])
    assert crowd.Floor(high, exits={"e": EAST}).distance_m((1, 1), "e") == flat.distance_m((1, 1), "e")


@pytest.mark.parametrize("factor", [1000.0, 304.8])
def test_another_unit_than_metres_is_refused(factor):
    with pytest.raises(CrowdError, match=r"millimetres"):
        crowd.Floor(
            box(0, 0, 20 * factor, 5 * factor), exits={"e": ((20 * factor, 0), (20 * factor, 5 * factor))}
        )


@pytest.mark.parametrize("seed", [-1, None, "a", 2**70, 1.5, True, math.nan])
def test_a_seed_that_is_no_number_of_a_stream_is_refused(seed):
    with pytest.raises(CrowdError, match="scatter: seed"):
        crowd.scatter(HALL, 5, seed)


def test_levels_of_the_same_name_are_refused():
    with pytest.raises(CrowdError, match="level '1' is given twice"):
        crowd.Floor({1: HALL, "1": Polygon(HALL)}, exits={"e": EAST})


@pytest.mark.parametrize("length_m", [0.001, 0.01, 0.29])
def test_a_stair_shorter_than_a_step_is_refused(length_m):
    stair = crowd.Stair("s", ("0", (0.0, 2.0)), ("1", (0.0, 2.0)), 1.2, length_m)
    with pytest.raises(CrowdError, match="at least a step long"):
        crowd.Floor({"0": HALL, "1": HALL}, exits={"e": EAST}, stairs=[stair])


def test_exits_over_the_same_edge_are_refused_and_touching_ones_are_not():
    with pytest.raises(CrowdError, match=r"exits .e. and .f. overlap by 1.00 m"):
        crowd.Floor(HALL, exits={"e": EAST, "f": ((20.0, 2.0), (20.0, 4.0))})
    both = crowd.Floor(HALL, exits={"e": EAST, "f": ((20.0, 3.0), (20.0, 4.0))})
    assert both.exit_width_m("e") == pytest.approx(2.0)
    assert both.exit_width_m("f") == pytest.approx(1.0)
