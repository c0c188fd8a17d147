"""Numbers of the model replaced for a test: closed forms need laws and rates that no user can set."""

from __future__ import annotations

from sim.given.distribution import parse_row
from sim.given.parameters import ParameterTable
from sim.streams import Draws, RunKey


def row(name, distribution, values):
    """Return a row of the table with another law, for example `row("x.y", "exponential", "mean=5")`."""
    rest = {"unit": "s", "low": "", "high": "", "role": "drawn", "sweepable": "no", "own": "no"}
    return parse_row(
        {"name": name, "distribution": distribution, "values": values, **rest}
        | {"source": "test", "evidence": "weak", "note": ""}
    )


def constant(name, value):
    """Return a row that is always the same number."""
    return row(name, "constant", str(value))


def exponential(name, mean):
    """Return a row with an exponential law."""
    return row(name, "exponential", f"mean={mean}")


def put_in(monkeypatch, *rows):
    """Let every table of parameters have these rows instead of its own."""
    given, own = {one.name: one for one in rows}, ParameterTable.row
    assert all(name in ParameterTable.default() for name in given)
    monkeypatch.setattr(ParameterTable, "row", lambda self, name: given.get(name) or own(self, name))


def draws_of(replicate, seed=11):
    """Return the keyed draws of one replicate."""
    return Draws(RunKey(seed, replicate))


def within(values, mean, sd):
    """Tell whether the mean of a sample is within four standard errors of the exact one."""
    n = len(values)
    assert n >= 100
    return abs(sum(values) / n - mean) <= 4.0 * sd / n**0.5
