"""What may be asked of the tables in SQL: anything but an order, a rank or an extreme of harm.

Where a question names a column of harm, or something that may stand for one, it is one plain SELECT from one
table that shows harm, averages it, or asks whether it is there. So the rule is a list of what is allowed; a
list of what is not would never end. It is a fence, not a wall: the tables are plain files, and a data frame
can be sorted by whoever wants to. It keeps the program itself from handing out a list of the worst runs
(docs/scope.md, rule 6).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.errors import StudyError
from sim.record.outcome import OUTCOMES

if TYPE_CHECKING:
    import duckdb

Node = dict[str, Any]

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

_ONE_BY_ONE = frozenset({"*", "/"})
"""Functions of which one argument at most may be harm: sums of high powers come near to the largest value."""

_IS_THERE = frozenset({"OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"})
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
    if tree["error"] and tree["error_type"] != "not implemented":
        return  # a mistake in the text: DuckDB says which when it is asked
    if tree["error"] or not tree["statements"]:
        word = text.split()[0].upper() if text.split() else "nothing"
        raise StudyError(f"results.sql: found {word}; a question begins with SELECT.")
    tables = [node for node in _nodes(tree) if "column_name_alias" in node]
    for table in tables:
        _check_function(table)
    names = (table.get(key) for table in tables for key in ("table_name", "alias"))
    rows = frozenset(str(name).lower() for name in names if name)
    if _names_harm(tree, rows) and not _is_plain_select(tree, rows):
        raise StudyError(
            "results.sql: harm is never sorted worst first; where a question has a column of harm, or *, "
            f"order by {', '.join(_ORDERS)} only, in one plain SELECT from one table that shows harm, takes "
            "averages or sums of it, or asks whether it IS NULL; compare() gives its paired differences."
        )


def _check_function(table: Node) -> None:
    """Refuse a function that stands for a table: it may read a file, or ask a question of its own."""
    name = (table.get("function") or {}).get("function_name")
    if name is not None and name not in _SERIES:
        raise StudyError(
            f"results.sql: found {name}(); a question asks the tables outcomes and curves, or "
            f"{', '.join(sorted(_SERIES))}."
        )


# -- whether harm is named -------------------------------------------------------------------------------


def _names_harm(tree: Node, rows: frozenset[str]) -> bool:
    """Tell whether harm is named anywhere, as a column, an alias, a key of a join or in a text."""
    if any(text.lower() in _HARM for text in _texts(tree)):
        return True
    return any(
        _is_harm(node, rows) or node.get("column_name_alias") or node.get("ref_type") == "NATURAL"
        for node in _nodes(tree)
    )


def _is_harm(node: Node, rows: frozenset[str]) -> bool:
    """Tell whether a node is a column of harm, or what may stand for one: a star, a whole row, a number."""
    return _column(node) in _HARM | rows or node.get("class") in ("STAR", "POSITIONAL_REFERENCE")


def _column(node: Node) -> str:
    """Return the name of the column that a node is, or nothing."""
    return str(node["column_names"][-1]).lower() if node.get("class") == "COLUMN_REF" else ""


# -- what may be asked of it ------------------------------------------------------------------------------


def _is_plain_select(tree: Node, rows: frozenset[str]) -> bool:
    """Tell whether it is one SELECT from one table that only shows harm, ordered by what is no harm."""
    node = tree["statements"][0]["node"]
    if len(tree["statements"]) > 1 or node["type"] != "SELECT_NODE" or node["cte_map"]["map"]:
        return False
    table = node["from_table"]
    if table["type"] != "BASE_TABLE" or table["column_name_alias"] or table["sample"] or node["sample"]:
        return False
    if any(part["type"] not in ("ORDER_MODIFIER", "LIMIT_MODIFIER") for part in node["modifiers"]):
        return False
    orders = [order["expression"] for part in node["modifiers"] for order in part.get("orders", ())]
    elsewhere = [node["group_expressions"], node["having"], node["qualify"], node["group_sets"]]
    shown = [*node["select_list"], *([node["where_clause"]] if node["where_clause"] else [])]
    return (
        all(_column(order) in _ORDERS for order in orders)
        and not any(_is_harm(part, rows) for part in _nodes(elsewhere))
        and not any(str(part.get("alias", "")).lower() in _ORDERS for part in _nodes(node))
        and all(_only_shows(part, rows) for part in shown)
    )


def _only_shows(node: Node, rows: frozenset[str]) -> bool:
    """Tell whether an expression shows or averages the harm in it, or asks whether it is there."""
    if not any(_is_harm(part, rows) for part in _nodes(node)):
        return True
    parts = list(_next_expressions(node))
    of_harm = [part for part in parts if any(_is_harm(one, rows) for one in _nodes(part))]
    allowed = {
        "COLUMN_REF": _column(node) in _HARM,
        "STAR": not any(node.get(key) for key in ("exclude_list", "replace_list", "rename_list", "columns")),
        "FUNCTION": node.get("function_name") in _AVERAGES
        and (len(of_harm) < 2 or node.get("function_name") not in _ONE_BY_ONE),
        "CAST": True,
        "CONJUNCTION": True,
        "OPERATOR": node["type"] in _IS_THERE,
    }
    return allowed.get(node["class"], False) and all(_only_shows(part, rows) for part in parts)


def _next_expressions(node: Any) -> Iterator[Node]:
    """Give the expressions directly below a node."""
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if isinstance(part, dict) and "class" in part:
            yield part
        else:
            yield from _next_expressions(part)


def _nodes(tree: Any) -> Iterator[Node]:
    """Give every node of a parsed question."""
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(part)


def _texts(tree: Any) -> Iterator[str]:
    """Give every text of a parsed question, keys and values."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        yield from tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _texts(part)
