"""What stands still in an animation: walls, rooms and doors as drawn, and parts that belong together."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon

from buildings.library import load
from experiments.replay import ReplayRun, animation
from experiments.replay.scene import Floor, Room, Scene, scene_of
from sim.record.recording import Recording

RING = ((0.0, 0.0), (9.0, 0.0), (9.0, 6.0), (0.0, 6.0), (0.0, 0.0))
HOLE = ((1.0, 1.0), (1.0, 5.0), (8.0, 5.0), (8.0, 1.0), (1.0, 1.0))
WALL = "#6f747a"


def drawn(*, named=False):
    """Return axes with one floor: ground, a room in a ring of walls, two doors."""
    square = ((1.0, 1.0), (8.0, 1.0), (8.0, 5.0), (1.0, 5.0))
    rooms = (Room(square, "room", "Room", (4.0, 3.0)), Room(RING[:-1], "ground", "Yard", (0.0, 0.0)))
    doors = (((2.0, 1.0), (3.0, 1.0)), ((8.0, 2.0), (8.0, 4.0)))
    ax = Figure().subplots()
    floor = Floor("First floor", (RING, HOLE), rooms, doors)
    animation._draw_floor(ax, floor, Scene((floor,), (-3.0, -2.0, 12.0, 8.0), named=True), named=named)
    return ax


def test_a_door_is_a_white_gap_as_wide_as_it_is():
    """Butt ends: a round or square cap would make a door half a line wider at either jamb."""
    lines = drawn().lines
    assert [line.get_xydata().tolist() for line in lines] == [
        [[2.0, 1.0], [3.0, 1.0]],
        [[8.0, 2.0], [8.0, 4.0]],
    ]
    for line in lines:
        assert (line.get_color(), line.get_linewidth()) == ("white", 2.0)
        assert line.get_solid_capstyle() == "butt"


def test_a_wall_is_what_lies_between_the_rings_and_ground_lies_under_it():
    ax = drawn()
    ground, walls, room = ax.patches
    assert isinstance(ground, Polygon)
    assert isinstance(walls, PathPatch)
    assert (to_hex(walls.get_facecolor()), walls.get_edgecolor()[3]) == (WALL, 0.0)
    path = walls.get_path()
    assert path.vertices.tolist() == [list(corner) for corner in (*RING, *HOLE)]
    assert path.codes.tolist() == [1, 2, 2, 2, 79] * 2  # each ring is begun, drawn and closed by itself
    shades = [to_hex(patch.get_facecolor()) for patch in (ground, room)]
    assert shades == [to_hex(animation._SHADES[kind]) for kind in ("ground", "room")]
    assert (to_hex(room.get_edgecolor()), room.get_linewidth()) == (WALL, 0.8)
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_aspect()) == ((-3.0, 12.0), (-2.0, 8.0), 1.0)
    assert not ax.axison


def test_a_floor_is_named_where_there_are_several_and_rooms_never_are():
    assert [text.get_text() for text in drawn(named=True).texts] == ["First floor"]
    assert list(drawn().texts) == []


@pytest.fixture
def stage():
    """A stage of two runs in which one person stands still."""
    plan = load("elementary")
    zero = np.zeros((3, 1))
    levels = tuple(level.id for level in plan.levels)
    recording = Recording(
        x=zero.astype(np.int16), y=zero.astype(np.int16), level=zero.astype(np.int8),
        state=zero.astype(np.int8), kinds=("pupil",), levels=levels, origin_x_m=0.0, origin_y_m=0.0,
        library_plan=True,
    )  # fmt: skip
    runs = [ReplayRun(label, "", recording, ()) for label in "ab"]
    return animation._Stage(scene_of(plan, runs), runs, None)


@pytest.mark.parametrize(
    "parts",
    [lambda one: one._runs, lambda one: one._panels, lambda one: one._axes, lambda one: one._texts],
)
def test_a_stage_with_a_run_too_few_draws_nothing(stage, parts):
    parts(stage).pop()
    with pytest.raises(ValueError, match="zip"):
        stage.frame(0.0)


@pytest.mark.parametrize("parts", [lambda one: one._panels[1], lambda one: one._axes[1]])
def test_a_stage_with_a_floor_too_few_draws_nothing(stage, parts):
    assert stage.frame(0.0).shape == (720, 1280, 4)
    parts(stage).pop()
    with pytest.raises(ValueError, match="zip"):
        stage.frame(0.0)


def test_people_stand_where_the_recording_says_from_its_own_origin():
    steps = np.array([[40, 0], [41, 3]], dtype=np.int16)
    recording = Recording(
        x=steps, y=steps + 20,
        level=np.array([[0, 1], [1, 0]], dtype=np.int8), state=np.zeros((2, 2), np.int8),
        kinds=("pupil", "officer"), levels=("1", "2"), origin_x_m=-7.0, origin_y_m=3.0, library_plan=True,
    )  # fmt: skip
    found = []
    for level in (0, 1):
        panel = animation._Panel(Figure().subplots(), level, recording)
        for frame in (0, 1):
            panel.move(frame)
            data = [line.get_xydata().tolist() for line in panel.lines]
            found.append(([at for line in data[:-1] for at in line], data[-1]))
    size = animation.STEP_M
    pupil, later = [40 * size - 7.0, 60 * size + 3.0], [41 * size - 7.0, 61 * size + 3.0]
    officer, moved = [0 * size - 7.0, 20 * size + 3.0], [3 * size - 7.0, 23 * size + 3.0]
    for (people, team), expected in zip(
        found, [([pupil], []), ([], [moved]), ([], [officer]), ([later], [])], strict=True
    ):
        assert np.array(people) == pytest.approx(np.array(expected[0]))
        assert np.array(team) == pytest.approx(np.array(expected[1]))
