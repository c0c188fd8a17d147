"""The root of the error family: what a user did that cannot be done, in one clear sentence."""

from __future__ import annotations


class FirstMinutesError(Exception):
    """Base of every error that a user can cause. Its text is one sentence and needs no traceback."""


class PlanError(FirstMinutesError):
    """A plan file cannot be read, or breaks a rule that protects a run."""
