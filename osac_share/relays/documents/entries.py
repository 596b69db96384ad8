"""What a feed or an alert says, in the house's terms."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from osac_share.kernel.text import clean_line, safe_link
from osac_share.reports.models import HOLDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from osac_share.reports.models import Section

LONGEST_TITLE = 300
LONGEST_NAME = 500
LONGEST_TEXT = 60_000
"""In characters of Markdown; what is longer would not be read as Markdown any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of an issuer.

    Attributes:
        guid: what the source calls it, the same when its text changes.
        title: in one line.
        sections: headings of ours and the issuer's words, as Markdown.
        link: the page that it comes from, or nothing.
        published_at: when the issuer says it was published, in UTC.
        severity: one of ours where the issuer says how bad it is, else nothing.
        outcome: whether it holds, gives the all-clear or cancels.
        is_exercise: whether the issuer says that it is a drill.
        begins_at: when what it is about begins, in UTC.
        expires_at: until when the issuer says it holds, in UTC.
        replaces: what the source calls the messages that this one updates or cancels.
        signature: what its signature tells, in words; nothing where it has none.

    """

    guid: str
    title: str
    sections: Sequence[Section]
    link: str = ""
    published_at: datetime | None = None
    severity: str = ""
    outcome: str = HOLDS
    is_exercise: bool = False
    begins_at: datetime | None = None
    expires_at: datetime | None = None
    replaces: Sequence[str] = ()
    signature: str = ""

    @property
    def digest(self) -> str:
        """Return what tells one text from another, whatever the source calls it."""
        said = json.dumps([self.title, list(self.sections)], ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


class Linked(NamedTuple):
    """A message that a list only names: where it is, and a key of this version of it."""

    address: str
    key: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a source: of which kind it is, its texts, and what was wrong with it.

    `linked` are messages that it names and that stand elsewhere.
    """

    kind: str
    entries: Sequence[Entry]
    problems: Sequence[str] = field(default=())
    linked: Sequence[Linked] = ()


def title_of(said: str) -> str:
    """Return a title that can be kept: one line, cut at a word if it is too long."""
    title = clean_line(said)
    if len(title) <= LONGEST_TITLE:
        return title
    return f"{title[: LONGEST_TITLE - 1].rpartition(' ')[0] or title[: LONGEST_TITLE - 1]}…"


def name_of(said: str) -> str:
    """Return what a source calls a text, as long as can be kept and still its own."""
    name = clean_line(said)
    return name if len(name) <= LONGEST_NAME else hashlib.sha256(name.encode()).hexdigest()


def link_of(said: str, base: str) -> str:
    """Return the page that a text comes from, or nothing where that is no web address."""
    link = safe_link(said, base) or ""
    return link if link.startswith("http") and len(link) <= LONGEST_NAME else ""
