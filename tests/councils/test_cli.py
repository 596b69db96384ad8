"""`osac-share council`, as the people who run an installation meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from osac_share.councils.cli import council
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")


def test_councils_are_listed_and_shown(environment: dict[str, str], cast: Cast) -> None:
    runner = CliRunner(env=environment)
    listed = runner.invoke(council, ["list"]).output.splitlines()
    assert [line.split() for line in listed] == [
        ["kenya", "active", "country", "KE", "Kenya"],
        ["nigeria", "active", "country", "NG", "Nigeria"],
    ]
    shown = runner.invoke(council, ["show", cast.kenya.slug]).output
    assert "Chair                      2026-03-02 to open       Amara Chair" in shown
    assert "seats held: 4" in shown


def test_unknown_council_is_refused(environment: dict[str, str], cast: Cast) -> None:
    refused = CliRunner(env=environment).invoke(council, ["show", f"not-{cast.kenya.slug}"])
    assert isinstance(refused.exception, NotFound)
