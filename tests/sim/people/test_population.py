"""Kernels know states by number; the numbers are those of `State`."""

from __future__ import annotations

from sim.kernels import exposure, movement
from sim.people.population import State


def test_kernels_number_states_as_the_population_does():
    assert (exposure.SECURED, exposure.OUT) == (State.SECURED, State.OUT)
    assert movement.OUT == State.OUT
