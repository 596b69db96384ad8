"""Names say what a thing is, and what a caller may expect of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.support.sources import PACKAGE, parsed, place, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMPTY_WORDS = frozenset(
    {"common", "data", "helper", "helpers", "manager", "misc", "service", "services", "util"}
    | {"utils"}
)
EMPTY_ENDINGS = ("Helper", "Manager", "Service", "Util", "Utils")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_nothing_has_a_name_that_could_mean_anything() -> None:
    named = [
        (place(file), name)
        for file in python_files("osac_share", "tests", "benchmarks", "assets")
        for name in (file.stem, *(node.name for node in definitions(file)))
    ]
    assert not [
        found
        for found in named
        if found[1].lower() in EMPTY_WORDS or found[1].endswith(EMPTY_ENDINGS)
    ]


def test_find_may_return_none_and_get_never_does() -> None:
    wrong = [
        f"{place(file, node.lineno)} {node.name}"
        for file in python_files("osac_share")
        for node in definitions(file)
        if isinstance(node, Function) and node.returns
        if node.name.startswith(("find_", "get_"))
        if node.name != "get_id"  # Flask-Login's own word
        if node.name.startswith("find_") != ("None" in ast.unparse(node.returns))
    ]
    assert not wrong, "\n".join(wrong)


def test_policies_ask_may_or_are_about_sight() -> None:
    """Public functions of a policy are questions (`may_*`, `is_*`) or name what they derive."""
    verbs = ("get_", "find_", "load_", "set_", "update_", "check_", "ensure_")
    assert not [
        f"{place(file, node.lineno)} {node.name}"
        for file in python_files("osac_share")
        if feature_module(file) == "policy"
        for node in definitions(file)
        if node.name.startswith(verbs)
    ]


def feature_module(file: Path) -> str:
    """Return which of a feature's modules a file is, or belongs to."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return parts[1] if len(parts) > 1 else ""


def definitions(file: Path) -> Iterator[Function | ast.ClassDef]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
