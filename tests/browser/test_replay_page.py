"""The replay page in a real Chromium: it loads from one file, plays, jumps and says what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from buildings.library import load
from experiments.replay import ReplayRun, write_replay
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.record.recording import STATES, Recording
from sim.record.timeline import Row
from sim.run import run_paired
from sim.streams import RunKey

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLICIES = ("immediate-entry", "perimeter-1999")
CONTRAST = """() => {
          const part = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
          const light = (c) => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
          const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
          const behind = (node) => {
            for (let n = node; n; n = n.parentElement) {
              const c = rgb(getComputedStyle(n).backgroundColor);
              if (c.length < 4 || c[3] > 0) return c;
            }
            return [255, 255, 255];
          };
          const found = [...document.querySelectorAll("body *")].filter((n) =>
            n.offsetParent && [...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()));
          return found.map((n) => {
            const [a, b] = [light(rgb(getComputedStyle(n).color)), light(behind(n))];
            return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), n.textContent.slice(0, 40)];
          }).sort((p, q) => p[0] - q[0])[0];
        }"""
"""The worst contrast of a visible text with what is behind it, and that text."""


class Tab:
    """A page that remembers what it asked for and what went wrong."""

    def __init__(self, page) -> None:
        self.page, self.requests, self.problems = page, [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on(
            "console", lambda message: self.problems.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: (self.problems.append(dialog.message), dialog.dismiss()))

    def open(self, path: Path) -> Tab:
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("body[data-ready]")
        return self

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector)

    def seconds(self) -> float:
        return float(self.page.input_value("#scrub"))

    def seek(self, time_s: float) -> None:
        self.page.evaluate(
            """t => { const slider = document.getElementById("scrub");
                slider.value = t; slider.dispatchEvent(new Event("input")); }""",
            time_s,
        )

    def pixels(self, panel: int) -> str:
        return self.page.evaluate("k => document.getElementById(`plan-${k}`).toDataURL()", panel)


@pytest.fixture(scope="module")
def browser() -> Iterator:
    # Imported here so that a machine without Playwright can collect the file; who asks for these tests and
    # has no Playwright or no chromium sees them fail.
    from playwright import sync_api

    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


def make(out: Path, scenario_name: str, horizon_s: float, labels=POLICIES) -> Path:
    scenario = load_scenario(scenario_name, horizon_s=horizon_s)
    policies = [load_policy(name) for name in POLICIES]
    results = run_paired(scenario, policies, RunKey(1, 0), record=POLICIES)
    runs = [
        ReplayRun(label, policy.plain_words, result.recording, result.timeline)
        for label, policy, result in zip(labels, policies, results, strict=True)
    ]
    write_replay(scenario.plan, runs, out, title=f"Replay of {labels[0]}", facts={"Seed": "1"})
    return out


@pytest.fixture(scope="module")
def elementary(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("replay") / "elementary.html", "elementary", 300.0)


@pytest.fixture(scope="module")
def high_school(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("replay") / "high-school.html", "default", 300.0)


@pytest.fixture
def still(browser, elementary) -> Iterator[Tab]:
    """The page as somebody sees it who asked for less motion: paused at the start."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    tab = Tab(context.new_page()).open(elementary)
    yield tab
    assert tab.problems == []
    assert len(tab.requests) == 1
    context.close()


def test_it_plays_from_one_file(browser, elementary):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="no-preference")
    tab = Tab(context.new_page()).open(elementary)
    tab.page.wait_for_timeout(300)
    assert tab.seconds() == 0.0, "nothing moves before somebody asks for it"
    assert tab.text("#play") == "Play"
    tab.page.click("#play")
    for _ in range(300):  # wait_for_function would need eval, which the page forbids
        if tab.seconds() > 5.0:
            break
        tab.page.wait_for_timeout(100)
    assert tab.seconds() > 5.0
    tab.page.click("#play")
    assert tab.text("#play") == "Play"
    stopped = tab.seconds()
    tab.page.wait_for_timeout(300)
    assert tab.seconds() == stopped
    assert tab.problems == []
    assert tab.requests == [elementary.as_uri()]
    context.close()


def test_play_and_speed(still):
    gone = {}
    for speed in ("1", "30"):
        still.seek(0)
        still.page.select_option("#speed", speed)
        still.page.click("#play")
        still.page.wait_for_timeout(700)
        still.page.click("#play")
        gone[speed] = still.seconds()
    assert 0.0 < gone["1"] < 2.5
    assert gone["30"] > 6.0


def test_step_and_keys(still):
    still.page.click("#step")
    still.page.click("#step")
    assert still.seconds() == 1.0
    still.page.click("#back")
    assert still.seconds() == 0.5
    still.page.evaluate("document.activeElement.blur()")
    for key, time_s in ((".", 1.0), (",", 0.5), ("ArrowRight", 10.5), ("ArrowLeft", 0.5)):
        still.page.keyboard.press(key)
        assert still.seconds() == time_s, key
    still.page.keyboard.press("Space")
    assert still.text("#play") == "Pause"
    still.page.keyboard.press("Space")
    assert still.text("#play") == "Play"


def test_both_panels_show_the_same_time_and_then_differ(still):
    still.seek(120)
    assert still.text("#counts-0") == still.text("#counts-1")
    assert still.pixels(0) == still.pixels(1)
    assert "under both policies" in still.text("#difference")
    still.seek(280)
    assert still.pixels(0) != still.pixels(1)
    assert still.text("#difference").startswith(
        "At 4:40 officers are inside under immediate-entry; under perimeter-1999 they wait outside"
    )
    assert (still.text("#phase-0"), still.text("#phase-1")) == ("Inside", "Outside")
    assert still.text("#clock") == "4:40"


def test_counts_are_all_people(still):
    for time_s in (0, 150, 300):
        still.seek(time_s)
        for panel in (0, 1):
            numbers = still.page.locator(f"#counts-{panel} dd").all_inner_texts()
            assert sum(int(number) for number in numbers) == 490


def test_badges_say_how_many_more_or_fewer(browser, tmp_path):
    path = crossing(tmp_path / "badges.html")
    context = browser.new_context(reduced_motion="reduce")
    tab = Tab(context.new_page()).open(path)
    badges = tab.page.locator("#counts-1 .badge:visible")
    assert badges.count() == 0
    tab.seek(5)
    shown = tab.page.locator("#counts-1 div:has(.badge:visible)").all_inner_texts()
    assert [re.sub(r"\s+", " ", words) for words in shown] == ["Moving 3 +3", "Secured 0 \N{MINUS SIGN}3"]
    assert "3 people more are secured under a." in tab.text("#difference")
    assert tab.page.locator("#counts-0 .badge:visible").count() == 0
    assert tab.problems == []
    context.close()


LATER = (
    (Row(6.0, "THREAT_END"), Row(100.0, "ALL_CLEAR"), Row(130.0, "EMS_PATIENT_CONTACT", "medics")),
    (Row(8.0, "THREAT_END"), Row(1000.0, "ALL_CLEAR")),
)
"""What happens in two runs after their positions of ten seconds have ended."""


def test_the_replay_reaches_first_care_and_the_all_clear(browser, tmp_path):
    """Ten seconds of positions, then a minute of the film for all that is left of 1,000 s."""
    path = crossing(tmp_path / "later.html", LATER)
    context = browser.new_context(reduced_motion="reduce")
    tab = Tab(context.new_page()).open(path)
    assert float(tab.page.get_attribute("#scrub", "max")) == 70.0
    tab.seek(10)
    assert tab.text("#clock") == "0:10"
    tab.page.locator("#events tr", has_text="First care").locator("button").click()
    assert tab.text("#clock") == "2:10"
    assert (tab.text("#phase-0"), tab.text("#phase-1")) == ("All-clear", "No call yet")
    assert "First care has begun under a only." in tab.text("#difference")
    tab.seek(70)
    assert tab.text("#clock") == "16:40"
    assert (tab.text("#phase-0"), tab.text("#phase-1")) == ("All-clear", "All-clear")
    assert tab.problems == []
    context.close()


def test_the_strip_shows_when_the_threat_was_over(browser, tmp_path):
    path = crossing(tmp_path / "later.html", LATER)
    for width in (1366, 390):
        context = browser.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
        tab = Tab(context.new_page()).open(path)
        assert tab.page.locator(".flag.over:visible").all_inner_texts() == [
            "Threat over 0:06",
            "Threat over 0:08",
        ]
        boxes = [one.bounding_box() for one in tab.page.locator(".flag:visible").all()]
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()


def test_out_is_in_the_legend(still):
    assert re.search(r"Out\s*has left the building", still.text("#legend"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_dark_page_for_dark_rooms(browser, elementary, scheme):
    """Nearly no pixel of the plan is bright, and words keep their contrast; the button changes both ways."""
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    tab = Tab(context.new_page()).open(elementary)
    bright = """() => { const c = document.getElementById("plan-0"), d = c.getContext("2d");
        const p = d.getImageData(0, 0, c.width, c.height).data; let n = 0;
        for (let k = 0; k < p.length; k += 4) n += p[k + 3] > 0 && p[k] + p[k + 1] + p[k + 2] > 690;
        return 4 * n / p.length; }"""
    if scheme == "light":
        assert tab.page.evaluate(bright) > 0.05
        tab.page.keyboard.press("d")
    assert tab.page.evaluate(bright) < 0.02
    assert tab.page.evaluate(CONTRAST)[0] >= 4.5
    assert tab.page.get_attribute("#dark", "aria-pressed") == "true"
    tab.page.click("#dark")
    assert tab.page.evaluate(bright) > 0.05
    assert tab.problems == []
    context.close()


def test_full_screen_shows_the_players_only(still):
    still.page.click("#full")
    still.page.wait_for_timeout(300)
    assert still.page.evaluate("document.fullscreenElement !== null")
    assert not still.page.is_visible("#events")
    assert still.page.is_visible("#play")
    still.page.click("#full")
    still.page.wait_for_timeout(300)
    assert still.page.is_visible("#events")


def crossing(out: Path, timelines=((), ())) -> Path:
    """Two small runs: all secured from 4 s under a, never under b."""
    plan = load("elementary")
    n_frames = 21
    runs = []
    ends = (("a", STATES.index("secured")), ("b", STATES.index("moving")))
    for (label, after), timeline in zip(ends, timelines, strict=True):
        state = np.full((n_frames, 3), STATES.index("moving"), dtype=np.int8)
        state[8:] = after
        levels = tuple(level.id for level in plan.levels)
        place = np.full((n_frames, 3), 400, dtype=np.int16)
        where = np.zeros((n_frames, 3), dtype=np.int8)
        recording = Recording(place, place, where, state, ("pupil",) * 3, levels, 0.0, 0.0, True)
        runs.append(ReplayRun(label, f"words of {label}", recording, timeline))
    write_replay(plan, runs, out, title="Crossing")
    return out


def test_a_frame_takes_a_millisecond(browser, high_school):
    """Two panels of more than a thousand people; the bound leaves room for a busy machine."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    tab = Tab(context.new_page()).open(high_school)
    fastest = tab.page.evaluate(
        """() => Math.min(...Array.from({ length: 20 }, () => {
          const start = performance.now();
          for (let k = 0; k < 20; k++) drawPanel(panels[0], 200 + k / 7);
          return (performance.now() - start) / 20;
        }))"""
    )
    assert fastest < 3.0
    context.close()


def test_an_event_jumps(still):
    row = still.page.locator("#events tr", has_text="First entry")
    row.locator("button").first.click()
    assert still.text("#clock") == "4:11"
    assert still.text("#phase-0") == "Inside"
    still.page.locator("#events tr", has_text="Lockdown announced").locator("th").click()
    assert (
        still.text("#clock") in still.page.locator("#events tr", has_text="Lockdown announced").inner_text()
    )
    assert still.page.locator("#events tr.room:visible").count() == 0
    still.page.check("#rooms")
    assert still.page.locator("#events tr.room:visible").count() > 10


def test_the_strip_jumps(still):
    box = still.page.locator(".track").first.bounding_box()
    still.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    assert still.seconds() == pytest.approx(150.0, abs=2.0)


def test_floors(browser, high_school):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    tab = Tab(context.new_page()).open(high_school)
    tab.seek(200)
    pictures = set()
    for floor in ("0", "1", "-1"):
        tab.page.select_option("#floor", floor)
        pictures.add(tab.pixels(0))
    assert len(pictures) == 3
    before = tab.pixels(0)
    tab.page.uncheck("#names")
    assert tab.pixels(0) != before
    assert tab.problems == []
    assert len(tab.requests) == 1
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (800, 1000), (390, 844)])
def test_it_fits_the_screen(browser, elementary, width, height):
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    tab = Tab(context.new_page()).open(elementary)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    first, second = (tab.page.locator(f"#plan-{k}").bounding_box() for k in (0, 1))
    beside = first["y"] == second["y"]
    assert beside == (width > 860)
    if width > 1000:
        controls = tab.page.locator(".controls").bounding_box()
        assert controls["y"] + controls["height"] <= height
    context.close()


def test_names_with_html_do_nothing(browser, tmp_path):
    nasty = "<img src=x onerror=alert(1)>"
    path = make(tmp_path / "nasty.html", "elementary", 120.0, labels=(nasty, f"{nasty}</script>"))
    context = browser.new_context(reduced_motion="reduce")
    tab = Tab(context.new_page()).open(path)
    assert tab.page.locator("img").count() == 0
    assert tab.text("#name-0").startswith(nasty)
    assert tab.page.title() == f"Replay of {nasty}"
    assert nasty in tab.text("#strip")
    assert tab.problems == []
    assert len(tab.requests) == 1
    context.close()


def test_print_view_has_facts_and_events(still):
    still.page.emulate_media(media="print")
    assert not still.page.is_visible(".controls")
    assert still.page.is_visible(".facts")
    assert still.page.is_visible("#events")
    # Paper has another shape than the window: the plan keeps its own.
    assert still.page.evaluate("getComputedStyle(document.getElementById('plan-0')).objectFit") == "contain"
    assert len(still.page.pdf()) > 10_000


def test_words_are_readable(still):
    """Contrast of every visible text with what is behind it is at least 4.5 (WCAG AA)."""
    worst = still.page.evaluate(CONTRAST)
    assert worst[0] >= 4.5, worst


def test_everything_can_be_reached_by_keyboard(still):
    reached = set()
    for _ in range(12):
        still.page.keyboard.press("Tab")
        reached.add(still.page.evaluate("document.activeElement.id"))
    assert {"play", "back10", "back", "step", "forward10", "scrub", "speed", "floor"} <= reached
    outline = still.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    assert re.fullmatch("en", still.page.evaluate("document.documentElement.lang"))
