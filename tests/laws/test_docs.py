"""The documentation names every command, route and make target there is, and no other."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import click
import pytest

from osac_share.cli import cli
from tests.support.routes import routes_of
from tests.support.sources import ROOT, place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = "\n".join(page.read_text() for page in PAGES)
OPTIONS = ("--help", "--version")
OUTSIDE_FLASK = ("/static/",)


def test_every_command_is_documented() -> None:
    assert not [name for name in commands(cli) if f"osac-share {name}" not in TEXT]


def test_documentation_names_no_command_that_does_not_exist() -> None:
    known = set(commands(cli))
    assert not [
        f"{place(page)}: osac-share {words}"
        for page, words in found(r"osac-share((?: [a-z][a-z-]*)+)")
        if not any(f"{words.strip()} ".startswith(f"{name} ") for name in known)
        and words.strip() not in groups(cli)
    ]


def test_every_make_target_is_documented() -> None:
    assert not [name for name in targets() if not re.search(rf"\bmake {name}\b", TEXT)]


def test_documentation_names_no_make_target_that_does_not_exist() -> None:
    assert not [
        f"{place(page)}: make {name}"
        for page, name in found(r"(?:`|^    |&& )make ([a-z]+)")
        if name not in targets()
    ]


@pytest.mark.one_database
def test_every_route_is_documented(app: Flask) -> None:
    documented = {blank(path) for _, path in found(r"(/[^\s`|)]*)")}
    assert not [str(route) for route in routes_of(app) if not documented & spellings(route.rule)]


@pytest.mark.one_database
def test_documentation_names_no_route_that_does_not_exist(app: Flask) -> None:
    known = {spelling for route in routes_of(app) for spelling in spellings(route.rule)}
    assert not [
        f"{place(page)}: {path}"
        for page, path in found(r"`(?:GET |POST )?(/[^\s`?]*)")
        if blank(path) not in known and not path.startswith(OUTSIDE_FLASK)
    ]


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def groups(group: click.Group) -> set[str]:
    return {name for name, command in group.commands.items() if isinstance(command, click.Group)}


def targets() -> list[str]:
    makefile = (ROOT / "Makefile").read_text()
    return [
        name for name in re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE) if name != "help"
    ]


def found(pattern: str) -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for match in re.finditer(pattern, page.read_text(), re.MULTILINE):
            yield page, match.group(1)


def spellings(rule: str) -> set[str]:
    """Return how an address may be written: a part of few values as a blank or as each value."""
    parts = re.split(r"(<any\([^)]*\):[^>]*>)", rule)
    choices = [
        ["<>", *re.findall(r"\w+", part.partition("(")[2].partition(")")[0])]
        if part.startswith("<any(")
        else [blank(part)]
        for part in parts
    ]
    return {"".join(chosen) for chosen in product(*choices)}


def blank(path: str) -> str:
    """Return an address with its variable parts emptied, whatever they are called."""
    return re.sub(r"<[^>]*>", "<>", path)
