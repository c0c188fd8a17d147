"""Keyed draws: pure functions of the key, the same everywhere, and a numbering that never changes."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import DrawError
from sim.streams import _HAZARDS_OWN, _WHICH_DOORS, Draws, OpenDraws, RunKey, Stream, entity_hash

KEY = RunKey(seed=7, replicate=3)
HAZARD_HASH = 6449740739095671079

NUMBERED = """
PLACE_HALL PLACE_SPACE PLACE_SPOT SPEED IMPAIRED RUNS RECOGNISE TELL TEACHER_REACTION PUPIL_REACTION
LOCK_TIME LOCK_ERROR LOCKED_AT_START RULE_IN_FORCE EXTERIOR_UNLOCKED LATE_KNOCK PA_HEARD ALERT_REACH
ANNOUNCE DECIDER FIND_DECIDER FIRST_REPORT PSAP_ANSWER PSAP_PROCESSING PATROL_RESPONSE ARRIVAL_GAP
MUTUAL_AID ENTRY_IMMEDIATE ENTRY_ASSESS ENTRY_SPECIAL ENTRY_COMMAND_WAIT ACCESS_DELAY ROOM_CHECK
COMMAND_ESTABLISH MISCLASSIFY STALL_END HAZARD_START HAZARD_DOOR HAZARD_END HAZARD_CANDIDATE
HAZARD_COUNTS HAZARD_PICK STANDOFF STANDOFF_TIME EMS_ARRIVAL FIRST_AID RTF_FORM CASUALTY_HANDLING
ROOM_RELEASE ACCOUNTABILITY PARENT_NOTICE REUNIFY_SETUP LEAVE_GROUP PRE_EVACUATION OUTDOOR_CLASS
PHONE_HOP PANIC_ALARM DETECTION PRESENT OFFICE_CALL CLOSE_TIME REPORT_LAG SRO_PRESENT SRO_REACTION
SRO_PLACE HIDE_SPOT RECEPTION_NOTICE DISTRICT_TRAVEL CROWD_LOOK CROWD_PLACE SRO_HESITATES SRO_HOLD
DISTRICT_RELAY DISTRICT_DISPATCH SECURITY_POST SECURITY_NOTICE TOTAL_RESPONDERS COMMAND_HANDOVER
BYSTANDER_KIT BYSTANDER_TRAINED BYSTANDER_START CCP_SETUP CARRY_OUT TRANSPORT CARE_ORDER SEVERITY
SURVIVABLE_SHARE BLEEDING_TIME OFFICER_WOUNDED OFFICER_RESCUE
"""
"""The streams 1, 2, 3, ... in their order: a new one goes to the end of the list, and none ever moves."""

APART = {
    "LEAVE_PERSON": 93,
    "LEAVE_REACTION": 94,
    "WEAK_PARAMETER": 98,
    "GUARD_REACTION": 99,
    "HAZARD_START_SPACE": 100,
    "TEAMS_SHOWN": 101,
}
"""Streams with numbers beyond; those between are set aside."""


def test_the_numbers_of_the_streams_never_change():
    """Renumbering changes every result; a new one goes to the end; a number set aside may be missing."""
    table = {name: number for number, name in enumerate(NUMBERED.split(), start=1)} | APART
    assert {stream.name: int(stream) for stream in Stream} == table
    assert len(set(table.values())) == len(table) == len(NUMBERED.split()) + len(APART)


def test_no_two_names_share_a_number():
    """A second name of a number would be no error of Python's, and two decisions would share their draws."""
    assert [name for name, stream in Stream.__members__.items() if stream.name != name] == []
    assert sorted(map(int, Stream)) == [int(stream) for stream in Stream]


def test_the_run_key_holds_no_policy():
    assert RunKey._fields == ("seed", "replicate")


def test_a_draw_is_the_first_word_of_numpys_philox_block():
    """numpy counts up before its first block, so it is given the counter before ours."""
    for stream, entity, ordinal in [(Stream.SPEED, "pupil:A101:3", 0), (Stream.HAZARD_DOOR, "D7", 12)]:
        counter = np.array([int(stream) - 1, entity_hash(entity), ordinal, 0], dtype=np.uint64)
        generator = np.random.Philox(key=np.array(KEY, dtype=np.uint64), counter=counter)
        expected = (int(generator.random_raw()) >> 11) * 2.0**-53
        assert OpenDraws(KEY).u(stream, entity, ordinal) == expected


def test_draws_of_many_equal_draws_of_one():
    hashes = np.array([entity_hash(name) for name in "abcdef"], dtype=np.uint64)
    draws = Draws(KEY)
    together = draws.us(Stream.SPEED, hashes, 2)
    assert together.tolist() == [draws.u(Stream.SPEED, name, 2) for name in "abcdef"]
    backwards = draws.us(Stream.SPEED, hashes[::-1], 2)
    assert backwards.tolist() == together[::-1].tolist()


def test_every_part_of_the_key_counts():
    def draw(seed=7, replicate=3, stream=Stream.SPEED, entity="a", ordinal=0):
        return Draws(RunKey(seed, replicate)).u(stream, entity, ordinal)

    others = [draw(seed=8), draw(replicate=4), draw(stream=Stream.RUNS), draw(entity="b"), draw(ordinal=1)]
    assert len({draw(), *others}) == 6
    assert draw() == draw()


def test_draws_are_uniform_in_every_stream():
    """A coarse Kolmogorov-Smirnov test: 2,000 draws per stream, distance below its 1-in-10,000 bound."""
    hashes = np.array([entity_hash(f"entity {k}") for k in range(2000)], dtype=np.uint64)
    grid = (np.arange(2000) + 0.5) / 2000
    for stream in Stream:
        drawn = np.sort(OpenDraws(KEY).us(stream, hashes))
        assert drawn[0] >= 0.0
        assert drawn[-1] < 1.0
        assert np.abs(drawn - grid).max() < 2.23 / np.sqrt(2000), stream.name


def test_neighbouring_replicates_are_unrelated():
    hashes = np.array([entity_hash(f"entity {k}") for k in range(2000)], dtype=np.uint64)
    first, second = (Draws(RunKey(7, replicate)).us(Stream.SPEED, hashes) for replicate in (0, 1))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1


def test_an_entitys_hash_is_the_same_on_every_machine():
    assert entity_hash("hazard") == HAZARD_HASH
    assert entity_hash("a") != entity_hash("b")


@pytest.mark.parametrize("seed", [0, 2**63, 2**64 - 1])
def test_any_64_bit_seed_works(seed):
    assert 0.0 <= Draws(RunKey(seed, 0)).u(Stream.SPEED, "a") < 1.0


def test_draws_that_say_where_the_hazard_is_or_who_is_hurt_are_refused_to_everybody_else():
    own = {stream for stream in Stream if stream.name.startswith("HAZARD_")}
    assert own == _HAZARDS_OWN
    for stream in own | {Stream.OFFICER_WOUNDED, Stream.SEVERITY, Stream.LEAVE_PERSON} | _WHICH_DOORS:
        with pytest.raises(DrawError, match=stream.name):
            Draws(KEY).u(stream, "hazard")
        with pytest.raises(DrawError, match=stream.name):
            Draws(KEY).us(stream, np.array([1], dtype=np.uint64))
