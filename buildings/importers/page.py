"""The import report as one HTML page: every level drawn, every guess marked with its number."""

from __future__ import annotations

import io
from typing import Any

from jinja2 import Environment
from matplotlib.figure import Figure

from buildings.draw import draw_plan
from buildings.importers.report import Imported, sentences

_MOST_MARKS = 60
_RED = "#b00020"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Import of {{ report.file }}</title>
<style>
 body { font: 16px/1.45 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
        color: #222; background: #fff }
 table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .6rem;
        vertical-align: top;
        border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
 svg { max-width: 100%; height: auto; background: #fff } .bad { color: #b00020 }
 @media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd } .bad { color: #ff8a80 } }
</style></head><body>
<h1>Import of {{ report.file }}</h1>
<p><strong>This may describe a real place: handle it as sensitive.</strong></p>
{% for line in told %}<p>{{ line }}</p>
{% endfor %}
<h2>The plan</h2>
{% for name, svg in drawings %}<h3>Level {{ name }}</h3>
{{ svg|safe }}
{% endfor %}
<h2>What was guessed, changed or left out</h2>
{% if report.problems %}<table><tr><th>No.</th><th>About</th><th>What</th><th>Level</th><th>At (m)</th></tr>
{% for one in report.problems %}<tr><td>{{ one.number }}</td><td>{{ one.kind }}</td>
<td>{{ one.sentence }}</td><td>{{ one.level or "" }}</td>
<td>{% if one.at %}{{ "%.1f, %.1f"|format(one.at[0], one.at[1]) }}{% endif %}</td></tr>
{% endfor %}</table>{% else %}<p>Nothing.</p>{% endif %}
<h2>What the check of plans says</h2>
{% if report.check %}<ul>
{% for one in report.check %}<li{% if one.severity == "E" %} class="bad"{% endif %}>{{ one.code }}:
 {{ one.sentence }}</li>{% endfor %}</ul>{% else %}<p>Nothing to mend.</p>{% endif %}
</body></html>
"""


def page(done: Imported) -> str:
    """Return the report on an import as one HTML page that needs nothing else.

    Parameters
    ----------
    done : Imported
        A plan and its report.
    """
    drawings = [(level.name or level.id, _drawn(done, level.id)) for level in done.plan.levels]
    template = Environment(autoescape=True).from_string(_PAGE)
    return template.render(report=done.report, told=sentences(done.report), drawings=drawings)


def _drawn(done: Imported, level: str) -> str:
    figure = Figure(figsize=(11.0, 7.5), layout="constrained")
    axes = figure.add_subplot()
    draw_plan(done.plan, level, axes)
    marks = [one for one in done.report["problems"] if one["level"] == level and one["at"]]
    for one in marks[:_MOST_MARKS]:
        _mark(axes, one)
    for room in done.report["left_out"]:
        if room["level"] == level:
            xs, ys = zip(*room["polygon"], strict=True)
            axes.fill(
                xs, ys, facecolor="none", edgecolor=_RED, linestyle="--", linewidth=0.8, hatch="//", alpha=0.5
            )
    out = io.StringIO()
    figure.savefig(out, format="svg")
    text = out.getvalue()
    return text[text.index("<svg") :]


def _mark(axes: Any, problem: dict[str, Any]) -> None:
    box = {"boxstyle": "circle,pad=0.15", "fc": "white", "ec": _RED, "lw": 0.7}
    # Beside the place, so that the name of the room or the number of the exit can still be read.
    axes.annotate(
        str(problem["number"]), problem["at"], xytext=(9, -9), textcoords="offset points", fontsize=7,
        color=_RED, ha="center", va="center", bbox=box, zorder=5,
        arrowprops={"arrowstyle": "-", "color": _RED, "lw": 0.5},
    )  # fmt: skip
