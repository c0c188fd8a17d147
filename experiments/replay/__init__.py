"""Replays: the same incident under two policies side by side, as one page or as an animation."""

from experiments.replay.page import write_replay
from experiments.replay.scene import ReplayRun

__all__ = ["ReplayRun", "write_replay"]
