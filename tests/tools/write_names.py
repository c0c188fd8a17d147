"""`make names`: write `sim/given/names.py`, the names of levers and parameters as types that mypy checks.

A misspelt name in the code is then found by mypy and not in the run that first reads it.
"""

from __future__ import annotations

from pathlib import Path

from sim.given.rows import csv_rows, lever_rows

PAGE = Path(__file__).resolve().parents[2] / "sim" / "given" / "names.py"

HEAD = '''"""Names of levers and parameters as types: mypy finds a misspelt one. Written by `make names`."""

from __future__ import annotations

from typing import Literal
'''


def text() -> str:
    """Return the file as the shipped tables ask for it."""
    levers = [name for name, row in lever_rows().items() if row["block_or_lever"] == "lever"]
    rows = [*csv_rows("parameters.csv"), *csv_rows("assumptions.csv")]
    tables = [row["name"] for row in rows if row["distribution"] == "table"]
    others = [row["name"] for row in rows if row["distribution"] != "table"]
    return "\n".join(
        [
            HEAD,
            _type("LeverName", levers, "Every row of the lever table that is a lever."),
            _type("ParameterName", others, "Every row of the parameter tables but tables."),
            _type("TableName", tables, "Every row of the parameter tables that is a table of entries."),
        ]
    )


def _type(name: str, words: list[str], about: str) -> str:
    lines = "".join(f'    "{word}",\n' for word in words)
    return f'{name} = Literal[\n{lines}]\n"""{about}"""\n'


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
