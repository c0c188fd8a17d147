"""F14: what is widened, by how much, and where it is measured."""

from __future__ import annotations

import pytest

from experiments.facts import evacuation
from experiments.facts.evacuation import KINDS, _plan
from experiments.facts.misses import MISSES
from experiments.facts.table import FACTS
from sim.scenario import load_scenario


def widths(plan):
    return {door.id: (door.kind, door.width_m) for door in plan.doors}


def test_it_is_measured_where_the_preset_has_its_people():
    assert _plan("") == load_scenario().plan


@pytest.mark.parametrize("wider", sorted(KINDS))
def test_only_what_is_named_is_wider_and_by_the_same_share(wider):
    before, after = widths(_plan("")), widths(_plan(wider))
    assert before.keys() == after.keys()
    grown = {kind for name, (kind, width_m) in after.items() if width_m != before[name][1]}
    assert grown == {KINDS[wider]}
    for name, (kind, width_m) in after.items():
        share = 1.3 if kind == KINDS[wider] else 1.0
        assert width_m == pytest.approx(share * before[name][1])
    assert _plan(wider).connectors == _plan("").connectors, "the stairs are the same"


def test_wider_halls_are_wider_by_the_same_share_as_doors():
    def hall_m(plan):
        (hall,) = (space for space in plan.spaces if space.id == "A1HALL")
        y = [point[1] for point in hall.polygon]
        return max(y) - min(y)

    wall_m = hall_m(_plan("")) - evacuation.HALL_M
    assert wall_m >= -1e-9
    assert hall_m(_plan("halls")) - wall_m == pytest.approx(1.3 * evacuation.HALL_M)
    assert hall_m(_plan("doors")) == hall_m(_plan(""))


def test_which_emergent_facts_are_named_misses():
    """A fact that is met is no longer excused: taking its mechanism out of the model must show."""
    emergent = {one.id for one in FACTS if one.role == "emergent"}
    assert emergent & set(MISSES) == {"F10", "F12", "F14"}
