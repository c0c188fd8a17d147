"""One error family. A message says in one sentence: file, place, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from buildings.errors import FirstMinutesError, PlanError


class ScenarioError(FirstMinutesError):
    """A scenario file or option cannot be used."""


class PolicyError(FirstMinutesError):
    """A policy, a lever or a level cannot be used."""


class ParameterError(FirstMinutesError):
    """A parameter is unknown, fixed, or has an impossible value."""


class StudyError(FirstMinutesError):
    """A study, or its results folder, cannot be used."""


class NavigationError(FirstMinutesError):
    """A plan cannot be compiled for walking."""


class CrowdError(FirstMinutesError):
    """A floor, a person or an event of a crowd cannot be used."""


class DrawError(FirstMinutesError):
    """A random draw is not to be read."""


class RecordingError(FirstMinutesError):
    """A recording cannot be read or shown."""


class NoWayWarning(UserWarning):
    """Somebody can never reach a goal, even with all doors open."""


def closest(name: str, allowed: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest allowed word, or nothing when none is near."""
    found = get_close_matches(str(name), list(allowed), n=1, cutoff=0.6)
    return f" Did you mean '{found[0]}'?" if found else ""


def together(messages: Sequence[str]) -> str:
    """Return several messages as one, a line each: who mends a file wants to know all that is wrong."""
    return "\n  ".join(messages)


__all__ = [
    "CrowdError",
    "DrawError",
    "FirstMinutesError",
    "NavigationError",
    "NoWayWarning",
    "ParameterError",
    "PlanError",
    "PolicyError",
    "RecordingError",
    "ScenarioError",
    "StudyError",
    "closest",
    "together",
]
