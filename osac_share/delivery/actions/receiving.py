"""Taking in what mail systems send back: one message, or a folder of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from osac_share.delivery.actions.bouncing import take_returned
from osac_share.delivery.messages.returned import LARGEST, read_returned
from osac_share.kernel.db import transaction

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

_AT_ONCE = 100


def receive(
    session: Session, content: bytes, *, secret: str, recipient: str = "", at: datetime
) -> bool:
    """Note what a message reports on one of our mails; the caller commits.

    Args:
        session: the session to note it in.
        content: the message as it came in; anything may stand in it.
        secret: the installation's secret key.
        recipient: the address on its envelope, where the mail server says so.
        at: now, in UTC.

    Returns:
        whether it was a report on a mail of ours.

    """
    returned = read_returned(secret, content, recipient=recipient)
    if returned is None:
        return False
    take_returned(session, returned, at=at)
    return True


def collect(maker: sessionmaker[Session], folder: Path, *, secret: str, at: datetime) -> int:
    """Take in what the mail server has put into a Maildir, and return how many messages.

    Reports on our mails are deleted when they are noted: they quote what was sent. Everything
    else is moved to `cur`, for people to look at.
    """
    taken = 0
    for file in islice((folder / "new").glob("*"), _AT_ONCE):
        if file.is_symlink() or not file.is_file():
            continue
        try:
            with file.open("rb") as reading:
                content = reading.read(LARGEST)
            with maker() as session, transaction(session):
                is_ours = receive(session, content, secret=secret, at=at)
            if is_ours:
                file.unlink()
            else:
                file.rename(folder / "cur" / f"{file.name}:2,")
        except FileNotFoundError:
            # Another worker was faster; what both of them noted counts once.
            continue
        taken += 1
    return taken
