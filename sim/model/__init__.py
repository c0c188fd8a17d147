"""One incident under one policy: how its parts are built, in what order, and who tells whom."""

from sim.model.incident_model import ResponseModel

__all__ = ["ResponseModel"]
