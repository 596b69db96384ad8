"""The outbox folder holds each message once, whole, and gives it back."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import (
    Envelope,
    Message,
    OutboxMailer,
    PreparedMessage,
    find_in_outbox,
    read_outbox,
)

if TYPE_CHECKING:
    from pathlib import Path


def letter(subject: str, recipient: str, key: str) -> Envelope:
    message = Message(
        sender=("OSAC Share", "alerts@example.org"),
        subject=subject,
        text=f"{subject} – plain\n",
        html=f"<p>{subject}</p>\n",
        date=datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
        headers={"X-OSAC-Marking": "TLP:GREEN"},
    )
    return PreparedMessage(message).for_recipient(recipient, message_id=f"<{key}@example.org>")


def test_messages_are_found_by_recipient_newest_first(tmp_path: Path) -> None:
    with OutboxMailer(tmp_path / "outbox") as mailer:
        for number in range(3):
            answers = list(
                mailer.send(
                    [
                        letter(f"Ben {number}", "ben@example.org", f"b{number}"),
                        letter(f"Amara {number}", "amara@example.org", f"a{number}"),
                    ]
                )
            )
            assert all(answer.accepted and answer.code == 250 for answer in answers)
    age(tmp_path / "outbox")
    found = read_outbox(tmp_path / "outbox", "ben@example.org")
    assert [mail.subject for mail in found] == ["Ben 2", "Ben 1", "Ben 0"]
    newest = found[0]
    assert newest.recipient == "ben@example.org"
    assert newest.date == datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    assert newest.text == "Ben 2 – plain\n"
    assert newest.html == "<p>Ben 2</p>\n"
    assert ("X-OSAC-Marking", "TLP:GREEN") in newest.headers
    assert find_in_outbox(tmp_path / "outbox", newest.id) == newest


def age(folder: Path) -> None:
    """Date the files by the number in their subjects: clocks are coarser than tests are fast."""
    for path in folder.iterdir():
        number = path.read_text().partition("Subject: ")[2].split()[1]
        os.utime(path, (int(number), int(number)))


def test_only_so_many_as_asked_for_are_read(tmp_path: Path) -> None:
    with OutboxMailer(tmp_path) as mailer:
        list(mailer.send([letter("Hello", "ben@example.org", f"k{n}") for n in range(5)]))
    assert len(read_outbox(tmp_path, "ben@example.org", limit=2)) == 2


def test_a_repeat_overwrites_itself(tmp_path: Path) -> None:
    with OutboxMailer(tmp_path) as mailer:
        list(mailer.send([letter("First", "ben@example.org", "same")]))
        list(mailer.send([letter("Second", "ben@example.org", "same")]))
    assert [mail.subject for mail in read_outbox(tmp_path, "ben@example.org")] == ["Second"]


def test_a_large_batch_is_written_whole(tmp_path: Path) -> None:
    envelopes = [letter("Hello", f"reader{n}@example.org", f"k{n}") for n in range(1_000)]
    with OutboxMailer(tmp_path) as mailer:
        assert sum(answer.accepted for answer in mailer.send(envelopes)) == 1_000
    assert len(list(tmp_path.glob("*.eml"))) == len(list(tmp_path.iterdir())) == 1_000


def test_nothing_is_written_before_its_answer_is_asked_for(tmp_path: Path) -> None:
    with OutboxMailer(tmp_path) as mailer:
        answers = mailer.send([letter("Hello", "ben@example.org", "k")])
        assert list(tmp_path.iterdir()) == []
        assert next(answers).accepted


def test_a_folder_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    mailer = OutboxMailer(tmp_path / "outbox")
    (tmp_path / "outbox").rmdir()
    with mailer:
        (answer,) = mailer.send([letter("Hello", "ben@example.org", "k")])
    assert (answer.accepted, answer.permanent, answer.code) == (False, False, 452)


def test_a_message_that_cannot_take_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    envelope = letter("Hello", "ben@example.org", "k")
    with OutboxMailer(tmp_path) as mailer:
        list(mailer.send([envelope]))
        (taken,) = tmp_path.iterdir()
        taken.unlink()
        taken.mkdir()
        (answer,) = mailer.send([envelope])
    assert not answer.accepted
    assert list(tmp_path.iterdir()) == [taken]


@pytest.mark.parametrize("mail_id", ["", "../secret", "0" * 32, "0" * 31 + "G", "a/b"])
def test_unknown_and_forged_names_find_nothing(tmp_path: Path, mail_id: str) -> None:
    (tmp_path / "secret.eml").write_bytes(b"Subject: secret\r\n\r\n")
    (tmp_path / "box").mkdir()
    assert find_in_outbox(tmp_path / "box", mail_id) is None


def test_reading_asks_for_one_address(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken):
        read_outbox(tmp_path, "*")
