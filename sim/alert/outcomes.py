"""What an alert is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.record.declared import interval


@dataclass(frozen=True, kw_only=True)
class LockdownOutcomes:
    """The announcement."""

    start_to_lockdown_s: Annotated[float | None, interval("Start to lockdown announced")]
