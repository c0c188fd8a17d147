"""No team searches a space that it has not walked to: searches are as far apart in time as in metres."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest

from buildings import library
from sim.clock import TICKS_PER_S
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel

AGREE_M = 0.3
"""A distance is to the nearest point of a door, a way goes on to where it is passed."""


class Place(NamedTuple):
    """Where a team was at `since`, in a space that was searched at `tick`."""

    tick: int
    since: int
    space: int
    x: float
    y: float


class Noted(set):
    """The spaces searched so far; notes which teams were there whenever another one is."""

    def __init__(self, model):
        super().__init__()
        self._model = model
        self.by_team = {}
        self.found = set()

    def add(self, space):
        super().add(space)
        if self._model.nav.use[space] == "flight":
            return  # passed through, not searched
        self.found.add(space)
        there = [team for team in self._model._responders.teams if team.space == space]
        assert there, f"nobody is in '{self._model.nav.space_ids[space]}', which was just searched"
        now = self._model._incident.tick
        for team in there:
            here = Place(now, team.left_tick or now, team.space, team.x, team.y)
            self.by_team.setdefault(team.number, []).append(here)


def searched_by(name, n_teams, reports=()):
    """Let teams that set out 20 s apart search a whole school without people or hazard; return the notes.

    `reports` are wings named to them, one every 15 s from the beginning.
    """
    model = ResponseModel(load_scenario(None, building=name), "immediate-entry", rng=5)
    incident, responders, nav = model._incident, model._responders, model.nav
    incident.agenda.__init__()
    responders._on_move = lambda: None  # no contact: the search goes on
    notes = responders.searched = Noted(model)
    start = nav.inside_of(nav.main_entrance)
    for k in range(n_teams):
        incident.agenda.at(20 * k * TICKS_PER_S, responders.join_inside, *start, "", f"team {k + 1}")
    for k, wing in enumerate(reports):
        incident.agenda.at((15 * k + 7) * TICKS_PER_S, responders.hear_report, wing)
    while notes.found < set(nav.indoor):
        incident.tick = incident.agenda.next_tick(100_000 * TICKS_PER_S)
        assert incident.tick < 100_000 * TICKS_PER_S, "the search has come to a stop"
        incident.agenda.run_due(incident.tick)
    return nav, notes, incident.parameters.value("move.officer_search")


@pytest.mark.parametrize("n_teams", [1, 4])
@pytest.mark.parametrize("name", library.names())
def test_searches_are_never_closer_in_time_than_walking_distance_over_speed(name, n_teams):
    wings = sorted({zone.id for zone in library.load(name).zones})
    nav, notes, speed_mps = searched_by(name, n_teams, wings)
    n_steps = 0
    for places in notes.by_team.values():
        for before, after in itertools.pairwise(places):
            walked_m = speed_mps * (after.tick - before.since) / TICKS_PER_S
            away_m = nav.distances_to_spaces(before.space, before.x, before.y)[after.space]
            assert walked_m > away_m - AGREE_M, (nav.space_ids[before.space], nav.space_ids[after.space])
            n_steps += 1
    assert n_steps > len(nav.indoor) - n_teams


@pytest.mark.parametrize("name", library.names())
def test_no_space_is_searched_before_anybody_can_have_walked_there(name):
    nav, notes, speed_mps = searched_by(name, 3)
    away_m = nav.distances_to_spaces(*nav.inside_of(nav.main_entrance))
    for places in notes.by_team.values():
        for place in places:
            assert speed_mps * place.tick / TICKS_PER_S > away_m[place.space] - AGREE_M
