"""What can be seen of a run from outside: Mesa's reporters, columns of the people, the curve, a recording.

All of it reads; nothing here changes the run. Nothing says who is exposed or injured, nor where the hazard
is (docs/scope.md, rule 5).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.clock import TICKS_PER_S, to_seconds, to_ticks
from sim.given import disclosure
from sim.incident import Incident
from sim.people.population import COLUMNS, State
from sim.place.compile import Navigation
from sim.record.recording import Recorder, Recording
from sim.record.timeline import FIRST_CONTACT, Timeline
from sim.response.teams import Responders
from sim.view.agents import ContactTeam, Occupant
from sim.view.mesa_base import FloorSpace, SecondsModel, WholeRowCollector
from sim.view.outcome import ShareOutcomes

CURVE_TIMES_S = tuple(range(0, 601, 10))
"""Times at which the share secured is noted (s)."""

RECORD_AFTER_CONTACT_S = 300.0
RECORD_MAX_S = 3600.0
"""A recording ends five minutes after contact, after an hour at the latest."""

REPORTERS = ("elapsed_s", "n_secured", "n_moving", "n_out", "n_unaware", "officers_on_scene")
"""Attributes that Mesa's DataCollector collects at every step."""


class Notes:
    """Takes notes at fixed times during a run: shares secured and out, and frames of a recording.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    record : bool
        Keep positions and states.
    """

    def __init__(self, incident: Incident, *, record: bool) -> None:
        self._incident = incident
        self._recorder = Recorder.of(incident.nav, incident.people) if record else None
        self.curve: list[float] = []
        self.shares: dict[int, tuple[float, float]] = {}

    def start(self) -> None:
        """Put every note down in the agenda."""
        agenda = self._incident.agenda
        for time_s in CURVE_TIMES_S:
            agenda.at(to_ticks(time_s), self._note_shares, time_s)
        if self._recorder is not None:
            agenda.at(0, self._take_frame, self._recorder)

    def _note_shares(self, time_s: int) -> None:
        people = self._incident.people
        counts, inside = people.counts(), max(1, people.n_inside_at_start)
        n_out_at_start = people.n - people.n_inside_at_start
        secured = counts[State.SECURED] / inside
        self.curve.append(secured)
        self.shares[time_s] = (secured, (counts[State.OUT] - n_out_at_start) / inside)

    def _take_frame(self, recorder: Recorder) -> None:
        incident = self._incident
        recorder.frame(incident.nav, incident.people, incident.shown.now())
        contact_s = incident.log.first_s(FIRST_CONTACT)
        until_s = RECORD_MAX_S if contact_s is None else min(contact_s + RECORD_AFTER_CONTACT_S, RECORD_MAX_S)
        if incident.now_s < until_s:
            incident.agenda.at(incident.tick + recorder.every_ticks, self._take_frame, recorder)

    def outcomes(self) -> ShareOutcomes:
        """Return the shares; 0 for a time that the run did not reach."""
        never = (0.0, 0.0)
        return ShareOutcomes(
            share_secured_30s=self.shares.get(30, never)[0],
            share_secured_60s=self.shares.get(60, never)[0],
            share_secured_120s=self.shares.get(120, never)[0],
            share_secured_300s=self.shares.get(300, never)[0],
            share_out_300s=self.shares.get(300, never)[1],
        )

    def recording(self) -> Recording | None:
        """Return the frames so far, None where none were asked for."""
        if self._recorder is None:
            return None
        return self._recorder.finish(disclosure.is_ours(self._incident.scenario.plan))


class ObservedModel(SecondsModel):
    """The read-only face of a model: everything that a reporter, a page or a notebook may look at.

    Attributes
    ----------
    nav : Navigation
        The compiled plan.
    datacollector : mesa.DataCollector
        What was collected at every step, by the names of `REPORTERS`.
    """

    nav: Navigation
    _incident: Incident
    _responders: Responders
    _notes: Notes

    def __init__(self, rng: int) -> None:
        super().__init__(rng)
        self._n_teams_made = 0
        self.datacollector: Any = WholeRowCollector(model_reporters={name: name for name in REPORTERS})

    def _make_agents(self) -> None:
        """Make the agents that Mesa shows: one per person, then one per team that is inside so far."""
        for row in range(self._incident.people.n):
            Occupant(self, row)
        self._show_new_teams()

    def _show_new_teams(self) -> None:
        if not self._shows_agents:
            return  # they are made together with the first look
        for team in self._responders.teams_shown[self._n_teams_made :]:
            ContactTeam(self, team, self._incident)
        self._n_teams_made = len(self._responders.teams_shown)

    def _count_steps(self) -> None:
        """Set Mesa's count to the seconds begun so far, whoever advanced the model and how."""
        self.steps = -(-self._incident.tick // TICKS_PER_S)

    @property
    def elapsed_s(self) -> float:
        """Simulated time since the start of the incident (s)."""
        return to_seconds(self._incident.tick)

    def column(self, name: str) -> NDArray[Any]:
        """Return a copy of one state variable of everybody, by its name in `population.COLUMNS`.

        Raises
        ------
        KeyError
            If there is no such column; who is exposed or injured is not among them.
        """
        if name not in COLUMNS:
            raise KeyError(f"no column {name!r}; there are {', '.join(COLUMNS)}")
        people = self._incident.people
        if name == "state":
            return people.shown()
        owner = people if hasattr(people, name) else people.arrays
        values: NDArray[Any] = np.array(getattr(owner, name))
        return people.shown_ticks(values) if name.endswith("_tick") else values

    def _n(self, state: State) -> int:
        return self._incident.people.counts()[state]

    @property
    def n_secured(self) -> int:
        """People who are secured now."""
        return self._n(State.SECURED)

    @property
    def n_moving(self) -> int:
        """People who walk or run now."""
        return int(np.count_nonzero(self._incident.people.arrays.moving))

    @property
    def n_out(self) -> int:
        """People who are out of the building now."""
        return self._n(State.OUT)

    @property
    def n_unaware(self) -> int:
        """People whom no alert has reached yet."""
        return self._n(State.UNAWARE)

    @property
    def officers_on_scene(self) -> int:
        """Officers who have arrived (the modelled ones)."""
        return self._responders.officers_on_scene

    @property
    def timeline(self) -> Timeline:
        """What has happened so far."""
        return self._incident.log.rows()

    @property
    def recording(self) -> Recording | None:
        """Positions and states at a fixed rate, if asked for."""
        return self._notes.recording()

    @property
    def curve(self) -> tuple[float, ...]:
        """Share secured at each of `CURVE_TIMES_S` that was reached."""
        return tuple(self._notes.curve)

    @cached_property
    def space(self) -> FloorSpace:
        """The plan as a space for Mesa's drawing."""
        return FloorSpace(self, self.nav.bounds)
