"""What a mail that comes back says of a mailbox, and when no more is sent there. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

HARD, SOFT, COMPLAINT = "hard", "soft", "complaint"
"""It never will arrive; it may, another time; its reader calls it abuse."""

NO_SUCH_MAILBOX = "5.1.1"
"""Nobody has this address (RFC 3463 section 3.2)."""

OF_POLICY = "5.7."
"""How the codes begin by which a server refuses a message, or us (RFC 3463 section 3.8)."""

CLOSE_AFTER = 3
"""So many mails in a row that came back for good close a mailbox."""

A_ROW_ENDS_AFTER = timedelta(days=1)
"""A mail that was accepted, and has not come back for so long, has arrived: it ends a row."""

OURS = 5
"""From so many on, mails of which every single one was refused say something of us: a server
that takes none from us closes nobody's mailbox."""

LONGEST_WORDS = 300

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<!\d)([245])\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mail did not arrive.

    Attributes:
        kind: `HARD` or `SOFT`.
        code: the enhanced status code (RFC 3463), or a reply code where there was none.
        words: what the other side said, one line.

    """

    kind: str
    code: str
    words: str

    @property
    def closes_at_once(self) -> bool:
        """Tell whether there is no such mailbox."""
        return self.code == NO_SUCH_MAILBOX

    @property
    def is_of_the_mailbox(self) -> bool:
        """Tell whether it is for good, and because of the mailbox rather than of what was sent."""
        return self.kind == HARD and not self.code.startswith(OF_POLICY)

    @property
    def said(self) -> str:
        """Return what the other side said, with the code, which its words may have already."""
        return self.words if self.code in self.words else f"{self.code} {self.words}".strip()


def refusal_in(status: str, words: str) -> Refusal | None:
    """Return the refusal that a status and the words of a server make, or None when they do not.

    Args:
        status: the status code of a report (RFC 3464), or a reply code; may be empty.
        words: what the other side said; looked at where the status says nothing.

    """
    for text in (status, words[:LONGEST_WORDS]):
        if found := _STATUS.search(text) or _REPLY.search(text):
            kind = {"5": HARD, "4": SOFT}.get(found[1])
            return Refusal(kind, found[0], words[:LONGEST_WORDS]) if kind else None
    return None


def is_closed_by(refusal: Refusal, failures: int) -> bool:
    """Tell whether a mailbox is closed by its latest of so many failures in a row."""
    return refusal.is_of_the_mailbox and (refusal.closes_at_once or failures >= CLOSE_AFTER)


def is_about_us(refused: int, tried: int) -> bool:
    """Tell whether a server that refused so many of so many mails says something of us."""
    return refused == tried and tried >= OURS
