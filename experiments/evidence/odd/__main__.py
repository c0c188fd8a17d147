"""``python -m experiments.evidence.odd``: write the tables of docs/ODD.md anew."""

from __future__ import annotations

import sys

from experiments.evidence.odd import PAGE, refreshed

if not PAGE.is_file():
    sys.exit(f"{PAGE} is not there: the page is written from a clone of the repository, not from a wheel.")
PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
print(f"wrote {PAGE}")
