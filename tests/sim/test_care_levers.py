"""Levers of first care and of the way out of patients: paired on the same keys, exact where it is exact."""

from __future__ import annotations

import pytest
from paired import outcomes

from sim.clock import TICK_S

WALK_MPS = 1.34


def with_patients(*arms):
    """Return the outcomes of each key, arm by arm, for the keys with a patient."""
    rows = [row for row in zip(*arms, strict=True) if row[0].injury_events]
    assert len(rows) > 25
    return rows


# -- staging ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ems", ["all_clear", "escorted_rtf"])
def test_a_longer_way_from_staging_is_exactly_that_much_later_in_every_pair(ems):
    arms = [outcomes(ems__policy=ems, ems__staging=metres) for metres in (200.0, 400.0, 800.0)]
    for near, middle, far in with_patients(*arms):
        for name in ("first_care_first_s", "first_care_median_s"):
            times = [getattr(o, name) for o in (near, middle, far)]
            assert times[1] - times[0] == pytest.approx(200.0 / WALK_MPS, abs=TICK_S)
            assert times[2] - times[1] == pytest.approx(400.0 / WALK_MPS, abs=TICK_S)


def test_officers_who_give_first_aid_do_not_come_from_staging():
    near, far = (outcomes(ems__policy="officer_first_aid", ems__staging=m) for m in (200.0, 800.0))
    for one, other in with_patients(near, far):
        assert one.first_care_median_s == other.first_care_median_s
