"""Recordings hold positions to half a step and nothing of harm; timelines say no place of harm."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import RecordingError
from sim.given.scenario_files import load_scenario
from sim.model import ResponseModel
from sim.people.population import State, shown_states
from sim.record import timeline
from sim.record.recording import FRAME_S, N_TEAM_ROWS, STATES, STEP_M, Recorder, Recording
from sim.record.timeline import HARM_EVENTS, TITLES, Row, TimelineLog

SECONDS = 150


@pytest.fixture(scope="module")
def recorded():
    """A model stepped second by second, what it was then, and what it recorded."""
    model = ResponseModel(load_scenario("elementary", horizon_s=float(SECONDS)), rng=1, record=True)
    seen = []
    for _ in range(SECONDS):
        model.step()
        seen.append({name: model.column(name) for name in ("x", "y", "space", "state")})
    return model, seen, model.recording


def test_positions_are_those_of_the_model(recorded):
    model, seen, recording = recorded
    on_stairs = list(model.nav.flight_ends)
    compared = 0
    for second, columns in enumerate(seen, start=1):
        frame = round(second / FRAME_S)
        n = len(columns["x"])
        here = (columns["state"] != State.OUT) & ~np.isin(columns["space"], on_stairs)
        for axis, origin in (("x", recording.origin_x_m), ("y", recording.origin_y_m)):
            shown = getattr(recording, axis)[frame, :n] * STEP_M + origin
            assert np.abs(shown - columns[axis])[here].max() <= STEP_M / 2 + 1e-9
        np.testing.assert_array_equal(
            recording.level[frame, :n][here], model.nav.space_level[columns["space"][here]]
        )
        assert (recording.level[frame, :n][columns["state"] == State.OUT] == -1).all()
        compared += int(here.sum())
    assert compared > 10_000
    assert (np.ptp(recording.x[:, : len(seen[0]["x"])], axis=0) > 20).sum() > 50  # people did walk


def test_states_are_those_of_the_model_and_never_alerted(recorded):
    _, seen, recording = recorded
    for second, columns in enumerate(seen, start=1):
        shown = recording.state[round(second / FRAME_S), : len(columns["x"])]
        np.testing.assert_array_equal(shown, columns["state"])
    assert State.ALERTED not in recording.state
    assert {State.UNAWARE, State.MOVING, State.SHELTERED, State.SECURED} <= set(np.unique(recording.state))


def test_nobody_who_is_injured_can_be_told_from_others_at_rest(recorded):
    """Whoever is alerted and at rest for good could only be injured: the recording must not say so."""
    model, _, _ = recorded
    people = SimpleNamespace(
        n=3,
        x=np.array([model.nav.bounds[0]] * 3),
        y=np.array([model.nav.bounds[2]] * 3),
        space=np.zeros(3, dtype=np.int32),
        state=np.array([State.ALERTED, State.ALERTED, State.SHELTERED], dtype=np.int8),
        arrays=SimpleNamespace(moving=np.array([0, 1, 0])),
    )
    people.shown = lambda: shown_states(people.state, people.arrays.moving)
    recorder = Recorder(model.nav, ("pupil",) * 3 + ("officer",) * N_TEAM_ROWS)
    recorder.frame(model.nav, people, {2: (0, *model.nav.inner_point(0))})
    recording = recorder.finish(library_plan=True)
    assert [STATES[code] for code in recording.state[0, :3]] == ["sheltered", "moving", "sheltered"]
    assert recording.level[0].tolist()[3:] == [-1, recording.level[0, 4], -1, -1, -1]
    assert recording.level[0, 4] >= 0


def test_a_recording_has_people_and_teams_and_no_word_of_harm(recorded):
    model, _, recording = recorded
    n = len(model.column("x"))
    assert len(recording.kinds) == recording.x.shape[1] == n + N_TEAM_ROWS
    assert set(recording.kinds[:n]) <= {"pupil", "staff", "visitor"}
    assert set(recording.kinds[n:]) == {"officer"}
    assert recording.n_frames == SECONDS / FRAME_S + 1
    assert recording.duration_s == SECONDS
    words = " ".join((*recording.states, *recording.kinds, *Recording.__dataclass_fields__))
    for word in ("hazard", "injur", "expos", "wound", "victim"):
        assert word not in words
    assert recording.library_plan


def test_a_recording_comes_back_from_its_file(recorded, tmp_path):
    recording = recorded[2]
    recording.save(tmp_path / "a.npz")
    recording.save(tmp_path / "b.npz")
    back = Recording.load(tmp_path / "a.npz")
    assert back == recording
    for name in ("kinds", "levels", "states", "origin_x_m", "origin_y_m", "frame_s", "library_plan"):
        assert getattr(back, name) == getattr(recording, name), name
    assert back.x.dtype == np.int16
    assert back.state.dtype == np.int8
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    changed = back.x.copy()
    changed[0, 0] += 1
    assert Recording(changed, *(getattr(back, n) for n in list(Recording.__dataclass_fields__)[1:])) != back


@pytest.mark.parametrize("content", [None, b"", b"not a recording", b"PK\x03\x04 broken"])
def test_what_is_not_a_recording_is_said_in_a_sentence(tmp_path, content):
    path = tmp_path / "run.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecordingError, match=r"run\.npz: .*; run the study again\."):
        Recording.load(path)


def test_a_file_with_other_arrays_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(RecordingError, match="not a recording"):
        Recording.load(tmp_path / "other.npz")


def test_a_plan_beyond_sixteen_bits_is_refused():
    with pytest.raises(RecordingError, match="1700 m long; at most 1638 m"):
        Recorder(SimpleNamespace(bounds=(0.0, 10.0, 0.0, 1700.0)), ())
    longest_m = 32_767 * STEP_M  # still fits
    assert longest_m / STEP_M == 32_767
    assert Recorder(SimpleNamespace(bounds=(0.0, longest_m, 0.0, 10.0)), ())


def test_a_recording_ends_five_minutes_after_contact():
    scenario = load_scenario("elementary", horizon_s=3600.0)
    model = ResponseModel(scenario, rng=1, record=True)
    model.run()
    contact = next(row.time_s for row in model.timeline if row.event == timeline.FIRST_CONTACT)
    assert model.recording is not None
    assert contact + 300.0 <= model.recording.duration_s <= contact + 300.0 + FRAME_S


@pytest.mark.parametrize("event", sorted(HARM_EVENTS))
def test_harm_has_no_place(event):
    log = TimelineLog()
    with pytest.raises(ValueError, match="where"):
        log.add(1.0, event, where="wing-a")
    log.add(1.0, event, who="medics")
    assert log.rows() == (Row(1.0, event, "medics", "", ""),)


def test_a_secured_room_is_reported_with_its_wing_and_an_unknown_event_is_refused():
    log = TimelineLog()
    log.add(2.0, timeline.ROOM_SECURED, where="wing-a")
    assert log.rows()[0].where == "wing-a"
    with pytest.raises(ValueError, match="no event 'INJURY'"):
        log.add(3.0, "INJURY")
    assert len(log.rows()) == 1


def test_every_event_has_a_title():
    constants = {value for name, value in vars(timeline).items() if name.isupper() and isinstance(value, str)}
    assert constants == set(TITLES)
    assert len(set(TITLES.values())) == len(TITLES)
