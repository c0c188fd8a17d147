"""Reading and writing plan files: whatever is wrong is one PlanError in sentences, never a traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from three_rooms import part, three_rooms, two_levels

from buildings import library
from buildings.checks import check_plan
from buildings.errors import FirstMinutesError, PlanError
from buildings.files import parse_plan, plan_json_schema, read_plan, write_plan
from buildings.plan import FloorPlan


def saved(tmp_path, content):
    path = tmp_path / "my.plan.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def refusal(tmp_path, content):
    with pytest.raises(PlanError) as caught:
        read_plan(saved(tmp_path, content))
    text = str(caught.value)
    assert text.startswith(str(tmp_path))
    assert "\n" not in text
    return text


def test_the_example_is_read(tmp_path):
    plan = read_plan(saved(tmp_path, three_rooms()))
    assert plan == FloorPlan.model_validate(three_rooms())
    assert plan.space("101").capacity == 25
    assert plan.door("X1").lock.key_from == ("YARD",)


@pytest.mark.parametrize("name", library.names())
def test_writing_and_reading_gives_the_same_plan(tmp_path, name):
    path = tmp_path / "copy.plan.json"
    write_plan(library.load(name), path)
    assert read_plan(path) == library.load(name)
    assert read_plan(path).content_hash() == library.load(name).content_hash()


def test_a_file_of_one_space_per_line_shows_a_change_as_one_line(tmp_path):
    old, new = tmp_path / "a", tmp_path / "b"
    content = three_rooms()
    write_plan(FloorPlan.model_validate(content), old)
    part(content, "doors", "DOFF")["width"] = 1.2
    write_plan(FloorPlan.model_validate(content), new)
    lines = zip(old.read_text().splitlines(), new.read_text().splitlines(), strict=True)
    assert sum(a != b for a, b in lines) == 1


def test_feet_become_metres(tmp_path):
    feet = json.loads(json.dumps(two_levels()))

    def scale(value):
        return [scale(part) for part in value] if isinstance(value, list) else value / 0.3048

    for level in feet["levels"]:
        level.update(elevation=scale(level["elevation"]), height=scale(level["height"]))
    for space in feet["spaces"]:
        space["polygon"] = scale(space["polygon"])
    for door in feet["doors"]:
        door.update(at=scale(door["at"]), width=scale(door["width"]))
    for one in feet["connectors"]:
        one.update(width=scale(one["width"]), length=scale(one["length"]))
        for end in one["ends"]:
            end["at"] = scale(end["at"])
    feet["units"] = "ft"
    plan, metres = read_plan(saved(tmp_path, feet)), FloorPlan.model_validate(two_levels())
    assert plan.units == "m"
    assert plan == metres
    assert plan.space("101").capacity == 25


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c.pop("units"), ["E10", '"units": "m"']),
        (lambda c: c.update(units="inches"), ["E10", "'inches'", '"ft"']),
        (lambda c: c.update(version=2), ["E02", "version 1"]),
        (lambda c: c.pop("format"), ["E02"]),
        (lambda c: c.pop("fictional"), ["E03", "fictional", "missing"]),
        (lambda c: c.update(enrolment=-1), ["E03", "enrolment", "-1", "greater than or equal to 0"]),
        (lambda c: c.update(colour="red"), ["W06", "'colour'", "remove it"]),
        (lambda c: part(c, "doors", "DOFF").update(widht=1), ["doors.1.widht", "id 'DOFF'", "mean 'width'"]),
        (lambda c: part(c, "doors", "D101")["lock"].update(can_lok=True), ["mean 'can_lock'"]),
        (lambda c: part(c, "spaces", "101").update(use="class"), ["id '101'", "'class'", "'classroom'"]),
        (
            lambda c: part(c, "spaces", "101").update(polygon="round"),
            ["spaces.1.polygon", "'round'", "tuple"],
        ),
        (lambda c: part(c, "spaces", "101")["polygon"].append([1]), ["spaces.1.polygon.4.1", "missing"]),
        (
            lambda c: part(c, "spaces", "101").update(polygon=[[0, 3.2], [9, float("nan")], [9, 12]]),
            ["finite"],
        ),
        (lambda c: c["levels"][0].update(height=0), ["levels.0.height", "greater than 0"]),
        (lambda c: c.update(name="\ud800"), ["surrogate"]),
        (lambda c: c["doors"].append(7), ["doors.4", "found 7"]),
    ],
)
def test_a_wrong_field_is_named(tmp_path, change, words):
    content = three_rooms()
    change(content)
    text = refusal(tmp_path, content)
    assert all(word in text for word in words), text


def test_all_problems_are_listed_but_not_endlessly(tmp_path):
    content = three_rooms()
    for door in content["doors"]:
        door["between"] = ["NOWHERE", "C1"]
    assert refusal(tmp_path, content).count("[E05]") == 4
    content["doors"] *= 5
    for number, door in enumerate(content["doors"]):
        content["doors"][number] = {**door, "id": f"D{number}"}
    text = refusal(tmp_path, content)
    assert text.count("[E05]") == 12
    assert text.endswith("(and 8 more)")


def test_a_plan_with_warnings_only_is_read(tmp_path):
    content = three_rooms()
    part(content, "doors", "DOFF")["lock"] = None
    assert [one.code for one in check_plan(read_plan(saved(tmp_path, content)))] == ["W38"]


def test_files_that_are_no_plans(tmp_path):
    assert "line 2, column 1" in refusal(tmp_path, "{\n")
    for text in ("", "7", "[]", "null", '"x"', "[" * 100_000, "1" * 5_000):
        assert "[E0" in refusal(tmp_path, text)
    with pytest.raises(PlanError, match="there is no such file"):
        read_plan(tmp_path / "none.plan.json")
    with pytest.raises(PlanError, match="cannot be read"):
        read_plan(tmp_path)
    with pytest.raises(PlanError, match="cannot be read"):
        read_plan("a\0b")
    (tmp_path / "latin").write_bytes(b"\xff\xfe{}")
    with pytest.raises(PlanError, match="UTF-8"):
        read_plan(tmp_path / "latin")


def test_a_plan_error_is_one_of_the_family():
    assert issubclass(PlanError, FirstMinutesError)


def test_a_byte_order_mark_is_no_problem(tmp_path):
    path = tmp_path / "bom.plan.json"
    path.write_text(json.dumps(three_rooms()), encoding="utf-8-sig")
    assert read_plan(path).name == "Three-room example"


# -- anything at all -------------------------------------------------------------------------------------

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["1", "C1", "OUT", "classroom", "opening", 10**400, 1e308, -1e308, "\ud800"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)


def _read(text):
    """Return the plan of a text, or nothing if it is refused as it should be."""
    try:
        plan = parse_plan(text, "fuzz")
    except PlanError as error:
        problem = str(error)
    else:
        check_plan(plan)
        return plan
    assert problem.startswith("fuzz: ")
    assert problem.encode("utf-8")
    return None


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_any_text_gives_a_plan_error(text):
    assert _read(text) is None


@given(st.dictionaries(st.sampled_from([*three_rooms(), "grid", "georef"]), ANYTHING))
@settings(max_examples=150, deadline=None)
def test_any_fields_give_a_plan_error_or_a_plan(fields):
    _read(json.dumps({**three_rooms(), **fields}))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_plan_with_one_thing_changed_is_read_or_refused(data):
    content = two_levels()
    content["units"] = data.draw(st.sampled_from(["m", "ft"]))
    node = content
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        inner = node[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.integers(0, 4)) == 0:
            break
        node = inner
    if data.draw(st.booleans()):
        node[key] = data.draw(ANYTHING)
    else:
        del node[key]
    _read(json.dumps(content))


# -- for editors -----------------------------------------------------------------------------------------


def test_the_schema_names_what_a_file_needs():
    schema = plan_json_schema()
    required = {"format", "version", "units", "name", "fictional", "levels", "spaces", "doors"}
    assert set(schema["required"]) == required
    assert schema["properties"]["units"]["enum"] == ["m", "ft"]
    assert schema["additionalProperties"] is False
    door = schema["$defs"]["Door"]
    assert {"width", "between", "lock"} <= set(door["properties"])
    assert "width_m" not in door["properties"]
    assert "classroom" in schema["$defs"]["Space"]["properties"]["use"]["enum"]
    assert json.loads(json.dumps(schema)) == schema
