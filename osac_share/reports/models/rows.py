"""The tables of reports and editions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.councils.models import Council
from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id
from osac_share.reports.models.words import (
    ACTIVE,
    COUNCIL,
    DRAFT,
    HOLDS,
    LIFTED,
    OPEN,
    WRITING,
    Section,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from osac_share.reports.models.contents import Contents


class Report(Base):
    """The stable thing that people link to, update and lift; its words are in its editions."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_browse", "state", "kind", "published_at"),
        Index("ix_report_published_at", "published_at"),
        Index("ix_report_changed_at", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    kind: Mapped[str] = mapped_column(String(40))
    origin: Mapped[str] = mapped_column(String(20), default=COUNCIL)
    state: Mapped[str] = mapped_column(String(20), default=DRAFT)
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(200), default="")
    chapter: Mapped[str | None] = mapped_column(String(40))
    source_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    # No foreign key: the two tables would each have to wait for the other.
    current_edition_id: Mapped[int | None] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Decided when a report begins, and never again: a drill cannot become the real thing.
    is_exercise: Mapped[bool] = mapped_column(default=False)
    review_due_at: Mapped[datetime | None]
    quarantined_at: Mapped[datetime | None]

    council: Mapped[Council | None] = relationship(lazy="joined", innerjoin=False)
    editions: Mapped[list[Edition]] = relationship(
        back_populates="report", foreign_keys="Edition.report_id", order_by="Edition.number"
    )

    def draft(self) -> Edition | None:
        """Return the edition that is being written, reviewed or held back, if there is one."""
        return next((edition for edition in self.editions if edition.is_draft), None)

    def current(self) -> Edition | None:
        """Return the edition that holds now; None before the first is published."""
        return next((one for one in self.editions if one.id == self.current_edition_id), None)

    def next_update_no(self, *, is_major: bool) -> int:
        """Return which update the next edition will be; a minor one keeps the number."""
        current = self.current()
        return 0 if current is None else current.update_no + is_major


class Edition(Base):
    """A version of a report. Without `published_at` it is a draft; with it, it is immutable."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        Index("ix_edition_published_at", "published_at"),
        Index("ix_edition_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int] = mapped_column(default=1)
    entry_uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(String(1000), default="")
    sections: Mapped[list[Section]] = mapped_column(JSON, default=list)
    severity: Mapped[str] = mapped_column(String(20), default="routine")
    marking: Mapped[str] = mapped_column(String(20), default="GREEN")
    addressees: Mapped[list[str]] = mapped_column(JSON, default=list)
    alert_kind: Mapped[str | None] = mapped_column(String(20))
    level: Mapped[int | None]
    change_note: Mapped[str] = mapped_column(String(500), default="")
    is_major: Mapped[bool] = mapped_column(default=True)
    source_url: Mapped[str | None] = mapped_column(String(500))
    text_digest: Mapped[str] = mapped_column(String(64), default="")
    effective_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime]
    lock: Mapped[int] = mapped_column(default=0)

    stage: Mapped[str] = mapped_column(String(20), default=WRITING)
    outcome: Mapped[str] = mapped_column(String(20), default=HOLDS)
    update_no: Mapped[int] = mapped_column(default=0)
    event_from: Mapped[datetime | None]
    event_until: Mapped[datetime | None]
    advised_from: Mapped[datetime | None]
    advised_until: Mapped[datetime | None]
    release_at: Mapped[datetime | None]
    authors: Mapped[list[int]] = mapped_column(JSON, default=list)
    submitted_at: Mapped[datetime | None]
    review_note: Mapped[str] = mapped_column(String(1000), default="")
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    urgent_because: Mapped[str] = mapped_column(String(500), default="")
    second_look_due_at: Mapped[datetime | None]
    second_look_at: Mapped[datetime | None]
    second_look_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_officials_at: Mapped[datetime | None]
    narrowed_because: Mapped[str] = mapped_column(String(500), default="")

    report: Mapped[Report] = relationship(back_populates="editions", foreign_keys=[report_id])
    places: Mapped[list[EditionPlace]] = relationship(
        order_by="EditionPlace.id", cascade="all, delete-orphan", lazy="selectin"
    )
    topics: Mapped[list[EditionTopic]] = relationship(
        order_by="EditionTopic.topic", cascade="all, delete-orphan", lazy="selectin"
    )

    attachments: Mapped[list[Attachment]] = relationship(
        secondary="edition_attachment", order_by="Attachment.id", lazy="select"
    )

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- read by SQLAlchemy once.

    @property
    def is_draft(self) -> bool:
        """Tell whether this is being written, reviewed or held back until its time."""
        return self.published_at is None and self.stage in OPEN

    @property
    def is_lifted(self) -> bool:
        """Tell whether every place that this speaks of is lifted."""
        return bool(self.places) and all(place.status == LIFTED for place in self.places)

    @property
    def countries(self) -> list[str]:
        """Return the ISO codes of the countries concerned, each once, in their order."""
        return list(dict.fromkeys(place.country for place in self.places))

    @property
    def topic_slugs(self) -> list[str]:
        """Return the slugs of the topics."""
        return [topic.topic for topic in self.topics]

    def take(self, contents: Contents) -> None:
        """Replace everything that an author decides."""
        self.title, self.summary = contents.title, contents.summary
        self.sections = list(contents.sections)
        self.severity, self.marking = contents.severity, contents.marking
        self.addressees = sorted(contents.addressees)
        self.alert_kind, self.outcome = contents.alert_kind, contents.outcome
        self.event_from, self.event_until = contents.event
        self.advised_from, self.advised_until = contents.advised
        self.expires_at, self.release_at = contents.expires_at, contents.release_at
        self.change_note, self.is_major = contents.change_note, contents.is_major
        self.told_officials_at = contents.told_officials_at
        self.narrowed_because = contents.narrowed_because
        self.source_url = contents.source_url
        self.locate(contents.places)
        self.about(contents.topics)

    def locate(self, places: Iterable[tuple[str, str] | tuple[str, str, str]]) -> None:
        """Replace the places by `(iso2, name or "")`, each once, perhaps with their status."""
        fresh: dict[tuple[str, str], str] = {}
        for country, name, *status in places:
            fresh.setdefault((country, name), status[0] if status else ACTIVE)
        self.places = [
            EditionPlace(country=country, place=name, status=status)
            for (country, name), status in fresh.items()
        ]

    def about(self, topics: Iterable[str]) -> None:
        """Replace the topics, each once."""
        self.topics = [EditionTopic(topic=slug) for slug in dict.fromkeys(topics)]


class EditionPlace(Base):
    """A place that an edition speaks of, with a status of its own."""

    __tablename__ = "edition_place"
    __table_args__ = (Index("ix_edition_place_country", "country", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    place: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[str] = mapped_column(String(20), default=ACTIVE)


class EditionTopic(Base):
    """A topic of an edition."""

    __tablename__ = "edition_topic"
    __table_args__ = (Index("ix_edition_topic_topic", "topic", "edition_id"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)


class EditionAudience(Base):
    """One token of a published edition's audience; written at publishing, never changed."""

    __tablename__ = "edition_audience"
    __table_args__ = (Index("ix_edition_audience_token", "token", "edition_id"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True)


class RenderedEdition(Base):
    """The safe HTML of a published edition, kept because it never changes.

    A copy: rows made by another version of the rules (`kernel.text.RENDERER`) are made anew.
    """

    __tablename__ = "rendered_edition"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    renderer: Mapped[int]
    html: Mapped[str] = mapped_column(Text)


class Attachment(Base):
    """A file that goes with editions of a report. Its bytes are kept apart, by their digest."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class EditionAttachment(Base):
    """A file goes with an edition; an update takes along what its author does not remove."""

    __tablename__ = "edition_attachment"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)


class AttachmentText(Base):
    """What a published file says, page by page. A copy: what another reader read is read anew."""

    __tablename__ = "attachment_text"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    reader: Mapped[int]
    pages: Mapped[list[str]] = mapped_column(JSON)
    has_words: Mapped[bool]
    read_at: Mapped[datetime]
