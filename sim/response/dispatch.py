"""Call and dispatch: first report, the PSAP's answer and processing, and the arrivals of officers.

The public safety answering point (PSAP) answers, processes and dispatches. The published total from
report to first arrival contains both, so travel = max(10 s, total - answer - processing); a transfer
between split PSAPs comes on top.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.clock import interval_s, to_ticks
from sim.incident import Incident
from sim.record.timeline import CALL_ANSWERED, DISPATCH, FIRST_CALL, FIRST_LE_ON_SCENE, OFFICER_ON_SCENE
from sim.response.district import District
from sim.response.outcomes import ArrivalOutcomes, CallOutcomes
from sim.response.sro import is_on_duty
from sim.streams import Stream

MIN_TRAVEL_S = 10.0
MODELLED_ARRIVALS = 12
"""Officers whose arrival is an event; later ones are a count (`responders.MAX_TEAMS` is far below)."""


class Dispatch:
    """From the first report to officers on scene.

    Parameters
    ----------
    incident : Incident
        What all submodels share.
    on_report : callable
        Called without arguments at the first report.
    on_arrival : callable
        Called with the number of officers on scene at each modelled arrival.
    """

    def __init__(
        self, incident: Incident, on_report: Callable[[], None], on_arrival: Callable[[int], None]
    ) -> None:
        self._incident = incident
        self._on_report, self._on_arrival = on_report, on_arrival
        self._district = District(incident)
        self.report_tick: int | None = None
        self.dispatch_tick: int | None = None
        self.arrival_ticks: list[int] = []

    def start(self) -> None:
        """Put down the first report."""
        self._incident.agenda.at(to_ticks(self.report_delay_s()), self.report, "first report")

    def report_delay_s(self) -> float:
        """Return the time from the start to the first report over the policy's channel (s)."""
        incident = self._incident
        channel = str(incident.policy["notify.channel"])
        call = incident.drawn("notify.first_report_delay", Stream.FIRST_REPORT, "incident")
        if channel == "panic_alarm":
            return min(call, incident.drawn("notify.panic_alarm_delay", Stream.PANIC_ALARM, "incident"))
        if channel == "detection":
            return min(call, incident.drawn("notify.detection_delay", Stream.DETECTION, "incident"))
        return call

    def report(self, who: str) -> None:
        """Take a report at the present tick; whatever comes after the first one changes nothing."""
        if self.report_tick is None:
            self._report(who)

    def _report(self, who: str) -> None:
        incident = self._incident
        self.report_tick = incident.tick
        incident.stamp(FIRST_CALL, who=who)
        answer_s = incident.drawn("psap.answer_delay", Stream.PSAP_ANSWER, "psap")
        processing_s = incident.drawn("psap.processing_delay", Stream.PSAP_PROCESSING, "psap")
        slow = incident.policy["patrol.response"] == "slow"
        total_s = incident.drawn(
            "patrol.response_total_slow" if slow else "patrol.response_total",
            Stream.PATROL_RESPONSE,
            "patrol",
        )
        travel_s = max(MIN_TRAVEL_S, total_s - answer_s - processing_s)
        transfer_s = (
            incident.parameters.value("psap.transfer_delay") if incident.policy["psap.split"] else 0.0
        )
        to_county, processing = self._district.to_county_ticks(), to_ticks(processing_s)
        if self._district.has_centre:
            processing = 0  # the district has asked what the county would ask
        called = incident.tick + to_county
        to_dispatch = to_ticks(answer_s) + processing + to_ticks(transfer_s)
        incident.agenda.at(called + to_ticks(answer_s), incident.stamp, CALL_ANSWERED)
        incident.agenda.at(called + to_dispatch, self._dispatch)
        self._schedule_arrivals(called + to_dispatch + to_ticks(travel_s), to_county)
        self._send_district(to_county + to_dispatch)
        self._on_report()

    def _dispatch(self, who: str = "PSAP") -> None:
        if self.dispatch_tick is None:
            self.dispatch_tick = self._incident.tick
        self._incident.stamp(DISPATCH, who=who)

    def _send_district(self, to_county_dispatch: int) -> None:
        """Schedule the arrivals of the district's own units, each after its own travel."""
        incident, district = self._incident, self._district
        if not district.n_units:
            return  # a centre without units relays, and that is all
        sent = incident.tick + district.to_sent_ticks(to_county_dispatch)
        if district.has_centre:
            incident.agenda.at(sent, self._dispatch, "district dispatch centre")
        for travel_s in district.travel_s():
            incident.agenda.at(sent + to_ticks(travel_s), self._arrive)

    def _schedule_arrivals(self, first_tick: int, to_county: int = 0) -> None:
        """Schedule the agency's own units by exponential gaps, then mutual aid after its own delay."""
        incident = self._incident
        n_own = int(incident.parameters.table("agency.units", str(incident.policy["agency.size"])))
        aid_s = incident.drawn_travel_s("agency.mutual_aid_delay", Stream.MUTUAL_AID, "mutual aid")
        tick = first_tick
        aid_from = max(first_tick, incident.tick + to_county + to_ticks(aid_s))
        for number in range(MODELLED_ARRIVALS):
            if number:
                gap_s = incident.drawn_travel_s(
                    "patrol.arrival_rate_next", Stream.ARRIVAL_GAP, "patrol", number
                )
                tick += max(1, to_ticks(gap_s))
            if number >= n_own:
                tick = max(tick, aid_from)
            incident.agenda.at(tick, self._arrive)
        if incident.policy["sro.state"] == "district_roving" and is_on_duty(incident):
            incident.agenda.at(incident.tick + to_ticks(self._district.travel_s_of("sro")), self._arrive)

    def _arrive(self) -> None:
        incident = self._incident
        self.arrival_ticks.append(incident.tick)
        first = len(self.arrival_ticks) == 1
        incident.stamp(
            FIRST_LE_ON_SCENE if first else OFFICER_ON_SCENE, who=f"officer {len(self.arrival_ticks)}"
        )
        self._on_arrival(len(self.arrival_ticks))

    def call_outcomes(self) -> CallOutcomes:
        """Return what the first report is measured by."""
        return CallOutcomes(start_to_report_s=interval_s(0, self.report_tick))

    def arrival_outcomes(self) -> ArrivalOutcomes:
        """Return what dispatch and the first arrival are measured by."""
        first_le = self.arrival_ticks[0] if self.arrival_ticks else None
        return ArrivalOutcomes(
            call_to_dispatch_s=interval_s(self.report_tick, self.dispatch_tick),
            call_to_first_le_s=interval_s(self.report_tick, first_le),
            start_to_first_le_s=interval_s(0, first_le),
        )
