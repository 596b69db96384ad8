"""Drafts, in the shapes that the API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from osac_share.api.documents.answers import moment
from osac_share.api.documents.operations import BASE
from osac_share.api.documents.shapes.writing import (
    DraftListed,
    DraftState,
    DraftWords,
    PlaceGiven,
    SectionGiven,
    Span,
    WholeDraft,
)
from osac_share.reports.models import PUBLISHED
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from osac_share.reports.models import Edition, Report


class Addressed(NamedTuple):
    """For whom a draft is: circles and sectors as the form has them, and people by name."""

    circles: list[str]
    sectors: list[str]
    recipients: list[str]


def state(report: Report, draft: Edition, site: str) -> DraftState:
    """Return where a draft is, and how far it has come; `site` is the site's own address."""
    is_out = draft.published_at is not None
    return DraftState(
        id=report.public_id,
        url=f"{site}{BASE}/{'reports' if is_out else 'drafts'}/{report.public_id}",
        page=f"{site}/reports/{report.public_id}{'' if is_out else '/preview'}",
        edition=draft.number,
        stage=PUBLISHED if is_out else draft.stage,
        state=report.state,
        updated_at=moment(draft.updated_at),
    )


def listed(report: Report, draft: Edition, site: str) -> DraftListed:
    """Return a draft as it stands in the list of those that somebody may work on."""
    return DraftListed(
        **state(report, draft, site).model_dump(),
        kind=report.kind,
        council=report.council.slug if report.council else "",
        title=draft.title,
    )


def whole(report: Report, draft: Edition, site: str, addressed: Addressed) -> WholeDraft:
    """Return a draft with its words.

    Args:
        report: what it belongs to.
        draft: the draft.
        site: the site's own address.
        addressed: for whom it is.

    """
    return WholeDraft(
        **listed(report, draft, site).model_dump(),
        is_exercise=report.is_exercise,
        outcome=draft.outcome,
        words=words_of(report, draft, addressed),
    )


def words_of(report: Report, draft: Edition, addressed: Addressed) -> DraftWords:
    """Return all that the author of a draft has decided, as it is sent back."""
    asks = taxonomy.kind(report.kind).asks
    # What is kept was checked when it came in, by older rules perhaps.
    return DraftWords.model_construct(
        title=draft.title,
        sections=tuple(
            SectionGiven.model_construct(
                heading=one["heading"], markdown=one["body"], rating=one.get("rating") or None
            )
            for one in draft.sections
        ),
        places=tuple(
            PlaceGiven.model_construct(country=one.country, place=one.place, status=one.status)
            for one in draft.places
        ),
        topics=tuple(draft.topic_slugs),
        severity=draft.severity if "severity" in asks else None,
        alert_kind=draft.alert_kind if "alert_kind" in asks else None,
        marking=taxonomy.marking(draft.marking).label,
        circles=tuple(addressed.circles),
        sectors=tuple(one.partition(":")[2] for one in addressed.sectors),
        recipients=tuple(addressed.recipients),
        narrowed_because=draft.narrowed_because,
        told_officials_at=draft.told_officials_at,
        release_at=draft.release_at,
        expires_at=draft.expires_at,
        event=Span.model_construct(begins=draft.event_from, ends=draft.event_until),
        advised=Span.model_construct(begins=draft.advised_from, ends=draft.advised_until),
        change_note=draft.change_note,
        is_major=draft.is_major,
    )
