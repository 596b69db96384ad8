"""Writing letters, making and using links, and sending. Only `send_due`, a round, commits."""

from __future__ import annotations

from osac_share.letters.actions.links import end_links, make_link, use
from osac_share.letters.actions.sending import AT_ONCE, address, claim, send_due
from osac_share.letters.actions.writing import write

__all__ = [
    "AT_ONCE",
    "address",
    "claim",
    "end_links",
    "make_link",
    "send_due",
    "use",
    "write",
]
