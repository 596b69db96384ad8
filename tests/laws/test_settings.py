"""Settings: each is in the default file and in the docs, and nothing else passes for one."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from osac_share.app import create_app
from osac_share.kernel.errors import Misconfigured
from osac_share.settings import OUTSIDE, Settings, load_settings
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = ROOT / "config" / "default.toml"
DOCUMENTED = ROOT / "docs" / "configuration.md"
VARIABLE = re.compile(r"\bOSAC_[A-Z][A-Z_]*[A-Z]\b")


def declared() -> set[str]:
    return {
        f"OSAC_{section}_{name}".upper()
        for section, kind in Settings.model_fields.items()
        for name in getattr(kind.annotation, "model_fields", {})
    }


def test_default_file_and_program_know_the_same_settings() -> None:
    values = tomllib.loads(DEFAULT.read_text())
    listed = {f"OSAC_{section}_{name}".upper() for section in values for name in values[section]}
    assert listed == declared()


def test_every_default_is_explained_beside_it() -> None:
    lines = [line for line in DEFAULT.read_text().splitlines() if re.match(r"\w+ = ", line)]
    assert lines
    assert not [line for line in lines if "#" not in line]


def test_every_setting_is_documented() -> None:
    assert declared() <= set(VARIABLE.findall(DOCUMENTED.read_text()))


def test_documentation_names_no_setting_that_does_not_exist() -> None:
    known = declared() | {f"{name}_FILE" for name in declared()}
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {name for page in pages for name in VARIABLE.findall(page.read_text())}
    assert not {name for name in named - known if not name.startswith(OUTSIDE)}


def test_misspelled_setting_stops_the_start() -> None:
    with pytest.raises(Misconfigured, match="OSAC_DATABSE_URL"):
        load_settings({"OSAC_DATABSE_URL": "sqlite:///x.db"})


def test_missing_secret_stops_the_start(tmp_path: Path) -> None:
    settings = load_settings({"OSAC_DATA_DIR": str(tmp_path)})
    with pytest.raises(Misconfigured, match="OSAC_SECRET_KEY"):
        create_app(settings)


def test_short_secret_stops_the_start(tmp_path: Path) -> None:
    settings = load_settings({"OSAC_DATA_DIR": str(tmp_path), "OSAC_SECRET_KEY": "change-me"})
    with pytest.raises(Misconfigured, match="32 characters"):
        create_app(settings)
