"""The entries that accounts make in the record. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.audit.actions import record as record_act

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person

By = tuple[int | None, str]
"""The actor as the record names them, `Actor.name_in_record`."""


def record_account(
    session: Session,
    action: str,
    person: Person,
    *,
    at: datetime,
    by: By | None = None,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Record what was done to somebody's account, by themselves unless `by` says otherwise."""
    record_act(
        session,
        action,
        by=by or (person.id, person.name),
        at=at,
        object_kind="person",
        object_id=person.public_id,
        **detail,
    )
