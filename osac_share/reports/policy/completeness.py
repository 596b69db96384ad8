"""What an edition must have before anybody is asked to read it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken
from osac_share.reports.models import (
    ALL_CLEAR,
    CLOSING,
    COUNCIL,
    HOLDS,
    WITHDRAWN,
)
from osac_share.reports.policy.rights import audience_of
from osac_share.reports.policy.screening import objections
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from osac_share.reports.models import Edition, Report

NARROW = frozenset({"AMBER", "AMBER_STRICT", "RED"})
"""Markings that fewer than all members may read."""

AVIATION = "aviation"


def is_narrowed(edition: Edition) -> bool:
    """Tell whether fewer than all members may read this."""
    return edition.marking in NARROW or bool(edition.addressees)


def missing(report: Report, edition: Edition, *, at: datetime) -> list[str]:
    """Return what is missing or may not be there, each as the author's next step."""
    return [
        *_missing_words(report, edition),
        *_missing_facts(report, edition, at=at),
        *objections(edition),
    ]


def _missing_words(report: Report, edition: Edition) -> Iterator[str]:
    if report.council is not None and report.council.is_closed and edition.outcome != WITHDRAWN:
        yield f"{report.council.name} is closed: it publishes nothing any more."
    if report.state in CLOSING and edition.outcome != WITHDRAWN:
        yield "This report has ended; write a new one."
    if not edition.title.strip():
        yield "Give the report a title."
    if not edition.places:
        yield "Add at least one country."
    if edition.outcome == WITHDRAWN:
        return
    written = {one["heading"] for one in edition.sections if one["body"].strip()}
    if not written:
        yield "Write at least one section."
    elif report.origin == COUNCIL:
        for section in taxonomy.kind(report.kind).sections:
            if section.required and section.heading not in written:
                yield f"Write the section “{section.heading}”."


def _missing_facts(report: Report, edition: Edition, *, at: datetime) -> Iterator[str]:
    if edition.number > 1 and edition.is_major and not edition.change_note.strip():
        yield "Say in a sentence what changed: it is the first thing that members read."
    if edition.outcome == HOLDS and edition.expires_at is not None and edition.expires_at <= at:
        yield "The time until which this holds has already passed."
    if report.origin == COUNCIL and edition.outcome == HOLDS:
        yield from _missing_term(report, edition, at=at)
    if edition.outcome == HOLDS and edition.is_lifted:
        yield "Every place is lifted. Make this an all-clear, or leave one active."
    if edition.outcome == ALL_CLEAR and not edition.is_lifted:
        yield "An all-clear lifts every place."
    if edition.outcome in CLOSING and not edition.is_major:
        yield "The end of a report is never a minor correction."
    try:
        audience_of(report, edition)
    except ValueError as problem:
        yield f"{problem}."
    if is_narrowed(edition) and report.origin == COUNCIL:
        yield from _double_standard(edition)


def _missing_term(report: Report, edition: Edition, *, at: datetime) -> Iterator[str]:
    term = taxonomy.kind(report.kind).expiry
    if term is None:
        return
    if edition.expires_at is None and term.required:
        yield "Say until when this holds."
    elif edition.expires_at is not None and edition.expires_at > at + timedelta(days=term.max_days):
        yield f"This may hold for {term.max_days} days at most; extend it by an update."


def _double_standard(edition: Edition) -> Iterator[str]:
    # 7 FAM 052: what the official community is told, the private one is told, too, unless the
    # threat is to a specific target; and warnings about civil aviation may not be selective
    # at all (49 U.S.C. 44905).
    if AVIATION in edition.topic_slugs:
        yield (
            "A threat to civil aviation may not go to selected people only "
            "(49 U.S.C. 44905). Mark it for all members or for everyone."
        )
    if not edition.narrowed_because.strip():
        yield "Say why only some members may know (No Double Standard, 7 FAM 052)."


def require_ready(report: Report, edition: Edition, *, at: datetime) -> None:
    """Refuse an edition that a reader could not act on, or must not see.

    Raises:
        RuleBroken: with everything that is missing, each as the author's next step.

    """
    if found := missing(report, edition, at=at):
        raise RuleBroken(" ".join(found))
