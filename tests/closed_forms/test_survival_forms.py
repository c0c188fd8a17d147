"""Survival of the survivable class against its exact curve, and the size of that class."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from numbers_of_tests import constant, draws_of, exponential, put_in, within
from scipy.stats import norm

from sim.care.survival import Severity, Survival, lives_for_s
from sim.clock import Agenda, to_ticks
from sim.given.parameters import ParameterTable
from sim.incident import Incident
from sim.streams import entity_hash

N = 40_000
HASHES = np.array([entity_hash(f"person {k}") for k in range(N)], dtype=np.uint64)
PEOPLE = SimpleNamespace(id_hash=HASHES, entity=lambda row: int(HASHES[row]))
ROWS = np.arange(N)
MEDIAN_S, SIGMA = 1200.0, 0.9


CROWD = SimpleNamespace(patients=lambda: ROWS, injured_ticks=dict.fromkeys(range(N), to_ticks(100.0)))


def survival(replicate=0, table=None):
    """Return the survival of an incident in which everybody was injured at 100 s."""
    parts = (
        None,
        None,
        table or ParameterTable.default(),
        draws_of(replicate),
        None,
        PEOPLE,
        None,
        None,
        CROWD,
        None,
    )
    return Survival(Incident(*parts, None, Agenda()))


def alive(at_s, care_s=None, table=None):
    """Return who of the class is alive at a time after the injury (s), as a list of 0 and 1."""
    found = survival(table=table)
    rows = found.survivable_class().tolist()
    care = None if care_s is None else to_ticks(100.0 + care_s)
    return [int(found._lives(row, care, to_ticks(100.0 + at_s))) for row in rows]


@pytest.mark.parametrize("at_s", [300.0, 600.0, 1200.0, 3600.0])
def test_without_care_the_class_dies_by_the_published_law(at_s):
    """1 - Phi(ln(t / 1200 s) / 0.9)."""
    exact = norm.sf(np.log(at_s / MEDIAN_S) / SIGMA)
    assert within(alive(at_s), exact, (exact * (1 - exact)) ** 0.5)


@pytest.mark.parametrize("slowdown", [1.0, 2.0, 4.0])
@pytest.mark.parametrize(("care_s", "at_s"), [(120.0, 1800.0), (900.0, 1800.0), (900.0, 3600.0)])
def test_first_care_stretches_the_time_that_is_left(care_s, at_s, slowdown):
    """Alive at t with care at c, slowed k times: whoever bleeds for longer than c + (t - c) / k."""
    table = ParameterTable.default().with_values({"aid.slowdown": slowdown})
    exact = norm.sf(np.log((care_s + (at_s - care_s) / slowdown) / MEDIAN_S) / SIGMA)
    assert within(alive(at_s, care_s, table), exact, (exact * (1 - exact)) ** 0.5)


def test_bleeding_against_the_way_to_hospital(monkeypatch):
    """Rates of 0.02 against 0.01 per second: death comes first with probability 2/3."""
    put_in(monkeypatch, exponential("medical.exsanguination_time", 50.0))
    found = survival()
    rows = found.survivable_class().tolist()
    arrive_s = -100.0 * np.log1p(-np.random.default_rng(1).random(len(rows)))
    ticks = [to_ticks(100.0 + s) for s in arrive_s]
    dies = [1 - int(found._lives(row, None, tick)) for row, tick in zip(rows, ticks, strict=True)]
    assert within(dies, 2 / 3, (2 / 9) ** 0.5)


@pytest.mark.parametrize(
    ("care_s", "slowdown", "until_s"),
    [(None, 2.0, 600.0), (0.0, 2.0, 1200.0), (100.0, 2.0, 1100.0), (600.0, 2.0, 600.0), (700.0, 2.0, 600.0),
     (100.0, 1.0, 600.0)],
)  # fmt: skip
def test_care_by_hand(care_s, slowdown, until_s):
    assert lives_for_s(600.0, care_s, slowdown) == until_s


def test_earlier_care_never_shortens_a_life():
    times = [lives_for_s(600.0, care_s, 2.0) for care_s in range(0, 700, 7)]
    assert times == sorted(times, reverse=True)
    assert times[0] > times[-1]


# -- who is in the class ------------------------------------------------------------------------------------


def test_severities_have_their_shares():
    found = survival().severity(ROWS)
    for category, share in zip(Severity, (0.40, 0.25, 0.20, 0.15), strict=True):
        assert within((found == category).astype(float).tolist(), share, (share * (1 - share)) ** 0.5)


@pytest.mark.parametrize("share", [0.07, 0.10, 0.16, 0.5])
def test_the_class_is_the_given_share_of_deaths_without_care(monkeypatch, share):
    put_in(monkeypatch, constant("medical.survivable_share_of_deaths", share))
    found = survival()
    in_class = found.is_survivable(ROWS)
    severity = found.severity(ROWS)
    assert (severity[in_class] == Severity.IMMEDIATE).all()
    deaths = in_class | (severity == Severity.NOT_SURVIVABLE)
    assert within(in_class[deaths].astype(float).tolist(), share, (share * (1 - share)) ** 0.5)


def test_the_share_of_a_run_is_drawn_from_the_published_one():
    """Beta(7, 63): mean 0.1, sd 0.0356."""
    shares = []
    for replicate in range(200):
        found = survival(replicate)
        width = found._edges[-1] - found._survivable_from
        shares.append(width / (width + 0.15))
    assert within(shares, 0.1, (0.1 * 0.9 / 71) ** 0.5)
    assert np.std(shares) == pytest.approx((0.1 * 0.9 / 71) ** 0.5, rel=0.25)


def test_a_class_that_would_be_too_large_is_the_immediate_and_no_more(monkeypatch):
    put_in(monkeypatch, constant("medical.survivable_share_of_deaths", 0.9))
    found = survival()
    np.testing.assert_array_equal(found.is_survivable(ROWS), found.severity(ROWS) == Severity.IMMEDIATE)


def test_deaths_averted_count_the_class_only_and_are_unknown_before_medics_are_inside():
    found = survival()
    in_class = found.survivable_class().tolist()
    at_once = {row: to_ticks(100.0) for row in range(N)}
    assert found.deaths_averted({}, None) is None
    assert found.deaths_averted(at_once, {}) == 0
    assert found.deaths_averted({}, at_once) == len(in_class) < 0.05 * N
    some = {row: at_once[row] for row in in_class[:10]}
    assert found.deaths_averted({}, some) == 10
    late = {row: to_ticks(100.0 + 7 * 24 * 3600.0) for row in range(N)}
    assert found.deaths_averted({}, late) == 0
