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

from experiments.compare.answer import (
    Answer,
    answers,
    applies,
    beside,
    beside_of,
    is_never,
    not_clear,
)
from experiments.compare.comparison import METHODS, Comparison, compare
from experiments.compare.harm import harm_lines
from experiments.figures import (
    StudyFigure,
    building_of,
    described,
    dkw,
    draw_figures,
    svg_text,
)
from experiments.pages import html
from experiments.pages.order import GROUPS, group_of, in_order_of_time
from experiments.pages.words import (
    FEW_PAIRS,
    change,
    handling_label,
    later,
    scale_of,
    sentence,
    short_title,
    span,
)

if TYPE_CHECKING:
    from markupsafe import Markup

    from experiments.study.results import Results
    from sim.given.distribution import Parameter

_LEVER_WORDS = {True: "yes", False: "no"}


class Change(NamedTuple):
    """One time that a policy changes: a few words to read at a glance, and the numbers behind them."""

    glance: str
    numbers: str


class Card(NamedTuple):
    """The answer for one policy, in words that stand alone."""

    policy: str
    plain_words: str
    changes: tuple[Change, ...]
    none: str
    unclear: str
    beside: tuple[str, ...]


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
    """How sure the answer for one policy and one time is."""

    policy: str
    outcome: str
    pairs: int
    change: str
    later: str
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
    found = answers(results, comparisons)
    library = results.is_ours
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
        base_beside=_base_beside(results),
        n_policies=len(results.labels),
        horizon=span(results.horizon_s),
        cards=[card(results, answer) for answer in found],
        figures=_figures(results, comparisons),
        tables=paired_tables(results, comparisons),
        harm=harm_table(comparisons),
        harm_lines=harm_lines(results),
        sure=[sure(c) for answer in found for c in (*answer.clear, *answer.unclear) if c.n_pairs],
        methods=METHODS,
        dkw=f"{100 * dkw(int(results.manifest['runs'])):.0f}",
        failed=results.failed(),
        complete=results.is_complete,
        levers=differing_levers(results),
        **_evidence(),
    )
    out.write_text(page, encoding="utf-8")


# -- the answer ----------------------------------------------------------------------------------------------


def card(results: Results, answer: Answer) -> Card:
    """Return the answer for one policy: what it changes most surely first, and what must stand beside it."""
    told = (
        {}
        if _is_said_once(results)
        else {words: None for words in beside_of(results, answer.policy) if words}
    )
    return Card(
        answer.policy,
        _plain_words(results, answer.policy),
        tuple(_change(c) for c in answer.clear),
        _none(answer),
        unbroken("; ".join(map(not_clear, answer.unclear))),
        tuple(map(unbroken, told)),
    )


def _none(answer: Answer) -> str:
    """Return what stands at a glance where nothing clearly differs."""
    found = answer.unclear
    if not any(c.n_pairs for c in found):
        return "Nothing to compare"
    if all(c.diff_low == c.diff_high == 0 for c in found):
        return "No difference"
    if any(c.n_pairs and c.diff_low is None for c in found):
        return "Too few runs"
    return "No clear difference"


def _change(c: Comparison) -> Change:
    if is_never(c):
        return Change(
            f"{short_title(c)}: not reached", f"Under {c.baseline} it happened in {c.only_baseline} runs."
        )
    glance = f"{short_title(c)} {later(c)}"
    return Change(unbroken(glance), unbroken(sentence(c).removeprefix(f"{glance}: ")))


def _base_beside(results: Results) -> list[str]:
    """Return what must be read beside the baseline; where it is the same under all, that is said."""
    if _is_said_once(results):
        return [unbroken(line) for line in beside(results)]
    return [unbroken(words) for words in beside_of(results, results.baseline) if words]


def _is_said_once(results: Results) -> bool:
    return len({beside_of(results, label) for label in results.labels}) == 1


def unbroken(text: str) -> str:
    """Return a text in which no line may end between a number and its unit."""
    return re.sub(r"(?<=\d) (?=(?:%|s|min|h|points|pairs|runs)\b|%)", "\u00a0", text)


def _plain_words(results: Results, label: str) -> str:
    return next(
        (str(p.get("plain_words", "")) for p in results.manifest["policies"] if p["label"] == label), ""
    )


# -- tables --------------------------------------------------------------------------------------------------


def paired_tables(
    results: Results, comparisons: Sequence[Comparison]
) -> list[tuple[str, list[tuple[str, list[TableRow]]]]]:
    """Return one table per policy with every outcome but harm, in groups, what happens first first."""
    tables = []
    for label in results.labels:
        shown = [c for c in comparisons if c.policy == label and c.kind != "harm" and applies(c)]
        groups: dict[str, list[TableRow]] = {}
        for c in in_order_of_time(shown):
            groups.setdefault(GROUPS[group_of(c)], []).append(_row(c))
        if groups:
            tables.append((label, list(groups.items())))
    return tables


def harm_table(comparisons: Sequence[Comparison]) -> list[tuple[str, TableRow]]:
    """Return the changes of harm, in the order of the study and of the outcomes."""
    return [(c.policy, _row(c)) for c in comparisons if c.kind == "harm" and c.diff_mean is not None]


def _row(c: Comparison) -> TableRow:
    scale = scale_of(c)
    return TableRow(
        short_title(c).removesuffix(", change to baseline"),
        scale.level(c.policy_mean),
        scale.level(c.baseline_mean),
        unbroken(change(c)),
        c.is_clear,
        str(c.n_pairs),
        str(c.n_censored) if c.n_censored else "",
    )


def sure(c: Comparison) -> Sure:
    """Return how sure the difference of one time is."""
    share = "–"
    if c.share_worse is not None and c.share_worse_low is not None and c.share_worse_high is not None:
        share = (
            f"{100 * c.share_worse:.0f} % ({100 * c.share_worse_low:.0f} to {100 * c.share_worse_high:.0f} %)"
        )
    remark = f"Few pairs: {FEW_PAIRS} or more are advised." if c.n_pairs < FEW_PAIRS else ""
    return Sure(c.policy, short_title(c), c.n_pairs, change(c), share, remark)


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


def _figures(
    results: Results, comparisons: Sequence[Comparison]
) -> dict[str, tuple[StudyFigure, Markup, Markup]]:
    """Return every figure with its drawing for a page and its drawing for a phone."""
    wide = draw_figures(results, comparisons)
    narrow = draw_figures(results, comparisons, narrow=True)
    return {
        one.name: (one, inline_svg(one, one.name), inline_svg(other, f"{one.name}-phone"))
        for one, other in zip(wide, narrow, strict=True)
    }


def inline_svg(drawn: StudyFigure, name: str) -> Markup:
    """Return a figure as an element of a page: ids of its own, a title, and no styles for the rest."""
    from markupsafe import Markup

    text = svg_text(drawn)
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", text)
    return Markup(described(text, drawn, name))


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
