"""Who did what: the record, and the authors of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.audit.actions import record, record_once_an_hour
from osac_share.reports.policy import READ

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Report


def note(
    session: Session,
    act: str,
    report: Report,
    *,
    by: Actor | tuple[int | None, str],
    at: datetime,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Append `report.<act>` to the record; it is committed with the act or not at all."""
    actor = by if isinstance(by, tuple) else by.name_in_record
    record(
        session,
        f"report.{act}",
        by=actor,
        at=at,
        object_kind="report",
        object_id=report.public_id,
        **detail,
    )


def with_author(authors: list[int], by: Actor) -> list[int]:
    """Return the ids of a draft's authors, the latest last, as a list of its own."""
    # A list that is changed in place would not be written.
    return [one for one in authors if one != by.id] + ([] if by.id is None else [by.id])


def note_reading(
    session: Session, public_id: str, marking: str, *, by: Actor, at: datetime
) -> None:
    """Record, once an hour, that somebody reads a report whose marking wants that.

    For a transaction of its own, after sight was granted.
    """
    record_once_an_hour(
        session,
        READ,
        by=by.name_in_record,
        at=at,
        object_kind="report",
        object_id=public_id,
        marking=marking,
    )
