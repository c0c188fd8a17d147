"""Facts that the simulation does not meet, with our guess at the cause. One that is met fails a test."""

from __future__ import annotations

MISSES: dict[str, str] = {}

NO_EVIDENCE: dict[str, str] = {}
"""Emergent facts that do not fail under their ablation, with the reason: they are no evidence."""
