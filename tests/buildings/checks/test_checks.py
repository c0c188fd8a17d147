"""Each rule is broken on purpose; the finding must name the thing and say what to do."""

from __future__ import annotations

import pytest
from plans import grid_plan
from three_rooms import part, three_rooms, two_levels

from buildings.checks import check_plan
from buildings.plan import FloorPlan


def findings(content):
    return check_plan(FloorPlan.model_validate(content))


def only(content, code):
    found = [one for one in findings(content) if one.code == code]
    assert len(found) == 1, findings(content)
    return found[0]


def test_the_example_and_its_second_level_are_sound():
    assert findings(three_rooms()) == []
    assert findings(two_levels()) == []


@pytest.mark.parametrize("seed", range(8))
def test_random_grids_have_no_error(seed):
    assert [one for one in check_plan(grid_plan(seed)) if one.severity == "E"] == []


def set_(kind, name, /, **values):
    return lambda content: part(content, kind, name).update(values)


def drop(kind, name):
    return lambda content: content[kind].remove(part(content, kind, name))


def add(kind, /, **values):
    return lambda content: content[kind].append(values)


def rect(x0, y0, x1, y1):
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def both(*changes):
    return lambda content: [change(content) for change in changes]


def scaled(factor):
    def change(content):
        for space in content["spaces"]:
            space["polygon"] = [[x * factor, y * factor] for x, y in space["polygon"]]
        for door in content["doors"]:
            door["at"] = [v * factor for v in door["at"]]
            door["width"] *= factor

    return change


def moved(dx):
    def change(content):
        for space in content["spaces"]:
            space["polygon"] = [[x + dx, y] for x, y in space["polygon"]]
        for door in content["doors"]:
            door["at"] = [door["at"][0] + dx, door["at"][1]]

    return change


def inner_room(content):
    """A store behind the office, which is reached through the office alone."""
    content["spaces"].append(
        {
            "id": "BACK",
            "level": "1",
            "use": "office",
            "polygon": rect(9.2, 12.2, 15, 16),
        }
    )
    content["doors"].append(
        {"id": "DB", "level": "1", "between": ["BACK", "OFF"], "at": [12, 12.1], "width": 0.9,
         "lock": {"can_lock": False}}
    )  # fmt: skip


def annex(content):
    """A hut with an exit of its own and no way indoors."""
    content["spaces"].append({"id": "HUT", "level": "1", "use": "office", "polygon": rect(40, 5, 45, 9)})
    content["doors"].append(
        {"id": "XH", "level": "1", "between": ["HUT", "OUT"], "at": [45.1, 7], "width": 0.9,
         "kind": "exterior", "number": "9", "lock": {"can_lock": True, "from": ["HUT"]}}
    )  # fmt: skip


def far_end(content):
    """A corridor of 130 m with its exits at one end."""
    part(content, "spaces", "C1")["polygon"] = rect(0, 0, 130, 3)
    content["spaces"].remove(part(content, "spaces", "YARD"))
    content["doors"].remove(part(content, "doors", "X1"))


BROKEN = [
    # code, severity, words of the message, ids, what is broken
    ("E03", "E", ["'DOFF'", "`at` or `line`"], set_("doors", "DOFF", at=None)),
    ("E04", "E", ["'101'", "2 times"], lambda c: c["spaces"].append(part(c, "spaces", "101").copy())),
    ("E04", "E", ["'OUT'", "rename"],
     add("spaces", id="OUT", level="1", polygon=[[50, 0], [60, 0], [60, 9]])),
    ("E05", "E", ["'DOFF'", "'OFFICE'", "Did you mean 'OFF'"],
     set_("doors", "DOFF", between=["OFFICE", "C1"])),
    ("E05", "E", ["'101'", "level '7'"], set_("spaces", "101", level="7")),
    ("E05", "E", ["'W1'", "'102'"], set_("zones", "W1", spaces=["102"])),
    ("E05", "E", ["'D101'", "'1O1'"], set_("doors", "D101", lock={"can_lock": True, "from": ["1O1"]})),
    ("E05", "E", ["wall 1", "level '3'"],
     lambda c: c.update(walls=[{"level": "3", "line": [[1, 1], [2, 2]]}])),
    ("E11", "E", ["feet", "3.281"], scaled(1 / 0.3048)),
    ("E11", "E", ["millimetres", "1000"], scaled(1000.0)),
    ("E11", "E", ["5 km"], both(drop("spaces", "YARD"), drop("doors", "X1"),
                                lambda c: part(c, "spaces", "101")["polygon"].append([0, 9000]))),
    ("W11", "W", ["level '1'", "12 m"], lambda c: c["levels"][0].update(height=12)),
    ("W11", "W", ["'101'", "m2"], set_("spaces", "101", polygon=rect(0, 3.2, 9, 3000))),
    ("W12", "W", ["degrees"], scaled(0.0005)),
    ("W13", "W", ["5 km from its origin"], moved(9000.0)),
    ("E20", "E", ["'OFF'", "2 distinct"], set_("spaces", "OFF", polygon=[[1, 1], [2, 2], [1, 1]])),
    ("E21", "E", ["'OFF'", "order"],
     set_("spaces", "OFF", polygon=[[9.2, 3.2], [15, 12], [15, 3.2], [9.2, 12]])),
    ("E22", "E", ["'OFF'", "one line"], set_("spaces", "OFF", polygon=[[9.2, 3.2], [15, 3.2], [12, 3.2]])),
    ("E23", "E", ["'101'", "'OFF'", "8.8 m2", "level '1'"],
     set_("spaces", "101", polygon=rect(0, 3.2, 10.2, 12))),
    ("W24", "W", ["'ST0'", "0.25 m2"],
     add("spaces", id="ST0", level="1", use="storage", polygon=rect(9.2, 12.2, 9.7, 12.7))),
    ("W24", "W", ["'ST0'", "0.99 m2"],
     add("spaces", id="ST0", level="1", use="storage", polygon=rect(9.2, 12.2, 10.2, 13.19))),
    ("W24", "W", ["'SLOT'", "narrower"],
     add("spaces", id="SLOT", level="1", use="storage", polygon=rect(9.2, 12.2, 14, 12.7))),
    ("W25", "W", ["'GFA'", "'101'", "remove"],
     add("spaces", id="GFA", level="1", use="other", polygon=rect(0, 0, 24, 12))),
    ("W26", "W", ["'101'", "90 people", "allow 42"], set_("spaces", "101", capacity=90)),
    ("W27", "W", ["'OFF'", "no use"], lambda c: part(c, "spaces", "OFF").pop("use")),
    ("E30", "E", ["'DOFF'", "0 m wide"], set_("doors", "DOFF", width=0)),
    ("E31", "E", ["'DOFF'", "(12.00, 7.00)", "inside space 'OFF'"], set_("doors", "DOFF", at=[12, 7])),
    ("E31", "E", ["'DOFF'", "open air", "Nearest", "'OFF'"], set_("doors", "DOFF", at=[17, 8])),
    ("E32", "E", ["'DOFF'", "'OFF' and 'C1'", "between '101' and 'C1'"], set_("doors", "DOFF", at=[6, 3.1])),
    ("E32", "E", ["'X2'", "open air"], set_("doors", "X2", between=["C1", "OFF"])),
    ("E33", "E", ["'DOFF'", "both sides"], set_("doors", "DOFF", between=["OFF", "OFF"])),
    ("E34", "E", ["'DOFF'", "room for"], set_("doors", "DOFF", width=3.0, at=[14, 3.1])),
    ("W35", "W", ["'DOFF'", "0.81"], set_("doors", "DOFF", width=0.7)),
    ("W36", "W", ["'DOFF'", "4.5 m"], set_("doors", "DOFF", width=4.5)),
    ("E37", "E", ["'DOFF'", "'DOFF2'"],
     add("doors", id="DOFF2", level="1", between=["OFF", "C1"], at=[12.4, 3.1], width=0.915,
         lock={"can_lock": False})),
    ("W37", "W", ["'DOFF'", "'DOFF2'"],
     add("doors", id="DOFF2", level="1", between=["OFF", "C1"], at=[12.9, 3.1], width=0.915,
         lock={"can_lock": False})),
    ("W38", "W", ["'DOFF'", "lock.can_lock"], set_("doors", "DOFF", lock=None)),
    ("W38", "W", ["'DOFF'"], set_("doors", "DOFF", lock={"normally": "open"})),
    ("W39", "W", ["'DOFF'", "neither side"], set_("doors", "DOFF", lock={"can_lock": True})),
    ("W39", "W", ["'DOFF'", "'101'"], set_("doors", "DOFF", lock={"can_lock": True, "from": ["101"]})),
    ("W40", "W", ["'X1'", "no number"], set_("doors", "X1", number=None)),
    ("E60", "E", ["no exit"], both(drop("doors", "X1"), drop("doors", "X2"))),
    ("E61", "E", ["'OFF'", "'101' (0.2 m away)"], drop("doors", "DOFF")),
    ("W62", "W", ["'BACK'", "'OFF'"], inner_room),
    ("W63", "W", ["'101'", "60 people", "one door"], set_("spaces", "101", capacity=60)),
    ("W66", "W", ["2 parts", "'HUT'"], annex),
    ("W70", "W", ["'NONE'", "no space"], add("zones", id="NONE", kind="wing", spaces=[])),
    ("W70", "W", ["'OFF'", "2 zones"], add("zones", id="W2", kind="wing", spaces=["OFF"])),
    ("W71", "W", ["sensitive"], lambda c: c.update(fictional=False, georef={"lon": 1.0, "lat": 2.0})),
]  # fmt: skip


@pytest.mark.parametrize(("code", "severity", "words", "change"), BROKEN)
def test_a_broken_rule_is_named(code, severity, words, change):
    content = three_rooms()
    change(content)
    found = [one for one in findings(content) if one.code == code]
    assert found, findings(content)
    assert {one.severity for one in found} == {severity}
    fitting = [one for one in found if all(word in one.message for word in words)]
    assert len(fitting) == 1, [one.message for one in found]
    assert fitting[0].message[-1] in ".?"


BROKEN_LEVELS = [
    ("E50", ["'3'", "no indoor space"], lambda c: c["levels"].append({"id": "3", "elevation": 8.0})),
    ("E51", ["level '2'", "connector"], lambda c: c.update(connectors=[])),
    ("E51", ["level '2'"], set_("connectors", "ST", kind="elevator")),
    ("E52", ["'ST'", "1.5 m"], lambda c: c["connectors"][0]["ends"][0].update(at=[26, -1.51])),
    ("E52", ["'ST'", "'S1'", "level '1'"], lambda c: c["connectors"][0]["ends"][0].update(level="2")),
    ("E52", ["'ST'", "open air"], lambda c: c["connectors"][0]["ends"][0].update(space="YARD", at=[0, -0.3])),
    ("W53", ["lowest to the highest"], lambda c: c["levels"].reverse()),
    ("W54", ["'ST'", "45 degrees"], lambda c: c["connectors"][0].update(length=5.0)),
    ("E32", ["'DS2'", "level '1'", "'S2'"], set_("doors", "DS2", level="1")),
    ("E61", ["'C2'"], drop("doors", "DS2")),
    ("W41", ["'X9'", "4 m up"],
     add("doors", id="X9", level="2", between=["C2", "OUT"], at=[9.9, 1.5], width=0.9, kind="exterior",
         number="9", lock={"can_lock": False})),
]  # fmt: skip


@pytest.mark.parametrize(("code", "words", "change"), BROKEN_LEVELS)
def test_a_broken_rule_of_levels_is_named(code, words, change):
    content = two_levels()
    change(content)
    messages = [one.message for one in findings(content) if one.code == code]
    assert any(all(word in message for word in words) for message in messages), findings(content)


def test_no_level_and_nothing_indoors_are_errors():
    content = three_rooms()
    content.update(levels=[], spaces=[], doors=[], zones=[])
    assert {"E50", "E60"} <= {one.code for one in findings(content)}


def test_eight_spaces_or_more_are_not_nearly_all_in_the_open():
    """Else an edit of uses would narrow where an incident can begin."""
    content = three_rooms()
    for k in range(4):
        x = -20.0 + 5.0 * k
        yard = {"id": f"Y{k}", "level": "1", "use": "outdoors", "polygon": rect(x, 40, x + 4, 44)}
        content["spaces"].append(yard)
        assert ("E29" in {one.code for one in findings(content)}) == (len(content["spaces"]) >= 8)
    assert "8 spaces and only 3 of them indoors" in only(content, "E29").message
    assert not [one for one in findings(two_levels()) if one.code == "E29"]


def test_errors_come_first_and_later_rules_wait_for_ids():
    content = three_rooms()
    part(content, "doors", "DOFF").update(lock=None, at=[17, 8])
    found = findings(content)
    assert [one.severity for one in found] == sorted(one.severity for one in found)
    part(content, "doors", "DOFF")["between"] = ["OFFF", "C1"]
    assert {one.code for one in findings(content)} == {"E05"}


def test_the_place_and_ids_of_a_finding_are_given():
    content = three_rooms()
    part(content, "doors", "DOFF")["at"] = [6, 3.1]
    found = only(content, "E32")
    assert found.at == (6.0, 3.1)
    assert found.ids[0] == "DOFF"


@pytest.mark.parametrize(
    ("at", "nearest"),
    [([17, 8], "'OFF', 'C1'"), ([19, 3.9], "'C1', 'OFF'"), ([-3, 9], "'101', 'C1'")],
)
def test_a_door_in_the_open_air_names_the_two_nearest_spaces(at, nearest):
    """(17, 8) is 2 m from the office and 5 m from the corridor; the classroom, 8 m off, is no hint."""
    content = three_rooms()
    part(content, "doors", "DOFF")["at"] = at
    assert only(content, "E31").message.endswith(f"correct `between`. Nearest to it are {nearest}.")
    part(content, "doors", "DOFF")["at"] = [12, 7]
    assert "Nearest" not in only(content, "E31").message


def test_two_rooms_that_are_all_of_a_level_can_overlap():
    """2 m by 8.8 m are in both; when they only touch there is no finding."""
    content = three_rooms()
    content["levels"].append({"id": "2", "elevation": 4.0, "height": 4.0})
    content["spaces"] += [
        {"id": "201", "level": "2", "use": "office", "polygon": rect(0, 3.2, 9, 12)},
        {"id": "202", "level": "2", "use": "office", "polygon": rect(7, 3.2, 15, 12)},
    ]
    found = only(content, "E23")
    assert found.ids == ("201", "202")
    assert "overlap by 17.6 m2" in found.message
    part(content, "spaces", "202")["polygon"] = rect(9, 3.2, 15, 12)
    assert "E23" not in {one.code for one in findings(content)}
    content["spaces"].remove(part(content, "spaces", "202"))
    assert "E23" not in {one.code for one in findings(content)}


def test_a_far_room_and_a_long_dead_end():
    content = three_rooms()
    far_end(content)
    far = only(content, "W64")
    # From the corner (130, 0) to the middle of the exit at (-0.1, 1.5).
    assert far.ids == ("C1",)
    assert "130 m" in far.message
    assert only(content, "W65").ids == ("C1",)


def test_travel_is_measured_to_the_door_of_an_enclosed_stair():
    content = two_levels()
    part(content, "spaces", "C2")["polygon"] = rect(-45, 0, 24, 3)
    assert "W64" not in {one.code for one in findings(content)}  # 69 m to the door of the stair
    part(content, "spaces", "C2")["polygon"] = rect(-55, 0, 24, 3)
    assert only(content, "W64").ids == ("C2",)
    part(content, "spaces", "S1")["use"] = part(content, "spaces", "S2")["use"] = "lobby"
    part(content, "spaces", "C2")["polygon"] = rect(-45, 0, 24, 3)
    # Now the walk goes on: down 8 m of stairs to the door of S1 and beyond it out.
    assert "C2" in {name for one in findings(content) if one.code == "W64" for name in one.ids}


def test_a_second_way_on_ends_the_dead_end_and_a_wide_hall_has_none():
    content = three_rooms()
    content["doors"].remove(part(content, "doors", "X1"))
    assert only(content, "W65").ids == ("C1",)
    part(content, "spaces", "C1")["use"] = "lobby"
    assert "W65" not in {one.code for one in findings(content)}


def test_a_gate_in_the_yard_and_a_cubicle_are_no_errors():
    content = three_rooms()
    content["doors"] += [
        {"id": "G", "level": "1", "between": ["YARD", "OUT"], "at": [0, -20], "width": 3.0, "kind": "gate"},
        {"id": "K", "level": "1", "between": ["OFF", "OFF"], "at": [12, 8], "width": 0.7, "kind": "cubicle"},
    ]
    assert {one.code for one in findings(content)} <= {"W38"}


def test_a_door_in_a_thick_wall_and_an_opening_without_a_wall():
    content = three_rooms()
    part(content, "spaces", "101")["polygon"] = rect(0, 3.9, 9, 12)
    part(content, "doors", "D101")["at"] = [2, 3.45]
    part(content, "spaces", "OFF")["polygon"] = rect(9.2, 3, 15, 12)
    part(content, "doors", "DOFF").update(at=[12, 3], kind="opening", width=2.0, lock=None)
    assert findings(content) == []


def test_a_door_line_across_its_wall_is_refused():
    content = three_rooms()
    door = part(content, "doors", "DOFF")
    del door["at"]
    door["line"] = [[12, 2.6], [12, 3.6]]
    assert {one.code for one in findings(content)} & {"E31", "E32"}


def test_capacity_comes_from_area_where_it_is_not_given():
    content = three_rooms()
    part(content, "spaces", "101").update(capacity=None, polygon=rect(0, 3.2, 9, 14))
    assert "52 people" in only(content, "W63").message


def test_the_unit_that_fits_is_named():
    units = {"feet": 1 / 0.3048, "inches": 1 / 0.0254, "centimetres": 100.0, "millimetres": 1000.0}
    for unit, factor in units.items():
        content = three_rooms()
        scaled(factor)(content)
        messages = [one.message for one in findings(content) if one.code == "E11"]
        assert sum(f"are these {unit}?" in message for message in messages) == 1


def test_doors_that_are_only_odd_are_no_error():
    content = three_rooms()
    for door in content["doors"]:
        door["width"] = 0.5
    assert {one.code for one in findings(content)} == {"W11", "W35"}
    for door in content["doors"]:
        door["width"] = 0.6
    assert "W11" not in {one.code for one in findings(content)}


@pytest.mark.parametrize(("depth_m", "large"), [(2200.0, False), (2240.0, True)])
def test_a_room_is_large_above_20000_m2(depth_m, large):
    content = three_rooms()
    part(content, "spaces", "101")["polygon"] = rect(0, 3.2, 9, 3.2 + depth_m)
    assert (("101",) in {one.ids for one in findings(content) if one.code == "W11"}) is large


@pytest.mark.parametrize(("height_m", "odd"), [(2.1, True), (2.2, False), (8.0, False), (8.1, True)])
def test_storeys_are_from_2_2_to_8_m_high(height_m, odd):
    content = three_rooms()
    content["levels"][0]["height"] = height_m
    assert bool([one for one in findings(content) if one.code == "W11"]) is odd


@pytest.mark.parametrize(("length_m", "steep"), [(5.6, True), (5.7, False)])
def test_stairs_are_steep_above_45_degrees_wherever_the_lowest_level_is(length_m, steep):
    content = two_levels()
    content["levels"][0]["elevation"], content["levels"][1]["elevation"] = 100.0, 104.0
    content["connectors"][0]["length"] = length_m
    assert [one.code for one in findings(content)] == ["W54"] * steep


@pytest.mark.parametrize(("capacity", "found"), [(49, False), (50, True)])
def test_one_door_is_enough_for_49(capacity, found):
    content = three_rooms()
    part(content, "spaces", "101").update(capacity=capacity, polygon=rect(0, 3.2, 9, 14))
    assert bool([one for one in findings(content) if one.code == "W63"]) is found


@pytest.mark.parametrize(("gap_m", "touches"), [(0.48, True), (0.55, False)])
def test_a_door_reaches_over_half_a_metre_of_wall(gap_m, touches):
    content = three_rooms()
    part(content, "spaces", "OFF")["polygon"] = rect(9.2, 3.1 + gap_m, 15, 12)
    assert ("E32" in {one.code for one in findings(content)}) is not touches


@pytest.mark.parametrize(("rise_m", "found"), [(1.0, False), (1.1, True)])
def test_a_door_outside_above_the_ground_is_asked_about(rise_m, found):
    content = two_levels()
    content["levels"][1]["elevation"] = rise_m
    content["doors"].append(
        {"id": "X9", "level": "2", "between": ["C2", "OUT"], "at": [9.9, 1.5], "width": 0.9,
         "kind": "exterior", "number": "9", "lock": {"can_lock": False}}
    )  # fmt: skip
    assert [one.code for one in findings(content)] == ["W41"] * found
