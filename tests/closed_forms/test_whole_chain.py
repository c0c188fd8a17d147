"""The whole chain without any chance: every time follows by hand from a length, a speed and fixed delays.

A corridor with a safe room at its west end, 25 m from one person, and a room at its east end, 60 m from the
entrance. What stands still there is set by a factory of this test; no user can set it.
"""

from __future__ import annotations

import numpy as np
import pytest
from numbers_of_tests import constant, put_in
from plans import box, door, plan

from buildings.plan import OUT
from sim.clock import TICKS_PER_S
from sim.given.scenario_files import load_scenario
from sim.hazard import hazard
from sim.model import ResponseModel
from sim.model import incident_model as model
from sim.people import presence
from sim.people.population import Role
from sim.people.roster import build_roster
from sim.record.timeline import (
    CALL_ANSWERED,
    DISPATCH,
    FIRST_CALL,
    FIRST_CONTACT,
    FIRST_ENTRY,
    FIRST_LE_ON_SCENE,
    LOCKDOWN_ANNOUNCED,
    THREAT_END,
)

LENGTH_M, WIDTH_M = 140.0, 3.0
ENTRANCE_X_M = 80.0
NUMBERS = {
    "notify.first_report_delay": 10.0,
    "notify.panic_alarm_delay": 10.0,
    "notify.hearing_range": 0.0,
    "notify.recognise_delay": 36000.0,
    "lockdown.teacher_reaction": 5.0,
    "lock.locked_without_rule": 0.0,
    "move.adult_walk": 1.25,
    "move.run_share_alerted": 0.0,
    "move.fast_walk_factor": 1.0,
    "occupancy.mobility_impaired_share": 0.0,
    "psap.answer_delay": 10.0,
    "psap.processing_delay": 20.0,
    "patrol.response_total": 110.0,
    "entry.immediate_delay": 0.0,
    "move.officer_search": 1.5,
    "search.report_lag": 0.0,
    "hazard.self_end_time": 3600.0,
    "hazard.exposure_rate": 1e-9,
    "hazard.standoff_probability": 0.0,
    "aid.officer_start_delay": 30.0,
}


def corridor_with_two_rooms():
    y = WIDTH_M / 2
    return plan(
        [
            box("C", "corridor", 0.0, 0.0, LENGTH_M, WIDTH_M),
            box("R", "classroom", -8.0, -2.0, 0.0, 5.0, capacity=20),
            box("H", "classroom", LENGTH_M, -2.0, LENGTH_M + 8.0, 5.0, capacity=20),
        ],
        [
            door("DR", "R", "C", (0.0, y), 1.2),
            door("DH", "H", "C", (LENGTH_M, y), 1.2),
            door("X", "C", OUT, (ENTRANCE_X_M, 0.0), 1.2, "exterior", number="1"),
        ],
        name="corridor with two rooms",
        enrolment=2,
        staff=1,
    )


@pytest.fixture
def chain(monkeypatch):
    put_in(monkeypatch, *(constant(name, value) for name, value in NUMBERS.items()))
    scenario = load_scenario("elementary").with_(plan=corridor_with_two_rooms(), venue="high")

    def two_people(nav, setting, draws):
        """One member of staff 25 m from the safe room, and one person in the other room."""
        c, h = nav.space_ids.index("C"), nav.space_ids.index("H")
        x, y = nav.inner_point(h)
        columns = (
            np.array([1, 2], dtype=np.uint64),
            np.array([Role.STAFF, Role.STAFF], dtype=np.int8),
            np.array([-1, -1], dtype=np.int32),
            np.array([-1, -1], dtype=np.int32),
            np.array([c, h], dtype=np.int32),
            np.array([25.0, x + 1.0]),
            np.array([WIDTH_M / 2, y]),
        )
        return presence._assemble(nav, setting, draws, build_roster(nav, setting), columns)

    monkeypatch.setattr(model, "draw_people", two_people)
    monkeypatch.setattr(hazard, "start_places", lambda nav, *, is_ours: [[nav.space_ids.index("H")]])
    monkeypatch.setattr(hazard.Hazard, "_wind_door_clocks", lambda self: None)
    return ResponseModel(
        scenario, "immediate-entry", rng=1, notify__channel="panic_alarm", notify__zones="full",
        locks__rule="none", ems__policy="officer_first_aid",
    )  # fmt: skip


@pytest.fixture
def ran(chain):
    """The chain run tick by tick for 200 s, and the second in which the person came into the safe room."""
    chain._incident.harm.injure(1)
    safe_room, came_s = chain.nav.space_ids.index("R"), None
    for tick in range(1, 200 * TICKS_PER_S):
        chain.advance(tick)
        if came_s is None and chain._people.space[0] == safe_room:
            came_s = tick / TICKS_PER_S
    return chain, came_s


def test_every_time_is_the_sum_by_hand(ran):
    """Notified at 10 s, reaction 5 s, 25 m at 1.25 m/s: 35.0 s. Arrival at 120 s, 60 m at 1.5 m/s: 160.0 s.

    First care 30 s after contact: 190.0 s.
    """
    incident, came_s = ran
    stamps = {row.event: row.time_s for row in reversed(incident.timeline)}
    assert stamps[LOCKDOWN_ANNOUNCED] == stamps[FIRST_CALL] == 10.0
    assert (stamps[CALL_ANSWERED], stamps[DISPATCH]) == (20.0, 40.0)
    assert came_s == pytest.approx(35.0, abs=1.01 / TICKS_PER_S)
    assert stamps[FIRST_LE_ON_SCENE] == stamps[FIRST_ENTRY] == 120.0
    assert stamps[FIRST_CONTACT] == stamps[THREAT_END] == pytest.approx(160.0, abs=1.01 / TICKS_PER_S)
    first_care_s, _ = incident._medical.first_care_s()
    assert first_care_s == pytest.approx(190.0, abs=1.01 / TICKS_PER_S)


def test_the_way_of_the_officers_is_sixty_metres(chain):
    nav = chain.nav
    first, *_ = nav.legs(*nav.inside_of(nav.main_entrance), nav.space_ids.index("H"))
    assert first.distance_m == pytest.approx(60.0, abs=0.01)


def test_an_entry_delay_moves_contact_and_care_by_itself_and_nothing_else(chain):
    """With what stands still and a fixed search, contact later is entry later, exactly."""
    later = ResponseModel(chain.setting, chain.policy.with_lever("entry.delay_s", 60.0), rng=1)
    times = []
    for one in (chain, later):
        one._incident.harm.injure(1)
        one.advance(300 * TICKS_PER_S)
        stamps = {row.event: row.time_s for row in reversed(one.timeline)}
        times.append((stamps[FIRST_ENTRY], stamps[FIRST_CONTACT], one._medical.first_care_s()[0]))
    assert [b - a for a, b in zip(*times, strict=True)] == pytest.approx([60.0, 60.0, 60.0], abs=1e-9)
