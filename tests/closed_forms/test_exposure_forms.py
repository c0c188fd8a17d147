"""Events at a fixed rate, only while somebody is in view: the laws of survival.

The rates and the times in view are set here, in a test factory; no user can set them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numbers_of_tests import draws_of, exponential

from sim.clock import TICKS_PER_S, Agenda, to_ticks
from sim.model import ResponseModel
from sim.streams import OpenDraws, RunKey, Stream

RUNS = 4000


@pytest.fixture
def events(monkeypatch):
    """A function that returns the seconds of the events of one run, with people in view in some pieces."""
    model = ResponseModel("elementary", "immediate-entry", rng=5)
    hazard, incident = model._hazard, model._incident
    enough = np.arange(20)  # hazard.reference_people: with so many in view every candidate counts
    nobody = enough[:0]
    found, pieces = [], []

    def in_view():
        return enough if any(a <= incident.tick < b for a, b in pieces) else nobody

    monkeypatch.setattr(incident.harm, "exposed_rows", in_view)
    monkeypatch.setattr(incident.harm, "injure", lambda _: found.append(incident.tick / TICKS_PER_S))

    def run(replicate, rate_per_s, view_s):
        found.clear()
        pieces[:] = [(to_ticks(a), to_ticks(b)) for a, b in view_s]
        hazard._draws, hazard._candidates = OpenDraws(RunKey(11, replicate)), 0
        hazard._mean_gap_s, incident.agenda, incident.tick = 1.0 / rate_per_s, Agenda(), 0
        hazard._next_candidate(0.0)
        until = max((b for _, b in pieces), default=to_ticks(60.0))
        while (tick := incident.agenda.next_tick(until)) < until:
            incident.tick = tick
            incident.agenda.run_due(tick)
        return list(found)

    return run


def share(events, rate_per_s, view_s):
    return sum(bool(events(k, rate_per_s, view_s)) for k in range(RUNS)) / RUNS


def close(found, exact):
    return abs(found - exact) <= 4.0 * (exact * (1.0 - exact) / RUNS) ** 0.5


def test_somebody_who_walks_past_an_opening(events):
    """1.200 s in view at 0.2 per second: 1 - exp(-0.24) = 0.21337."""
    assert close(share(events, 0.2, [(5.0, 6.2)]), 0.21337)


@pytest.mark.parametrize("lengths_s", [(3.0, 0.5, 6.5), (6.5, 3.0, 0.5)])
@pytest.mark.parametrize("gap_s", [0.5, 20.0])
def test_pieces_in_view_add_up_whatever_their_order_and_gaps(events, lengths_s, gap_s):
    """3.0, 0.5 and 6.5 s at 0.05 per second: survival exp(-0.5) = 0.60653."""
    view, at = [], 5.0
    for length in lengths_s:
        view.append((at, at + length))
        at += length + gap_s
    assert close(1.0 - share(events, 0.05, view), 0.60653)


@pytest.mark.parametrize("rate_per_s", [0.02, 0.2])
def test_an_event_comes_before_the_rescue_in_the_share_of_the_rates(events, rate_per_s):
    """0.02 against 0.01 per second: 2/3 (and 0.2 against 0.1 the same)."""
    rescue = exponential("ems.arrival", 2.0 / rate_per_s)
    first = 0
    for k in range(RUNS):
        u = draws_of(k).u(Stream.EMS_ARRIVAL, "ems")
        rescue_s = 5.0 + float(rescue.quantile(np.array([u]))[0])
        first += bool(events(k, rate_per_s, [(5.0, rescue_s)]))
    assert close(first / RUNS, 2.0 / 3.0)


def test_the_number_in_view_for_a_while_is_poisson(events):
    counts = [len(events(k, 0.2, [(5.0, 15.0)])) for k in range(RUNS)]
    assert abs(np.mean(counts) - 2.0) <= 4.0 * math.sqrt(2.0 / RUNS)
    assert np.var(counts) == pytest.approx(2.0, rel=0.1)


def test_nobody_in_view_is_no_event(events):
    assert not any(events(k, 1.0, []) for k in range(100))
    assert not any(events(k, 1.0, [(5.0, 5.0)]) for k in range(100))
