"""The door table as CSV: out, and back with the locks that a facilities person filled in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from three_rooms import part, three_rooms

from buildings import library
from buildings.errors import PlanError
from buildings.files import door_table, with_door_table
from buildings.plan import FloorPlan


def plan_of(content=None):
    return FloorPlan.model_validate(content or three_rooms())


def rows(plan):
    return list(csv.DictReader(io.StringIO(door_table(plan))))


def table(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("name", library.names())
def test_out_and_back_changes_nothing(name):
    plan = library.load(name)
    assert with_door_table(plan, door_table(plan), "t.csv") == plan


def test_a_row_says_what_the_door_is():
    row = rows(plan_of())[0]
    assert row == {
        "id": "D101", "level": "1", "space_a": "101", "space_b": "C1", "width_m": "0.915", "kind": "interior",
        "glazing": "vision_panel", "can_lock": "yes", "locks_from": "101", "key_from": "C1",
        "normally": "closed", "number": "",
    }  # fmt: skip
    content = three_rooms()
    part(content, "doors", "DOFF")["lock"] = None
    assert rows(plan_of(content))[1]["can_lock"] == ""


def test_locks_glazing_and_numbers_are_taken_over_and_all_else_stays():
    old = plan_of()
    filled = rows(old)
    filled[1].update(can_lock="yes", locks_from="OFF", key_from="C1; OFF", normally="locked", glazing="full",
                     number="7", width_m="9", kind="gate")  # fmt: skip
    new = with_door_table(old, table(filled), "t.csv")
    door = new.door("DOFF")
    assert (door.lock.can_lock, door.lock.from_, door.lock.key_from) == (True, ("OFF",), ("C1", "OFF"))
    assert (door.lock.normally, door.glazing, door.number) == ("locked", "full", "7")
    assert (door.width_m, door.kind) == (0.915, "interior")
    assert new.door("D101") == old.door("D101")
    assert new.content_hash() != old.content_hash()


def test_ids_with_spaces_go_out_and_back():
    content = three_rooms()
    for text in ("spaces", "zones"):
        for one in content[text]:
            one["id"] = one["id"].replace("OFF", "Main office, east")
    content["zones"][0]["spaces"][2] = "Main office, east"
    part(content, "doors", "DOFF").update(
        between=["Main office, east", "C1"], lock={"can_lock": True, "from": ["Main office, east", "C1"]}
    )
    plan = plan_of(content)
    assert with_door_table(plan, door_table(plan), "t.csv") == plan


def test_an_unsaid_lock_stays_unsaid_and_can_become_unsaid():
    content = three_rooms()
    part(content, "doors", "DOFF")["lock"] = None
    plan = plan_of(content)
    assert with_door_table(plan, door_table(plan), "t.csv").door("DOFF").lock is None
    blank = rows(plan_of())
    blank[0]["can_lock"] = ""
    assert with_door_table(plan_of(), table(blank), "t.csv").door("D101").lock.can_lock is None


def test_a_table_of_two_columns_or_with_semicolons_is_enough():
    new = with_door_table(plan_of(), "id,can_lock\nDOFF,yes\n\n", "t.csv")
    assert new.door("DOFF").lock.can_lock is True
    assert new.door("X1") == plan_of().door("X1")
    new = with_door_table(plan_of(), "id;can_lock;normally\nDOFF;no;open\n", "t.csv")
    assert new.door("DOFF").lock.normally == "open"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,width\nDOFF,1\n", ["'can_lock' is missing", "header"]),
        ("", ["'id' is missing"]),
        ("id,can_lock\nD1O1,yes\n", ["line 2", "'D1O1'", "Did you mean 'D101'"]),
        ("id,can_lock\nDOFF,yes\nDOFF,no\n", ["line 3", "twice"]),
        ("id,can_lock\nDOFF,maybe\n", ["line 2", "'maybe'", "yes, no or nothing"]),
        ("id,can_lock,normally\nDOFF,no,ajar\n", ["line 2", "'ajar'", "open, closed, locked"]),
        ("id,can_lock,glazing\nDOFF,no,some\n", ["line 2", "'some'", "vision_panel"]),
        ("id,can_lock,locks_from\nDOFF,yes,OFFF\n", ["E05", "'OFFF'", "Did you mean 'OFF'"]),
        ("id,can_lock\n" + "x" * 200_000 + ",yes\n", ["not a table"]),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(text, words):
    with pytest.raises(PlanError) as caught:
        with_door_table(plan_of(), text, "t.csv")
    assert str(caught.value).startswith("t.csv: ")
    assert all(word in str(caught.value) for word in words), str(caught.value)


CELLS = st.text(max_size=8) | st.sampled_from(["DOFF", "X1", "yes", "no", "", "OFF", ";", '"'])


@given(st.lists(st.lists(CELLS, min_size=2, max_size=7), max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_table_is_read_or_refused(cells):
    text = "id,can_lock,locks_from,normally\n" + "\n".join(",".join(row) for row in cells)
    try:
        with_door_table(plan_of(), text, "t.csv")
    except PlanError as error:
        problem = str(error)
    else:
        return
    assert problem.startswith("t.csv: ")
