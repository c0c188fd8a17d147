"""What may be asked of the tables in SQL: anything but an order, a rank or an extreme of harm.

This is a fence, not a wall: the tables are plain files, and a data frame can be sorted by whoever wants to.
It keeps the program itself from handing out a list of the worst runs (design, section 2.6).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.errors import StudyError
from sim.outcome import OUTCOMES

if TYPE_CHECKING:
    import duckdb

_HARM = frozenset(column.name for column in OUTCOMES if column.kind == "harm")
_ORDERS = ("policy", "replicate", "run_id", "t_s")
"""What rows may be ordered by where harm is among the columns."""

_AVERAGES = frozenset(
    {
        "+", "-", "*", "/", "abs", "avg", "mean", "sum", "count", "count_star", "round", "coalesce",
        "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop",
    }
)  # fmt: skip
"""Functions that harm may be given to: none gives back, or holds, the worst of a column."""

_SERIES = frozenset({"range", "generate_series", "unnest"})
"""Functions that may stand for a table; others read a question or a file of their own."""


def check_question(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Refuse a question that sorts harm, ranks by it or asks for its extremes.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Reads the text as DuckDB does; nothing is carried out.
    text : str
        The question.

    Raises
    ------
    StudyError
        If it is no SELECT, or one of those.
    """
    found = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()
    tree = json.loads(found[0][0])
    if tree["error"]:
        if tree["error_type"] == "not implemented":
            raise StudyError(f"results.sql: found {text.split()[0].upper()}; a question begins with SELECT.")
        return  # a mistake in the text: DuckDB says which when it is asked
    nodes = list(_nodes(tree))
    tables = [node for node in nodes if "column_name_alias" in node]
    rows = {str(table[key]).lower() for table in tables for key in ("table_name", "alias") if table.get(key)}

    def has_harm(node: dict[str, Any]) -> bool:
        """Tell whether a node is a column of harm, or what may stand for one: a star, a row, a number."""
        is_row = (
            node.get("class") == "COLUMN_REF" and len(node["column_names"]) == 1 and _column(node) in rows
        )
        return _column(node) in _HARM or node.get("class") in ("STAR", "POSITIONAL_REFERENCE") or is_row

    def hides_extreme(node: dict[str, Any]) -> bool:
        """Tell whether a node gives harm to a function that may hold the worst of it."""
        is_other = "function_name" in node and node["function_name"] not in _AVERAGES
        return is_other and any(map(has_harm, _nodes(node)))

    for table in tables:
        _check_function(table)
    hidden = any(map(_is_renamed, tables))
    if any(map(has_harm, nodes)):
        orders = [order for node in nodes for key in ("orders", "arg_orders") for order in node.get(key, ())]
        hidden = (
            hidden
            or not _is_simple(tree)
            or any(node.get("alias") in _ORDERS for node in nodes if "class" in node)
            or any(not _is_plain(order["expression"]) for order in orders)
            or any(map(hides_extreme, nodes))
        )
    if hidden:
        raise StudyError(
            "results.sql: harm is never sorted worst first; where a question has a column of harm, or *, "
            f"order by {', '.join(_ORDERS)} only, in one plain SELECT from the tables by their names, with "
            "averages and sums but no min or max of harm; compare() gives its paired differences."
        )


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Give every node of a parsed question."""
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(part)


def _column(node: dict[str, Any]) -> str:
    """Return the name of the column that a node is, or nothing."""
    return str(node["column_names"][-1]).lower() if node.get("class") == "COLUMN_REF" else ""


def _is_plain(expression: dict[str, Any]) -> bool:
    return _column(expression) in _ORDERS


def _is_renamed(table: dict[str, Any]) -> bool:
    """Tell whether a table gives its columns other names, under which harm is not known."""
    return bool(table["column_name_alias"])


def _check_function(table: dict[str, Any]) -> None:
    """Refuse a function that stands for a table: it may read a file, or ask a question of its own."""
    name = (table.get("function") or {}).get("function_name")
    if name is not None and name not in _SERIES:
        raise StudyError(
            f"results.sql: found {name}(); a question asks the tables outcomes and curves, or "
            f"{', '.join(sorted(_SERIES))}."
        )


def _is_simple(tree: dict[str, Any]) -> bool:
    """Tell whether it is one SELECT from tables: nothing within it could sort first and show later."""
    node = tree["statements"][0]["node"]
    inner = list(_nodes(node))
    return (
        len(tree["statements"]) == 1
        and [part["type"] for part in inner if str(part.get("type", "")).endswith("_NODE")] == ["SELECT_NODE"]
        and not any(part.get("class") in ("SUBQUERY", "WINDOW") for part in inner)
        and not any(part.get("type") in ("PIVOT", "SHOW_REF") for part in inner)
    )
