"""The numbered, append-only list of every random decision, and the keyed draws that serve them.

A draw is a pure function of (seed, replicate, stream, entity, ordinal). The policy is never part of the
key, so two policies share every draw until they really differ. Renumbering a stream changes results.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import DrawError
from sim.kernels.draws import fill_u01, u01


class Stream(IntEnum):
    """One member per random decision. Append only; never renumber."""

    PLACE_HALL = 1
    PLACE_SPACE = 2
    PLACE_SPOT = 3
    SPEED = 4
    IMPAIRED = 5
    RUNS = 6
    RECOGNISE = 7
    TELL = 8
    TEACHER_REACTION = 9
    PUPIL_REACTION = 10
    LOCK_TIME = 11
    LOCK_ERROR = 12
    LOCKED_AT_START = 13
    RULE_IN_FORCE = 14
    EXTERIOR_UNLOCKED = 15
    LATE_KNOCK = 16
    PA_HEARD = 17
    ALERT_REACH = 18
    ANNOUNCE = 19
    DECIDER = 20
    FIND_DECIDER = 21
    FIRST_REPORT = 22
    PSAP_ANSWER = 23
    PSAP_PROCESSING = 24
    PATROL_RESPONSE = 25
    ARRIVAL_GAP = 26
    MUTUAL_AID = 27
    ENTRY_IMMEDIATE = 28
    ENTRY_ASSESS = 29
    ENTRY_SPECIAL = 30
    ENTRY_COMMAND_WAIT = 31
    ACCESS_DELAY = 32
    ROOM_CHECK = 33
    COMMAND_ESTABLISH = 34
    MISCLASSIFY = 35
    STALL_END = 36
    HAZARD_START = 37
    HAZARD_DOOR = 38
    HAZARD_END = 39
    HAZARD_CANDIDATE = 40
    HAZARD_COUNTS = 41
    HAZARD_PICK = 42
    STANDOFF = 43
    STANDOFF_TIME = 44
    EMS_ARRIVAL = 45
    FIRST_AID = 46
    RTF_FORM = 47
    CASUALTY_HANDLING = 48
    ROOM_RELEASE = 49
    ACCOUNTABILITY = 50
    PARENT_NOTICE = 51
    REUNIFY_SETUP = 52
    LEAVE_GROUP = 53
    PRE_EVACUATION = 54
    OUTDOOR_CLASS = 55
    PHONE_HOP = 56
    PANIC_ALARM = 57
    DETECTION = 58
    PRESENT = 59
    OFFICE_CALL = 60
    CLOSE_TIME = 61
    REPORT_LAG = 62
    SRO_PRESENT = 63
    SRO_REACTION = 64
    SRO_PLACE = 65
    HIDE_SPOT = 66
    RECEPTION_NOTICE = 67
    DISTRICT_TRAVEL = 68
    CROWD_LOOK = 69
    CROWD_PLACE = 70
    SRO_HESITATES = 71
    SRO_HOLD = 72
    DISTRICT_RELAY = 73
    DISTRICT_DISPATCH = 74
    SECURITY_POST = 75
    SECURITY_NOTICE = 76
    TOTAL_RESPONDERS = 77
    COMMAND_HANDOVER = 78
    BYSTANDER_KIT = 79
    BYSTANDER_TRAINED = 80
    BYSTANDER_START = 81
    CCP_SETUP = 82
    CARRY_OUT = 83
    TRANSPORT = 84
    CARE_ORDER = 85
    SEVERITY = 86
    SURVIVABLE_SHARE = 87
    BLEEDING_TIME = 88
    OFFICER_WOUNDED = 89
    OFFICER_RESCUE = 90
    LEAVE_PERSON = 93
    LEAVE_REACTION = 94
    WEAK_PARAMETER = 98
    GUARD_REACTION = 99
    HAZARD_START_SPACE = 100
    TEAMS_SHOWN = 101


_HAZARDS_OWN = frozenset(
    {
        Stream.HAZARD_START,
        Stream.HAZARD_START_SPACE,
        Stream.HAZARD_DOOR,
        Stream.HAZARD_END,
        Stream.HAZARD_CANDIDATE,
        Stream.HAZARD_COUNTS,
        Stream.HAZARD_PICK,
    }
)
"""Streams that only `hazard.py` draws from; it opens them for itself (docs/scope.md, rule 1)."""

_WHO_IS_HURT = frozenset({Stream.TEAMS_SHOWN, Stream.OFFICER_WOUNDED, Stream.SEVERITY, Stream.LEAVE_PERSON})
"""Streams that, beside what can be seen of a run, would say who is hurt (docs/scope.md, rule 5)."""

_WHICH_DOORS = frozenset({Stream.LOCK_ERROR, Stream.LOCKED_AT_START, Stream.RULE_IN_FORCE})
"""Streams of doors at the start: whoever knows which should be locked sees in which room that is not so."""


class RunKey(NamedTuple):
    """Key of a run: the seed of the study and the number of the replicate. Never the policy."""

    seed: int
    replicate: int


@lru_cache(maxsize=65536)
def entity_hash(entity_id: str) -> int:
    """Return the 64-bit hash of an entity's stable id (blake2b), the same on every machine."""
    return int.from_bytes(blake2b(entity_id.encode("utf-8"), digest_size=8).digest(), "little")


class Draws:
    """All draws of one run.

    Parameters
    ----------
    key : RunKey
        Seed and replicate, both not negative.
    """

    _closed: frozenset[Stream] = _HAZARDS_OWN | _WHO_IS_HURT | _WHICH_DOORS

    def __init__(self, key: RunKey) -> None:
        self.key = key
        self._seed, self._replicate = np.uint64(key.seed), np.uint64(key.replicate)

    def u(self, stream: Stream, entity: str | int, ordinal: int = 0) -> float:
        """Return the uniform number in [0, 1) of one decision of one entity.

        Parameters
        ----------
        stream : Stream
            The decision.
        entity : str or int
            The entity's id, or its hash.
        ordinal : int
            Which time this entity takes this decision; causal, never a call counter.

        Raises
        ------
        DrawError
            If the stream is the hazard's own, or tells who is hurt or which doors are locked at the start.
        """
        self._refuse_closed(stream)
        hashed = entity_hash(entity) if isinstance(entity, str) else entity
        return u01(self._seed, self._replicate, np.uint64(int(stream)), np.uint64(hashed), np.uint64(ordinal))

    def us(self, stream: Stream, entities: NDArray[np.uint64], ordinal: int = 0) -> NDArray[np.float64]:
        """Return one uniform number per hashed entity, float64[n]."""
        self._refuse_closed(stream)
        out = np.empty(len(entities), dtype=np.float64)
        fill_u01(
            self._seed,
            self._replicate,
            np.uint64(int(stream)),
            np.ascontiguousarray(entities),
            np.uint64(ordinal),
            out,
        )
        return out

    def _refuse_closed(self, stream: Stream) -> None:
        if stream in self._closed:
            raise DrawError(
                f"{stream.name}: this draw would say where the hazard is or who is hurt, and only the file "
                "of that concept reads it; compare policies on the same run key instead."
            )


class OpenDraws(Draws):
    """The same draws without a closed stream, for the files of the concepts that these streams belong to."""

    _closed = frozenset()
