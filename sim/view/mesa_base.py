"""Every line that depends on the version of Mesa: the agent base, the clock in seconds, the drawing space."""

from __future__ import annotations

from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector
from mesa.experimental.continuous_space import ContinuousSpace

if TYPE_CHECKING:
    from collections.abc import Iterator


_DataCollector: Any = DataCollector  # Mesa 3.3 ships no types


class _CountersOfModels:
    """Hands out ids per model from a counter that the model itself holds.

    Mesa 3.3 keeps a class-level dict of models for this, so no model is ever freed (fixed in 3.4.2).
    """

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        counter: Iterator[int] | None = model.__dict__.get("_agent_numbers")
        if counter is None:
            counter = model.__dict__["_agent_numbers"] = count(1)
        return counter


class FacadeAgent(mesa.Agent):
    """Base of all agents here: a view of one row of the model's arrays."""

    _ids: Any = _CountersOfModels()

    @property
    def pos(self) -> Any:
        """Position on the plan (m); the name that Mesa 3 draws."""
        return self.position

    @pos.setter
    def pos(self, value: Any) -> None:
        """Ignore Mesa's own `pos = None` on construction; positions belong to the arrays."""

    @property
    def position(self) -> tuple[float, float] | None:
        """Position on the plan (m), None when not in the building."""
        raise AttributeError("a facade agent defines its own position")


class SecondsModel(mesa.Model):
    """A Mesa model whose step is one simulated second, in every Mesa from 3.3 to 3.5.

    Its agents are made when somebody first asks for them: they only show what the arrays hold, and a run
    that nobody looks at would spend a tenth of its time on them.
    """

    def __init__(self, rng: int) -> None:
        self._shows_agents = True  # Mesa may look at its own empty sets while it builds them
        super().__init__(rng=rng)
        self._shows_agents = False

    def _make_agents(self) -> None:
        """Make the agents that there are so far, in the order of their ids."""

    def _show_agents(self) -> None:
        if not self._shows_agents:
            self._shows_agents = True
            self._make_agents()

    @property  # type: ignore[misc]  # Mesa's own setter only refuses, as a property without one does
    def agents(self) -> Any:
        """All agents of the model."""
        self._show_agents()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """All agents by their class."""
        self._show_agents()
        return super().agents_by_type

    @property
    def agent_types(self) -> Any:
        """The classes of the agents."""
        self._show_agents()
        return super().agent_types

    def remove_all_agents(self) -> None:
        """Remove all agents; the people and teams that they show stay."""
        self._show_agents()
        remove: Any = super().remove_all_agents
        remove()


class WholeRowCollector(_DataCollector):  # type: ignore[misc]
    """Mesa's DataCollector, read between rows only.

    Mesa's page plays the model in one thread and draws it in another; a table read in the middle of a row
    has columns of different lengths, and pandas refuses it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._row = RLock()

    def __getstate__(self) -> dict[str, Any]:
        """Leave the lock out of a copy: it belongs to the threads that look at this table."""
        return {name: value for name, value in vars(self).items() if name != "_row"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take a copy's state, with a lock of its own."""
        self.__dict__.update(state)
        self._row = RLock()

    def collect(self, model: Any) -> None:
        """Collect one row."""
        with self._row:
            super().collect(model)

    def get_model_vars_dataframe(self) -> Any:
        """Return the rows collected so far."""
        with self._row:
            return super().get_model_vars_dataframe()


class FloorSpace(ContinuousSpace):
    """The plan as a space that Mesa can draw; it holds no positions of its own.

    Parameters
    ----------
    model : SecondsModel
        The model whose agents it shows.
    bounds : tuple of float
        Smallest and largest x, then y, of the plan (m).
    """

    def __init__(self, model: Any, bounds: tuple[float, float, float, float]) -> None:
        self._model = model
        x0, x1, y0, y1 = bounds
        super().__init__(np.array([[x0, x1], [y0, y1]]), random=model.random, n_agents=1)

    @property
    def agents(self) -> Any:
        """The model's own agents."""
        return self._model.agents
