"""Trajectories as files that other tools read: JuPedSim's sqlite (version 2), and PedPy's text.

Plain data in, files out; nothing here knows how the people came to walk. The sqlite schema is that of
JuPedSim 1.4 (`jupedsim/sqlite_serialization.py`, database version 2).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sim.errors import CrowdError, closest

if TYPE_CHECKING:
    import pandas as pd

DATABASE_VERSION = 2
Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]

_SCHEMA = (
    "CREATE TABLE trajectory_data (frame INTEGER NOT NULL, id INTEGER NOT NULL, pos_x REAL NOT NULL, "
    "pos_y REAL NOT NULL, ori_x REAL NOT NULL, ori_y REAL NOT NULL)",
    "CREATE TABLE metadata(key TEXT NOT NULL UNIQUE PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE geometry(hash INTEGER NOT NULL, wkt TEXT NOT NULL)",
    "CREATE UNIQUE INDEX geometry_hash on geometry( hash)",
    "CREATE TABLE frame_data(frame INTEGER NOT NULL, geometry_hash INTEGER NOT NULL)",
    "CREATE INDEX frame_id_idx ON trajectory_data(frame, id)",
)


def to_wkt(walkable: BaseGeometry) -> str:
    """Return a walkable area as well-known text (m)."""
    return walkable.wkt


def write_jupedsim_sqlite(
    path: str | Path,
    frames: pd.DataFrame,
    walkable: BaseGeometry,
    every_s: float,
    level: str | None = None,
) -> None:
    """Write trajectories as JuPedSim does, replacing the file.

    Parameters
    ----------
    path : str or Path
        File to write.
    frames : DataFrame
        Columns id, time_s, x_m, y_m and level (by name).
    walkable : Polygon or MultiPolygon
        The walkable area of that level (m).
    every_s : float
        Interval of the trajectories (s).
    level : str, optional
        The level to write; needed where there are rows of several.

    Raises
    ------
    CrowdError
        If the level is not told, is unknown, or the file cannot be written.
    """
    frame, who, x, y = _columns(frames, every_s, level)
    ox, oy = _orientation(frame, who, x, y)
    wkt = to_wkt(walkable)
    # JuPedSim takes Python's hash of the text, which differs from process to process; ours does not.
    key = int.from_bytes(blake2b(wkt.encode(), digest_size=8).digest(), "little", signed=True)
    x0, y0, x1, y1 = walkable.bounds
    about = {
        "version": DATABASE_VERSION,
        "fps": _fps(every_s),
        "xmin": x0,
        "xmax": x1,
        "ymin": y0,
        "ymax": y1,
    }
    last = round(float(frames["time_s"].max()) / every_s) if len(frames) else -1
    with _replacing(Path(path)) as temporary, closing(sqlite3.connect(temporary)) as base, base:
        for statement in _SCHEMA:
            base.execute(statement)
        base.executemany("INSERT INTO metadata VALUES(?, ?)", [(k, str(v)) for k, v in about.items()])
        base.execute("INSERT INTO geometry VALUES(?, ?)", (key, wkt))
        rows = zip(*(column.tolist() for column in (frame, who, x, y, ox, oy)), strict=True)
        base.executemany("INSERT INTO trajectory_data VALUES(?, ?, ?, ?, ?, ?)", rows)
        base.executemany("INSERT INTO frame_data VALUES(?, ?)", [(k, key) for k in range(last + 1)])


def write_text(path: str | Path, frames: pd.DataFrame, every_s: float, level: str | None = None) -> None:
    """Write trajectories as text: a row of id, frame, x, y, z (m) per person and time, replacing the file.

    Parameters
    ----------
    path : str or Path
        File to write.
    frames : DataFrame
        Columns id, time_s, x_m, y_m and level (by name).
    every_s : float
        Interval of the trajectories (s).
    level : str, optional
        The level to write; needed where there are rows of several.
    """
    frame, who, x, y = _columns(frames, every_s, level)
    order = np.lexsort((frame, who))
    head = f"# framerate: {_fps(every_s):.10g} fps\n# unit: m\n# id frame x/m y/m z/m\n"
    with _replacing(Path(path)) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head)
        for k in order.tolist():
            file.write(f"{who[k]} {frame[k]} {x[k]:.6f} {y[k]:.6f} 0\n")


def _fps(every_s: float) -> float:
    """Return frames per second, without the dust of the division."""
    fps = 1.0 / every_s
    return float(round(fps)) if abs(fps - round(fps)) < 1e-9 * fps else fps


def _columns(frames: pd.DataFrame, every_s: float, level: str | None) -> Columns:
    """Return frame, id, x and y of the rows of one level, sorted by frame and id."""
    levels = sorted(map(str, frames["level"].unique()))
    if level is None and len(levels) > 1:
        raise CrowdError(
            f"level: the trajectories lie on {len(levels)} levels ({', '.join(levels)}); a file holds one: "
            "name it by level=..."
        )
    if level is not None and levels and level not in levels:
        raise CrowdError(
            f"level: nobody is on level '{level}'.{closest(level, levels)} There are: {', '.join(levels)}."
        )
    rows = frames if level is None else frames[frames["level"] == level]
    frame = np.rint(rows["time_s"].to_numpy(dtype=np.float64) / every_s).astype(np.int64)
    who = rows["id"].to_numpy(dtype=np.int64)
    order = np.lexsort((who, frame))
    x, y = rows["x_m"].to_numpy(dtype=np.float64), rows["y_m"].to_numpy(dtype=np.float64)
    return frame[order], who[order], x[order], y[order]


def _orientation(
    frame: NDArray[np.int64], who: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the direction that each walks in: towards the next place, else as before, at first (1, 0)."""
    order = np.lexsort((frame, who))
    dx, dy = np.zeros(len(frame)), np.zeros(len(frame))
    a, b = order[:-1], order[1:]
    same = who[a] == who[b]
    dx[a[same]], dy[a[same]] = (x[b] - x[a])[same], (y[b] - y[a])[same]
    length = np.hypot(dx, dy)
    moves = length > 1e-9
    # The row, in a person's order, whose direction holds: the latest one that moves.
    source = np.where(moves[order], np.arange(len(order)), -1)
    first = np.concatenate([[True], ~same]) if len(order) else np.zeros(0, dtype=np.bool_)
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0)) if len(order) else source
    held = np.maximum.accumulate(source) if len(order) else source
    known = held >= start
    take = order[np.where(known, held, 0)] if len(order) else order
    ox, oy = np.ones(len(frame)), np.zeros(len(frame))
    ox[order[known]] = (dx[take] / np.where(length[take] > 0, length[take], 1.0))[known]
    oy[order[known]] = (dy[take] / np.where(length[take] > 0, length[take], 1.0))[known]
    return ox, oy


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside a path and put it there at the end; say so if that cannot be done."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.unlink(missing_ok=True)
        yield temporary
        os.replace(temporary, path)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CrowdError(f"{path}: cannot be written ({why}); give another place.") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
