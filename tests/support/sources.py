"""The project's own files, for the laws that read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "osac_share"


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under these folders of the checkout, migrations' steps aside."""
    return [
        file
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "versions" not in file.parts and "node_modules" not in file.parts
    ]


def templates() -> list[Path]:
    """Return the templates of pages and mails."""
    return [file for file in sorted((ROOT / "templates").rglob("*")) if file.is_file()]


def tracked_files() -> list[Path]:
    """Return every text file that is, or is about to be, in version control."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    files = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:1024]]


@cache
def parsed(file: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def place(file: Path, line: int = 0) -> str:
    """Return how a finding names its place."""
    name = str(file.relative_to(ROOT))
    return f"{name}:{line}" if line else name
