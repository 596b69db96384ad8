"""What a register says of a country: its one current text, or whom to reach there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from uuid import uuid5

from osac_share.feeds.documents.entries import Category, FeedEntry
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from osac_share.councils.models import Post, SecurityOffice
    from osac_share.feeds.documents.news import Publisher
    from osac_share.taxonomy.models import Country

_USUAL = "normal"


def entry_for_country(entry: FeedEntry, iso2: str) -> FeedEntry:
    """Return the entry of a text under the identifier that it has for one of its countries.

    A text on two countries stands in a register twice; a new message for a country is new to
    readers, and a correction is not.
    """
    return replace(entry, uuid=uuid5(entry.uuid, iso2))


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom to reach in a country: the posts there, and the security offices that cover it."""

    posts: Sequence[Post]
    offices: Sequence[SecurityOffice]


def contacts_entry(
    country: Country,
    contacts: Contacts,
    publisher: Publisher,
    *,
    uuid: UUID,
    noted: Sequence[datetime],
) -> FeedEntry:
    """Return the entry of a country's contacts; `noted` is when somebody wrote or tried them."""
    posts, offices = contacts.posts, contacts.offices
    vocabularies = f"{publisher.url}/feeds"
    region = taxonomy.region(country.region)
    return FeedEntry(
        uuid=uuid,
        link=f"{publisher.url}/countries/{country.iso2}",
        title=f"{country.name}: embassy, consulates and security offices",
        issuer=publisher.name,
        published=min(noted),
        updated=max(noted),
        summary="; ".join([*map(_in_short, posts), *(office.name for office in offices)]),
        content_html="".join([*map(_post, posts), *map(_office, offices)]),
        categories=(
            Category(f"{vocabularies}#country", country.iso2, country.name),
            Category(f"{vocabularies}#region", region.code, region.label),
        ),
    )


def _in_short(post: Post) -> str:
    return ", ".join(filter(None, (post.name, _departure(post))))


def _departure(post: Post) -> str:
    status = post.departure_status
    return "" if status == _USUAL else taxonomy.departure_status(status).label


def _post(post: Post) -> str:
    lines = (
        ("Status", _departure(post)),
        ("Telephone", post.phone),
        ("After hours", post.after_hours_phone),
        ("Mail", post.email),
        ("Address", post.address),
        *_verified(post),
    )
    return _written(post.name, lines)


def _office(office: SecurityOffice) -> str:
    lines = (
        ("Telephone", office.phone),
        ("After hours", office.after_hours_phone),
        ("Mail", office.mailbox),
        ("Sits at", office.post.name),
        *_verified(office),
    )
    return _written(office.name, lines)


def _verified(contact: Post | SecurityOffice) -> Iterator[tuple[str, str]]:
    day = contact.verified_on
    yield "Last verified", day.isoformat() if day else "not yet"


def _written(name: str, lines: Sequence[tuple[str, str]]) -> str:
    said = "".join(
        f"<li><strong>{label}:</strong> {escape(words)}</li>" for label, words in lines if words
    )
    return f"<h2>{escape(name)}</h2><ul>{said}</ul>"
