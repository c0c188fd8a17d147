"""What a figure looks like, as a few numbers: a slip in a size, a place, a width or a colour changes them.

A picture of a figure differs in a few grey edges between two versions of a font; these numbers do not.
"""

from __future__ import annotations

import numpy as np
from matplotlib import colors
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

KINDS = (Text, Line2D, Patch, Collection)
NUMBERS = ("place", "width", "size", "alpha", "z", "colour")


def look_of(figure: Figure) -> dict[str, list[float]]:
    """Return the sums of `NUMBERS` over what is drawn of each kind, and the size of the figure (in)."""
    figure.draw_without_rendering()
    drawn = [artist for artist in figure.findobj() if artist.get_visible()]
    found = {"figure": [float(side) for side in figure.get_size_inches()]}
    for kind in KINDS:
        rows = [_numbers(artist) for artist in drawn if isinstance(artist, kind)]
        rows = [row for row in rows if np.isfinite(row).all()]
        # Weights of their own, so that one thing moved against another does not cancel out.
        weights = 1.0 + np.arange(len(rows)) % 7
        found[kind.__name__] = (weights @ np.array(rows)).tolist() if rows else []
    return found


def _numbers(artist: object) -> tuple[float, ...]:
    if isinstance(artist, Text):
        box = artist.get_window_extent()
        place = box.x0 + 3.1 * box.y1 if artist.get_text() else np.nan
        return place, box.width, artist.get_fontsize(), *_rest(artist, artist.get_color())
    if isinstance(artist, Line2D):
        place, colour = _place(artist, artist.get_xydata()), artist.get_color()
        return place, artist.get_linewidth(), artist.get_markersize(), *_rest(artist, colour)
    if isinstance(artist, Collection):
        colours = [*artist.get_facecolor(), *artist.get_edgecolor(), "none"]
        place = sum(_place(artist, path.vertices) for path in artist.get_paths())
        return place, float(np.sum(artist.get_linewidth())), 0.0, *_rest(artist, colours[0])
    assert isinstance(artist, Patch)
    place = _place(artist, artist.get_path().vertices)
    return place, artist.get_linewidth(), 0.0, *_rest(artist, artist.get_facecolor())


def _place(artist, points: np.ndarray) -> float:
    if not len(points):
        return 0.0
    x, y = artist.get_transform().transform(points).T
    return float(np.nansum(x) + 3.1 * np.nansum(y))


def _rest(artist, colour) -> tuple[float, float, float]:
    red, green, blue, opaque = colors.to_rgba(colour)
    alpha = artist.get_alpha()
    return opaque if alpha is None else float(alpha), artist.get_zorder(), red + 2.0 * green + 4.0 * blue
