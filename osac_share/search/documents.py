"""Editions as the index takes them, and the fingerprints by which it is compared with them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Bundle, lazyload, load_only

from osac_share.councils.models import Council
from osac_share.reports.documents import plain_of
from osac_share.reports.models import (
    WITHDRAWN,
    Attachment,
    AttachmentText,
    Edition,
    EditionAttachment,
    EditionAudience,
    EditionPlace,
    EditionTopic,
    Report,
)
from osac_share.search.models import Document
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

BATCH = 200
"""How many reports are read at a time."""

PART = 120_000
"""How many letters of a file make up one document: far fewer words than one may have."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is indexed of an edition except its words, which `text_digest` stands for.

    `files` are the ids of those that were read and go with no newer edition: what goes along
    from update to update is indexed once.
    """

    edition_id: int
    report_id: int
    number: int
    current: bool
    text_digest: str
    kind: str
    severity: str
    marking: str
    state: str
    council: str
    published_at: datetime
    audience: frozenset[str]
    sight: frozenset[str]
    countries: frozenset[str]
    topics: frozenset[str]
    level: int | None
    files: tuple[int, ...] = ()

    @property
    def regions(self) -> frozenset[str]:
        """Return the codes of the regions that the countries lie in."""
        return frozenset(taxonomy.country(iso2).region for iso2 in self.countries)

    @property
    def stamp(self) -> str:
        """Return the fingerprint of everything here."""
        made = blake2b(digest_size=12)
        for value in (
            *(self.edition_id, self.report_id, self.number, self.current, self.text_digest),
            *(self.kind, self.severity, self.marking, self.state, self.council),
            int(self.published_at.timestamp()),
            *(sorted(self.audience), sorted(self.sight)),
            *(sorted(self.countries), sorted(self.topics), sorted(self.regions)),
            *(self.level, self.files),
        ):
            made.update(f"{value}\x00".encode())
        return made.hexdigest()


def facts(session: Session, report_ids: Collection[int] | None = None) -> list[Facts]:
    """Return the facts of all published editions, or of those of some reports."""
    chosen: list[ColumnElement[bool]] = []
    if report_ids is not None:
        chosen = [Edition.report_id.in_(report_ids)]
    tokens = _gathered(session, EditionAudience, EditionAudience.token, chosen)
    countries = _gathered(session, EditionPlace, EditionPlace.country, chosen)
    topics = _gathered(session, EditionTopic, EditionTopic.topic, chosen)
    files = _files(session, chosen)
    return [
        Facts(
            current=row.edition_id == current,
            council=council or "",
            audience=tokens[row.edition_id],
            sight=tokens[current],
            countries=countries[row.edition_id],
            topics=topics[row.edition_id],
            files=files.get(row.edition_id, ()),
            **row._asdict(),
        )
        for row, current, council in session.execute(_published(chosen))
    ]


# Of a withdrawn report only the tombstone is read, and so only the tombstone is found.
_STANDING = (
    Edition.published_at.is_not(None),
    or_(Report.state != WITHDRAWN, Edition.id == Report.current_edition_id),
)


def _published(chosen: list[ColumnElement[bool]]) -> Select[Any, int | None, str]:
    """Ask for the columns of published editions, the current edition and the council's slug."""
    return (
        select(
            Bundle[Any](
                "row",
                Edition.id.label("edition_id"),
                *(Edition.report_id, Edition.number, Edition.text_digest, Edition.severity),
                *(Edition.marking, Edition.published_at, Edition.level),
                *(Report.kind, Report.state),
            ),
            Report.current_edition_id,
            Council.slug,
        )
        .join(Report, Edition.report_id == Report.id)
        .outerjoin(Council, Report.council_id == Council.id)
        .where(Report.current_edition_id.is_not(None), *_STANDING, *chosen)
        .order_by(Edition.report_id, Edition.number)
    )


def documents(
    session: Session, report_ids: Collection[int], *, edition_id: int | None = None
) -> list[Document]:
    """Return every published edition of these reports, or one of them, ready for the index."""
    chosen = facts(session, report_ids)
    known = {one.edition_id: one for one in chosen if edition_id in {None, one.edition_id}}
    words = (
        load_only(Edition.title, Edition.sections),
        lazyload(Edition.places),
        lazyload(Edition.topics),
    )
    editions = session.scalars(
        select(Edition).options(*words).where(Edition.id.in_(known)).order_by(Edition.id)
    )
    found = [_document(known[edition.id], edition) for edition in editions]
    return found + list(_file_documents(session, {one.edition_id: one for one in found}, known))


def count(session: Session) -> int:
    """Return how many editions the index should hold."""
    question = select(func.count(Edition.id)).join(Report, Edition.report_id == Report.id)
    question = question.where(*_STANDING)
    return session.scalar(question) or 0


def indexed_reports(session: Session) -> Sequence[int]:
    """Return the ids of all reports that the index should hold."""
    question = select(Report.id).where(Report.current_edition_id.is_not(None))
    return session.scalars(question.order_by(Report.id)).all()


def batches(session: Session, report_ids: Sequence[int]) -> Iterator[list[Document]]:
    """Yield the editions of these reports, some reports at a time."""
    for start in range(0, len(report_ids), BATCH):
        yield documents(session, report_ids[start : start + BATCH])


def _document(known: Facts, edition: Edition) -> Document:
    return Document(
        edition_id=known.edition_id,
        report_id=known.report_id,
        number=known.number,
        current=known.current,
        title=edition.title,
        text=plain_of(edition),
        audience=known.audience,
        sight=known.sight,
        kind=known.kind,
        severity=known.severity,
        marking=known.marking,
        state=known.state,
        published_at=known.published_at,
        stamp=known.stamp,
        countries=known.countries,
        topics=known.topics,
        regions=known.regions,
        council=known.council,
        level="" if known.level is None else str(known.level),
    )


def _files(session: Session, chosen: list[ColumnElement[bool]]) -> Mapping[int, tuple[int, ...]]:
    """Return the files with words, under the newest edition that each goes with."""
    question = (
        select(EditionAttachment.attachment_id, Edition.id)
        .join(Edition, Edition.id == EditionAttachment.edition_id)
        .join(Report, Edition.report_id == Report.id)
        .join(AttachmentText, AttachmentText.attachment_id == EditionAttachment.attachment_id)
        .where(AttachmentText.has_words, *_STANDING, *chosen)
        .order_by(Edition.number, EditionAttachment.attachment_id)
    )
    newest = dict(session.execute(question).all())
    found: dict[int, tuple[int, ...]] = {}
    for file, edition in newest.items():
        found[edition] = (*found.get(edition, ()), file)
    return found


def _file_documents(
    session: Session, editions: Mapping[int, Document], known: Mapping[int, Facts]
) -> Iterator[Document]:
    carriers = {file: editions[one.edition_id] for one in known.values() for file in one.files}
    question = (
        select(Attachment.id, Attachment.name, AttachmentText.pages)
        .join(AttachmentText, AttachmentText.attachment_id == Attachment.id)
        .where(Attachment.id.in_(carriers))
        .order_by(Attachment.id)
    )
    for file, name, pages in session.execute(question):
        for first_page, text in _parts(pages):
            yield replace(
                carriers[file],
                title="",
                text=f"{name}\n\n{text}",
                attachment_id=file,
                first_page=first_page,
            )


def _parts(pages: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the parts of a file, each with the number of its first page."""
    first = 1
    while first <= len(pages):
        part = part_from(pages, first)
        yield first, "\n\n".join(part)
        first += len(part)


def part_from(pages: Sequence[str], first: int) -> Sequence[str]:
    """Return the pages, from the number `first` on, that make up one document of the index."""
    letters = accumulate(len(page) for page in pages[first - 1 :])
    taken = sum(1 for _ in takewhile(PART.__gt__, letters))
    return pages[first - 1 : first + taken]


def _gathered(
    session: Session,
    table: type[EditionAudience | EditionPlace | EditionTopic],
    value: InstrumentedAttribute[str],
    chosen: list[ColumnElement[bool]],
) -> Mapping[int, frozenset[str]]:
    question = select(table.edition_id, value)
    if chosen:
        question = question.join(Edition, Edition.id == table.edition_id).where(*chosen)
    found: dict[int, set[str]] = defaultdict(set)
    for edition_id, one in session.execute(question):
        found[edition_id].add(one)
    return defaultdict(frozenset, ((key, frozenset(values)) for key, values in found.items()))
