"""Without a provider there is no single sign-on, and settings that contradict stop the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from osac_share.cli import cli
from osac_share.kernel.errors import Misconfigured
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

ISSUER = "https://login.example.org"


@pytest.mark.one_database
def test_there_is_no_button_and_nothing_at_the_addresses(
    visitor: Visitor, cast: Cast, signed_in: SignIn
) -> None:
    login = visitor.open("/login")
    assert not [words for words in login.texts("//button") if words.startswith("Sign in with")]
    token = login.form_to("/login")["csrf_token"]
    assert visitor.client.post("/login/sso", data={"csrf_token": token}).status_code == 404
    assert visitor.open("/login/sso/back?state=x&code=y").status == 404
    dora = signed_in(cast.dora)
    assert "Single sign-on" not in dora.open("/account").text
    assert dora.open("/account/sso").status == 404
    token = dora.open("/confirm").form_to("/confirm")["csrf_token"]
    for path in ("/account/sso/link", "/account/sso/unlink"):
        assert dora.client.post(path, data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.org",
        "login.example.org",
        "https://",
        "https://login.example.org?x=1",
        "https://login.example.org#x",
        "https://user@login.example.org",
        "ftp://localhost",
    ],
)
def test_issuer_that_is_no_safe_address_stops_the_start(issuer: str) -> None:
    with pytest.raises(Misconfigured, match="OSAC_SSO_ISSUER"):
        load_settings({"OSAC_SSO_ISSUER": issuer, "OSAC_SSO_CLIENT_ID": "us"})


def test_issuer_without_a_client_stops_the_start() -> None:
    with pytest.raises(Misconfigured, match="OSAC_SSO cannot be used: needs a client_id"):
        load_settings({"OSAC_SSO_ISSUER": ISSUER})


def test_secret_may_come_from_a_file_and_is_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text("made up for this test\n")
    named = {"OSAC_SSO_ISSUER": ISSUER, "OSAC_SSO_CLIENT_ID": "us", "OSAC_DATA_DIR": str(tmp_path)}
    for name, value in (named | {"OSAC_SSO_CLIENT_SECRET_FILE": str(file)}).items():
        monkeypatch.setenv(name, value)
    assert load_settings().sso.client_secret == "made up for this test"
    assert "made up" not in repr(load_settings())
    printed = CliRunner().invoke(cli, ["settings"]).output
    assert "OSAC_SSO_CLIENT_SECRET=(set)" in printed
    assert "made up" not in printed
