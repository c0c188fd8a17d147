"""The plan model: frozen, one hash for one content, mid-lines of doors."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from three_rooms import part, three_rooms

from buildings.plan import OUT, USES, FloorPlan


def plan_of(content=None):
    return FloorPlan.model_validate(content or three_rooms())


def test_a_plan_cannot_be_changed():
    plan = plan_of()
    with pytest.raises(ValidationError, match="frozen"):
        plan.name = "other"
    with pytest.raises(ValidationError, match="frozen"):
        plan.spaces[0].use = "office"
    assert isinstance(plan.spaces, tuple)


def test_the_hash_does_not_depend_on_the_order_of_lists():
    content = three_rooms()
    for key in ("spaces", "doors", "zones"):
        content[key].reverse()
    assert plan_of(content).content_hash() == plan_of().content_hash()


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(name="x"),
        lambda c: c.update(enrolment=7),
        lambda c: part(c, "doors", "DOFF").update(width=1.0),
        lambda c: part(c, "doors", "DOFF").update(lock=None),
        lambda c: part(c, "spaces", "101")["polygon"][0].__setitem__(0, 0.5),
        lambda c: part(c, "spaces", "101").update(use="office"),
    ],
)
def test_every_change_of_content_changes_the_hash(change):
    content = three_rooms()
    change(content)
    assert plan_of(content).content_hash() != plan_of().content_hash()


def test_a_copy_with_other_values_is_hashed_anew():
    plan = plan_of()
    before = plan.content_hash()
    other = plan.model_copy(update={"spaces": plan.spaces[:2]})
    assert other.content_hash() != before == plan.content_hash()
    with pytest.raises(KeyError):
        other.space("OFF")


def test_a_ring_may_repeat_its_first_point_or_any_other():
    content = three_rooms()
    ring = part(content, "spaces", "OFF")["polygon"]
    part(content, "spaces", "OFF")["polygon"] = [ring[0], ring[0], *ring[1:], ring[0]]
    assert plan_of(content) == plan_of()


def test_a_door_runs_along_the_nearest_wall_and_has_its_width():
    plan = plan_of()
    left, right = plan.door_line(plan.door("DOFF"))
    assert left == pytest.approx((11.5425, 3.1))
    assert right == pytest.approx((12.4575, 3.1))
    line = plan.door_line(plan.door("X2"))
    assert sorted(line) == [pytest.approx((-0.1, 1.0425)), pytest.approx((-0.1, 1.9575))]


def test_a_door_with_a_line_of_its_own_keeps_it():
    content = three_rooms()
    part(content, "doors", "DOFF").update(at=None, line=[[11, 3.1], [12, 3.1]])
    plan = plan_of(content)
    assert plan.door_line(plan.door("DOFF")) == ((11.0, 3.1), (12.0, 3.1))


def test_a_gate_in_the_fence_has_a_line_too():
    content = three_rooms()
    gate = {"id": "G", "level": "1", "between": [OUT, "YARD"], "at": [0, -20], "width": 2.0, "kind": "gate"}
    content["doors"].append(gate)
    plan = plan_of(content)
    assert sorted(plan.door_line(plan.door("G"))) == [(-1.0, -20.0), (1.0, -20.0)]


def test_outside_is_the_word_and_every_outdoor_use():
    plan = plan_of()
    assert plan.is_outside(OUT)
    assert plan.is_outside("YARD")
    assert not plan.is_outside("C1")
    assert {"classroom", "outdoors", "assembly_area", "staging_area", "stairs", "other"} <= set(USES)


def test_what_is_not_said_is_not_written():
    file = plan_of().as_file()
    assert file["walls"] == "between_spaces"
    assert "name" not in file["spaces"][0]
    assert "enrolment" not in file
    assert file["doors"][0]["width"] == 0.915
    assert FloorPlan.model_validate(file) == plan_of()


def test_a_door_on_a_short_wall_runs_along_it():
    content = three_rooms()
    # A bay of 1 m by 2 m in the east: its end wall is 1 m long.
    part(content, "spaces", "OFF")["polygon"] = [
        [9.2, 3.2], [15, 3.2], [15, 7], [17, 7], [17, 8], [15, 8], [15, 12], [9.2, 12]
    ]  # fmt: skip
    bay = {
        "id": "B",
        "level": "1",
        "between": ["OFF", OUT],
        "at": [17.1, 7.5],
        "width": 0.8,
        "kind": "exterior",
    }
    content["doors"].append(bay)
    plan = plan_of(content)
    low, high = sorted(plan.door_line(plan.door("B")), key=lambda point: point[1])
    assert low == pytest.approx((17.1, 7.1))
    assert high == pytest.approx((17.1, 7.9))


def test_plans_are_equal_when_their_content_is_in_whatever_order():
    plan = FloorPlan.model_validate(three_rooms())
    turned = plan.model_copy(update={"spaces": plan.spaces[::-1], "doors": plan.doors[::-1]})
    renamed = plan.model_copy(update={"name": "another"})
    assert plan == turned
    assert hash(plan) == hash(turned)
    assert plan != renamed
    assert plan != plan.as_file()
    assert len({plan, turned, renamed}) == 2
