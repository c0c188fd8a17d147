"""F14: what is widened, by how much, and where it is measured; and who counts as the first officer alone."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from experiments.evidence.facts import evacuation
from experiments.evidence.facts.batch import Batch
from experiments.evidence.facts.evacuation import ALONE, KINDS, _plan
from experiments.evidence.facts.measures import first_officer
from experiments.evidence.facts.misses import MISSES
from experiments.evidence.facts.table import FACTS
from sim.given.scenario_files import load_scenario


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


@pytest.mark.parametrize(("hooks", "sizes"), [((), [90]), ((ALONE,), [1, 1, 1])])
def test_with_the_hook_people_walk_out_one_by_one(monkeypatch, hooks, sizes):
    """Every fortieth of ninety people: three of them, each on a floor of their own."""
    walked = []

    def run(floor, people, **_):
        walked.append(people)
        return SimpleNamespace(finish_s=np.array([float(person) for person in people]))

    floor = SimpleNamespace(of_building=lambda plan: SimpleNamespace(nav=None))
    monkeypatch.setattr(evacuation, "crowd", SimpleNamespace(Floor=floor, run=run))
    monkeypatch.setattr(evacuation, "own_people", lambda *_: list(range(90)))
    found = evacuation.as_built(Batch(hooks=hooks), 0)
    assert [len(people) for people in walked] == sizes
    assert found["last_out_s"] == (80.0 if hooks else 89.0)
    assert found["mean_out_s"] == (40.0 if hooks else 44.5)


@pytest.mark.parametrize("met_by", [None, 1, 2, 4])
def test_who_met_the_active_hazard_alone_is_told_from_a_team_and_from_nobody(met_by):
    outcome = SimpleNamespace(start_to_entry_s=300.0, start_to_end_s=400.0, start_to_contact_s=None)
    officer = SimpleNamespace(met_by=met_by, n_wounded=1)
    model = SimpleNamespace(run=lambda: outcome, _first_officer=officer)
    found = first_officer(SimpleNamespace(model=lambda replicate: model), 0)
    assert found["met_active"] == (met_by is not None)
    assert found["met_alone"] == (met_by == 1)


def test_which_emergent_facts_are_named_misses():
    """A fact that is met is no longer excused: taking its mechanism out of the model must show."""
    emergent = {one.id for one in FACTS if one.role == "emergent"}
    assert emergent & set(MISSES) == {"F10", "F12", "F14"}
