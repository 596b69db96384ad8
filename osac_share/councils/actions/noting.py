"""The record of what is done with councils, and the letters that tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.letters import actions as letters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor


def note(
    session: Session,
    act: str,
    council: Council,
    *,
    by: Actor | None,
    at: datetime,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Record an act on a council; nobody in particular is the house itself."""
    record_act(
        session,
        f"council.{act}",
        by=SYSTEM if by is None else by.name_in_record,
        at=at,
        object_kind="council",
        object_id=council.slug,
        **detail,
    )


def tell(
    session: Session,
    purpose: str,
    person: Person,
    council: Council,
    words: Mapping[str, str | datetime],
    *,
    at: datetime,
) -> None:
    """Write somebody a letter about a council."""
    letters.write(
        session,
        purpose,
        to=person.email,
        at=at,
        person_id=person.id,
        link=None,
        **{"council": council.name, "slug": council.slug, **words},
    )
