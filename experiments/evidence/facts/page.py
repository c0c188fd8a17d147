"""The page of the facts: a table, the numbers of each, what fails without its mechanism, and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.evidence.facts.kit import EMERGENT
from experiments.evidence.facts.misses import MISSES, NO_EVIDENCE, SEEN_BEFORE
from experiments.evidence.verification.page import draw
from experiments.pages.markdown import render
from sim import MODEL_VERSION

if TYPE_CHECKING:
    from experiments.evidence.facts.table import Found


def write_page(found: Sequence[Found], path: Path) -> list[Path]:
    """Write the page and its figures, and return what was written.

    Parameters
    ----------
    found : sequence of Found
        The facts that were measured.
    path : Path
        The Markdown file; figures go to ``img/validation`` beside it.
    """
    pictures = path.parent / "img" / "validation"
    written, names = [], {}
    for one in found:
        if one.figure is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            target = pictures / f"{one.fact.id.lower()}.png"
            draw(one.fact.words.split(":")[0], one.figure, target)
            names[one.fact.id] = target.relative_to(path.parent).as_posix()
            written.append(target)
    evidence = [one for one in found if one.fact.role == EMERGENT]
    held = [one.fact.id for one in evidence if one.within and one.fails_without]
    page = render(
        Path(__file__).parent / "page.md.j2",
        found=found,
        model_version=MODEL_VERSION,
        counts=Counter(one.verdict for one in found),
        evidence=evidence,
        n_held=len(held),
        n_out_of_sample=len(set(held) - set(SEEN_BEFORE)),
        pictures=names,
        misses=MISSES,
        no_evidence=NO_EVIDENCE,
        fewer=[one.fact.id for one in found if one.parts and one.n < one.fact.n],
    )
    path.write_text(page, encoding="utf-8")
    return [path, *written]
