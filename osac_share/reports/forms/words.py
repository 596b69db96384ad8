"""A draft as the values of its form, and the answers of a form as values to compare."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from osac_share.reports.documents.titles import find_subject, propose_title
from osac_share.reports.forms import fields
from osac_share.reports.forms.asking import MAJOR, MINOR, place_key, rating_field
from osac_share.reports.forms.circles import ticked
from osac_share.reports.models import HOLDS, LIFTED, Place
from osac_share.reports.queries import spelled_recipients
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from osac_share.reports.forms.drafting import DraftForm
    from osac_share.reports.models import Edition, Report

APART = frozenset(
    {"council", "csrf_token", "edition", "lock", "base", "subject", "title_proposed", "stock"}
    | {"issuer", "source_url", "text"}
)
"""Fields that are no answers of a draft, or that are part of another's."""

Answers = dict[str, list[str]]
"""What each field of a form says, as a browser would send it."""


def words_of(report: Report, edition: Edition, zone: ZoneInfo) -> dict[str, Any]:
    """Return an edition as the values of a `DraftForm`, its moments in the council's zone."""
    moments = {
        "event_from": edition.event_from,
        "event_until": edition.event_until,
        "advised_from": edition.advised_from,
        "advised_until": edition.advised_until,
        "expires": edition.expires_at,
        "release": edition.release_at,
        "told_officials": edition.told_officials_at,
    }
    addressed = ticked(edition.addressees, report.council_id)
    return (
        _sections(report, edition)
        | {name: _there(at, zone) for name, at in moments.items()}
        | _title(report, edition, zone)
        | {
            "council": report.council_id,
            "alert_kind": edition.alert_kind or "security",
            "places": spelled_places(edition),
            "lifted": [place_key(p.country, p.place) for p in edition.places if p.status == LIFTED],
            "topics": edition.topic_slugs,
            "severity": edition.severity,
            "marking": edition.marking,
            "circles": addressed["circles"],
            "sectors": addressed["sectors"],
            "recipients": _recipients(addressed["rest"]),
            "narrowed_because": edition.narrowed_because,
            "change_note": edition.change_note,
            "weight": MAJOR if edition.is_major else MINOR,
            "edition": edition.number,
            "lock": edition.lock,
        }
    )


def _sections(report: Report, edition: Edition) -> dict[str, str]:
    written = {one["heading"]: one for one in edition.sections}
    values = {}
    for section in taxonomy.kind(report.kind).sections:
        found = written.get(section.heading)
        values[section.field] = found["body"] if found else ""
        values[rating_field(section)] = found.get("rating", "") if found else ""
    return values


def spelled_places(edition: Edition) -> str:
    """Return the places of an edition, one a line."""
    return "\n".join(fields.spelled_place(one.country, one.place) for one in edition.places)


def _recipients(tokens: Sequence[str]) -> str:
    return "\n".join(spelled_recipients(current_session(), tokens)) if tokens else ""


def _there(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone).replace(tzinfo=None) if at else None


def _title(report: Report, edition: Edition, zone: ZoneInfo) -> dict[str, str]:
    """Return title and subject; a title that was made of parts is made anew for this update."""
    begins = _there(edition.event_from, zone)
    on = begins and begins.date()
    kind = report.kind, edition.alert_kind
    latest = report.next_update_no(is_major=True)
    # An all-clear begins with the title of the edition before it, which named other places.
    subjects = (
        find_subject(edition.title, *kind, _places(one), on, updates=range(latest, -1, -1))
        for one in (edition, report.current())
        if one is not None
    )
    subject = next((one for one in subjects if one is not None), None)
    if subject is None:
        return {"subject": "", "title": edition.title, "title_proposed": ""}
    # An end has a word of its own and no number.
    number = report.next_update_no(is_major=edition.is_major) if edition.outcome == HOLDS else 0
    title = propose_title(*kind, number, _places(edition), subject, on)
    return {"subject": subject, "title": title, "title_proposed": title}


def _places(edition: Edition) -> list[Place]:
    return [Place(one.country, one.place, one.status) for one in edition.places]


def answers_of(form: DraftForm) -> Answers:
    """Return what a form says, spelled so that the same answer is always the same."""
    answers = {field.name: fields.spelled(field.data) for field in form if field.name not in APART}
    written = {one["heading"]: one["body"] for one in form.written_sections()}
    for section in form.kind.sections:
        if section.field in answers:
            answers[section.field] = fields.spelled(written[section.heading])
    if "title" in answers:
        answers["title"] = fields.spelled(form.chosen_title())
    lines = [fields.spelled_place(place.country, place.name) for place in form.located()]
    return answers | {"places": fields.spelled("\n".join(lines))}


def packed(answers: Answers) -> str:
    """Return what an author has before them as one line for a hidden field of the form.

    A digest of each answer is enough to tell later who changed which.
    """
    return json.dumps({name: digest(said) for name, said in answers.items()})


def unpacked(text: str | None) -> dict[str, str]:
    """Return the digests in a hidden field; whatever else came is as good as nothing."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def digest(said: list[str]) -> str:
    """Return a short fingerprint of an answer."""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
