"""The mail that tells one person of one edition: written once, addressed many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.orm import object_session

from osac_share.delivery.policy import (
    EMERGENCY,
    acknowledgement_token,
    message_id,
    unsubscribe_token,
)
from osac_share.kernel.checking import check_code
from osac_share.kernel.mail import Message, PreparedMessage, slot
from osac_share.kernel.mail.returns import DELIVERED, Returns
from osac_share.kernel.text import plain_text
from osac_share.reports import documents
from osac_share.reports.documents import WITHHELD
from osac_share.reports.models import LIFTED, WITHDRAWN
from osac_share.reports.queries import sight_of
from osac_share.settings import resource_dir
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.kernel.mail import Envelope
    from osac_share.reports.models import Edition, EditionPlace, Report
    from osac_share.settings import Settings

WHAT_TO_DO = "Actions to take"
"""What comes first in a mail, whatever its place on the page, as long as it holds."""

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
class Letter:
    """What all readers of an edition share."""

    prepared: PreparedMessage
    withheld: bool
    asks_back: bool
    """An emergency: its readers are asked to say that they received it."""


class Letters:
    """Writes an installation's mails.

    What all readers of an edition share is written once and kept: editions never change.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._secret = settings.require_secret()
        self._host = (urlsplit(settings.public.url).hostname or "localhost").replace(":", "-")
        self._returns = Returns(self._secret, settings.mail.bounces)
        self._kept: dict[int, Letter] = {}

    def address(
        self,
        edition: Edition,
        address: str,
        *,
        delivery_id: int,
        subscription: str,
        subscription_words: str,
    ) -> Envelope:
        """Return the mail of an edition as one reader gets it; see `personal`."""
        personal = {"subscription": subscription, "subscription_words": subscription_words}
        return self.personal(self.letter(edition), address, delivery_id=delivery_id, **personal)

    def personal(
        self,
        letter: Letter,
        address: str,
        *,
        delivery_id: int,
        subscription: str,
        subscription_words: str,
    ) -> Envelope:
        """Return a letter as one reader gets it; the database is not asked.

        The Message-ID is made from the delivery alone, so that a repeat after a crash is
        known for one. One POST to the List-Unsubscribe address ends the subscription (RFC 8058).

        Args:
            letter: what all its readers share.
            address: the reader's mail address.
            delivery_id: the ledger row of this mail.
            subscription: the public id of the subscription that asked for it.
            subscription_words: what it asked for.

        Raises:
            RuleBroken: the address is not one.

        """
        site = self._settings.public.url
        url = f"{site}/unsubscribe/{unsubscribe_token(self._secret, subscription)}"
        fields = {"reason": _reason(letter, subscription_words), "unsubscribe_url": url}
        if letter.asks_back:
            token = acknowledgement_token(self._secret, delivery_id)
            fields["acknowledge_url"] = f"{site}/acknowledge/{token}"
        return letter.prepared.for_recipient(
            address,
            message_id=message_id(self._secret, self._host, delivery_id),
            unsubscribe_url=url,
            returns_to=self._returns.address(DELIVERED, delivery_id),
            fields=fields,
        )

    def letter(self, edition: Edition) -> Letter:
        """Return what all readers of an edition share; a session holds it, its report loaded."""
        if edition.id not in self._kept:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            withheld = edition.marking in WITHHELD
            message = self._write(edition.report, edition, withheld=withheld)
            asks_back = edition.severity == EMERGENCY
            self._kept[edition.id] = Letter(PreparedMessage(message), withheld, asks_back)
        return self._kept[edition.id]

    def _write(self, report: Report, edition: Edition, *, withheld: bool) -> Message:
        settings = self._settings
        words = (
            _words_of_notice(report, edition) if withheld else _words_of_edition(report, edition)
        )
        words |= {
            "url": f"{settings.public.url}/reports/{report.public_id}",
            "why_url": f"{settings.public.url}/reports/{report.public_id}/why",
            "check_url": f"{settings.public.url}/verify?code={self._check_code(edition)}",
            "manage_url": f"{settings.public.url}/subscriptions",
            "acknowledge_url": (slot("acknowledge_url") if edition.severity == EMERGENCY else ""),
            "site_name": settings.site.name,
            "sight": taxonomy.in_label(words.get("sight", ""), settings.site.council_label),
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

    def _check_code(self, edition: Edition) -> str:
        return check_code(self._secret, edition.id, edition.text_digest)


def _reason(letter: Letter, wish: str) -> str:
    # What a person subscribed to would tell where a withheld report is about.
    why = (
        "one of your subscriptions asked for it" if letter.withheld else f"you subscribed to {wish}"
    )
    return f"You get this because {why}."


def _own_headers(report: Report, edition: Edition, *, withheld: bool) -> dict[str, str]:
    marking = {"X-OSAC-Marking": taxonomy.marking(edition.marking).label}
    if withheld:
        return marking
    return marking | {
        "X-OSAC-Severity": edition.severity,
        "X-OSAC-Kind": report.kind,
        "X-OSAC-Countries": " ".join(edition.countries),
    }


def _words_of_notice(report: Report, edition: Edition) -> dict[str, Any]:
    marking = taxonomy.marking(edition.marking)
    title = documents.marked_drill(report, "A new report is waiting for you")
    return {
        "marking": marking,
        "subject": f"[{marking.label}] {title}",
        "title": title,
        "drill": documents.drill_notice(report),
    }


def _words_of_edition(report: Report, edition: Edition) -> dict[str, Any]:
    marking = taxonomy.marking(edition.marking)
    has_ended = edition.outcome in documents.ENDS
    sections = [section for section in edition.sections if section["body"].strip()]
    if not has_ended:
        sections.sort(key=lambda section: section["heading"] != WHAT_TO_DO)
    return {
        "marking": marking,
        "severity": taxonomy.severity(edition.severity),
        "ended": _loud(documents.end_notice(report, edition)) if has_ended else "",
        "subject": f"[{marking.label}] {documents.headline(report, edition)}",
        "title": documents.full_title(report, edition),
        "drill": documents.drill_notice(report),
        "facts": list(_facts(report, edition)),
        "sight": _sight(report, edition),
        "disclaimer": documents.relay_notice(report),
        "sections": [
            {"heading": section["heading"], "text": plain_text(section["body"])}
            for section in sections
        ],
        "body_html": documents.render(sections, base_url=edition.source_url),
    }


def _facts(report: Report, edition: Edition) -> Iterator[tuple[str, str]]:
    """Yield what a reader must know before the words: name and value, without the empty ones."""
    zone = documents.zone_of(report, edition)
    published = edition.published_at or edition.updated_at
    event, advised = (
        (edition.event_from, edition.event_until),
        (edition.advised_from, edition.advised_until),
    )
    council = report.council.name if report.council else ""
    facts = {
        "Where": "; ".join(map(_place, edition.places)),
        "When": documents.span_there(*event, zone),
        "Keep away": documents.span_there(*advised, zone),
        "Until": documents.time_there(edition.expires_at, zone) if edition.expires_at else "",
        "Published": documents.time_there(published, zone),
        "From": report.issuer if documents.is_relayed(report) else council or report.issuer,
        "Why" if edition.outcome == WITHDRAWN else "What changed": edition.change_note,
        "Changes": _changes(report, edition, zone),
    }
    yield from ((name, words) for name, words in facts.items() if words)


def _place(place: EditionPlace) -> str:
    name = documents.place_name(place.country, place.place)
    return f"{name} (lifted)" if place.status == LIFTED else name


def _changes(report: Report, edition: Edition, zone: str) -> str:
    before = documents.find_known_to_all(report, edition)
    return "" if before is None else documents.differences(before, edition, zone=zone).line


def _sight(report: Report, edition: Edition) -> str:
    session = object_session(edition)
    if session is None:
        raise TypeError("a mail is written from an edition that a session holds")
    return sight_of(session, report, edition)


def _loud(notice: str) -> str:
    word, _, meaning = notice.partition(". ")
    return f"{word.upper()}. {meaning}"
