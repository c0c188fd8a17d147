"""The one place from which facts look into a model: what no outcome says, and nothing else reads.

It runs from a clone, on the shipped schools only. What it reads is averaged over runs and shown as ratios and
verdicts.
"""

from __future__ import annotations

from sim.care.survival import Survival
from sim.clock import TICKS_PER_S
from sim.hazard.wounded_officer import WoundedOfficer
from sim.model import ResponseModel
from sim.people.population import People
from sim.place.doors import DoorState


class Probe:
    """A look into one incident.

    Parameters
    ----------
    model : ResponseModel
        The incident; the probe changes nothing in it but its time.
    """

    def __init__(self, model: ResponseModel) -> None:
        self._model = model

    @property
    def people(self) -> People:
        """Everybody, column by column."""
        return self._model._people

    @property
    def doors(self) -> DoorState:
        """The state of the doors now."""
        return self._model._incident.doors

    @property
    def survival(self) -> Survival:
        """Who can be saved, and until when."""
        return self._model._survival

    @property
    def first_officer(self) -> WoundedOfficer:
        """Whom the first officer who met the active hazard was with, and whether one was wounded."""
        return self._model._first_officer

    @property
    def injury_events(self) -> int:
        """Injury events so far."""
        return self._model._hazard.injury_events

    @property
    def is_active(self) -> bool:
        """Whether the threat is not over."""
        return self._model._hazard.is_active

    def access_delay_s(self) -> float:
        """Return what a locked perimeter costs officers in this incident (s)."""
        return self._model._responders._access_delay_s()

    def next_second(self) -> None:
        """Let a simulated second pass."""
        self._model.advance(self._model._incident.tick + TICKS_PER_S)
