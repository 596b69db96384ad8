"""The mail that tells one person of one edition: written once, addressed many times."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from osac_share.delivery.policy import unsubscribe_token
from osac_share.kernel.mail import Message, PreparedMessage, slot
from osac_share.kernel.text import plain_text
from osac_share.reports.documents import render
from osac_share.settings import resource_dir
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from osac_share.kernel.mail import Envelope
    from osac_share.reports.models import Edition, Report, Section
    from osac_share.settings import Settings

WITHHELD = frozenset({"AMBER_STRICT", "RED"})
"""Markings whose title and words never travel by mail; only the fact of a report does."""

WHAT_TO_DO = "Actions to take"
"""The section that comes first in a mail, whatever its place on the page."""

KEPT = 64
"""How many editions' mails a worker keeps prepared."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(resource_dir("templates")),
    autoescape=select_autoescape(("html",), default=False),
    undefined=StrictUndefined,
)
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)


@dataclass(frozen=True, slots=True)
class _Letter:
    prepared: PreparedMessage
    withheld: bool


class Letters:
    """Writes an installation's mails.

    What all readers of an edition share is written once and kept: editions never change.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._secret = settings.require_secret()
        self._host = (urlsplit(settings.public.url).hostname or "localhost").replace(":", "-")
        self._kept: dict[int, _Letter] = {}

    def address(
        self,
        edition: Edition,
        address: str,
        *,
        delivery_id: int,
        subscription: str,
        subscription_words: str,
    ) -> Envelope:
        """Return the mail of an edition as one reader gets it.

        The Message-ID is made from the delivery alone, so that a repeat after a crash is
        known for one. One POST to the List-Unsubscribe address ends the subscription (RFC 8058).

        Args:
            edition: what it tells of, its report loaded.
            address: the reader's mail address.
            delivery_id: the ledger row of this mail.
            subscription: the public id of the subscription that asked for it.
            subscription_words: what it asked for.

        Raises:
            RuleBroken: the address is not one.

        """
        letter = self._letter(edition)
        token = unsubscribe_token(self._secret, subscription)
        url = f"{self._settings.public.url}/unsubscribe/{token}"
        # What a person subscribed to would tell where a withheld report is about.
        why = "one of your subscriptions asked for it"
        if not letter.withheld:
            why = f"you subscribed to {subscription_words}"
        return letter.prepared.for_recipient(
            address,
            message_id=self._message_id(delivery_id),
            unsubscribe_url=url,
            fields={"reason": f"You get this because {why}.", "unsubscribe_url": url},
        )

    def _letter(self, edition: Edition) -> _Letter:
        if edition.id not in self._kept:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            withheld = edition.marking in WITHHELD
            message = self._write(edition.report, edition, withheld=withheld)
            self._kept[edition.id] = _Letter(PreparedMessage(message), withheld)
        return self._kept[edition.id]

    def _message_id(self, delivery_id: int) -> str:
        key = self._secret.encode()
        digest = hmac.new(key, f"delivery {delivery_id}".encode(), hashlib.sha256)
        return f"<{digest.hexdigest()[:40]}@{self._host}>"

    def _write(self, report: Report, edition: Edition, *, withheld: bool) -> Message:
        settings = self._settings
        words = _words_of_notice(edition) if withheld else _words_of_edition(report, edition)
        words |= {
            "url": f"{settings.public.url}/reports/{report.public_id}",
            "manage_url": f"{settings.public.url}/subscriptions",
            "site_name": settings.site.name,
            "reason": slot("reason"),
            "unsubscribe_url": slot("unsubscribe_url"),
        }
        name = "notice" if withheld else "edition"
        html = _TEMPLATES.get_template(f"delivery/mail/{name}.html").render(words)
        return Message(
            sender=(settings.site.name, settings.mail.sender),
            subject=words["subject"],
            text=_TEMPLATES.get_template(f"delivery/mail/{name}.txt").render(words),
            html=_INLINER.inline(html),
            date=edition.published_at or edition.updated_at,
            list_id=f"alerts.{self._host}",
            references=[f"<report-{report.public_id}@{self._host}>"],
            headers=_own_headers(report, edition, withheld=withheld),
        )


def _own_headers(report: Report, edition: Edition, *, withheld: bool) -> dict[str, str]:
    marking = {"X-OSAC-Marking": taxonomy.marking(edition.marking).label}
    if withheld:
        return marking
    return marking | {
        "X-OSAC-Severity": edition.severity,
        "X-OSAC-Kind": report.kind,
        "X-OSAC-Countries": " ".join(edition.countries),
    }


def _words_of_notice(edition: Edition) -> dict[str, Any]:
    marking = taxonomy.marking(edition.marking)
    return {"marking": marking, "subject": f"[{marking.label}] A new report is waiting for you"}


def _words_of_edition(report: Report, edition: Edition) -> dict[str, Any]:
    marking = taxonomy.marking(edition.marking)
    severity = taxonomy.severity(edition.severity)
    headline = f"{severity.label} {taxonomy.kind(report.kind).label.lower()}"
    update = f", update {edition.number - 1}" if edition.number > 1 else ""
    zone = _zone_of(report, edition)
    sections = _advice_first(edition.sections)
    return {
        "marking": marking,
        "severity": severity,
        "headline": f"{headline}{update}",
        "subject": f"[{marking.label}] {headline}{update}: {edition.title}",
        "title": edition.title,
        "places": [
            ", ".join(filter(None, (place.place, taxonomy.country(place.country).name)))
            + (" (lifted)" if place.status == "lifted" else "")
            for place in edition.places
        ],
        "alert_kind": taxonomy.alert_kind(edition.alert_kind).label if edition.alert_kind else "",
        "until": time_there(edition.expires_at, zone) if edition.expires_at else "",
        "published": time_there(edition.published_at or edition.updated_at, zone),
        "issuer": report.council.name if report.council else report.issuer,
        "change_note": edition.change_note,
        "sections": [
            {"heading": section["heading"], "text": plain_text(section["body"])}
            for section in sections
        ],
        "body_html": render(sections, base_url=edition.source_url),
    }


def _advice_first(sections: Sequence[Section]) -> list[Section]:
    written = [section for section in sections if section["body"].strip()]
    return sorted(written, key=lambda section: section["heading"] != WHAT_TO_DO)


def _zone_of(report: Report, edition: Edition) -> str:
    if report.council and report.council.time_zone != "UTC":
        return report.council.time_zone
    return taxonomy.country(edition.countries[0]).time_zone if edition.countries else "UTC"


def time_there(at: datetime, zone: str) -> str:
    """Return a moment in an IANA zone and in UTC: 24 Nov 2026, 21:00 Nairobi time (18:00 UTC)."""
    there, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo("UTC"))
    words = f"{there.day} {there:%b %Y, %H:%M}"
    if zone == "UTC":
        return f"{words} UTC"
    day = "" if there.date() == utc.date() else f"{utc.day} {utc:%b}, "
    city = zone.rpartition("/")[2].replace("_", " ")
    return f"{words} {city} time ({day}{utc:%H:%M} UTC)"
