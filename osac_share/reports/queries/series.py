"""What stands around an edition: whom it is addressed to, and how it differs from another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Organization
from osac_share.councils.models import Council
from osac_share.kernel.cache import BoundedCache
from osac_share.reports import documents
from osac_share.reports.models import Edition

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report

_lines = BoundedCache(1 << 20)
"""Lines about pairs of published editions, which never change."""

_OF_COUNCILS = frozenset({"council", "chair", "steering"})


def sight_of(session: Session, report: Report, edition: Edition) -> str:
    """Return who may see an edition and may pass it on, in plain words."""
    return documents.sight_words(
        edition.marking,
        edition.addressees,
        report.council.name if report.council is not None else None,
        names_of_addressees(session, edition.addressees),
    )


def names_of_addressees(session: Session, tokens: Collection[str]) -> dict[str, str]:
    """Return the names of the councils and organizations among audience tokens, by token."""
    found: dict[str, str] = {}
    for table, kinds in ((Council, _OF_COUNCILS), (Organization, frozenset({"organization"}))):
        wanted = {
            token: int(number)
            for token in tokens
            for kind, _, number in [token.partition(":")]
            if kind in kinds and number.isdecimal()
        }
        if wanted:
            question = select(table.id, table.name).where(table.id.in_(set(wanted.values())))
            names = {row[0]: row[1] for row in session.execute(question)}
            found |= {token: names[one] for token, one in wanted.items() if one in names}
    return found


def line_of_difference(session: Session, before: UUID, after: Edition) -> str:
    """Return in a line how an edition differs from an earlier one, named by its `entry_uuid`.

    Whoever asks has found both of them visible to those whom the line is shown to. Published
    editions never change: what was read and compared once is remembered.
    """

    def make() -> str:
        earlier = session.scalars(select(Edition).where(Edition.entry_uuid == before)).one()
        zone = documents.zone_of(after.report, after)
        return documents.differences(earlier, after, zone=zone).line

    if after.published_at is None:
        return make()
    return _lines.get((before, after.entry_uuid), make, len)
