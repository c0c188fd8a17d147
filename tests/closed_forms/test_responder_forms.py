"""Order statistics of arrivals, and teams that treat patients in turn, against their exact values."""

from __future__ import annotations

import numpy as np
import pytest
from numbers_of_tests import constant, draws_of, exponential, put_in, within
from scipy import stats

from sim.care.medical import Medical
from sim.clock import TICKS_PER_S, Agenda, to_ticks
from sim.given.parameters import ParameterTable
from sim.model import ResponseModel
from sim.response.teams import Responders
from sim.streams import Stream, entity_hash

N, RUNS = 8, 2000
OFFICERS = np.array([entity_hash(f"officer {k}") for k in range(N)], dtype=np.uint64)
UNIFORMS = [draws_of(k).us(Stream.ARRIVAL_GAP, OFFICERS) for k in range(RUNS)]


def exponential_arrivals(u):
    """Return arrivals with a mean of 300 s, each officer independent of the others (s)."""
    return exponential("patrol.response_total", 300.0).quantile(u)


@pytest.fixture
def entries(monkeypatch):
    """A function that returns when teams of k enter, run by run, for given arrivals (s)."""
    put_in(monkeypatch, constant("entry.immediate_delay", 0.0))

    def run(k, law, uniforms=UNIFORMS):
        model = ResponseModel("elementary", rng=1, entry__policy="team_of_n", entry__team_size=k)
        incident = model._incident
        found = []
        for u in uniforms:
            incident.agenda = Agenda()
            responders = Responders(incident, lambda: None)
            for number, at_s in enumerate(sorted(law(u)), start=1):
                incident.tick = to_ticks(float(at_s))
                responders.officer_arrives(number)
            due = responders._entry_due
            found.append(None if due is None else due / TICKS_PER_S)
        return found

    return run


@pytest.mark.parametrize(("k", "exact_s"), [(1, 37.50), (3, 130.357), (4, 190.357)])
def test_a_team_of_k_enters_with_the_kth_of_eight(entries, k, exact_s):
    """Mean 300 sum 1/j for j from n - k + 1 to n."""
    terms = [1.0 / j for j in range(N - k + 1, N + 1)]
    assert 300.0 * sum(terms) == pytest.approx(exact_s, abs=0.001)
    sd = 300.0 * sum(term**2 for term in terms) ** 0.5
    assert within(entries(k, exponential_arrivals), exact_s, sd)


def test_a_delay_before_everything_is_added_exactly(entries):
    few = UNIFORMS[:50]
    plain = entries(3, lambda u: np.round(exponential_arrivals(u), 1), few)
    late = entries(3, lambda u: np.round(exponential_arrivals(u), 1) + 28.0, few)
    np.testing.assert_allclose(np.array(late) - np.array(plain), 28.0, rtol=0, atol=1e-9)


def test_uniform_arrivals(entries):
    """Eight between 120 and 480 s, a team of four: 120 + 360 * 4/9 = 280.0 s, sd 56.57 s."""
    found = entries(4, lambda u: 120.0 + 360.0 * u)
    assert within(found, 280.0, 56.57)
    assert np.std(found) == pytest.approx(56.57, rel=0.08)


@pytest.mark.parametrize("k", [1, 4])
def test_whatever_the_law_the_kth_arrival_is_beta_on_its_scale(entries, k):
    found = np.array(entries(k, exponential_arrivals))
    scaled = 1.0 - np.exp(-found / 300.0)
    assert stats.kstest(scaled, stats.beta(k, N - k + 1).cdf).pvalue > 0.001


def test_paired_teams_differ_by_the_gap_between_two_arrivals(entries):
    """Variance of T(4) - T(3) is (300 / 5)^2 = 3600 s2, against 15086 s2 with independent runs."""
    three, four = np.array(entries(3, exponential_arrivals)), np.array(entries(4, exponential_arrivals))
    assert (four >= three).all()
    assert within((four - three).tolist(), 60.0, 60.0)
    assert np.var(four - three) == pytest.approx(3600.0, rel=4 * (8.0 / RUNS) ** 0.5)
    assert np.var(four) + np.var(three) == pytest.approx(15086.0, rel=0.2)


def test_one_officer_on_site_is_there_at_once_and_moves_nobody_else(entries):
    few = UNIFORMS[:50]
    assert entries(1, lambda u: [0.0, *exponential_arrivals(u)], few) == [0.0] * 50
    assert entries(4, lambda u: [0.0, *exponential_arrivals(u)], few) == entries(3, exponential_arrivals, few)


def test_an_officer_more_never_delays(entries):
    few = UNIFORMS[:200]
    fewer = entries(3, lambda u: exponential_arrivals(u)[:7], few)
    assert all(a <= b for a, b in zip(entries(3, exponential_arrivals, few), fewer, strict=True))


def test_a_team_larger_than_all_officers_never_enters(entries):
    assert entries(9, exponential_arrivals, UNIFORMS[:20]) == [None] * 20


# -- patients -------------------------------------------------------------------------------------------


def nobody_carries(*_):
    """Stand in for the way of patients out."""


def ends_s(model, n_teams, replicate):
    """Return when the last of the patients has been treated, counted from now (s)."""
    incident = model._incident
    incident.draws, incident.agenda, incident.tick = draws_of(replicate), Agenda(), 0
    medical = Medical(incident, nobody_carries)
    medical._care("medics", n_teams)
    ids = incident.people.id_hash[incident.harm.patients()]
    ids = ids[np.argsort(incident.draws.us(Stream.CARE_ORDER, ids), kind="stable")]
    numbers = incident.draws.us(Stream.CASUALTY_HANDLING, ids)
    handling_s = ParameterTable.default().quantile("ems.casualty_handling", numbers)
    return float(max(np.array(medical.care_ticks) / TICKS_PER_S + handling_s))


@pytest.fixture
def twelve_patients():
    model = ResponseModel("elementary", "immediate-entry", rng=5)
    for row in range(12):
        model._incident.harm.injure(row)
    return model


@pytest.mark.parametrize(("n_teams", "rounds"), [(1, 12), (3, 4), (5, 3), (12, 1)])
def test_equal_services_take_whole_rounds(twelve_patients, monkeypatch, n_teams, rounds):
    """Twelve patients, c teams, S each: ceil(12 / c) S exactly."""
    put_in(monkeypatch, constant("ems.casualty_handling", 120.0))
    assert ends_s(twelve_patients, n_teams, 0) == rounds * 120.0


def test_exponential_services_end_after_the_known_mean(twelve_patients, monkeypatch):
    """Twelve patients at once, three teams, a mean of 10 min: (n - c) / (c mu) + H(c) / mu = 48.333 min."""
    put_in(monkeypatch, exponential("ems.casualty_handling", 600.0))
    found = [ends_s(twelve_patients, 3, k) / 60.0 for k in range(1000)]
    sd = (9 * (10 / 3) ** 2 + 100 * (1 + 1 / 4 + 1 / 9)) ** 0.5
    assert within(found, 48.333, sd)


@pytest.mark.parametrize(("n_teams", "survivors"), [(1, 7.2738), (2, 9.0553)])
def test_survivors_of_twelve_who_are_treated_in_turn(twelve_patients, monkeypatch, n_teams, survivors):
    """Treatment takes 5 min; each lives to its end with exp(-t / 60 min), a clock of this test."""
    put_in(monkeypatch, constant("ems.casualty_handling", 300.0))
    incident = twelve_patients._incident
    incident.agenda, incident.tick = Agenda(), 0
    medical = Medical(incident, nobody_carries)
    medical._care("medics", n_teams)
    treated_min = (np.array(medical.care_ticks) / TICKS_PER_S + 300.0) / 60.0
    assert np.exp(-treated_min / 60.0).sum() == pytest.approx(survivors, abs=5e-5)
