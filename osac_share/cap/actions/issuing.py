"""Issuing: an edition's message is written and signed once, and kept as it is."""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from osac_share.cap import queries
from osac_share.cap.actions.keys import recognize
from osac_share.cap.documents import alert_of, sender_of, serialized
from osac_share.cap.documents.alerts import sender_name
from osac_share.cap.documents.writing import CAP
from osac_share.cap.models import CapMessage
from osac_share.cap.policy import KINDS
from osac_share.kernel.signatures import keep_key, read_key, sign
from osac_share.reports.models import Report

if TYPE_CHECKING:
    from datetime import datetime

    from lxml import etree
    from sqlalchemy.orm import Session

    from osac_share.kernel.signatures import SigningKey
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""How many alerts that lack a message are caught up with in one transaction."""


class Issuer:
    """Whoever issues an installation's messages: a worker, with the key that signs them."""

    def __init__(self, settings: Settings) -> None:
        """Read the key that the settings name; without one, that of the data folder is used.

        Raises:
            Misconfigured: the settings name a file that holds no key.

        """
        self._settings = settings
        self._sender = sender_of(settings)
        named = settings.signing.key_file
        self._key: SigningKey | None = read_key(settings.signing_file) if named else None

    def issue(self, session: Session, report_id: int, *, at: datetime) -> int:
        """Issue what a report's public editions have to say and did not yet; return how many.

        Once an edition has its message it keeps it, whatever changes later: others hold it.
        Editions have theirs in their order, so that each refers to those before it.
        """
        report = session.scalar(
            select(Report).where(Report.id == report_id).with_for_update(of=Report)
        )
        if report is None or report.kind not in KINDS or report.origin == queries.IMPORTED:
            return 0
        editions = queries.unissued(session, report_id)
        return sum(self._issue(session, report, edition, at=at) for edition in editions)

    def issue_missing(self, session: Session, at: datetime) -> int:
        """Issue for alerts in force that lack a message, and return how many that were."""
        reports = queries.reports_without(session, limit=AT_ONCE)
        return sum(self.issue(session, report_id, at=at) for report_id in reports)

    def _issue(self, session: Session, report: Report, edition: Edition, *, at: datetime) -> int:
        earlier = queries.references_of(session, report.id, before=edition.number)
        alert = alert_of(report, edition, self._sender, earlier)
        if alert is None:
            return 0
        signed_by = recognize(session, self._held_key(at), at=at)
        document = serialized(sign(alert, self._held_key(at)))
        session.add(
            CapMessage(
                edition_id=edition.id,
                report_id=report.id,
                identifier=_said(alert, "identifier"),
                sender=_said(alert, "sender"),
                sent=_said(alert, "sent"),
                headline=_said(alert, "info", "headline"),
                sender_name=sender_name(report, self._sender),
                document=document.decode(),
                digest=sha256(document).hexdigest(),
                signed_by=signed_by,
                made_at=at,
            )
        )
        session.flush()
        return 1

    def _held_key(self, at: datetime) -> SigningKey:
        if self._key is None:
            host = urlsplit(self._settings.public.url).hostname or "osac-share"
            self._key = keep_key(self._settings.signing_file, host, at=at)
        return self._key


def _said(element: etree._Element, *names: str) -> str:
    path = "/".join(f"{{{CAP}}}{name}" for name in names)
    return element.findtext(path) or ""
