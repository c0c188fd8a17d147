"""The study of all levers: nothing left out, signs about something real, and honest verdicts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from matplotlib.axes import Axes

from experiments.studies import page
from experiments.studies.expected import BASES, EXPLAINED, SIGNS, Base, Sign
from experiments.studies.levers import BASE, base_policy, designs, label_of, signs_of, verdict
from experiments.studies.officer import LOCKDOWN, OFFICER, design, sentence
from experiments.studies.officer import label_of as cell_of
from experiments.studies.tornado import _UNITS, MOST, draw_tornado, shown
from sim.given.levers import LEVERS
from sim.view.outcome import OUTCOMES


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


@pytest.mark.parametrize(
    ("unit", "size", "axis", "ends"),
    [
        ("s", 599.0, "(s)", 599.0),
        ("s", 600.0, "(min)", 10.0),
        ("1", 0.25, "(percentage points)", 25.0),
        ("person s", 900.0, "(person-seconds)", 900.0),
        ("events", 0.5, "(events)", 0.5),
        ("persons", 2.0, "(persons)", 2.0),
    ],
)
def test_the_axis_is_in_the_unit_of_the_outcome(tmp_path, monkeypatch, unit, size, axis, ends):
    seen = []
    monkeypatch.setattr(Axes, "set", lambda self, **words: seen.append((words["xlabel"], self.dataLim.x1)))
    one = SimpleNamespace(**{**vars(found(size, size / 2, size)), "unit": unit})
    nothing = SimpleNamespace(**{**vars(found(0.0, 0.0, 0.0)), "unit": unit})
    draw_tornado([one, nothing], "x", tmp_path / "t.png")
    ((label, last),) = seen
    assert axis in label
    assert "1 levels that change it less or not at all are left out" in label
    assert last == pytest.approx(ends)


def test_every_outcome_has_a_unit_that_a_tornado_knows():
    assert {column.unit for column in OUTCOMES} <= set(_UNITS)


def test_an_outcome_without_a_better_side_has_no_good_and_bad(tmp_path, monkeypatch):
    bars, labels = [], []
    monkeypatch.setattr(Axes, "barh", lambda self, y, mean, color, **_: bars.append(color))
    monkeypatch.setattr(Axes, "set", lambda self, **words: labels.append(words["xlabel"]))
    for better, expected in (("lower", 2), ("higher", 2), (None, 1)):
        bars.clear()
        rows = [found(5.0, 1.0, 9.0), found(-5.0, -9.0, -1.0)]
        rows = [SimpleNamespace(**{**vars(row), "better": better}) for row in rows]
        draw_tornado(rows, "x", tmp_path / "t.png")
        assert len(set(bars)) == expected
        assert ("blue: better, orange: worse" in labels[-1]) == (better is not None)


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


def test_the_page_has_every_sign_the_sentence_and_the_figures(tmp_path, monkeypatch):
    study, docs = tmp_path / "study", tmp_path / "docs"
    (study / "elementary").mkdir(parents=True)
    docs.mkdir()
    for name in ("officer.png", *(f"elementary/tornado-{name}.png" for name in page.ASKED_FOR)):
        (study / name).write_bytes(name.encode())
    some = [
        found(-3.0, -4.0, -2.0, "start_to_contact_s", "sro.state=inside"),
        found(0.0, 0.0, 0.0, "start_to_entry_s", "sro.state=on_campus_outside"),
        found(-4.0, -5.0, -3.0, "start_to_contact_s", "entry.policy=assess"),
    ]
    monkeypatch.setattr(
        page, "EXPLAINED", {("entry.policy=assess", "start_to_contact_s"): "Because of this."}
    )
    page.write_page(signs_of("elementary", some), "An officer is worth it.", 200, study, docs / "levers.md")
    text = (docs / "levers.md").read_text(encoding="utf-8")
    assert "An officer is worth it." in text
    assert "**2 signs hold, 0 are not clear" in text
    assert "1 contradict.**" in text
    assert "Because of this." in text
    row = "| elementary | `sro.state=inside` | Start to first contact | - | -3 s (-4 s to -2 s) | 9 | holds |"
    assert row in text
    assert "| 0 s in every pair | 9 | holds |" in text
    assert "New: not looked into yet." not in text
    for name in page.ASKED_FOR:
        assert f"img/levers/elementary-{name}.png" in text
        copied = docs / "img" / "levers" / f"elementary-{name}.png"
        assert copied.read_bytes() == f"elementary/tornado-{name}.png".encode()
    assert not {c.name for c in OUTCOMES if c.kind == "harm"} & set(page.ASKED_FOR)


def test_only_signs_that_there_are_are_explained():
    signs = {(label_of(sign.lever, sign.level), sign.outcome) for sign in SIGNS}
    assert set(EXPLAINED) <= signs
