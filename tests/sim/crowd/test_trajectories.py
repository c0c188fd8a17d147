"""Trajectory files: PedPy reads them, and its figures are those that the made-up walk has by hand."""

from __future__ import annotations

import os
import sqlite3

import numpy as np
import pandas as pd
import pytest
from floors import crowd_in, hall, two_levels
from shapely import box, from_wkt

from sim import crowd
from sim.crowd.trajectories import to_wkt, write_jupedsim_sqlite, write_text

pedpy = pytest.importorskip("pedpy")

HALL = box(0, 0, 20, 10)


@pytest.fixture(autouse=True)
def everything_opened_is_closed(monkeypatch):
    """PedPy leaves the files that it reads open, of which Python 3.13 complains; so do readers here."""
    opened, connect = [], sqlite3.connect

    def remembered(*given, **more):
        opened.append(connect(*given, **more))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remembered)
    yield
    for base in opened:
        base.close()


def made_up(n=4, every_s=0.5, speed=1.5, steps=20):
    """Return n people who walk east side by side, one row after the other, from x = 0.25 on."""
    rows = [
        (who, k * every_s, 0.25 + speed * every_s * k - 1.0 * who + 3.0, 2.0 + who, "0")
        for k in range(steps)
        for who in range(n)
    ]
    return pd.DataFrame(rows, columns=["id", "time_s", "x_m", "y_m", "level"])


@pytest.fixture(params=["sqlite", "text"])
def loaded(request, tmp_path):
    """Return the made-up walk as PedPy reads it from either file."""
    path = tmp_path / f"walk.{request.param}"
    if request.param == "text":
        write_text(path, made_up(), 0.5)
        return pedpy.load_trajectory_from_txt(trajectory_file=path)
    write_jupedsim_sqlite(path, made_up(), HALL, 0.5)
    return pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=path)


def test_pedpy_reads_what_was_written(loaded):
    assert loaded.frame_rate == 2.0
    rows = loaded.data.sort_values(["frame", "id"], ignore_index=True)
    given = made_up()
    assert (rows.id == given.id).all()
    assert (rows.frame == (given.time_s * 2).round()).all()
    assert np.allclose(rows[["x", "y"]], given[["x_m", "y_m"]], atol=1e-6)


def test_pedpy_computes_the_speed_of_the_walk(loaded):
    speed = pedpy.compute_individual_speed(traj_data=loaded, frame_step=1)
    assert len(speed) == 4 * 18
    assert speed.speed.to_numpy() == pytest.approx(1.5)


def test_pedpy_computes_density_and_flow_of_the_walk(loaded):
    area = pedpy.MeasurementArea([(2, 0), (7, 0), (7, 10), (2, 10)])
    density = pedpy.compute_classic_density(traj_data=loaded, measurement_area=area)
    given = made_up()
    inside = given[(given.x_m > 2) & (given.x_m < 7)].groupby("time_s").size() / 50.0
    by_hand = inside.reindex(np.arange(20) * 0.5, fill_value=0.0)
    assert density.density.to_numpy() == pytest.approx(by_hand.to_numpy())
    assert density.density.iloc[0] == pytest.approx(2 / 50.0)
    line = pedpy.MeasurementLine([(10, 0), (10, 10)])
    n_t, crossings = pedpy.compute_n_t(traj_data=loaded, measurement_line=line)
    assert n_t.cumulative_pedestrians.iloc[-1] == 4
    first = sorted(given[given.x_m > 10].groupby("id").time_s.min())
    assert sorted(crossings.frame / 2.0) == pytest.approx(first, abs=0.5)


def test_pedpy_reads_the_walkable_area(tmp_path):
    room = HALL.difference(box(5, 7, 6, 8))
    write_jupedsim_sqlite(tmp_path / "a.sqlite", made_up(), room, 0.5)
    read = pedpy.load_walkable_area_from_jupedsim_sqlite(trajectory_file=tmp_path / "a.sqlite")
    assert read.polygon.equals(room)
    assert pedpy.WalkableArea(to_wkt(room)).polygon.equals(room)
    data = pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=tmp_path / "a.sqlite")
    assert pedpy.is_trajectory_valid(traj_data=data, walkable_area=read)


def test_the_file_is_laid_out_as_jupedsim_lays_it_out(tmp_path):
    write_jupedsim_sqlite(tmp_path / "a.sqlite", made_up(), HALL, 0.5)
    with sqlite3.connect(tmp_path / "a.sqlite") as base:
        tables = {
            table: [row[1:4] for row in base.execute(f"PRAGMA table_info({table})")]
            for table in ("trajectory_data", "metadata", "geometry", "frame_data")
        }
        about = dict(base.execute("SELECT key, value FROM metadata"))
        frames = base.execute("SELECT DISTINCT geometry_hash FROM frame_data").fetchall()
        geometry = base.execute("SELECT hash, wkt FROM geometry").fetchall()
        turned = base.execute("SELECT DISTINCT ori_x, ori_y FROM trajectory_data").fetchall()
        n_frames = base.execute("SELECT COUNT(*) FROM frame_data").fetchone()
    base.close()
    assert tables == {
        "trajectory_data": [
            ("frame", "INTEGER", 1),
            ("id", "INTEGER", 1),
            *((name, "REAL", 1) for name in ("pos_x", "pos_y", "ori_x", "ori_y")),
        ],
        "metadata": [("key", "TEXT", 1), ("value", "TEXT", 1)],
        "geometry": [("hash", "INTEGER", 1), ("wkt", "TEXT", 1)],
        "frame_data": [("frame", "INTEGER", 1), ("geometry_hash", "INTEGER", 1)],
    }
    assert about == {
        "version": "2",
        "fps": "2.0",
        "xmin": "0.0",
        "xmax": "20.0",
        "ymin": "0.0",
        "ymax": "10.0",
    }
    assert len(geometry) == 1
    assert frames == [(geometry[0][0],)]
    assert from_wkt(geometry[0][1]).equals(HALL)
    assert turned == [(pytest.approx(1.0), pytest.approx(0.0))]
    assert n_frames == (20,)


def test_who_stands_keeps_looking_where_the_walk_went(tmp_path):
    rows = [
        (0, 0.0, 1.0, 1.0),
        (0, 0.5, 1.0, 2.0),
        (0, 1.0, 1.0, 2.0),
        (1, 0.0, 5.0, 5.0),
        (1, 0.5, 5.0, 5.0),
    ]
    frames = pd.DataFrame(rows, columns=["id", "time_s", "x_m", "y_m"]).assign(level="0")
    write_jupedsim_sqlite(tmp_path / "a.sqlite", frames, HALL, 0.5)
    base = sqlite3.connect(tmp_path / "a.sqlite")
    found = base.execute("SELECT id, ori_x, ori_y FROM trajectory_data ORDER BY id, frame").fetchall()
    base.close()
    assert found == [(0, 0, 1), (0, 0, 1), (0, 0, 1), (1, 1, 0), (1, 1, 0)]


def test_a_run_as_pedpy_sees_it(tmp_path):
    floor = hall()
    result = crowd.run(floor, crowd_in(box(1, 1, 8, 9), 40, "east"), every_s=0.1)
    result.to_jupedsim_sqlite(tmp_path / "a.sqlite")
    result.to_text(tmp_path / "a.txt")
    data = pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=tmp_path / "a.sqlite")
    text = pedpy.load_trajectory_from_txt(trajectory_file=tmp_path / "a.txt")
    area = pedpy.load_walkable_area_from_jupedsim_sqlite(trajectory_file=tmp_path / "a.sqlite")
    assert area.polygon.equals(from_wkt(floor.to_wkt()))
    assert pedpy.is_trajectory_valid(traj_data=data, walkable_area=area)
    assert data.frame_rate == text.frame_rate == 10.0
    assert len(data.data) == len(text.data) == len(result.frames)
    square = pedpy.MeasurementArea([(9, 2), (15, 2), (15, 8), (9, 8)])
    density = pedpy.compute_classic_density(traj_data=data, measurement_area=square)
    own = result.frames
    inside = own[own.x_m.between(9, 15) & own.y_m.between(2, 8)].groupby("time_s").size() / 36.0
    frames = density.frame / 10.0 if "frame" in density else density.index / 10.0
    own_density = inside.reindex(np.round(frames, 9), fill_value=0.0)
    assert density.density.to_numpy() == pytest.approx(own_density.to_numpy())
    assert density.density.max() > 0.1
    line = pedpy.MeasurementLine([(18.5, 0), (18.5, 10)])
    n_t, _ = pedpy.compute_n_t(traj_data=data, measurement_line=line)
    assert n_t.cumulative_pedestrians.iloc[-1] == 40
    past = np.sort(own[own.x_m > 18.5].groupby("id").time_s.min())
    assert n_t[n_t.cumulative_pedestrians >= 20].time.iloc[0] == pytest.approx(past[19], abs=0.11)
    speed = pedpy.compute_individual_speed(traj_data=data, frame_step=2)
    assert speed.speed.max() <= 1.3 + 1e-6
    assert speed.speed.quantile(0.9) == pytest.approx(1.3, rel=0.05)


def test_a_file_holds_one_level(tmp_path):
    result = crowd.run(two_levels(), [crowd.Person((10, 5), "east", level="1")])
    with pytest.raises(crowd.CrowdError, match="lie on 2 levels"):
        write_text(tmp_path / "a.txt", result.frames, 0.5)
    with pytest.raises(crowd.CrowdError, match="there is no level 'x'"):
        result.to_text(tmp_path / "a.txt", level="x")
    with pytest.raises(crowd.CrowdError, match="nobody is on level 'x'"):
        write_text(tmp_path / "a.txt", result.frames, 0.5, level="x")
    for level in ("0", "1"):
        result.to_jupedsim_sqlite(tmp_path / f"{level}.sqlite", level=level)
        data = pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=tmp_path / f"{level}.sqlite")
        assert len(data.data) == (result.frames.level == level).sum()


def test_the_same_run_gives_the_same_file_and_a_file_is_replaced(tmp_path):
    for name in ("a.sqlite", "b.sqlite", "a.sqlite"):
        write_jupedsim_sqlite(tmp_path / name, made_up(), HALL, 0.5)
    assert (tmp_path / "a.sqlite").read_bytes() == (tmp_path / "b.sqlite").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.sqlite", "b.sqlite"]


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX systems")
@pytest.mark.parametrize("write", ["sqlite", "text"])
def test_a_place_that_cannot_be_written_is_named(tmp_path, write):
    path = tmp_path / "no" / "folder"
    more = {"sqlite": (write_jupedsim_sqlite, (HALL, 0.5)), "text": (write_text, (0.5,))}
    function, arguments = more[write]
    with pytest.raises(crowd.CrowdError, match="cannot be written"):
        function(path, made_up(), *arguments)
