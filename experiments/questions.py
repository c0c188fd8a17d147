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

_EXTREMES = frozenset(
    {
        "min", "max", "arg_min", "arg_max", "argmin", "argmax", "min_by", "max_by",
        "quantile", "quantile_cont", "quantile_disc", "approx_quantile", "reservoir_quantile", "approx_top_k",
        "list", "array_agg", "histogram", "histogram_exact",
    }
)  # fmt: skip
"""Functions whose result can be, or can hold, the worst of a column."""


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
        """Tell whether a node is a column of harm, or a star or a whole row, which stand for all columns."""
        is_row = (
            node.get("class") == "COLUMN_REF" and len(node["column_names"]) == 1 and _column(node) in rows
        )
        return _column(node) in _HARM or node.get("class") == "STAR" or is_row

    def is_extreme(node: dict[str, Any]) -> bool:
        return node.get("function_name") in _EXTREMES and any(map(has_harm, _nodes(node)))

    if not any(map(has_harm, nodes)):
        return
    orders = [order for node in nodes for key in ("orders", "arg_orders") for order in node.get(key, ())]
    if any(not _is_plain(order["expression"]) for order in orders) or any(map(is_extreme, nodes)):
        raise StudyError(
            "results.sql: harm is never sorted worst first; where a question has a column of harm, or *, "
            f"order by {', '.join(_ORDERS)} only, without min and max of harm; compare() gives its "
            "paired differences."
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
