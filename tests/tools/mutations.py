"""Single-point mutations of Python source: what can be changed on a line, and the changed text.

Five kinds, as `make mutants` promises: comparison, arithmetic, constant, boolean, return value.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}


@dataclass(frozen=True)
class Mutation:
    """One change: characters `start` to `end` of a file become `text`."""

    path: str
    line: int
    kind: str
    before: str
    text: str
    start: int
    end: int

    def apply(self, source: str) -> str:
        """Return the file with the change in it."""
        data = source.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()

    def __str__(self) -> str:
        shown = " ".join(self.before.split())[:70]
        return f"{self.path}:{self.line} {self.kind}: {shown}  ->  {' '.join(self.text.split())[:70]}"


def find_mutations(path: str, source: str, lines: Collection[int]) -> list[Mutation]:
    """List every mutation of a file that begins on one of the given lines (1-based)."""
    tree = ast.parse(source)
    starts = _line_starts(source)
    data = source.encode()
    wanted = set(lines)
    found = []
    for node in _live_nodes(tree):
        if not isinstance(node, ast.expr | ast.stmt) or node.lineno not in wanted:
            continue
        for kind, changed in _changes(node):
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            text = ast.unparse(ast.fix_missing_locations(changed))
            if not isinstance(node, ast.stmt):
                text = f"({text})"
            found.append(Mutation(path, node.lineno, kind, data[start:end].decode(), text, start, end))
    return found


def _line_starts(source: str) -> list[int]:
    """Byte offset of the beginning of every line."""
    offsets = [0]
    for line in source.encode().splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return offsets


def _live_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs and can matter: no annotations, docstrings, decorators or texts of messages."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        if isinstance(tree, ast.If) and isinstance(tree.test, ast.Name) and tree.test.id == "TYPE_CHECKING":
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr | ast.Raise):
                continue
            yield child
            yield from _live_nodes(child)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Give the changed forms of one node, at most one per kind."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        ops = [COMPARISONS[type(node.ops[0])](), *node.ops[1:]]
        yield "comparison", ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _is_text(node):
        yield "arithmetic", ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield "arithmetic", ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "boolean", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield "constant", ast.Constant(node.value + 1)
    elif isinstance(node, ast.BoolOp):
        yield "boolean", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "boolean", node.operand
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return value", ast.Return(ast.Constant(None))


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(isinstance(side, ast.JoinedStr) or _is_string(side) for side in sides)


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
