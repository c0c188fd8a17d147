"""Keyed draws: every random number is a pure function of (run key, stream, entity, ordinal).

Philox 4x64-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), bit for bit as in
`numpy.random.Philox`: key = (seed, replicate), counter = (stream, entity, ordinal, 0). The draw is the
first word of the block at that counter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel

_M0 = np.uint64(0xD2E7470EE14C6C93)
_M1 = np.uint64(0xCA5A826395121157)
_W0 = np.uint64(0x9E3779B97F4A7C15)
_W1 = np.uint64(0xBB67AE8584CAA73B)
_LOW = np.uint64(0xFFFFFFFF)
_S32 = np.uint64(32)
_S11 = np.uint64(11)
_ROUNDS = 10
_TO_UNIT = 1.0 / 9007199254740992.0


@kernel
def _mulhi(a: np.uint64, b: np.uint64) -> np.uint64:
    """Return the high 64 bits of a 64 x 64 bit product."""
    a0, a1 = a & _LOW, a >> _S32
    b0, b1 = b & _LOW, b >> _S32
    middle = a1 * b0 + ((a0 * b0) >> _S32)
    carry = a0 * b1 + (middle & _LOW)
    return a1 * b1 + (middle >> _S32) + (carry >> _S32)


@kernel
def philox(
    seed: np.uint64, replicate: np.uint64, stream: np.uint64, entity: np.uint64, ordinal: np.uint64
) -> np.uint64:
    """Return the first word of the block at a counter, uint64."""
    k0, k1 = seed, replicate
    c0, c1, c2, c3 = stream, entity, ordinal, np.uint64(0)
    for round_number in range(_ROUNDS):
        if round_number > 0:
            k0 = k0 + _W0
            k1 = k1 + _W1
        high0, low0 = _mulhi(_M0, c0), _M0 * c0
        high1, low1 = _mulhi(_M1, c2), _M1 * c2
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
    return c0


@kernel
def u01(
    seed: np.uint64, replicate: np.uint64, stream: np.uint64, entity: np.uint64, ordinal: np.uint64
) -> float:
    """Return a uniform number in [0, 1) with 53 random bits."""
    return float(philox(seed, replicate, stream, entity, ordinal) >> _S11) * _TO_UNIT


@kernel
def fill_u01(
    seed: np.uint64,
    replicate: np.uint64,
    stream: np.uint64,
    entities: NDArray[np.uint64],
    ordinal: np.uint64,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` with one draw per entity.

    Parameters
    ----------
    entities : uint64[n]
        Hashed ids.
    out : float64[n]
        Uniform numbers in [0, 1); mutated.
    """
    for k in range(entities.shape[0]):
        out[k] = u01(seed, replicate, stream, entities[k], ordinal)
