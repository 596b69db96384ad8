"""What the standards want of a mail, asked of its bytes."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted")
"""What stands in each of our mails exactly once."""

AT_MOST_ONCE = (
    *("Content-Type", "Content-Transfer-Encoding", "In-Reply-To", "References", "List-Id"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "DKIM-Signature"),
    *("X-OSAC-Marking", "X-OSAC-Severity", "X-OSAC-Kind", "X-OSAC-Countries"),
)
LIMIT, SOFT_LIMIT, QUOTED_LIMIT = 998, 78, 76
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")


def conforming(content: bytes) -> EmailMessage:
    """Return a mail, parsed, after asking whether it is what the standards want."""
    lines = content.split(b"\r\n")
    # RFC 5322 section 2.3 and 2.1.1; our own words are ASCII on the wire.
    assert content.isascii()
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)
    # An address cannot be folded; all else keeps to the limit that should be kept.
    long = [line for line in lines if len(line) > SOFT_LIMIT]
    assert all(line.startswith(b"List-Unsubscribe: <") and len(line) <= LIMIT for line in long)
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.strict)
    names = [name.lower() for name in message]
    assert all(names.count(name.lower()) == 1 for name in ONCE)
    assert not set(names) - {name.lower() for name in (*ONCE, *AT_MOST_ONCE)}
    assert len(names) == len(set(names))
    assert parsedate_to_datetime(str(message["Date"])).tzinfo is not None
    assert _MESSAGE_ID.fullmatch(str(message["Message-ID"]))
    assert all(not value.defects for value in message.values() if hasattr(value, "defects"))
    _asks_mime(message)
    if "List-Unsubscribe" in message:
        _asks_list(message)
    return message


def _asks_mime(message: EmailMessage) -> None:
    """Ask what RFC 2045 and RFC 2046 want of the parts."""
    assert message["MIME-Version"] == "1.0"
    for part in message.walk():
        assert not part.defects
        if part.is_multipart():
            assert part.get_content_type() == "multipart/alternative"
            continue
        assert part.get_content_type() in {"text/plain", "text/html"}
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        quoted = str(part.get_payload()).splitlines()
        assert not [one for one in quoted if len(one) > QUOTED_LIMIT or one != one.rstrip(" \t")]
        assert str(part.get_content()).strip()


def _asks_list(message: EmailMessage) -> None:
    """Ask what RFC 2369, RFC 2919 and RFC 8058 want of mail that is subscribed to."""
    assert re.fullmatch(r"<https?://[!-;=?-~]+>", str(message["List-Unsubscribe"]))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<[a-z0-9-]+(\.[a-z0-9-]+)+>", str(message["List-Id"]))
