"""The parts of others: each one is listed with its version and its hashes, and no other is used."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions, version

import pytest

from tests.support.imports import top_level
from tests.support.sources import ROOT, python_files

LISTS = ("base", "build", "dev", "node", "uv")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def parts(name: str) -> set[tuple[str, str]]:
    """Return the parts of a list, each with its version; some have one for each Python."""
    return {(plain(part), number) for part, number in PINNED.findall(lines_of(name))}


def lines_of(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def plain(name: str) -> str:
    """Return a name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=;!~]", name, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("name", LISTS)
def test_every_part_is_pinned_to_files_that_were_looked_at(name: str) -> None:
    entries = re.split(r"\n(?=\S)", lines_of(name).strip())
    assert entries
    assert not [one for one in entries if not (PINNED.match(one) and HASH.search(one))]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_a_place_to_fetch_parts_from(name: str) -> None:
    assert not re.search(
        r"--(?:extra-)?index-url|--find-links|://|^-e ", lines_of(name), re.MULTILINE
    )


def test_what_the_project_asks_for_is_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {plain(one) for one in project["project"]["dependencies"]}
    assert asked <= {part for part, _number in parts("base")}


def test_what_is_installed_is_what_is_listed() -> None:
    providers = packages_distributions()
    used = {(plain(one), version(one)) for top in foreign() for one in providers[top]}
    assert len(used) > 20
    assert sorted(used - parts("base")) == []


def foreign() -> set[str]:
    """Return the packages of others that the program imports."""
    found = {name for file in python_files("osac_share") for name in top_level(file)}
    return found - set(sys.stdlib_module_names) - {"osac_share", ""}
