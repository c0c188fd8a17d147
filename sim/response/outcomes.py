"""What a response is measured by, from the first report to entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.record.declared import interval


@dataclass(frozen=True, kw_only=True)
class CallOutcomes:
    """The first report."""

    start_to_report_s: Annotated[float | None, interval("Start to first report")]


@dataclass(frozen=True, kw_only=True)
class ArrivalOutcomes:
    """Dispatch and the first officer on scene."""

    call_to_dispatch_s: Annotated[float | None, interval("First report to dispatch")]
    call_to_first_le_s: Annotated[float | None, interval("First report to first officer on scene")]
    start_to_first_le_s: Annotated[float | None, interval("Start to first officer on scene")]


@dataclass(frozen=True, kw_only=True)
class EntryOutcomes:
    """The first entry."""

    first_le_to_entry_s: Annotated[float | None, interval("First officer on scene to entry")]
    start_to_entry_s: Annotated[float | None, interval("Start to first entry")]


@dataclass(frozen=True, kw_only=True)
class CommandOutcomes:
    """Incident command."""

    start_to_command_s: Annotated[float | None, interval("Start to incident command established")]
