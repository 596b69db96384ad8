"""The plain mail that calls somebody to the council's work: to review, to look again, to extend."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from osac_share.delivery.messages.watch import watch_message
from osac_share.delivery.policy import (
    DECIDED,
    EXPIRY,
    OVERDUE,
    REVIEW,
    SECOND_LOOK,
    is_withheld,
    message_id,
)
from osac_share.delivery.policy.watching import WATCH
from osac_share.kernel.mail import Message, PreparedMessage
from osac_share.kernel.mail.returns import DELIVERED, Returns
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from osac_share.kernel.mail import Envelope
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings


class _Call(NamedTuple):
    """What one purpose says: its subject, its sentence, and the page where the work is done."""

    subject: str
    sentence: str
    page: str


CALLS = {
    REVIEW: _Call(
        "A draft waits for your review",
        "{council} has handed in a draft. Approve it, send it back with a note, or reject it.",
        "/reports/{id}/review",
    ),
    "approved": _Call(
        "Your draft was approved and published",
        "Somebody looked at your draft for {council}, and it is out.",
        "/reports/{id}",
    ),
    "held_back": _Call(
        "Your draft was approved",
        "Somebody looked at your draft for {council}. It comes out at the time that it names.",
        "/reports/{id}/preview",
    ),
    "returned": _Call(
        "Your draft was sent back",
        "Somebody looked at your draft for {council} and asks you to change something.",
        "/reports/{id}/preview",
    ),
    "rejected": _Call(
        "Your draft was rejected",
        "Somebody looked at your draft for {council}; it is not to be published.",
        "/drafts",
    ),
    SECOND_LOOK: _Call(
        "Published in an emergency: a second look is needed within 24 hours",
        "The chair of {council} published this alone because it could not wait.",
        "/reports/{id}/second-look",
    ),
    OVERDUE: _Call(
        "A second look is overdue",
        "{council} published this in an emergency, and nobody has looked at it within 24 hours.",
        "/reports/{id}/second-look",
    ),
    EXPIRY: _Call(
        "A report is about to expire",
        "What {council} published ends soon. Publish an update to extend it, give the all-clear, "
        "or let it lapse.",
        "/reports/{id}",
    ),
}
"""What each purpose of a mail to those who do the council's work says."""


class Calls:
    """Writes an installation's calls to work. They carry no words of the report but its title."""

    def __init__(self, settings: Settings) -> None:
        """Write for this installation."""
        self._settings = settings
        self._secret = settings.require_secret()
        self._host = (urlsplit(settings.public.url).hostname or "localhost").replace(":", "-")
        self._returns = Returns(self._secret, settings.mail.bounces)

    def address(
        self, edition: Edition, purpose: str, address: str, *, delivery_id: int
    ) -> Envelope:
        """Return the mail that calls one person to one piece of work.

        Args:
            edition: what the work is about, its report loaded.
            purpose: one of `CALLS`, perhaps with a number after a slash, or `WATCH`.
            address: the person's mail address.
            delivery_id: the ledger row of this mail.

        Raises:
            RuleBroken: the address is not one.

        """
        if purpose == WATCH:
            return self._addressed(watch_message(self._settings, edition), address, delivery_id)
        report, call = edition.report, CALLS[purpose.partition("/")[0]]
        council = report.council.name if report.council else self._settings.site.name
        marking = taxonomy.marking(edition.marking).label
        exercise = "EXERCISE: " if report.is_exercise else ""
        title = "" if _is_withheld(edition) else f"\n\n{exercise}{edition.title}"
        label = self._settings.site.council_label.lower()
        words = call.sentence.format(council=council)
        if edition.review_note and purpose.partition("/")[0] in DECIDED and title:
            words += f"\n\n{edition.review_note}\n"
        page = self._settings.public.url + call.page.format(id=report.public_id)
        message = Message(
            sender=(self._settings.site.name, self._settings.mail.sender),
            subject=f"[{marking}] {exercise}{call.subject}",
            text=f"{marking}{title}\n\n{words}\n{page}\n\n-- \n"
            f"You get this because of your seat or your work for the {label}.\n\n{marking}\n",
            date=edition.updated_at,
            references=[f"<report-{report.public_id}@{self._host}>"],
            headers={"X-OSAC-Marking": marking},
        )
        return self._addressed(message, address, delivery_id)

    def _addressed(self, message: Message, address: str, delivery_id: int) -> Envelope:
        return PreparedMessage(message).for_recipient(
            address,
            message_id=message_id(self._secret, self._host, delivery_id),
            returns_to=self._returns.address(DELIVERED, delivery_id),
        )


def _is_withheld(edition: Edition) -> bool:
    """Tell whether an edition, or the one that is current by now, may not travel in clear."""
    editions = (edition, edition.report.current())
    return any(one is not None and is_withheld(one.marking) for one in editions)
