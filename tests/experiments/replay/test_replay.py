"""The replay page and the animations: what they hold, and what they must not hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from buildings.library import load
from buildings.plan import FloorPlan
from experiments.pages.words import HANDLING, handling_label
from experiments.replay import ReplayRun, animation, scene, video, write_replay
from experiments.replay.encoding import decode, encode
from experiments.replay.film import Film, film_of
from experiments.replay.page import SCRIPTS, clock, event_lines
from experiments.replay.scene import scene_of
from sim.errors import RecordingError
from sim.given import disclosure
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario
from sim.record.recording import STATES, STEP_M, Recording
from sim.record.timeline import HARM_EVENTS, Row
from sim.run import run_paired
from sim.streams import RunKey

POLICIES = ("immediate-entry", "perimeter-1999")
NASTY = "<img src=x onerror=alert(1)>"
FORBIDDEN = ("hazard", "injur", "shooter", "victim", "casualt", "exposure", "killed", "weapon", "dead")


@pytest.fixture(scope="module")
def place() -> tuple[FloorPlan, list[ReplayRun]]:
    scenario = load_scenario("elementary", horizon_s=300.0)
    policies = [load_policy(name) for name in POLICIES]
    results = run_paired(scenario, policies, RunKey(1, 0), record=POLICIES)
    runs = []
    for policy, result in zip(policies, results, strict=True):
        assert result.recording is not None
        runs.append(ReplayRun(policy.name, policy.plain_words, result.recording, result.timeline))
    return scenario.plan, runs


@pytest.fixture(scope="module")
def page(place: tuple[FloorPlan, list[ReplayRun]], tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("replay") / "replay.html"
    write_replay(*place, out, title="Elementary", facts={"Seed": "1"}, handling="For exercise use only")
    return out.read_text(encoding="utf-8")


def payload(page: str) -> dict:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


def crowd(n_people: int, n_frames: int, levels: tuple[str, ...], *, library: bool = True) -> Recording:
    """People of whom a tenth walks all the time and the rest for a minute: a busy incident."""
    draw = np.random.default_rng(1)
    speed = draw.normal(0.0, 12.0, (n_frames, n_people))
    walks = (np.arange(n_people) % 10 == 0) | (np.arange(n_frames)[:, None] < 120)
    x = np.cumsum(np.where(walks, speed, 0.0), axis=0) + draw.integers(400, 1600, n_people)
    y = np.cumsum(np.where(walks, speed[:, ::-1], 0.0), axis=0) + draw.integers(300, 600, n_people)
    rows = n_people + 1
    return Recording(
        x=np.column_stack([x, x[:, 0]]).astype(np.int16),
        y=np.column_stack([y, y[:, 0]]).astype(np.int16),
        level=np.zeros((n_frames, rows), dtype=np.int8),
        state=np.where(np.arange(rows) < n_people, 4, 7).astype(np.int8) * np.ones((n_frames, 1), np.int8),
        kinds=("pupil",) * n_people + ("officer",),
        levels=levels,
        origin_x_m=0.0,
        origin_y_m=0.0,
        library_plan=library,
    )


def run_of(recording: Recording, label: str = "a", timeline: tuple[Row, ...] = ()) -> ReplayRun:
    return ReplayRun(label, f"words of {label}", recording, timeline)


def test_the_page_holds_the_positions_of_the_model(place, page):
    runs = place[1]
    content = payload(page)
    for shown, run in zip(content["runs"], runs, strict=True):
        recording = run.recording
        columns = decode(shown["data"], shown["frames"], shown["rows"])
        for name in ("x", "y", "level", "state"):
            np.testing.assert_array_equal(columns[name], getattr(recording, name))
        assert shown["label"] == run.label
        assert [recording.kinds[row] for row in shown["teams"]] == ["officer"] * len(shown["teams"])
    assert content["states"] == list(STATES)
    assert content["span"] == max(run.recording.duration_s for run in runs) == pytest.approx(300.0, abs=1.0)


def test_rooms_lie_where_the_people_are(place, page):
    plan, runs = place
    content = payload(page)
    origin = np.array([runs[0].recording.origin_x_m, runs[0].recording.origin_y_m])
    for floor, level in zip(content["floors"], runs[0].recording.levels, strict=True):
        spaces = [space for space in plan.spaces if space.level == level]
        for room, space in zip(floor["rooms"], spaces, strict=True):
            drawn = np.array(room["outline"]).reshape(-1, 2) * STEP_M + origin
            np.testing.assert_allclose(drawn, space.polygon, atol=STEP_M / 2 + 1e-9)
        assert len(floor["doors"]) == sum(door.level == level for door in plan.doors)


def test_encoding_survives_the_ends_of_the_number_range():
    recording = crowd(3, 4, ("1",))
    recording.x[:, 0] = (32767, -32768, 32767, 0)
    recording.level[:, 1] = (-1, 0, 1, -1)
    columns = decode(encode(recording), 4, 4)
    np.testing.assert_array_equal(columns["x"], recording.x)
    np.testing.assert_array_equal(columns["level"], recording.level)


def test_a_thousand_people_for_ten_minutes_take_half_a_megabyte(tmp_path):
    scenario = load_scenario("default", horizon_s=600.0)
    policies = [load_policy(name) for name in POLICIES]
    results = run_paired(scenario, policies, RunKey(2, 0), record=POLICIES)
    assert results[0].n_people > 1000
    runs = [run_of(result.recording, label) for label, result in zip(POLICIES, results, strict=True)]
    write_replay(scenario.plan, runs, tmp_path / "replay.html", title="Size")
    assert (tmp_path / "replay.html").stat().st_size < 500_000


def test_no_word_and_no_row_of_harm(place, page):
    shown = page.lower()
    for word in FORBIDDEN:
        assert word not in shown, word
    content = payload(page)
    for run, source in zip(content["runs"], place[1], strict=True):
        assert run["rows"] == len(source.recording.kinds)
        assert set(source.recording.kinds) <= {"pupil", "staff", "visitor", "officer", "medic"}
    assert {state for state in content["states"] if "injur" in state or "wound" in state} == set()


def test_harm_events_have_no_place(place):
    for run in place[1]:
        assert all(not row.where for row in run.timeline if row.event in HARM_EVENTS)


def test_one_file_without_network(page):
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)\s*=\s*["']""", page)
    assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttpRequest|import\(", page)
    assert '<html lang="en">' in page
    assert "play(true)" not in page, "nothing moves before somebody asks for it"
    assert "@media print" in page


def test_header(page):
    for words in (
        "A simulation, not a prediction",
        "For exercise use only",
        "<dt>Seed</dt><dd>1</dd>",
        "490",
    ):
        assert words in page


def test_the_player_is_short_and_never_takes_words_as_html():
    folder = Path(scene.__file__).parent
    assert sorted(path.name for path in folder.glob("*.js")) == sorted(SCRIPTS)
    for name in SCRIPTS:
        code = (folder / name).read_text(encoding="utf-8")
        assert len(code.splitlines()) <= 300
        assert not re.search("innerHTML|outerHTML|insertAdjacent|document.write|eval", code)


def test_alerted_people_are_not_told_apart(page):
    """Who stays alerted for minutes could only be injured: page and animation know no such group."""
    groups = {name for _, names, _ in animation._GROUPS for name in names}
    assert groups == set(STATES) - {"responder"}
    assert all(len(names) > 1 for _, names, _ in animation._GROUPS if "alerted" in names)
    assert 'alerted: "sheltered"' in page


def test_names_with_html_are_text(tmp_path, monkeypatch):
    monkeypatch.setattr(disclosure, "is_ours", lambda plan: True)
    plan = load("elementary")
    rooms = tuple(space.model_copy(update={"name": NASTY}) for space in plan.spaces)
    plan = plan.model_copy(update={"spaces": rooms, "name": NASTY})
    levels = tuple(level.id for level in plan.levels)
    row = Row(1.0, "ROOM_SECURED", NASTY, NASTY, f"</script>{NASTY}")
    runs = [run_of(crowd(3, 4, levels), f"{NASTY}</script>{k}", (row,)) for k in range(2)]
    out = tmp_path / "replay.html"
    write_replay(plan, runs, out, title=NASTY, facts={NASTY: NASTY}, handling=NASTY)
    page = out.read_text(encoding="utf-8")
    assert "<img" not in page
    assert page.count("</script>") == 2
    content = payload(page)
    assert content["runs"][0]["label"] == f"{NASTY}</script>0"
    assert {room["name"] for floor in content["floors"] for room in floor["rooms"]} == {NASTY}


@pytest.mark.parametrize("recorded_as_ours", [False, True])
def test_a_plan_from_outside_has_no_names(tmp_path, recorded_as_ours):
    plan = load("elementary")
    marked = tuple(space.model_copy(update={"name": f"Secret {space.id}"}) for space in plan.spaces)
    levels = tuple(level.model_copy(update={"name": "Secret level"}) for level in plan.levels)
    plan = plan.model_copy(update={"spaces": marked, "levels": levels})
    row = Row(1.0, "ROOM_SECURED", "staff", "Secret wing", "Secret note")
    recording = crowd(3, 4, tuple(level.id for level in levels), library=recorded_as_ours)
    write_replay(plan, [run_of(recording, "a", (row,))], tmp_path / "replay.html", title="Outside")
    page = (tmp_path / "replay.html").read_text(encoding="utf-8")
    assert "Secret" not in page
    assert HANDLING in page
    assert "lock_" not in page
    assert "key_from" not in page
    content = payload(page)
    assert {room["name"] for floor in content["floors"] for room in floor["rooms"]} == {""}
    assert {key for floor in content["floors"] for key in floor} == {"name", "rings", "rooms", "doors"}


def test_a_page_on_our_own_plan_has_no_handling_label(page):
    assert HANDLING not in page


@pytest.mark.parametrize(
    ("given", "is_ours", "label"),
    [
        (None, True, None),
        (None, False, HANDLING),
        ("  ", False, HANDLING),
        ("", True, None),
        (" Draft ", True, "Draft"),
        ("Draft", False, f"{HANDLING}; Draft"),
    ],
)
def test_a_blank_label_is_no_label(given, is_ours, label):
    assert handling_label(given, is_ours=is_ours) == label


def test_floors_have_the_names_of_the_plan_only_where_it_is_ours():
    plan = load("high-school")
    ids = tuple(level.id for level in plan.levels)
    for ours in (True, False):
        scene = scene_of(plan, [run_of(crowd(1, 2, ids, library=ours))])
        names = [level.name for level in plan.levels] if ours else ["Floor 1", "Floor 2"]
        assert [floor.name for floor in scene.floors] == names


def test_a_recording_from_outside_hides_names_of_a_shipped_plan():
    plan = load("elementary")
    levels = tuple(level.id for level in plan.levels)
    assert scene_of(plan, [run_of(crowd(1, 2, levels))]).named
    assert not scene_of(plan, [run_of(crowd(1, 2, levels, library=False))]).named


def test_the_same_event_of_two_policies_stands_in_one_row():
    first = (
        Row(33.0, "FIRST_CALL"),
        Row(250.0, "FIRST_ENTRY", "team 1"),
        Row(90.0, "ROOM_SECURED", "x", "A"),
    )
    second = (Row(33.2, "FIRST_CALL"), Row(3456.0, "FIRST_ENTRY", "team 1"), Row(4000.0, "ALL_CLEAR"))
    levels = ("1",)
    lines = event_lines([run_of(crowd(1, 2, levels), n, t) for n, t in (("a", first), ("b", second))], True)
    assert [(line.title, line.difference) for line in lines] == [
        ("First report", "same"),
        ("Room secured", "only one"),
        ("First entry", "53:26 later"),
        ("All-clear", "only one"),
    ]
    assert [stamp.clock if stamp else None for stamp in lines[2].stamps] == ["4:10", "57:36"]


@pytest.mark.parametrize(("time_s", "words"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3661, "1:01:01")])
def test_clock(time_s, words):
    assert clock(time_s) == words


def test_what_cannot_be_shown_is_said_in_a_sentence(tmp_path):
    plan = load("elementary")
    levels = tuple(level.id for level in plan.levels)
    good = run_of(crowd(1, 2, levels))
    for runs, words in (
        ([], "0 runs"),
        ([good] * 3, "3 runs"),
        ([good, run_of(crowd(1, 2, ("other",)))], "another building"),
        ([run_of(crowd(1, 2, ("other",)))], "levels other"),
        ([run_of(crowd(1, 0, levels))], "empty"),
    ):
        with pytest.raises(RecordingError, match=words):
            write_replay(plan, runs, tmp_path / "replay.html", title="x")
    assert not (tmp_path / "replay.html").exists()


def test_gif(place, tmp_path):
    plan, runs = place
    out = tmp_path / "replay.gif"
    animation.write_animation(plan, runs, out, speed=60.0, fps=2)
    with Image.open(out) as picture:
        assert picture.n_frames == 11
        assert picture.info["duration"] == 500  # two pictures a second
        assert picture.info["loop"] == 0  # for ever
        first = np.asarray(picture.convert("RGB"))
        picture.seek(10)
        last = np.asarray(picture.convert("RGB"))
    assert first.shape == (720, 1280, 3)
    moved = (first != last).any(axis=2)
    assert moved[160:].any()  # people moved
    assert moved.mean() < 0.2  # the plan did not
    blue = (np.abs(last.astype(int) - (0, 114, 178)).sum(axis=2) < 30).sum()
    assert blue > 500  # secured people are there, in their colour


def test_mp4_without_ffmpeg_is_one_sentence(place, tmp_path, monkeypatch):
    monkeypatch.setattr(video.shutil, "which", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    with pytest.raises(RecordingError, match="needs ffmpeg"):
        animation.write_mp4(*place, tmp_path / "replay.mp4")
    assert not (tmp_path / "replay.mp4").exists()


def test_mp4_gets_every_frame(place, tmp_path, monkeypatch):
    fake = tmp_path / "ffmpeg"
    fake.write_text('#!/bin/sh\nfor last; do :; done\nexec cat > "$last"\n')
    fake.chmod(0o755)
    monkeypatch.setattr(video.shutil, "which", lambda name: str(fake))
    out = tmp_path / "replay.mp4"
    animation.write_animation(*place, out, speed=100.0, fps=1)
    assert out.stat().st_size == 4 * 1280 * 720 * 4
    fake.write_text("#!/bin/sh\necho no such codec >&2\nexit 1\n")
    with pytest.raises(RecordingError, match="no such codec"):
        animation.write_animation(*place, out, speed=100.0, fps=1)


def test_animation_refuses_what_it_cannot_do(place, tmp_path):
    with pytest.raises(RecordingError, match=r"\.gif and \.mp4"):
        animation.write_animation(*place, tmp_path / "replay.avi")
    with pytest.raises(RecordingError, match="above 0"):
        animation.write_animation(*place, tmp_path / "replay.gif", speed=0.0)


def stage_of(plan, runs, handling=None):
    return animation._Stage(scene_of(plan, runs), runs, handling)


def test_words_of_an_animation_stand_inside_the_picture_and_clear_of_the_plan(place):
    """Clock, note, names and counts lie above the plans, the legend below them; nothing overlaps."""
    plan, runs = place
    stage = stage_of(plan, runs, "For exercise use only")
    stage.frame(60.0)
    figure = stage._canvas.figure
    width, height = figure.bbox.width, figure.bbox.height
    boxes = [text.get_window_extent() for text in figure.texts]
    plans = [ax.get_window_extent() for axes in stage._axes for ax in axes]
    assert len(boxes) == 2 * len(runs) + 2
    for box in boxes:
        assert 0 <= box.x0 < box.x1 <= width
        assert 0 <= box.y0 < box.y1 <= height
        assert all(box.y0 >= one.y1 for one in plans)
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[number + 1 :])
    (legend,) = figure.legends
    foot = legend.get_window_extent()
    assert 0 <= foot.y0 < foot.y1 <= min(one.y0 for one in plans)
    assert all(0 <= one.x0 < one.x1 <= width for one in plans)
    assert plans[0].x1 <= plans[1].x0


def test_an_animation_says_what_officers_do_and_counts_the_people():
    """Three people are in one state in every frame; the officer is not counted with them."""
    rows = tuple(
        Row(at, event) for at, event in ((10.0, "FIRST_CALL"), (20.0, "DISPATCH"), (90.0, "FIRST_ENTRY"))
    )
    run = run_of(crowd(3, 400, ("1",)), "a", rows)
    assert run.recording.duration_s > 100.0
    said = [animation._phase(run, at) for at in (9.9, 10.0, 50.0, 90.0)]
    assert said == ["No call yet", "Call being handled", "Officers on the way", "Officers inside"]
    assert animation._phase(run, run.recording.duration_s + 1.0) == "Officers inside (last positions)"
    people = [int(part.split()[0]) for part in animation._counts(run.recording, 0).split(", ")]
    assert sum(people) == 3
    assert len([n for n in people if n]) == 1


def test_a_film_runs_on_to_first_care_and_the_all_clear_of_both_in_compressed_time():
    """200 s of positions; what is left till 2,200 s takes a minute of the film at least."""
    rows = (Row(50.0, "FIRST_CONTACT"), Row(1200.0, "ALL_CLEAR"), Row(9000.0, "REUNIFICATION_END"))
    short, long = run_of(crowd(1, 401, ("1",)), "a", rows), run_of(crowd(1, 101, ("1",)), "b", rows[:1])
    film = film_of([long, run_of(short.recording, "a", (*rows, Row(2200.0, "EMS_PATIENT_CONTACT")))])
    assert (film.positions_s, film.end_s, film.length_s) == (200.0, 2200.0, 260.0)
    assert [film.time_s(at) for at in (0.0, 200.0, 230.0, 260.0)] == [0.0, 200.0, 1200.0, 2200.0]
    assert film_of([long]) == Film(50.0, 50.0, 50.0)
    assert Film(50.0, 50.0, 50.0).time_s(50.0) == 50.0


def test_an_animation_says_when_the_threat_is_over_and_reaches_the_end(tmp_path, capsys):
    rows = (Row(3.0, "THREAT_END"), Row(700.0, "ALL_CLEAR"))
    plan = load("elementary")
    run = run_of(crowd(3, 21, tuple(level.id for level in plan.levels)), "a", rows)
    assert animation._phase(run, 2.0) == "No call yet"
    assert animation._phase(run, 5.0) == "No call yet; threat over"
    assert animation._phase(run, 700.0) == "All-clear given; threat over (last positions)"
    seen = []
    stage_frame = animation._Stage.frame
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(animation._Stage, "frame", lambda s, t, w: seen.append((t, w)) or stage_frame(s, t, w))
        animation.write_animation(plan, [run], tmp_path / "a.gif", speed=20.0, fps=1, show_progress=True)
    assert seen[-1] == (700.0, 1.0)
    assert "100 % (4 of 4 pictures)" in capsys.readouterr().err


def test_an_animation_lasts_at_most_a_minute_and_plays_at_least_ten_times_as_fast():
    short, long = (run_of(crowd(1, n, ("1",))) for n in (100, 4000))
    assert animation._speed([short]) == 10.0
    assert animation._speed([short, long]) == pytest.approx(long.recording.duration_s / 60.0)
    assert animation._speed([]) == 10.0


def test_a_scene_shows_three_metres_of_ground_around_the_walls_and_tells_halls_from_rooms():
    """Rooms are drawn with half a wall of 0.3 m around them."""
    plan = load("elementary")
    drawn = scene_of(plan, [run_of(crowd(1, 2, tuple(level.id for level in plan.levels)))])
    xs, ys = zip(*(p for space in plan.spaces if space.use != "outdoors" for p in space.polygon), strict=True)
    x0, y0, x1, y1 = drawn.box
    assert (x0, y0) == pytest.approx((min(xs) - 3.3, min(ys) - 3.3))
    assert (x1, y1) == pytest.approx((max(xs) + 3.3, max(ys) + 3.3))
    kinds = {room.name: room.kind for floor in drawn.floors for room in floor.rooms}
    assert (kinds["Lobby"], kinds["Hall A"], kinds["Principal"]) == ("corridor", "corridor", "room")
