"""Compiled loops: numba and numpy only, plain functions over NamedTuples of arrays."""
