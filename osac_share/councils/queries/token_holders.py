"""For whom a program reads, and where that person stands at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_

from osac_share.accounts.models import Person
from osac_share.councils.models import Seat
from osac_share.councils.policy import MEMBERS, Standing, clearance_of
from osac_share.councils.queries.standings import held_at
from osac_share.kernel.prepared import Prepared
from osac_share.tokens.queries import HELD, Holder

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_SEAT = Seat.__table__.c
_SEATED = Prepared(
    HELD.add_columns(_SEAT.council_id, _SEAT.kind).outerjoin(
        Seat.__table__, and_(_SEAT.person_id == Person.__table__.c.id, held_at("at"))
    )
)


def find_token_holder(
    session: Session, digest: str, *, at: datetime
) -> tuple[Holder, frozenset[tuple[int, str]]] | None:
    """Return whose token is kept as `digest`, and the seats that they hold at `at`.

    None for an unknown token, and for one whose person is no member in good order at this
    moment: suspended, by the program or by their organization, or belonging nowhere any more.
    """
    rows = _SEATED.rows(session, digest=digest, at=at)
    if not rows:
        return None
    holder = Holder.of(rows[0])
    seats = frozenset((row[-2], row[-1]) for row in rows if row[-1] is not None)
    standing = Standing(
        person_id=holder.person_id,
        organization_id=holder.organization_id,
        active=holder.in_good_order,
        staff_roles=holder.staff_roles,
        seats=seats,
    )
    return (holder, seats) if MEMBERS in clearance_of(standing) else None
