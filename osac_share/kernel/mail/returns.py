"""What comes back: every mail has a sender of its own, by which we know which one it was.

The sender on the envelope (VERP), and the Message-ID, carry a code that says to us alone what
kind of mail it was and which. Mail systems send what they cannot deliver to the one, and quote
the other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from osac_share.kernel.sealing import code_for, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIVERED, DIGESTED, WRITTEN = "delivery", "digest", "letter"
"""The kinds of mail that can come back: each a row with a number."""

_MAIL = "mail"
_CODE = re.compile(r"(?:\+|<)([a-z2-7]{30,60})@", re.IGNORECASE)


class Sent(NamedTuple):
    """One mail that was sent: its kind, and the id of its row."""

    kind: str
    id: int


class Returns:
    """Gives mails the senders to which they come back."""

    def __init__(self, secret: str, bounces: str) -> None:
        """Let mail come back to the address `bounces`; empty for the common sender's."""
        self._secret = secret
        self._bounces = bounces

    def address(self, kind: str, number: int) -> str | None:
        """Return the sender of one mail, or None for the common one."""
        if not self._bounces:
            return None
        local, _, domain = self._bounces.partition("@")
        return f"{local}+{_code(self._secret, kind, number)}@{domain}"


def mail_id(secret: str, host: str, kind: str, number: int) -> str:
    """Return the Message-ID of a mail, made from its row alone: a repeat is known for one."""
    return f"<{_code(secret, kind, number)}@{host}>"


def named_in(secret: str, text: str) -> Iterator[Sent]:
    """Yield the mails whose senders or Message-IDs stand in a text, such as a header's value."""
    for code in _CODE.findall(text):
        if name := name_of(secret, _MAIL, code):
            kind, _, number = name.partition(" ")
            yield Sent(kind, int(number))


def _code(secret: str, kind: str, number: int) -> str:
    return code_for(secret, _MAIL, f"{kind} {number}")
