"""The study of all levers: nothing left out, signs about something real, and honest verdicts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from matplotlib.axes import Axes

from experiments.studies.expected import BASES, SIGNS, Base, Sign
from experiments.studies.levers import BASE, base_policy, designs, label_of, signs_of, verdict
from experiments.studies.officer import LOCKDOWN, OFFICER, design, sentence
from experiments.studies.officer import label_of as cell_of
from experiments.studies.tornado import MOST, draw_tornado, shown
from sim.levers import LEVERS
from sim.outcome import OUTCOMES


@pytest.fixture(scope="module")
def studies():
    return designs("elementary", runs=2)


def test_every_level_but_the_bases_own_is_an_arm_once(studies):
    arms = [arm.label for study in studies.values() for arm in study.arms if arm.label != BASE]
    assert len(set(arms)) == len(arms)
    for lever in LEVERS.values():
        own = base_policy(BASES.get(lever.name, Base()))[lever.name]
        expected = {label_of(lever.name, level) for level in lever.levels if level != own}
        assert expected <= set(arms), lever.name


def test_an_arm_differs_from_its_base_in_one_lever_only(studies):
    for base, study in studies.items():
        policy = base_policy(base)
        for arm in study.arms[1:]:
            assert [name for name in LEVERS if arm.policy[name] != policy[name]] == [arm.label.split("=")[0]]


def test_every_sign_is_about_a_level_and_an_outcome_that_there_are(studies):
    arms = {arm.label for study in studies.values() for arm in study.arms}
    outcomes = {column.name for column in OUTCOMES}
    for sign in SIGNS:
        assert label_of(sign.lever, sign.level) in arms, sign
        assert sign.outcome in outcomes, sign


def test_every_lever_has_an_expected_sign():
    assert {sign.lever for sign in SIGNS} == set(LEVERS)


def found(mean, low, high, outcome="all_clear_s", policy="x=1"):
    clear = low is not None and (low > 0 or high < 0)
    return SimpleNamespace(
        outcome=outcome,
        policy=policy,
        unit="s",
        better="lower",
        n_pairs=9,
        diff_mean=mean,
        diff_low=low,
        diff_high=high,
        is_clear=clear,
    )


@pytest.mark.parametrize(
    ("sign", "difference", "said"),
    [
        (1, (5.0, 1.0, 9.0), "holds"),
        (1, (-5.0, -9.0, -1.0), "contradicts"),
        (-1, (-5.0, -9.0, -1.0), "holds"),
        (-1, (5.0, 1.0, 9.0), "contradicts"),
        (1, (-5.0, -12.0, 1.0), "not clear"),
        (0, (0.0, 0.0, 0.0), "holds"),
        (0, (0.1, -0.1, 0.3), "contradicts"),
        (1, (None, None, None), "no pair"),
    ],
)
def test_verdicts(sign, difference, said):
    assert verdict(Sign("x", 1, "all_clear_s", sign), found(*difference)) == said


def test_rows_of_signs_say_what_was_expected_and_what_was_found():
    rows = signs_of("elementary", [found(-3.0, -4.0, -2.0, "start_to_contact_s", "sro.state=inside")])
    row = next(r for r in rows if r["outcome"] == "start_to_contact_s")
    assert (row["expected"], row["mean"], row["verdict"]) == ("-", -3.0, "holds")
    assert {r["level"] for r in rows} == {"sro.state=inside"}


def test_the_table_of_officer_and_lockdown_is_full():
    labels = design(2).labels
    assert set(labels) == {cell_of(speed, officer) for speed in LOCKDOWN for officer in OFFICER}
    assert len(labels) == 12


def test_the_sentence_gives_each_speed_with_its_interval():
    said = sentence({"slow": (-40.0, -60.0, -20.0), "fast": (-1.0, -3.0, 2.0)})
    assert "slow: -40 person-seconds of exposure (-60 to -20)" in said
    assert "fast: -1 person-seconds of exposure (-3 to +2)" in said


def test_a_tornado_is_drawn(tmp_path):
    some = [found(5.0, 1.0, 9.0, policy="a=1"), found(-8.0, -9.0, -7.0, policy="b=2"), found(0.0, 0.0, 0.0)]
    draw_tornado(some, "All-clear: elementary", tmp_path / "t.png")
    assert (tmp_path / "t.png").stat().st_size > 5_000


def _levels(outcome):
    """Return more levels of an outcome than a sorted figure shows, in no order of size."""
    sizes = [(-1) ** k * (1.0 + (7 * k) % (MOST + 6)) for k in range(MOST + 6)]
    return [found(size, size - 1, size + 1, outcome, f"x={k}") for k, size in enumerate(sizes)]


@pytest.mark.parametrize("outcome", [c.name for c in OUTCOMES if c.kind == "harm"])
def test_harm_keeps_the_order_of_the_study_and_no_level_is_chosen_by_its_size(outcome):
    levels = _levels(outcome)
    none = found(None, None, None, outcome, "x=none")
    assert shown([*levels, none]) == levels


def test_other_outcomes_have_the_largest_difference_on_top():
    sizes = [abs(c.diff_mean) for c in shown(_levels("all_clear_s"))]
    assert sizes == [float(size) for size in range(MOST + 6, 6, -1)]


def test_the_figure_draws_what_is_shown_from_the_top_down(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(Axes, "set_yticks", lambda self, at, labels: drawn.append(list(labels)))
    levels = _levels("exposure_person_s_vs_baseline")
    draw_tornado(levels, "Exposure", tmp_path / "t.png")
    assert drawn == [[c.policy for c in reversed(levels)]]
