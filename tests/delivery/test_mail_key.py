"""A key to sign mail with is made by one command, and what cannot sign stops the start."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from osac_share.cli import cli
from osac_share.kernel.errors import Misconfigured
from osac_share.kernel.mail.dkim import open_signer
from osac_share.settings import load_settings
from tests.support.dkim import verifies

if TYPE_CHECKING:
    from pathlib import Path

MAIL = b"From: alerts@example.org\r\nSubject: A march\r\n\r\nAt noon.\r\n"


@pytest.mark.parametrize("options", [[], ["--ed25519"]])
def test_key_signs_what_its_record_verifies(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "dkim.pem"
    result = CliRunner().invoke(cli, ["mail", "key", str(file), *options])
    assert result.exit_code == 0
    name, _, strings = result.output.splitlines()[0].partition(". IN TXT ")
    assert name == "osac._domainkey.example.org"
    parts = re.findall(r'"([^"]*)"', strings)
    assert all(len(part) <= 255 for part in parts)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    signer = open_signer("example.org", "osac", str(file))
    assert signer is not None
    assert verifies(signer.signature(MAIL) + MAIL, "".join(parts))


def test_key_that_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "dkim.pem"
    file.write_text("mine")
    result = CliRunner().invoke(cli, ["mail", "key", str(file)])
    assert "is there already" in str(result.exception)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"OSAC_MAIL_DKIM_DOMAIN": "example.org"}, "both dkim_domain and dkim_key_file"),
        ({"OSAC_MAIL_DKIM_KEY_FILE": "x"}, "both dkim_domain and dkim_key_file"),
        (
            {"OSAC_MAIL_DKIM_DOMAIN": "example.net", "OSAC_MAIL_DKIM_KEY_FILE": "x"},
            "a sender whose address is of dkim_domain",
        ),
        (
            {"OSAC_MAIL_DKIM_DOMAIN": "ample.org", "OSAC_MAIL_DKIM_KEY_FILE": "x"},
            "a sender whose address is of dkim_domain",
        ),
        ({"OSAC_MAIL_DKIM_SELECTOR": "a b"}, "DKIM_SELECTOR"),
        ({"OSAC_MAIL_BOUNCES": "Bounces <b@example.org>"}, "MAIL_BOUNCES"),
        ({"OSAC_WATCH_ADDRESS": "a@b c"}, "WATCH_ADDRESS"),
    ],
)
def test_settings_that_cannot_be_are_refused(said: dict[str, str], words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        load_settings(said)
