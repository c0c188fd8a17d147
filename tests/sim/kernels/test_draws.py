"""Keyed draws against NumPy's own Philox, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from sim.kernels.draws import fill_u01, philox, u01

WORDS = st.integers(0, 2**64 - 1)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, WORDS, WORDS, WORDS)
def test_philox_equals_numpys(seed, replicate, stream, entity, ordinal):
    before = [stream, entity, ordinal, 0]
    for k in range(4):  # NumPy counts up before its first block
        before[k] = (before[k] - 1) % 2**64
        if before[k] != 2**64 - 1:
            break
    generator = np.random.Philox(
        key=np.array([seed, replicate], dtype=np.uint64), counter=np.array(before, dtype=np.uint64)
    )
    ours = philox(*(np.uint64(word) for word in (seed, replicate, stream, entity, ordinal)))
    assert int(ours) == int(generator.random_raw())


def test_fill_equals_single_draws():
    entities = np.array([5, 2**63 + 7, 0, 12], dtype=np.uint64)
    out = np.empty(4)
    fill_u01(np.uint64(1), np.uint64(2), np.uint64(3), entities, np.uint64(4), out)
    single = [u01(np.uint64(1), np.uint64(2), np.uint64(3), entity, np.uint64(4)) for entity in entities]
    assert out.tolist() == single


@pytest.mark.parametrize("varied", ["replicate", "stream", "entity", "ordinal"])
def test_draws_are_uniform_along_every_word_of_the_key(varied):
    words = {"seed": 1, "replicate": 2, "stream": 3, "entity": 4, "ordinal": 5}
    draws = [
        u01(*(np.uint64(k if name == varied else word) for name, word in words.items())) for k in range(4000)
    ]
    assert min(draws) >= 0.0
    assert max(draws) < 1.0
    assert kstest(draws, "uniform").pvalue > 1e-4
