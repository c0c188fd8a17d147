"""The parameter table: distributions against scipy, and what may be changed at all."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.errors import ParameterError
from sim.given.parameters import UNREAD, ParameterTable, refuse_if_set_elsewhere

ROOT = Path(__file__).parents[3]
TABLE = ParameterTable.default()
U = np.array([0.001, 0.05, 0.3, 0.5, 0.77, 0.95, 0.999])
SWEEPABLE = [row.name for row in TABLE if row.sweepable == "yes"]
FIXED = [row.name for row in TABLE if row.sweepable != "yes"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("psap.processing_delay", stats.lognorm(0.54, scale=30.0)),
        ("hazard.dwell", stats.expon(scale=30.0)),
        ("entry.immediate_delay", stats.triang(15 / 55, loc=5, scale=55)),
        ("lockdown.alert_reach", stats.beta(18, 2)),
        ("patrol.total_responders", stats.nbinom(0.7, 0.7 / 120.7)),
        ("move.stair_child", stats.norm(0.5, 0.1)),
    ],
)
def test_quantiles_are_those_of_scipy(name, expected):
    np.testing.assert_allclose(TABLE.quantile(name, U), expected.ppf(U), rtol=1e-9)


def test_cut_offs_hold():
    assert TABLE.quantile("patrol.response_total", 1e-9) == 20.0
    assert TABLE.quantile("patrol.response_total", 1 - 1e-9) == 1800.0
    assert TABLE.quantile("move.run_adult", 0.999) == 6.0


def test_one_number_gives_a_number_and_an_array_its_shape():
    assert isinstance(TABLE.quantile("psap.answer_delay", 0.5), float)
    assert TABLE.quantile("psap.answer_delay", np.full((2, 3), 0.5)).shape == (2, 3)
    assert TABLE.quantile("psap.answer_delay", 0.5) == pytest.approx(6.0)


def test_every_drawn_row_has_a_finite_quantile_at_the_ends():
    for row in TABLE:
        if row.role == "drawn" and row.distribution != "bernoulli":
            ends = row.quantile(np.array([0.0, 1.0 - 2.0**-53]))
            assert np.isfinite(ends).all(), row.name
            assert ends[0] <= ends[1], row.name


def test_the_central_value_of_every_row_lies_in_its_range():
    for row in TABLE:
        if row.low is not None and row.high is not None and row.distribution not in ("categorical", "table"):
            assert row.low <= row.central <= row.high, row.name


def test_assumptions_of_ours_are_weak_wide_and_fixed():
    ours = (ROOT / "sim" / "data" / "assumptions.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert ours
    for name in (line.split(",")[0] for line in ours):
        row = TABLE.row(name)
        assert (row.evidence, row.sweepable) == ("weak", "no"), name
        assert row.note, name
        low, high = row.low, row.high
        if row.unit == "1":  # a share: on the odds
            assert low / (1 - low) <= 0.51 * row.central / (1 - row.central), name
            assert high / (1 - high) >= 1.96 * row.central / (1 - row.central), name
        else:
            assert low <= 0.5 * row.central, name
            assert high >= 2.0 * row.central, name


def test_children_on_stairs_walk_as_fast_as_the_row_that_is_a_check_says():
    row, walk = TABLE.row("move.stair_child"), TABLE.value("move.pupil_elementary_walk")
    for factor in ("move.stair_down_factor", "move.stair_up_factor"):
        assert row.low <= walk * TABLE.value(factor) <= row.high


def test_an_override_moves_the_centre_and_keeps_the_spread():
    changed = TABLE.with_values({"patrol.response_total": 360.0, "move.adult_walk": 1.2})
    before = TABLE.quantile("patrol.response_total", U)
    np.testing.assert_allclose(changed.quantile("patrol.response_total", U), 2.0 * before)
    assert changed.quantile("move.adult_walk", 0.5) == pytest.approx(1.2)
    spread = changed.quantile("move.adult_walk", 0.9) - changed.quantile("move.adult_walk", 0.5)
    assert spread == pytest.approx(TABLE.quantile("move.adult_walk", 0.9) - 1.34)
    assert TABLE.value("patrol.response_total") == 180.0
    assert changed.changed == {"patrol.response_total": 360.0, "move.adult_walk": 1.2}


def test_one_entry_of_a_table_can_be_changed():
    changed = TABLE.with_values({"agency.units.small": 5})
    assert changed.table("agency.units", "small") == 5.0
    assert changed.table("agency.units", "large") == TABLE.table("agency.units", "large") == 40.0


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_row_is_refused_by_name(name):
    with pytest.raises(ParameterError, match=rf"'{re.escape(name)}'.*(fixed|hazard)"):
        TABLE.with_values({name: 1.0})


@pytest.mark.parametrize("name", SWEEPABLE)
def test_a_sweepable_row_is_changed_or_says_where_it_is_set(name):
    row, told = TABLE.row(name), _elsewhere(name)
    if told:
        assert re.search("set the lever|name one of its entries|not used by the model", told)
        with pytest.raises(ParameterError, match=re.escape(told)):
            TABLE.with_values({name: 1.0})
        return
    for value in (row.low, row.high):
        assert TABLE.with_values({name: value}).value(name) == pytest.approx(value)


def test_most_sweepable_rows_can_be_changed():
    """A guard that refuses everything would pass the test above."""
    assert len(SWEEPABLE) > 100
    assert sum(not _elsewhere(name) for name in SWEEPABLE) > 50


def test_the_list_of_rows_that_nothing_reads_is_true():
    """A submodel that begins to read one takes it off `sim.given.parameters.UNREAD`."""
    tables = {"parameters.py", "levers.py", "names.py", "distribution.py"}
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py") if path.name not in tables
    )
    unread = {
        name
        for name in SWEEPABLE
        if f'"{name}"' not in source and TABLE.row(name).role != "choice" and "lever" not in _elsewhere(name)
    }
    assert unread == UNREAD


def _elsewhere(name):
    try:
        refuse_if_set_elsewhere(TABLE.row(name))
    except ParameterError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"patrol.respons_total": 60}, "Did you mean 'patrol.response_total'"),
        ({"patrol.response_total": 0}, "cannot be 0 s: it must be above 0"),
        ({"patrol.response_total": -5.0}, "cannot be -5 s"),
        ({"patrol.response_total": float("nan")}, "a finite number is needed"),
        ({"patrol.response_total": "fast"}, "needs a number .s., but got 'fast'"),
        ({"patrol.response_total": True}, "needs a number"),
        ({"lock.error_keyed": 1.0}, "outside of its range; the shipped table has 0.15 .from 0.08 to 0.26."),
        ({"psap.answer_delay": 100000}, "outside of its range"),
        ({"psap.answer_delay": 0.9}, "outside of its range; .*from 1 to 33.6"),
        ({"agency.units.small": 13}, "outside of its range; .*from 0 to 12"),
        ({"training.error_multiplier.none": 2}, "is fixed"),
        ({"lock.error_keyed": 1.2}, "a share lies between 0 and 1"),
        ({"entry.immediate_delay": 90}, "the mode lies between 5 and 60"),
        ({"psap.transfer_delay": -1}, "cannot be negative"),
        ({"entry.delay": 60}, "set the lever 'entry.delay_s'"),
        ({"entry.team_of": 4}, "set the lever 'entry.team_size'"),
        ({"sro.presence_given_assigned": 0.5}, "set the lever 'sro.presence'"),
        ({"lock.type": 1}, "set the lever 'lock.type'"),
        ({"move.stair_child": 1}, "'move.stair_child' is not used by the model in this version"),
        ({"agency.units": 4}, "name one of its entries, such as 'agency.units.small'"),
        ({"agency.units.tiny": 4}, "no entry 'tiny'; it has small, medium, large"),
        ({"agency.units.small": -4}, "a whole number, 0 or more; the shipped table has 3"),
        ({"hazard.school_durations.60": 0.5}, "belongs to the hazard"),
        ({"day_part.hall_share.class": 0.5}, "is fixed"),
    ],
)
def test_an_impossible_override_says_why(values, words):
    with pytest.raises(ParameterError, match=words):
        TABLE.with_values(values)
    with pytest.raises(ParameterError, match=r"^mine\.toml: "):
        TABLE.with_values(values, "mine.toml")


def test_a_count_is_a_whole_number():
    assert TABLE.row("ems.ambulances").impossible(2.5) == "it must be a whole number, 0 or more"
    assert TABLE.row("ems.ambulances").impossible(3.0) == ""


def test_a_row_without_a_quantile_or_value_says_so():
    with pytest.raises(ParameterError, match=r"'lock.error_keyed' is a share"):
        TABLE.quantile("lock.error_keyed", 0.5)
    with pytest.raises(ParameterError, match=r"'agency.units' is a table and has no single value"):
        TABLE.value("agency.units")
    with pytest.raises(ParameterError, match="no entry 'x'"):
        TABLE.table("agency.units", "x")


def test_the_fingerprint_follows_the_numbers():
    assert TABLE.fingerprint() == ParameterTable.default().fingerprint()
    assert TABLE.with_values({"psap.transfer_delay": 28}).fingerprint() == TABLE.fingerprint()
    assert TABLE.with_values({"psap.transfer_delay": 29}).fingerprint() != TABLE.fingerprint()


def test_every_number_that_the_model_asks_for_exists():
    """Names in the source of the model are rows of the table."""
    calls = re.compile(
        r"(?:\.value|\.table|\.quantile|drawn|drawn_ticks)\(\s*\n?\s*\"([a-z_]+\.[a-z_]+|armed_staff)\""
    )
    asked = {
        name
        for path in (ROOT / "sim").rglob("*.py")
        for name in calls.findall(path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 30
    assert not [name for name in sorted(asked) if name not in TABLE]
