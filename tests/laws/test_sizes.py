"""What does not fit in a reader's head is two things."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.support.sources import parsed, place, python_files, templates

if TYPE_CHECKING:
    from pathlib import Path

MODULE_LINES = 300
FUNCTION_LINES = 40
TEMPLATE_LINES = 150
CODE = ("osac_share", "tests", "benchmarks", "assets")


def test_no_module_is_too_long() -> None:
    assert not too_long(python_files(*CODE), MODULE_LINES)


def test_no_template_is_too_long() -> None:
    assert not too_long(templates(), TEMPLATE_LINES)


def test_no_function_is_too_long() -> None:
    long = [
        f"{place(file, node.lineno)} {node.name}: {length} lines"
        for file in python_files(*CODE)
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def too_long(files: list[Path], limit: int) -> list[str]:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    return [f"{place(file)}: {lines} lines" for file, lines in lengths.items() if lines > limit]
