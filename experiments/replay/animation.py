"""Animations of a replay: GIF or MP4, drawn once and then only where something moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from experiments.pages.words import handling_label
from experiments.replay import video
from experiments.replay.film import film_of
from experiments.replay.page import clock
from experiments.replay.scene import Floor, ReplayRun, Scene, checked, scene_of
from experiments.study.progress import Progress
from sim.errors import RecordingError
from sim.record.recording import STEP_M, Recording
from sim.record.timeline import (
    ALL_CLEAR,
    DISPATCH,
    EMS_PATIENT_CONTACT,
    FIRST_CALL,
    FIRST_CONTACT,
    FIRST_ENTRY,
    FIRST_LE_ON_SCENE,
    THREAT_END,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from buildings.plan import FloorPlan

LONGEST_S = 60.0
"""`write_gif` and `write_mp4` play faster when the animation would last longer than this (s)."""

_DPI = 100
_SIZE_IN = (12.8, 7.2)
_GROUPS: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("unaware", ("unaware",), {"marker": "o", "mfc": "white", "mec": "#4d4d4d", "ms": 3.0}),
    ("moving", ("moving", "leaving"), {"marker": "o", "mfc": "#e69f00", "mec": "none", "ms": 4.0}),
    ("not secured", ("alerted", "sheltered"), {"marker": "D", "mfc": "#cc79a7", "mec": "none", "ms": 3.2}),
    ("secured", ("secured",), {"marker": "s", "mfc": "#0072b2", "mec": "none", "ms": 3.2}),
    ("out", ("out",), {"marker": "", "mfc": "none", "mec": "none", "ms": 0.0}),
)
_TEAM: dict[str, Any] = {"marker": "^", "mfc": "#d55e00", "mec": "black", "ms": 11.0}
_SHADES = {"room": "#ffffff", "corridor": "#f0ece2", "stairs": "#dde3ea", "ground": "#eef2ea"}
_PHASES = (
    (ALL_CLEAR, "all-clear given"),
    (FIRST_CONTACT, "first contact made"),
    (FIRST_ENTRY, "officers inside"),
    (FIRST_LE_ON_SCENE, "officers outside"),
    (DISPATCH, "officers on the way"),
    (FIRST_CALL, "call being handled"),
)


def write_gif(
    plan: FloorPlan,
    runs: Sequence[ReplayRun],
    out: FilePath,
    *,
    handling: str | None = None,
    show_progress: bool = False,
) -> None:
    """Write a GIF of at most a minute."""
    write_animation(
        plan,
        runs,
        out,
        speed=_speed(runs),
        fps=10,
        handling=handling,
        kind=".gif",
        show_progress=show_progress,
    )


def write_mp4(
    plan: FloorPlan,
    runs: Sequence[ReplayRun],
    out: FilePath,
    *,
    handling: str | None = None,
    show_progress: bool = False,
) -> None:
    """Write a video of at most a minute."""
    write_animation(
        plan,
        runs,
        out,
        speed=_speed(runs),
        fps=20,
        handling=handling,
        kind=".mp4",
        show_progress=show_progress,
    )


def write_animation(
    plan: FloorPlan,
    runs: Sequence[ReplayRun],
    out: FilePath,
    *,
    speed: float = 10.0,
    fps: int = 20,
    handling: str | None = None,
    kind: str | None = None,
    show_progress: bool = False,
) -> None:
    """Write an animation of one run, or of two side by side, all floors at once.

    Parameters
    ----------
    plan : FloorPlan
        The building of the runs.
    runs : sequence of ReplayRun
        One run, or two of the same incident.
    out : Path
        The file; `.gif` or `.mp4` says which kind.
    speed : float
        Seconds of the incident in one second of the animation.
    fps : int
        Pictures per second.
    handling : str, optional
        Handling label, on every picture; a plan that is not in our library has one in any case.
    kind : str, optional
        `.gif` or `.mp4` where the file's name does not say so.
    show_progress : bool
        Say on stderr how far it is.

    Raises
    ------
    RecordingError
        If the kind of file is unknown, or a video is asked for and there is no ffmpeg.
    """
    kind = (kind or out.suffix).lower()
    if kind not in (".gif", ".mp4"):
        raise RecordingError(f"{out}: found the ending {kind or 'nothing'!r}; allowed are .gif and .mp4.")
    if speed <= 0 or fps <= 0:
        raise RecordingError(f"animation: found speed {speed} and fps {fps}; both must be above 0.")
    runs = checked(runs)
    program = video.ffmpeg() if kind == ".mp4" else ""
    stage = _Stage(scene_of(plan, runs), runs, handling)
    film = film_of(runs)
    n_frames = int(film.length_s * fps / speed) + 1
    with Progress(n_frames, enabled=show_progress, what="pictures") as shown:

        def frames() -> Iterator[NDArray[np.uint8]]:
            for k in range(n_frames):
                film_s = film.length_s if k == n_frames - 1 else k * speed / fps
                yield stage.frame(film.time_s(film_s), film_s / max(film.length_s, 1e-9))
                shown.advance(1)

        if kind == ".gif":
            swatches = sorted(
                {style["mfc"] for style in (*(style for *_, style in _GROUPS), _TEAM)} - {"none"}
            )
            video.save_gif(frames(), out, fps, swatches)
        else:
            video.save_mp4(frames(), out, fps, program)


def _speed(runs: Sequence[ReplayRun]) -> float:
    return max(10.0, film_of(runs).length_s / LONGEST_S)


class _Panel:
    """One floor of one run: the markers that move."""

    def __init__(self, axes: Axes, level: int, recording: Recording) -> None:
        self._level, self._recording = level, recording
        self._team = np.array([kind == "officer" for kind in recording.kinds])
        codes = [[recording.states.index(name) for name in names] for _, names, _ in _GROUPS]
        self._codes = codes
        self.lines: list[Line2D] = []
        for style in (*(style for _, _, style in _GROUPS), _TEAM):
            (line,) = axes.plot([], [], linestyle="none", animated=True, **style)
            self.lines.append(line)

    def move(self, frame: int) -> None:
        """Put every marker where it is in a frame."""
        recording = self._recording
        x = recording.x[frame] * STEP_M + recording.origin_x_m
        y = recording.y[frame] * STEP_M + recording.origin_y_m
        here = recording.level[frame] == self._level
        for line, codes in zip(self.lines, self._codes, strict=False):
            chosen = here & ~self._team & np.isin(recording.state[frame], codes)
            line.set_data(x[chosen], y[chosen])
        chosen = here & self._team
        self.lines[-1].set_data(x[chosen], y[chosen])


class _Stage:
    """The figure: what stands still is drawn once and kept, what moves is drawn over it."""

    def __init__(self, scene: Scene, runs: Sequence[ReplayRun], handling: str | None) -> None:
        self._runs = runs
        figure = Figure(figsize=_SIZE_IN, dpi=_DPI)
        self._canvas = cast("Any", FigureCanvasAgg(figure))  # its drawing functions carry no types
        grid = figure.subplots(
            len(scene.floors), len(runs), squeeze=False, gridspec_kw={"hspace": 0.04, "wspace": 0.04}
        )
        figure.subplots_adjust(left=0.02, right=0.98, top=0.80, bottom=0.06)
        self._panels: list[list[_Panel]] = []
        self._axes: list[list[Axes]] = []
        self._texts: list[Text] = []
        for column, run in enumerate(runs):
            axes = [grid[row][column] for row in range(len(scene.floors))]
            for ax, floor in zip(axes, scene.floors, strict=True):
                _draw_floor(ax, floor, scene, named=len(scene.floors) > 1)
            self._axes.append(axes)
            self._panels.append([_Panel(ax, level, run.recording) for level, ax in enumerate(axes)])
            left = axes[0].get_position().x0
            figure.text(left, 0.885, run.label, size=13, weight="bold", parse_math=False)
            self._texts.append(figure.text(left, 0.815, "", size=11, animated=True))
        self._clock = figure.text(0.02, 0.935, "", size=22, weight="bold", animated=True)
        handling = handling_label(handling, is_ours=scene.named)
        words = "A simulation, not a prediction" + (f"   {handling}" if handling else "")
        figure.text(0.98, 0.945, words, size=12, weight="bold", ha="right", parse_math=False)
        self._bar = Line2D([], [], color="#005a8c", lw=4, transform=figure.transFigure, animated=True)
        figure.add_artist(self._bar)
        _legend(figure)
        self._canvas.draw()
        self._still = self._canvas.copy_from_bbox(figure.bbox)

    def frame(self, time_s: float, share: float = 0.0) -> NDArray[np.uint8]:
        """Return the picture at a time, RGBA; a bar at the top says how much of the film is over."""
        self._canvas.restore_region(self._still)
        renderer = self._canvas.get_renderer()
        self._clock.set_text(clock(time_s))
        self._clock.draw(renderer)
        self._bar.set_data([0.0, share], [0.998, 0.998])
        self._bar.draw(renderer)
        for run, panels, axes, text in zip(self._runs, self._panels, self._axes, self._texts, strict=True):
            recording = run.recording
            number = min(recording.n_frames - 1, int(time_s / recording.frame_s + 1e-6))
            text.set_text(f"{_phase(run, time_s)}\n{_counts(recording, number)}")
            text.draw(renderer)
            for panel, ax in zip(panels, axes, strict=True):
                panel.move(number)
                for line in panel.lines:
                    ax.draw_artist(line)
        return np.array(self._canvas.buffer_rgba(), dtype=np.uint8)


def _draw_floor(ax: Axes, floor: Floor, scene: Scene, *, named: bool) -> None:
    """Draw what stands still on one floor; names of rooms are too small for a picture and left out."""
    x0, y0, x1, y1 = scene.box
    ax.set(xlim=(x0, x1), ylim=(y0, y1), aspect="equal")
    ax.axis("off")
    codes = [
        code
        for ring in floor.rings
        for code in (Path.MOVETO, *([Path.LINETO] * (len(ring) - 2)), Path.CLOSEPOLY)
    ]
    corners = [corner for ring in floor.rings for corner in ring]
    for room in floor.rooms:
        if room.kind == "ground":
            ax.fill(*zip(*room.outline, strict=True), facecolor=_SHADES[room.kind])
    if corners:
        ax.add_patch(PathPatch(Path(corners, codes), facecolor="#6f747a", edgecolor="none"))
    for room in floor.rooms:
        if room.kind != "ground":
            ax.fill(*zip(*room.outline, strict=True), facecolor=_SHADES[room.kind], ec="#6f747a", lw=0.8)
    for (xa, ya), (xb, yb) in floor.doors:
        ax.plot([xa, xb], [ya, yb], color="white", linewidth=2.0, solid_capstyle="butt")
    if named:
        ax.text(0.0, 1.0, floor.name, transform=ax.transAxes, size=9, va="top", parse_math=False)


def _legend(figure: Figure) -> None:
    """Draw the legend at the foot."""
    looks = [(name, style) for name, _, style in _GROUPS if name != "out"] + [("contact team", _TEAM)]
    handles = [Line2D([], [], linestyle="none", label=name, **{**style, "ms": 8.0}) for name, style in looks]
    handles.append(Line2D([], [], linestyle="none", label="out: not drawn"))
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), frameon=False, fontsize=11)


def _phase(run: ReplayRun, time_s: float) -> str:
    """Return what officers do at a time, and whether the threat is over and care has begun."""
    happened = {row.event for row in run.timeline if row.time_s <= time_s}
    words = next((words for event, words in _PHASES if event in happened), "no call yet")
    also = "; threat over" * (THREAT_END in happened) + "; first care begun" * (
        EMS_PATIENT_CONTACT in happened
    )
    still = "" if time_s <= run.recording.duration_s else " (last positions)"
    return words.capitalize() + also + still


def _counts(recording: Recording, frame: int) -> str:
    """Return how many people are in each group."""
    people = np.array([kind != "officer" for kind in recording.kinds])
    state = recording.state[frame][people]
    return ", ".join(
        f"{np.isin(state, [recording.states.index(n) for n in names]).sum()} {group}"
        for group, names, _ in _GROUPS
    )
