"""Small mistakes, made on purpose: each mutant of a module differs from it in one place.

A condition is left out, turned round or always true; `and` is `or`; a member of a set is missing.
A mutant is the module's source with the one change, so that it can be shown to people.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}
JOINING = {"and_": "or_", "or_": "and_", "any": "all", "all": "any"}
CONDITIONS = frozenset({"where", "and_", "or_", "filter"})
SETS = frozenset({"frozenset"})


@dataclass(frozen=True)
class Mutant:
    """A changed function or constant of a module: where it is, and what it says now."""

    module: str
    line: int
    name: str
    """That of the top-level function, class or constant that is changed."""
    source: str
    """What the changed statement says now."""
    became: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.name}: {self.became}"


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module's source, statement by statement."""
    for statement in ast.parse(source).body:
        name = _name_of(statement)
        if name is None:
            continue
        places = [node for node in ast.walk(statement) if not _is_annotation(node, statement)]
        for number, node in enumerate(places):
            for change in range(len(list(_changes(node)))):
                yield _mutant(module, name, statement, (number, change))


def _mutant(module: str, name: str, statement: ast.stmt, place: tuple[int, int]) -> Mutant:
    copy = deepcopy(statement)
    nodes = [node for node in ast.walk(copy) if not _is_annotation(node, copy)]
    node = nodes[place[0]]
    changed = list(_changes(node))[place[1]]
    whole = ast.fix_missing_locations(_Replace(node, changed).visit(copy))
    line = getattr(node, "lineno", statement.lineno)
    return Mutant(module, line, name, ast.unparse(whole), ast.unparse(changed)[:160])


def _changes(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.BoolOp(op, values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield ast.BoolOp(other, values)
            for left_out in values:
                kept = [one for one in values if one is not left_out]
                yield kept[0] if len(kept) == 1 else ast.BoolOp(op, kept)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.Compare(left, [op], [right]) if type(op) in SWAPPED:
            yield ast.Compare(left, [SWAPPED[type(op)]()], [right])
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.BinOp(left, ast.BitOr() | ast.Sub(), right):
            yield from (left, right)
        case ast.Set(elements) if len(elements) > 1:
            yield from (ast.Set([one for one in elements if one is not out]) for out in elements)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Call():
            yield from _changed_calls(node)


def _changed_calls(node: ast.Call) -> Iterator[ast.expr]:
    called = node.func
    match called:
        case ast.Name(name) if name in JOINING:
            yield ast.Call(ast.Name(JOINING[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(whose, "is_" | "is_not" as name):
            other = {"is_": "is_not", "is_not": "is_"}[name]
            yield ast.Call(ast.Attribute(whose, other, ast.Load()), node.args, node.keywords)
        case ast.Attribute(whose, "in_" | "not_in" as name):
            other = {"in_": "not_in", "not_in": "in_"}[name]
            yield ast.Call(ast.Attribute(whose, other, ast.Load()), node.args, node.keywords)
    name = getattr(called, "id", getattr(called, "attr", ""))
    if name == "where" and isinstance(called, ast.Attribute) and len(node.args) == 1:
        yield called.value
    elif name in CONDITIONS and len(node.args) > 1:
        for out in node.args:
            kept = [one for one in node.args if one is not out]
            yield ast.Call(called, kept, node.keywords)


class _Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.expr) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the new node for the old one."""
        if node is self._old:
            return self._new
        return self.generic_visit(node)


def _name_of(statement: ast.stmt) -> str | None:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign([ast.Name(name)]) if not name.startswith("__"):
            return name
    return None


def _is_annotation(node: ast.AST, statement: ast.stmt) -> bool:
    return any(node in ast.walk(one) for one in _annotations(statement))


def _annotations(statement: ast.stmt) -> Iterator[ast.AST]:
    for node in ast.walk(statement):
        for name in ("annotation", "returns"):
            found = getattr(node, name, None)
            if isinstance(found, ast.AST):
                yield found
        yield from getattr(node, "decorator_list", ())
