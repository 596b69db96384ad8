"""An edition as a message of the Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from osac_share.cap import policy
from osac_share.cap.documents.writing import CAP, add, add_named, cap_time, headline_of
from osac_share.kernel.text import plain_text
from osac_share.reports.documents import (
    drill_notice,
    end_notice,
    headline,
    is_relayed,
    kind_of,
    place_name,
    relay_notice,
    zone_of,
)
from osac_share.reports.models import ALL_CLEAR, CLOSING, LIFTED, Window
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from osac_share.reports.models import Edition, EditionPlace, Report
    from osac_share.settings import Settings

LANGUAGE = "en-US"
CLASSIFICATION = "UNCLASSIFIED"
COUNTRY, PLACE = "ISO 3166-1", "place"
"""What the values of geocodes are: a country's code of two letters, and a name within it."""

INSTRUCTIONS = frozenset({"Actions to take", "Assembly points and times", "Documents and baggage"})
CONTACT = "Assistance"
ENDS_STAY = timedelta(hours=48)
"""How long a message about an end is to be shown: as long as feeds hold it."""

MOST_REFERENCES = 20
"""How many earlier messages one names; the newest of a long series suffice to find the others."""


class Reference(NamedTuple):
    """By what a message is known to everybody who has it (CAP 1.2, `references`)."""

    sender: str
    identifier: str
    sent: str

    def __str__(self) -> str:
        """Return it as other messages refer to it."""
        return ",".join(self)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who issues messages: a name without blanks, commas, < and &, and what people call it.

    `url` is the site's absolute address without a slash.
    """

    name: str
    called: str
    url: str


def sender_of(settings: Settings) -> Sender:
    """Return who issues an installation's messages: the address that its alerts come from."""
    return Sender(settings.mail.sender, settings.site.name, settings.public.url)


class _Part(NamedTuple):
    """A group of places with what holds there; `is_over` where it does not hold any more."""

    places: Sequence[EditionPlace]
    is_over: bool


def alert_of(
    report: Report, edition: Edition, sender: Sender, earlier: Sequence[Reference]
) -> etree._Element | None:
    """Return an edition as a CAP message without signature, or None where CAP says nothing.

    Args:
        report: an alert.
        edition: a published edition of it, which everybody may read.
        sender: who issues it.
        earlier: the messages of the report's earlier editions, oldest first.

    """
    kind = policy.message_type(edition.outcome, is_first=not earlier)
    published = edition.published_at
    if kind is None or published is None:
        return None
    zone = zone_of(report, edition)
    alert = etree.Element(f"{{{CAP}}}alert", nsmap={None: CAP})
    add(alert, "identifier", edition.entry_uuid.urn)
    add(alert, "sender", sender.name)
    add(alert, "sent", cap_time(published, zone))
    add(alert, "status", "Exercise" if report.is_exercise else "Actual")
    add(alert, "msgType", kind)
    if is_relayed(report):
        add(alert, "source", _issuer(report, sender))
    add(alert, "scope", "Public")
    add(alert, "code", CLASSIFICATION)
    add(alert, "code", taxonomy.marking(edition.marking).label)
    notes = (drill_notice(report), relay_notice(report), edition.change_note)
    add(alert, "note", " ".join(filter(None, notes)))
    add(alert, "references", " ".join(map(str, earlier[-MOST_REFERENCES:])))
    for part in _parts(edition):
        _add_info(alert, report, edition, sender, part, zone)
    return alert


def _parts(edition: Edition) -> Iterator[_Part]:
    """Yield where it holds and, if it is over in some places only, where it does not."""
    if edition.outcome in CLOSING:
        yield _Part(edition.places, is_over=False)
        return
    lifted = [place for place in edition.places if place.status == LIFTED]
    active = [place for place in edition.places if place.status != LIFTED]
    if active or not lifted:
        yield _Part(active, is_over=False)
    if lifted:
        yield _Part(lifted, is_over=True)


def _add_info(
    alert: etree._Element,
    report: Report,
    edition: Edition,
    sender: Sender,
    part: _Part,
    zone: str,
) -> None:
    published = edition.published_at or edition.updated_at
    info = etree.SubElement(alert, f"{{{CAP}}}info")
    add(info, "language", LANGUAGE)
    for category in policy.categories(report.kind, edition.alert_kind, edition.topic_slugs):
        add(info, "category", category)
    add(info, "event", kind_of(report, edition))
    for response in _responses(report, edition, part):
        add(info, "responseType", response)
    for name, word in _grade(edition, part, published)._asdict().items():
        add(info, name, word)
    add(info, "effective", cap_time(edition.effective_at or published, zone))
    if edition.event_from is not None:
        add(info, "onset", cap_time(edition.event_from, zone))
    if ends := _ends(edition, published):
        add(info, "expires", cap_time(ends, zone))
    add(info, "senderName", sender_name(report, sender))
    for name, words in _words(report, edition, part).items():
        add(info, name, words)
    add(info, "web", f"{sender.url}/reports/{report.public_id}")
    add(info, "contact", "\n\n".join(_texts(edition, {CONTACT})))
    for place in part.places:
        area = etree.SubElement(info, f"{{{CAP}}}area")
        add(area, "areaDesc", place_name(place.country, place.place))
        add_named(area, "geocode", COUNTRY, place.country)
        if place.place:
            add_named(area, "geocode", PLACE, place.place)


def _responses(report: Report, edition: Edition, part: _Part) -> list[str]:
    if part.is_over:
        return [policy.OVER]
    lines = [line for text in _texts(edition, INSTRUCTIONS) for line in text.splitlines()]
    return policy.responses(report.kind, edition.outcome, lines)


def _grade(edition: Edition, part: _Part, sent: datetime) -> policy.Grade:
    if part.is_over:
        return policy.IS_OVER
    windows = (
        Window(edition.event_from, edition.event_until),
        Window(edition.advised_from, edition.advised_until),
    )
    return policy.graded(edition.severity, edition.outcome, windows, sent)


def _ends(edition: Edition, published: datetime) -> datetime | None:
    return published + ENDS_STAY if edition.outcome in CLOSING else edition.expires_at


def sender_name(report: Report, sender: Sender) -> str:
    """Return whose words these are, and who passes them on, if somebody does."""
    if is_relayed(report) and report.issuer:
        return f"{report.issuer}, passed on by {sender.called}"
    return f"{sender.called}, {report.council.name}" if report.council else sender.called


def _issuer(report: Report, sender: Sender) -> str:
    return report.issuer or sender.called


def _words(report: Report, edition: Edition, part: _Part) -> dict[str, str]:
    line = headline(report, edition)
    if part.is_over:
        where = "; ".join(place_name(place.country, place.place) for place in part.places)
        over = f"{drill_notice(report)}\n\nWhat this warned of is over in {where}.".strip()
        return {"headline": headline_of(f"ALL CLEAR for {where}: {line}"), "description": over}
    ended = end_notice(report, edition) if edition.outcome in CLOSING else ""
    why = edition.change_note if edition.outcome in CLOSING else ""
    description = [drill_notice(report), ended, why, *_description(edition)]
    advice = [] if edition.outcome in CLOSING - {ALL_CLEAR} else _texts(edition, INSTRUCTIONS)
    return {
        "headline": headline_of(line),
        "description": "\n\n".join(filter(None, description)),
        "instruction": "\n\n".join(advice),
    }


def _description(edition: Edition) -> Iterator[str]:
    """Yield what the sections say that have no element of their own, each under its heading."""
    rest = [
        section
        for section in edition.sections
        if section["heading"] not in {*INSTRUCTIONS, CONTACT} and section["body"].strip()
    ]
    for section in rest:
        text = plain_text(section["body"])
        yield text if len(rest) == 1 else f"{section['heading'].upper()}\n\n{text}"


def _texts(edition: Edition, headings: frozenset[str] | set[str]) -> list[str]:
    return [
        plain_text(section["body"])
        for section in edition.sections
        if section["heading"] in headings and section["body"].strip()
    ]
