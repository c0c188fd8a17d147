"""Published numbers that the movement tests compare with, entered a second time; and how walks are read."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.evidence.verification import flows, laws, nist
from sim import crowd


def test_weidmann_has_his_free_speed_and_stands_still_at_his_jam_density():
    assert flows.weidmann(np.array([1.0, 2.0, 5.4])) == pytest.approx([1.0580, 0.6062, 0.0], abs=5e-4)


def test_single_file_percentiles_cover_the_densities_evenly_and_add_up():
    densities = sorted(flows.SINGLE_FILE)
    assert densities == pytest.approx(0.1 + 0.2 * np.arange(16))
    assert sum(low for low, _ in flows.SINGLE_FILE.values()) == pytest.approx(4.42234)
    assert sum(high for _, high in flows.SINGLE_FILE.values()) == pytest.approx(10.69770)


@pytest.mark.parametrize(("way", "band"), [("up", (0.404, 0.933)), ("down", (0.514, 0.987))])
def test_the_band_on_stairs_at_a_density_of_0_8(way, band):
    low, high = flows.corbetta(way, np.array([0.8]))
    assert (low[0], high[0]) == pytest.approx(band, abs=0.001)


def test_a_band_counts_its_edges():
    density = np.array([0.8, 0.8, 0.8, 0.8])
    low, high = (edge[0] for edge in flows.corbetta("up", density[:1]))
    assert flows.share_in_band("up", density, np.array([low, high, low - 1e-6, high + 1e-6])) == 0.5


def test_people_on_the_edge_of_an_area_are_in_it():
    rows = np.array(
        [[0, 0.0, x, y] for x, y in ((3, 0), (5, 2), (4, 1), (2.99, 1), (4, 2.01), (5.01, 1), (4, -0.01))]
    )
    assert nist.density(rows, np.array([0.0]), 0.0, 2.0).tolist() == [3 / 4.0]


def test_the_digest_of_a_walk_tells_walks_apart():
    floor = crowd.Floor(((0, 0), (9, 0), (9, 3), (0, 3)), exits={"east": ((9, 0), (9, 3))})
    one, same, other = (crowd.run(floor, [crowd.Person((1, y), "east")]) for y in (1.0, 1.0, 1.1))
    assert laws.digest(one) == laws.digest(same) != laws.digest(other)
    assert isinstance(laws.digest(one), bytes)


def test_a_walk_that_is_off_by_one_tick_is_the_same(monkeypatch):
    found = {}

    def quiet(move):
        return np.array([10.0, 20.0]) + found[move]

    monkeypatch.setattr(laws, "quiet", quiet)
    monkeypatch.setattr(laws, "jam", lambda move: np.array([40.0]))
    for late_s, verdict in ((laws.TICK_S, "pass"), (2 * laws.TICK_S, "miss")):
        found.update({laws.STAY: 0.0, "later": late_s})
        assert laws.compared(["later"]).verdict == verdict
