"""What can be done with councils. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.councils.models import Clearance, Council, CouncilCountry, Seat
from osac_share.councils.policy import MEMBERS, clearance_of
from osac_share.councils.queries import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session


def create(
    session: Session,
    *,
    slug: str,
    name: str,
    countries: Iterable[str],
    at: datetime,
    kind: str = "country",
    about: str = "",
    time_zone: str = "UTC",
) -> Council:
    """Create a council that covers these countries (ISO 3166-1 alpha-2 codes)."""
    council = Council(slug=slug, name=name, kind=kind, about=about, time_zone=time_zone)
    council.countries = [CouncilCountry(country=country) for country in countries]
    session.add(council)
    session.flush()
    record_act(session, "council.create", by=SYSTEM, at=at, object_kind="council", object_id=slug)
    return council


def seat(
    session: Session,
    council: Council,
    person_id: int,
    kind: str,
    *,
    at: datetime,
    until: datetime | None = None,
) -> Seat:
    """Give a person a seat from `at` on; what they may see changes in the same transaction."""
    taken = Seat(council=council, person_id=person_id, kind=kind, started_at=at, ended_at=until)
    session.add(taken)
    session.flush()
    renew_clearance(session, person_id, at=at)
    record_act(
        session,
        "council.seat",
        by=SYSTEM,
        at=at,
        object_kind="council",
        object_id=council.slug,
        person=person_id,
        kind=kind,
    )
    return taken


def renew_clearance(session: Session, person_id: int, *, at: datetime) -> None:
    """Write the kept copy of a person's clearance anew.

    Call it in the transaction of every change of standing. Somebody who is no member in
    good order keeps no row at all: nothing is matched to them.
    """
    tokens = clearance_of(standing_of(session, person_id, at=at))
    session.execute(delete(Clearance).where(Clearance.person_id == person_id))
    if MEMBERS in tokens:
        session.execute(
            insert(Clearance),
            [{"person_id": person_id, "token": token} for token in sorted(tokens)],
        )
