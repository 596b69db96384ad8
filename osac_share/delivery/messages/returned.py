"""What mail systems send back: reports on delivery (RFC 3464) and of abuse (RFC 5965).

Whatever comes in is a stranger's. Reading it never fails; what is not such a report says nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING

from osac_share.delivery.policy.bouncing import COMPLAINT, Refusal, refusal_in
from osac_share.kernel.mail.returns import named_in
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.kernel.mail.returns import Sent

logger = logging.getLogger(__name__)

LARGEST = 512 * 1024
"""Of a longer message only so much is read, in bytes: a report stands before what it returns."""

_ADDRESSES = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_QUOTED = ("return-path", "message-id")
_PARTS = 50


@dataclass(frozen=True, slots=True)
class Returned:
    """One report on one of our mails."""

    sent: Sent
    refusal: Refusal


def read_returned(secret: str, content: bytes, *, recipient: str = "") -> Returned | None:
    """Return what a message reports on one of our mails, or None when it does not.

    Which mail it is, is said by our own code alone: in the address to which the message came or,
    failing that, in what it quotes of the mail.

    Args:
        secret: the installation's secret key.
        content: the message as it came in.
        recipient: the address on its envelope, where the mail server says so.

    """
    try:
        message = message_from_bytes(content[:LARGEST])
        refusal = _refusal_in(message)
        sent = next(_mails_named(secret, message, recipient), None)
    except Exception:  # noqa: BLE001 -- whatever a stranger wrote, the next one is read.
        # The parser of the standard library fails at some of what strangers can write.
        logger.warning("a returned message of %d bytes cannot be read", len(content))
        return None
    return None if refusal is None or sent is None else Returned(sent, refusal)


def _mails_named(secret: str, message: Message, recipient: str) -> Iterator[Sent]:
    yield from named_in(secret, recipient)
    yield from _named_by_headers(secret, message, _ADDRESSES)
    for part in _parts(message):
        if part.get_content_type() == "message/rfc822":
            for quoted in _payload(part):
                yield from _named_by_headers(secret, quoted, _QUOTED)
        elif part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes):
                yield from _named_by_headers(secret, message_from_bytes(headers), _QUOTED)


def _named_by_headers(secret: str, message: Message, names: tuple[str, ...]) -> Iterator[Sent]:
    for name in names:
        for value in message.get_all(name, []):
            yield from named_in(secret, str(value))


def _refusal_in(message: Message) -> Refusal | None:
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            return _refusal_of_status(part)
        if kind == "message/feedback-report":
            return Refusal(COMPLAINT, "", "the reader called it abuse")
    return None


def _refusal_of_status(part: Message) -> Refusal | None:
    # The first block is on the message, each further one on a recipient; ours has only one.
    for block in _payload(part)[1:]:
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue
        words = clean_line(str(block.get("Diagnostic-Code", "")).partition(";")[2])
        return refusal_in(str(block.get("Status", "")), words)
    return None


def _parts(message: Message) -> Iterator[Message]:
    """Yield a message and the parts of its report, but nothing within what it returns."""
    yield message
    if message.get_content_type() == "multipart/report":
        yield from _payload(message)[:_PARTS]


def _payload(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
