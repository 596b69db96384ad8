"""An edition in the few words of a telephone's screen, and as facts for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.channels.messages import Notice
from osac_share.channels.policy import message_id
from osac_share.delivery.policy import EMERGENCY, acknowledgement_token, is_withheld
from osac_share.reports import documents
from osac_share.reports.documents.as_json import report_json
from osac_share.reports.documents.short_text import sms_text
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings

PUBLISHED = "report.published"
"""The event of every edition, be it the first, an update or the end: `state` says which."""

WAITING = "A new report is waiting for you"


class Notices:
    """Writes an installation's notices."""

    def __init__(self, settings: Settings) -> None:
        self._site = settings.public.url
        self._secret = settings.require_secret()

    def of(self, edition: Edition, delivery_id: int) -> Notice:
        """Return the notice of an edition.

        What is marked TLP:AMBER+STRICT or TLP:RED leaves no word: a screen, a room or a program
        is told that there is something to read, where, and how it is marked.

        Args:
            edition: what it tells of, its report loaded.
            delivery_id: the ledger row, by which a repeat is known.

        """
        report = edition.report
        url = f"{self._site}/reports/{report.public_id}"
        marking = taxonomy.marking(edition.marking).label
        facts = report_json(report, edition, self._site)
        headline = f"{marking} {taxonomy.severity(edition.severity).label}"
        text = documents.headline(report, edition)
        is_emergency = edition.severity == EMERGENCY
        token = acknowledgement_token(self._secret, delivery_id)
        if is_withheld(edition.marking):
            headline, text = marking, documents.marked_drill(report, WAITING)
            facts = {name: facts[name] for name in ("id", "url", "marking")}
        return Notice(
            id=message_id(self._secret, delivery_id),
            event=PUBLISHED,
            at=edition.published_at or edition.updated_at,
            headline=headline,
            text=text,
            short=sms_text(report, edition, url),
            url=url,
            facts=facts,
            thread=report.public_id,
            is_urgent=is_emergency,
            acknowledge_url=f"{self._site}/acknowledge/{token}" if is_emergency else "",
        )
