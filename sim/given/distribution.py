"""Evidence: one number of the model with its distribution, unit, range, source and strength of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, ndtri

from sim.errors import ParameterError

CENTRAL = {
    "lognormal": "median",
    "normal": "mean",
    "exponential": "mean",
    "triangular": "mode",
    "constant": "value",
    "bernoulli": "value",
    "integer": "value",
    "beta": "mean",
    "negbin": "mean",
}
"""Which number of a distribution is its central value: the one that may be overridden."""
_SHARES = frozenset({"drill.error_floor", "lockdown.decider_reachable"})
"""Rows in unit 1 that are shares although their distribution does not say so; the others are factors."""
_ABOVE_ZERO = ("m/s", "pupils/min")
"""Units of speeds and rates that something is divided by."""
OWN_FACTOR = 4.0
"""So far beyond its published range may lie what an agency measures for itself."""
_TINY = 2.0**-54
"""Half the step of a uniform draw: keeps the quantile of 0 finite."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the parameter table.

    Parameters
    ----------
    values : mapping of str to float
        Numbers of the distribution by name (`median`, `sigma`, ...); for a table its entries.
    choices : tuple of str
        Levels, for a policy choice.
    own : str
        "yes" for what an agency measures for itself: its range is wider, see `allowed_range`.
    """

    name: str
    distribution: str
    values: Mapping[str, float]
    choices: tuple[str, ...]
    unit: str
    low: float | None
    high: float | None
    role: str
    sweepable: str
    own: str
    source: str
    evidence: str
    note: str

    def __post_init__(self) -> None:
        """Make the numbers read-only: a row is shared by every run of a process."""
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how a copy or a worker process makes the row anew; a read-only view cannot be pickled."""
        given = (getattr(self, field.name) for field in fields(self))
        return type(self), tuple(dict(v) if isinstance(v, MappingProxyType) else v for v in given)

    @property
    def central(self) -> float:
        """The central value: median, mean, mode, probability or constant."""
        if self.distribution == "beta":
            return self.values["a"] / (self.values["a"] + self.values["b"])
        return self.values[CENTRAL[self.distribution]]

    @property
    def is_share(self) -> bool:
        """Whether the central value is a share, between 0 and 1."""
        return self.distribution in ("bernoulli", "beta") or self.name in _SHARES

    @property
    def is_count(self) -> bool:
        """Whether the central value is a whole number."""
        return self.distribution == "integer" or self.unit == "units"

    def allowed_range(self, entry: str = "") -> tuple[float, float] | None:
        """Return within which values an override or a sweep of the row stays; None where it has no range.

        What an agency measures for itself may lie from a quarter of `low` to four times `high`, a count from
        0 on. An entry of a table has its shipped value in the place of both.

        Parameters
        ----------
        entry : str
            Entry of a table.
        """
        is_own = self.own == "yes"
        low, high = (self.values[entry], self.values[entry]) if entry and is_own else (self.low, self.high)
        if low is None or high is None:
            return None
        if not is_own:
            return low, high
        return (0.0 if self.is_count else low / OWN_FACTOR), high * OWN_FACTOR

    def with_central(self, value: float) -> Parameter:
        """Return the row with another central value; the spread stays.

        A lognormal scales as a whole, its cut-offs included: an agency with a median of 40 minutes must not
        be cut at the 30 minutes that are far in the tail of the published one.
        """
        if self.distribution == "beta":
            total = self.values["a"] + self.values["b"]
            return replace(self, values={"a": total * value, "b": total * (1.0 - value)})
        scale = value / self.central if self.distribution == "lognormal" else 1.0
        values = {key: v * scale if key in ("min", "max") else v for key, v in self.values.items()}
        return replace(self, values={**values, CENTRAL[self.distribution]: float(value)})

    def impossible(self, value: float) -> str:
        """Say why a central value, or an entry of a table, is impossible; an empty string if it is not."""
        if not isfinite(value):
            return "a finite number is needed"
        if (self.distribution == "bernoulli" or self.name in _SHARES) and not 0.0 <= value <= 1.0:
            return "a share lies between 0 and 1"
        if self.distribution == "beta" and not 0.0 < value < 1.0:
            return "it lies between 0 and 1, both excluded"
        is_scale = self.distribution in ("lognormal", "exponential", "normal", "negbin")
        is_divisor = self.unit in _ABOVE_ZERO or self.name.endswith("_factor")
        if (is_scale or is_divisor) and value <= 0.0:
            return "it must be above 0"
        if self.is_count and (value < 0.0 or value != int(value)):
            return "it must be a whole number, 0 or more"
        if self.distribution == "triangular" and not self.values["a"] <= value <= self.values["b"]:
            return f"the mode lies between {self.values['a']:g} and {self.values['b']:g}"
        return "it cannot be negative" if value < 0.0 else ""

    def quantile(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the quantile at u, float64 of the shape of u."""
        v = self.values
        u = np.maximum(u, _TINY)
        if self.distribution == "lognormal":
            out = v["median"] * np.exp(v["sigma"] * ndtri(u))
        elif self.distribution == "normal":
            out = v["mean"] + v["sd"] * ndtri(u)
        elif self.distribution == "exponential":
            out = -v["mean"] * np.log1p(-u)
        elif self.distribution == "triangular":
            out = triangular(u, v["a"], v["mode"], v["b"])
        elif self.distribution == "beta":
            out = betaincinv(v["a"], v["b"], u)
        elif self.distribution == "negbin":
            out = _negative_binomial(u, v["mean"], v["k"])
        elif self.distribution in ("constant", "integer"):
            out = np.full_like(u, v["value"])
        else:
            kind = "a share" if self.distribution == "bernoulli" else f"a {self.distribution}"
            raise ParameterError(f"parameter '{self.name}' is {kind} and has no quantile; read its value.")
        if "min" in v:  # `np.clip` takes as long as the quantile itself where u is a single number
            out = np.maximum(out, v["min"])
        if "max" in v:
            out = np.minimum(out, v["max"])
        result: NDArray[np.float64] = np.asarray(out)
        return result


def triangular(u: NDArray[np.float64], a: float, mode: float, b: float) -> NDArray[np.float64]:
    """Return the quantile of a triangular distribution from a to b at u."""
    split = (mode - a) / (b - a)
    left = a + np.sqrt(u * (b - a) * (mode - a))
    right = b - np.sqrt((1.0 - u) * (b - a) * (b - mode))
    return np.where(u < split, left, right)


def _negative_binomial(u: NDArray[np.float64], mean: float, k: float) -> NDArray[np.float64]:
    """Return the smallest count whose cumulative probability reaches u, by bisection."""
    p = k / (k + mean)
    low, high = np.zeros_like(u), np.full_like(u, 1.0)
    while np.any(short := betainc(k, high + 1.0, p) < u):
        high = np.where(short, 2.0 * high, high)
    while np.any(low < high):
        middle = np.floor((low + high) / 2.0)
        reached = betainc(k, middle + 1.0, p) >= u
        low, high = np.where(reached, low, np.minimum(middle + 1.0, high)), np.where(reached, middle, high)
    return high


def parse_row(row: Mapping[str, str]) -> Parameter:
    """Parse one CSV row; `values` is `a=1;b=2`, three numbers, one number, or a list of levels."""
    values: dict[str, float] = {}
    choices: tuple[str, ...] = ()
    parts = [part.strip() for part in row["values"].split(";") if part.strip()]
    if row["distribution"] == "categorical":
        choices = tuple(parts)
    elif row["distribution"] == "triangular":
        values = dict(zip(("a", "mode", "b"), map(float, parts), strict=True))
    elif len(parts) == 1 and "=" not in parts[0]:
        values = {"value": float(parts[0])}
    else:
        values = {key: float(number) for key, number in (part.split("=") for part in parts)}
    return Parameter(
        name=row["name"],
        distribution=row["distribution"],
        values=values,
        choices=choices,
        unit=row["unit"],
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        role=row["role"],
        sweepable=row["sweepable"],
        own=row["own"],
        source=row["source"],
        evidence=row["evidence"],
        note=row["note"] or "",
    )
