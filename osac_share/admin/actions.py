"""What reading leaves behind: looking into the record, and into what is held, is on record, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.audit.actions import record, record_once_an_hour

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor


def note_look(session: Session, sought: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Record, once an hour for each thing sought, that somebody looks into the record."""
    record_once_an_hour(
        session,
        "record.read",
        by=by.name_in_record,
        at=at,
        object_kind="record",
        object_id=" ".join(f"{name}={word}" for name, word in sought.items())[:60] or "newest",
        sought=dict(sought),
    )


def note_download(
    session: Session, sought: Mapping[str, str], ending: str, *, by: Actor, at: datetime
) -> None:
    """Record that somebody takes entries of the record along."""
    record(
        session,
        "record.download",
        by=by.name_in_record,
        at=at,
        object_kind="record",
        object_id=ending,
        sought=dict(sought),
    )


def note_own_download(session: Session, public_id: str, *, by: Actor, at: datetime) -> None:
    """Record that somebody takes along what is held about them."""
    record(
        session,
        "account.download",
        by=by.name_in_record,
        at=at,
        object_kind="person",
        object_id=public_id,
    )
