"""What is already held of what others published."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from osac_share.reports.models import Edition, Report

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

IMPORTED = "import"
"""The origin of reports that came in a file."""


class Print(NamedTuple):
    """By what an edition is recognized without reading it: its moment and its digest."""

    published_at: datetime | None
    digest: str


class Past(NamedTuple):
    """An edition in its report's history; `words` are its level and text, whatever the spacing."""

    id: int
    published_at: datetime | None
    is_major: bool
    words: tuple[int | str | None, ...]


def held_editions(session: Session) -> dict[tuple[str, int], Print]:
    """Return the print of every imported edition by its report's source key and its number."""
    question = (
        select(Report.source_key, Edition.number, Edition.published_at, Edition.text_digest)
        .join(Edition, Edition.report_id == Report.id)
        .where(Report.origin == IMPORTED)
    )
    return {(str(row[0]), row[1]): Print(row[2], row[3]) for row in session.execute(question)}


def report_ids(session: Session, source_keys: Collection[str]) -> dict[str, int]:
    """Return the ids of those of these reports that exist, by source key."""
    question = select(Report.source_key, Report.id).where(Report.source_key.in_(source_keys))
    return {str(row[0]): row[1] for row in session.execute(question)}


def histories(session: Session, reports: Collection[int]) -> dict[int, list[Past]]:
    """Return the published editions of these reports, oldest first, by report id."""
    question = (
        select(
            Edition.report_id,
            Edition.id,
            Edition.published_at,
            Edition.is_major,
            Edition.level,
            Edition.sections,
        )
        .where(Edition.report_id.in_(reports), Edition.published_at.is_not(None))
        .order_by(Edition.report_id, Edition.published_at, Edition.number)
    )
    found: dict[int, list[Past]] = {}
    for report_id, edition_id, published_at, is_major, level, sections in session.execute(question):
        words = (level, *(" ".join(f"{one['heading']} {one['body']}".split()) for one in sections))
        found.setdefault(report_id, []).append(Past(edition_id, published_at, is_major, words))
    return found
