"""An anonymised plan has no name, number or place left, and is the same building to walk in."""

from __future__ import annotations

import json

import pytest
from shapely import Polygon

from buildings import library
from buildings.anonymous import anonymised
from buildings.checks import check_plan


@pytest.mark.parametrize("name", ["elementary", "high-school"])
def test_nothing_of_the_words_is_left_and_all_of_the_shape(name: str) -> None:
    plan = library.load(name).model_copy(
        update={"georef": {"lon": -93.2, "lat": 44.9}, "source": {"file": "Lincoln.ifc"}}
    )
    plain = anonymised(plan)
    text = json.dumps(plain.as_file())
    words = {space.id for space in plan.spaces} | {space.name for space in plan.spaces if space.name}
    words |= {door.id for door in plan.doors} | {"Lincoln", "georef", '"number"', plan.name}
    assert not [word for word in words if f'"{word}"' in text]
    areas = [[Polygon(space.polygon).area for space in one.spaces] for one in (plan, plain)]
    assert areas[0] == areas[1]
    assert [door.width_m for door in plain.doors] == [door.width_m for door in plan.doors]
    assert [bool(door.lock and door.lock.from_) for door in plain.doors] == [
        bool(door.lock and door.lock.from_) for door in plan.doors
    ]
    assert not plain.fictional
    assert plain.content_hash() != library.load(name).content_hash()
    assert not [one for one in check_plan(plain) if one.severity == "E"]


def test_twice_is_once() -> None:
    plain = anonymised(library.load("high-school"))
    assert anonymised(plain) == plain
