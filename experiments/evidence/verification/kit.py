"""What the verification tests are made of: a check, what it found, floors, and measures on trajectories."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, box, union_all
from shapely.geometry.base import BaseGeometry

from sim import crowd
from sim.clock import TICK_S as TICK_S

PASS, MISS, REPORT = "pass", "miss", "reported"


@dataclass(frozen=True)
class Line:
    """One line or one set of points of a figure."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    is_data: bool = False


@dataclass(frozen=True)
class Figure:
    """A figure of a test: what is on the axes, and its lines."""

    x_label: str
    y_label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Found:
    """What a test found.

    Parameters
    ----------
    value : str
        The measured values in words.
    verdict : str
        "pass", "miss", or "reported" where the source asks for a report only.
    note : str
        The reason of a miss.
    figure : Figure, optional
        What there is to see.
    """

    value: str
    verdict: str
    note: str = ""
    figure: Figure | None = None


@dataclass(frozen=True)
class Check:
    """A test: its number in the sources, what it is about, its criterion, and how it is run."""

    id: str
    title: str
    criterion: str
    run: Callable[[], Found] = field(repr=False)


def by_number(check: Check) -> tuple[float, str]:
    """Return what puts tests of one source in the order of their numbers; those without one come last."""
    found = re.search(r"\d+", check.id)
    return float(found.group()) if found else math.inf, check.id


def judge(ok: bool, value: str, note: str = "", figure: Figure | None = None) -> Found:
    """Return a pass or a miss; the note is kept for a miss."""
    return Found(value, PASS if ok else MISS, "" if ok else note, figure)


def numbers(values: Sequence[float] | NDArray[np.float64], digits: int = 1) -> str:
    """Return numbers as text."""
    return ", ".join(f"{v:.{digits}f}" for v in values)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    """Return a rectangle (m)."""
    return box(x0, y0, x1, y1)


def joined(*parts: BaseGeometry) -> BaseGeometry:
    """Return rectangles that touch as one area (m)."""
    return union_all(list(parts), grid_size=1e-6)


def free_speeds(n: int, seed: int) -> NDArray[np.float64]:
    """Draw free speeds, normal with 1.34 and 0.26 m/s (Weidmann 1993), without the tails (m/s)."""
    return np.clip(np.random.default_rng(seed).normal(1.34, 0.26, n), 0.6, 2.2)


def people_in(
    area: BaseGeometry, n: int, seed: int, goal: object = None, speed_mps: float | None = None
) -> list[crowd.Person]:
    """Return people at drawn places, with the free speeds of `free_speeds` or with one for all (m/s)."""
    speed = free_speeds(n, seed)
    places = crowd.scatter(area, n, seed=seed)
    return [
        crowd.Person(at, goal, speed_mps=float(v) if speed_mps is None else speed_mps)
        for at, v in zip(places, speed, strict=True)
    ]


def packed_hall(length_m: float, width_m: float, density: float, seed: int) -> NDArray[np.float64]:
    """Return places on a triangular lattice of a density (1/m2), a little shaken, float64[n, 2] (m)."""
    pitch = np.sqrt(2.0 / np.sqrt(3.0) / density)
    n_lines = max(1, round(width_m / pitch))
    across = width_m / n_lines  # lines fill the width, and the rows take up what that changes
    along = 1.0 / (density * across)
    xs = np.arange(0.25, length_m - 0.25, along)
    gx, gy = np.meshgrid(xs, (np.arange(n_lines) + 0.25) * across, indexing="ij")
    gy = gy + np.where(np.arange(len(xs)) % 2 == 0, 0.0, across / 2.0)[:, None]
    shake = max(0.0, min(0.1, (min(across, along) - 0.4) / 2.0 * 0.9))
    rng = np.random.default_rng(seed)
    return np.column_stack([gx.ravel(), gy.ravel()]) + rng.uniform(-shake, shake, (gx.size, 2))


def flow_per_s(times_s: NDArray[np.float64], first: float = 0.1, last: float = 0.9) -> float:
    """Return the flow between the first and the last tenth of the people (1/s)."""
    ordered = np.sort(times_s[np.isfinite(times_s)])
    a, b = int(first * len(ordered)), int(last * len(ordered)) - 1
    return float((b - a) / (ordered[b] - ordered[a]))


def first_past(result: crowd.Result, x_m: float, n: int) -> NDArray[np.float64]:
    """Return when each of n people was first beyond x, float64[n] (s), nan for never."""
    rows = result.array
    beyond = rows[rows[:, 2] > x_m]
    times = np.full(n, np.nan)
    who, first = np.unique(beyond[:, 0].astype(np.int64), return_index=True)
    times[who] = beyond[first, 1]
    return times


def walls_crossed(result: crowd.Result, floor: crowd.Floor) -> int:
    """Return how many steps cross a wall."""
    return int(crowd.check_walls(result, floor))
