"""The mail that tells one person of many reports: by region and country, each report once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select

from osac_share.delivery.messages.digest_entries import (
    MOST_NAMES,
    Entry,
    countries_in_words,
    entry_of,
)
from osac_share.delivery.models import BURST, CAP, DAILY
from osac_share.delivery.policy import is_withheld
from osac_share.delivery.policy.digests import (
    MOST_WRITTEN_OUT,
    digest_token,
    items_of,
    pace_of,
    strictest,
)
from osac_share.kernel.mail import Message, PreparedMessage
from osac_share.kernel.mail.returns import DIGESTED, Returns, mail_id
from osac_share.reports import documents
from osac_share.reports.models import Edition
from osac_share.settings import resource_dir
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.orm import Session

    from osac_share.delivery.policy.digests import Contents, Item, Told
    from osac_share.kernel.mail import Envelope
    from osac_share.settings import Settings

ROLLED_UP = {
    BURST: "much was published in a short time",
    CAP: "you were sent so much within a day",
}
"""Why somebody who wishes to be told at once is told of several things together."""

KEPT = 512
"""Of how many editions a worker keeps what digests say of them."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(resource_dir("templates")),
    autoescape=select_autoescape(("html",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry in one reader's digest, and how many updates came together there."""

    entry: Entry
    updates: int


class DigestWriter:
    """Writes an installation's digests.

    What they say of an edition is written once and kept: editions never change.
    """

    def __init__(self, settings: Settings) -> None:
        """Write for this installation."""
        self._settings = settings
        self._secret = settings.require_secret()
        self._host = (urlsplit(settings.public.url).hostname or "localhost").replace(":", "-")
        self._returns = Returns(self._secret, settings.mail.bounces)
        self._kept: dict[int, Entry] = {}

    def envelope(self, session: Session, held: Contents) -> Envelope:
        """Return a digest as mail.

        Its Message-ID is made from the digest alone, so that a repeat after a crash is known
        for one. One POST to the List-Unsubscribe address stops digests like it (RFC 8058).

        Args:
            session: reads the editions that are told of.
            held: what the digest may tell now; something at least.

        Raises:
            RuleBroken: the reader's address is not one.

        """
        token = digest_token(self._secret, held.digest.public_id)
        unsubscribe_url = f"{self._settings.public.url}/unsubscribe/{token}"
        items = items_of(held.told)
        words = self._words(session, held, items)
        message = self._message(held, items, words, unsubscribe_url)
        return PreparedMessage(message).for_recipient(
            held.address,
            message_id=mail_id(self._secret, self._host, DIGESTED, held.digest.id),
            unsubscribe_url=unsubscribe_url,
            returns_to=self._returns.address(DIGESTED, held.digest.id),
        )

    def _message(
        self, held: Contents, items: Sequence[Item], said: dict[str, Any], unsubscribe_url: str
    ) -> Message:
        site, url = self._settings.site, self._settings.public.url
        markings = {one.newest.marking for one in items}
        marking = taxonomy.marking(strictest(markings))
        words = said | {
            "subject": f"[{marking.label}] {said['subject']}",
            "marking": marking,
            "site_name": site.name,
            "all_url": f"{url}/reports",
            "manage_url": f"{url}/subscriptions",
            "unsubscribe_url": unsubscribe_url,
            "rules": self._rules(markings),
            "drill": "",
        }
        html = _TEMPLATES.get_template("delivery/mail/digest.html").render(words)
        return Message(
            sender=(site.name, self._settings.mail.sender),
            subject=words["subject"],
            text=_TEMPLATES.get_template("delivery/mail/digest.txt").render(words),
            html=_INLINER.inline(html),
            date=held.digest.created_at,
            list_id=f"digests.{self._host}",
            headers={"X-OSAC-Marking": marking.label},
        )

    def _words(self, session: Session, held: Contents, items: Sequence[Item]) -> dict[str, Any]:
        lines = self._lines(session, items[:MOST_WRITTEN_OUT])
        told = [one for one in lines if not one.entry.is_withheld]
        withheld = [one for one in lines if one.entry.is_withheld]
        # That one council sent all of it would tell where a withheld report is about.
        council = told[0].entry.council if told and not withheld else ""
        title = _title(held.digest.period, council)
        number = _reports(len(items))
        where = countries_in_words(dict.fromkeys(one.entry.country for one in _in_order(told)))
        drill = f"{documents.EXERCISE}: " if all(one.entry.is_exercise for one in lines) else ""
        return {
            "subject": f"{drill}{title}: {number}{f', {where}' if where else ''}",
            "title": f"{drill}{title}",
            "summary": f"{number}{f': {where}' if where else ''}",
            "regions": _grouped(_in_order(told)),
            "withheld": withheld,
            "more": len(items) - len(lines),
            "reason": _reason(held.digest.period, [one.newest for one in items]),
        }

    def _lines(self, session: Session, items: Sequence[Item]) -> list[_Line]:
        editions = [one.newest.edition_id for one in items]
        missing = [one for one in editions if one not in self._kept]
        for edition in session.scalars(select(Edition).where(Edition.id.in_(missing))):
            self._kept[edition.id] = entry_of(edition.report, edition, self._settings.public.url)
        lines = [_Line(self._kept[one.newest.edition_id], one.updates) for one in items]
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return lines

    def _rules(self, markings: AbstractSet[str]) -> list[tuple[str, str]]:
        """Return what each marking among these allows, from open to closed."""
        label = self._settings.site.council_label
        return [
            (marking.label, taxonomy.in_label(marking.meaning, label))
            for marking in taxonomy.markings()
            if marking.code in markings
        ]


def _in_order(lines: Iterable[_Line]) -> list[_Line]:
    # Within a country they stay as they come: the gravest first, then the newest.
    return sorted(lines, key=lambda line: line.entry.order)


def _grouped(lines: Iterable[_Line]) -> list[tuple[str, list[tuple[str, list[_Line]]]]]:
    """Return ordered lines by region, and by country within each."""
    return [
        (
            region,
            [
                (country, list(there))
                for country, there in groupby(within, lambda line: line.entry.country)
            ],
        )
        for region, within in groupby(lines, lambda line: line.entry.region)
    ]


def _title(period: str, council: str) -> str:
    pace, _, occasion = period.partition("/")
    if pace == BURST:
        return f"Much at once from {council}" if council else "Much at once"
    if pace == CAP:
        return "Much in one day"
    if pace == DAILY:
        day = date.fromisoformat(occasion)
        return f"Daily digest, {day.day} {day:%b %Y}"
    year, _, week = occasion.partition("-W")
    return f"Weekly digest, week {int(week)} of {year}"


def _reports(number: int) -> str:
    return "1 report" if number == 1 else f"{number} reports"


def _reason(period: str, told: Iterable[Told]) -> str:
    """Return why this came. What asked for a withheld report would tell where that is about."""
    pace = pace_of(period)
    wishes = list(dict.fromkeys(one.wish for one in told if not is_withheld(one.marking)))
    rest = f"; and {len(wishes) - MOST_NAMES} more wishes" if len(wishes) > MOST_NAMES else ""
    asked = f"{'; '.join(wishes[:MOST_NAMES])}{rest}"
    if pace in ROLLED_UP:
        why = f" You subscribed to {asked}." if asked else ""
        return f"You get these in one mail because {ROLLED_UP[pace]}.{why}"
    if not asked:
        return f"You get this because you asked for a {pace} digest."
    return f"You get this {pace} digest because you subscribed to {asked}."
