"""The setting for mail says in one line where mail goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.errors import Misconfigured
from osac_share.kernel.mail import OutboxMailer, SmtpMailer, SmtpServer, open_mailer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", SmtpServer("mail.example.org", 25, "none")),
        ("smtp://127.0.0.1:2525", SmtpServer("127.0.0.1", 2525, "none")),
        ("smtp://a:b@localhost", SmtpServer("localhost", 25, "none", "a", "b")),
        (
            "smtp+starttls://desk%40example.org:p%3Aw%2Fd@mail.example.org",
            SmtpServer("mail.example.org", 587, "starttls", "desk@example.org", "p:w/d"),
        ),
        (
            "smtps://desk:pw@mail.example.org:4650/",
            SmtpServer("mail.example.org", 4650, "tls", "desk", "pw"),
        ),
    ],
)
def test_addresses_of_servers_are_read(url: str, server: SmtpServer, tmp_path: Path) -> None:
    mailer = open_mailer(url, tmp_path)
    assert isinstance(mailer, SmtpMailer)
    assert mailer.server == server


@pytest.mark.parametrize(("url", "folder"), [("outbox:", "outbox"), ("outbox:sent", "sent")])
def test_an_outbox_is_a_folder_of_the_data_folder(url: str, folder: str, tmp_path: Path) -> None:
    assert isinstance(open_mailer(url, tmp_path), OutboxMailer)
    assert (tmp_path / folder).is_dir()


def test_an_outbox_may_lie_elsewhere(tmp_path: Path) -> None:
    open_mailer(f"outbox:{tmp_path}/elsewhere", tmp_path / "unused")
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:port",
        "smtp://mail.example.org:99999",
        "smtp://[::1",
        "smtp://mail.example.org/path",
        "smtp://mail.example.org?tls=off",
    ],
)
def test_an_address_that_cannot_be_read_is_explained(url: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="OSAC_MAIL_URL is not one of"):
        open_mailer(url, tmp_path)


def test_a_password_is_not_sent_unencrypted_to_another_machine(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="unencrypted"):
        open_mailer("smtp://desk:secret@mail.example.org", tmp_path)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(SmtpServer("mail.example.org", 465, "tls", "desk", "secret"))
