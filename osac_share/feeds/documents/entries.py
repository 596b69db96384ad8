"""What a feed holds, before any format is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from osac_share.feeds.documents.history import NO_HISTORY, History

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

Format: TypeAlias = Literal["atom", "rss", "json"]

FORMATS: tuple[Format, ...] = ("atom", "rss", "json")
LANGUAGE = "en-US"


@dataclass(frozen=True, slots=True)
class Category:
    """One word of a vocabulary that an entry is filed under.

    `scheme` is the absolute address of the vocabulary, `term` the word as machines compare
    it (`MX`, `civil-unrest`), `label` the word as people read it.
    """

    scheme: str
    term: str
    label: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One message of a feed.

    `uuid` never changes and is never used for another message: readers show an entry whose
    identifier is new and hide one whose identifier they know. Whatever else changes moves
    `updated`.

    `check` is the absolute address at which anybody learns whether it is genuine and current.

    `title`, `issuer` and `summary` are plain text; `content_html` is safe HTML whose
    relative addresses start from `link`. `supersedes` is the absolute address of the
    edition that this message replaces.
    """

    uuid: UUID
    link: str
    title: str
    issuer: str
    published: datetime
    updated: datetime
    summary: str
    content_html: str
    categories: tuple[Category, ...] = ()
    supersedes: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A titled list of entries, newest first, with its absolute addresses.

    `home` is the page that the feed mirrors, `addresses` the feed's own address in each
    format, and `updated` the moment at which any of its bytes last changed. `history` says how
    it goes together with other documents.
    """

    uuid: UUID
    title: str
    subtitle: str
    author: str
    home: str
    addresses: Mapping[Format, str]
    updated: datetime
    entries: tuple[FeedEntry, ...]
    history: History = NO_HISTORY
