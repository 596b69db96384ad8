"""Messages that are rendered and encoded once, and addressed by splicing bytes.

Both bodies are quoted-printable (RFC 2045 section 6.7), whose lines stand for themselves:
ended by a soft line break, a stretch of text can be encoded without its neighbors. What
differs from reader to reader, its slots, is encoded by itself and put in between.
"""

from __future__ import annotations

import binascii
import html
import re
import secrets
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from osac_share.kernel.mail import headers
from osac_share.kernel.mail.envelopes import Envelope
from osac_share.kernel.text import clean_block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_MARK = f"slot{secrets.token_hex(12)}"
"""Different in each process, so that no text can contain a slot that its author forged."""

_SLOT = re.compile(_MARK + r"_([a-z]+(?:_[a-z]+)*)_x")
_SLOT_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")
_SOFT_BREAK = b"=\r\n"
_QUOTED_LINE = 76
"""How long a line of quoted-printable may be, its `=` counted (RFC 2045 section 6.7)."""

_ESCAPE = 3
"""How long an escape such as `=3D` is."""

_BOUNDARY = "=_osac_share_alternative"
"""Cannot occur in a body: in quoted-printable, `=` is followed by a digit, A to F or CRLF."""

_OWN_HEADERS = frozenset(
    {
        "bcc",
        "cc",
        "date",
        "delivered-to",
        "from",
        "in-reply-to",
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "received",
        "references",
        "reply-to",
        "return-path",
        "sender",
        "subject",
        "to",
    }
)
"""What decides on the way of a message is not left to the caller."""


def slot(name: str) -> str:
    """Return the mark that holds the place of a personal part in a body about to be prepared.

    Templates write it where the part will stand, also within an attribute's quotes; `name`
    is in lower case with underscores.
    """
    if not _SLOT_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a slot")
    return f"{_MARK}_{name}_x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The parts of a message that all its readers share.

    Attributes:
        sender: display name and address.
        subject: free text.
        text: the plain body, with slots.
        html: the HTML body, with slots; None for a message of plain text alone.
        date: an aware datetime.
        list_id: identifier of the mailing list (RFC 2919), such as `alerts.example.org`.
        references: identifiers of the messages before this one in its thread, oldest first.
        headers: further headers by name, free text each, such as X-OSAC-Marking.

    """

    sender: tuple[str, str]
    subject: str
    text: str
    html: str | None = None
    date: datetime
    list_id: str | None = None
    references: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class PreparedMessage:
    """A message, encoded; `for_recipient` makes it personal in some microseconds."""

    def __init__(self, message: Message) -> None:
        """Encode everything that is common to all readers.

        Raises:
            RuleBroken: the sender's address is not one.
            ValueError: a header or identifier is none, or a header is not the caller's to set.

        """
        self._sender = headers.clean_address(message.sender[1])
        self._stretches: list[bytes] = []
        self._slots: list[tuple[str, bool]] = []
        self._pending = _common_headers(message)
        self._add_bodies(message)
        self._stretches.append(self._pending)
        self._names = frozenset(name for name, _ in self._slots)

    def for_recipient(
        self,
        address: str,
        *,
        message_id: str,
        unsubscribe_url: str | None = None,
        returns_to: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Envelope:
        """Return the message as one reader gets it.

        Args:
            address: the reader's mail address.
            message_id: identifier of this copy, in angle brackets; made from the delivery,
                so that a repeat carries the same.
            unsubscribe_url: where one POST ends the subscription (RFC 8058); None for mail
                that is not subscribed to.
            returns_to: where it comes back to; the sender's address when left out.
            fields: a value for each slot. It is cleaned as a block of text, and escaped
                where it stands in HTML.

        Raises:
            RuleBroken: the address is not one.
            ValueError: fields and slots do not agree, or an identifier or URL is none.

        """
        given = fields or {}
        if given.keys() != self._names:
            raise ValueError(f"slots are {sorted(self._names)}, fields are {sorted(given)}")
        parts = [
            headers.address_header("To", address),
            headers.ids_header("Message-ID", [message_id]),
            headers.unsubscribe_headers(unsubscribe_url) if unsubscribe_url else b"",
            self._stretches[0],
        ]
        for (name, in_html), stretch in zip(self._slots, self._stretches[1:], strict=True):
            value = clean_block(given[name])
            parts += [_spliced(html.escape(value) if in_html else value), stretch]
        content = b"".join(parts)
        return Envelope(returns_to or self._sender, address, content, message_id, has_crlf=True)

    def _add_bodies(self, message: Message) -> None:
        if message.html is None:
            self._add_body("plain", message.text)
            return
        self._pending += f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n'.encode()
        for kind, body in (("plain", message.text), ("html", message.html)):
            self._pending += f"\r\n--{_BOUNDARY}\r\n".encode()
            self._add_body(kind, body)
        self._pending += f"\r\n--{_BOUNDARY}--\r\n".encode()

    def _add_body(self, kind: str, body: str) -> None:
        self._pending += (
            f"Content-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        ).encode()
        # The split gives stretches of text at even places and names of slots at odd ones.
        pieces = _SLOT.split(body)
        for place, piece in enumerate(pieces):
            if place % 2:
                self._stretches.append(self._pending)
                self._slots.append((piece, kind == "html"))
                self._pending = b""
            else:
                # Only the last stretch of a body is not gone on with.
                quoted, is_last = _quoted(piece), place == len(pieces) - 1
                self._pending += quoted if is_last else _gone_on(quoted)


def _common_headers(message: Message) -> bytes:
    lines = [
        headers.mailbox_header("From", *message.sender),
        headers.header("Subject", message.subject),
        headers.header("Date", format_datetime(message.date)),
        headers.header("MIME-Version", "1.0"),
        # RFC 3834: no vacation notice shall answer a machine.
        headers.header("Auto-Submitted", "auto-generated"),
    ]
    if message.list_id is not None:
        lines.append(headers.list_id_header(message.list_id))
    if message.references:
        lines.append(headers.ids_header("In-Reply-To", message.references[-1:]))
        lines.append(headers.ids_header("References", message.references))
    for name, value in message.headers.items():
        if name.lower() in _OWN_HEADERS or name.lower().startswith("content-"):
            raise ValueError(f"{name} is set by the message itself")
        lines.append(headers.header(name, value))
    return b"".join(lines)


@lru_cache(maxsize=256)
def _spliced(value: str) -> bytes:
    # The same stands in both bodies, and much of it in the copies of many readers.
    return _gone_on(_quoted(value))


def _quoted(text: str) -> bytes:
    """Return `text` in quoted-printable, in lines of at most 76 characters, CRLF between."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return binascii.b2a_qp(lines.encode("utf-8", "replace")).replace(b"\n", b"\r\n")


def _gone_on(quoted: bytes) -> bytes:
    """Return a stretch with a soft line break at its end, no line longer than it may be."""
    begins = quoted.rfind(b"\n") + 1
    if len(quoted) - begins < _QUOTED_LINE:
        return quoted + _SOFT_BREAK
    # The last line has no room for the sign of the break; an escape stays in one piece.
    cut = begins + _QUOTED_LINE - _ESCAPE
    cut -= next((back for back in (1, 2) if quoted[cut - back : cut - back + 1] == b"="), 0)
    return quoted[:cut] + _SOFT_BREAK + quoted[cut:] + _SOFT_BREAK
