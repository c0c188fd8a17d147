"""The report page: the answer first, then how sure it is, what it rests on, and where it stops.

Harm stands in one small table near the end, as a paired change with its interval: never as a level, never
sorted by it. Names come from files of other people, so the template escapes everything but our own figures.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments.compare.comparison import METHODS, Comparison, compare
from experiments.figures import (
    NEEDS_PATIENT,
    StudyFigure,
    building_of,
    described,
    dkw,
    draw_figures,
    svg_text,
)
from experiments.pages import html
from experiments.pages.words import FEW_PAIRS, HEADLINE, difference, handling_label, sentence, span, value

if TYPE_CHECKING:
    from markupsafe import Markup

    from experiments.study.results import Results
    from sim.given.distribution import Parameter

_LEVER_WORDS = {True: "yes", False: "no"}


class Card(NamedTuple):
    """The answer for one policy, in words that stand alone."""

    policy: str
    plain_words: str
    big: str
    than: str
    sentence: str


class TableRow(NamedTuple):
    """One outcome of one policy beside the baseline, as text."""

    title: str
    policy: str
    baseline: str
    change: str
    clear: bool
    pairs: str
    not_happened: str


class Sure(NamedTuple):
    """How sure the answer for one policy is."""

    policy: str
    pairs: int
    later: str
    interval: str
    remark: str


def write_report(results: Results, out: Path, *, handling: str | None = None) -> None:
    """Write the report of a study as one page with its figures inside.

    Parameters
    ----------
    results : Results
        A results folder.
    out : Path
        The HTML file.
    handling : str, optional
        Handling label at the head and on every printed page. A plan that is not in our library has
        ``words.HANDLING`` when omitted.
    """
    comparisons = compare(results)
    library = results.is_library_plan
    label = handling_label(handling, is_ours=library)
    page = html.template("experiments.report", "page.html.j2").render(
        css=_markup(html.text_beside("experiments.report", "page.css")),
        handling=label,
        handling_css=css_string(label or ""),
        library=library,
        building=building_of(results),
        manifest=results.manifest,
        command=without_folders(str(results.manifest.get("command") or "")),
        scenario=results.manifest["scenario"],
        baseline=results.baseline,
        baseline_words=_plain_words(results, results.baseline),
        base_median=_base_median(comparisons),
        n_policies=len(results.labels),
        horizon=span(results.horizon_s),
        cards=[card(results, c) for c in comparisons if c.outcome == HEADLINE],
        figures={drawn.name: (drawn, inline_svg(drawn)) for drawn in draw_figures(results, comparisons)},
        tables=paired_tables(results, comparisons),
        harm=harm_table(results, comparisons),
        sure=[sure(c) for c in comparisons if c.outcome == HEADLINE],
        methods=METHODS,
        dkw=f"{100 * dkw(int(results.manifest['runs'])):.0f}",
        failed=results.failed(),
        complete=results.is_complete,
        levers=differing_levers(results),
        **_evidence(),
    )
    out.write_text(page, encoding="utf-8")


# -- the answer ----------------------------------------------------------------------------------------------


def card(results: Results, c: Comparison) -> Card:
    """Return the answer for one policy: a few words to read at a glance, and the full sentence."""
    big, than = _glance(c)
    full = sentence(c).removeprefix(f"{c.policy}: ")
    return Card(c.policy, _plain_words(results, c.policy), big, than, full)


def _glance(c: Comparison) -> tuple[str, str]:
    mean, low, high = c.diff_mean, c.diff_low, c.diff_high
    same = "in time to first contact, compared with the baseline"
    if c.only_baseline and not (c.n_pairs or c.only_policy):
        return "Not reached", f"First contact happened in no run; under {c.baseline} in {c.only_baseline}"
    if mean is None:
        return (
            "Cannot be compared",
            f"with {c.baseline}: in no pair did first contact happen under both",
        )
    if mean == low == high == 0:
        return "No difference", same
    if low is None or high is None:
        return "Too few runs", f"to say how time to first contact differs from {c.baseline}"
    if low <= 0 <= high:
        return "No clear difference", same
    later = "later" if mean > 0 else "earlier"
    return f"{span(abs(mean))} {later}", "First contact in the mean, compared with the baseline"


def _base_median(comparisons: Sequence[Comparison]) -> str:
    found = next((c for c in comparisons if c.outcome == HEADLINE), None)
    return span(found.baseline_median if found else None)


def _plain_words(results: Results, label: str) -> str:
    return next(
        (str(p.get("plain_words", "")) for p in results.manifest["policies"] if p["label"] == label), ""
    )


# -- tables --------------------------------------------------------------------------------------------------


def paired_tables(results: Results, comparisons: Sequence[Comparison]) -> list[tuple[str, list[TableRow]]]:
    """Return one table per policy with every outcome but harm."""
    tables = []
    for label in results.labels:
        rows = [
            _row(results, c)
            for c in comparisons
            if c.policy == label and c.kind != "harm" and _has_anything(c)
        ]
        if rows:
            tables.append((label, rows))
    return tables


def harm_table(results: Results, comparisons: Sequence[Comparison]) -> list[tuple[str, TableRow]]:
    """Return the changes of harm, in the order of the study and of the outcomes."""
    return [(c.policy, _row(results, c)) for c in comparisons if c.kind == "harm" and c.diff_mean is not None]


def _has_anything(c: Comparison) -> bool:
    return bool(c.n_pairs or c.n_censored or c.only_baseline or c.policy_median is not None)


def _row(results: Results, c: Comparison) -> TableRow:
    # How often there was a patient at all is a level of harm: only plans of ours may show it.
    hidden = c.outcome in NEEDS_PATIENT and not results.is_library_plan
    return TableRow(
        c.title,
        value(c.policy_median, c.unit),
        value(c.baseline_median, c.unit),
        change(c),
        c.is_clear,
        "not shown" if hidden else str(c.n_pairs),
        "not shown" if hidden else str(c.n_censored) if c.n_censored else "",
    )


def change(c: Comparison) -> str:
    """Return the mean paired difference with its 95 % interval."""
    mean, low, high = (difference(end, c.unit) for end in (c.diff_mean, c.diff_low, c.diff_high))
    if c.diff_mean is None or c.diff_low is None or c.diff_high is None:
        return mean
    if c.diff_low == c.diff_high:
        return f"{mean} in every pair" if c.diff_low else "no difference in any pair"
    return f"{mean} ({low} to {high})"


def sure(c: Comparison) -> Sure:
    """Return how sure the difference in first contact is."""
    low, high = c.diff_median_low, c.diff_median_high
    interval = "none" if low is None or high is None else f"{difference(low, 's')} to {difference(high, 's')}"
    later = "–"
    if c.share_worse is not None and c.share_worse_low is not None and c.share_worse_high is not None:
        later = (
            f"{100 * c.share_worse:.0f} % ({100 * c.share_worse_low:.0f} to {100 * c.share_worse_high:.0f} %)"
        )
    remark = f"Few pairs: {FEW_PAIRS} or more are advised." if c.n_pairs < FEW_PAIRS else ""
    return Sure(c.policy, c.n_pairs, later, interval, remark)


def differing_levers(results: Results) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the levers that are not the same under all policies, and their values under each policy."""
    policies: list[Mapping[str, Any]] = results.manifest["policies"]
    names = dict.fromkeys(name for policy in policies for name in policy.get("levers", {}))
    differing = [
        name for name in names if len({_lever(policy["levers"].get(name)) for policy in policies}) > 1
    ]
    rows = [
        (str(policy["label"]), [_lever(policy["levers"].get(name)) for name in differing])
        for policy in policies
    ]
    return differing, rows


def _lever(level: Any) -> str:
    if level is None:
        return "–"
    if isinstance(level, bool):
        return _LEVER_WORDS[level]
    return f"{level:,.6g}" if isinstance(level, float) else str(level).replace("_", " ")


# -- evidence ------------------------------------------------------------------------------------------------


def _evidence() -> dict[str, Any]:
    """Return the numbers of the model by strength of evidence; what a policy chooses is none of them."""
    from sim.given.parameters import ParameterTable

    rows = [row for row in ParameterTable.default() if row.role != "choice"]
    by_strength = {
        name: [row for row in rows if row.evidence == name] for name in ("strong", "medium", "weak")
    }
    return {
        "counts": {name: len(found) for name, found in by_strength.items()},
        "weak": [(row.name, _central(row), row.source) for row in by_strength["weak"]],
        "grounded": [
            (row.name, row.evidence, row.source) for row in by_strength["strong"] + by_strength["medium"]
        ],
    }


def _central(row: Parameter) -> str:
    from sim.given.distribution import CENTRAL

    if row.distribution not in CENTRAL:
        return "table"
    return f"{row.central:g} {'' if row.unit == '1' else row.unit}".strip()


# -- page ----------------------------------------------------------------------------------------------------


def inline_svg(drawn: StudyFigure) -> Markup:
    """Return a figure as an element of a page: ids of its own, a title, and no styles for the rest."""
    from markupsafe import Markup

    text = svg_text(drawn)
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{drawn.name}-', text)
    text = re.sub(r'(url\(#|href="#)', rf"\g<1>{drawn.name}-", text)
    return Markup(described(text, drawn))


def without_folders(command: str) -> str:
    """Return a command line with the file name only of every argument that looks like a path."""
    try:
        arguments = shlex.split(command)
    except ValueError:
        arguments = command.split()
    return shlex.join(re.sub(r"[^=,]*[/\\\\](?=[^=,])", "", one.rstrip("/\\")) for one in arguments)


def css_string(text: str) -> Markup:
    """Return a text as a string of CSS in which nothing can end the string or the style sheet."""
    return _markup("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text))


def _markup(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)
