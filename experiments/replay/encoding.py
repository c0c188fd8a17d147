"""Recordings as bytes in a page: deltas in time per row, deflated, in base64."""

from __future__ import annotations

import base64
import zlib

import numpy as np
from numpy.typing import NDArray

from sim.record.recording import Recording

_COLUMNS = (("x", "<i2"), ("y", "<i2"), ("level", "i1"), ("state", "i1"))
"""Order and type of the blocks; `decode` in player.js reads the same."""


def encode(recording: Recording) -> str:
    """Return the frames of a recording as base64 of a zlib stream.

    Each block holds one row (person or team) after the other, and of a row the change since the frame
    before: whoever is at rest is a run of zeros.
    """
    blocks = []
    for name, kind in _COLUMNS:
        rows = np.ascontiguousarray(getattr(recording, name).T).astype(kind)
        changes = np.diff(rows, axis=1, prepend=np.zeros((rows.shape[0], 1), dtype=kind))
        blocks.append(changes.astype(kind).tobytes())
    return base64.b64encode(zlib.compress(b"".join(blocks), 9)).decode("ascii")


def decode(text: str, n_frames: int, n_rows: int) -> dict[str, NDArray[np.int16]]:
    """Return x, y, level and state by (frame, row): what the browser makes of `encode`."""
    raw = zlib.decompress(base64.b64decode(text))
    columns: dict[str, NDArray[np.int16]] = {}
    start = 0
    for name, kind in _COLUMNS:
        size = n_frames * n_rows * np.dtype(kind).itemsize
        changes = np.frombuffer(raw[start : start + size], dtype=kind).reshape(n_rows, n_frames)
        columns[name] = np.cumsum(changes, axis=1, dtype=kind).T.astype(np.int16)
        start += size
    return columns
