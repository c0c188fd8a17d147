"""House style of the figures: colours that colour-blind readers tell apart, doubled by marker and line."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_IN = 7.2
INK, QUIET, GRID = "#1a1a1a", "#595959", "#d9d9d9"
TICKS_S = (
    (10.0, "10 s"),
    (30.0, "30 s"),
    (60.0, "1 min"),
    (300.0, "5 min"),
    (1_200.0, "20 min"),
    (3_600.0, "1 h"),
    (14_400.0, "4 h"),
    (28_800.0, "8 h"),
)
"""Ticks of an axis on which seconds and hours both read."""

_COLOURS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # Okabe and Ito
_LINES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (2, 1)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_RC: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in the name of a policy is a dollar sign
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "figure.dpi": 100,
    "savefig.dpi": 160,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "firstminutes",
}


class Look(NamedTuple):
    """How one policy looks in every figure of a study."""

    colour: str
    line: Any
    marker: str


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save under the settings of the house, whatever the reader's own settings are."""
    import matplotlib

    settings: dict[Any, Any] = {**matplotlib.rcParamsDefault, **_RC}
    del settings["backend"]
    with matplotlib.rc_context(settings):
        yield


def looks(labels: Sequence[str], baseline: str) -> dict[str, Look]:
    """Return the look of every policy; the baseline is black and solid.

    After six others the colours begin again with other markers and lines.
    """
    found = {baseline: Look(_COLOURS[0], _LINES[0], _MARKERS[0])}
    colours, lines, markers = _COLOURS[1:], _LINES[1:], _MARKERS[1:]
    for number, label in enumerate(label for label in labels if label != baseline):
        lap, place = divmod(number, len(colours))
        found[label] = Look(
            colours[place], lines[(place + lap) % len(lines)], markers[(place + 2 * lap) % len(markers)]
        )
    return found


def broken(text: str, width: int, lines: int = 3) -> str:
    """Return a name in lines of a width, cut with an ellipsis after so many lines."""
    name = " ".join(text.split())
    whole = textwrap.wrap(name, width, break_long_words=False)
    if not whole or max(map(len, whole)) > width or len(whole) > lines:
        whole = textwrap.wrap(name, width, max_lines=lines, placeholder=" …") or [name]
    return "\n".join(whole)


def time_axis(ax: Axes, last_s: float, first_s: float = 10.0, gap: float = 0.0) -> None:
    """Give a plot a logarithmic time axis from the first seconds to hours, with ticks in plain units.

    Parameters
    ----------
    ax : Axes
    last_s, first_s : float
        Seconds that must be on the axis; it ends at a tick.
    gap : float
        Share of the axis that lies at least between two ticks.
    """
    start = max((tick for tick, _ in TICKS_S[:3] if tick <= first_s), default=TICKS_S[0][0])
    end = next((tick for tick, _ in TICKS_S if tick >= max(last_s, 60.0)), last_s)
    ax.set_xscale("log")
    ax.set_xlim(start, end * 1.02)
    shown: list[tuple[float, str]] = []
    for tick, name in TICKS_S:
        if start <= tick <= end * 1.02:
            if shown and math.log(tick / shown[-1][0]) < gap * math.log(end / start):
                continue
            shown.append((tick, name))
    ax.set_xticks([tick for tick, _ in shown], [name for _, name in shown])
    ax.set_xticks([], minor=True)
