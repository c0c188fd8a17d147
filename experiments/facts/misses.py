"""Facts that the simulation does not meet, with our guess at the cause. One that is met again fails a test."""

from __future__ import annotations

MISSES: dict[str, str] = {}
