"""Real Mesa agents over the arrays: one `Occupant` per person, one `ContactTeam` per team of officers.

An agent stores its row and nothing else; what it shows is read from the arrays at that moment, and what
is set through it lands there or is refused. No attribute says who is exposed or injured (docs/scope.md,
rule 5).
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any

from sim.errors import ParameterError
from sim.kernels.geometry import is_clear
from sim.people.population import Role, State
from sim.view.mesa_base import FacadeAgent

if TYPE_CHECKING:
    from sim.incident import Incident
    from sim.response.search import Team


SLOWEST_MPS, FASTEST_MPS = 0.05, 4.0
"""Walking speeds that may be set (m/s): somebody slower would never arrive, and nobody runs faster."""


class Column:
    """A descriptor that reads and writes one row of one column as a plain Python number.

    Parameters
    ----------
    name, owner : str
        The column, and the agent's attribute that holds it.
    check : callable
        Takes the agent and a finite number, and returns what is allowed where the number is not.
    """

    def __init__(self, name: str, check: Callable[[Any, float], str | None], owner: str = "_arrays") -> None:
        self._name, self._owner, self._check = name, owner, check

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        return getattr(getattr(agent, self._owner), self._name).item(agent.row)

    def __set__(self, agent: Any, value: Any) -> None:
        allowed: str | None = "a finite number is needed"
        if not isinstance(value, bool) and isinstance(value, Real) and isfinite(value):
            allowed = self._check(agent, float(value))
        if allowed is not None:
            raise ParameterError(
                f"agent {agent.unique_id}: {self._name} cannot be set to {value!r}; {allowed}."
            )
        getattr(getattr(agent, self._owner), self._name)[agent.row] = value


def _unlike_a_walk(agent: Occupant, speed: float) -> str | None:
    """Say which speeds are allowed, where one is not."""
    if SLOWEST_MPS <= speed <= FASTEST_MPS:
        return None
    return f"people walk at {SLOWEST_MPS:g} to {FASTEST_MPS:g} m/s"


def _out_of_space(agent: Occupant, x: float, y: float) -> str | None:
    """Say which places are allowed, where one is not."""
    space = int(agent._arrays.space[agent.row])
    if space == agent._nav.outside:
        return "the person has left the building"
    if is_clear(agent._nav.arrays, space, agent.x, agent.y, x, y):
        return None
    return (
        "a person can be moved within the space that they are in, to a place in a straight free line from "
        "where they are, x and y in metres"
    )


class Occupant(FacadeAgent):
    """A pupil, a member of staff or a visitor.

    Parameters
    ----------
    model : mesa.Model
        The model.
    row : int
        Row in the model's arrays.
    """

    x = Column("x", lambda agent, x: _out_of_space(agent, x, agent.y))
    y = Column("y", lambda agent, y: _out_of_space(agent, agent.x, y))
    walk_mps = Column("walk_mps", _unlike_a_walk, "_people")

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self._people = model._people
        self._nav = model.nav
        self._arrays = model._people.arrays

    @property
    def state(self) -> State:
        """What the person is doing, as outputs may show it."""
        one = slice(self.row, self.row + 1)
        return State(self._people.shown(one).item())

    @property
    def state_name(self) -> str:
        """The state as a lower-case word, for `groupby` and tables."""
        return self.state.name.lower()

    @property
    def role(self) -> Role:
        """Pupil, staff or visitor."""
        return Role(self._people.role.item(self.row))

    @property
    def is_moving(self) -> bool:
        """Whether the person walks or runs just now."""
        return bool(self._arrays.moving.item(self.row))

    @property
    def level(self) -> int:
        """Row of the plan's level on which the person is."""
        return int(self._nav.draw_xy(int(self._arrays.space[self.row]), self.x, self.y)[0])

    @property
    def position(self) -> tuple[float, float] | None:
        """Position on the plan (m), None once out."""
        if self.state is State.OUT:
            return None
        _, x, y = self._nav.draw_xy(int(self._arrays.space[self.row]), self.x, self.y)
        return x, y


class ContactTeam(FacadeAgent):
    """A contact team of officers inside the building."""

    def __init__(self, model: Any, team: Team, incident: Incident) -> None:
        super().__init__(model)
        self._team = team
        self._incident = incident

    @property
    def size(self) -> int:
        """Officers in the team."""
        return self._team.size

    @property
    def state(self) -> State:
        """Always a responder."""
        return State.RESPONDER

    @property
    def state_name(self) -> str:
        """The state as a lower-case word."""
        return "responder"

    def _place(self) -> tuple[int, float, float] | None:
        """Return the level and position on the plan, None before entry and from contact on."""
        shown = self._incident.shown.now().get(self._team.number)
        return None if shown is None else self._incident.nav.draw_xy(*shown)

    @property
    def position(self) -> tuple[float, float] | None:
        """Position on the plan (m), None before entry and from contact on."""
        place = self._place()
        return None if place is None else (place[1], place[2])

    @property
    def level(self) -> int:
        """Row of the plan's level on which the team is, -1 before entry and from contact on."""
        place = self._place()
        return -1 if place is None else place[0]
