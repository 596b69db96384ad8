"""A report as programs read it: in the lists of the API, and in what webhooks get."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from osac_share.reports.documents.titles_shown import shown_title
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from osac_share.reports.models import Edition, Report


def report_json(report: Report, edition: Edition, site: str) -> dict[str, Any]:
    """Return a report as it stands in a list; `site` is the site's own address."""
    return {
        "id": report.public_id,
        "url": f"{site}/reports/{report.public_id}",
        "kind": report.kind,
        "state": report.state,
        "is_exercise": report.is_exercise,
        "origin": report.origin,
        "issuer": report.issuer or None,
        "council": _council(report),
        "edition": edition.number,
        "title": shown_title(report, edition),
        "summary": edition.summary,
        "severity": edition.severity,
        "alert_kind": edition.alert_kind,
        "level": edition.level,
        "marking": taxonomy.marking(edition.marking).label,
        "countries": list(edition.countries),
        "places": [
            {"country": place.country, "place": place.place or None, "status": place.status}
            for place in edition.places
        ],
        "topics": list(edition.topic_slugs),
        "published_at": moment_json(report.published_at),
        "changed_at": moment_json(report.changed_at),
        "effective_at": moment_json(edition.effective_at),
        "expires_at": moment_json(edition.expires_at),
    }


def moment_json(at: datetime | None) -> str | None:
    """Return a moment in UTC, to the second (RFC 3339)."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _council(report: Report) -> dict[str, str] | None:
    council = report.council
    return None if council is None else {"slug": council.slug, "name": council.name}
