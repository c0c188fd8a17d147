"""The rules of the walk and of exposure, against closed forms and sums by hand; its place stays in here."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import TICKS_PER_S, Agenda
from sim.kernels.exposure import see_one
from sim.kernels.types import SightArrays
from sim.model import ResponseModel
from sim.people.population import State
from sim.streams import OpenDraws, Stream

FAR = 10**9


@pytest.fixture
def model():
    return ResponseModel("elementary", "immediate-entry", rng=5)


@pytest.fixture
def hazard(model):
    """A hazard in the space with most doors that lead inside; an empty agenda, every door unlocked."""
    hazard, incident = model._hazard, model._incident
    hazard._space = max(model.nav.indoor, key=lambda space: len(model.nav.inside_ways(space)))
    incident.agenda = Agenda()
    incident.doors.locked[:] = 0
    return hazard


def test_the_mean_stay_is_the_dwell_whatever_the_number_of_doors(model, hazard):
    """The first of n exponential clocks with mean n * dwell rings after dwell in the mean, exponentially."""
    assert len(model.nav.inside_ways(hazard._space)) >= 3
    stays = []
    for visit in range(600):
        hazard._moves, model._incident.agenda = visit, Agenda()
        hazard._wind_door_clocks()
        stays.append(model._incident.agenda.next_tick(FAR) / TICKS_PER_S)
    dwell_s = 30.0  # hazard.dwell of the published table
    assert np.mean(stays) == pytest.approx(dwell_s, abs=4 * dwell_s / 600**0.5)
    assert np.std(stays) == pytest.approx(dwell_s, rel=0.2)
    assert np.mean(np.array(stays) > dwell_s) == pytest.approx(np.exp(-1), abs=4 * 0.02)


def test_a_clock_of_a_locked_door_is_wound_again_and_nobody_passes(model, hazard):
    space = hazard._space
    door, beyond = model.nav.inside_ways(space)[0]
    model._incident.doors.locked[door] = 1
    hazard._ring(door, beyond, 3, hazard._moves, 0)
    assert hazard.is_in(space)
    assert len(model._incident.agenda) == 1
    model._incident.doors.locked[door] = 0
    hazard._ring(door, beyond, 3, hazard._moves, 1)
    assert hazard.is_in(beyond)
    assert not hazard.is_in(space)


def test_a_clock_of_a_former_visit_rings_in_vain(model, hazard):
    space = hazard._space
    door, beyond = model.nav.inside_ways(space)[0]
    hazard._ring(door, beyond, 3, hazard._moves - 1, 0)
    assert hazard.is_in(space)
    hazard.stop()
    hazard._ring(door, beyond, 3, hazard._moves, 0)
    assert hazard.is_in(space)


@pytest.mark.parametrize(("exposed", "share"), [(0, 0.0), (5, 0.25), (20, 1.0), (60, 1.0)])
def test_candidates_count_by_the_share_of_the_reference_people(model, hazard, monkeypatch, exposed, share):
    """`hazard.reference_people` is 20: with five exposed a quarter counts, with twenty or more every one."""
    rows = np.arange(exposed)
    injured = []
    monkeypatch.setattr(model._incident.harm, "exposed_rows", lambda: rows)
    monkeypatch.setattr(model._incident.harm, "injure", injured.append)
    for number in range(1000):
        hazard._candidate(number, float(number))
    assert len(injured) == hazard.injury_events
    assert len(injured) / 1000 == pytest.approx(share, abs=4 * (share * (1 - share) / 1000) ** 0.5)


def test_an_event_falls_on_the_lowest_keyed_number(model, hazard, monkeypatch):
    rows = np.arange(0, 90, 3)
    injured = []
    monkeypatch.setattr(model._incident.harm, "exposed_rows", lambda: rows)
    monkeypatch.setattr(model._incident.harm, "injure", injured.append)
    draws = OpenDraws(model.key)
    ids = model._people.id_hash
    for number in range(40):
        hazard._candidate(number, 0.0)
        keyed = {int(row): draws.u(Stream.HAZARD_PICK, int(ids[row]), number) for row in rows}
        assert injured[-1] == min(keyed, key=keyed.__getitem__)
    assert len(set(injured)) > 10


def test_candidates_come_at_the_published_rate(model, hazard):
    """Three a minute: the gaps of the keyed process are exponential with mean 20 s."""
    at_s, hazard._candidates = [0.0], 0
    for _ in range(900):
        hazard._next_candidate(at_s[-1])
        _, _, _, (_, due_s) = model._incident.agenda._heap[0]
        at_s.append(due_s)
        model._incident.agenda = Agenda()
    gaps = np.diff(at_s)
    assert gaps.mean() == pytest.approx(20.0, abs=4 * 20.0 / 900**0.5)
    assert gaps.std() == pytest.approx(20.0, rel=0.2)


def test_the_account_of_exposure_is_the_sum_over_every_tick(model):
    """From the start to the end of the threat: injuries, moves, doors and states included."""
    people, harm = model._people, model._incident.harm
    summed = tick = open_checks = 0
    while model._hazard.is_active:
        summed += int(people.arrays.exposed.sum())
        tick += 1
        model.advance(tick)
        if tick % 400 == 0:
            open_checks += bool(people.arrays.exposed.any())
            assert harm.exposure_person_s(tick) == pytest.approx(summed / TICKS_PER_S)
    assert model._hazard.injury_events >= 1, "choose a seed in which somebody is injured"
    assert open_checks, "choose a seed in which somebody is exposed when it is looked at"
    assert harm.exposure_person_s(tick) == pytest.approx(summed / TICKS_PER_S)
    assert harm.exposure_person_s(tick + 100) == harm.exposure_person_s(tick)


@pytest.mark.parametrize(
    ("state", "may_walk", "exposed"),
    [(State.UNAWARE, 1, 1), (State.SECURED, 1, 0), (State.OUT, 1, 0), (State.SHELTERED, 0, 0)],
)
def test_in_full_sight_only_the_unsecured_and_uninjured_are_exposed(model, state, may_walk, exposed):
    people, nav = model._people, model.nav
    in_sight = np.full(nav.n_spaces, 2, dtype=np.uint8)
    sight = SightArrays(in_sight, model._incident.doors.see_through, 0.0, 0.0, 0)
    people.arrays.exposed[0] = 0
    people.arrays.state[0], people.arrays.may_walk[0] = state, may_walk
    see_one(nav.arrays, people.arrays, sight, 0, 7)
    assert people.arrays.exposed[0] == exposed
