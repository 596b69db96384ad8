"""Every kind of mail is what the standards want, whatever its words try, and is signed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import transaction
from osac_share.kernel.mail.dkim import dns_record, make_key, written
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.policy import Wish
from osac_share.worker import Worker
from tests.support.conformance import conforming
from tests.support.dkim import signed_names, verifies
from tests.support.factories import Words, make_report
from tests.support.letters import write_reset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]

KEY = make_key(modern=True)
HOSTILE = [
    "=?utf-8?q?A=0D=0ABcc:_evil@x?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAeA==?= and more",
    "A title\r\nBcc: evil@example.net\r\n\r\nBody",
    "\u202egnp.exe\u202c a\u2066b\u2069\u200e",
    "Señal de alerta: " + "manifestación " * 12,
    "x" * 190,
    "Nairobi, <script>alert(1)</script> \"'& =\\",
    ". a dot\u2028and a line\u0085and\x0b more\x00",
]


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Return the variables of an installation that signs, takes bounces and is watched."""
    file = tmp_path / "dkim.pem"
    file.write_bytes(written(KEY))
    return environment | {
        "OSAC_MAIL_DKIM_DOMAIN": "example.org",
        "OSAC_MAIL_DKIM_KEY_FILE": str(file),
        "OSAC_MAIL_BOUNCES": "bounces@example.org",
        "OSAC_WATCH_ADDRESS": "watch@example.org",
    }


def mails(settings: Settings) -> Iterator[bytes]:
    for file in sorted((settings.data.dir / "outbox").glob("*.eml")):
        stamp, _, content = file.read_bytes().partition(b"\r\n")
        assert stamp.startswith(b"Delivered-To: ")
        yield content


@pytest.fixture
def sent(
    session: Session,
    cast: Cast,
    settings: Settings,
    engine: Engine,
    clock: time_machine.Traveller,
    at: datetime,
) -> list[bytes]:
    """Return mail of every kind: editions, notices, a digest, calls, a letter, a watch."""
    amara = cast.actors["amara"]
    with transaction(session):
        subscriptions.subscribe(session, Wish(), by=cast.actors["dora"], at=at)
        subscriptions.subscribe(session, Wish(frequency="daily"), by=cast.actors["ben"], at=at)
        for title in HOSTILE:
            for marking in ("GREEN", "AMBER_STRICT"):
                words = Words(title=title, marking=marking, severity="emergency")
                make_report(session, cast.kenya, by=amara, words=words, at=at)
        soon_over = Words(title=HOSTILE[0], lasts=timedelta(hours=30))
        make_report(session, cast.kenya, by=amara, words=soon_over, at=at)
    write_reset(session, cast, at)
    with Worker(settings, engine) as worker:
        worker.drain()
        clock.shift(timedelta(days=1))
        worker.drain()
    return list(mails(settings))


def test_every_mail_is_what_the_standards_want_and_signed(sent: list[bytes]) -> None:
    subjects = []
    for content in sent:
        message = conforming(content)
        subjects.append(str(message["Subject"]))
        assert "evil" not in str(message["To"])
        assert message["Bcc"] is None
        assert verifies(content, dns_record(KEY))
        if "List-Unsubscribe" in message:
            assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(signed_names(content))
    for kind in (
        "Demonstration Alert",
        "A new report is waiting for you",
        "Daily digest",
        "about to expire",
        "Watch ",
        "passphrase",
    ):
        assert any(kind in subject for subject in subjects), kind
    assert all(not set(subject) & set("\u202e\u2066\u2028\x00\r\n") for subject in subjects)


def test_mail_of_an_emergency_asks_for_an_answer_and_says_why_it_came(sent: list[bytes]) -> None:
    asked = [
        message
        for message in map(conforming, sent)
        if "List-Unsubscribe" in message and "digests" not in str(message["List-Id"])
    ]
    assert len(asked) == 4 * len(HOSTILE) + 1
    for message in asked:
        if message["X-OSAC-Severity"] == "security":
            continue
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            assert body is not None
            words = str(body.get_content())
            assert words.count("http://share.example.org/acknowledge/") == 1
            assert words.count("/why") == 1
