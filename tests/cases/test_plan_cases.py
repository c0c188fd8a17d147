"""Plans with one fault each, after faults that others reported in public: what the check says of them."""

from __future__ import annotations

import pytest
from plans import box, door, plan

from buildings import library
from buildings.checks import check_plan
from buildings.plan import OUT


def along_a_hall(exit_m=1.2, walls=None, more=()):
    """Return four rooms along a hall of 24 m with an exit at its west end."""
    spaces = [box("HALL", "corridor", 0, 0, 24, 3)]
    spaces += [box(f"R{k}", "classroom", 6 * k, 3, 6 * k + 6, 9) for k in range(4)]
    doors = [door(f"D{k}", f"R{k}", "HALL", (6 * k + 3, 3)) for k in range(4)]
    doors += [door("X", "HALL", OUT, (0, 1.5), exit_m, "exterior"), *more]
    return plan(spaces, doors, **({"walls": walls} if walls else {}))


def errors(drawn):
    return {(one.code, one.ids) for one in check_plan(drawn) if one.severity == "E"}


def codes(drawn):
    return {one.code for one in check_plan(drawn)}


@pytest.mark.parametrize(("exit_m", "is_refused"), [(0.15, True), (0.35, True), (0.37, False)])
def test_an_exit_that_no_body_passes_is_none(exit_m, is_refused):
    assert ("E60" in codes(along_a_hall(exit_m))) == is_refused


def test_a_room_behind_a_slit_cannot_be_reached():
    drawn = along_a_hall()
    doors = [one.model_copy(update={"width_m": 0.2}) if one.id == "D2" else one for one in drawn.doors]
    assert ("E61", ("R2",)) in errors(drawn.model_copy(update={"doors": tuple(doors)}))


def test_two_doors_in_the_same_place_are_an_error_and_beside_one_another_are_not():
    assert ("E37", ("D0", "D0B")) in errors(along_a_hall(more=[door("D0B", "R0", "HALL", (3.1, 3))]))
    assert not errors(along_a_hall(more=[door("D0B", "R0", "HALL", (4.5, 3))]))


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ([(12.0, 0.0), (12.0, 3.0)], {"R2", "R3", "HALL"}),
        ([(12.0, 0.0), (12.0, 2.0)], set()),
        ([(12.0, 0.0), (12.0, 2.7)], {"R2", "R3", "HALL"}),
    ],
    ids=["across", "with a gap", "with a slit"],
)
def test_an_inner_wall_across_the_hall_cuts_rooms_off(line, lost):
    found = errors(along_a_hall(walls=[{"level": "1", "line": line}]))
    assert {ids[0] for code, ids in found if code == "E61"} == lost


def test_a_wall_that_stands_in_no_space_is_named():
    assert "W67" in codes(along_a_hall(walls=[{"level": "1", "line": [(2.0, 3.0), (4.0, 3.0)]}]))
    assert "W67" not in codes(along_a_hall(walls=[{"level": "1", "line": [(2.0, 0.0), (2.0, 1.0)]}]))


@pytest.mark.parametrize("name", library.names())
def test_the_shipped_plans_have_none_of_it(name):
    assert not codes(library.load(name)) & {"E37", "E60", "E61", "W67"}
