"""``python -m experiments.odd``: write the tables of docs/ODD.md anew."""

from __future__ import annotations

from experiments.odd import PAGE, refreshed

PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
print(f"wrote {PAGE}")
