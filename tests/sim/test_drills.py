"""Drills: everybody gets out, or into a room that can be locked; the command says so, or what is wrong."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from plans import box, door, plan, room_with_exit

from buildings.files import write_plan
from buildings.plan import OUT
from experiments import cli
from sim.crowd import CrowdError
from sim.drills import EVACUATION, LOCKDOWN, run_drill
from sim.given.scenario_files import load_scenario


@pytest.fixture(scope="module")
def school():
    return load_scenario(building="elementary")


def corridor_with_two_rooms(locks=True):
    """Return a corridor with a near room that cannot be locked and a far one that can."""
    rooms = [
        box("C", "corridor", 0, 0, 20, 3),
        box("A", "office", 0, 3, 8, 9),
        box("B", "office", 12, 3, 20, 9),
    ]
    doors = [
        door("DA", "A", "C", (4, 3), lock={"can_lock": False}),
        door("DB", "B", "C", (16, 3), lock={"can_lock": locks}),
        door("X", "C", OUT, (0, 1.5), 1.2, "exterior"),
    ]
    return plan(rooms, doors, enrolment=5)


def test_the_whole_school_walks_out(school):
    drill = run_drill(school, EVACUATION, seed=1, every_s=5.0)
    n = len(drill.result.finish_s)
    assert n > 300
    assert len(drill.finish_s) == n
    assert drill.result.n_inside == 0
    assert sum(drill.by_exit.values()) == n
    assert (np.diff(drill.finish_s) >= 0).all()
    assert drill.finish_s[-1] < 600.0


def test_in_a_lockdown_everybody_ends_in_a_room_that_can_be_locked(school):
    drill = run_drill(school, LOCKDOWN, 200, seed=2)
    nav = drill.result.floor.nav
    assert drill.result.n_inside == 0
    assert drill.by_exit == {}
    last = {
        int(row[0]): int(space) for row, space in zip(drill.result.array, drill.result.spaces, strict=True)
    }
    assert len(last) == 200
    for space in set(last.values()):
        assert all(nav.can_lock[d] for d in nav.doors_of(space)), nav.space_ids[space]


def test_the_room_that_cannot_be_locked_is_passed_by(school):
    place = replace(school, plan=corridor_with_two_rooms())
    drill = run_drill(place, LOCKDOWN, 10)
    floor = drill.result.floor
    last = drill.result.spaces[-10:]
    assert {floor.nav.space_ids[row] for row in last} == {"B"}


def test_a_seed_gives_the_same_drill_and_another_seed_another(school):
    first, again, other = (run_drill(school, EVACUATION, 50, seed=seed, every_s=5.0) for seed in (3, 3, 4))
    assert first.result.array.tobytes() == again.result.array.tobytes()
    assert first.result.array.tobytes() != other.result.array.tobytes()


def test_what_cannot_be_drilled_is_refused_in_a_sentence(school):
    with pytest.raises(CrowdError, match="no room whose doors can all be locked"):
        run_drill(replace(school, plan=corridor_with_two_rooms(locks=False)), LOCKDOWN, 5)
    with pytest.raises(CrowdError, match=r"has .* standing places"):
        run_drill(school, EVACUATION, 10**6)
    with pytest.raises(CrowdError, match="whole numbers from 1"):
        run_drill(school, EVACUATION, 0)
    closed = plan([box("R", "classroom", 0, 0, 8, 5)], [], enrolment=5)
    with pytest.raises(CrowdError, match="no exterior door"):
        run_drill(replace(school, plan=closed), EVACUATION, 5)


def test_the_command_prints_times_and_writes_trajectories(tmp_path, capsys):
    place = tmp_path / "room.plan.json"
    write_plan(room_with_exit().model_copy(update={"enrolment": 5}), place)
    path = tmp_path / "new" / "drill.sqlite"
    options = ["drill", "--building", str(place), "--people", "5", "--trajectory", str(path)]
    assert cli.main(options) == 0
    told = capsys.readouterr().out
    assert "5 people, 5 out" in told
    for word in ("first", "median", "95 %", "last", "by X: 5", "drill.sqlite"):
        assert word in told
    base = sqlite3.connect(path)
    assert base.execute("SELECT COUNT(DISTINCT id) FROM trajectory_data").fetchone() == (5,)
    base.close()


def test_one_person_alone_walks_out(tmp_path, capsys):
    """From a place in an empty room of 8 m by 5 m it is at most some 8 m to the exit."""
    place = tmp_path / "room.plan.json"
    write_plan(room_with_exit().model_copy(update={"enrolment": 5}), place)
    assert cli.main(["drill", "--building", str(place), "--people", "1", "--seed", "0"]) == 0
    assert "1 people, 1 out" in capsys.readouterr().out
    drill = run_drill(load_scenario(building=str(place)), EVACUATION, 1)
    assert 0.0 < drill.finish_s[0] < 20.0


def test_the_command_writes_a_file_per_level(tmp_path, capsys):
    path = tmp_path / "d.sqlite"
    options = ["drill", "--mode", "lockdown", "--people", "40", "--trajectory", str(path)]
    assert cli.main(options) == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["d-1.sqlite", "d-2.sqlite"]
    assert "40 in a room that can be locked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--people", "0"], "--people: found 0"),
        (["--seed", "-1"], "--seed: found -1"),
        (["--mode", "party"], "'party' is not one of"),
        (["--building", "elementry"], "Did you mean 'elementary'"),
        (["--building", "elementary", "--people", "100000"], "do not fit"),
    ],
)
def test_bad_input_is_one_sentence_and_code_2(options, sentence, capsys):
    assert cli.main(["drill", *options]) == 2
    told = capsys.readouterr().err.strip()
    assert sentence in told
    assert "\n" not in told
