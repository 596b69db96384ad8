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
OPPOSITES = {"is_": "is_not", "is_not": "is_", "in_": "not_in", "not_in": "in_"}
CONDITIONS = frozenset({"where", "and_", "or_", "filter"})
PLAIN = (ast.Name, ast.Attribute, ast.Call)
"""Conditions that have no operator to change, and are turned round themselves."""

LONGEST = 120
"""How many characters of a change are shown."""


@dataclass(frozen=True)
class Mutant:
    """A changed function, class or constant of a module: where it is, and what it says now."""

    module: str
    line: int
    name: str
    """That of the top-level function, class or constant that is changed."""
    source: str
    """What the changed statement says now."""
    change: str
    """What was changed, and into what."""

    def __str__(self) -> str:
        return f"{self.module} {self.name}: {self.change}"


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module's source, statement by statement."""
    for statement in ast.parse(source).body:
        name = name_of(statement)
        if name is None:
            continue
        for number, node in enumerate(_places(statement)):
            for change in range(len(list(_changes(node)))):
                yield _mutant(module, name, statement, (number, change))


def name_of(statement: ast.stmt) -> str | None:
    """Return the name that a top-level statement defines, if it is one that can be changed."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)) if not name.startswith(
            "__"
        ):
            return name
    return None


def _mutant(module: str, name: str, statement: ast.stmt, place: tuple[int, int]) -> Mutant:
    copy = deepcopy(statement)
    node = _places(copy)[place[0]]
    was = ast.unparse(node)
    changed = list(_changes(node))[place[1]]
    became = ast.unparse(changed)
    whole = ast.fix_missing_locations(_Replace(node, changed).visit(copy))
    line = getattr(node, "lineno", statement.lineno)
    change = f"{was[:LONGEST]} -> {became[:LONGEST]}"
    return Mutant(module, line, name, ast.unparse(whole), change)


def _places(statement: ast.stmt) -> list[ast.AST]:
    passed = {id(node) for one in _aside(statement) for node in ast.walk(one)}
    return [node for node in ast.walk(statement) if id(node) not in passed]


def _aside(statement: ast.stmt) -> Iterator[ast.AST]:
    # Annotations and decorators decide nothing.
    for node in ast.walk(statement):
        for name in ("annotation", "returns"):
            found = getattr(node, name, None)
            if isinstance(found, ast.AST):
                yield found
        yield from getattr(node, "decorator_list", ())


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BoolOp(op, values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield ast.BoolOp(other, values)
            for kept in _each_left_out(values):
                yield kept[0] if len(kept) == 1 else ast.BoolOp(op, kept)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.Compare(left, [op], [right]) if type(op) in SWAPPED:
            yield ast.Compare(left, [SWAPPED[type(op)]()], [right])
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.BinOp(left, ast.BitOr() | ast.Sub(), right):
            yield from (left, right)
        case ast.Set(elements):
            yield from (_set_of(kept) for kept in _each_left_out(elements))
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Call():
            yield from _changed_calls(node)
        case _:
            yield from _changed_statements(node)


def _changed_statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test, body, orelse) if isinstance(test, PLAIN):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.comprehension(target, source, conditions) if conditions:
            for kept in _each_left_out(conditions):
                yield ast.comprehension(target, source, kept, 0)
        case ast.Return(value) if isinstance(value, (ast.BoolOp, ast.Call, ast.Compare)):
            yield ast.Return(ast.Constant(None))


def _changed_calls(node: ast.Call) -> Iterator[ast.expr]:
    match node.func:
        case ast.Name(name) if name in JOINING:
            yield ast.Call(ast.Name(JOINING[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(whose, name) if name in OPPOSITES:
            other = ast.Attribute(whose, OPPOSITES[name], ast.Load())
            yield ast.Call(other, node.args, node.keywords)
        case ast.Attribute(whose, "where") if len(node.args) == 1:
            yield whose
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in CONDITIONS and len(node.args) > 1:
        for kept in _each_left_out(node.args):
            yield ast.Call(node.func, kept, node.keywords)


def _each_left_out(values: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for place in range(len(values)):
        yield [*values[:place], *values[place + 1 :]]


def _set_of(elements: list[ast.expr]) -> ast.expr:
    return ast.Set(elements) if elements else ast.Call(ast.Name("set", ast.Load()), [], [])


class _Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the new node for the old one."""
        if node is self._old:
            return self._new
        return self.generic_visit(node)
