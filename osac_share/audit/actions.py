"""Writing the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.audit.models import AuditEntry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SYSTEM = (None, "system")
"""The actor of what the house does by itself: imports, expiry, the worker's promises."""


def record(
    session: Session,
    action: str,
    *,
    by: tuple[int | None, str],
    at: datetime,
    object_kind: str,
    object_id: str,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Append one entry; it is committed with the act or not at all.

    Args:
        session: the session of the act.
        action: what was done, as `noun.verb` (`report.publish`).
        by: the actor's id and name, or `SYSTEM`.
        at: when, in UTC.
        object_kind: what it was done to (`report`, `session`).
        object_id: the public id of that object.
        detail: further facts (old and new audience, a reason); never a text or a secret.

    """
    actor_id, actor = by
    session.add(
        AuditEntry(
            at=at,
            actor_id=actor_id,
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            detail=detail,
        )
    )
