"""The word of an edition to whoever watches that mail arrives: its number, its time, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.kernel.mail import Message
from osac_share.letters.policy import written_out

if TYPE_CHECKING:
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings


def watch_message(settings: Settings, edition: Edition) -> Message:
    """Return the mail that says that an edition was published."""
    at = edition.published_at or edition.updated_at
    number = f"{edition.report.public_id}/{edition.number}"
    return Message(
        sender=(settings.site.name, settings.mail.sender),
        subject=f"Watch {number}",
        text=f"{number}\n{at.isoformat(timespec='seconds')}\n{written_out(at)}\n",
        date=at,
    )
