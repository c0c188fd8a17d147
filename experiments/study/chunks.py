"""The chunks of a plan from outside on disk: written whole or not at all, merged when all are in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from experiments.study.outside import (
    CURVE_COLUMNS,
    FAILURE_COLUMNS,
    HARM_COLUMNS,
    KeptChunk,
    response_columns,
)
from experiments.study.parts import connect, parquet_parts, quoted, settle, temporary_of, write_rows

TABLES = {"failures": "chunk, reason", "harm": "chunk, outcome, policy_a, policy_b", "curves": "policy, t_s"}
"""Tables beside the rows, with what they are sorted by."""
ORDER = "policy, pair"


class Chunks:
    """The finished chunks of one study in its folder.

    Parameters
    ----------
    root : Path
        The results folder.
    study : str
        Fingerprint of the study: parts of another one are none of its chunks.
    types : mapping of str to str
        SQL type by outcome column.
    """

    def __init__(self, root: Path, study: str, types: Mapping[str, str]) -> None:
        self._root, self._study = root, study
        self._columns = {
            "runs": response_columns(types),
            "curves": CURVE_COLUMNS,
            "harm": HARM_COLUMNS,
            "failures": FAILURE_COLUMNS,
        }

    def _name(self, number: int) -> str:
        return f"part-{self._study}-{number:06d}.parquet"

    def write(self, chunk: KeptChunk) -> None:
        """Write one chunk; its rows come last, because they say that it is finished."""
        name = self._name(chunk.number)
        for table in (*TABLES, "runs"):
            write_rows(self._root / table / name, getattr(chunk, table), self._columns[table])

    def finished(self, *, retry_failed: bool = False) -> set[int]:
        """Return which chunks are on disk, whole; with `retry_failed` those in which no pair failed."""
        found = set()
        for path in (self._root / "runs").glob(f"part-{self._study}-*.parquet"):
            number = re.fullmatch(r"part-\w+-(\d{6,})\.parquet", path.name)
            if number is None:
                continue
            failed = self._failed_in(path.name)
            if failed is not None and not (failed and retry_failed):
                found.add(int(number[1]))
        return found

    def _failed_in(self, name: str) -> int | None:
        """Return how many pairs of a chunk failed; None where one of its tables cannot be read."""
        import duckdb

        with connect() as connection:
            try:
                found = {
                    table: connection.read_parquet(str(self._root / table / name)).fetchall()
                    for table in self._columns
                }
            except duckdb.Error:
                return None
        place = list(FAILURE_COLUMNS).index("pairs")
        return sum(int(row[place]) for row in found["failures"])

    def merge(self, numbers: Iterable[int]) -> None:
        """Write the tables of these chunks, sorted; that of the rows last."""
        names = [self._name(number) for number in numbers]
        with connect() as connection:
            for table, order in (*TABLES.items(), ("runs", ORDER)):
                files = ", ".join(quoted(self._root / table / name) for name in names)
                target = self._root / f"{'outcomes' if table == 'runs' else table}.parquet"
                temporary = temporary_of(target)
                connection.execute(
                    f"COPY (SELECT * FROM read_parquet([{files}]) ORDER BY {order}) "
                    f"TO {quoted(temporary)} (FORMAT parquet)"
                )
                settle(temporary, target)


def table_sql(root: Path, table: str, *, is_complete: bool) -> str:
    """Return the SQL of one of the tables: the merged file, or the parts of a study that is not complete."""
    if is_complete:
        return f"read_parquet({quoted(root / f'{table}.parquet')})"
    return parquet_parts(root / ("runs" if table == "outcomes" else table))
