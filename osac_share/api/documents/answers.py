"""What is known of people and reports, in the shapes that the API answers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from osac_share.api.documents.operations import BASE
from osac_share.api.documents.shapes.reading import (
    ChangePage,
    EditionListed,
    ListedReport,
    Me,
    ReportChange,
    SeatHeld,
    TokenHeld,
    WholeReport,
)
from osac_share.reports.documents import sight_words
from osac_share.reports.documents.as_json import moment_json, report_json
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from osac_share.councils.policy import Actor
    from osac_share.exchange.queries import Moved
    from osac_share.reports.models import Edition, Report
    from osac_share.tokens.queries import Holder


def moment(at: datetime) -> str:
    """Return a moment in UTC, to the second (RFC 3339)."""
    return moment_json(at) or ""


def me(holder: Holder, actor: Actor, councils: Mapping[int, str]) -> Me:
    """Return for whom a program acts, and what its token is for.

    Args:
        holder: the token and its owner.
        actor: the owner as they stand now.
        councils: the slugs of the councils on which they sit, by id.

    """
    seats = sorted((councils[council], kind) for council, kind in actor.standing.seats)
    return Me(
        id=holder.public_id,
        name=holder.name,
        organization=holder.organization_name,
        time_zone=holder.time_zone,
        seats=[SeatHeld(council=council, kind=kind) for council, kind in seats],
        token=TokenHeld(
            label=holder.label,
            last_four=holder.last_four,
            scopes=sorted(holder.scopes),
            expires_at=moment(holder.expires_at),
        ),
    )


def listed(report: Report, edition: Edition, site: str) -> ListedReport:
    """Return a report as it stands in a list; `site` is the site's own address."""
    return ListedReport.model_validate(report_json(report, edition, site))


def whole(
    report: Report, edition: Edition, site: str, *, html: str, names: Mapping[str, str]
) -> WholeReport:
    """Return a report with the words of one of its editions.

    Args:
        report: the report.
        edition: the one that holds, or an older one.
        site: the site's own address.
        html: the edition's safe HTML.
        names: of the councils and organizations that it is addressed to, by their tokens.

    """
    council = report.council.name if report.council is not None else None
    sections = [
        {"heading": section["heading"], "markdown": section["body"]} for section in edition.sections
    ]
    return WholeReport.model_validate(
        report_json(report, edition, site)
        | {
            "change_note": edition.change_note or None,
            "source_url": edition.source_url,
            "sight": sight_words(edition.marking, edition.addressees, council, names),
            "sections": sections,
            "html": html,
        }
    )


def edition_listed(report: Report, edition: Edition, site: str) -> EditionListed:
    """Return an edition as it stands in the list of those of its report."""
    return EditionListed(
        edition=edition.number,
        url=f"{site}{BASE}/reports/{report.public_id}/editions/{edition.number}",
        published_at=moment(edition.published_at or edition.updated_at),
        marking=taxonomy.marking(edition.marking).label,
        is_major=edition.is_major,
        change_note=edition.change_note or None,
    )


def changes(
    moved: Sequence[Moved],
    site: str,
    *,
    cursor: str | None,
    is_more: bool,
    clearance: AbstractSet[str],
) -> ChangePage:
    """Return a part of the stream of changes.

    Args:
        moved: the changes, in their order.
        site: the site's own address.
        cursor: what was read before.
        is_more: whether more can be had at once.
        clearance: of the token's owner, now.

    """
    cursor = moved[-1].change.public_id if moved else cursor
    return ChangePage(
        changes=[
            ReportChange(
                id=one.change.public_id,
                kind=one.change.kind,
                at=moment(one.change.at),
                edition=one.edition.number,
                report=listed(one.report, one.current, site),
            )
            for one in moved
        ],
        more=is_more,
        cursor=cursor,
        next=None if cursor is None else f"{site}{BASE}/changes?cursor={cursor}",
        sight=hashlib.sha256("\n".join(sorted(clearance)).encode()).hexdigest()[:16],
    )
