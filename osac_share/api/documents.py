"""What the API says, as JSON; and where a list goes on, as one opaque word."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from osac_share.kernel.errors import RuleBroken
from osac_share.reports.documents import sight_words
from osac_share.reports.documents.as_json import moment_json, report_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report
    from osac_share.tokens.queries import Holder


def me_json(holder: Holder, actor: Actor, councils: Mapping[int, str]) -> dict[str, Any]:
    """Return for whom a program reads, and what its token is for.

    Args:
        holder: the token and its owner.
        actor: the owner as they stand now.
        councils: the slugs of the councils on which they sit, by id.

    """
    return {
        "id": holder.public_id,
        "name": holder.name,
        "organization": holder.organization_name,
        "time_zone": holder.time_zone,
        "seats": sorted(
            ({"council": councils[one], "kind": kind} for one, kind in actor.standing.seats),
            key=lambda seat: (seat["council"], seat["kind"]),
        ),
        "token": {
            "label": holder.label,
            "last_four": holder.last_four,
            "scopes": sorted(holder.scopes),
            "expires_at": moment_json(holder.expires_at),
        },
    }


def whole_report_json(
    report: Report, edition: Edition, site: str, *, html: str, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return a report with its words.

    Args:
        report: the report.
        edition: its current edition.
        site: the site's own address.
        html: the edition's safe HTML.
        names: of the councils and organizations that it is addressed to, by their tokens.

    """
    council = report.council.name if report.council is not None else None
    return report_json(report, edition, site) | {
        "change_note": edition.change_note or None,
        "source_url": edition.source_url,
        "sight": sight_words(edition.marking, edition.addressees, council, names),
        "sections": [
            {"heading": section["heading"], "markdown": section["body"]}
            for section in edition.sections
        ],
        "html": html,
    }


def problem_json(status: int, title: str, detail: str) -> dict[str, Any]:
    """Return what went wrong (RFC 9457); the status says of which type it is."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def written_cursor(published_at: datetime, public_id: str) -> str:
    """Return the word that says where in a list somebody stopped."""
    place = f"{published_at.astimezone(UTC).isoformat()} {public_id}"
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(word: str) -> tuple[datetime, str]:
    """Return the place that a word of ours stands for.

    Raises:
        RuleBroken: it is none of ours.

    """
    try:
        place = urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode("ascii")
        moment, _, public_id = place.partition(" ")
        published_at = datetime.fromisoformat(moment)
    except ValueError:
        raise RuleBroken("The cursor is none of ours. Begin without one.") from None
    if published_at.tzinfo is None or not public_id.isalnum():
        raise RuleBroken("The cursor is none of ours. Begin without one.")
    return published_at, public_id
