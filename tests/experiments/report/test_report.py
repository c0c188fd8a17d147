"""The report: one page of its own, names as text, harm as a change only, a label on real places."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from experiments.compare.answer import answers
from experiments.compare.comparison import compare
from experiments.pages.words import HANDLING
from experiments.report import write_report
from experiments.report.page import card, css_string, differing_levers, without_folders
from experiments.study.design import Arm, StudyDesign
from experiments.study.runner import run_study
from sim.given.parameters import ParameterTable
from tests.experiments.fake_engine import ENGINE, FakePlan, FakePolicy, FakeScenario

NASTY = '<script>alert("x")</script><img src=x> & more'


def study_of(folder, plan="outside", names=(("at once", 0.0), (NASTY, 60.0), ("never", 1e5)), runs=24):
    arms = tuple(Arm(name, FakePolicy(name, delay, plain_words=f"Words of {name}.")) for name, delay in names)
    scenario = FakeScenario(building="/home/somebody/plans/our-school.plan.json", plan=FakePlan(plan))
    design = StudyDesign(scenario, arms, runs=runs, model_version="test")
    return run_study(design, folder, 1, progress=False, engine=ENGINE)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return study_of(tmp_path_factory.mktemp("study") / "out")


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.html"
    write_report(results, out)
    return out.read_text(encoding="utf-8")


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.ids, self.links, self.references = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "action", "data"):
                self.links.append(value)
            self.references += re.findall(r"url\(#([^)]+)\)", value or "")

    def handle_data(self, data):
        self.text.append(data)


def read(page) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_names_with_html_are_text(page):
    reader = read(page)

    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert any(NASTY in text for text in reader.text)


def test_the_page_needs_no_network_and_forbids_it(page):
    reader = read(page)

    assert "content=\"default-src 'none'; style-src 'unsafe-inline'" in page
    assert all(link.startswith("#") for link in reader.links)
    assert "@import" not in page
    assert not {"link", "iframe", "object", "embed", "form"} & set(reader.tags)


def test_ids_are_unique_and_every_reference_has_its_target(page):
    reader = read(page)
    used = {link[1:] for link in reader.links} | set(reader.references)

    assert len(reader.ids) == len(set(reader.ids))
    assert used <= set(reader.ids)


def test_all_four_figures_are_inside_with_a_title_once_wide_and_once_for_a_phone(page):
    assert page.count("<svg") == 8
    assert page.count('role="img"') == 8
    assert page.count('<div class="wide">') == page.count('<div class="narrow">') == 4
    assert "<dc:date" not in page


def test_sections_come_in_the_order_of_reading(page):
    ids = ["answer", "steps", "changes", "spread", "secured", "sure", "harm", "rests", "limits", "made"]
    places = [page.index(f'<h2 id="{name}"') for name in ids]

    assert places == sorted(places)


def test_the_answer_is_that_of_the_terminal(results):
    later, never = (card(results, answer) for answer in answers(results, compare(results)))

    assert later.changes[0].glance == "First contact 60\u00a0s later"
    assert later.changes[0].numbers.endswith("means of 40\u00a0pairs (in every pair).")
    assert never.changes[0].glance == "First contact: not reached"


def test_equal_policies_read_as_no_difference(tmp_path):
    results = study_of(tmp_path / "out", names=(("one", 0.0), ("other", 0.0)))
    (found,) = [card(results, answer) for answer in answers(results, compare(results))]

    assert found.changes == ()
    assert "first contact (the same in all 40\u00a0pairs)" in found.unclear


def test_the_page_has_a_dark_dress_and_tables_that_stack_on_a_phone(page):
    assert "prefers-color-scheme: dark" in page
    body = page[page.index("<main>") :]
    assert body.count("<table") == body.count('<table class="stack')
    for row in re.findall(r"<td(.*?)>", body, re.DOTALL):
        assert "data-label=" in row


def test_of_an_outside_plan_harm_waits_for_a_whole_study_and_it_is_said_why(page):
    start, end = page.index('<h2 id="harm"'), page.index('<h2 id="rests"')

    assert "A change in harm is shown once a study of at least 200 pairs is finished." in page[start:end]
    assert "This plan is not one of the shipped ones" in page[start:end]
    assert "Exposure" not in page
    assert "Injury events" not in page


def test_harm_of_a_shipped_plan_is_a_change_in_the_order_of_the_study(tmp_path):
    write_report(study_of(tmp_path / "out", plan="library school"), tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    harm = page[page.index('<h2 id="harm"') : page.index('<h2 id="rests"')]

    assert '<td data-label="Measure">Exposure</td>' in harm
    assert "person-seconds" in harm
    assert "Exposure" not in page.replace(harm, "")
    assert harm.index("alert") < harm.index("never")


def test_a_real_place_has_a_handling_label_on_every_page(page):
    assert HANDLING in "".join(read(page).text)
    assert f'@bottom-center {{ content: "{css_string(HANDLING)}"' in page


def test_a_plan_of_ours_has_no_label_unless_one_is_given(tmp_path):
    results = study_of(tmp_path / "out", plan="library school")
    write_report(results, tmp_path / "plain.html")
    write_report(results, tmp_path / "label.html", handling='Draft </style> "only"')
    plain = (tmp_path / "plain.html").read_text(encoding="utf-8")
    label = (tmp_path / "label.html").read_text(encoding="utf-8")

    assert 'class="handling"' not in plain
    assert "fictional" in plain
    assert "Draft &lt;/style&gt; &#34;only&#34;" in label
    assert label.count("</style>") == 1


def test_the_building_is_named_without_its_folders(page):
    assert "our-school" in page
    assert "somebody" not in page


def test_limits_and_weak_evidence_are_said(page):
    text = " ".join("".join(read(page).text).split())

    assert "Not a prediction." in text
    assert "The hazard is fixed." in text
    assert "another thing than an association across venues" in text
    assert "deterrence" in text
    assert re.search(r"weak for \d+", text)


def test_what_a_policy_chooses_is_no_number_of_the_model(page):
    numbers = [row for row in ParameterTable.default() if row.role != "choice"]
    text = " ".join("".join(read(page).text).split())
    assert f"The model draws on {len(numbers)} numbers." in text
    weak = [row.name for row in numbers if row.evidence == "weak"]
    assert f"weak for {len(weak)}" in text
    assert "lockdown.teacher_reaction" in weak
    assert "notify.zones" not in weak


def test_a_weak_number_has_its_value_and_unit_and_a_distribution_says_that_it_is_one():
    from experiments.report.page import _central

    rows = ParameterTable.default().rows
    assert _central(rows["exit.leave_share"]) == "0.5"
    assert _central(rows["reunify.handover_rate"]) == "10 pupils/min"
    tables = {name for name, row in rows.items() if _central(row) == "table"}
    assert tables
    assert "hazard.school_durations" in tables
    assert not {name for name in rows if "None" in _central(rows[name])}


def test_where_it_comes_from_is_said(results, page):
    for name in ("study", "created_utc", "model_version"):
        assert str(results.manifest[name]) in page
    assert results.manifest["scenario"]["plan_hash"] in page
    assert results.manifest["versions"]["mesa"] in page


def test_levers_that_differ(results):
    names, rows = differing_levers(results)

    assert names == ["entry.delay_s"]
    assert rows == [("at once", ["0"]), (NASTY, ["60"]), ("never", ["100,000"])]


def test_the_same_results_give_the_same_page(results, page, tmp_path):
    write_report(results, tmp_path / "again.html")

    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_the_command_has_no_folders():
    command = "firstminutes compare '/home/some body/a.plan.json' --policy=../b/c.toml --out out/d/ --runs 5"

    assert without_folders(command) == "firstminutes compare a.plan.json --policy=c.toml --out d --runs 5"


def test_a_folder_of_an_older_version_still_gives_a_report(results, tmp_path):
    """Its manifest lacks what was added later: that is left out, and no error."""
    scenario = {key: value for key, value in results.manifest["scenario"].items() if key != "assumed"}
    manifest = {key: value for key, value in results.manifest.items() if key != "probabilistic"}
    older = replace(results, manifest=manifest | {"scenario": scenario})
    write_report(older, tmp_path / "older.html")
    assert "Of the building it was assumed" not in (tmp_path / "older.html").read_text(encoding="utf-8")
