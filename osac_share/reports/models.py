"""Reports and editions: the stable thing, and its immutable published versions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.councils.models import Council
from osac_share.kernel.db import Base
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.ids import new_public_id

if TYPE_CHECKING:
    from collections.abc import Iterable

ALERT = "alert"
DRAFT = "draft"
PUBLISHED = "published"
EXPIRED = "expired"
ENDED = frozenset({"all_clear", "cancelled", "expired", "withdrawn"})


class Section(TypedDict):
    """One typed part of an edition: a heading that the house prints, and Markdown."""

    heading: str
    body: str


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
    origin: Mapped[str] = mapped_column(String(20), default="council")
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

    council: Mapped[Council | None] = relationship(lazy="joined", innerjoin=False)
    editions: Mapped[list[Edition]] = relationship(
        back_populates="report", foreign_keys="Edition.report_id", order_by="Edition.number"
    )

    def draft(self) -> Edition | None:
        """Return the edition that is being written, if there is one."""
        return next((edition for edition in self.editions if edition.published_at is None), None)


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

    report: Mapped[Report] = relationship(back_populates="editions", foreign_keys=[report_id])
    places: Mapped[list[EditionPlace]] = relationship(
        order_by="EditionPlace.id", cascade="all, delete-orphan", lazy="selectin"
    )
    topics: Mapped[list[EditionTopic]] = relationship(
        order_by="EditionTopic.topic", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- read by SQLAlchemy once.

    @property
    def countries(self) -> list[str]:
        """Return the ISO codes of the countries concerned, each once, in their order."""
        return list(dict.fromkeys(place.country for place in self.places))

    @property
    def topic_slugs(self) -> list[str]:
        """Return the slugs of the topics."""
        return [topic.topic for topic in self.topics]

    def locate(self, places: Iterable[tuple[str, str]]) -> None:
        """Replace the places by `(iso2, place name or "")` pairs, each once."""
        self.places = [
            EditionPlace(country=country, place=place) for country, place in dict.fromkeys(places)
        ]

    def about(self, topics: Iterable[str]) -> None:
        """Replace the topics, each once."""
        self.topics = [EditionTopic(topic=slug) for slug in dict.fromkeys(topics)]

    def require_complete(self) -> None:
        """Refuse an edition that a reader could not act on.

        Raises:
            RuleBroken: with the first thing that is missing, as the author's next step.

        """
        if self.published_at is not None:
            raise RuleBroken("This edition is already published.")
        if not self.title.strip():
            raise RuleBroken("Give the report a title before publishing it.")
        if not self.places:
            raise RuleBroken("Add at least one country before publishing.")
        if not any(section["body"].strip() for section in self.sections):
            raise RuleBroken("Write at least one section before publishing.")


class EditionPlace(Base):
    """A place that an edition speaks of, with a status of its own."""

    __tablename__ = "edition_place"
    __table_args__ = (Index("ix_edition_place_country", "country", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    place: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[str] = mapped_column(String(20), default="active")


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
