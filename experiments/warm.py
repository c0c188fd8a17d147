"""Imported by the server from which workers are forked: compiled kernels are then there from the start."""

from sim.model import warm_up

warm_up()
