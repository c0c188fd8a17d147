"""Parametric schools at published sizes; `python -m buildings.archetypes` writes the shipped plans anew."""

from buildings.archetypes.primary import elementary
from buildings.archetypes.secondary import high_school

__all__ = ["elementary", "high_school"]
