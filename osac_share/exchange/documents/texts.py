"""What a line says in the house's terms: where it belongs, and how it reads here."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.kernel import ids
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.kernel.text import clean_line, clean_markdown, plain_text, slugify
from osac_share.reports.documents import render, summary_of
from osac_share.taxonomy import queries as taxonomy
from osac_share.taxonomy.models import Place

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.exchange.documents.lines import Line
    from osac_share.reports.models import Section
    from osac_share.taxonomy.models import Chapter

ISSUER = "U.S. Department of State"
SITE = "https://travel.state.gov/"
"""The issuer's site, against which the relative links of its texts are resolved."""

ADVISORY = "advisory"
OTHER = "other"
_UNRATED = frozenset({"", "Other"})
"""What stands for the level of a country whose areas have levels of their own."""

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+)$", re.MULTILINE)
_RATING = re.compile(r"^### [^#\n]{1,150} [-–] (Level [1-4]: [^\n]{1,60})$", re.MULTILINE)
_WITHIN_PAGE = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(#[^()\n]*\)")
_TOP = 1000
"""The characters in which a page says what it is."""


class Unplaced(RuleBroken):
    """A text speaks of a country or area that nobody here knows."""


@dataclass(frozen=True, slots=True)
class RelayedText:
    """One edition of one chapter on one area, placed but not yet read."""

    line: int
    source_key: str
    country: str
    heading: str
    chapter: Chapter
    places: tuple[tuple[str, str], ...]
    number: int
    published_at: datetime
    level: int | None
    markdown: str
    digest: str

    @property
    def kind(self) -> str:
        """Return the code of the kind of report."""
        return ADVISORY if self.chapter.slug == ADVISORY else "country_information"

    @property
    def title(self) -> str:
        """Return the title, in the publisher's own name for the area."""
        if self.kind == ADVISORY:
            return f"{self.country} Travel Advisory"
        return f"{self.country}: {self.heading or self.chapter.label}"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a relayed text reads here: cleaned, and rendered once for all readers."""

    text: RelayedText
    summary: str
    sections: list[Section]
    html: str


def place(number: int, line: Line, *, at: datetime) -> RelayedText:
    """Say where line `number` of a file belongs. Cheap: its text is only fingerprinted.

    Raises:
        Unplaced: its country is unknown, or its code and its name are two countries.
        RuleBroken: its level is none of the four, or at `at` it is yet to be published.

    """
    if line.published_at > at:
        raise RuleBroken(f"is dated {line.published_at:%Y-%m-%d}, which is yet to come")
    country, heading = clean_line(line.country), clean_line(line.section or "")
    area = _area(line.iso2, country)
    chapter = _chapter(heading, line.markdown)
    level = _level(line.level or "")
    said = (country, heading, line.level or "", line.markdown)
    return RelayedText(
        line=number,
        source_key=_source_key(area, heading),
        country=country,
        heading=heading,
        chapter=chapter,
        places=tuple((one.iso2, area.place or "") for one in area.countries),
        number=line.edition,
        published_at=line.published_at,
        level=(level or _rating(country, line.markdown)) if chapter.slug == ADVISORY else None,
        markdown=line.markdown,
        digest=hashlib.sha256("\0".join(said).encode()).hexdigest(),
    )


def word(text: RelayedText) -> Wording:
    """Clean and render a text: the dear part, which needs no database.

    Raises:
        RuleBroken: there is nothing in it but what belonged to the page around it.

    """
    cleaned = _WITHIN_PAGE.sub(r"\1", clean_markdown(text.markdown))
    if not cleaned:
        raise RuleBroken("has no text")
    sections = [_headed(cleaned, text)]
    return Wording(
        text=text,
        summary=summary_of(sections),
        sections=sections,
        html=render(sections, base_url=SITE),
    )


def _area(iso2: str | None, country: str) -> Place:
    """Return the place of a text; a name says more than a code, but must not contradict it."""
    named = taxonomy.resolve_place(country)
    try:
        coded = taxonomy.country(iso2 or "")
    except NotFound:
        if named is None:
            raise Unplaced(f"“{country}” is no country or area that we know") from None
        return named
    if named is None:
        return Place((coded,))
    if coded not in named.countries:
        raise Unplaced(f"the code {coded.iso2} and the name “{country}” are two countries")
    return named


def _source_key(area: Place, heading: str) -> str:
    codes = "-".join(one.iso2.lower() for one in area.countries)
    part = f".{slugify(area.place)}" if area.place else ""
    return f"travel.state.gov/{codes}{part}/{slugify(heading) or ids.digest(heading)[:12]}"


def _chapter(heading: str, markdown: str) -> Chapter:
    """Return the chapter by the scraped heading, else by the headings that the page begins with.

    A few pages carry a stray word where their heading should be, and the heading below it.
    """
    found = taxonomy.chapter_of(heading)
    if found.slug != OTHER:
        return found
    beginning = clean_markdown(markdown[:_TOP])
    below = (taxonomy.chapter_of(words) for words in _HEADING.findall(beginning))
    return next((one for one in below if one.slug != OTHER), found)


def _level(said: str) -> int | None:
    if said in _UNRATED:
        return None
    level = taxonomy.find_advisory_level(said)
    if level is None:
        raise RuleBroken(f"has a level “{clean_line(said)}” that is none of the four")
    return level.level


def _rating(country: str, markdown: str) -> int | None:
    """Return the level in the heading of a country's own page, where the field is empty.

    Hong Kong and Macau share the page of China, whose level is not theirs.
    """
    top = markdown[:_TOP]
    match = _RATING.search(top) if country in top.partition("\n")[0] else None
    level = match and taxonomy.find_advisory_level(match[1])
    return level.level if level else None


def _headed(markdown: str, text: RelayedText) -> Section:
    """Return the text as a section under its own first heading, unless that repeats the title."""
    heading, body = _beheaded(markdown)
    if heading.casefold() == text.title.casefold():
        heading, body = _beheaded(body)
    return {"heading": heading or text.heading or text.chapter.label, "body": body}


def _beheaded(markdown: str) -> tuple[str, str]:
    """Return the words of the heading with which a text begins, if it does, and the rest."""
    match = _HEADING.match(markdown)
    if match is None:
        return "", markdown
    return clean_line(plain_text(match[1])), markdown[match.end() :].strip("\n")
