"""A binary heap of (key, node) in two arrays: what Dijkstra's search takes the nearest node from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels._jit import kernel


@kernel
def push(heap: NDArray[np.int64], keys: NDArray[np.float64], size: int, key: float, node: int) -> int:
    """Push a node on a binary heap; return the new size."""
    k = size
    while k > 0:
        parent = (k - 1) // 2
        if keys[parent] <= key:
            break
        heap[k], keys[k] = heap[parent], keys[parent]
        k = parent
    heap[k], keys[k] = node, key
    return size + 1


@kernel
def pop(heap: NDArray[np.int64], keys: NDArray[np.float64], size: int) -> int:
    """Remove the smallest entry of a binary heap; return the new size."""
    size -= 1
    node, key = heap[size], keys[size]
    k = 0
    while 2 * k + 1 < size:
        child = 2 * k + 1
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        heap[k], keys[k] = heap[child], keys[child]
        k = child
    heap[k], keys[k] = node, key
    return size
