"""Imported by the server from which workers are forked: compiled kernels are then there from the start."""

from sim.run import warm_up

warm_up()
