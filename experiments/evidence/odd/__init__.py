"""The ODD protocol of the model (Grimm et al. 2020): docs/ODD.md, whose tables are generated from the code.

The page is written by hand between its tables. A table stands between two comments,
``<!-- table: levers -->`` and ``<!-- end -->``; ``python -m experiments.evidence.odd`` writes all of them
anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from experiments.evidence.odd.requirements import requirements
from experiments.evidence.odd.tables import TABLES as _TABLES
from sim.errors import StudyError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "ODD.md"
TABLES = {**_TABLES, "requirements": requirements}
"""Every generated table by the name in its comment."""

_PLACE = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(text: str) -> str:
    """Return the page with every table as the code has it now.

    Raises
    ------
    StudyError
        If the page names a table that there is not, or leaves one out.
    """
    named = [name for _, name, _ in _PLACE.findall(text)]
    if sorted(named) != sorted(TABLES):
        raise StudyError(
            f"{PAGE}: found the tables {', '.join(sorted(named))}; there must be each of "
            f"{', '.join(sorted(TABLES))} once."
        )
    return _PLACE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n\n{found[3]}", text)
