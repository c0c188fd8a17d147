"""Parquet parts and atomic files: a killed program leaves whole files only.

Every file is written under a temporary name that matches no pattern, flushed to the disk and moved into
place. What did not happen is NULL, never NaN.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def write_atomic(path: Path, data: bytes) -> None:
    """Write a whole file or nothing: temporary name, flush to disk, move into place."""
    temporary = temporary_of(path)
    with temporary.open("wb") as file:
        file.write(data)
    settle(temporary, path)


def temporary_of(path: Path) -> Path:
    """Return the name under which a file is written first; its folder exists afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def settle(temporary: Path, path: Path) -> None:
    """Flush a temporary file to the disk and move it into place."""
    # Opened for writing, because Windows flushes no file that is open for reading only.
    with temporary.open("r+b") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def connect() -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB connection with one thread: the same rows give the same bytes."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 1")
    return connection


def quoted(value: object) -> str:
    """Return a text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def _cell(value: Any) -> Any:
    """Return a value as DuckDB stores it: numpy scalars as Python's, NaN as NULL."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Write rows to one Parquet file, atomically.

    Parameters
    ----------
    path : Path
        The file.
    rows : sequence of mapping
        Missing columns become NULL; a column that ``columns`` does not name is an error.
    columns : mapping
        SQL type by column name, in the order of the file.
    """
    unknown = {name for row in rows for name in row} - set(columns)
    if unknown:
        raise ValueError(f"columns without a type: {sorted(unknown)}")
    values = [[_cell(row.get(name)) for row in rows] for name in columns]
    fields = ", ".join(
        f'unnest(${place}::{kind}[]) AS "{name}"' for place, (name, kind) in enumerate(columns.items(), 1)
    )
    temporary = temporary_of(path)
    with connect() as connection:
        connection.execute(f"CREATE TABLE rows AS SELECT {fields}", values)
        connection.execute(f"COPY rows TO {quoted(temporary)} (FORMAT parquet)")
    settle(temporary, path)


SQL_TYPES = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "VARCHAR"}


def sql_types(types: Mapping[str, type]) -> dict[str, str]:
    """Return the SQL type of each column."""
    return {name: SQL_TYPES[kind] for name, kind in types.items()}


def parquet_parts(folder: Path) -> str:
    """Return the SQL of all parts in a folder."""
    return f"read_parquet({quoted(folder / 'part-*.parquet')})"
