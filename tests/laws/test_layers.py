"""Who may know whom, who may commit, and who may look at the clock."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.sources import PACKAGE, ROOT, parsed, place, python_files

GROUND = {"demo", "kernel", "migrations", "settings", "web", "worker"}
"""Packages that are no features, so that the list of a feature's modules is not theirs."""

TIMELESS = {
    *("models", "policy", "queries", "actions", "events"),
    *("messages", "documents", "index"),
}
COMMITTERS = ("kernel/db.py", "search/index/")
"""The transaction block, and the index, which is a store of its own."""


def test_imports_run_downwards() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_feature_is_held_to_the_list_of_modules() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    contracts = {one["id"]: one for one in tools["importlinter"]["contracts"]}
    features = {
        f"osac_share.{folder.name}"
        for folder in PACKAGE.iterdir()
        if (folder / "__init__.py").is_file() and folder.name not in GROUND
    }
    assert features == set(contracts["modules"]["containers"])


def test_only_the_transaction_block_commits() -> None:
    assert not [
        found
        for file in python_files("osac_share")
        if not str(file.relative_to(PACKAGE)).startswith(COMMITTERS)
        for found in calls(file, "commit")
    ]


@pytest.mark.parametrize("function", ["now", "utcnow", "today", "time"])
def test_rules_are_told_the_time_and_never_look_at_the_clock(function: str) -> None:
    assert not [
        found
        for file in python_files("osac_share")
        if TIMELESS & set(file.relative_to(PACKAGE).with_suffix("").parts[1:2])
        for found in calls(file, function)
    ]


@pytest.mark.parametrize("name", ["pickle", "marshal", "shelve", "yaml", "xml"])
def test_no_module_reads_formats_that_can_run_code_or_explode(name: str) -> None:
    imported = [
        (place(file, node.lineno), alias)
        for file in python_files("osac_share")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.stmt)
        for alias in imports(node)
    ]
    assert not [found for found in imported if found[1].split(".")[0] == name]


def imports(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def calls(file: Path, function: str) -> list[str]:
    return [
        place(file, node.lineno)
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == function
    ]
