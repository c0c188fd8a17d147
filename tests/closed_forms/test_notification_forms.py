"""Alerts in order of time: hearers, a relay through rooms, the last of many, and what grows by inclusion."""

from __future__ import annotations

import numpy as np
import pytest
from numbers_of_tests import draws_of, exponential, put_in, within

from sim.alert.alerting import Alerting
from sim.clock import TICKS_PER_S, Agenda
from sim.model import ResponseModel

NOW = 1000


@pytest.fixture(scope="module")
def quiet():
    """A model whose alerting can be run again and again with other draws."""
    return ResponseModel("elementary", "immediate-entry", rng=5, notify__zones="full")


def alerted(model, replicate, **levers):
    """Return the groups alerted at once by an announcement at second 50, with the draws of a replicate."""
    incident, found = model._incident, []
    incident.agenda, incident.tick, incident.draws = Agenda(), NOW, draws_of(replicate)
    for name, level in levers.items():
        incident.policy = incident.policy.with_lever(name.replace("__", "."), level)
    model._people.alerted_tick[:] = -1
    alerting = Alerting(incident, found.append, lambda _: None, lambda: None)
    alerting.announce()
    assert (model._people.alerted_tick[model._people.alerted_tick >= 0] == NOW).all()
    return found, alerting


def test_who_hears_the_announcement_hears_it_at_once_and_their_number_is_binomial(quiet):
    people, p = quiet._people, 0.9
    n = sum(people.leader[g] >= 0 and len(people.members[g]) > 0 for g in range(people.n_groups))
    counts = [len(alerted(quiet, k, notify__alert_reach=p)[0]) for k in range(400)]
    sd = (n * p * (1 - p)) ** 0.5
    assert within(counts, n * p, sd)
    assert np.std(counts) == pytest.approx(sd, rel=0.15)


def test_a_wider_reach_alerts_a_superset(quiet):
    grew = 0
    for k in range(60):
        few, more, most = (set(alerted(quiet, k, notify__alert_reach=p)[0]) for p in (0.8, 0.9, 0.99))
        assert few <= more <= most
        grew += len(most) > len(few)
    assert grew > 30


def test_a_relay_through_twelve_rooms_is_an_erlang_time(quiet, monkeypatch):
    """Twelve exponential hops with a mean of 5 s: mean 60.0 s, sd 17.32 s."""
    put_in(monkeypatch, exponential("notify.phone_hop", 5.0))
    nav, people = quiet.nav, quiet._people
    homes = [people.group_home[g] for g in range(people.n_groups)]
    alone = [g for g in range(people.n_groups) if homes.count(homes[g]) == 1][:12]
    monkeypatch.setattr(type(people), "n_groups", property(lambda _: 12))
    monkeypatch.setattr(people, "group_home", np.array([homes[g] for g in alone], dtype=np.int32))
    assert len({int(nav.space_hash[home]) for home in people.group_home}) == 12
    lasts = []
    for k in range(1000):
        incident = quiet._incident
        incident.agenda, incident.draws, incident.tick = Agenda(), draws_of(k), NOW
        Alerting(incident, lambda _: None, lambda _: None, lambda: None)._phone_chain()
        dues = sorted(entry[0] for entry in incident.agenda._heap)
        assert len(dues) == 12
        lasts.append((dues[-1] - NOW) / TICKS_PER_S)
    assert within(lasts, 60.0, 17.32)
    assert np.std(lasts) == pytest.approx(17.32, rel=0.1)


def test_the_last_of_thirty_recognises_after_the_harmonic_sum(quiet, monkeypatch):
    """The last of 30 independent exponential delays with a mean of 20 s: 20 H(30) = 79.900 s."""
    put_in(monkeypatch, exponential("notify.recognise_delay", 20.0))
    lasts = []
    for k in range(1000):
        quiet._incident.draws = draws_of(k)
        alerting = Alerting(quiet._incident, lambda _: None, lambda _: None, lambda: None)
        lasts.append(alerting._recognise[:30].max() / TICKS_PER_S)
    sd = 20.0 * sum(1.0 / j**2 for j in range(1, 31)) ** 0.5
    assert within(lasts, 79.900, sd)
