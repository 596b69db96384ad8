"""What the program's modules import and name, for the laws that read them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.support.sources import PACKAGE, parsed

if TYPE_CHECKING:
    from pathlib import Path


def imported(file: Path) -> set[str]:
    """Return the modules that a file imports, by their whole names."""
    nodes = list(ast.walk(parsed(file)))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def top_level(file: Path) -> set[str]:
    """Return the packages that a file imports, without what lies in them."""
    return {name.partition(".")[0] for name in imported(file)}


def inside(file: Path) -> str:
    """Return where in the package a file lies."""
    return str(file.relative_to(PACKAGE))
